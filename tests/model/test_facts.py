"""The vocabulary: finite domains, answers, rules, and what the rules leave possible."""

from __future__ import annotations

import itertools

import pytest

from pnet_pathways import PancreaticTumors, Size
from pnet_pathways.model.facts import Fact
from pnet_pathways.model.values import NOT_APPLICABLE, Value, answer_name, plain
from project_vocabulary import DEPENDENTS, FACTS, LINKED, RULES, VOCABULARY, applies, linked, scenarios

ALL_FACTS = list(FACTS.values())
NONE, ONE, SEVERAL = PancreaticTumors

names = pytest.mark.parametrize("fact", ALL_FACTS, ids=FACTS)


def test_the_facts_are_those_of_the_case_contract_in_its_order() -> None:
    assert list(FACTS) == [
        "tumor_type",
        "course",
        "pancreatic_tumors",
        "sites.head",
        "sites.body",
        "sites.tail",
        "duodenal_tumors",
        "size",
        "resectable",
        "residual_after_surgery",
        "refractory",
        "spread.lymph_nodes",
        "spread.liver",
        "spread.other",
        "mostly_liver",
        "severe_symptoms",
        "symptoms.excess_stomach_acid",
        "symptoms.stomach_ulcers",
        "symptoms.diarrhea",
        "symptoms.low_blood_sugar",
        "symptoms.high_blood_sugar",
    ]


def test_a_facts_code_is_its_position() -> None:
    assert [fact.code for fact in ALL_FACTS] == list(range(len(ALL_FACTS)))
    assert [fact.name for fact in ALL_FACTS] == list(FACTS)


@pytest.mark.parametrize(
    ("fact", "answers"),
    [
        (
            "tumor_type",
            [
                *("gastrinoma", "insulinoma", "glucagonoma", "vipoma", "somatostatinoma"),
                *("other", "nonfunctional", "acth_producing", "exocrine"),
            ],
        ),
        ("course", ["new", "progressive", "recurrent"]),
        ("pancreatic_tumors", ["none", "one", "several"]),
        ("sites.head", ["yes", "no"]),
        ("size", ["small", "large"]),
        ("resectable", ["yes", "no"]),
        ("spread.other", ["yes", "no"]),
    ],
)
def test_the_answers_are_those_of_the_contract(fact: str, answers: list[str]) -> None:
    assert list(FACTS[fact].answers) == answers


@names
def test_every_answer_stands_for_one_value_and_back(fact: Fact) -> None:
    assert len(set(fact.answers)) == len(fact.values)
    assert tuple(fact.value_of(answer) for answer in fact.answers) == fact.values
    assert tuple(answer_name(value) for value in fact.values) == fact.answers


@names
def test_no_fact_has_another_facts_answer(fact: Fact) -> None:
    with pytest.raises(KeyError, match="perhaps"):
        fact.value_of("perhaps")


@names
def test_only_the_size_can_be_not_applicable(fact: Fact) -> None:
    assert fact.may_not_apply == (fact.name == "size")
    assert fact.domain == (*fact.values, *([NOT_APPLICABLE] if fact.name == "size" else []))
    assert NOT_APPLICABLE not in fact.values


@names
def test_the_facts_with_yes_and_no_are_the_boolean_ones(fact: Fact) -> None:
    assert fact.is_boolean == (fact.answers == ("yes", "no"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, True),
        (False, False),
        ("small", "small"),
        ("vipoma", "vipoma"),
        (NOT_APPLICABLE, None),
    ],
)
def test_a_value_is_plain_in_json(value: Value, shown: object) -> None:
    found = plain(value)
    assert found == shown
    assert type(found) is type(shown)


def test_a_value_that_does_not_apply_has_a_name() -> None:
    assert answer_name(NOT_APPLICABLE) == "does not apply"


def test_a_group_is_answered_with_every_set_of_its_members() -> None:
    sites = VOCABULARY.groups["sites"]
    answers = [sites.answer(present) for present in sites.combinations]
    assert answers == [
        *("none", "head", "body", "tail", "head and body", "head and tail", "body and tail", "head and body and tail")
    ]
    assert [sites.members_of(answer) for answer in answers] == list(sites.combinations)


@pytest.mark.parametrize("answer", ["legs", "head and legs", "head and head", ""])
def test_a_group_has_no_other_answer(answer: str) -> None:
    with pytest.raises(KeyError):
        VOCABULARY.groups["sites"].members_of(answer)


def placed(number: PancreaticTumors | None, *sites: str, **more: Value) -> dict[str, Value]:
    """Return the number of tumors and all their sites as atomic facts."""
    known: dict[str, Value] = {} if number is None else {"pancreatic_tumors": number}
    return {**known, **VOCABULARY.as_facts("sites", frozenset(sites)), **more}


SOMEWHERE = "a tumor in the pancreas lies in at least one of its parts"
NO_SITE = "where there is no tumor in the pancreas there is no site"
SINGLE = "the size is that of a single tumor in the pancreas"


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        (placed(ONE, "head"), []),
        (placed(ONE, "head", "tail"), []),
        (placed(ONE), [SOMEWHERE]),
        (placed(NONE), []),
        (placed(NONE, "body"), [NO_SITE]),
        (placed(SEVERAL), [SOMEWHERE]),
        (placed(SEVERAL, "head"), []),
        (placed(SEVERAL, "head", "body", "tail"), []),
        ({"pancreatic_tumors": ONE, "size": Size.LARGE}, []),
        ({"pancreatic_tumors": ONE, "size": NOT_APPLICABLE}, [SINGLE]),
        ({"pancreatic_tumors": NONE, "size": Size.SMALL}, [SINGLE]),
        ({"pancreatic_tumors": SEVERAL, "size": Size.SMALL}, [SINGLE]),
        ({"pancreatic_tumors": SEVERAL, "size": NOT_APPLICABLE}, []),
        (placed(None, "tail", size=Size.SMALL), []),
        (placed(None, size=Size.SMALL), [SINGLE, SOMEWHERE]),
        (placed(None, "head", "body", size=Size.LARGE), []),
        (placed(None, "head", "body", size=NOT_APPLICABLE), []),
        ({"mostly_liver": True, "spread.liver": True}, []),
        ({"mostly_liver": False, "spread.liver": True}, []),
        ({"mostly_liver": False, "spread.liver": False}, []),
        ({"mostly_liver": True, "spread.liver": False}, ["cancer that mostly affects the liver has spread to the liver"]),
        ({"size": Size.SMALL}, []),
        ({"mostly_liver": True}, []),
        ({}, []),
    ],
)
def test_the_rules_are_those_of_the_contract(values: dict[str, Value], reasons: list[str]) -> None:
    found = [reason for one in VOCABULARY.contradictions(values) for reason in one.reasons]
    assert found == reasons
    assert VOCABULARY.consistent(values) == (not reasons)


def test_every_contradiction_is_named() -> None:
    found = VOCABULARY.contradictions(placed(NONE, "head", "body", size=Size.SMALL))
    assert [one.facts for one in found] == [
        ("pancreatic_tumors", "sites.head"),
        ("pancreatic_tumors", "sites.body"),
        ("pancreatic_tumors", "size"),
    ]


def test_the_linked_groups_are_what_the_rules_tie_together() -> None:
    """Join the facts of each rule until nothing changes: exactly the groups in `LINKED` come out."""
    groups = {frozenset(rule.about) for rule in RULES}
    while joined := [(one, two) for one, two in itertools.combinations(groups, 2) if one & two]:
        one, two = joined[0]
        groups = (groups - {one, two}) | {one | two}
    assert groups == set(LINKED)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], ()),
        (["resectable"], ("resectable",)),
        (["size", "resectable"], ("pancreatic_tumors", "sites.head", "sites.body", "sites.tail", "size", "resectable")),
        (["mostly_liver"], ("spread.liver", "mostly_liver")),
        (["spread.other"], ("spread.other",)),
    ],
)
def test_linked_facts_come_along_in_vocabulary_order(given: list[str], found: tuple[str, ...]) -> None:
    assert linked(given) == found


@pytest.mark.parametrize(
    "facts",
    [["size"], ["mostly_liver", "resectable"], ["sites.head", "spread.liver"], ["course", "symptoms.diarrhea"]],
    ids=" ".join,
)
def test_the_scenarios_are_the_whole_product_without_what_breaks_a_rule(facts: list[str]) -> None:
    chosen = linked(facts)
    product = itertools.product(*(FACTS[name].domain for name in chosen))
    rows = [dict(zip(chosen, values, strict=True)) for values in product]
    assert scenarios(facts) == [row for row in rows if VOCABULARY.consistent(row)]


def test_without_facts_there_is_one_empty_scenario() -> None:
    assert scenarios([]) == [{}]


@pytest.mark.parametrize(("key", "dependent"), [(key, one) for key, ones in DEPENDENTS.items() for one in ones])
def test_a_fact_applies_exactly_where_more_than_one_value_of_it_is_left(key: str, dependent: str) -> None:
    for value in FACTS[key].values:
        left = {row[dependent] for row in scenarios([key]) if row[key] == value}
        assert applies(dependent, {key: value}) == (len(left) > 1), value


def test_every_fact_that_may_not_apply_is_a_dependent() -> None:
    independent = {name for name in FACTS if name not in itertools.chain.from_iterable(DEPENDENTS.values())}
    assert all(applies(name, {}) for name in independent)
    assert independent == FACTS.keys() - {"sites.head", "sites.body", "sites.tail", "size", "mostly_liver"}

"""The vocabulary: finite domains, answers, rules, and what the rules leave possible."""

from __future__ import annotations

import itertools

import pytest

from pnet_pathways import Course, PancreaticTumors, Size
from pnet_pathways.model.conditions import facts_of
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
        "primary_removed",
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
        "spread_resectable",
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
        ("course", ["new", "stable", "progressive", "recurrent"]),
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
def test_the_size_and_what_is_resectable_can_be_not_applicable(fact: Fact) -> None:
    may_not_apply = fact.name in {"size", "resectable", "spread_resectable"}
    assert fact.may_not_apply == may_not_apply
    assert fact.domain == (*fact.values, *([NOT_APPLICABLE] if may_not_apply else []))
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


def without_spread(**more: Value) -> dict[str, Value]:
    """Return that there is no spread as atomic facts, and more."""
    return {**VOCABULARY.as_facts("spread", frozenset()), **more}


SOMEWHERE = "a tumor in the pancreas lies in at least one of its parts"
NO_SITE = "where there is no tumor in the pancreas there is no site"
SINGLE = "the size is that of a single tumor in the pancreas"
TREATED = "a primary tumor that was removed has been treated"
NONE_NOW = "where the primary tumor was removed there is none in the pancreas now"
NONE_IN_DUODENUM = "where the primary tumor was removed there is none in the duodenum now"
NOT_THERE = "a primary tumor that was removed is not there to be removed"
LEFT = "residual tumor is what surgery left of the primary tumor"
LEFT_SOMEWHERE = "residual tumor needs a tumor in the pancreas or duodenum"
NOT_TRIED = "what was not treated yet has not failed to get better with treatment"
NO_SPREAD = "without spread there is nothing of it to be removed"


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
        ({"course": Course.NEW, "primary_removed": False}, []),
        ({"course": Course.NEW, "primary_removed": True}, [TREATED]),
        ({"course": Course.STABLE, "primary_removed": True}, []),
        ({"primary_removed": True, "pancreatic_tumors": ONE}, [NONE_NOW]),
        ({"primary_removed": True, "pancreatic_tumors": NONE}, []),
        ({"primary_removed": True, "sites.tail": True}, [NONE_NOW, NO_SITE]),
        ({"primary_removed": True, "duodenal_tumors": True}, [NONE_IN_DUODENUM]),
        ({"primary_removed": True, "duodenal_tumors": False}, []),
        ({"primary_removed": True, "size": Size.SMALL}, [NONE_NOW, SINGLE]),
        ({"primary_removed": True, "resectable": False}, [NOT_THERE]),
        ({"primary_removed": True, "resectable": NOT_APPLICABLE}, []),
        ({"primary_removed": True, "residual_after_surgery": True}, [LEFT]),
        ({"course": Course.NEW, "residual_after_surgery": True}, [LEFT]),
        ({"course": Course.RECURRENT, "residual_after_surgery": True}, []),
        ({"pancreatic_tumors": NONE, "duodenal_tumors": False, "residual_after_surgery": True}, [LEFT_SOMEWHERE]),
        ({"pancreatic_tumors": NONE, "duodenal_tumors": True, "residual_after_surgery": True}, []),
        ({"course": Course.NEW, "refractory": True}, [NOT_TRIED]),
        ({"course": Course.STABLE, "refractory": True}, []),
        (without_spread(spread_resectable=True), [NO_SPREAD]),
        (without_spread(spread_resectable=NOT_APPLICABLE), []),
        (without_spread(**{"spread.lymph_nodes": True, "spread_resectable": True}), []),
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


ABOUT_THE_PRIMARY = (
    *("course", "primary_removed", "pancreatic_tumors", "sites.head", "sites.body", "sites.tail", "duodenal_tumors"),
    *("size", "resectable", "residual_after_surgery", "refractory"),
)
ABOUT_SPREAD = ("spread.lymph_nodes", "spread.liver", "spread.other", "spread_resectable", "mostly_liver")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], ()),
        (["resectable"], ABOUT_THE_PRIMARY),
        (["refractory", "size"], ABOUT_THE_PRIMARY),
        (["mostly_liver"], ABOUT_SPREAD),
        (["spread.other", "severe_symptoms"], (*ABOUT_SPREAD, "severe_symptoms")),
        (["tumor_type"], ("tumor_type",)),
    ],
)
def test_linked_facts_come_along_in_vocabulary_order(given: list[str], found: tuple[str, ...]) -> None:
    assert linked(given) == found


@pytest.mark.parametrize(
    "facts",
    [["size"], ["mostly_liver", "severe_symptoms"], ["tumor_type", "spread.liver"], ["symptoms.diarrhea"]],
    ids=" ".join,
)
def test_the_scenarios_are_the_whole_product_without_what_breaks_a_rule(facts: list[str]) -> None:
    chosen = linked(facts)
    product = itertools.product(*(FACTS[name].domain for name in chosen))
    rows = [dict(zip(chosen, values, strict=True)) for values in product]
    assert scenarios(facts) == [row for row in rows if VOCABULARY.consistent(row)]


def test_without_facts_there_is_one_empty_scenario() -> None:
    assert scenarios([]) == [{}]


@names
def test_a_fact_applies_exactly_where_more_than_one_value_of_it_is_left(fact: Fact) -> None:
    deciding = facts_of(fact.applies_when)
    left: dict[tuple[Value, ...], set[Value]] = {}
    for row in scenarios([fact.name]):
        left.setdefault(tuple(row[name] for name in deciding), set()).add(row[fact.name])
    for values, there in left.items():
        assert applies(fact.name, dict(zip(deciding, values, strict=True))) == (len(there) > 1), values


def test_every_fact_that_may_not_apply_is_a_dependent() -> None:
    independent = {name for name in FACTS if name not in itertools.chain.from_iterable(DEPENDENTS.values())}
    assert all(applies(name, {}) for name in independent)
    assert independent == {
        *("tumor_type", "course", "severe_symptoms"),
        *(name for name in FACTS if name.startswith(("spread.", "symptoms."))),
    }


def test_what_a_fact_can_take_away_is_found_through_others() -> None:
    assert DEPENDENTS["pancreatic_tumors"] == ("sites.head", "sites.body", "sites.tail", "size")
    assert DEPENDENTS["primary_removed"] == (
        *("pancreatic_tumors", "sites.head", "sites.body", "sites.tail", "duodenal_tumors"),
        *("size", "resectable", "residual_after_surgery"),
    )
    assert set(DEPENDENTS["course"]) == {"primary_removed", *DEPENDENTS["primary_removed"], "refractory"}

"""What a vocabulary knows of its facts, on a small one of another subject: links, implications, contradictions, bands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest

from pnet_pathways.model.case import Case
from pnet_pathways.model.errors import CaseError, InconsistentCaseError
from pnet_pathways.model.values import NOT_APPLICABLE, Value
from pnet_pathways.model.vocabulary import Contradiction, Vocabulary
from small_vocabulary import FACTS, read

TIED = ("animal", "coat.black", "coat.white", "spotted", "weight", "leash", "indoors")
NO_COAT, SPOTS = "a fish has no coat", "spots need two colors"
LEASH, HEAVY = "only a dog is on a leash", "a heavy dog lives outdoors"


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """The small vocabulary: a group and a fact that are forced to be no, one without a value, a rule over three facts."""
    found, problems = read(FACTS, tmp_path_factory.mktemp("small"))
    assert found is not None, problems
    return found


def partial_cases(vocabulary: Vocabulary) -> Iterator[dict[str, Value]]:
    """Yield every partial assignment of the facts that are tied together, consistent or not."""
    for values in product(*((None, *vocabulary.facts[name].domain) for name in TIED)):
        yield {name: value for name, value in zip(TIED, values, strict=True) if value is not None}


def completions(vocabulary: Vocabulary, known: Mapping[str, Value]) -> list[dict[str, Value]]:
    """Return the completions of some facts that keep every rule, straight from the product of the domains."""
    domains = [(known[name],) if name in known else vocabulary.facts[name].domain for name in TIED]
    rows = (dict(zip(TIED, values, strict=True)) for values in product(*domains))
    return [row for row in rows if not any(rule.never.evaluate(row.get) for rule in vocabulary.rules)]


def from_data(data: Mapping[str, Any], vocabulary: Vocabulary) -> Case:
    """Read a case in the small vocabulary."""
    return Case.from_dict(data, vocabulary)


def test_a_vocabulary_is_shown_in_a_few_words(vocabulary: Vocabulary) -> None:
    """An error of a test that holds one would otherwise print every fact."""
    assert repr(vocabulary) == f"<Vocabulary of {len(vocabulary.facts)} facts, entry 'animal'>"


# Links


def test_what_rules_tie_together_is_one_set_and_the_rest_is_free(vocabulary: Vocabulary) -> None:
    assert vocabulary.linked_sets == (frozenset(TIED),)
    assert vocabulary.linked(["indoors", "vaccinated"]) == (*TIED, "vaccinated")
    assert vocabulary.linked(["vaccinated"]) == ("vaccinated",)
    assert vocabulary.tied_sets(["vaccinated", "indoors", "animal"]) == (frozenset(TIED), frozenset({"vaccinated"}))
    assert vocabulary.tied_sets([]) == ()


def test_sets_that_no_rule_joins_stay_apart(vocabulary: Vocabulary) -> None:
    rules = tuple(rule for rule in vocabulary.rules if rule.because != HEAVY)
    apart = Vocabulary(vocabulary.facts, vocabulary.groups, rules, vocabulary.entry, "another")
    assert apart.linked_sets == (frozenset(TIED) - {"weight", "indoors"},)
    only_heavy = Vocabulary(
        vocabulary.facts, vocabulary.groups, vocabulary.rules[2:3] + vocabulary.rules[5:], "animal", "third"
    )
    assert only_heavy.linked_sets == (
        frozenset({"animal", "weight", "indoors"}),
        frozenset({"coat.black", "coat.white", "spotted"}),
    )


def test_a_rule_that_comes_last_can_join_sets(vocabulary: Vocabulary) -> None:
    """The rules on coats and on heavy dogs share nothing until the one that a fish has no coat."""
    order = (vocabulary.rules[2], vocabulary.rules[5], vocabulary.rules[0])
    joined = Vocabulary(vocabulary.facts, vocabulary.groups, order, "animal", "joined")
    assert joined.linked_sets == (frozenset(TIED) - {"leash"},)


def test_dependents_are_found_through_others_too(vocabulary: Vocabulary) -> None:
    assert vocabulary.dependents == {
        "animal": ("coat.black", "coat.white", "spotted", "leash"),
        "coat.black": ("spotted",),
        "coat.white": ("spotted",),
    }


def test_a_fact_applies_unless_what_is_known_excludes_it(vocabulary: Vocabulary) -> None:
    assert vocabulary.applies("leash", {"animal": "dog"})
    assert not vocabulary.applies("leash", {"animal": "cat"})
    assert vocabulary.applies("leash", {})
    assert vocabulary.applies("spotted", {"coat.black": True})
    assert not vocabulary.applies("spotted", {"coat.black": False})


# What known facts say of others, over every partial case


def test_the_scenarios_are_the_completions_of_nothing(vocabulary: Vocabulary) -> None:
    rows = completions(vocabulary, {})
    assert vocabulary.scenarios(TIED) == rows
    # Fish: 3 weights x 2. Cats: 5 coats with spots x 3 x 2. Dogs: 5 x 2 leashes x (3 x 2 - 1).
    assert len(rows) == 3 * 2 + 5 * 3 * 2 + 5 * 2 * 5


def test_consistent_and_implied_are_exact_over_every_partial_case(vocabulary: Vocabulary) -> None:
    every = completions(vocabulary, {})
    count = 0
    for known in partial_cases(vocabulary):
        rows = [row for row in every if known.items() <= row.items()]
        assert vocabulary.consistent(known) == bool(rows), known
        expected = {name: rows[0][name] for name in TIED if rows and len({row[name] for row in rows}) == 1}
        assert vocabulary.implied(known) == expected, known
        count += 1
    assert count == 4 * 3 * 3 * 3 * 4 * 4 * 3


def test_every_contradiction_is_found_with_as_few_facts_and_rules_as_say_so(vocabulary: Vocabulary) -> None:
    for known in partial_cases(vocabulary):
        found = vocabulary.contradictions(known)
        assert bool(found) != vocabulary.consistent(known), known
        for contradiction in found:
            facts = {name: known[name] for name in contradiction.facts}
            assert not vocabulary.consistent(facts), (known, contradiction)
            for name in facts:
                fewer = {key: value for key, value in facts.items() if key != name}
                assert vocabulary.consistent(fewer), (known, contradiction)
            assert contradiction.reasons, known
            others = tuple(rule for rule in vocabulary.rules if rule.because not in contradiction.reasons)
            without = Vocabulary(vocabulary.facts, vocabulary.groups, others, vocabulary.entry, repr(contradiction))
            assert without.consistent(facts), (known, contradiction)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({}, []),
        ({"animal": "fish", "vaccinated": True}, []),
        ({"animal": "fish", "coat.black": True}, [(("animal", "coat.black"), (NO_COAT,))]),
        ({"animal": "fish", "leash": "long"}, [(("animal", "leash"), (LEASH,))]),
        ({"animal": "dog", "leash": NOT_APPLICABLE}, [(("animal", "leash"), (LEASH,))]),
        ({"coat.black": False, "spotted": True, "animal": "dog"}, [(("coat.black", "spotted"), (SPOTS,))]),
        (
            {"animal": "dog", "weight": "heavy", "indoors": True, "vaccinated": True},
            [(("animal", "weight", "indoors"), (HEAVY,))],
        ),
        ({"animal": "dog", "weight": "heavy", "indoors": False}, []),
        # No rule is broken by what is known alone: the contradiction shows in the completions.
        ({"animal": "fish", "spotted": True}, [(("animal", "spotted"), (NO_COAT, SPOTS))]),
        ({"leash": "long", "weight": "heavy", "indoors": True}, [(("weight", "leash", "indoors"), (LEASH, HEAVY))]),
        # Two at once.
        (
            {"animal": "fish", "coat.white": True, "leash": "short"},
            [(("animal", "coat.white"), (NO_COAT,)), (("animal", "leash"), (LEASH,))],
        ),
    ],
)
def test_a_contradiction_names_facts_and_reasons(
    vocabulary: Vocabulary, known: dict[str, Value], found: list[tuple[tuple[str, ...], tuple[str, ...]]]
) -> None:
    assert vocabulary.contradictions(known) == [Contradiction(facts, reasons) for facts, reasons in found]


@pytest.mark.parametrize(
    ("known", "implied"),
    [
        ({"animal": "fish"}, {"coat.black": False, "coat.white": False, "spotted": False, "leash": NOT_APPLICABLE}),
        ({"leash": "short"}, {"animal": "dog"}),
        ({"spotted": True}, {"coat.black": True, "coat.white": True}),
        ({"coat.black": True}, {}),
        ({"leash": "short", "weight": "heavy"}, {"animal": "dog", "indoors": False}),
        (
            {"spotted": True, "indoors": True, "weight": "heavy"},
            {"animal": "cat", "coat.black": True, "coat.white": True, "leash": NOT_APPLICABLE},
        ),
    ],
)
def test_what_follows_is_known_to_a_case_and_not_given(
    vocabulary: Vocabulary, known: dict[str, Value], implied: dict[str, Value]
) -> None:
    case = Case.from_facts(known, vocabulary)
    values = {name: case.value(name) for name in vocabulary.facts if case.value(name) is not None}
    assert values == {**known, **implied}
    assert case.known() == known


# Groups


def test_a_group_is_answered_member_by_member_or_as_a_whole(vocabulary: Vocabulary) -> None:
    assert from_data({"coat": ["white"]}, vocabulary).answer("coat") == frozenset({"white"})
    assert from_data({"coat": []}, vocabulary).answer("coat") == frozenset()
    assert from_data({"coat": {"white": True}}, vocabulary).answer("coat") is None
    assert from_data({"animal": "fish"}, vocabulary).answer("coat") == frozenset()
    assert from_data({"coat": {"white": True}}, vocabulary).to_dict() == {"coat": {"white": True}}


def test_every_set_of_members_has_one_answer_and_back(vocabulary: Vocabulary) -> None:
    group = vocabulary.groups["coat"]
    assert [group.answer(present) for present in group.combinations] == ["none", "black", "white", "black and white"]
    assert [group.members_of(group.answer(present)) for present in group.combinations] == list(group.combinations)
    for answer in ("red", "black and red", "black and black", "", "none and black"):
        with pytest.raises(KeyError):
            group.members_of(answer)


def test_a_member_that_contradicts_is_named_by_its_group(vocabulary: Vocabulary) -> None:
    with pytest.raises(InconsistentCaseError, match=r"animal fish contradicts coat\.white yes: a fish has no coat"):
        from_data({"animal": "fish", "coat": {"white": True}}, vocabulary)


# Bands


@pytest.mark.parametrize(
    ("number", "band"),
    [
        (-1, "light"),
        (0, "light"),
        (4.999, "light"),
        (5, "medium"),
        (5.0, "medium"),
        (math.nextafter(20.5, 0), "medium"),
        (20.5, "heavy"),
        (10**300, "heavy"),
    ],
)
def test_a_number_falls_into_the_band_whose_limits_hold_it(vocabulary: Vocabulary, number: float, band: str) -> None:
    assert vocabulary.facts["weight"].band_of(number) == band
    case = from_data({"weight": number}, vocabulary)
    assert case.value("weight") == band
    assert case == from_data({"weight": band}, vocabulary)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (math.nan, "weight: the number is not finite"),
        (math.inf, "weight: the number is not finite"),
        (-math.inf, "weight: the number is not finite"),
        (True, "weight: has no value True; allowed: a number in kg, or light, medium, heavy (not a boolean)"),
        ("5", "weight: has no value '5'; allowed: a number in kg, or light, medium, heavy"),
        ("lite", "weight: has no value 'lite'; allowed: a number in kg, or light, medium, heavy (did you mean 'light'?)"),
        ([5], "weight: has no value [5]; allowed: a number in kg, or light, medium, heavy (not a list)"),
    ],
)
def test_what_is_not_a_number_or_band_is_refused(vocabulary: Vocabulary, value: object, problem: str) -> None:
    with pytest.raises(CaseError) as caught:
        from_data({"weight": value}, vocabulary)
    assert [str(one) for one in caught.value.problems] == [problem]


def test_a_whole_number_beyond_every_float_has_its_band(vocabulary: Vocabulary) -> None:
    """JSON holds whole numbers of any length."""
    assert from_data({"weight": 10**400}, vocabulary).value("weight") == "heavy"

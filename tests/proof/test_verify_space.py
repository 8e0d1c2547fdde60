"""The verifier's own space, against the plainest way of saying the same."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterable

import pytest

from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import NotApplicable
from pnet_pathways.proof.verify.answers import not_monotone
from pnet_pathways.proof.verify.closures import Given, closed, known_count
from pnet_pathways.proof.verify.space import Space, case_data, case_of
from pnet_pathways.proof.verify.tracks import TrackView
from project_vocabulary import DEPENDENTS, FACTS, VOCABULARY, applies

FEW = ("size", "resectable", "mostly_liver")
"""Some facts that rules tie to many others, of two sets of tied facts."""
SPREAD = ("spread.liver", "mostly_liver")
"""Facts of which everything tied to them can be combined in every way."""


@functools.cache
def few() -> Space:
    return Space.over(VOCABULARY, FEW)


def known(space: Space, given: Given) -> dict[str, object]:
    return {name: value for name, value in zip(space.names, given, strict=True) if value is not None}


def plain_completions(space: Space, given: Given) -> int:
    """Return the rows of a space that some complete scenario of each set of tied facts agrees with."""
    facts = known(space, given)
    left = (1 << len(space.rows)) - 1
    for tied in VOCABULARY.tied_sets(space.facts):
        held = [name for name in space.facts if name in tied]
        here = [row for row in VOCABULARY.rows(tied) if all(row[name] == facts[name] for name in tied & facts.keys())]
        values = {tuple(row[name] for name in held) for row in here}
        left &= sum(1 << number for number, row in enumerate(space.rows) if tuple(row[name] for name in held) in values)
    return left


def every_case(names: Iterable[str]) -> Iterable[Given]:
    """Yield every combination of values of facts, each also unknown."""
    return itertools.product(*((None, *FACTS[name].values) for name in names))


def alike_but(fact: str, one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios differ in this fact and in nothing else but what it takes away."""
    for name in one:
        if name != fact and one[name] != other[name]:
            taken_away = name in DEPENDENTS.get(fact, ()) and not (applies(name, one) and applies(name, other))
            if not taken_away:
                return False
    return one[fact] != other[fact]


def test_a_space_has_every_consistent_scenario_and_no_other() -> None:
    every = itertools.product(*(FACTS[name].domain for name in few().facts))
    consistent = [values for values in every if VOCABULARY.consistent(dict(zip(few().facts, values, strict=True)))]
    assert {tuple(row.values()) for row in few().rows} == set(consistent)
    assert len(few().rows) == len(consistent)


def test_each_case_leaves_the_rows_that_complete_it() -> None:
    cases = random.Random(7).sample(few().cases(), 200)  # noqa: S311
    for given, mask in cases:
        assert mask == few().completions(given) == plain_completions(few(), given)


def test_there_is_one_case_for_each_set_of_rows_that_any_leaves() -> None:
    space = Space.over(VOCABULARY, SPREAD)
    left = {plain_completions(space, given) for given in every_case(space.names)} - {0}
    cases = space.cases()
    assert sorted(mask for _, mask in cases) == sorted(left)
    assert space.count(space.names) == len(left)


def test_cases_come_with_the_fewest_known_facts_first() -> None:
    counts = [known_count(given) for given, _ in few().cases()]
    assert counts == sorted(counts)
    space = Space.over(VOCABULARY, SPREAD)
    fewest: dict[int, int] = {}
    for given in every_case(space.names):
        mask = plain_completions(space, given)
        fewest[mask] = min(known_count(given), fewest.get(mask, len(space.names)))
    assert all(known_count(given) == fewest[mask] for given, mask in space.cases())


def test_a_step_goes_from_each_case_by_each_further_fact_to_what_that_leaves() -> None:
    for space in (Space.over(VOCABULARY, SPREAD), Space.over(VOCABULARY, ["size"])):
        places = {mask: place for place, (_, mask) in enumerate(space.cases())}
        expected = set()
        for place, (given, mask) in enumerate(space.cases()):
            for at, name in enumerate(space.names):
                for value in FACTS[name].values if given[at] is None else ():
                    more = plain_completions(space, (*given[:at], value, *given[at + 1 :]))
                    if more not in (0, mask):
                        expected.add((place, name, places[more]))
        assert set(space.steps()) == expected


def test_what_is_lost_by_a_further_fact_is_found_although_another_case_stands_for_what_that_leaves() -> None:
    """Any two rows that some case leaves can be what loses; a case need not be part of the one that stands for more."""
    space = Space.over(VOCABULARY, ["size"])
    cases = space.cases()
    apart = [
        (one, more)
        for one, _, more in space.steps()
        if any(value not in (None, other) for value, other in zip(cases[one][0], cases[more][0], strict=True))
    ]
    assert apart
    for one, more in apart:
        certain = [frozenset[object]({"x"}) if place == one else frozenset[object]() for place in range(len(cases))]
        names = [(sure, frozenset[object]({"x"})) for sure in certain]
        assert any(place == more for place, _ in not_monotone(space, names))
        assert any(place == more for place, _ in not_monotone(space, names, frozenset({"x"})))
        # What other tracks decide is compared only where nothing that is known was forgotten.
        assert not any(place == more for place, _ in not_monotone(space, names, frozenset()))


def test_a_fact_is_in_depends_on_exactly_where_changing_it_alone_changes_the_outcome() -> None:
    """For partial cases of facts that rules tie together and one that they do not tie to these, for random outcomes."""
    space = few()
    chance = random.Random(7)  # noqa: S311
    outcomes = [chance.getrandbits(len(space.rows)) for _ in range(2)]
    outcomes.append(space.where(lambda row: row["size"] == FACTS["size"].values[0]))
    outcomes.append(space.where(lambda row: row["mostly_liver"] is True))
    pairs = {
        fact: [
            1 << one | 1 << other
            for one, other in itertools.combinations(range(len(space.rows)), 2)
            if alike_but(fact, space.rows[one], space.rows[other])
        ]
        for fact in space.facts
    }
    for _, mask in chance.sample(space.cases(), 300):
        for outcome in outcomes:
            expected = {
                fact
                for fact, found in pairs.items()
                if any(not pair & ~mask and (pair & outcome).bit_count() == 1 for pair in found)
            }
            assert space.depends_on(outcome, mask) == expected


def test_the_smallest_case_has_no_smaller_one_inside_the_rows() -> None:
    space = Space.over(VOCABULARY, FEW[1:])
    chance = random.Random(3)  # noqa: S311
    for _ in range(10):
        target = chance.getrandbits(len(space.rows)) | chance.getrandbits(len(space.rows))
        found = space.smallest([target])
        inside = [one for one, completions in space.cases(space.facts) if not completions & ~target]
        if found is None:
            assert not inside
            continue
        given, mask = found
        assert mask == plain_completions(space, given)
        assert not mask & ~target
        assert min(map(known_count, inside)) == known_count(given)


@pytest.mark.parametrize("names", [FEW, SPREAD, ("resectable",)])
def test_what_fails_everywhere_is_shown_by_the_empty_case_and_what_fails_nowhere_by_none(names: tuple[str, ...]) -> None:
    space = Space.over(VOCABULARY, names)
    assert space.smallest([space.everything]) == ((None,) * len(space.names), space.everything)
    assert space.smallest([0]) is None


def test_a_case_is_written_as_the_contract_has_it() -> None:
    names = closed(VOCABULARY, [*FEW, "symptoms.diarrhea"])
    for given, _ in random.Random(5).sample(few().cases(), 200):  # noqa: S311
        values = tuple(dict(zip(few().names, given, strict=True)).get(name) for name in names)
        case = case_of(VOCABULARY, names, values, "vipoma")
        assert case.known() == {"tumor_type": "vipoma", **known(few(), given)}
        assert case_of(VOCABULARY, names, tuple(case.known().get(name) for name in names), "vipoma") == case
        assert case_data(VOCABULARY, names, values, "vipoma")["tumor_type"] == "vipoma"


def test_every_scenario_as_given_leaves_one_completion(definitions: Definitions) -> None:
    pathway = definitions.pathways["gastrinoma"]
    space = TrackView.of(definitions, pathway, pathway.tracks["primary"]).space
    for number, row in enumerate(space.rows):
        given = tuple(None if isinstance(value := row.get(name), NotApplicable) else value for name in space.names)
        assert space.completions(given) == 1 << number

"""Verification: the project's definitions pass, and what was examined is all there is, counted anew."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterable

import attrs
import pytest

from pnet_pathways import DefinitionError, load_pathways
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.verify import verification
from pnet_pathways.proof.verify.answers import TrackViews
from pnet_pathways.proof.verify.claims import CLAIMS, ClaimVerdict
from pnet_pathways.proof.verify.composed import composed_facts
from pnet_pathways.proof.verify.tracks import TrackView
from pnet_pathways.proof.verify.verification import VerificationReport, verify
from project_vocabulary import FACTS, VOCABULARY
from pump import PUMP_FAULT

Told = list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def told() -> Told:
    return []


@pytest.fixture(scope="module")
def report(definitions: Definitions, told: Told) -> VerificationReport:
    """The one verification of the project's definitions; it takes half a minute."""
    return verify(definitions, progress=lambda *step: told.append(step))


def openings(facts: Iterable[str], known: Iterable[str] = tuple(FACTS)) -> int:
    """Return how many sets of scenarios over some facts partial cases leave open, counted from the scenarios themselves.

    The cases know some of the facts `known`. Rules tie no facts of two sets, so what is left of one goes with whatever is
    left of another.
    """
    total = 1
    for tied in VOCABULARY.tied_sets(facts):
        rows = VOCABULARY.rows(tied)
        left = {(1 << len(rows)) - 1}
        for name in tied.intersection(known):
            given = [sum(1 << number for number, row in enumerate(rows) if row[name] == one) for one in FACTS[name].values]
            left |= {one & more for one in left for more in given}
        held = [name for name in facts if name in tied]
        alike: dict[tuple[object, ...], int] = {}
        for number, row in enumerate(rows):
            key = tuple(row[name] for name in held)
            alike[key] = alike.get(key, 0) | 1 << number
        total *= len({tuple(bool(one & group) for group in alike.values()) for one in left if one})
    return total


def test_every_claim_is_proven_for_the_projects_definitions(report: VerificationReport) -> None:
    assert [claim.id for claim in report.claims] == list(CLAIMS)
    assert [
        (claim.id, claim.failures, claim.reason) for claim in report.claims if claim.verdict is not ClaimVerdict.PASSED
    ] == []
    assert report.passed


def test_every_claim_says_what_it_examined(report: VerificationReport) -> None:
    assert all(claim.examined and min(claim.examined.values()) > 0 for claim in report.claims)


def test_the_scenarios_examined_are_all_there_are(definitions: Definitions, report: VerificationReport) -> None:
    rows = sum(len(table.rows) for table in definitions.scenarios.values())
    for claim in ("complete", "deterministic", "reachable", "transitions", "agreement", "machine"):
        assert report.claim(claim).examined["scenarios"] == rows


def test_counting_by_sets_of_tied_facts_counts_what_trying_every_combination_does() -> None:
    """The counting below, where all combinations can be tried: what each leaves of every complete scenario."""
    for facts in (("spread.liver", "mostly_liver"), ("spread.other", "severe_symptoms"), ("symptoms.diarrhea",), ()):
        names = VOCABULARY.linked(facts)
        scenarios = VOCABULARY.scenarios(facts)
        found = set()
        for given in itertools.product(*((None, *FACTS[name].values) for name in names)):
            known = {name: value for name, value in zip(names, given, strict=True) if value is not None}
            agree = [row for row in scenarios if all(row[name] == value for name, value in known.items())]
            found.add(frozenset(tuple(row[name] for name in facts) for row in agree))
        assert openings(facts) == len(found - {frozenset()})


def test_the_partial_cases_examined_are_all_there_are(report: VerificationReport) -> None:
    """One for each set of a track's scenarios that some partial case leaves open, counted again."""
    counted = {count.facts: openings(count.facts) for count in report.tracks}
    assert [count.partial_cases for count in report.tracks] == [counted[count.facts] for count in report.tracks]
    assert report.claim("machine").examined["partial_cases"] == sum(count.partial_cases for count in report.tracks)


def test_the_answers_examined_are_those_of_every_type_and_of_an_unknown_one(
    definitions: Definitions, report: VerificationReport
) -> None:
    leading = [entry.pathway for entry in definitions.entry.types.values()]
    expected = sum(count.partial_cases * (leading.count(count.pathway) + 1) for count in report.tracks)
    for claim in ("answer", "missing", "monotone"):
        assert report.claim(claim).examined["partial_cases"] == expected


def test_whole_pathways_are_checked_by_brute_force_those_with_a_statement_in_two_tracks_first(
    definitions: Definitions, report: VerificationReport, told: Told
) -> None:
    head, tail = "whole answers of ", ", by brute force"
    chosen = [what.removeprefix(head).removesuffix(tail) for what, _, _ in told if what.startswith(head)]
    spanning = [any(one.also for one in definitions.pathways[name].statements) for name in chosen]
    assert spanning[0]
    assert spanning == sorted(spanning, reverse=True)
    views = [TrackView.of(definitions, one, track) for one in definitions.pathways.values() for track in one.tracks.values()]
    parts = TrackViews(definitions, views)
    facts = [composed_facts(definitions.pathways[name], parts) for name in chosen]
    assert report.claim("composed").examined == {
        "pathways": len(chosen),
        "scenarios": sum(len(list(VOCABULARY.combinations(VOCABULARY.deciding(one)))) for one in facts),
        "partial_cases": sum(openings(VOCABULARY.deciding(one), one) for one in facts),
    }


def test_it_tells_of_each_step(definitions: Definitions, report: VerificationReport, told: Told) -> None:
    assert report.passed
    for pathway, track in definitions.scenarios:
        assert any(what == f"graph of {pathway}.{track}" for what, _, _ in told)
        assert any(what == f"answers of {pathway}.{track}" for what, _, _ in told)
    for alternative in definitions.alternatives:
        assert any(what == f"alternative {alternative.name}" for what, _, _ in told)
    assert all(0 <= done < total for _, done, total in told)


def test_a_run_from_the_folder_finds_what_a_run_over_the_loaded_set_does() -> None:
    report = verify(PUMP_FAULT)
    assert report.passed
    assert verify(load_pathways(PUMP_FAULT)) == report


def test_processes_that_share_the_work_find_what_one_does() -> None:
    steps: list[str] = []
    assert verify(PUMP_FAULT, workers=3, progress=lambda what, *_: steps.append(what)) == verify(PUMP_FAULT)
    assert {"contradictions", "answers of gear.flow", "alternative P-3=any_pump"} <= set(steps)
    assert verify(PUMP_FAULT, workers=2, composed_cases=0) == verify(PUMP_FAULT, composed_cases=0)


def test_a_folder_that_changes_meanwhile_is_no_failure_of_a_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_alone", [])
    was = gc.isenabled()
    try:
        verification._begin(PUMP_FAULT, "the hash of an earlier text")
    finally:
        (gc.enable if was else gc.disable)()
    with pytest.raises(DefinitionError, match="changed while they were verified"):
        verification._done(verification._contradictions)


def test_brute_force_that_examined_nothing_is_no_proof() -> None:
    report = verify(PUMP_FAULT, composed_cases=0)
    claim = report.claim("composed")
    assert claim.verdict is ClaimVerdict.NOT_PROVEN
    assert claim.reason == "nothing was examined: no pathway has at most 0 composed partial cases"
    assert not report.passed
    others = [one for one in report.claims if one.id != "composed"]
    assert {one.verdict for one in others} == {ClaimVerdict.PASSED}
    assert attrs.evolve(verify(PUMP_FAULT), claims=tuple(others)).passed


def test_the_bound_of_the_brute_force_is_kept_to_the_case() -> None:
    whole = verify(PUMP_FAULT).claim("composed").examined
    assert verify(PUMP_FAULT, composed_cases=whole["partial_cases"]).claim("composed").examined == whole
    fewer = verify(PUMP_FAULT, composed_cases=whole["partial_cases"] - 1).claim("composed")
    assert fewer.examined["pathways"] == whole["pathways"] - 1
    assert fewer.verdict is ClaimVerdict.PASSED


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(enabled: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        during: list[bool] = []
        verify(PUMP_FAULT, progress=lambda *_: during.append(gc.isenabled()))
        assert gc.isenabled() is enabled
        assert not any(during)
    finally:
        (gc.enable if was else gc.disable)()


def test_a_folder_that_is_not_there_is_an_error() -> None:
    with pytest.raises(DefinitionError, match="no such folder"):
        verify("no-such-folder")

"""Alternatives of readings are proven, mutated and answered by hand; what is wrong with one is found."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from pnet_pathways import DefinitionError, load_pathways, recommend
from pnet_pathways.engine.recommend import Engine
from pnet_pathways.loading.chosen_readings import definitions_under
from pnet_pathways.model.claims import ClaimId
from pnet_pathways.model.conditions import Is
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.mutate.alternative_changes import AlternativeChange, alternative_changes
from pnet_pathways.proof.mutate.golden import differences, read_golden
from pnet_pathways.proof.mutate.mutation import mutate
from pnet_pathways.proof.mutate.report import MutantVerdict
from pnet_pathways.proof.mutate.statement_changes import Parts
from pnet_pathways.proof.verify.alternatives import examine_alternative, examine_pairs
from pnet_pathways.proof.verify.claims import Failure, Ledger
from pump import PUMP_FAULT, edit


@pytest.fixture(scope="module")
def pumps() -> Definitions:
    return load_pathways(PUMP_FAULT)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PUMP_FAULT, tmp_path / "pump_fault"))


def examined(definitions: Definitions, engine: Engine | None = None) -> dict[ClaimId, list[Failure]]:
    """Return what fails of the claims about alternatives."""
    ledger = Ledger()
    for alternative in definitions.alternatives:
        examine_alternative(definitions, alternative, engine or Engine(definitions), ledger)
    examine_pairs(definitions, ledger)
    return {claim: found for claim, found in ledger.failures.items() if found}


def only(definitions: Definitions, reading: str, name: str) -> Definitions:
    """Return definitions with one alternative only, to keep it short."""
    readings = {
        key: attrs.evolve(one, alternatives={name: one.alternatives[name]} if key == reading else {})
        for key, one in definitions.readings.items()
    }
    return attrs.evolve(definitions, readings=readings)


# Verification


def test_a_gap_without_words_is_found_with_the_case_that_shows_it(copy: Path) -> None:
    text = (copy / "readings.yaml").read_text("utf-8")
    start = text.index("        gaps:")
    (copy / "readings.yaml").write_text(text[:start] + text[text.index("      with_spare:") :], "utf-8")
    found = examined(only(load_pathways(copy), "P-1", "worn_only"))
    (failure,) = found[ClaimId.ALTERNATIVE_GAPS]
    assert failure.message == "P-1=worn_only: a gap arises in centrifugal.flow, and 'flow' has no words for it"
    assert failure.where.startswith("readings.yaml:")
    assert failure.case == {"pump": "centrifugal", "operation": "stopped", "valve_open": True, "flow": "none"}


def test_a_gap_that_arises_only_where_two_are_chosen_needs_words_too(copy: Path) -> None:
    """Neither alone leaves the stopped pump behind an open valve without an option."""
    readings = copy / "readings.yaml"
    edit(readings, "{operation: stopped, flow: none, valve_open: true}", "{flow: none, valve_open: true, spare: true}")
    edit(readings, "prime_pump], requires: {valve_open: true}", "prime_pump], requires: {valve_open: true, spare: false}")
    text = readings.read_text("utf-8")
    while "        gaps:" in text:
        start = text.index("        gaps:")
        end = text.index("\n", text.index("\n", start) + 1) + 1
        text = text[:start] + text[end:]
    readings.write_text(text, "utf-8")
    found = {one.message for one in examined(load_pathways(copy))[ClaimId.ALTERNATIVE_GAPS]}
    assert any(message.startswith("P-1=worn_only with P-3=any_pump: a gap arises in centrifugal.flow") for message in found)


def test_a_statement_that_says_what_it_says_anyway_is_found(copy: Path) -> None:
    """The words differ and the scenarios do not: the loader cannot see that."""
    edit(copy / "readings.yaml", "            when: {flow: none}\n", "            when: {operation: running, flow: none}\n")
    found = examined(only(load_pathways(copy), "P-3", "any_pump"))
    (failure,) = found[ClaimId.ALTERNATIVES]
    assert failure.message == "P-3=any_pump: CEN-2 says in every scenario what it says anyway"


def test_another_statement_that_reads_otherwise_is_found(pumps: Definitions) -> None:
    definitions = only(pumps, "P-3", "any_pump")
    under = definitions_under(definitions, {"P-3": "any_pump"})
    pathway = under.pathways["gear"]
    first = attrs.evolve(pathway.statements[0], when=Is("flow", ("none",)))
    wrong = attrs.evolve(pathway, statements=(first, *pathway.statements[1:]))
    definitions.remembered["P-3=any_pump",] = attrs.evolve(under, pathways={**under.pathways, "gear": wrong})
    found = examined(definitions)
    assert [one.message for one in found[ClaimId.ALTERNATIVES]] == [
        "P-3=any_pump: GEA-1, which it does not name, reads otherwise"
    ]


def test_an_answer_that_is_not_what_the_statements_then_say_is_found(pumps: Definitions) -> None:
    definitions = only(pumps, "P-3", "any_pump")
    under = definitions_under(definitions, {"P-3": "any_pump"})
    scenarios = {**under.scenarios, ("centrifugal", "flow"): definitions.scenarios["centrifugal", "flow"]}
    definitions.remembered["P-3=any_pump",] = attrs.evolve(under, scenarios=scenarios)
    found = examined(definitions)
    assert set(found) == {ClaimId.ALTERNATIVE_ANSWERS}
    assert all(one.message.startswith("P-3=any_pump: centrifugal.flow: ") for one in found[ClaimId.ALTERNATIVE_ANSWERS])


# Golden answers


GOLDEN = """\
title: Under an alternative
answers:
  - name: A pump behind an open valve may be primed, whether it runs or not
    under: {P-3: any_pump}
    case: {pump: centrifugal, operation: stopped, valve_open: true, flow: none}
    certain: ["CEN-2: prime_pump", "CEN-4: replace_seal optionally replace_sleeve"]
    because: {section: Treatment of Faults in Centrifugal Pumps, first: "If the pump runs but", start: 709}
"""


def test_a_golden_answer_can_be_one_under_alternatives(pumps: Definitions, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(GOLDEN, "utf-8")
    (golden,) = read_golden(path, pumps.vocabulary)
    assert golden.under == {"P-3": "any_pump"}
    assert not list(differences(golden, recommend(golden.case, pumps, readings=golden.under)))
    assert list(differences(golden, recommend(golden.case, pumps)))


@pytest.mark.parametrize("under", ["P-3", "[P-3]", "{P-3: [any_pump]}", "{P-3: true}"])
def test_what_pairs_no_readings_with_alternatives_is_refused(pumps: Definitions, tmp_path: Path, under: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(GOLDEN.replace("{P-3: any_pump}", under), "utf-8")
    with pytest.raises(DefinitionError, match="'under' pairs readings with their alternatives"):
        read_golden(path, pumps.vocabulary)


def test_a_golden_answer_under_an_alternative_that_is_not_there_is_not_met(copy: Path) -> None:
    edit(copy / "golden" / "centrifugal.yaml", "    under: {P-3: any_pump}\n    case: {pump: centrifugal, flow: full}",
         "    under: {P-3: some_pump}\n    case: {pump: centrifugal, flow: full}")  # fmt: skip
    with pytest.raises(DefinitionError, match=r"it has no alternative 'some_pump' \(alternatives: any_pump\)"):
        mutate(copy, only=["readings"])


CHANGED_BY = """\
title: What alternatives would change
answers:
  - name: A stopped pump behind an open valve gets a new seal, as the readings are
    case: {pump: centrifugal, operation: stopped, valve_open: true, flow: none, leaks: [], bearing_temperature: cool}
    certain: ["CEN-4: replace_seal optionally replace_sleeve"]
    changed_by: [P-3=any_pump, P-1=with_spare, P-1=worn_only]
    because: {section: Treatment of Faults in Centrifugal Pumps, first: "If the seal is worn,", start: 938}
"""
UNCHANGED = """\
title: What no alternative changes
answers:
  - name: With the full flow and no leak there is nothing to do, however the text is read
    case: {pump: centrifugal, flow: full, leaks: [], bearing_temperature: cool}
    certain: []
    changed_by: []
    because: {section: Treatment of Faults in Centrifugal Pumps, first: "If the seal is worn,", start: 938}
"""


def test_a_golden_answer_says_which_alternatives_would_change_it(pumps: Definitions, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(CHANGED_BY, "utf-8")
    (golden,) = read_golden(path, pumps.vocabulary)
    answer = recommend(golden.case, pumps)
    assert not list(differences(golden, answer))
    fewer = attrs.evolve(golden, expected={**golden.expected, "changed_by": ["P-3=any_pump"]})
    (told,) = differences(fewer, answer)
    assert told.startswith("changed_by: expected ['P-3=any_pump'], found ['P-1=with_spare', ")
    assert not list(differences(fewer, answer, alternatives=False))


@pytest.mark.usefixtures("_fewer_changes")
def test_that_an_answer_is_changed_by_no_alternative_catches_one_that_would_change_it(copy: Path) -> None:
    for path in (copy / "golden").glob("*.yaml"):
        path.unlink()
    (copy / "golden" / "x.yaml").write_text(UNCHANGED, "utf-8")
    report = mutate(copy, only=["readings"])
    caught = {one.what for one in report.mutants if one.verdict is MutantVerdict.GOLDEN}
    assert any(what.startswith("P-1=worn_only: CEN-4: turned round") for what in caught)


# Mutation


KINDS = {
    "condition negated",
    "option dropped",
    "strength changed",
    "together dropped",
    "statement dropped",
    "second track dropped",
}


def some_changes(data: dict[str, Any], parts: Parts) -> Iterator[AlternativeChange]:
    """Yield the changes that are of the kinds tried here; `pnet mutate` in the gate tries them all."""
    return (change for change in alternative_changes(data, parts) if change.mutation.kind in KINDS)


@pytest.fixture
def _fewer_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pnet_pathways.proof.mutate.mutation.alternative_changes", some_changes)


@pytest.mark.usefixtures("_fewer_changes")
def test_changes_of_alternatives_are_caught_by_answers_under_them() -> None:
    report = mutate(PUMP_FAULT, only=["readings"])
    assert not report.survivors
    assert {one.kind for one in report.mutants} == KINDS
    caught = [one for one in report.mutants if one.verdict is MutantVerdict.GOLDEN]
    assert caught
    assert all(one.by.startswith("centrifugal.yaml:") for one in caught)
    assert all(one.where.startswith("readings.yaml:") for one in report.mutants)


@pytest.mark.usefixtures("_fewer_changes")
def test_changes_that_no_answer_notices_survive(copy: Path) -> None:
    path = copy / "golden" / "centrifugal.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("  # Under alternatives")], "utf-8")
    report = mutate(copy, only=["readings"])
    assert {one.what.partition(":")[0] for one in report.survivors} >= {"P-1=worn_only", "P-3=any_pump", "P-4=stopped_only"}


def test_what_a_statement_keeps_is_not_changed(pumps: Definitions) -> None:
    data = {"readings": {"P-3": {"alternatives": {"x": {"statements": [{"id": "CEN-3", "when": "always", "options": [
        {"item": 5, "treatments": ["tighten_bolts"]}]}]}}}}}  # fmt: skip
    parts = Parts(pumps.vocabulary, tuple(pumps.treatments), (), tuple(pumps.readings))
    changes = list(alternative_changes(data, parts))
    assert all(change.mutation.path[:5] == ("readings", "P-3", "alternatives", "x", "statements") for change in changes)
    assert not any({"track", "readings"} & set(change.mutation.path[6:7]) for change in changes)
    rewritten = [change.mutation.data["readings"]["P-3"]["alternatives"]["x"]["statements"] for change in changes]
    assert {key for statements in rewritten for one in statements for key in one} == {"id", "when", "options"}

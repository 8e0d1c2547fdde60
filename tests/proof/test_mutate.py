"""Mutation testing of definitions: what is changed, what catches it, and that what slips through is said."""

from __future__ import annotations

import copy
import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from typer.testing import CliRunner

from pnet_pathways import DefinitionError
from pnet_pathways.cli.main import app
from pnet_pathways.loading.yaml_source import read_yaml
from pnet_pathways.proof import processes
from pnet_pathways.proof.mutate.file_changes import entry_changes, pathway_changes
from pnet_pathways.proof.mutate.mutation import mutate
from pnet_pathways.proof.mutate.report import (
    Encodings,
    Mutant,
    MutantVerdict,
    MutationReport,
)
from pnet_pathways.proof.mutate.statement_changes import (
    Mutation,
    Parts,
    condition_changes,
    cut,
    put,
)
from project import DEFINITIONS
from project_vocabulary import VOCABULARY, condition_from

WORDS = Parts(VOCABULARY, ("tumor_removal", "chemotherapy"), ("systemic_chemotherapy",), ("R-1", "R-3"))

THIN = """\
title: One answer only
answers:
  - name: A somatostatinoma that can be removed may be taken out
    case: {tumor_type: somatostatinoma, resectable: true, spread: [], course: new, symptoms: []}
    certain: ["SOM-1: tumor_removal"]
    because: {section: Treatment of Other Pancreatic Neuroendocrine Tumors, first: "Surgery", start: 37059}
"""


KINDS = {
    "answers exchanged", "answer led elsewhere", "condition negated", "strength changed", "intent changed", "reading dropped",
    "requirement dropped", "condition widened", "option dropped", "statement moved", "kind of leaf changed",
}  # fmt: skip
"""The kinds tried here; `pnet mutate` in the gate tries them all."""


def some_pathway_changes(data: dict[str, Any], words: Parts) -> Iterator[Mutation]:
    """Yield the changes of a pathway that are of the kinds tried here."""
    return (change for change in pathway_changes(data, words) if change.kind in KINDS)


def some_entry_changes(data: dict[str, Any], pathways: tuple[str, ...], parts: Parts) -> Iterator[Mutation]:
    """Yield the first three changes of the entry of each kind."""
    counts: Counter[str] = Counter()
    for change in entry_changes(data, pathways, parts):
        counts[change.kind] += 1
        if counts[change.kind] <= 3:
            yield change


@pytest.fixture(scope="module", autouse=True)
def _fewer_changes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pnet_pathways.proof.mutate.mutation.pathway_changes", some_pathway_changes)
        patch.setattr("pnet_pathways.proof.mutate.mutation.entry_changes", some_entry_changes)
        yield


@pytest.fixture(scope="module")
def report() -> MutationReport:
    """The report on one pathway, with the project's golden answers."""
    return mutate(only=["somatostatinoma"])


@pytest.fixture(scope="module")
def thin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one golden answer."""
    folder = tmp_path_factory.mktemp("thin")
    (folder / "somatostatinoma.yaml").write_text(THIN)
    return folder


def data(name: str) -> dict[str, Any]:
    """Return the plain data of a definition file."""
    found: dict[str, Any] = read_yaml(DEFINITIONS / f"{name}.yaml", f"{name}.yaml").data
    return found


# What is changed


def changed(condition: Any) -> dict[str, list[Any]]:
    """Return what becomes of a condition, by kind."""
    found: dict[str, list[Any]] = {}
    for change in condition_changes(condition, VOCABULARY):
        found.setdefault(change.kind, []).append(change.data)
    return found


def test_two_facts_are_dropped_negated_joined_by_or_and_given_other_values() -> None:
    found = changed({"pancreatic_tumors": "one", "resectable": True})
    assert found["conjunct dropped"] == [{"resectable": True}, {"pancreatic_tumors": "one"}]
    assert found["and/or swapped"] == [{"any": [{"pancreatic_tumors": "one"}, {"resectable": True}]}]
    assert {"all": [{"resectable": True}, {"not": {"pancreatic_tumors": "one"}}]} in found["part negated"]
    assert {"pancreatic_tumors": ["none"], "resectable": True} in found["value changed"]
    assert {"pancreatic_tumors": ["one", "several"], "resectable": True} in found["value added"]
    assert {"pancreatic_tumors": "one", "refractory": True} in found["fact changed"]
    assert found["condition dropped"] == ["always"]
    assert found["condition negated"] == [{"not": {"pancreatic_tumors": "one", "resectable": True}}]


def test_alternatives_are_dropped_swapped_and_changed_within() -> None:
    found = changed({"any": [{"course": "progressive"}, {"spread": {"any_of": ["liver", "other"]}}]})
    assert {"any": [{"course": "progressive"}]} in found["alternative dropped"]
    assert found["and/or swapped"] == [{"all": [{"course": "progressive"}, {"spread": {"any_of": ["liver", "other"]}}]}]
    assert {"any": [{"course": "progressive"}, {"spread": {"any_of": ["liver"]}}]} in found["value dropped"]
    assert {"any": [{"course": "progressive"}, {"spread": {"all_of": ["liver", "other"]}}]} in found["test changed"]


def test_a_negation_is_dropped_and_changed_within() -> None:
    found = changed({"not": {"sites": {"any_of": ["head"]}}})
    assert {"all": [{"sites": {"any_of": ["head"]}}]} in found["part negated"]
    assert {"not": {"sites": {"only": ["head"]}}} in found["test changed"]


def test_what_always_holds_is_negated_and_narrowed_by_every_value_of_every_fact() -> None:
    found = changed("always")
    assert set(found) == {"condition negated", "condition narrowed"}
    assert {"all": ["always", {"symptoms.diarrhea": False}]} in found["condition narrowed"]


@pytest.mark.parametrize(
    "condition",
    [
        "always",
        {"pancreatic_tumors": ["one", "several"], "sites": {"any_of": ["head", "tail"]}, "size": "small"},
        {"any": [{"course": "progressive"}, {"spread": {"none_of": ["liver"]}}]},
        {"not": {"all": [{"resectable": False}, "always"]}},
    ],
)
def test_every_change_of_a_condition_is_a_condition_and_is_another(condition: Any) -> None:
    before = condition_from(condition)
    changes = list(condition_changes(condition, VOCABULARY))
    assert all(condition_from(change.data) != before for change in changes)
    shown = Counter(json.dumps(change.data) for change in changes if change.kind != "condition narrowed")
    assert max(shown.values()) == 1


@pytest.mark.parametrize("name", ["gastrinoma", "vipoma"])
def test_every_change_of_a_pathway_differs_from_it_at_a_place_that_the_file_has(name: str) -> None:
    document = read_yaml(DEFINITIONS / f"{name}.yaml", f"{name}.yaml")
    before = copy.deepcopy(document.data)
    for change in pathway_changes(document.data, WORDS):
        assert change.data != before, change.kind
        assert document.where(change.path[:2]).line > 1
    assert document.data == before


def test_every_change_of_the_entry_differs_from_it() -> None:
    entry = data("entry")
    before = copy.deepcopy(entry)
    changes = list(entry_changes(entry, ("gastrinoma", "supportive"), attrs.evolve(WORDS, readings=("R-9", "R-12"))))
    # The order of the tracks is a change although two mappings compare equal.
    assert all(json.dumps(change.data) != json.dumps(before) for change in changes)
    assert entry == before
    assert {"tracks reordered", "type led elsewhere", "type out of scope", "pathway for every type added"} <= {
        change.kind for change in changes
    }


def test_each_kind_of_single_point_change_is_made() -> None:
    kinds = {change.kind for name in ("gastrinoma", "vipoma") for change in pathway_changes(data(name), WORDS)}
    assert kinds >= {
        "another fact asked", "answer led elsewhere", "answers exchanged", "value answered elsewhere", "start changed",
        "kind of leaf changed", "offer dropped", "offer added", "statement added to leaf", "statement dropped from leaf",
        "gaps exchanged", "reading dropped", "reading added", "statement dropped", "statement moved", "second track dropped",
        "condition negated", "condition narrowed", "condition widened", "conjunct dropped", "and/or swapped", "value added",
        "value dropped", "value changed", "requirement dropped", "requirement added", "requirement: condition negated",
        "strength changed", "treatment dropped", "treatment added", "treatment changed", "optional treatment dropped",
        "optional treatment added", "intent changed", "choice changed", "item changed", "options reordered",
        "option dropped", "option added",
    }  # fmt: skip


def test_put_and_cut_leave_what_they_are_given() -> None:
    given = {"a": [{"b": 1}, {"c": 2}]}
    assert put(given, ("a", 0, "b"), 3) == {"a": [{"b": 3}, {"c": 2}]}
    assert cut(given, ("a", 1)) == {"a": [{"b": 1}]}
    assert given == {"a": [{"b": 1}, {"c": 2}]}


def test_a_change_below_is_one_of_the_data_around_it() -> None:
    change = Mutation("kind", ("b",), "what", {"b": 2}).below(("a",), {"a": {"b": 1}, "c": 3})
    assert (change.path, change.data) == (("a", "b"), {"a": {"b": 2}, "c": 3})


# What catches it


def test_no_change_of_the_pathway_survives(report: MutationReport) -> None:
    assert not report.survivors
    assert {one.verdict for one in report.mutants} == set(MutantVerdict) - {MutantVerdict.SURVIVED}


def test_no_change_of_the_entry_survives() -> None:
    report = mutate(only=["entry"])
    assert not report.survivors
    assert verdicts(report, "gap: condition negated", "primary", Encodings.ONE) == {MutantVerdict.AGREEMENT}
    assert verdicts(report, "gap: condition negated", "primary", Encodings.BOTH) == {MutantVerdict.GOLDEN}
    assert verdicts(report, "gap condition dropped", "primary", Encodings.ONE) == {MutantVerdict.LOADER}
    assert verdicts(report, "type led elsewhere", "gastrinoma", Encodings.ONE) == {MutantVerdict.GOLDEN}


def verdicts(report: MutationReport, kind: str, what: str, encodings: Encodings) -> set[MutantVerdict]:
    """Return the verdicts on the mutants of a kind that say something."""
    found = {one.verdict for one in report.mutants if one.kind == kind and what in one.what and one.encodings is encodings}
    assert found
    return found


@pytest.mark.parametrize(
    ("kind", "what", "encodings", "verdict"),
    [
        ("answers exchanged", "primary: resectable", Encodings.ONE, MutantVerdict.AGREEMENT),
        ("answer led elsewhere", "leads to resectable_tumor instead of not_resectable", Encodings.ONE, MutantVerdict.LOADER),
        ("condition negated", "SOM-2", Encodings.ONE, MutantVerdict.AGREEMENT),
        ("condition negated", "SOM-2", Encodings.BOTH, MutantVerdict.GOLDEN),
        ("strength changed", "usual", Encodings.ONE, MutantVerdict.LOADER),
        ("strength changed", "usual", Encodings.BOTH, MutantVerdict.GOLDEN),
        ("intent changed", "[debulking_surgery]", Encodings.ONE, MutantVerdict.GOLDEN),
        ("requirement dropped", "SOM-1", Encodings.ONE, MutantVerdict.AGREEMENT),
        ("requirement dropped", "SOM-1", Encodings.BOTH, MutantVerdict.GOLDEN),
        ("reading dropped", "SOM-2: without R-3", Encodings.ONE, MutantVerdict.GOLDEN),
        # Spread to the liver meets the statement already.
        ("condition widened", "SOM-2: or {spread.liver: true}", Encodings.ONE, MutantVerdict.EQUIVALENT),
        ("condition widened", "SOM-2: or {spread.liver: true}", Encodings.BOTH, MutantVerdict.EQUIVALENT),
    ],
)
def test_what_catches_a_change(
    report: MutationReport, kind: str, what: str, encodings: Encodings, verdict: MutantVerdict
) -> None:
    assert verdicts(report, kind, what, encodings) == {verdict}


def test_a_golden_answer_that_catches_is_named(report: MutationReport) -> None:
    caught = [one for one in report.mutants if one.verdict is MutantVerdict.GOLDEN]
    assert caught
    assert all(".yaml:" in one.by for one in caught)


def test_with_few_golden_answers_misreadings_survive_and_slips_do_not(
    thin: Path, report: MutationReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "KINDS", {"condition negated", "strength changed", "intent changed"})
    weak = mutate(golden=thin, only=["somatostatinoma"])
    assert verdicts(weak, "condition negated", "SOM-2", Encodings.ONE) == {MutantVerdict.AGREEMENT}
    assert verdicts(weak, "strength changed", "SOM-3", Encodings.BOTH) == {MutantVerdict.SURVIVED}
    assert verdicts(weak, "intent changed", "[debulking_surgery]", Encodings.ONE) == {MutantVerdict.SURVIVED}
    # Nothing that a golden answer tells apart is called equivalent.
    assert {_key(one) for one in weak.equivalent} <= {_key(one) for one in report.equivalent}


def _key(mutant: Mutant) -> tuple[str, str, str, Encodings]:
    return mutant.kind, mutant.where, mutant.what, mutant.encodings


def test_processes_that_share_the_changes_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "KINDS", {"strength changed", "reading dropped"})
    # Copies of this process know of the fewer kinds.
    monkeypatch.setattr(processes, "_method", lambda: "fork")
    names = ["somatostatinoma", "other"]
    assert mutate(only=names, workers=2) == mutate(only=names)


# What cannot be tried


def test_without_golden_answers_nothing_is_tried(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"there are no golden answers here \(name their folder with --golden\)"):
        mutate(golden=tmp_path)


def test_golden_answers_that_would_not_be_read_are_named(thin: Path, tmp_path: Path) -> None:
    shutil.copytree(thin, tmp_path, dirs_exist_ok=True)
    (tmp_path / "more.yml").write_text(THIN)
    with pytest.raises(DefinitionError, match=r"more\.yml: files that end in \.yml are not read \(rename it to more\.yaml\)"):
        mutate(golden=tmp_path)


def test_golden_answers_that_are_not_met_to_begin_with_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(THIN.replace("SOM-1: tumor_removal", "SOM-1: chemotherapy"))
    with pytest.raises(DefinitionError, match=r"wrong\.yaml:3:1: 'A somatostatinoma that can be removed.*certain: expected"):
        mutate(golden=tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"nowhere: there is no such folder of definitions"):
        mutate(tmp_path / "nowhere")


def test_a_file_that_is_not_there_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(DefinitionError, match=r"no file 'gastrinom' to change \(did you mean 'gastrinoma'\?\)"):
        mutate(only=["gastrinom"])


def test_the_golden_answers_of_a_folder_are_those_in_it(folder: Path, thin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "KINDS", {"kind of leaf changed"})
    shutil.rmtree(folder / "golden")
    with pytest.raises(DefinitionError, match=r"pathways/golden: there are no golden answers here \(name their folder with"):
        mutate(folder)
    shutil.copytree(thin, folder / "golden")
    assert mutate(folder, only=["somatostatinoma"]).golden == 1


# The report and the command


def small() -> MutationReport:
    """A report with one mutant of each sort."""
    return MutationReport(
        (
            Mutant("strength changed", "x.yaml:3:5", "usual", Encodings.ONE, MutantVerdict.LOADER),
            Mutant("strength changed", "x.yaml:3:5", "usual", Encodings.BOTH, MutantVerdict.SURVIVED),
            Mutant("condition negated", "x.yaml:2:5", "turned round", Encodings.BOTH, MutantVerdict.GOLDEN, "g.yaml:3: name"),
            Mutant("condition negated", "x.yaml:1:5", "turned round", Encodings.BOTH, MutantVerdict.EQUIVALENT),
        ),
        7,
    )


def test_the_text_counts_each_kind_and_lists_the_survivors_with_their_place() -> None:
    text = small().to_text()
    assert "4 mutants: 2 killed, 1 equivalent, 1 survived (7 golden answers)." in text
    assert "survived: x.yaml:3:5: strength changed (both): usual" in text
    assert text.index("condition negated") < text.index("strength changed")


def test_the_markdown_has_a_row_for_each_kind() -> None:
    rows = [line for line in small().to_markdown().splitlines() if line.startswith("| ")]
    assert rows == [
        "| kind | encodings | loader | agreement | golden | equivalent | survived |",
        "| condition negated | both | 0 | 0 | 1 | 1 | 0 |",
        "| strength changed | both | 0 | 0 | 0 | 0 | 1 |",
        "| strength changed | one | 1 | 0 | 0 | 0 | 0 |",
    ]


def test_the_data_hold_counts_survivors_and_equivalent_mutants() -> None:
    found = small().to_dict()
    assert found["verdicts"] == {"loader": 1, "agreement": 0, "golden": 1, "equivalent": 1, "survived": 1}
    assert found["survivors"] == [
        {"kind": "strength changed", "where": "x.yaml:3:5", "what": "usual", "encodings": "both"},
    ]
    assert [one["where"] for one in found["equivalent"]] == ["x.yaml:1:5"]


@pytest.mark.parametrize(("format", "head"), [("text", "1,"), ("markdown", "# Mutation"), ("json", "{")])
def test_survivors_fail_the_command(monkeypatch: pytest.MonkeyPatch, format: str, head: str) -> None:
    monkeypatch.setattr("pnet_pathways.proof.mutate.mutation.mutate", lambda *_, **__: small())
    done = CliRunner().invoke(app, ["mutate", "--format", format])
    assert done.exit_code == 1
    assert done.stdout.startswith(head if format != "text" else "4 mutants")


def test_the_command_passes_without_survivors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pnet_pathways.proof.mutate.mutation.mutate", lambda *_, **__: MutationReport((), 1))
    assert CliRunner().invoke(app, ["mutate"]).exit_code == 0


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["mutate", "--golden", str(tmp_path)])
    assert done.exit_code == 2
    assert "there are no golden answers here" in done.stderr

"""Broken definitions, for each claim that a definition can break: each is caught exactly, and none loads silently."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from broken_definitions import BROKEN, NAMES, build, edit, line_of, put_in, read
from pnet_pathways import Case, DefinitionError, load_pathways
from pnet_pathways.model.errors import InconsistentCaseError
from pnet_pathways.model.vocabulary import Vocabulary
from pnet_pathways.proof.verify import verification
from pnet_pathways.proof.verify.claims import CLAIMS, ClaimVerdict, Ledger
from pnet_pathways.proof.verify.contradictions import examine_contradictions
from pnet_pathways.proof.verify.graph import examine_shared
from pnet_pathways.proof.verify.verification import Failure, VerificationReport, verify
from pump import PUMP_FAULT

CLAIM_OF = {name: str(read(name).get("claim", name)) for name in NAMES}
"""The claim that each breaks: that of its name, unless it says another."""
LOADING = ["care_course"]
"""Those that load all the same."""
OF_THE_LIBRARY = {"machine", "answer", "missing", "monotone", "contradictions", "factoring", "composed", "codes"}
OF_A_LIST = {"distinct"}  # of what a document means; see test_verify_distinct.py
OF_ALTERNATIVES = {"alternatives", "alternative_answers", "alternative_gaps"}


@pytest.fixture(scope="module", autouse=True)
def _facts_once() -> Iterator[None]:
    """Examine the contradictions of each vocabulary once: none of the mistakes is one in the facts."""
    known: dict[Vocabulary, Ledger] = {}

    def once(vocabulary: Vocabulary, ledger: Ledger) -> None:
        if vocabulary not in known:
            known[vocabulary] = Ledger()
            examine_contradictions(vocabulary, known[vocabulary])
        assert not any(known[vocabulary].failures.values())
        for claim, counts in known[vocabulary].examined.items():
            for kind, number in counts.items():
                ledger.count(claim, kind, number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verification, "examine_contradictions", once)
        yield


def failures(report: VerificationReport) -> dict[str, tuple[Failure, ...]]:
    return {claim.id: claim.failures for claim in report.claims if claim.verdict is ClaimVerdict.FAILED}


def failure_of(name: str, folder: Path) -> Failure:
    """Return what must be found in a folder with one of the mistakes."""
    right = read(name)["finds"]
    return Failure(
        where=f"{right['file']}:{line_of(folder, right['file'], right['lines'])}:{right['column']}",
        message=right["message"],
        case=right["case"],
        path=tuple((state, answer) for state, answer in right["path"]),
    )


def test_there_is_one_for_each_claim_that_a_definition_can_break() -> None:
    assert set(CLAIM_OF.values()) == {str(claim) for claim in CLAIMS} - OF_THE_LIBRARY - OF_ALTERNATIVES - OF_A_LIST


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LOADING])
def test_the_right_claim_fails_with_the_smallest_case_its_path_and_place(name: str, tmp_path: Path) -> None:
    folder = build(name, tmp_path / name)
    report = verify(folder)
    assert failures(report) == {CLAIM_OF[name]: (failure_of(name, folder),)}
    assert report.claim("answer").verdict is ClaimVerdict.NOT_PROVEN


@pytest.mark.parametrize("name", LOADING)
def test_the_right_claim_fails_of_what_loads(name: str, tmp_path: Path) -> None:
    folder, ledger = build(name, tmp_path / name), Ledger()
    examine_shared(load_pathways(folder), ledger)
    assert {claim: found for claim, found in ledger.failures.items() if found} == {name: [failure_of(name, folder)]}


def test_the_answers_of_what_loads_are_examined_all_the_same(tmp_path: Path) -> None:
    """In a small set of definitions: no event leads out of a state of the care course."""
    folder = Path(shutil.copytree(PUMP_FAULT, tmp_path / "pump_fault"))
    edit(folder, "care_course.yaml", "sources: [under_repair]", "sources: [in_service]")
    report = verify(folder)
    assert set(failures(report)) == {"care_course"}
    assert {claim.verdict for claim in report.claims if claim.id != "care_course"} == {ClaimVerdict.PASSED}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LOADING])
def test_what_verify_finds_does_not_load(name: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_pathways(build(name, tmp_path / name))
    assert {problem.code for problem in caught.value.problems} == {None if name == "readable" else CLAIM_OF[name]}


@pytest.mark.parametrize("name", NAMES)
def test_the_counterexample_can_be_pasted(name: str) -> None:
    """It is a case, or, for an answer that no case gives, the contradiction that it would be."""
    case = read(name)["finds"]["case"]
    if name == "transitions":
        with pytest.raises(InconsistentCaseError):
            Case.from_dict(case)
    elif case is not None:
        assert Case.from_dict(case).to_dict().keys() == case.keys()


def test_claims_that_rest_on_a_broken_one_are_not_proven(tmp_path: Path) -> None:
    report = verify(build("complete", tmp_path / "complete"))
    assert report.claim("answer").verdict is ClaimVerdict.NOT_PROVEN
    assert report.claim("contradictions").verdict is ClaimVerdict.PASSED
    assert report.claim("answer").reason


def test_a_track_too_large_to_list_is_reported_and_not_listed(folder: Path) -> None:
    facts = (
        "{pancreatic_tumors: one, duodenal_tumors: true, residual_after_surgery: true, refractory: true, mostly_liver: true, "
        "severe_symptoms: true, symptoms: {all_of: [diarrhea, stomach_ulcers, low_blood_sugar, high_blood_sugar]}, "
        "sites: {any_of: [head]}, size: small, course: new, spread: {any_of: [lymph_nodes, liver, other]}}"
    )
    # It reads them all and says the same: they hold or they do not.
    spread = "{spread: {any_of: [liver, other]}}"
    edit(
        folder,
        "somatostatinoma.yaml",
        f"    when: {spread}",
        f"    when: {{all: [{spread}, {{any: [{facts}, {{not: {facts}}}]}}]}}",
    )
    found = failures(verify(folder))
    assert set(found) == {"factoring"}
    assert "at most 500,000 are listed" in found["factoring"][0].message
    assert found["factoring"][0].where.startswith("somatostatinoma.yaml:")


def test_every_kind_of_mistake_in_one_set_is_reported_at_once(folder: Path) -> None:
    for name in ("complete", "cycle", "dead_end", "used", "care_course"):
        put_in(name, folder)
    assert set(failures(verify(folder))) == {"complete", "cycle", "dead_end", "used", "care_course"}


def test_a_mistake_that_only_loading_sees_stands_under_its_claim(folder: Path) -> None:
    """The same value twice in one answer leaves each scenario its one way, and is a mistake all the same."""
    edit(
        folder,
        "gastrinoma.yaml",
        "          body or tail or body and tail: body_or_tail\n",
        "          body or tail or tail or body and tail: body_or_tail\n",
    )
    found = failures(verify(folder))
    assert set(found) == {"deterministic"}
    assert found["deterministic"][0].message == "duplicate answer 'tail' (keep one)"


def test_a_file_that_is_no_yaml_is_reported_as_unreadable(folder: Path) -> None:
    (folder / "vipoma.yaml").write_text("pathway: [", "utf-8")
    report = verify(folder)
    (failure,) = report.claim("readable").failures
    assert failure.where.startswith("vipoma.yaml:")
    assert not report.passed


def test_the_broken_folders_can_be_written_by_hand(tmp_path: Path) -> None:
    script = BROKEN.parent / "broken_definitions.py"
    done = subprocess.run([sys.executable, script, tmp_path], capture_output=True, text=True, check=True)
    assert [Path(line).name for line in done.stdout.split()] == NAMES

"""The claim `distinct`: an option that stands twice in one case, or with two strengths, is found unless it is listed."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from broken_definitions import edit
from pnet_pathways import Case, DefinitionError, load_pathways, recommend
from pnet_pathways.loading.repeated_options import FILE, repeated_options
from pnet_pathways.model.claims import ClaimId
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.scenarios.space import scenario_space
from pnet_pathways.proof.verify.claims import Failure, Ledger
from pnet_pathways.proof.verify.distinct import examine_distinct
from pnet_pathways.proof.verify.verification import verify
from project import DEFINITIONS
from pump import PUMP_FAULT


def found(definitions: Definitions, *, listed: bool = True) -> list[Failure]:
    ledger = Ledger()
    examine_distinct(definitions, repeated_options(definitions) if listed else (), ledger)
    return ledger.failures[ClaimId.DISTINCT]


def test_what_the_project_repeats_is_listed_with_a_reason(definitions: Definitions) -> None:
    assert found(definitions) == []
    assert all(one.because.strip() and one.where for one in repeated_options(definitions))


def test_each_option_that_stands_twice_is_shown_in_a_case_whose_answer_has_it_twice(definitions: Definitions) -> None:
    failures = found(definitions, listed=False)
    assert len(failures) == len(repeated_options(definitions)) == 5
    for failure in failures:
        answer = recommend(Case.from_dict(failure.case or {}))
        alike = [
            (one, other)
            for one, other in itertools.combinations(answer.options, 2)
            if (one.track, one.treatments, one.optional) == (other.track, other.treatments, other.optional)
            and {one.certainty, other.certainty} == {"certain"}
        ]
        assert any(f"{one.statement} and {other.statement} offer" in failure.message for one, other in alike), failure


@pytest.mark.parametrize("name", ["insulinoma", "somatostatinoma", "vipoma", "other", "recurrent", "supportive"])
def test_no_other_option_stands_twice_in_any_scenario(definitions: Definitions, name: str) -> None:
    """By brute force over the scenarios of a pathway."""
    meant = {(one.statements, one.treatments) for one in repeated_options(definitions)}
    twice = set()
    for record in scenario_space(name).records():
        groups = {
            (option.statement, option.number): {
                definitions.pathways[name].tracks[track.track].group
                for track in record.paths
                for placed, _, _ in definitions.pathways[name].placed_in(track.track)
                if (placed.statement, placed.number) == (option.statement, option.number)
            }
            for option in record.options
        }
        for one, other in itertools.combinations(record.options, 2):
            same = (one.treatments, one.optional, one.intent) == (other.treatments, other.optional, other.intent)
            if same and groups[one.statement, one.number] & groups[other.statement, other.number]:
                twice.add((frozenset({one.statement, other.statement}), frozenset(one.treatments)))
    assert twice <= meant


def changed(folder: Path, file: str, find: str, replace: str) -> Definitions:
    edit(folder, file, find, replace)
    return load_pathways(folder)


def test_another_strength_of_the_same_option_is_found(folder: Path) -> None:
    """In statements and graph alike, so that it loads: nothing but this claim sees it."""
    edit(folder, FILE, "  - statements: [SUP-1, SUP-2]", "  - statements: [SUP-1, SUP-9]")
    edit(
        folder,
        "supportive.yaml",
        "{item: 5, treatments: [somatostatin_analogue]}",
        "{item: 5, treatments: [somatostatin_analogue], strength: usual}",
    )
    text = (folder / "supportive.yaml").read_text("utf-8")
    head, diarrhea, rest = text.partition("SUP-2: [")
    (folder / "supportive.yaml").write_text(
        head + diarrhea + rest.replace("somatostatin_analogue", "usually somatostatin_analogue", 1), "utf-8"
    )
    failures = found(load_pathways(folder))
    assert [failure.message for failure in failures] == [
        "SUP-1 and SUP-2 offer the same as 'somatostatin_analogue' and as 'usually somatostatin_analogue' in the track "
        "'supportive': list it in repeated_options.yaml if that is meant",
        "no case has these treatments from SUP-1 and SUP-9 twice in one track: it need not be listed",
    ]
    assert failures[0].case == {"symptoms": {"stomach_ulcers": True, "diarrhea": True}}
    assert failures[1].where.startswith("repeated_options.yaml:")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("repeated_options:\n  - {statements: [A], treatments: [b], because: ' '}\n", "the reason is missing"),
        (
            "repeated_options:\n" + "  - {statements: [A, B], treatments: [b], because: x}\n" * 2,
            "these statements and treatments are listed already",
        ),
        ("repeated: []\n", "repeated"),
        ("repeated_options: [", ""),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_with_its_place(folder: Path, text: str, message: str) -> None:
    (folder / FILE).write_text(text, "utf-8")
    with pytest.raises(DefinitionError) as caught:
        repeated_options(load_pathways(folder))
    assert caught.value.problems[0].where.startswith(f"{FILE}:")
    assert message in str(caught.value)


def test_the_reasons_are_no_part_of_any_hash(folder: Path, definitions: Definitions) -> None:
    other = changed(folder, FILE, "It is named for each of two symptoms by itself", "Each symptom has it")
    assert other.content_hash == definitions.content_hash
    assert other.reviewed_hashes == definitions.reviewed_hashes


def test_verify_reads_the_list_of_a_folder(tmp_path: Path) -> None:
    """A small document that lists what does not repeat, and then one whose list cannot be read."""
    import shutil

    folder = Path(shutil.copytree(PUMP_FAULT, tmp_path / "pump"))
    (folder / FILE).write_text("repeated_options:\n  - {statements: [X-1], treatments: [y], because: z}\n", "utf-8")
    (failure,) = verify(folder).claim("distinct").failures
    assert failure.where == f"{FILE}:2:5"
    (folder / FILE).write_text("repeated_options: 1\n", "utf-8")
    report = verify(folder)
    assert report.claim("distinct").verdict == "not_proven"
    assert report.claim("readable").failures[0].where.startswith(f"{FILE}:1")
    assert not report.passed


def test_the_project_has_the_file() -> None:
    assert (DEFINITIONS / FILE).is_file()

"""Sign-off: approving pathways, and commenting on their statements and states."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from pnet_pathways import DefinitionError, PnetPathwaysError, ReviewError, load_pathways
from pnet_pathways.governance.review.author import Author
from pnet_pathways.governance.review.checks import read_snapshot, snapshot_text
from pnet_pathways.governance.review.desk import ReviewDesk, places_of
from pnet_pathways.governance.review.text import status_text
from pnet_pathways.loading.files import write_whole
from pnet_pathways.loading.reviews import HEAD, SNAPSHOTS, read_reviews
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review import RecordKind
from pnet_pathways.model.review_items import readings_to_review, review_items
from review_material import OFFER, A, B, Edit, edit, problems, statuses

__all__ = ["edit"]  # a fixture


# Approving


def test_signing_one_pathway_approves_it_alone(folder: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A, "agreed")
    assert (record.file, record.text) == ("0001-approval-vipoma.json", "agreed")
    assert {name for name, one in statuses(folder).items() if one.review.approved} == {"vipoma"}
    assert statuses(folder)["vipoma"].review.words == "approved by Reviewer A (surgeon) on 2026-11-23"


def test_signing_all_approves_every_pathway(folder: Path) -> None:
    records = ReviewDesk.of(folder).sign("all", A)
    assert [one.number for one in records] == list(range(1, 9))
    assert all(one.review.approved for one in statuses(folder).values())
    assert all(load_pathways(folder).review(name).approved for name in load_pathways(folder).pathways)


def test_a_snapshot_is_kept_once_for_each_content(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit("vipoma.yaml", "# Second encoding", "# Another comment")
    ReviewDesk.of(folder).sign("vipoma", B)
    assert len(list((folder / "reviews" / SNAPSHOTS).iterdir())) == 1
    edit("vipoma.yaml", "VIPoma: resection of a primary tumor", "Each VIPoma, removal")
    ReviewDesk.of(folder).sign("vipoma", B)
    assert len(list((folder / "reviews" / SNAPSHOTS).iterdir())) == 2


def test_a_snapshot_holds_what_was_approved(folder: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    files = read_snapshot(folder / "reviews" / SNAPSHOTS / f"{record.snapshot}.json")
    assert files == ReviewDesk.of(folder).files
    assert record.snapshot == load_pathways(folder).content_hash


def test_a_snapshot_is_the_same_for_files_that_mean_the_same(folder: Path, edit: Edit) -> None:
    before = snapshot_text(ReviewDesk.of(folder).files)
    edit("vipoma.yaml", "{item: 6, treatments: [chemotherapy]}", "{treatments: [chemotherapy], item: 6}")
    edit("vipoma.yaml", "version: 1.0.0\ntitle: VIPoma", "title: VIPoma # here\nversion: 1.0.0")
    assert snapshot_text(ReviewDesk.of(folder).files) == before


def test_a_desk_that_stays_open_goes_on_with_the_chain(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.sign("vipoma", A)
    desk.sign("other", B)
    assert problems(folder) == ""
    assert [one.number for one in ReviewDesk.of(folder).reviews.records] == [1, 2]


def test_definitions_that_cannot_be_used_cannot_be_approved(folder: Path, edit: Edit) -> None:
    edit("vipoma.yaml", "          VIP-2: [removal_of_tumor_and_lymph_nodes]", "          VIP-3: [debulking_surgery]")
    with pytest.raises(DefinitionError):
        ReviewDesk.of(folder)
    with pytest.raises(DefinitionError, match="there is no such folder"):
        ReviewDesk.of(folder / "nowhere")


def test_a_draft_whose_encodings_disagree_cannot_be_approved(folder: Path, edit: Edit) -> None:
    edit(*OFFER)
    desk = ReviewDesk.of(folder, check_agreement=False)
    assert [one.pathway.name for one in desk.status() if one.at_odds] == ["insulinoma"]
    assert not any(one.passes for one in desk.status())
    with pytest.raises(ReviewError, match="gives INS-2 'usually pancreatoduodenectomy' another strength than the statement"):
        desk.sign("insulinoma", A)
    assert not desk.reviews.folder.exists()


def test_an_unknown_pathway_is_refused_with_the_nearest_name(folder: Path) -> None:
    with pytest.raises(ReviewError, match=r"vipom: there is no such pathway \(did you mean 'vipoma'\?\)"):
        ReviewDesk.of(folder).sign("vipom", A)
    assert not (folder / "reviews").exists()


def test_nothing_is_added_to_damaged_records(folder: Path) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    (folder / "reviews" / HEAD).unlink()
    before = sorted(folder.parent.rglob("*"))
    for attempt in (
        lambda: ReviewDesk.of(folder).sign("other", A),
        lambda: ReviewDesk.of(folder).comment("other", "OTH-1", A, "?"),
        lambda: ReviewDesk.of(folder).resolve("C-1", A),
    ):
        with pytest.raises(ReviewError, match="the file that names the last record is missing"):
            attempt()
    assert sorted(folder.parent.rglob("*")) == before


def test_records_are_written_all_or_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ReviewDesk.of(folder).sign("all", A)
    before = read_reviews(folder / "reviews")

    def fail_at_the_end(path: Path, content: str | bytes) -> None:
        if path.name == HEAD:
            raise OSError(28, "No space left on device", str(path))
        write_whole(path, content)

    monkeypatch.setattr("pnet_pathways.governance.review.desk.write_whole", fail_at_the_end)
    with pytest.raises(OSError, match="No space left"):
        ReviewDesk.of(folder).sign("all", B)
    assert read_reviews(folder / "reviews") == before


@pytest.mark.parametrize(
    ("reviewer", "role", "date", "where"),
    [
        ("", "surgeon", "2026-11-23", ["reviewer"]),
        ("A", " ", "2026-11-23", ["role"]),
        ("A\nB", "surgeon", "2026-11-23", ["reviewer"]),
        ("A\ud800", "surgeon", "2026-11-23", ["reviewer"]),
        ("A" * 201, "surgeon", "2026-11-23", ["reviewer"]),
        ("A", "surgeon", "23.11.2026", ["date"]),
        ("A", "surgeon", "20261123", ["date"]),
        ("", "", "today", ["reviewer", "role", "date"]),
    ],
)
def test_who_reviews_is_one_line_and_has_a_date(reviewer: str, role: str, date: str, where: list[str]) -> None:
    with pytest.raises(ReviewError) as raised:
        Author(reviewer, role, date)
    assert [one.where for one in raised.value.problems] == where


@pytest.mark.parametrize("text", ["\ud800", "\x1b[2J", "a\x00"])
def test_a_comment_that_no_file_can_hold_or_a_terminal_would_obey_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(ReviewError, match="comment: takes text in lines, without control characters"):
        ReviewDesk.of(folder).sign("vipoma", A, text)


def test_a_comment_may_have_several_lines(folder: Path) -> None:
    assert ReviewDesk.of(folder).sign("vipoma", A, "One:\n\ttwo")[0].text == "One:\n\ttwo"


# Comments


def test_a_comment_is_open_until_it_is_resolved(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.sign("gastrinoma", A)
    desk.comment("gastrinoma", "GAS-2", B, "Why only this?")
    found = ReviewDesk.of(folder)
    assert [(one.on, one.text) for one in found.reviews.open_comments] == [("GAS-2", "Why only this?")]
    assert found.definitions.review("gastrinoma").approved
    record = desk.resolve("C-2", A, "The section says so.")
    assert (record.kind, record.resolves, record.pathway) == (RecordKind.RESOLUTION, 2, "gastrinoma")
    assert ReviewDesk.of(folder).reviews.open_comments == ()


def test_a_state_can_be_commented_on(folder: Path) -> None:
    assert ReviewDesk.of(folder).comment("vipoma", "supportive.fluids.fluids", A, "?").on == "supportive.fluids.fluids"


def test_every_statement_and_state_and_all_that_a_review_goes_through_is_a_place(definitions: Definitions) -> None:
    for name, pathway in definitions.pathways.items():
        states = {f"{track.name}.{state}" for track in pathway.tracks.values() for state in track.states}
        reviewed = {one.id for one in (*review_items(pathway), *readings_to_review(definitions, [name]))}
        found = places_of(definitions, name)
        assert len(set(found)) == len(found)
        assert set(found) == states | reviewed
        assert {one.id for one in pathway.statements} <= reviewed


@pytest.mark.parametrize("on", ["R-22", "primary+combination", "primary.several_not_resectable"])
def test_a_reading_and_each_gap_can_be_commented_on(folder: Path, on: str) -> None:
    ReviewDesk.of(folder).comment("gastrinoma", on, A, "?")
    desk = ReviewDesk.of(folder)
    assert f"C-1 on {on} (gastrinoma), by Reviewer A" in status_text(desk, desk.status())


@pytest.mark.parametrize(
    ("on", "text", "message"),
    [
        ("VIP-9", "?", "'vipoma' has no such statement, state or reading (did you mean 'VIP-5'?)"),
        ("resectable", "?", "(did you mean 'primary.resectable'?)"),
        ("x", "?", "(e.g. VIP-1, R-29)"),
        ("VIP-1", " ", "a comment says something"),
    ],
)
def test_a_comment_is_on_something_and_says_something(folder: Path, on: str, text: str, message: str) -> None:
    with pytest.raises(ReviewError) as raised:
        ReviewDesk.of(folder).comment("vipoma", on, A, text)
    assert message in str(raised.value)


def test_what_is_no_open_comment_cannot_be_resolved(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    with pytest.raises(ReviewError, match=r"C-1: there is no such open comment \(no comment is open\)"):
        desk.resolve("C-1", A)
    desk.comment("vipoma", "VIP-1", A, "?")
    desk.comment("vipoma", "VIP-2", A, "?")
    desk.resolve("C-1", A)
    with pytest.raises(ReviewError, match=r"C-1: there is no such open comment \(open: C-2\)"):
        desk.resolve("C-1", A)


def test_a_comment_outlives_its_pathway(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.comment("vipoma", "VIP-1", A, "?")
    without = {name: one for name, one in desk.definitions.pathways.items() if name != "vipoma"}
    hashes = {name: one for name, one in desk.definitions.reviewed_hashes.items() if name != "vipoma"}
    later = attrs.evolve(
        ReviewDesk.of(folder), definitions=attrs.evolve(desk.definitions, pathways=without, reviewed_hashes=hashes)
    )
    assert "C-1 on VIP-1 (vipoma), which is there no longer, by Reviewer A" in status_text(later, later.status())
    assert later.resolve("C-1", A).content == desk.definitions.reviewed_hashes["vipoma"]


def test_an_error_of_reviews_is_one_of_the_library() -> None:
    assert issubclass(ReviewError, PnetPathwaysError)

"""Importing a review form: the records that it becomes, all or none of them, and what they say afterwards."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from form_material import REVIEWER, review_form, write_form
from pnet_pathways import ReviewError, load_pathways
from pnet_pathways.governance.review.checks import folder_problems, read_snapshot
from pnet_pathways.governance.review.desk import ReviewDesk
from pnet_pathways.governance.review.signing import Signer, signature_problem
from pnet_pathways.governance.review.text import status_data, status_markdown, status_text
from pnet_pathways.loading.files import write_whole
from pnet_pathways.loading.reviews import HEAD, SNAPSHOTS, Reviews, read_reviews
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review import Record, RecordKind, ReviewStatus
from pnet_pathways.model.review_items import readings_to_review, review_items
from project import DEFINITIONS
from review_material import OFFER, STRENGTH, A, B, Edit, edit, flat, signer, statuses

__all__ = ["edit", "signer"]  # fixtures

TODAY = datetime.date(2026, 11, 24)
DECISIONS = {"insulinoma": "do_not_approve", "gastrinoma": "approve_with_changes", "supportive": "approve"}
REMARKS = {
    "INS-2": ("change", "Only where it is large.\nSee the section."),
    "INS-3": ("change", "No."),
    "primary+combination": ("unsure", ""),
    "SUP-1": ("agree", "Well put."),
    "R-1": ("unsure", "Which one?"),
    "R-20": ("agree", "So I read it."),
}
MADE = [
    ("approval_with_changes", "gastrinoma", "", ""),
    ("comment", "gastrinoma", "primary+combination", "unsure"),
    ("comment", "gastrinoma", "R-1", "unsure: Which one?"),
    ("comment", "gastrinoma", "R-20", "agree: So I read it."),
    ("disapproval", "insulinoma", "", ""),
    ("comment", "insulinoma", "INS-2", "change: Only where it is large.\nSee the section."),
    ("comment", "insulinoma", "INS-3", "change: No."),
    ("approval", "supportive", "", ""),
    ("comment", "supportive", "SUP-1", "agree: Well put."),
]


def form_file(
    path: Path,
    decisions: Mapping[str, str] = DECISIONS,
    remarks: Mapping[str, tuple[str, str]] = REMARKS,
    definitions: Definitions | None = None,
) -> Path:
    """Write a form on the project's own definitions."""
    return write_form(path / "form.json", review_form(definitions or load_pathways(), decisions, remarks))


def said(records: tuple[Record, ...]) -> list[tuple[str, str, str, str]]:
    """Return what records are and say."""
    return [(str(one.kind), one.pathway, one.on, one.text) for one in records]


def test_a_form_becomes_decisions_and_comments_each_reading_once(folder: Path, tmp_path: Path) -> None:
    desk = ReviewDesk.of(folder)
    made = desk.import_form(form_file(tmp_path), TODAY)
    assert said(made) == MADE
    assert {(one.reviewer, one.role, one.date, one.key) for one in made} == {(*REVIEWER.values(), "")}
    assert len({one.form for one in made}) == 1
    assert ReviewDesk.of(folder).reviews.records == made
    assert folder_problems(ReviewDesk.of(folder).reviews) == ()
    (snapshot,) = {one.snapshot for one in made if one.kind is not RecordKind.COMMENT}
    assert read_snapshot(folder / "reviews" / SNAPSHOTS / f"{snapshot}.json") == desk.files


def test_a_form_is_signed_with_a_key(folder: Path, tmp_path: Path, signer: Signer) -> None:
    made = ReviewDesk.of(folder).import_form(form_file(tmp_path), TODAY, signer)
    assert len(made) == len(MADE)
    assert all(one.key == signer.key and not signature_problem(one.key, one.hash, one.signature) for one in made)


def test_the_status_tells_what_the_form_says(folder: Path, tmp_path: Path) -> None:
    ReviewDesk.of(folder).import_form(form_file(tmp_path), TODAY)
    desk = ReviewDesk.of(folder)
    found = desk.status()
    for shown in (flat(status_text(desk, found)), flat(status_markdown(desk, found))):
        for words in (
            "not approved by Reviewer A (surgeon) on 2026-11-23",
            "approved with changes by Reviewer A (surgeon) on 2026-11-23",
            "change: Only where it is large. See the section.",
            "unsure: Which one?",
        ):
            assert words in shown
    data = status_data(desk, found)
    assert {one["pathway"]: one["status"] for one in data["pathways"] if one["decisions"]} == {
        "insulinoma": "not_approved",
        "gastrinoma": "approved_with_changes",
        "supportive": "approved",
    }
    assert [(one["pathway"], one["on"], one["still_there"]) for one in data["open_comments"]] == [
        (pathway, on, True) for kind, pathway, on, _ in MADE if kind == "comment"
    ]
    assert [one.passes for one in found if one.pathway.name in DECISIONS] == [False, False, True]


def test_one_changed_option_voids_every_decision_with_the_difference(folder: Path, tmp_path: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).import_form(form_file(tmp_path), TODAY)
    edit(*STRENGTH)
    edit(*OFFER)
    desk = ReviewDesk.of(folder)
    found = {one.pathway.name: one for one in desk.status()}
    changed = found["insulinoma"]
    assert changed.review.status is ReviewStatus.CHANGED
    assert changed.review.words == "changed since the decision not to approve by Reviewer A (surgeon) on 2026-11-23"
    assert changed.difference is not None
    assert changed.difference.changed > 0
    assert changed.places[0].path == "pathway.statements.INS-2.options.0.strength"
    assert found["gastrinoma"].review.status is ReviewStatus.APPROVED_WITH_CHANGES
    assert "### insulinoma: since the decision not to approve\n\n- " in status_markdown(desk, desk.status())
    data = {one["pathway"]: one for one in status_data(desk, desk.status())["pathways"]}["insulinoma"]
    assert (data["decisions"], data["last_decision"]["decision"]) == ([], "disapproval")


def test_the_same_form_is_imported_once_also_in_another_layout(folder: Path, tmp_path: Path) -> None:
    path = form_file(tmp_path)
    ReviewDesk.of(folder).import_form(path, TODAY)
    path.write_text(path.read_text("utf-8").replace(",", ",\n"), "utf-8")
    before = read_reviews(folder / "reviews")
    with pytest.raises(ReviewError) as raised:
        ReviewDesk.of(folder).import_form(path, TODAY)
    assert str(raised.value.problems[0]) == f"{path}: this form was imported before: records 1 to 9"
    assert read_reviews(folder / "reviews") == before


def test_a_reviewer_s_later_form_replaces_the_decision(folder: Path, tmp_path: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.import_form(form_file(tmp_path, {"vipoma": "do_not_approve"}, {}), TODAY)
    desk.sign("vipoma", B)
    assert statuses(folder)["vipoma"].review.status is ReviewStatus.NOT_APPROVED
    desk.import_form(form_file(tmp_path, {"vipoma": "approve"}, {}), TODAY)
    assert statuses(folder)["vipoma"].review.approved


def test_a_form_of_definitions_that_changed_since_writes_nothing(folder: Path, tmp_path: Path, edit: Edit) -> None:
    path = form_file(tmp_path)
    edit("vipoma.yaml", "VIPoma: resection of a primary tumor", "Each VIPoma, removal")
    with pytest.raises(ReviewError, match="this review is of other definitions: version"):
        ReviewDesk.of(folder).import_form(path, TODAY)
    assert not (folder / "reviews").exists()


@pytest.mark.parametrize("fails", [HEAD, "0009-comment-supportive.json", "0001-approval_with_changes-gastrinoma.json"])
def test_nothing_is_half_written(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    def fail(path: Path, content: str | bytes) -> None:
        if path.name == fails:
            raise OSError(28, "No space left on device", str(path))
        write_whole(path, content)

    monkeypatch.setattr("pnet_pathways.governance.review.desk.write_whole", fail)
    with pytest.raises(OSError, match="No space left"):
        ReviewDesk.of(folder).import_form(form_file(tmp_path), TODAY)
    assert [path for path in (folder / "reviews").rglob("*") if path.is_file()] == []


def test_nothing_is_added_to_damaged_records(folder: Path, tmp_path: Path) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    (folder / "reviews" / HEAD).unlink()
    with pytest.raises(ReviewError, match="the file that names the last record is missing"):
        ReviewDesk.of(folder).import_form(form_file(tmp_path), TODAY)


def test_a_draft_whose_encodings_disagree_takes_no_form(folder: Path, tmp_path: Path, edit: Edit) -> None:
    edit(*OFFER)
    desk = ReviewDesk.of(folder, check_agreement=False)
    with pytest.raises(ReviewError, match="another strength than the statement"):
        desk.import_form(form_file(tmp_path, definitions=desk.definitions), TODAY)
    assert not desk.reviews.folder.exists()


# Withdrawing


def test_an_approval_is_withdrawn_with_its_reason(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.sign("vipoma", A)
    (record,) = desk.withdraw("vipoma", attrs.evolve(A, date="2026-11-25"), "A newer summary is out.")
    assert (record.file, record.resolves, record.text) == ("0002-withdrawal-vipoma.json", 1, "A newer summary is out.")
    later = ReviewDesk.of(folder)
    assert folder_problems(later.reviews) == ()
    assert later.definitions.review("vipoma").words == "approval withdrawn by Reviewer A (surgeon) on 2026-11-25"
    assert "Reviewer A: A newer summary is out." in status_text(later, later.status())
    desk.sign("vipoma", A)
    assert statuses(folder)["vipoma"].review.approved


def test_a_withdrawal_takes_back_the_approvals_of_every_content(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    edit("vipoma.yaml", "VIPoma: resection of a primary tumor", "Each VIPoma, removal")
    ReviewDesk.of(folder).sign("vipoma", A)
    assert [one.resolves for one in ReviewDesk.of(folder).withdraw("vipoma", A, "No.")] == [1, 2]
    assert statuses(folder)["vipoma"].review.status is ReviewStatus.WITHDRAWN
    edit("vipoma.yaml", "Each VIPoma, removal", "VIPoma: resection of a primary tumor")
    assert statuses(folder)["vipoma"].review.status is ReviewStatus.WITHDRAWN


def test_all_of_a_reviewer_s_approvals_are_withdrawn_and_no_other(folder: Path, tmp_path: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.import_form(form_file(tmp_path), TODAY)
    desk.sign("supportive", B)
    assert [one.pathway for one in desk.withdraw("all", A, "No.")] == ["gastrinoma", "supportive"]
    found = statuses(folder)
    assert found["insulinoma"].review.status is ReviewStatus.NOT_APPROVED
    assert found["supportive"].review.approved


@pytest.mark.parametrize(
    ("name", "reviewer", "reason", "message"),
    [
        ("vipoma", "Reviewer A", " ", "text: a withdrawal gives its reason (give it with --text)"),
        ("vipoma", "Reviewer A", "\x1b", "text: takes text in lines, without control characters"),
        ("vipom", "Reviewer A", "No.", "vipom: there is no such pathway (did you mean 'vipoma'?)"),
        ("vipoma", "reviewer a", "No.", "vipoma: no approval by 'reviewer a' stands (did you mean 'Reviewer A'?)"),
        ("vipoma", "X", "No.", "vipoma: no approval by 'X' stands (approved by: Reviewer A)"),
        ("insulinoma", "Reviewer A", "No.", "insulinoma: no approval by 'Reviewer A' stands (nobody's does)"),
    ],
)
def test_what_cannot_be_withdrawn_is_said(folder: Path, name: str, reviewer: str, reason: str, message: str) -> None:
    desk = ReviewDesk.of(folder)
    desk.sign("vipoma", A)
    with pytest.raises(ReviewError) as raised:
        desk.withdraw(name, attrs.evolve(A, reviewer=reviewer), reason)
    assert [str(one) for one in raised.value.problems] == [message]
    assert len(read_reviews(desk.reviews.folder).records) == 1


def test_an_approval_is_withdrawn_once(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.sign("vipoma", A)
    desk.withdraw("vipoma", A, "No.")
    with pytest.raises(ReviewError, match="no approval by 'Reviewer A' stands"):
        desk.withdraw("vipoma", A, "No.")


# A law

PROJECT = ReviewDesk.of(DEFINITIONS)
NAMES = list(PROJECT.definitions.pathways)
TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
LINES = st.one_of(TEXTS, st.builds("\n".join, st.lists(TEXTS, max_size=3)))


@settings(max_examples=40)
@given(st.data())
def test_after_an_import_the_records_say_what_the_form_said(data: st.DataObject) -> None:
    definitions = PROJECT.definitions
    names = data.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    ids = [f"{name}/{one.id}" for name in names for one in review_items(definitions.pathways[name])]
    ids += [one.id for one in readings_to_review(definitions, names)]
    said_of = st.one_of(
        st.tuples(st.sampled_from(["agree", "unsure"]), LINES),
        st.tuples(st.just("change"), LINES.filter(str.strip)),
    )
    remarks = data.draw(st.dictionaries(st.sampled_from(ids), said_of, max_size=6))

    def to_change(name: str) -> bool:
        rests_on = {one.id for one in readings_to_review(definitions, [name])}
        return any(
            verdict == "change" and (key.startswith(f"{name}/") or key in rests_on) for key, (verdict, _) in remarks.items()
        )

    choices = {name: ["approve_with_changes", "do_not_approve", *([] if to_change(name) else ["approve"])] for name in names}
    decisions = {name: data.draw(st.sampled_from(choices[name])) for name in names}
    with tempfile.TemporaryDirectory() as place:
        reviews = Path(place) / "reviews"
        desk = attrs.evolve(PROJECT, reviews=Reviews(reviews))
        desk.import_form(form_file(Path(place), decisions, remarks, definitions), TODAY)
        found = read_reviews(reviews)
    assert found.problems == ()
    status = {"approve": "approved", "approve_with_changes": "approved_with_changes", "do_not_approve": "not_approved"}
    given_ = {name: review.status for name, review in found.of(definitions.reviewed_hashes).items()}
    assert given_ == {name: status[decisions[name]] if name in decisions else "never_reviewed" for name in NAMES}
    expected = {}
    for key, (verdict, comment) in remarks.items():
        if verdict != "agree" or comment.strip():
            expected[key.rpartition("/")[2], key.partition("/")[0]] = f"{verdict}: {comment.strip()}".removesuffix(": ")
    told = {(one.on, one.on if one.on in definitions.readings else one.pathway): one.text for one in found.open_comments}
    assert told == expected
    assert len(found.open_comments) == len(expected)

"""Records of reviews as they lie in a folder: one chain, of which every edit, removal and exchange is found and named."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pnet_pathways import (
    NotApprovedError,
    ReviewError,
    load_pathways,
    recommend,
)
from pnet_pathways.engine.answer import Status
from pnet_pathways.governance.review.desk import ReviewDesk
from pnet_pathways.loading.folder import default_folder, reviews_folder
from pnet_pathways.loading.reviews import HEAD, LOCK, Reviews, head_text, read_reviews, record_files
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review import NEVER_REVIEWED, Record, RecordKind, Review, ReviewStatus, check_approved
from project import DEFINITIONS
from review_material import A, Edit, edit

__all__ = ["edit"]  # a fixture

CONTENT = "c" * 64


def record(number: int, kind: RecordKind = RecordKind.APPROVAL, pathway: str = "vipoma", **more: object) -> Record:
    """Return an unsigned record, not yet chained."""
    given = {"version": "1.0.0", "content": CONTENT, "reviewer": "Reviewer A", "role": "surgeon", "date": "2026-11-23"}
    return Record(number=number, kind=kind, pathway=pathway, **{**given, **more})  # type: ignore[arg-type]


def chained(*records: Record) -> list[Record]:
    """Return records that name each other in turn."""
    found: list[Record] = []
    for one in records:
        linked = attrs.evolve(one, before=found[-1].link if found else "")
        found.append(attrs.evolve(linked, hash=linked.own_hash()))
    return found


def write(folder: Path, records: list[Record]) -> Path:
    """Write records and the file that names the last."""
    folder.mkdir(exist_ok=True)
    for one in records:
        (folder / one.file).write_text(one.to_json(), "utf-8")
    (folder / HEAD).write_text(head_text(records[-1]))
    return folder


THREE = chained(
    record(1),
    record(2, RecordKind.COMMENT, on="VIP-1", text="why?"),
    record(3, RecordKind.APPROVAL, "insulinoma", reviewer="Reviewer B", content="d" * 64),
)


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    """A folder of three records: an approval, a comment, another approval."""
    return write(tmp_path / "reviews", THREE)


def said(folder: Path) -> str:
    """Return the problems of a folder as text."""
    return "\n".join(map(str, read_reviews(folder).problems))


# What is whole


def test_records_come_back_in_their_order(reviews: Path) -> None:
    assert read_reviews(reviews) == Reviews(reviews, tuple(THREE), ())


@pytest.mark.parametrize("make", [True, False])
def test_a_folder_without_records_says_never_reviewed(tmp_path: Path, make: bool) -> None:
    if make:
        (tmp_path / "reviews").mkdir()
        (tmp_path / "reviews" / "README.md").write_text("nothing yet")
    found = read_reviews(tmp_path / "reviews")
    assert (found.records, found.problems) == ((), ())
    assert found.of({"vipoma": CONTENT}) == {"vipoma": NEVER_REVIEWED}


def test_an_approval_of_this_very_content_approves(reviews: Path) -> None:
    review = read_reviews(reviews).of({"vipoma": CONTENT})["vipoma"]
    assert review == Review(ReviewStatus.APPROVED, (THREE[0],), None, (THREE[1],))
    assert review.words == "approved by Reviewer A (surgeon) on 2026-11-23"


def test_an_approval_of_another_content_says_changed(reviews: Path) -> None:
    review = read_reviews(reviews).of({"vipoma": "e" * 64})["vipoma"]
    assert (review.status, review.last) == (ReviewStatus.CHANGED, THREE[0])
    assert review.words == "changed since the approval by Reviewer A (surgeon) on 2026-11-23"


def test_a_content_that_comes_back_is_approved_again(tmp_path: Path) -> None:
    folder = write(tmp_path / "reviews", chained(record(1), record(2, content="d" * 64)))
    assert read_reviews(folder).of({"vipoma": CONTENT})["vipoma"].approved


def test_an_approval_of_another_pathway_approves_nothing(reviews: Path) -> None:
    assert read_reviews(reviews).of({"vipoma": "d" * 64, "other": "d" * 64}) == {
        "vipoma": Review(ReviewStatus.CHANGED, (), THREE[0], (THREE[1],)),
        "other": NEVER_REVIEWED,
    }


def test_two_approvals_name_both(tmp_path: Path) -> None:
    folder = write(tmp_path / "reviews", chained(record(1), record(2, reviewer="Reviewer B"), record(3)))
    words = read_reviews(folder).of({"vipoma": CONTENT})["vipoma"].words
    assert words == "approved by Reviewer A (surgeon) on 2026-11-23 and by Reviewer B (surgeon) on 2026-11-23"


def test_a_resolution_closes_its_comment(tmp_path: Path) -> None:
    folder = write(tmp_path / "reviews", chained(*THREE[:2], record(3, RecordKind.RESOLUTION, resolves=2)))
    assert read_reviews(folder).open_comments == ()


def test_line_ends_of_another_system_are_no_edit(reviews: Path) -> None:
    for path in reviews.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert said(reviews) == ""


# What is not


def test_with_a_damaged_record_nothing_counts_as_approved(reviews: Path) -> None:
    path = reviews / THREE[2].file
    path.write_text(path.read_text().replace("Reviewer B", "Reviewer C"))
    found = read_reviews(reviews).of({"vipoma": CONTENT})["vipoma"]
    assert found == Review(ReviewStatus.DAMAGED)
    assert "damaged" in found.words
    with pytest.raises(ReviewError, match=r"0003-approval-insulinoma\.json"):
        read_reviews(reviews).whole()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_removed_record_is_found(reviews: Path, number: int) -> None:
    (reviews / THREE[number].file).unlink()
    assert (f"before it the records {number + 1} are missing" if number < 2 else "does not name the last record") in said(
        reviews
    )


def test_all_records_removed_is_found(reviews: Path) -> None:
    for path in record_files(reviews):
        path.unlink()
    assert "there are no records" in said(reviews)


def test_a_missing_head_is_found(reviews: Path) -> None:
    (reviews / HEAD).unlink()
    assert said(reviews).startswith(
        "head.json: the file that names the last record is missing or cannot be read (put it back as it was written; "
        'where no record is missing, let it hold { "number": 3, "hash": "'
    )


def test_an_exchanged_order_is_found(reviews: Path) -> None:
    first, second, third = THREE
    swapped = [attrs.evolve(second, number=1), attrs.evolve(first, number=2), third]
    for one in THREE:
        (reviews / one.file).unlink()
    for one in (attrs.evolve(one, hash=one.own_hash()) for one in swapped):
        (reviews / one.file).write_text(one.to_json())
    assert said(reviews).startswith("0001-comment-vipoma.json: it was not made after record 0 as it stands")


def test_a_record_replaced_with_a_hash_of_its_own_is_found_by_the_next(reviews: Path) -> None:
    edited = attrs.evolve(THREE[1], text="fine")
    (reviews / edited.file).write_text(attrs.evolve(edited, hash=edited.own_hash()).to_json())
    assert said(reviews) == (
        "0003-approval-insulinoma.json: it was not made after record 2 as it stands: one was replaced or moved "
        "(put it back as it was written)"
    )


def test_the_last_record_replaced_with_a_hash_of_its_own_is_found_by_the_head(reviews: Path) -> None:
    edited = attrs.evolve(THREE[2], text="fine")
    (reviews / edited.file).write_text(attrs.evolve(edited, hash=edited.own_hash()).to_json())
    assert said(reviews).startswith("head.json: it does not name the last record")


def test_two_records_made_apart_with_one_number_are_found(reviews: Path) -> None:
    (twin,) = chained(record(2, RecordKind.COMMENT, "other", on="OTH-1", text="?"))
    (reviews / twin.file).write_text(twin.to_json())
    assert "a second record has the number 2 (take it out of the folder, and make it anew)" in said(reviews)


def test_a_resolution_of_no_comment_is_found(tmp_path: Path) -> None:
    folder = write(tmp_path / "reviews", chained(record(1), record(2, RecordKind.RESOLUTION, resolves=1)))
    assert (
        said(folder)
        == "0002-resolution-vipoma.json: it closes record 1, which is not a comment (put it back as it was written)"
    )


def test_a_record_under_another_name_is_found(reviews: Path) -> None:
    (reviews / THREE[0].file).rename(reviews / "0001-approval-other.json")
    assert "it stands under another name; its own is 0001-approval-vipoma.json" in said(reviews)


def forged(**changes: object) -> str:
    """Return a record's text with other values and the hash that fits them."""
    data = {**THREE[0].to_dict(), **changes}
    return json.dumps(data, indent=2) + "\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expecting value"),
        ("[]", "it is not of the format 'pnet_pathways review 2'"),
        ('{"format": "pnet_pathways review 3"}', "it is not of the format"),
        ('{"format": ["pnet_pathways review 2"]}', "it is not of the format"),
        (forged(format="pnet_pathways review 1"), "its keys are not these: format, number, kind"),
        ('{"format": 1, "format": 2}', "duplicate key 'format' (keep one)"),
        ("[" * 100_000, "nested too deeply"),
        (forged(extra=1), "its keys are not these: format, number, kind"),
        (forged(number="1"), "'number' takes a whole number"),
        (forged(number=True), "'number' takes a whole number"),
        (forged(reviewer=None), "'reviewer' takes text"),
        (
            forged(kind="praise"),
            "'kind' is one of approval, approval_with_changes, disapproval, withdrawal, comment, resolution",
        ),
        (forged(date="2026-11-24"), "its hash is not that of its content"),
        (forged(signature="x"), "a key without a signature"),
        (THREE[0].to_json().rstrip(), "it is not as it was written"),
    ],
)
def test_what_is_no_record_is_said(reviews: Path, text: str, message: str) -> None:
    (reviews / THREE[0].file).write_text(text)
    (problem,) = read_reviews(reviews).problems
    assert problem.where == THREE[0].file
    assert message in problem.message


def test_a_record_that_cannot_be_read_is_said(reviews: Path) -> None:
    (reviews / THREE[0].file).unlink()
    (reviews / THREE[0].file).mkdir()
    assert (
        said(reviews) == "0001-approval-vipoma.json: this record cannot be read: Is a directory (put it back as it was written)"
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_byte_of_any_record_is_found(reviews: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*record_files(reviews), reviews / HEAD]))
    raw = path.read_bytes()
    place = data.draw(st.integers(0, len(raw) - 1))
    # A line end of another system is none.
    other = data.draw(st.integers(1, 255).filter(lambda bits: (raw[place], raw[place] ^ bits) != (10, 13)))
    try:
        path.write_bytes(raw[:place] + bytes([raw[place] ^ other]) + raw[place + 1 :])
        assert read_reviews(reviews).problems
    finally:
        path.write_bytes(raw)


# What requires an approval


def with_review(definitions: Definitions, **reviews: Review) -> Definitions:
    """Return the definitions with some reviews."""
    return attrs.evolve(definitions, reviews=reviews)


APPROVED = Review(ReviewStatus.APPROVED, (THREE[0],))


def test_check_approved_names_each_pathway_its_status_and_what_to_do() -> None:
    found = {"a": APPROVED, "b": Review(ReviewStatus.CHANGED, (), THREE[0]), "d": Review(ReviewStatus.DAMAGED)}
    with pytest.raises(NotApprovedError) as raised:
        check_approved(found, ["a", "b", "c", "d"])
    assert raised.value.pathways == ("b", "c", "d")
    assert str(raised.value) == (
        "3 pathways are not approved:\n"
        "  - b: changed since the approval by Reviewer A (surgeon) on 2026-11-23 "
        "(have it reviewed; a reviewer approves it with: pnet review sign b)\n"
        "  - c: never reviewed (have it reviewed; a reviewer approves it with: pnet review sign c)\n"
        "  - d: not approved, since the records of reviews are damaged (pnet review verify says where)"
    )


def test_an_answer_needs_the_pathways_that_bear_on_it(definitions: Definitions) -> None:
    approved = with_review(definitions, vipoma=APPROVED, supportive=APPROVED, recurrent=APPROVED)
    assert recommend({"tumor_type": "vipoma"}, approved, require_approved=True).pathway == "vipoma"
    with pytest.raises(NotApprovedError) as raised:
        recommend({"tumor_type": "insulinoma"}, approved, require_approved=True)
    assert raised.value.pathways == ("insulinoma",)


def test_an_answer_to_an_unknown_type_needs_every_pathway(definitions: Definitions) -> None:
    with pytest.raises(NotApprovedError) as raised:
        recommend({}, definitions, require_approved=True)
    assert raised.value.pathways == tuple(definitions.pathways)


def test_a_type_out_of_scope_needs_the_pathways_whose_reviews_cover_that(definitions: Definitions) -> None:
    with pytest.raises(NotApprovedError) as raised:
        recommend({"tumor_type": "exocrine"}, definitions, require_approved=True)
    assert raised.value.pathways == ("supportive", "recurrent")
    approved = with_review(definitions, supportive=APPROVED, recurrent=APPROVED)
    assert recommend({"tumor_type": "exocrine"}, approved, require_approved=True).to_dict()["source"]["review"] == {}


def test_where_no_pathway_holds_for_every_type_a_type_out_of_scope_needs_all(definitions: Definitions) -> None:
    alone = attrs.evolve(definitions, entry=attrs.evolve(definitions.entry, common=()))
    assert alone.entry.rests_on("exocrine") == tuple(definitions.pathways)
    assert alone.entry.rests_on("vipoma") == ("vipoma",)


def test_a_type_put_out_of_scope_after_the_approval_is_refused(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    assert recommend({"tumor_type": "exocrine"}, load_pathways(folder), require_approved=True).status is Status.OUT_OF_SCOPE
    edit("entry.yaml", "Nonfunctional tumor, pathway: other,", "Nonfunctional tumor, note: not discussed,")
    with pytest.raises(NotApprovedError) as raised:
        recommend({"tumor_type": "nonfunctional"}, load_pathways(folder), require_approved=True)
    assert raised.value.pathways == ("supportive", "recurrent")


def test_an_answer_carries_the_review_of_each_pathway_that_bears_on_it(definitions: Definitions) -> None:
    changed = Review(ReviewStatus.CHANGED, (), THREE[0], (THREE[1],))
    answer = recommend({"tumor_type": "vipoma"}, with_review(definitions, vipoma=APPROVED, recurrent=changed))
    by = {"reviewer": "Reviewer A", "role": "surgeon", "date": "2026-11-23", "version": "1.0.0"}
    assert answer.to_dict()["source"]["review"] == {
        "vipoma": {"status": "approved", **_approvals([by], None), "open_comments": 0},
        "supportive": {"status": "never_reviewed", **_approvals([], None), "open_comments": 0},
        "recurrent": {"status": "changed", **_approvals([], by), "open_comments": 1},
    }


def _approvals(found: list[dict[str, str]], last: dict[str, str] | None) -> dict[str, object]:
    """Return the keys of approvals, and the same approvals under those of all decisions."""
    named = [{"decision": "approval", **one} for one in found]
    last_named = None if last is None else {"decision": "approval", **last}
    return {"approvals": found, "last_approval": last, "decisions": named, "last_decision": last_named}


# Where reviews lie


def test_the_project_ships_no_review() -> None:
    assert {path.name for path in (DEFINITIONS / "reviews").iterdir()} - {LOCK} == {"README.md"}


def test_the_project_s_own_reviews_lie_with_its_definitions() -> None:
    assert reviews_folder(default_folder()) == DEFINITIONS / "reviews"
    assert {review.status for review in load_pathways().reviews.values()} == {ReviewStatus.NEVER}


def test_definitions_are_loaded_with_the_reviews_in_their_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = load_pathways(folder).reviewed_hashes
    write(folder / "reviews", chained(record(1, content=hashes["vipoma"])))
    monkeypatch.chdir(folder)
    assert load_pathways(".").review("vipoma").approved
    assert not load_pathways(".").review("insulinoma").approved


def test_another_folder_of_reviews_can_be_named(definitions: Definitions, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", chained(record(1, content=definitions.reviewed_hashes["vipoma"])))
    assert load_pathways(reviews=tmp_path / "elsewhere").review("vipoma").approved
    assert not load_pathways().review("vipoma").approved

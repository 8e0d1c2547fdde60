"""What a check of the records finds: edited and foreign files, and signatures."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from pnet_pathways import ReviewError
from pnet_pathways.governance.review.checks import Signed, signatures
from pnet_pathways.governance.review.desk import ReviewDesk
from pnet_pathways.governance.review.signing import Signer
from pnet_pathways.loading.reviews import HEAD, SNAPSHOTS, head_text
from review_material import A, B, problems, signer

__all__ = ["signer"]  # a fixture


# Checks of the folder


def test_a_folder_as_it_was_written_has_no_problem(folder: Path) -> None:
    assert problems(folder) == ""
    desk = ReviewDesk.of(folder)
    desk.sign("all", A)
    desk.comment("vipoma", "VIP-1", B, "?")
    (folder / "reviews" / "README.md").write_text("about")
    assert problems(folder) == ""


@pytest.mark.parametrize(
    ("old", "new"), [('"strength": "usual"', '"strength": "rare"'), ("\n", "\n\n"), ("{", '{"x": 1, '), ("{", "[")]
)
def test_an_edited_snapshot_is_named(folder: Path, old: str, new: str) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    path = folder / "reviews" / SNAPSHOTS / f"{record.snapshot}.json"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert problems(folder).startswith(f"{path.name}: this ")


def test_a_removed_snapshot_is_named(folder: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    (folder / "reviews" / SNAPSHOTS / f"{record.snapshot}.json").unlink()
    assert problems(folder).startswith(f"{record.snapshot}.json: this snapshot of reviewed definitions cannot be read")


def test_an_edited_snapshot_is_approved_by_nobody(folder: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    path = folder / "reviews" / SNAPSHOTS / f"{record.snapshot}.json"
    path.write_text("{}")
    with pytest.raises(ReviewError, match="was edited"):
        ReviewDesk.of(folder).sign("other", A)


def test_an_approval_of_what_its_snapshot_does_not_hold_is_named(folder: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    forged = attrs.evolve(record, content="0" * 64)
    forged = attrs.evolve(forged, hash=forged.own_hash())
    reviews = folder / "reviews"
    (reviews / forged.file).write_text(forged.to_json(), "utf-8")
    (reviews / HEAD).write_text(head_text(forged), "utf-8")
    assert (
        problems(folder)
        == f"{record.file}: what it decides on is not the pathway 'vipoma' of its snapshot (put it back as it was written)"
    )


def test_what_does_not_belong_into_the_folder_is_named(folder: Path) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    reviews = folder / "reviews"
    (reviews / "notes.txt").write_text("x")
    (reviews / SNAPSHOTS / "old.json").write_text("{}")
    found = problems(folder)
    assert "notes.txt: this is not a record of a review" in found
    assert "snapshots/old.json: no decision names this snapshot" in found


# Signatures


def test_signed_and_unsigned_records_are_told_apart(folder: Path, signer: Signer) -> None:
    desk = ReviewDesk.of(folder)
    desk.sign("vipoma", attrs.evolve(A, signer=signer))
    desk.sign("vipoma", B)
    reviews = ReviewDesk.of(folder).reviews
    assert [one.signed for one in signatures(reviews)] == [Signed.GOOD, Signed.UNSIGNED]
    assert signatures(reviews, {signer.key: "a@example.org"})[0].said == "the key of a@example.org"
    assert [one.signed for one in signatures(reviews, {})] == [Signed.NOT_ALLOWED, Signed.UNSIGNED]


def test_a_forged_signature_is_bad(folder: Path, signer: Signer, tmp_path: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", attrs.evolve(A, signer=signer))
    reviews = ReviewDesk.of(folder).reviews
    forged = attrs.evolve(reviews, records=(attrs.evolve(record, signature=signer.sign("another")),))
    (verdict,) = signatures(forged)
    assert (verdict.signed, verdict.said) == (Signed.BAD, "the signature does not fit what is signed")

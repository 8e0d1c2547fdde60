"""The status of reviews and the check of their records, as text, as Markdown and as data."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from difference_material import total
from pnet_pathways.governance.review.checks import signatures
from pnet_pathways.governance.review.desk import ReviewDesk
from pnet_pathways.governance.review.signing import Signer
from pnet_pathways.governance.review.text import checks_data, checks_text, status_data, status_markdown, status_text
from pnet_pathways.loading.reviews import HEAD, SNAPSHOTS
from pnet_pathways.model.review import ReviewStatus
from review_material import OFFER, STRENGTH, A, B, Edit, edit, signer

__all__ = ["edit", "signer"]  # fixtures

CHANGED = 4 * 4 * 46
"""One large tumor in the head, and elsewhere or not, of every course, with each of 46 ways of spread and severe symptoms."""


@pytest.fixture
def desk(folder: Path, edit: Edit) -> ReviewDesk:
    """A desk with everything there is to report: approved, changed, never reviewed, an open comment."""
    first = ReviewDesk.of(folder)
    first.sign("insulinoma", A)
    first.sign("vipoma", B)
    first.comment("vipoma", "VIP-1", B, "Is <this> so?")
    edit(*STRENGTH)
    edit(*OFFER)
    return ReviewDesk.of(folder)


def test_the_text_tells_status_changes_comments_and_disclaimer(desk: ReviewDesk) -> None:
    text = " ".join(status_text(desk, desk.status()).split())
    assert "gastrinoma 1.0.0: never reviewed" in text
    assert "insulinoma 1.0.0: changed since the approval by Reviewer A (surgeon) on 2026-11-23" in text
    assert f"{CHANGED} of {total(desk.definitions, 'insulinoma'):,} total scenarios get another answer." in text
    assert "usually pancreatoduodenectomy (Whipple procedure) [INS-2] -> rarely pancreatoduodenectomy" in text
    assert "pathway.statements.INS-2.options.0.strength: usual -> rare" in text
    assert "vipoma 1.0.0: approved by Reviewer B" in text
    assert "C-3 on VIP-1 (vipoma), by Reviewer B (gastroenterologist) on 2026-11-24: Is <this> so?" in text
    assert text.endswith(desk.definitions.source.disclaimer)


def test_the_markdown_tells_the_same_escaped(desk: ReviewDesk) -> None:
    text = status_markdown(desk, desk.status())
    assert "| insulinoma | 1.0.0 | changed since the approval by Reviewer A (surgeon) on 2026-11-23 |" in text
    changed = f"{CHANGED} of {total(desk.definitions, 'insulinoma'):,} total scenarios get another answer.\n"
    assert f"### insulinoma: since the approval\n\n- {changed}" in text
    assert "Is &#60;this&#62; so?" in text
    assert desk.definitions.source.disclaimer in text


def test_the_data_tells_the_same(desk: ReviewDesk) -> None:
    data = json.loads(json.dumps(status_data(desk, desk.status())))
    found = {one["pathway"]: one for one in data["pathways"]}
    assert [found[name]["status"] for name in ("gastrinoma", "insulinoma", "vipoma")] == [
        "never_reviewed",
        "changed",
        "approved",
    ]
    assert found["insulinoma"]["difference"]["changed"] == CHANGED
    assert found["insulinoma"]["places"][0] == {
        "path": "pathway.statements.INS-2.options.0.strength",
        "before": "usual",
        "after": "rare",
    }
    assert found["vipoma"]["difference"] is None
    assert [(one["id"], one["still_there"]) for one in data["open_comments"]] == [("C-3", True)]
    assert (data["problems"], data["disclaimer"]) == ([], desk.definitions.source.disclaimer)


def test_damaged_records_are_told_in_every_form(folder: Path) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    (folder / "reviews" / HEAD).unlink()
    desk = ReviewDesk.of(folder)
    found = desk.status()
    assert {one.review.status for one in found} == {ReviewStatus.DAMAGED}
    message = "the file that names the last record is missing"
    assert message in status_text(desk, found)
    assert message in status_markdown(desk, found)
    assert message in status_data(desk, found)["problems"][0]["message"]


def test_a_difference_that_cannot_be_told_is_said(desk: ReviewDesk) -> None:
    for path in (desk.reviews.folder / SNAPSHOTS).iterdir():
        path.unlink()
    assert "what changed cannot be told: " in " ".join(status_text(desk, desk.status()).split())


def test_a_check_is_told_as_text_and_data(folder: Path, signer: Signer) -> None:
    ReviewDesk.of(folder).sign("vipoma", attrs.evolve(A, signer=signer))
    desk = ReviewDesk.of(folder)
    verdicts = signatures(desk.reviews, {signer.key: "a@example.org"})
    text = checks_text(desk.reviews, (), verdicts)
    assert "0001-approval-vipoma.json: good signature: the key of a@example.org; names Reviewer A" in " ".join(text.split())
    assert "it is as it was written" in " ".join(text.split())
    assert checks_data(desk.reviews, (), verdicts)["records"][0] == {
        "record": "0001-approval-vipoma.json",
        "reviewer": "Reviewer A",
        "role": "surgeon",
        "date": "2026-11-23",
        "signature": "good",
        "said": "the key of a@example.org",
    }

"""The commands of review forms and decisions: `pnet review import`, `compare` and `withdraw`."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from cli.test_cli import Done, pnet
from cli.test_cli_review import BY, clock, review
from form_material import REVIEWER, review_form, write_form
from pnet_pathways.governance.review.desk import ReviewDesk
from pnet_pathways.model.pathway import Definitions
from review_material import OFFER, STRENGTH, Edit, edit, flat, write_key

__all__ = ["clock", "edit"]  # fixtures

REMARKS = {"INS-2": ("change", "Only where it is large."), "INS-3": ("change", "No."), "INS-1": ("agree", "Well put.")}


@pytest.fixture
def form(definitions: Definitions, tmp_path: Path) -> Path:
    """A review of insulinoma with two rejections and a comment."""
    return write_form(tmp_path / "form.json", review_form(definitions, {"insulinoma": "do_not_approve"}, REMARKS))


def compare(*arguments: str | Path) -> Done:
    """Compare two forms."""
    return pnet("review", "compare", *map(str, arguments))


def test_a_review_is_imported_shown_and_void_after_a_change(folder: Path, form: Path, edit: Edit) -> None:
    done = review(folder, "import", str(form))
    reviews = folder / "reviews"
    close = "close it with: pnet review resolve"
    assert done == Done(
        0,
        f"{reviews}/0001-disapproval-insulinoma.json: insulinoma 1.0.0 not approved by Reviewer A (surgeon) on 2026-11-23\n"
        f"{reviews}/0002-comment-insulinoma.json: comment C-2 on INS-1; {close} C-2\n"
        f"{reviews}/0003-comment-insulinoma.json: comment C-3 on INS-2; {close} C-3\n"
        f"{reviews}/0004-comment-insulinoma.json: comment C-4 on INS-3; {close} C-4\n",
        "",
    )
    assert review(folder, "verify").exit_code == 0
    done = review(folder, "status", "--require-approved")
    assert done.exit_code == 1
    assert "insulinoma 1.0.0: not approved by Reviewer A (surgeon) on 2026-11-23\n" in done.stdout
    assert "C-3 on INS-2 (insulinoma), by Reviewer A (surgeon) on 2026-11-23: change: Only where it is large." in flat(
        done.stdout
    )
    edit(*STRENGTH)
    edit(*OFFER)
    text = flat(review(folder, "status").stdout)
    assert "insulinoma 1.0.0: changed since the decision not to approve by Reviewer A (surgeon) on 2026-11-23" in text
    assert "pathway.statements.INS-2.options.0.strength: usual -> rare" in text
    assert "[INS-2] -> rarely pancreatoduodenectomy" in text


def test_an_approval_with_changes_is_no_approval_yet(folder: Path, definitions: Definitions, tmp_path: Path) -> None:
    decisions = dict.fromkeys(definitions.pathways, "approve") | {"insulinoma": "approve_with_changes"}
    review(folder, "import", str(write_form(tmp_path / "form.json", review_form(definitions, decisions, REMARKS))))
    case = tmp_path / "case.json"
    case.write_text('{"tumor_type": "insulinoma"}')
    done = pnet("recommend", str(case), "--pathways", str(folder), "--require-approved")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "insulinoma: approved with changes by Reviewer A (surgeon) on 2026-11-23 (its changes are open" in done.stderr
    assert "vipoma" not in done.stderr
    assert review(folder, "sign", "insulinoma", *BY).exit_code == 0
    assert review(folder, "status", "--require-approved").exit_code == 0


def test_an_import_is_signed_where_a_key_is_given(folder: Path, form: Path, tmp_path: Path) -> None:
    key = write_key(tmp_path / "key", passphrase="secret")  # noqa: S106 (a test key)
    assert review(folder, "import", str(form), "--key", str(key), stdin="secret\n").exit_code == 0
    assert all(one.signature for one in ReviewDesk.of(folder).reviews.records)
    assert review(folder, "verify").stdout.count("good signature") == 4


def test_an_import_goes_to_the_folder_that_is_named(folder: Path, form: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert review(folder, "import", str(form), "--reviews", str(elsewhere)).exit_code == 0
    assert not (folder / "reviews").exists()
    assert "insulinoma 1.0.0: not approved by" in review(folder, "status", "--reviews", str(elsewhere)).stdout


def test_what_is_wrong_with_a_form_is_told_at_once_and_writes_nothing(folder: Path, form: Path) -> None:
    form.write_text(form.read_text("utf-8").replace('"2026-11-23"', '"2026-11-25"').replace("do_not_approve", "no"), "utf-8")
    done = review(folder, "import", str(form))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "pnet: 3 problems with the reviews:\n"
        f"  - {form}: the file was changed after it was exported: its digest is not that of its content "
        "(export it anew from the report page)\n"
        f"  - {form}, insulinoma, decision: 'no' is not one of: approve, approve_with_changes, do_not_approve\n"
        f"  - {form}, reviewer, date: 2026-11-25 has not come yet: today is 2026-11-24 at the latest "
        "(give the day of the review)\n"
    )
    assert not (folder / "reviews").exists()


def test_a_form_may_be_dated_where_the_day_comes_first(
    folder: Path, definitions: Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = {**REVIEWER, "date": "2026-11-25"}
    form = write_form(tmp_path / "ahead.json", review_form(definitions, {"insulinoma": "approve"}, reviewer=ahead))
    for hour, code in ((9, 2), (10, 0)):  # at 10:00 UTC the next day begins there
        now = datetime.datetime(2026, 11, 24, hour, tzinfo=datetime.UTC)
        monkeypatch.setattr("pnet_pathways.cli.review._now", lambda now=now: now)
        assert review(folder, "import", str(form)).exit_code == code


def test_a_form_is_imported_once(folder: Path, form: Path) -> None:
    review(folder, "import", str(form))
    done = review(folder, "import", str(form))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "this form was imported before: records 1 to 4" in done.stderr


@pytest.mark.parametrize("content", [None, b"\xff", b"", b"[]"])
def test_a_file_that_is_no_form_is_refused(folder: Path, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "form.json"
    if content is not None:
        path.write_bytes(content)
    for done in (review(folder, "import", str(path)), compare(path, path)):
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith("pnet: ")
    assert not (folder / "reviews").exists()


def test_two_forms_are_compared(definitions: Definitions, form: Path, tmp_path: Path) -> None:
    other = {**REVIEWER, "name": "Reviewer B"}
    same = write_form(tmp_path / "b.json", review_form(definitions, {"insulinoma": "do_not_approve"}, REMARKS, other))
    done = compare(form, same)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith("Both say the same.\n")
    path = write_form(tmp_path / "c.json", review_form(definitions, {"insulinoma": "approve"}, None, other))
    done = compare(form, path)
    assert done.exit_code == 1
    assert "  INS-2\n    A: change: Only where it is large.\n    B: agree\n" in done.stdout
    done = compare(form, path, "--format", "json")
    assert (done.exit_code, json.loads(done.stdout)["same"]) == (1, False)
    done = compare(form, path, "--format", "markdown")
    assert "| insulinoma | INS-2 | change: Only where it is large. | agree |" in done.stdout


def test_an_approval_is_withdrawn(folder: Path) -> None:
    review(folder, "sign", "vipoma", *BY)
    done = review(folder, "withdraw", "vipoma", *BY, "--text", "A newer summary is out.")
    path = folder / "reviews" / "0002-withdrawal-vipoma.json"
    assert done == Done(0, f"{path}: vipoma 1.0.0 approval withdrawn by Reviewer A (surgeon) on 2026-11-23\n", "")
    text = review(folder, "status").stdout
    assert "vipoma 1.0.0: approval withdrawn by Reviewer A (surgeon) on 2026-11-23\n  Reviewer A: A newer summary" in text
    done = review(folder, "withdraw", "vipoma", *BY, "--text", "Again.")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "vipoma: no approval by 'Reviewer A' stands" in done.stderr

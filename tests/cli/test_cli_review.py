"""The commands `pnet review`: sign, status, comment, resolve and verify."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.test_cli import Done, output, pnet
from pnet_pathways import load_pathways
from pnet_pathways.governance.review.desk import ReviewDesk
from pnet_pathways.governance.review.signing import read_signer
from pnet_pathways.loading.reviews import HEAD, SNAPSHOTS
from review_material import OFFER, STRENGTH, Edit, edit, flat, never, write_key

__all__ = ["edit"]  # a fixture

BY = ("--reviewer", "Reviewer A", "--role", "surgeon", "--date", "2026-11-23")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of the command line's clock."""
    now = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
    monkeypatch.setattr("pnet_pathways.cli.review._now", lambda: now)


def review(folder: Path, command: str, *arguments: str, stdin: str | None = None) -> Done:
    """Run a command of reviews on a folder of definitions."""
    return pnet("review", command, *arguments, "--pathways", str(folder), stdin=stdin)


# Sign


def test_sign_writes_a_record_and_says_so(folder: Path) -> None:
    done = review(folder, "sign", "vipoma", *BY, "--comment", "agreed")
    path = folder / "reviews" / "0001-approval-vipoma.json"
    assert done == Done(0, f"{path}: vipoma 1.0.0 approved by Reviewer A (surgeon) on 2026-11-23\n", "")
    assert load_pathways(folder).review("vipoma").approved


def test_sign_takes_today_s_date_where_none_is_given(folder: Path) -> None:
    assert review(folder, "sign", "vipoma", *BY[:4]).exit_code == 0
    assert ReviewDesk.of(folder).reviews.records[0].date == "2026-11-24"


def test_sign_writes_to_another_folder_where_one_is_named(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert review(folder, "sign", "all", *BY, "--reviews", str(elsewhere)).stdout.count("approved by") == 8
    assert not (folder / "reviews").exists()
    assert load_pathways(folder, reviews=elsewhere).review("other").approved


def test_the_path_that_is_said_is_whole(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = review(folder, "sign", "vipoma", *BY, "--reviews", "here")
    assert done.stdout.startswith(f"{tmp_path / 'here' / '0001-approval-vipoma.json'}: ")


def test_sign_signs_with_a_key(folder: Path, tmp_path: Path) -> None:
    key = write_key(tmp_path / "key")
    assert review(folder, "sign", "vipoma", *BY, "--key", str(key)).exit_code == 0
    assert ReviewDesk.of(folder).reviews.records[0].key == read_signer(key, never).key


def test_without_a_terminal_standard_input_gives_the_passphrase_of_a_key(folder: Path, tmp_path: Path) -> None:
    key = write_key(tmp_path / "key", passphrase="secret")  # noqa: S106 (a test key)
    assert review(folder, "sign", "vipoma", *BY, "--key", str(key), stdin="secret\n").exit_code == 0
    assert "secret" not in "".join(path.read_text("utf-8") for path in (folder / "reviews").glob("*.json"))


@pytest.mark.parametrize("stdin", ["", "\n"])
def test_a_passphrase_that_nobody_gives_is_an_error(folder: Path, tmp_path: Path, stdin: str) -> None:
    key = write_key(tmp_path / "key", passphrase="secret")  # noqa: S106 (a test key)
    command = [sys.executable, "-m", "pnet_pathways", "review", "sign", "vipoma", *BY[:4], "--key", str(key)]
    done = subprocess.run(
        [*command, "--pathways", str(folder)], input=stdin, capture_output=True, text=True, check=False, start_new_session=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    hint = "sign at a terminal, which asks for it, or give it on standard input"
    said = f"{key}: this key has a passphrase, and none was given ({hint})"
    assert flat(done.stderr) == f"pnet: 1 problem with the reviews: - {said}"


def test_a_terminal_is_asked_for_the_passphrase(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        assert hide_input
        assert err
        asked.append(text)
        return "secret"

    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("pnet_pathways.cli.review.at_terminal", lambda: True)
    key = write_key(tmp_path / "key", passphrase="secret")  # noqa: S106 (a test key)
    assert review(folder, "sign", "vipoma", *BY, "--key", str(key)).exit_code == 0
    assert asked == ["Passphrase of the key"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sign", "vipom", *BY), "did you mean 'vipoma'?"),
        (("sign", "vipoma", *BY[:4], "--date", ""), "empty argument after --date"),
        (("sign", "vipoma", *BY[:4], "--date", "yesterday"), "date: 'yesterday' is not a date (write it as 2026-11-23)"),
        (
            ("sign", "vipoma", *BY[:4], "--date", "2026-11-25"),
            "2026-11-25 has not come yet: today is 2026-11-24 at the latest",
        ),
        (("comment", "vipoma", "--on", "VIP-1", "--text", "?", *BY[:4], "--date", "2099-01-01"), "has not come yet"),
        (("verify", "--reviews", "typo"), "typo: there is no such folder of reviews"),
        (("sign", "vipoma", *BY, "--key", "missing"), "missing: No such file or directory"),
        (("comment", "vipoma", "--on", "VIP-77", "--text", "?", *BY), "has no such statement, state or reading"),
        (("resolve", "C-1", *BY), "there is no such open comment"),
        (("verify", "--allowed-signers", "missing"), "missing: No such file or directory"),
    ],
)
def test_wrong_input_is_explained_and_writes_nothing(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    done = review(folder, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert not (folder / "reviews").exists()


# Status


def test_status_of_the_project_says_never_reviewed() -> None:
    text = output("review", "status")
    assert text.count(": never reviewed\n") == 8
    assert flat(load_pathways().source.disclaimer) in flat(text)


def test_status_tells_a_changed_strength_and_no_changed_comment(folder: Path, edit: Edit) -> None:
    review(folder, "sign", "all", *BY)
    edit("insulinoma.yaml", "# Second encoding", "# Another comment")
    assert review(folder, "status", "--exit-code").exit_code == 0
    edit(*STRENGTH)
    edit(*OFFER)
    done = review(folder, "status", "--require-approved")
    assert done.exit_code == 1
    assert "insulinoma 1.0.0: changed since the approval by Reviewer A (surgeon) on 2026-11-23" in done.stdout
    assert "[INS-2] -> rarely pancreatoduodenectomy (Whipple procedure) [INS-2]; 736 scenarios" in flat(done.stdout)
    assert done.stdout.count(": approved by Reviewer A") == 7


def test_status_tells_a_strength_changed_in_the_statement_alone(folder: Path, edit: Edit) -> None:
    review(folder, "sign", "all", *BY)
    edit(*STRENGTH)
    done = review(folder, "status", "--exit-code")
    assert (done.exit_code, done.stderr) == (1, "")
    text = flat(done.stdout)
    assert "insulinoma 1.0.0: changed since the approval by Reviewer A (surgeon) on 2026-11-23" in text
    assert (
        "the leaf 'large_head_not_resectable' gives INS-2 'rarely pancreatoduodenectomy' another strength than the statement"
    ) in text
    assert "[INS-2] -> rarely pancreatoduodenectomy (Whipple procedure) [INS-2]; 736 scenarios" in text
    (data,) = [
        one for one in json.loads(review(folder, "status", "--format", "json").stdout)["pathways"] if one["encodings_disagree"]
    ]
    assert (data["pathway"], data["status"]) == ("insulinoma", "changed")
    assert "### insulinoma: since the approval\n\n- the encodings disagree: " in (
        review(folder, "status", "--format", "markdown").stdout
    )


def test_status_does_not_pass_where_the_encodings_disagree(folder: Path, edit: Edit) -> None:
    edit(*OFFER)
    done = review(folder, "status", "--format", "markdown")
    assert done.exit_code == 0
    assert "### insulinoma\n\n- the encodings disagree: " in done.stdout
    assert "another strength than INS-2 gives it" in review(folder, "sign", "insulinoma", *BY).stderr


def test_status_passes_without_approvals_unless_they_are_required(folder: Path) -> None:
    assert review(folder, "status").exit_code == 0
    assert review(folder, "status", "--exit-code").exit_code == 1


def test_status_prints_json_and_markdown(folder: Path) -> None:
    review(folder, "sign", "vipoma", *BY)
    data = json.loads(review(folder, "status", "--format", "json").stdout)
    assert [one["pathway"] for one in data["pathways"] if one["status"] == "approved"] == ["vipoma"]
    assert "| vipoma | 1.0.0 | approved by Reviewer A" in review(folder, "status", "--format", "markdown").stdout


def test_the_head_of_the_records_is_named_in_status(folder: Path) -> None:
    review(folder, "sign", "vipoma", *BY)
    (folder / "reviews" / HEAD).unlink()
    text = review(folder, "status").stdout
    assert "The records are damaged, so that nothing counts as approved" in text
    assert "vipoma 1.0.0: not approved, since the records of reviews are damaged" in text


# Comments


def test_a_comment_is_listed_until_it_is_resolved(folder: Path) -> None:
    done = review(folder, "comment", "gastrinoma", "--on", "GAS-2", "--text", "Why?", *BY)
    reviews = folder / "reviews"
    said = "comment C-1 on GAS-2; close it with: pnet review resolve C-1"
    assert done.stdout == f"{reviews / '0001-comment-gastrinoma.json'}: {said}\n"
    assert "C-1 on GAS-2 (gastrinoma), by Reviewer A (surgeon) on 2026-11-23: Why?" in flat(review(folder, "status").stdout)
    done = review(folder, "resolve", "C-1", "--text", "It stands there.", *BY)
    record = reviews / "0002-resolution-gastrinoma.json"
    assert done.stdout == f"{record}: C-1 closed by Reviewer A (surgeon) on 2026-11-23\n"
    assert "C-1" not in review(folder, "status").stdout


# Verify


def test_verify_finds_nothing_in_what_was_written(folder: Path) -> None:
    review(folder, "sign", "all", *BY)
    done = review(folder, "verify")
    assert done.exit_code == 0
    assert "8 records in" in done.stdout


def test_verify_counts_one_record_as_one(folder: Path) -> None:
    review(folder, "sign", "vipoma", *BY)
    assert "1 record in " in flat(review(folder, "verify").stdout)


def test_verify_of_the_project_finds_nothing() -> None:
    assert output("review", "verify").startswith("0 records in ")


def test_verify_names_an_edited_record_and_an_edited_snapshot(folder: Path) -> None:
    review(folder, "sign", "vipoma", *BY)
    (snapshot,) = (folder / "reviews" / SNAPSHOTS).iterdir()
    snapshot.write_text(snapshot.read_text("utf-8").replace("VIP-1", "VIP-2", 1), "utf-8")
    assert f"{snapshot.name}: this snapshot of reviewed definitions was edited" in flat(review(folder, "verify").stdout)
    path = folder / "reviews" / "0001-approval-vipoma.json"
    path.write_text(path.read_text().replace("Reviewer A", "Reviewer B"))
    done = review(folder, "verify", "--format", "json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["problems"][0]["where"] == path.name


def test_verify_says_as_written_only_where_nothing_is_found(folder: Path) -> None:
    review(folder, "sign", "vipoma", *BY)
    assert flat(review(folder, "verify").stdout).rstrip().endswith(": it is as it was written")
    review(folder, "sign", "other", *BY)
    assert flat(review(folder, "verify").stdout).rstrip().endswith(": they are as they were written")
    path = folder / "reviews" / "0001-approval-vipoma.json"
    path.write_text(path.read_text().replace("Reviewer A", "Reviewer B"))
    done = review(folder, "verify")
    assert done.exit_code == 1
    assert flat(done.stdout).rstrip().endswith("/reviews: 1 problem")


def test_verify_with_allowed_signers_takes_their_records_only(folder: Path, tmp_path: Path) -> None:
    key, other = write_key(tmp_path / "key"), Ed25519PrivateKey.from_private_bytes(b"8" * 32)
    allowed = tmp_path / "allowed"
    allowed.write_text(f"a@example.org {read_signer(key, never).key}\n")
    signers = ("--allowed-signers", str(allowed))
    review(folder, "sign", "vipoma", *BY, "--key", str(key))
    done = review(folder, "verify", *signers)
    assert (done.exit_code, "the key of a@example.org" in done.stdout) == (0, True)
    review(folder, "sign", "other", *BY, "--key", str(write_key(tmp_path / "other", other)))
    done = review(folder, "verify", *signers)
    assert done.exit_code == 1
    assert "0002-approval-other.json: not allowed: its key is not among the allowed ones" in flat(done.stdout)
    review(folder, "sign", "recurrent", *BY)
    assert "0003-approval-recurrent.json: unsigned" in flat(review(folder, "verify", *signers).stdout)
    assert review(folder, "verify").exit_code == 0


def test_verify_with_allowed_signers_takes_no_unsigned_record(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "allowed").write_text("")
    review(folder, "sign", "vipoma", *BY)
    assert review(folder, "verify", "--allowed-signers", str(tmp_path / "allowed")).exit_code == 1


def test_the_records_of_broken_definitions_can_be_verified_and_have_no_status(folder: Path) -> None:
    review(folder, "sign", "vipoma", *BY)
    (folder / "vipoma.yaml").write_text("pathway: vipoma\n")
    assert review(folder, "verify").exit_code == 0
    done = review(folder, "status")
    assert (done.exit_code, "problems in the definitions" in done.stderr) == (2, True)

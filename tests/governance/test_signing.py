"""Signatures with SSH keys: made and checked here, and by OpenSSH itself where it is installed."""

from __future__ import annotations

import base64
import builtins
import datetime
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pnet_pathways import ReviewError
from pnet_pathways.governance.review.signing import (
    NAMESPACE,
    Signer,
    read_allowed_signers,
    read_signer,
    signature_problem,
)
from review_material import never, signer, write_key

__all__ = ["signer"]  # a fixture

TEXT = "a" * 64


def test_a_signature_fits_what_is_signed(signer: Signer) -> None:
    assert signature_problem(signer.key, TEXT, signer.sign(TEXT)) == ""


def test_a_signature_is_the_same_each_time(signer: Signer) -> None:
    assert signer.sign(TEXT) == signer.sign(TEXT)


def test_a_signature_fits_nothing_else(signer: Signer) -> None:
    assert signature_problem(signer.key, "b" * 64, signer.sign(TEXT)) == "the signature does not fit what is signed"


def test_a_signature_of_another_key_is_found(signer: Signer, tmp_path: Path) -> None:
    other = read_signer(write_key(tmp_path / "other", Ed25519PrivateKey.from_private_bytes(b"8" * 32)), never)
    assert signature_problem(signer.key, TEXT, other.sign(TEXT)) == "the signature names another key than the record"


def changed(signature: str, edit: Callable[[bytes], bytes]) -> str:
    """Return a signature whose bytes were edited."""
    first, *lines, last = signature.strip().split("\n")
    return "\n".join([first, base64.b64encode(edit(base64.b64decode("".join(lines)))).decode(), last])


@pytest.mark.parametrize(
    "edit",
    [
        lambda raw: raw[:-1],
        lambda raw: raw + b"x",
        lambda raw: b"X" + raw[1:],
        lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
        lambda raw: raw.replace(NAMESPACE.encode(), b"something-e"),
        lambda raw: raw.replace(b"sha512", b"sha256"),
    ],
)
def test_an_edited_signature_is_found(signer: Signer, edit: Callable[[bytes], bytes]) -> None:
    assert signature_problem(signer.key, TEXT, changed(signer.sign(TEXT), edit)) == "the signature does not fit what is signed"


@pytest.mark.parametrize("signature", ["", "x\ny", "-----BEGIN SSH SIGNATURE-----\n!\n-----END SSH SIGNATURE-----"])
def test_what_is_no_signature_is_found(signer: Signer, signature: str) -> None:
    assert signature_problem(signer.key, TEXT, signature) == "the signature does not fit what is signed"


@pytest.mark.parametrize("key", ["", "ssh-rsa AAAA", "ssh-ed25519 !", "ssh-ed25519 AAAA"])
def test_what_is_no_key_is_found(signer: Signer, key: str) -> None:
    assert signature_problem(key, TEXT, signer.sign(TEXT)) == "the signature does not fit what is signed"


# Private keys


def test_a_passphrase_is_asked_where_the_key_has_one(signer: Signer, tmp_path: Path) -> None:
    key = write_key(tmp_path / "closed", passphrase="secret")  # noqa: S106 (a test key)
    assert read_signer(key, lambda: "secret").key == signer.key


@pytest.mark.parametrize("passphrase", ["wrong", ""])
def test_a_wrong_passphrase_is_said(tmp_path: Path, passphrase: str) -> None:
    key = write_key(tmp_path / "closed", passphrase="secret")  # noqa: S106 (a test key)
    with pytest.raises(ReviewError, match="this is not the passphrase of the key, or the key is damaged"):
        read_signer(key, lambda: passphrase)


def test_what_is_no_private_key_is_said(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("nothing")
    with pytest.raises(ReviewError, match=r"this SSH key cannot be read.*give an OpenSSH private key of type ed25519"):
        read_signer(tmp_path / "key", never)


def test_a_key_of_another_type_is_refused(tmp_path: Path) -> None:
    key = write_key(tmp_path / "key", generate_private_key(SECP256R1()))
    with pytest.raises(ReviewError, match="this SSH key is not of type ed25519"):
        read_signer(key, never)


def test_a_missing_package_is_named(signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signature = signer.sign(TEXT)
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("cryptography"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ReviewError, match=r"install pnet-pathways\[signing\]"):
        read_signer(tmp_path / "key", never)
    with pytest.raises(ReviewError, match=r"install pnet-pathways\[signing\]"):
        signature_problem(signer.key, TEXT, signature)


# Allowed signers


def allowed(tmp_path: Path, *lines: str) -> dict[str, str]:
    """Return what a file with these lines allows."""
    (tmp_path / "allowed").write_text("\n".join(lines))
    return dict(read_allowed_signers(tmp_path / "allowed"))


def test_allowed_signers_are_read(signer: Signer, tmp_path: Path) -> None:
    assert allowed(tmp_path, "# ours", "", f"a@example.org {signer.key} a comment") == {signer.key: "a@example.org"}


def test_a_key_of_two_principals_names_both(signer: Signer, tmp_path: Path) -> None:
    assert allowed(tmp_path, f"a {signer.key}", f"b {signer.key}") == {signer.key: "a,b"}


def test_a_key_for_other_namespaces_is_left_out(signer: Signer, tmp_path: Path) -> None:
    lines = [f'a namespaces="git" {signer.key}', f'b namespaces="git,{NAMESPACE}" {signer.key}']
    assert allowed(tmp_path, *lines) == {signer.key: "b"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a", "it ends after the principal"),
        ("a valid-before=20260101 {key}", "their values not in double quotes: valid-before=20260101"),
        ("a no-such-option {key}", "these options are not known"),
        ('a valid-before="soon" {key}', "this is not a time, YYYYMMDD[HHMM[SS]][Z]: soon"),
        ('a valid-before="20261301" {key}', "this is not a time"),
        ('a valid-after="20260102",valid-before="20260101" {key}', "valid-before is not later than valid-after"),
        ('a namespaces="a",namespaces="b" {key}', "the option namespaces is given twice"),
        ("a namespaces {key}", "it lacks its value"),
        ("a ssh-rsa AAAA", "there is no public key after the principal and its options"),
        ("a ssh-ed25519 AAAA", "there is no public key"),
        ("a ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA", "this is not a public key of type ssh-ed25519"),
        ('"a {key}', "a quotation does not close"),
    ],
)
def test_a_line_that_openssh_refuses_is_refused(signer: Signer, tmp_path: Path, line: str, message: str) -> None:
    line = line.replace("{key}", signer.key)
    with pytest.raises(ReviewError) as raised:
        allowed(tmp_path, "# ours", line)
    (problem,) = raised.value.problems
    assert problem.where == f"{tmp_path / 'allowed'}:2"
    assert message in problem.message
    if shutil.which("ssh-keygen"):
        assert not openssh_takes(signer, tmp_path, line)


ELSE = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
LINES = {
    f"{ELSE} of another type": False,
    "{key}": True,
    "{key} it's a comment, with a \" quotation": True,
    "{key} \u2028 and a line of Unicode": True,
    'namespaces="pnet-*" {key}': True,
    'NAMESPACES="git,pnet-revie?" {key} c': True,
    'namespaces="*,!pnet-review" {key}': False,
    'namespaces="!git,*" {key}': True,
    'namespaces="git" {key}': False,
    'namespaces="" {key}': False,
    'namespaces="pnet.review" {key}': False,
    "cert-authority {key}": False,
    'cert-authority,namespaces="pnet-review" {key}': False,
    'valid-before="20200101" {key}': False,
    'valid-after="20200101" {key}': True,
    'valid-after="202001011200",valid-before="29990101" {key}': True,
    'valid-after="20990101123456" {key}': False,
    'valid-after="20200101",namespaces="pnet-review" {key} both': True,
}


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("who", ["a@example.org", '"a@example.org"', "*@example.org,!b@example.org"])
def test_what_openssh_accepts_is_taken_or_left_out(signer: Signer, tmp_path: Path, who: str, line: str) -> None:
    whole = f"{who} {line}".replace("{key}", signer.key)
    found = allowed(tmp_path, f"b {ELSE}", whole)
    assert found == ({signer.key: who.strip('"')} if LINES[line] else {})
    if shutil.which("ssh-keygen"):
        assert openssh_takes(signer, tmp_path, f"b {ELSE}", whole) is LINES[line]


def test_bytes_that_are_no_text_in_a_comment_are_no_matter(signer: Signer, tmp_path: Path) -> None:
    (tmp_path / "allowed").write_bytes(f"a {signer.key} ".encode() + b"M\xfcller\n")
    assert read_allowed_signers(tmp_path / "allowed") == {signer.key: "a"}


def test_times_are_those_of_this_machine_unless_they_say_otherwise(signer: Signer, tmp_path: Path) -> None:
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    assert allowed(tmp_path, f'a valid-before="{soon:%Y%m%d%H%M}Z" {signer.key}')
    assert not allowed(tmp_path, f'a valid-after="{soon:%Y%m%d%H%M}Z" {signer.key}')
    assert allowed(tmp_path, f'a valid-before="{soon.astimezone():%Y%m%d%H%M}" {signer.key}')


# OpenSSH itself

needs_openssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")


def openssh_takes(signer: Signer, folder: Path, *lines: str) -> bool:
    """Return whether OpenSSH takes a signature, with a file of allowed signers of these lines."""
    (folder / "signature").write_text(signer.sign(TEXT))
    (folder / "allowed").write_text("\n".join(lines) + "\n")
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "a@example.org", "-n", NAMESPACE, "-s", "signature"]
    return subprocess.run(command, cwd=folder, input=TEXT, capture_output=True, text=True, check=False).returncode == 0


@needs_openssh
def test_openssh_takes_our_signatures(signer: Signer, tmp_path: Path) -> None:
    assert openssh_takes(signer, tmp_path, f"a@example.org {signer.key}")


@needs_openssh
def test_openssh_signs_the_very_same(signer: Signer, tmp_path: Path) -> None:
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "text").write_text(TEXT)
    subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-f", "key", "-n", NAMESPACE, "text"], cwd=tmp_path, check=True, capture_output=True
    )
    assert (tmp_path / "text.sig").read_text() == signer.sign(TEXT)

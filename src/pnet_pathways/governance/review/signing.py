"""Signatures with an SSH key (ed25519) in OpenSSH's own format, and its files of allowed signers. Needs `cryptography`.

What is signed is a short text, a record's hash, so that OpenSSH can check it without this library: ``ssh-keygen -Y verify``
with the namespace `NAMESPACE`. Other formats hold the bare signature over bytes, as `Signer.bare` makes it.
"""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from ...model.errors import Problem, ReviewError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAMESPACE: Final = "pnet-review"
_MAGIC: Final = b"SSHSIG"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_KIND: Final = "ssh-ed25519"
_UNFIT: Final = "the signature does not fit what is signed"
_MISSING: Final = "the package for signatures is missing; install pnet-pathways[signing]"


@attrs.frozen
class Signer:
    """A private key that signs. `key` is its public key as ``ssh-ed25519 AAAA...``, without a comment."""

    key: str
    private: Ed25519PrivateKey = attrs.field(repr=False, eq=False)

    def sign(self, text: str) -> str:
        """Return the signature over a text, as OpenSSH writes it."""
        signature = _string(_KIND.encode()) + _string(self.private.sign(_signed(text)))
        head = _MAGIC + (1).to_bytes(4, "big") + _string(_blob(self.key))
        body = head + _string(NAMESPACE.encode()) + _string(b"") + _string(b"sha512") + _string(signature)
        encoded = base64.b64encode(body).decode()
        lines = [encoded[start : start + 70] for start in range(0, len(encoded), 70)]
        return "\n".join([_BEGIN, *lines, _END]) + "\n"

    def bare(self, data: bytes) -> bytes:
        """Return the bare signature over bytes; what they begin with must tell them from what OpenSSH signs."""
        return self.private.sign(data)


def read_signer(path: Path, passphrase: Callable[[], str]) -> Signer:
    """Read an SSH private key; `passphrase` is asked only where the key has one.

    Raises `ReviewError` for a file that is no ed25519 key, a wrong passphrase or a missing package; `OSError` where the file
    cannot be read.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            PublicFormat,
            load_ssh_private_key,
        )
    except ImportError:
        raise _problem(str(path), _MISSING) from None
    raw = path.read_bytes()
    try:
        try:
            private = load_ssh_private_key(raw, None)
        except TypeError:  # it has a passphrase
            private = load_ssh_private_key(raw, passphrase().encode())
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise _problem(
            str(path), f"this SSH key cannot be read: {error}", "give an OpenSSH private key of type ed25519"
        ) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise _problem(str(path), "this SSH key is not of type ed25519", "make one with: ssh-keygen -t ed25519")
    public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return Signer(" ".join(public.split()[:2]), private)


def signature_problem(key: str, text: str, signature: str) -> str:
    """Return what is wrong with a signature over a text, empty where it is good. Raises `ReviewError` without the package."""
    try:
        blob, raw = _blob(key), _raw_signature(signature)
    except ValueError:
        return _UNFIT
    if raw[0] != blob:
        return "the signature names another key than the record"
    return "" if fits(key, _signed(text), raw[1]) else _UNFIT


def fits(key: str, data: bytes, signature: bytes) -> bool:
    """Return whether a bare signature over bytes was made with a key. Raises `ReviewError` without the package."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise _problem("", _MISSING) from None
    try:
        Ed25519PublicKey.from_public_bytes(public_bytes(key)).verify(signature, data)
    except (ValueError, InvalidSignature):
        return False
    return True


def public_bytes(key: str) -> bytes:
    """Return the 32 bytes of a public key. Raises `ValueError` where it is none of type ed25519."""
    _, public = _strings(_blob(key), 2)
    return public


def public_key(public: bytes) -> str:
    """Return a public key of 32 bytes as ``ssh-ed25519 AAAA...``."""
    return f"{_KIND} {base64.b64encode(_string(_KIND.encode()) + _string(public)).decode()}"


def fingerprint(key: str) -> str:
    """Return the fingerprint of a public key as OpenSSH shows it: ``SHA256:...``."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(_blob(key)).digest()).decode().rstrip('=')}"


def read_allowed_signers(path: Path) -> Mapping[str, str]:
    """Read a file of allowed signers as OpenSSH has it: principals by public key (``ssh-ed25519 AAAA...``).

    Of the options only ``namespaces`` is taken; a line with any other is refused, since to leave it out would allow more than
    the file does. Raises `ReviewError` naming each wrong line, `OSError` where the file cannot be read.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        text = line.strip()
        if text and not text.startswith("#"):
            try:
                _allow(text, found)
            except ValueError as error:
                problems.append(Problem(f"{path}:{number}", str(error), "a line is: principal ssh-ed25519 AAAA..."))
    if problems:
        raise ReviewError(problems)
    return found


def _allow(line: str, found: dict[str, str]) -> None:
    try:
        principals, *rest = shlex.split(line)
    except ValueError as error:
        raise ValueError(f"this is not a line of allowed signers: {error}") from None
    limited = bool(rest) and rest[0].lower().startswith("namespaces=")
    if limited and NAMESPACE not in rest.pop(0).partition("=")[2].split(","):
        return
    if len(rest) < 2 or rest[0] != _KIND:
        raise ValueError(f"options between the principal and the key are not supported, or the key is not {_KIND}")
    key = f"{_KIND} {rest[1]}"
    _blob(key)
    found[key] = ",".join([*filter(None, [found.get(key)]), principals])


def _problem(where: str, message: str, suggestion: str = "") -> ReviewError:
    return ReviewError([Problem(where, message, suggestion)])


# OpenSSH's formats (PROTOCOL.sshsig): strings are a length in four bytes and the bytes.


def _signed(text: str) -> bytes:
    message = _string(hashlib.sha512(text.encode()).digest())
    return _MAGIC + _string(NAMESPACE.encode()) + _string(b"") + _string(b"sha512") + message


def _string(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _strings(data: bytes, count: int) -> list[bytes]:
    """Return the strings that some bytes are made of. Raises `ValueError` where they are not."""
    found = []
    for _ in range(count):
        size = int.from_bytes(data[:4], "big")
        value, data = data[4 : 4 + size], data[4 + size :]
        if len(value) != size:
            raise ValueError("the bytes end too early")
        found.append(value)
    if data:
        raise ValueError("there are more bytes than there should be")
    return found


def _blob(key: str) -> bytes:
    """Return the bytes of a public key. Raises `ValueError` where it is none of the right type."""
    kind, _, encoded = key.partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
        named, _ = _strings(blob, 2)
    except ValueError:
        named = blob = b""
    if kind != _KIND or named != _KIND.encode():
        raise ValueError(f"this is not a public key of type {_KIND}")
    return blob


def _raw_signature(signature: str) -> tuple[bytes, bytes]:
    """Return the public key and the bare signature of what OpenSSH wrote. Raises `ValueError` where it is something else."""
    first, *lines, last = signature.strip().split("\n")
    if (first, last) != (_BEGIN, _END):
        raise ValueError("this is not an OpenSSH signature")
    data = base64.b64decode("".join(lines), validate=True)
    head = _MAGIC + (1).to_bytes(4, "big")
    if not data.startswith(head):
        raise ValueError("this is not an OpenSSH signature")
    key, namespace, reserved, algorithm, inner = _strings(data[len(head) :], 5)
    kind, raw = _strings(inner, 2)
    if (namespace, reserved, algorithm, kind) != (NAMESPACE.encode(), b"", b"sha512", _KIND.encode()):
        raise ValueError("this signature was made for something else")
    return key, raw

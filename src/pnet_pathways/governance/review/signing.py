"""Signatures with an SSH key (ed25519) in OpenSSH's own format, and its files of allowed signers. Needs `cryptography`.

What is signed is a short text, a record's hash, so that OpenSSH can check it without this library: ``ssh-keygen -Y verify``
with the namespace `NAMESPACE`. Other formats hold the bare signature over bytes, as `Signer.bare` makes it.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import hashlib
import re
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
    raw, closed = path.read_bytes(), False
    try:
        try:
            private = load_ssh_private_key(raw, None)
        except TypeError:
            closed = True
            private = load_ssh_private_key(raw, passphrase().encode())
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        if closed:
            raise _problem(str(path), "this is not the passphrase of the key, or the key is damaged", "try again") from None
        hint = "give an OpenSSH private key of type ed25519"
        raise _problem(str(path), f"this SSH key cannot be read: {error}", hint) from None
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

    What OpenSSH accepts is taken, or left out where it allows no signature that is made here: keys of other types, authorities
    of certificates, other namespaces, times that have passed or are to come. Raises `ReviewError` naming each line that
    OpenSSH refuses too, `OSError` where the file cannot be read.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    now = datetime.datetime.now(datetime.UTC)
    for number, line in enumerate(path.read_bytes().decode("utf-8", "backslashreplace").split("\n"), 1):
        text = line.strip()
        if text and not text.startswith("#"):
            try:
                principals, options, key = _allowed_line(text)
                if key.startswith(f"{_KIND} ") and _allows(options, now):
                    found[key] = ",".join([*filter(None, [found.get(key)]), principals])
            except ValueError as error:
                problems.append(Problem(f"{path}:{number}", str(error), "a line is: principal ssh-ed25519 AAAA..."))
    if problems:
        raise ReviewError(problems)
    return found


_PRINCIPALS: Final = re.compile(r'(?:"([^"]*)"|([^\s"]+))\s+(?=\S)')
_OPTIONS: Final = re.compile(r'((?:"(?:\\"|[^"])*"|\\"|[^\s"])+)\s+(?=\S)')
_OPTION: Final = re.compile(r'([a-z-]+)(?:="((?:\\"|[^"])*)")?(?:,(?=.)|$)')
_TIME: Final = re.compile(r"(\d{8})(?:(\d{4})(\d{2})?)?(Z?)", re.IGNORECASE)


def _allowed_line(line: str) -> tuple[str, dict[str, str], str]:
    """Return principals, options and key of a line. Raises `ValueError` where it is none of allowed signers."""
    first = _PRINCIPALS.match(line)
    if first is None:
        raise ValueError("this is not a line of allowed signers: it ends after the principal, or a quotation does not close")
    rest = line[first.end() :]
    key, options = _key_in(rest), dict[str, str]()
    if not key:
        given = _OPTIONS.match(rest)
        key = _key_in(rest[given.end() :]) if given else ""
        if given is None or not key:
            raise ValueError("there is no public key after the principal and its options")
        options = _options(given[1])
    if key.startswith(f"{_KIND} ") and len(public_bytes(key)) != 32:
        raise ValueError(f"this is not a public key of type {_KIND}")
    return first[1] or first[2], options, key


def _key_in(text: str) -> str:
    """Return the public key of any type with which a text begins; empty where it begins with something else."""
    kind, _, rest = text.partition(" ") if " " in text else text.partition("\t")
    encoded = rest.split(maxsplit=1)[:1]
    try:
        blob = base64.b64decode("".join(encoded), validate=True)
    except ValueError:
        return ""
    # What is encoded begins with the name of its type.
    return f"{kind} {encoded[0]}" if blob.startswith(_string(kind.encode())) else ""


def _options(text: str) -> dict[str, str]:
    """Return options by name, empty where they have no value. Raises `ValueError` for what OpenSSH does not know."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        option = _OPTION.match(text.lower(), place)
        if option is None or (name := option[1]) not in {"cert-authority", "namespaces", "valid-after", "valid-before"}:
            raise ValueError(f"these options are not known, or their values not in double quotes: {text[place:]}")
        if name in found or (option[2] is None) is not (name == "cert-authority"):
            raise ValueError(f"the option {name} is given twice, or it lacks its value or takes none")
        found[name] = "" if option[2] is None else text[option.start(2) : option.end(2)]
        place = option.end()
    return found


def _allows(options: Mapping[str, str], now: datetime.datetime) -> bool:
    """Return whether a line with these options allows a signature that is made here. Raises `ValueError` for no time."""
    after, before = (_time(options[name]) if name in options else now for name in ("valid-after", "valid-before"))
    if "valid-after" in options and "valid-before" in options and before <= after:
        raise ValueError("valid-before is not later than valid-after")
    named = "namespaces" not in options or _is_listed(NAMESPACE, options["namespaces"])
    return named and "cert-authority" not in options and after <= now <= before


def _is_listed(name: str, patterns: str) -> bool:
    """Return whether patterns name something: ``*`` and ``?`` stand for others, what begins with ``!`` is left out."""
    positive = False
    for pattern in patterns.split(","):
        parts = (".*" if one == "*" else "." if one == "?" else re.escape(one) for one in pattern.removeprefix("!"))
        if re.fullmatch("".join(parts), name):
            if pattern.startswith("!"):
                return False
            positive = True
    return positive


def _time(text: str) -> datetime.datetime:
    """Return a time as OpenSSH writes it, ``YYYYMMDD[HHMM[SS]][Z]``, without Z that of this machine."""
    if found := _TIME.fullmatch(text):
        with contextlib.suppress(ValueError):
            whole = f"{found[1]}{found[2] or '0000'}{found[3] or '00'}+0000"
            stated = datetime.datetime.strptime(whole, "%Y%m%d%H%M%S%z")
            return stated if found[4] else stated.replace(tzinfo=None).astimezone()
    raise ValueError(f"this is not a time, YYYYMMDD[HHMM[SS]][Z]: {text}")


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

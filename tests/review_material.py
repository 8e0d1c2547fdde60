"""What the tests of reviews, differences and records of answers share: reviewers, keys, and edits of copied definitions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from pnet_pathways.governance.review.author import Author
from pnet_pathways.governance.review.checks import folder_problems
from pnet_pathways.governance.review.desk import PathwayStatus, ReviewDesk
from pnet_pathways.governance.review.signing import Signer, read_signer

A = Author("Reviewer A", "surgeon", "2026-11-23")
B = Author("Reviewer B", "gastroenterologist", "2026-11-24")

Edit = Callable[[str, str, str], None]

# One option's strength, in both encodings.
STRENGTH = (
    "insulinoma.yaml",
    "{item: 2, treatments: [pancreatoduodenectomy], strength: usual}",
    "{item: 2, treatments: [pancreatoduodenectomy], strength: rare}",
)
OFFER = ("insulinoma.yaml", "INS-2: [usually pancreatoduodenectomy]", "INS-2: [rarely pancreatoduodenectomy]")


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace a text in a file of the copied definitions; it must be there once."""

    def change(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text("utf-8")
        assert text.count(old) == 1, text.count(old)
        (folder / name).write_text(text.replace(old, new), "utf-8")

    return change


def statuses(folder: Path) -> dict[str, PathwayStatus]:
    """Return the status of every pathway by name."""
    return {one.pathway.name: one for one in ReviewDesk.of(folder).status()}


def problems(folder: Path) -> str:
    """Return what a check of the reviews of a folder finds."""
    return "\n".join(map(str, folder_problems(ReviewDesk.of(folder).reviews)))


def flat(text: str) -> str:
    """Return text on one line."""
    return " ".join(text.split())


def never() -> str:
    """Return no passphrase: none may be asked."""
    raise AssertionError


def write_key(path: Path, key: Any = None, passphrase: str = "") -> Path:
    """Write an SSH private key, by default an ed25519 key that is always the same."""
    own = Ed25519PrivateKey.from_private_bytes(b"7" * 32) if key is None else key
    closed = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    path.write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, closed))
    return path


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    """A signer whose key is always the same."""
    return read_signer(write_key(tmp_path / "key"), never)

"""Hashes of plain data (the same for the same content, whatever its layout and the order of its keys) and of text."""

from __future__ import annotations

import hashlib
import json


def digest(data: object) -> str:
    """Return the SHA-256 of plain data, as 64 hexadecimal digits. Raises `TypeError` for what JSON does not hold."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text as it stands, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()

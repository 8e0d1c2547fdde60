"""Hashes of plain data (the same for the same content, whatever its layout and the order of its keys) and of text."""

from __future__ import annotations

import hashlib
import json


def digest(data: object) -> str:
    """Return the SHA-256 of plain data, as 64 hexadecimal digits. Raises `TypeError` for what JSON does not hold."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def portable_digest(data: object) -> str:
    """Return the SHA-256 of plain data as a page's script computes it too, as 64 hexadecimal digits.

    Of the JSON text with its keys sorted, without spaces, in UTF-8 with every sign as it is (half a surrogate pair alone is
    escaped, as in `JSON.stringify`). For data of text, lists and objects: numbers are written differently in other languages.
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text as it stands, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()

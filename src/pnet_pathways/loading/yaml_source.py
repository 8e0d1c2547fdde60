"""YAML 1.2 as plain data with the place of everything in it. Safe: no tags, no anchors, limits on size and depth.

The parser is ruamel.yaml's (libyaml where it is installed). The data is built here from its events, since that is what
finds repeated keys, keeps ``no`` a word and knows line and column of each key and value.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any, Final

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from ..model.claims import ClaimId
from ..model.errors import Problem
from ..model.reference import Where

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 24
MAX_DIGITS: Final = 4000

Path_ = tuple[str | int, ...]

# Line breaks in YAML 1.1, which the parser reads, and none in YAML 1.2 and in editors: set aside while it reads.
_NO_BREAKS: Final = {ord("\x85"): "\uf0f0", 0x2028: "\uf0f1", 0x2029: "\uf0f2"}
_BREAKS_AGAIN: Final = {ord(sign): chr(code) for code, sign in _NO_BREAKS.items()}
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SPACES = re.compile(r"\s+")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@attrs.define
class Document:
    """A read file: its `data`, the `places` of keys and values by path, and the `problems` found on the way."""

    file: str
    data: Any = None
    places: dict[Path_, tuple[int, int]] = attrs.field(factory=dict)
    problems: list[Problem] = attrs.field(factory=list)

    def where(self, path: Path_) -> Where:
        """Return the place of a path, or of the nearest thing above it that is there."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Where(self.file, line, column)

    def tidied(self) -> Document:
        """Return this document with its texts as they read: what nobody sees in them says nothing (see `tidy`)."""
        self.data = _tidied(self.data)
        return self

    def problem(self, path: Path_, message: str, suggestion: str = "", code: ClaimId | None = None) -> None:
        """Record a problem at a path; `code` as in `Problem`."""
        self.problems.append(Problem(str(self.where(path)), message, suggestion, code))


def read_yaml(path: Path, name: str) -> Document:
    """Read a file; what is wrong with it is in the document's `problems`, never raised. `name` is used in messages."""
    document = Document(name)
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            document.problem((), f"the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are read")
            return document
        text = raw.decode("utf-8")
    except OSError as error:
        document.problem((), f"the file cannot be read: {error.strerror}")
        return document
    except UnicodeDecodeError as error:
        document.problem((), f"the file is not UTF-8 text (byte {error.start})")
        return document
    try:
        _Builder(document).build(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.places[()] = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.problem((), f"this is not valid YAML: {error.problem or error.context}")
    except (YAMLError, ValueError) as error:
        document.problem((), f"this is not valid YAML: {' '.join(str(error).split())}")
    return document


def tidy(text: str) -> str:
    """Return a text as it reads: composed letters (NFC), every run of white space as one space, no sign that is never shown."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", _UNSEEN.sub("", text))).strip()


def _tidied(data: Any) -> Any:
    if isinstance(data, str):
        return tidy(data)
    if isinstance(data, dict):
        return {key: _tidied(value) for key, value in data.items()}
    return [_tidied(one) for one in data] if isinstance(data, list) else data


class _Builder:
    """Builds plain data from parser events, with places."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[tuple[Any, Path_]] = []
        self.key: list[Any] = []

    def build(self, text: str) -> None:
        first = True
        if not any(sign in text for sign in _NO_BREAKS.values()):
            text = text.translate(_NO_BREAKS)
        for event in YAML(typ="safe", pure=False).parse(text):
            if isinstance(event, ScalarEvent):
                event.value = event.value.translate(_BREAKS_AGAIN)
            if not self._content(event):
                continue
            if not self.stack and not first:
                self.document.places[()] = self._place(event)
                self.document.problem((), "a file holds one document, and here a second one begins")
                return
            first = False
            if not self._take(event):
                return

    @staticmethod
    def _content(event: Any) -> bool:
        kinds = (ScalarEvent, AliasEvent, MappingStartEvent, MappingEndEvent, SequenceStartEvent, SequenceEndEvent)
        return isinstance(event, kinds)

    @staticmethod
    def _place(event: Any) -> tuple[int, int]:
        return event.start_mark.line + 1, event.start_mark.column + 1

    def _take(self, event: Any) -> bool:
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            self.stack.pop()
            self.key.pop()
            return True
        here = Where(self.document.file, *self._place(event))
        if isinstance(event, AliasEvent) or event.anchor:
            return self._refuse(here, "anchors and aliases are not read", "write the content out")
        if event.tag:
            return self._refuse(here, f"tags such as {event.tag} are not read", "leave the tag out")
        if isinstance(event, ScalarEvent):
            return self._scalar(event, here)
        if len(self.stack) >= MAX_DEPTH:
            return self._refuse(here, f"nested deeper than {MAX_DEPTH} levels")
        if self._expects_key():
            return self._refuse(here, "a key is a plain word here, not a list or mapping")
        fresh: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        path = self._put(fresh, self._place(event))
        self.stack.append((fresh, path))
        self.key.append(None)
        return True

    def _refuse(self, where: Where, message: str, suggestion: str = "") -> bool:
        self.document.problems.append(Problem(str(where), message, suggestion))
        return False

    def _expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][0], dict) and self.key[-1] is None

    def _scalar(self, event: Any, here: Where) -> bool:
        if self._expects_key():
            container, path = self.stack[-1]
            if event.value in container:
                first = self.document.where((*path, event.value))
                self.document.problems.append(
                    Problem(str(here), f"duplicate key '{event.value}'", f"keep one; the first is on line {first.line}")
                )
            else:
                self.document.places[(*path, event.value)] = self._place(event)
            self.key[-1] = (event.value,)
            return True
        if event.implicit[0] and len(event.value) > MAX_DIGITS and _INTEGER.fullmatch(event.value):
            return self._refuse(here, f"a number of more than {MAX_DIGITS} digits is not read")
        self._put(resolved(event.value) if event.implicit[0] else event.value, self._place(event))
        return True

    def _put(self, value: Any, place: tuple[int, int]) -> Path_:
        if not self.stack:
            self.document.data = value
            self.document.places[()] = place
            return ()
        container, path = self.stack[-1]
        if isinstance(container, list):
            container.append(value)
            here: Path_ = (*path, len(container) - 1)
            self.document.places[here] = place
            return here
        (key,) = self.key[-1]
        self.key[-1] = None
        container.setdefault(key, value)
        return (*path, key)


def resolved(text: str) -> Any:
    """Return a plain scalar's value by the YAML 1.2 core schema (``yes`` and ``no`` are words)."""
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE"}:
        return True
    if text in {"false", "False", "FALSE"}:
        return False
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text

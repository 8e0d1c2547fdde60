"""Moved locators written back into the YAML files: only their scalars change, comments and layout stay byte for byte."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from ...loading.files import write_together
from ...loading.folder import load_pathways
from ...model.errors import SourceError
from ...model.hashing import text_digest
from .comparison import Finding

_KEYS: Final = ("section", "first", "last", "start", "end", "sha256")


@attrs.frozen
class _Scalar:
    """A value in a file: its text, and where its token begins and ends."""

    value: str
    start: int
    end: int


def moved_locators(findings: Iterable[Finding]) -> dict[tuple[str, ...], dict[str, str]]:
    """Return, for each locator of passages that hold (as the texts of its values), the values that it gets."""
    moves: dict[tuple[str, ...], dict[str, str]] = {}
    for one in findings:
        assert one.span is not None, "a moved passage has a place"
        locator, text = one.locator, one.text
        key = (locator.first, locator.last, str(locator.start), str(locator.end), locator.sha256)
        values = {"start": str(one.span[0]), "end": str(one.span[1])}
        if text_digest(text) != locator.sha256:
            # Another spacing: the first and last words are taken anew, as many as there were.
            words = text.split(" ")
            first, last = (len(part.split(" ")) for part in (locator.first, locator.last))
            values |= {"first": " ".join(words[:first]), "last": " ".join(words[-last:]), "sha256": text_digest(text)}
        moves[key] = values
    return moves


def update_locators(folder: Path, findings: Iterable[Finding]) -> dict[str, int]:
    """Rewrite the locators of moved passages in a folder's files; return how many per file.

    The new files are loaded before any is put in place, and all are put in place or none.
    Raises `SourceError` where a locator is not found again, `DefinitionError` where the result does not load.
    """
    moves = moved_locators(findings)
    contents: dict[Path, bytes] = {}
    counts: dict[str, int] = {}
    done: set[tuple[str, ...]] = set()
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_bytes().decode("utf-8")
        edited, keys = _edited(text, moves)
        done.update(keys)
        if edited != text:
            contents[path] = edited.encode()
            counts[path.name] = len(keys)
    if lost := [key for key in moves if key not in done]:
        raise SourceError(f"{folder}: no file holds the locator from '{lost[0][0]}' to '{lost[0][1]}'")
    if contents:
        prove(folder, contents)
        write_together(contents)
    return counts


def prove(folder: Path, contents: Mapping[Path, bytes]) -> None:
    """Load a copy of the folder with the new contents, so that only what loads is put in place."""
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(shutil.copytree(folder, Path(scratch) / "pathways"))
        for path, content in contents.items():
            (trial / path.name).write_bytes(content)
        load_pathways(trial, check_agreement=False)


def _edited(text: str, moves: Mapping[tuple[str, ...], dict[str, str]]) -> tuple[str, list[tuple[str, ...]]]:
    edits: list[tuple[int, int, str]] = []
    keys = []
    for locator in _locators(text):
        key = tuple(locator[name].value for name in _KEYS[1:])
        if key not in moves:
            continue
        keys.append(key)
        for name, value in moves[key].items():
            scalar = locator[name]
            if scalar.value != value:
                # A hash of digits with one e would read as a number: words and hashes are quoted.
                token = value if name in {"start", "end"} else json.dumps(value, ensure_ascii=False)
                edits.append((scalar.start, scalar.end, token))
    for start, end, token in sorted(edits, reverse=True):
        text = text[:start] + token + text[end:]
    return text, keys


def _locators(text: str) -> Iterator[dict[str, _Scalar]]:
    """Yield every mapping of a file that has the keys of a locator, with the places of its values.

    The pure parser is used: it counts in characters, in both flow and block style.
    """
    stack: list[tuple[bool, dict[str, _Scalar], list[str | None]]] = []
    for event in YAML(typ="safe", pure=True).parse(text):
        _step(event, stack)
        if isinstance(event, MappingEndEvent):
            _, values, _ = stack.pop()
            if set(_KEYS) <= set(values):
                yield values
        elif isinstance(event, SequenceEndEvent):
            stack.pop()


def _step(event: Any, stack: list[tuple[bool, dict[str, _Scalar], list[str | None]]]) -> None:
    """Take one event: a key, a value of the innermost mapping, or the beginning of a container."""
    scalar = isinstance(event, ScalarEvent)
    container = isinstance(event, MappingStartEvent | SequenceStartEvent)
    if stack and stack[-1][0] and (scalar or container):
        _, values, key = stack[-1]
        if key[0] is None and scalar:
            key[0] = event.value
        else:
            if scalar and key[0] is not None:
                values[key[0]] = _Scalar(event.value, event.start_mark.index, event.end_mark.index)
            key[0] = None
    if container:
        stack.append((isinstance(event, MappingStartEvent), {}, [None]))

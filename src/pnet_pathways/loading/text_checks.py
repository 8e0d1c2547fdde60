"""What texts, names, dates and numbers must keep in every file: none is empty, each can be told apart."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ..model.dates import dates_in_words
from ..model.errors import printable
from . import schema
from .schema_base import key_of
from .yaml_source import Document, Path_

_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TRACK: Final = re.compile(rf"{_NAME.pattern}(?:\.{_NAME.pattern})?")
_RULES: Final = {
    "track": (_TRACK, "a name of a track, or two names joined by a dot"),
    "name": (_NAME, "letters of a to z, digits and underscores, beginning with no digit"),
    "id": (_ID, "letters of a to z and digits, with single hyphens, underscores or dots between them"),
}


def check_texts(documents: Mapping[str, Document], files: Mapping[str, object]) -> None:
    """Record in the documents what is wrong with any text, name, date or number of their files.

    A place that has a problem already keeps that one: it says more.
    """
    for name, file in files.items():
        document = documents.get(name)
        if document is None or file is None:
            continue
        told = {problem.where for problem in document.problems}
        for path, message, hint in (*_mistakes(file, ()), *_alike(file), *_dates(file)):
            if str(document.where(path)) not in told:
                document.problem(path, message, hint)


_Mistake = tuple[Path_, str, str]


def _mistakes(value: Any, path: Path_) -> Iterator[_Mistake]:
    """Yield what is wrong with anything in a file's shape, by the rules of its fields."""
    for field in attrs.fields(type(value)):
        held, here = getattr(value, field.name), (*path, key_of(field))
        if held is None or held == field.default:
            continue
        yield from _field(held, here, field.metadata)


def _field(held: Any, path: Path_, rules: Mapping[str, Any]) -> Iterator[_Mistake]:
    kind = rules.get("names", "")
    if attrs.has(type(held)):
        yield from _mistakes(held, path)
    elif isinstance(held, dict):
        for key, inner in held.items():
            yield from _named(key, (*path, key), kind)
            yield from _field(inner, (*path, key), {})
    elif isinstance(held, tuple):
        for number, inner in enumerate(held):
            yield from _field(inner, (*path, number), {})
    elif isinstance(held, str):
        if not held.strip() and not rules.get("may_be_empty"):
            yield path, f"'{path[-1]}' is empty", "say it, or leave the key out where it may be left out"
        elif hidden := [sign for sign in held if printable(sign, lines=True) != sign]:
            yield path, f"'{path[-1]}' holds a sign that nobody sees, {printable(hidden[0])}", "leave it out"
        else:
            yield from _named(held, path, kind)
    elif rules.get("positive") and held < 1:
        yield path, f"'{path[-1]}' is {held}", "it counts from 1"


def _named(name: str, path: Path_, kind: str) -> Iterator[_Mistake]:
    if kind:
        pattern, takes = _RULES[kind]
        if not pattern.fullmatch(name):
            yield path, f"{name!r} is no name here", f"a name takes {takes}"


def _alike(file: object) -> Iterator[_Mistake]:
    """Yield the answers of a fact, the members of a group and the treatments that read like one before them."""
    if isinstance(file, schema.TreatmentsFile):
        yield from _repeated(((("treatments", key, "label"), one.label) for key, one in file.treatments.items()), "treatment")
    elif isinstance(file, schema.FactsFile):
        for name, fact in file.facts.items():
            members = ((("facts", name, "members", key, "label"), one.label) for key, one in fact.members.items())
            yield from _repeated(members, "member")
            for below, answers in _answers(fact):
                for word in ("label", "phrase"):
                    words = (((*("facts", name), *below, key, word), getattr(one, word)) for key, one in answers.items())
                    yield from _repeated(words, "answer")


def _answers(fact: schema.FactSpec) -> Iterator[tuple[Path_, Mapping[str, schema.AnswerSpec]]]:
    yield ("answers",), fact.answers
    for key, member in fact.members.items():
        yield ("members", key, "answers"), member.answers


def _repeated(texts: Iterable[tuple[Path_, str]], what: str) -> Iterator[_Mistake]:
    first: dict[str, Path_] = {}
    for path, text in texts:
        reads = " ".join(text.split()).casefold()
        if reads in first:
            yield (
                path,
                f"the {what}s '{first[reads][-2]}' and '{path[-2]}' read the same: {text!r}",
                "put one of them differently",
            )
        elif reads:
            first[reads] = path


def _dates(file: object) -> Iterator[_Mistake]:
    """Yield what is wrong with the date of the summary, and where its texts name another."""
    if not isinstance(file, schema.SourceFile):
        return
    updated = file.source.updated
    try:
        day = datetime.date.fromisoformat(updated) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", updated, re.ASCII) else None
    except ValueError:
        day = None
    if day is None:
        yield ("source", "updated"), f"'{updated}' is not a date", "a day that exists, as YYYY-MM-DD"
        return
    for key in ("title", "intended_use", "disclaimer"):
        for words, said in dates_in_words(getattr(file.source, key)):
            if said is None:
                yield ("source", key), f"'{words}' is not a day that exists", ""
            elif said != day:
                yield ("source", key), f"'{words}' is not the date of the summary, {day}", "say that one, or none"

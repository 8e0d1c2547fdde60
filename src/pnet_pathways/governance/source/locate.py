"""A locator for words of a copy, ready to be pasted into the YAML files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...loading.yaml_source import read_yaml
from ...model.errors import DefinitionError, SourceError
from ...model.hashing import text_digest
from ...model.reference import Locator
from .copies import Copy
from .links import Links

_WORDS: Final = 4
_GAP = re.compile(r"\s*(?:\.\.\.|\u2026)\s*")


def locate(folder: Path, copy: Copy, words: str) -> tuple[str, ...]:
    """Return, for each place of a copy at which words stand, its locator as a line of YAML.

    `words` are those of the whole passage, or its first and last ones with ``...`` between. Of `folder` only the headings in
    source.yaml and the page's own words in not_statements.yaml are read, so that the rest may still be unfinished.
    Raises `SourceError` where there are no words, or none on one side of ``...``, and where they stand nowhere in a section, or
    across the page's own words or two sections.
    """
    parts = [part.strip() for part in _GAP.split(words)]
    if not all(parts):
        raise SourceError(f"'{words}' is no passage: give its words, or its first and last ones with ... between")
    source, beside = _data(folder / "source.yaml"), _data(folder / "not_statements.yaml")
    subject = str((source.get("source") or {}).get("subject", ""))
    sections = {str(heading).replace("{subject}", subject): str(key) for key, heading in (source.get("sections") or {}).items()}
    copy = copy.without(str(one).replace("{subject}", subject) for one in beside.get("furniture") or ())
    spans = sorted(_spans(copy, parts))
    if not spans:
        raise SourceError(f"{copy.name}: {_how_far(copy, words)}")
    starts = sorted((start, end, heading) for heading, (start, end) in copy.starts_of(list(sections)).items())
    links = Links(copy, tuple((start, body) for start, body, _ in starts))
    found, problems = [], []
    for start, end in spans:
        within = [heading for _, body, heading in starts if body <= start]
        if not within:
            problems.append(f"at character {start} they stand before the first section that source.yaml names")
        elif any(start < begin < end for begin, _, _ in starts):
            problems.append(f"at character {start} they go on into another section")
        elif copy.words(start, end) != copy.text[start:end]:
            problems.append(f"at character {start} words of the page stand between them (furniture in not_statements.yaml)")
        else:
            locator = links.mended(_locator(within[-1], copy.text[start:end], start, end), (start, end))
            # No words of up to eight lead there: the line says so, as a comment.
            astray = "" if links.leads(locator, (start, end)) else "  # no link leads here; a longer passage may help"
            found.append(f"{_line(sections[within[-1]], locator)}{astray}")
    if not found:
        raise SourceError(f"{copy.name}: no locator can be made of '{words}': {'; '.join(problems)}")
    return tuple(found)


def _data(path: Path) -> Mapping[str, Any]:
    document = read_yaml(path, path.name)
    if document.problems:
        raise DefinitionError(document.problems)
    return document.data if isinstance(document.data, dict) else {}


def _spans(copy: Copy, parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    first, *others = parts
    for start, end in copy.occurrences(first):
        for last in others:
            span = copy.find(last, end)
            if span is None:
                break
            end = span[1]  # noqa: PLW2901 - the passage grows
        else:
            yield start, end


def _how_far(copy: Copy, words: str) -> str:
    """Return in words how much of a passage stands in a copy, and how that goes on."""
    given = words.split()
    for number in range(len(given) - 1, 0, -1):
        if (span := copy.find(" ".join(given[:number]))) is not None:
            goes_on = copy.text[span[1] : span[1] + 40]
            return f"'{words}' does not stand in it; '{' '.join(given[:number])}' does, and goes on '{goes_on} ...'"
    return f"'{words}' does not stand in it; capitals count"


def _locator(heading: str, text: str, start: int, end: int) -> Locator:
    words = text.split(" ")
    return Locator(heading, " ".join(words[:_WORDS]), " ".join(words[-_WORDS:]), start, end, text_digest(text))


def _line(section: str, locator: Locator) -> str:
    texts = {name: json.dumps(getattr(locator, name), ensure_ascii=False) for name in ("first", "last", "link_from", "link_to")}
    where = f"section: {section}, first: {texts['first']}, last: {texts['last']}, start: {locator.start}, end: {locator.end}"
    link = "".join(f", {name}: {texts[name]}" for name in ("link_from", "link_to") if getattr(locator, name))
    return f"- {{{where}, sha256: {_quoted(locator.sha256)}{link}}}"


def _quoted(digest: str) -> str:
    """Return a hash as YAML reads it as text: one of digits with one e is a number to it."""
    return f'"{digest}"' if re.fullmatch(r"[0-9]+(e[0-9]+)?", digest) else digest

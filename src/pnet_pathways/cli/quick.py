"""What is asked for most, in its plainest words, without what builds commands, which costs more than the answer.

Whatever else is asked, and whatever goes wrong, is left to the command.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Any, Final

LINES: Final = (".jsonl", ".ndjson")
"""Endings of files with a case in each line."""
_AS_JSON: Final = ["--format", "json"]


def plain(words: Sequence[str]) -> bool:
    """Return whether the words are ``recommend`` and the file of one case, or ``facts``, as text or with ``--format json``."""
    own = list(words[:-2] if words[-2:] == _AS_JSON else words)
    if own == ["facts"]:
        return True
    if len(own) != 2 or own[0] != "recommend" or own[1].lower().endswith(LINES):
        return False
    return own[1] != "" and (own[1] == "-" or own[1][0] != "-")


def answered(words: Sequence[str]) -> bool:
    """Print what plain words ask for; return whether that could be done, with nothing printed where not."""
    from ..model.errors import PnetPathwaysError

    as_json = list(words[-2:]) == _AS_JSON
    try:
        shown = _facts(as_json) if words[0] == "facts" else _answer(words[1], as_json)
    except (OSError, ValueError, PnetPathwaysError):
        return False
    sys.stdout.write(shown)
    return True


def _read(file: str) -> str:
    if file != "-":
        with open(file, "rb") as opened:  # noqa: PTH123 - a path is no lighter
            return opened.read().decode()
    raw = sys.stdin.buffer.read()
    # The command reads it again where this is no answer.
    sys.stdin = io.TextIOWrapper(io.BytesIO(raw))
    return raw.decode()


def _answer(file: str, as_json: bool) -> str:
    from ..engine.recommend import recommend
    from ..loading.folder import load_pathways
    from ..model.case import Case

    answer = recommend(Case.from_json(_read(file), load_pathways().vocabulary))
    if as_json:
        return _json(answer.to_dict())
    from ..engine.text import as_text
    from ..model.errors import printable
    from ..model.text import folded

    return folded(printable(as_text(answer), lines=True))


def _facts(as_json: bool) -> str:
    from ..loading.folder import load_pathways
    from . import listing

    definitions = load_pathways()
    if as_json:
        return _json(listing.facts_data(definitions))
    listing.print_facts(definitions)
    return ""


def _json(data: Any) -> str:
    from ..model.json_text import dumped

    return f"{dumped(data)}\n"

"""``pnet recommend CASE`` alone, without what builds commands, which costs more than the answer.

Whatever else is asked, and whatever goes wrong, is left to the command.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Final

LINES: Final = (".jsonl", ".ndjson")
"""Endings of files with a case in each line."""


def plain(words: Sequence[str]) -> bool:
    """Return whether the words are ``recommend`` and the file of one case, and nothing else."""
    if len(words) != 2 or words[0] != "recommend" or words[1].lower().endswith(LINES):
        return False
    return words[1] != "" and (words[1] == "-" or words[1][0] != "-")


def answered(case: str) -> bool:
    """Print the answer to the case in a file; return whether that could be done, with nothing printed where not."""
    from ..model.errors import PnetPathwaysError

    try:
        if case == "-":
            raw = sys.stdin.buffer.read()
            # The command reads it again where this is no answer.
            sys.stdin = io.TextIOWrapper(io.BytesIO(raw))
        else:
            with open(case, "rb") as file:  # noqa: PTH123 - a path is no lighter
                raw = file.read()
        shown = _answer(raw.decode())
    except (OSError, ValueError, PnetPathwaysError):
        return False
    sys.stdout.write(shown)
    return True


def _answer(case: str) -> str:
    from ..engine.recommend import recommend
    from ..engine.text import as_text
    from ..loading.folder import load_pathways
    from ..model.case import Case
    from ..model.errors import printable
    from ..model.text import folded

    return folded(printable(as_text(recommend(Case.from_json(case, load_pathways().vocabulary))), lines=True))

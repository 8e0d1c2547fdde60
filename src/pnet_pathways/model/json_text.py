"""JSON text from outside, read strictly: a duplicate key is refused, since two readers could read two things."""

from __future__ import annotations

import json
import re
from typing import Any

from .errors import Problem, printable, shown


class JsonTextError(ValueError):
    """Text that cannot be read as JSON; the caller raises its own error from it, which names the file or the place.

    `message` says what is wrong and `suggestion` what would be right; `line` and `column` count from 1 and are `None` where
    the place is not known; `key` is the duplicate key, else `None`.
    """

    def __init__(
        self,
        message: str,
        suggestion: str = "",
        *,
        line: int | None = None,
        column: int | None = None,
        key: str | None = None,
    ) -> None:
        self.message = message
        self.suggestion = suggestion
        self.line = line
        self.column = column
        self.key = key
        super().__init__(str(self.problem))

    @property
    def problem(self) -> Problem:
        """The error as one problem, with line and column as its place where they are known."""
        return Problem("" if self.line is None else f"line {self.line}, column {self.column}", self.message, self.suggestion)


def read_json(text: str) -> Any:
    """Return the data of JSON text, before which a byte order mark may stand.

    Raises `JsonTextError` for what is no text, and for text that is not JSON (with line and column), that repeats a key within
    one object, is nested too deeply, or holds a number too long for Python.
    """
    given: object = text
    if not isinstance(given, str):
        raise JsonTextError(f"JSON is read from text, not {shown(given)}")
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_unique)
    except JsonTextError:
        raise
    except json.JSONDecodeError as error:
        raise JsonTextError(f"not valid JSON: {error.msg.removesuffix(' at')}", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise JsonTextError("this JSON is nested too deeply") from None
    except ValueError:
        raise JsonTextError("this JSON holds a number too long to read") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object's pairs as a dict. Raises `JsonTextError` for the first duplicate key."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise JsonTextError(f"duplicate key {shown(key)}", "keep one", key=key)
    return found


def dumped(data: object, indent: int | None = 2) -> str:
    """Return data as the JSON that the command line prints; what a terminal would obey stands as JSON escapes it.

    Without an `indent` it is one line.
    """
    return re.sub(r"[^\n -~]", _escaped, json.dumps(data, indent=indent, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    return found[0] if printable(found[0]) == found[0] else json.dumps(found[0])[1:-1]

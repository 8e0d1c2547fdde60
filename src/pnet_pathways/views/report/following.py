"""What a page on which a case is followed is made of: the report, and the page that an EHR launches."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from ...engine.recommend import engine_for
from ...model.pathway import Definitions
from ...model.text import counted
from . import alternatives, contents, page_rows, tables

if TYPE_CHECKING:
    import jinja2

SCRIPTS: Final = (
    "vocabulary.js",
    "alternative_words.js",
    "alternatives.js",
    "either_way.js",
    "evaluator.js",
    "lighting.js",
    "option_lines.js",
    "wording.js",
    "fields.js",
    "answer.js",
    "changes.js",
    "question.js",
    "stages.js",
    "states.js",
    "picture.js",
    "explorer.js",
)
SHEETS: Final = ("page.css", "follow.css")


def asset(name: str) -> str:
    """Return a file of the report: a template, a style sheet or a script."""
    return files(__package__).joinpath(name).read_text("utf-8")


def joined(names: Iterable[str]) -> str:
    """Return several files of the report as one."""
    return "".join(map(asset, names))


def environment(load: Callable[[str], str] = asset) -> jinja2.Environment:
    """Return what fills templates in: whatever a text holds is shown as text."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["counted"] = counted
    return made


def follow_data(definitions: Definitions, figures: Iterable[contents.Figure], *, in_address: bool = True) -> dict[str, Any]:
    """Return what the scripts look up: the exact answers, and what stands on the `figures`.

    `in_address`: whether the page's address keeps the case, for a link; of a real patient it must not.
    """
    data = {**tables.evaluator_data(definitions), "alternatives": alternatives.alternatives_data(engine_for(definitions))}
    data["in_address"] = in_address
    data["pages"] = [
        {
            **tables.page(one.pieces),
            "rows": page_rows.rows_data(definitions, one.diagram, one.rows),
            "name": one.name,
            "diagram": one.diagram,
            "title": one.title,
            "short": one.short,
        }
        for one in figures
    ]
    return data


def policy_hash(text: str) -> str:
    """Return an inline style's or script's hash as a content security policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"

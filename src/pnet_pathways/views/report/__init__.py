"""The report: one self-contained HTML page on which clinicians review every pathway and follow a case through it.

The page asks nothing of a network and works from a disk: pictures, styles, scripts and tables stand in it. Its scripts
run only as they are (a content security policy names their hashes), and whatever a definition's texts hold is shown as text.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from ...engine.recommend import engine_for
from ...loading.folder import load_pathways
from ...model.errors import RenderError
from ...model.pathway import Definitions
from ...model.text import NO_PASSAGES, Passages, counted
from ...model.version import library_version
from ...proof.verify.claims import VerificationReport
from ...proof.verify.text import examined_text, summary_text
from ..diagrams.deep_links import page_link
from ..diagrams.layout_engine import LayoutEngine

SCRIPTS = (
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
    "review_form.js",
    "review_record.js",
    "review.js",
)
SHEETS = ("page.css", "follow.css", "review.css")
INSTALL = "install it with: pip install 'pnet-pathways[report]'"


def report_html(
    definitions: Definitions | None = None,
    *,
    verification: VerificationReport | None = None,
    passages: Passages = NO_PASSAGES,
    engine: LayoutEngine | str = LayoutEngine.BUNDLED,
) -> str:
    """Return the report on a set of definitions (the project's own by default) as one HTML page.

    `verification` is what `verify.verify` found of the same definitions; without it the page says that it holds none.
    `passages` are the verbatim passages of statements and readings, from a copy of the summary (`source.passages.passages`).
    The same input gives the same bytes. Raises `RenderError` for no such engine or a missing package.
    """
    try:
        import jinja2

        from . import alternatives, contents, page_rows, review, tables
        from .vocabulary import form
    except ImportError as error:
        raise RenderError(f"a package for the report is missing ({error}): {INSTALL}") from None
    definitions = load_pathways() if definitions is None else definitions
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["counted"] = counted
    environment.filters["place_of"] = lambda locator: contents.place(definitions, locator)
    environment.filters["words"] = lambda name: name.replace("_", " ").replace(".", ": ")
    figures = contents.overview(definitions, engine)
    parts = contents.sections(definitions, engine, passages, verification)
    data = {**tables.evaluator_data(definitions), "alternatives": alternatives.alternatives_data(engine_for(definitions))}
    data["review"] = review.review_data(definitions)
    shown = (*figures, *(figure for part in parts for figure in (part.page, *part.states)))
    data["pages"] = [
        {
            **tables.page(one.pieces),
            "rows": page_rows.rows_data(definitions, one.diagram, one.rows),
            "name": one.name,
            "diagram": one.diagram,
            "title": one.title,
            "short": one.short,
        }
        for one in shown
    ]
    style, script = ("".join(map(_asset, names)) for names in (SHEETS, SCRIPTS))
    readings = {one.id: one for one in contents.readings(definitions, passages)}
    return environment.get_template("page.html.jinja").render(
        definitions=definitions,
        library_version=library_version(),
        fields=form(definitions),
        overview=figures,
        reading_items=[readings[key] for key in data["review"]["readings"]],
        other_readings=[one for key, one in readings.items() if key not in data["review"]["readings"]],
        print_parts=review.PARTS,
        sections=parts,
        verification=verification,
        verification_summary=verification and summary_text(verification),
        examined=examined_text,
        page_link=page_link(definitions),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        data=tables.as_script(data),
    )


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return an inline style's or script's hash as a content security policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"

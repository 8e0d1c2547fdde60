"""The report: one self-contained HTML page on which clinicians review every pathway and follow a case through it.

The page asks nothing of a network and works from a disk: pictures, styles, scripts and tables stand in it. Its scripts
run only as they are (a content security policy names their hashes), and whatever a definition's texts hold is shown as text.
"""

from __future__ import annotations

from ...loading.folder import given_definitions
from ...model.errors import RenderError
from ...model.pathway import Definitions
from ...model.text import NO_PASSAGES, Passages
from ...model.version import library_version
from ...proof.verify.claims import VerificationReport
from ...proof.verify.text import examined_text, summary_text
from ..diagrams.deep_links import page_link
from ..diagrams.layout_engine import LayoutEngine

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
        from . import contents, following, review, tables
        from .vocabulary import form

        environment = following.environment()
    except ImportError as error:
        raise RenderError(f"a package for the report is missing ({error}): {INSTALL}") from None
    definitions = given_definitions(definitions)
    environment.filters["place_of"] = lambda locator: contents.place(definitions, locator)
    environment.filters["words"] = lambda name: name.replace("_", " ").replace(".", ": ")
    figures = contents.overview(definitions, engine)
    parts = contents.sections(definitions, engine, passages, verification)
    shown = (*figures, *(figure for part in parts for figure in (part.page, *part.states)))
    data = {**following.follow_data(definitions, shown), "review": review.review_data(definitions)}
    style = following.joined((*following.SHEETS, "review.css"))
    script = following.joined((*following.SCRIPTS, "review_form.js", "review_record.js", "review.js"))
    readings = {one.id: one for one in contents.readings(definitions, passages)}
    return environment.get_template("page.html.jinja").render(
        definitions=definitions,
        library_version=library_version(),
        fields=form(definitions),
        in_address=True,
        follow_title=f"Follow {definitions.care_course.subject}",
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
        style_hash=following.policy_hash(style),
        script=script,
        script_hash=following.policy_hash(script),
        data=tables.as_script(data),
    )

"""Pictures of a pathway, or of the overview: SVG, PNG, PDF, and the DOT and Mermaid text they are made of."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from ...loading.files import make_folder, write_whole
from ...loading.folder import given_definitions
from ...model.case import Case
from ...model.errors import (
    CaseError,
    Problem,
    RenderError,
    listed,
    suggest,
)
from ...model.pathway import Definitions, Pathway
from ...model.text import NO_PASSAGES, Passages
from .layout_engine import INSTALL, LayoutEngine, lay_out

if TYPE_CHECKING:
    from .drawing import Page

OVERVIEW = "overview"
_PNG_SCALE = 2.0  # 144 pixels an inch


class DiagramFormat(StrEnum):
    """What `Diagram.write` and ``pnet render`` write."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    DOT = "dot"
    MERMAID = "mermaid"


@attrs.frozen
class Diagram:
    """A pathway's diagram, one or more pages. Pages count from 1; pictures are drawn when asked for.

    `name` is the pathway's, or ``overview``. Every method that draws raises `RenderError` where the engine is missing.
    """

    name: str
    title: str
    pages: tuple[Page, ...]
    engine: LayoutEngine
    definitions: Definitions = attrs.field(repr=False, eq=lambda definitions: definitions.content_hash)
    case: Case | None = None

    def svg(self, page: int | None = None, *, prefix: str = "") -> str:
        """Return a page as accessible SVG text, or without `page` the whole diagram, its pages one below the other.

        States carry the class ``state-<track>-<name>`` and transitions ``edge-<track>-<question>-<answer>`` (see
        `diagrams.state_class` and `diagrams.edge_class`); ids are the same with the page's name in front. With a case
        they carry ``visited``, ``open`` or ``faded`` too. `prefix` (a letter, then letters, digits, ``_`` and ``-``) goes
        before every id, for a page of HTML that shows a diagram twice. Raises `IndexError` for no such page, `RenderError` for
        another prefix.
        """
        from .svg import stacked, with_prefix

        pages = [drawn_svg(one, self.engine) for one in (self.pages if page is None else [self._page(page)])]
        whole = pages[0] if len(pages) == 1 else stacked(pages, name=self.name, title=self.title)
        return with_prefix(whole, prefix) if prefix else whole

    def png(self, page: int = 1) -> bytes:
        """Return a page as PNG, 144 pixels an inch."""
        return drawn_png(self._page(page), self.engine)

    def pdf(self, page: int = 1) -> bytes:
        """Return a page as PDF, which prints on A4 and Letter in landscape at its own size."""
        # Graphviz puts half an inch around a page of its own accord, in this format only.
        return lay_out(_with(self._page(page).dot, "margin=0"), "pdf", self.engine)

    def dot(self, page: int = 1) -> str:
        """Return a page as DOT text."""
        return self._page(page).dot

    def mermaid(self) -> str:
        """Return the pathway as Mermaid text. Raises `RenderError` for the overview, which has none."""
        from .mermaid import mermaid

        if self.name == OVERVIEW:
            raise RenderError(f"the overview has no Mermaid text; pathways have: {listed(self.definitions.pathways)}")
        return mermaid(self.definitions, self.definitions.pathways[self.name], self.case)

    def files(self, format: DiagramFormat) -> dict[str, bytes]:
        """Return the content of each file by its name: one for each page that the case touches, but one in all for Mermaid."""
        if format is DiagramFormat.MERMAID:
            return {f"{self.name}.mmd": self.mermaid().encode()}
        found = {}
        for number, page in enumerate(self.pages, 1):
            if not page.touched:
                continue
            drawn = getattr(self, format.value)(number)
            found[f"{page.name}.{format}"] = drawn.encode() if isinstance(drawn, str) else drawn
        return found

    def write(self, folder: Path, format: DiagramFormat = DiagramFormat.SVG) -> list[Path]:
        """Write the files into a folder, which is made where it is missing, and return their paths.

        Those that show a case are their owner's alone.
        """
        contents = self.files(format)
        make_folder(folder)
        for name, content in contents.items():
            write_whole(folder / name, content, private=self.case is not None)
        return [folder / name for name in contents]

    def _page(self, number: int) -> Page:
        if not 1 <= number <= len(self.pages):
            raise IndexError(f"'{self.name}' has no page {number}; it has {len(self.pages)}")
        return self.pages[number - 1]

    def _repr_svg_(self) -> str:
        # A notebook is one page of HTML, and may show a diagram twice.
        return self.svg(prefix=f"shown-{secrets.token_hex(8)}-")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002 - Jupyter's
        return {"image/svg+xml": self._repr_svg_(), "text/plain": repr(self)}


def render(
    pathway: str | Pathway = OVERVIEW,
    case: Case | Mapping[str, Any] | None = None,
    *,
    definitions: Definitions | None = None,
    engine: LayoutEngine | str = LayoutEngine.BUNDLED,
    review: str = "",
    passages: Passages = NO_PASSAGES,
) -> Diagram:
    """Return the diagram of a pathway, or of the overview.

    With a case, known in part or whole, its path is bold and the rest faded; the open question of each track and the
    options of the leaves that it reaches are marked. `review` is the review's status, printed on the first page, by default
    what the reviews say of the pathway.
    `passages` are the summary's verbatim ones (`source.passages`): they stand in the tooltips of the leaves that offer their
    statements, which SVG and DOT have.

    Raises `RenderError` for no such pathway or engine or a missing package, `CaseError` for a mapping that is no case and for a
    case that the pathway is not for.

    >>> diagram = render("vipoma", case={"tumor_type": "vipoma", "resectable": True})
    >>> diagram.pages[0].name
    'vipoma'
    >>> "state-primary-resectable" in diagram.svg(2)
    True
    """
    definitions = given_definitions(definitions)
    name = pathway.name if isinstance(pathway, Pathway) else pathway
    known = [OVERVIEW, *definitions.pathways]
    if name not in known:
        raise RenderError(f"there is no pathway '{name}' ({suggest(name, known) or f'diagrams: {listed(known)}'})")
    if engine not in (engines := [one.value for one in LayoutEngine]):
        raise RenderError(f"there is no engine '{engine}' (engines: {listed(engines)})")
    chosen = None if case is None else _read(case, definitions)
    if chosen is not None and name not in (allowed := diagrams_of(definitions, chosen)):
        kind = definitions.entry.types[str(chosen.entry)].label
        message = f"the case is '{kind}', which the pathway '{name}' is not for"
        raise CaseError([Problem(definitions.entry.fact, message, f"its diagrams: {listed(allowed)}")])
    try:
        from .care_course import care_course_page
        from .drawing import pathway_pages
        from .entry_page import entry_page
        from .one_page import one_page
    except ImportError as error:
        raise RenderError(f"a package for diagrams is missing ({error}): {INSTALL}") from None
    more: tuple[Page, ...]
    if name == OVERVIEW:
        title, first = "Overview", entry_page(definitions, chosen, review)
        more = (care_course_page(definitions),)
    else:
        found = definitions.pathways[name]
        title, first = found.title, one_page(definitions, found, chosen, review, passages)
        more = pathway_pages(definitions, found, chosen, passages)
    if chosen is not None:
        more = tuple(attrs.evolve(page, touched=first.touched and _visits(page, chosen)) for page in more)
    pages = (first, *more)
    return Diagram(name, title, pages, LayoutEngine(engine), definitions, chosen)


def _visits(page: Page, case: Case) -> bool:
    """Return whether the path of a case comes by the pieces of a page."""
    from .marks import track_path

    return any(track_path(one.track, case).within(one.root, one.cut).states for one in page.pieces)


def _read(case: Case | Mapping[str, Any], definitions: Definitions) -> Case:
    """Return a case in the vocabulary of the definitions."""
    if isinstance(case, Case):
        if case.vocabulary == definitions.vocabulary:
            return case
        case = case.to_dict()
    return Case.from_dict(case, definitions.vocabulary)


def diagrams_of(definitions: Definitions, case: Case | None = None) -> tuple[str, ...]:
    """Return the names of the diagrams there are; with a case only those that can be its."""
    return (OVERVIEW, *definitions.entry.bears_on(None if case is None else case.entry))


def _with(dot: str, attribute: str) -> str:
    """Return DOT text with one more attribute of the page."""
    return dot.replace("{\n", f"{{\n\t{attribute}\n", 1)


@functools.lru_cache(maxsize=256)
def drawn_svg(page: Page, engine: LayoutEngine) -> str:
    """Return a page as accessible SVG text. Raises `RenderError` where the engine is missing."""
    from .svg import accessible

    drawn = lay_out(page.dot, "svg", engine)
    return accessible(drawn, name=page.name, title=page.title, description=page.description, dot=page.dot)


def drawn_png(page: Page, engine: LayoutEngine) -> bytes:
    """Return a page as PNG, 144 pixels an inch. Raises `RenderError` where the engine is missing."""
    return lay_out(_with(page.dot, f"dpi={72 * _PNG_SCALE:g}"), "png", engine)

"""The semantic difference as pictures: each pathway that differs, old and new side by side with the changes marked.

One SVG for each pathway, which code hosts show in a pull request as it is: only the pages with a change, drawn as in
`diagrams/`, below the list of changes in words. A mark has words, a border and a color; what is the same is faded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

from ...loading.files import make_folder, write_whole
from ...model.errors import RenderError
from ...model.pathway import Pathway
from ...model.text import counted
from ...views.diagrams.drawing import Page, compared_pages
from ...views.diagrams.frame import add_legend, empty_page
from ...views.diagrams.layout_engine import INSTALL, LayoutEngine, lay_out
from ...views.diagrams.plan import PagePlan, pages_of
from ...views.diagrams.style import (
    FONT,
    KIND_WORDS,
    MARGIN,
    MARK_WORDS,
    PAGE,
    PAGE_WIDTH,
    SOFT,
    TEXT,
    TITLE,
    Mark,
    NodeKind,
    node_style,
)
from ...views.diagrams.svg import (
    Placed,
    accessible,
    on_sheet,
    size_of,
)
from ...views.diagrams.text import (
    BOLD,
    bold,
    label,
    line,
    lines,
    styled,
    wrapped,
)
from .answers import Difference, PathwayDifference
from .marks import PathwayChanges, Side, pathway_changes
from .text import change_lines

_SIDES: Final = ("old", "new")
_COLUMN: Final = PAGE_WIDTH + 2 * MARGIN
_SHEET: Final = 2 * _COLUMN + MARGIN
"""The width of a sheet: two pages with their margins, and space between them."""
_KINDS: Final = (
    NodeKind.QUESTION,
    NodeKind.ANSWER,
    NodeKind.OFFER,
    NodeKind.COMBINATION,
    NodeKind.GAP,
    NodeKind.CONTINUES,
    NodeKind.DOES_NOT_APPLY,
)
"""What a pathway's pages are drawn of."""
_HINTS: Final = {
    Mark.ADDED: f"{MARK_WORDS[Mark.ADDED]} (double border)",
    Mark.REMOVED: f"{MARK_WORDS[Mark.REMOVED]} (dashed)",
    Mark.CHANGED: "≠ says or does something else (thick)",
    Mark.REWORDED: "≈ only words (thin)",
    Mark.FADED: "The same (faded)",
}


@attrs.frozen
class SideBySide:
    """One pathway that differs: its SVG, its title, and the pages shown as pairs of names, empty where a side has none."""

    pathway: str
    title: str
    pages: tuple[tuple[str, str], ...]
    svg: str = attrs.field(repr=False)

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.pathway}-diff.svg"


def side_by_side(difference: Difference, engine: LayoutEngine | str = LayoutEngine.BUNDLED) -> tuple[SideBySide, ...]:
    """Return a picture of each pathway whose diagrams differ; none where only names or the order of things do.

    Raises `RenderError` where the engine or a package is missing, with what to install.
    """
    sheets = (_Sheet.from_difference(difference, one, LayoutEngine(engine)) for one in difference.pathways)
    try:
        return tuple(sheet.drawn() for sheet in sheets if sheet.pairs)
    except ImportError as error:
        raise RenderError(f"a package for diagrams is missing ({error}): {INSTALL}") from None


def write(pictures: Sequence[SideBySide], folder: Path) -> list[Path]:
    """Write the pictures into a folder, which is made where it is missing, and return their paths."""
    make_folder(folder)
    for one in pictures:
        write_whole(folder / one.file, one.svg.encode())
    return [folder / one.file for one in pictures]


def _pairs(old: Sequence[PagePlan], new: Sequence[PagePlan]) -> list[tuple[int | None, int | None]]:
    """Return which old page (counted from 0) stands beside which new one: those that share most states, in the new order."""

    def states(page: PagePlan) -> set[tuple[str, str]]:
        return {(piece.track.name, state.name) for piece in page.pieces for state in piece.states}

    shared = {(one, other): len(states(old[one]) & states(new[other])) for one in range(len(old)) for other in range(len(new))}
    beside: dict[int, int] = {}
    for one, other in sorted(shared, key=lambda pair: (-shared[pair], abs(pair[0] - pair[1]), pair)):
        if shared[one, other] and one not in beside.values() and other not in beside:
            beside[other] = one
    left = [one for one in range(len(old)) if one not in beside.values()]
    return [(beside.get(other), other) for other in range(len(new))] + [(one, None) for one in left]


@attrs.frozen
class _Sheet:
    """The picture of one pathway being made. `sides` are old and new, `pairs` the pages shown, counted from 0."""

    difference: Difference
    one: PathwayDifference
    changes: PathwayChanges
    sides: tuple[Side | None, Side | None]
    pairs: tuple[tuple[int | None, int | None], ...]
    pathway: Pathway
    engine: LayoutEngine

    @classmethod
    def from_difference(cls, difference: Difference, one: PathwayDifference, engine: LayoutEngine) -> _Sheet:
        changes = pathway_changes(difference.old, difference.new, one.pathway)
        sides = (changes.old, changes.new)
        plans = [() if side is None else pages_of(side.definitions, side.pathway) for side in sides]
        pairs = tuple(
            pair
            for pair in _pairs(*plans)
            if any(
                side is not None and number is not None and side.differs(own[number].pieces)
                for side, own, number in zip(sides, plans, pair, strict=True)
            )
        )
        pathway = next(side.pathway for side in reversed(sides) if side is not None)
        return cls(difference, one, changes, sides, pairs, pathway, engine)

    def drawn(self) -> SideBySide:
        """Return the picture: head, changes and legend, the pairs of pages, foot, one below the other."""
        name = f"{self.one.pathway}-diff"
        pages = [
            () if side is None else compared_pages(side.definitions, side.pathway, side.tracks, side.reworded, word)
            for side, word in zip(self.sides, _SIDES, strict=True)
        ]
        chosen = [
            tuple(None if number is None else own[number] for number, own in zip(pair, pages, strict=True))
            for pair in self.pairs
        ]
        rows = [
            [self._block(f"{name}-head", self._head(), _SHEET)],
            [
                self._block(f"{name}-changes", list(self._changes()), _COLUMN),
                self._legend(f"{name}-legend"),
            ],
            *(
                [self._page(page, word, number) for page, word in zip(pair, _SIDES, strict=True)]
                for number, pair in enumerate(chosen)
            ),
            [self._block(f"{name}-foot", self._foot(), _SHEET)],
        ]
        # A page is wider than it is alone where a mark's words widen its nodes.
        right = max(_COLUMN, *(size_of(row[0])[0] for row in rows[1:-1])) + MARGIN
        parts: list[Placed] = []
        top = 0.0
        for row in rows:
            parts += [Placed(text, place * right, top) for place, text in enumerate(row)]
            top += max(size_of(text)[1] for text in row)
        title = f"{self.pathway.title}: what changes"
        svg = on_sheet(parts, name=name, title=title, description=" ".join([*self._versions(), *self._said()]), paper=PAGE)
        names = tuple((before.name if before else "", after.name if after else "") for before, after in chosen)
        return SideBySide(self.one.pathway, title, names, svg)

    def _page(self, page: Page | None, side: str, number: int) -> str:
        """Return one page as a picture, or that there is none."""
        if page is None:
            return self._block(f"{side}-{self.one.pathway}-none-{number}", self._nothing(side), _COLUMN)
        drawn = lay_out(page.dot, "svg", self.engine)
        return accessible(drawn, name=page.name, title=page.title, description=page.description, dot=page.dot)

    def _block(self, name: str, rows: list[str], width: float) -> str:
        """Return rows of text as a picture, set by the engine that draws the pages."""
        table = label(rows, width=width - 2 * MARGIN)
        dot = (
            f'digraph "{name}" {{\n\tgraph [bgcolor="{PAGE}" id="{name}" pad="{MARGIN / 72:.3f}" margin=0 tooltip=" "]\n'
            f'\tnode [fontname="{FONT}" fontsize="{TEXT:g}" margin=0 shape=plain tooltip=" "]\n\ttext [label={table}]\n}}\n'
        )
        return self._picture(name, dot)

    def _picture(self, name: str, dot: str) -> str:
        return accessible(lay_out(dot, "svg", self.engine), name=name, title=name, description="", dot=dot)

    def _versions(self) -> Iterator[str]:
        for word, definitions, side in zip(("Old", "New"), (self.difference.old, self.difference.new), self.sides, strict=True):
            own = "no such pathway" if side is None else f"definition {side.pathway.version}"
            yield f"{word}: {own}; all definitions {definitions.version}, hash {definitions.content_hash}."

    def _head(self) -> list[str]:
        source = self.difference.new.source
        words = f"Section: {self.pathway.section.partition(' (')[0]}. Source: {source.title}, updated {source.updated}."
        return [
            line(styled(bold(f"{self.pathway.title}: what changes"), TITLE)),
            *lines([words, *self._versions()], color=SOFT),
        ]

    def _said(self) -> Iterator[str]:
        """Yield the changes in words; what is indented belongs to the line before it."""
        one = self.one
        if one.changed:
            get = "gets" if one.changed == 1 else "get"
            yield f"{one.changed:,} of {counted(one.compared, 'scenario')} {get} another answer."
        else:
            yield f"No scenario changes: {one.compared:,} compared, options and gaps are the same in each."
        for word, side in zip(_SIDES, self.sides, strict=True):
            if side is not None and side.at_odds:
                yield f"The {word} definitions are a draft: their graph is not what their statements, which answer, say."
        yield from change_lines(self.difference, one)

    def _changes(self) -> Iterator[str]:
        first, *others = self._said()
        yield line(bold(first))
        for text in others:
            indent = "      " if text.startswith(" ") else ""
            for number, part in enumerate(wrapped(text, PAGE_WIDTH - 30)):
                yield from lines([part if not number and not indent else f"      {part}"])
        yield from lines(["Pages without a change are left out."], color=SOFT)

    def _legend(self, name: str) -> str:
        graph = empty_page(name)
        add_legend(graph, name, "kinds", "Shapes", [(KIND_WORDS[kind], node_style(kind)) for kind in _KINDS])
        add_legend(
            graph, name, "marks", "Changes", [(words, node_style(NodeKind.OFFER, mark)) for mark, words in _HINTS.items()]
        )
        return self._picture(name, graph.source)

    def _nothing(self, word: str) -> list[str]:
        return [line(styled(bold(word.capitalize()), 12.0)), *lines(["There is no such page on this side."], color=SOFT)]

    def _foot(self) -> list[str]:
        return [line(bold(one)) for one in wrapped(self.difference.new.source.disclaimer, (_SHEET - 2 * MARGIN) / BOLD)]

"""The overview: from the entry fact to a pathway, and the tracks of an answer."""

from __future__ import annotations

import graphviz

from ...model.case import Case
from ...model.pathway import Definitions
from ...model.wording import reading_marks
from .care_course import care_course_page
from .drawing import Page, add_node, with_mark
from .frame import Frame, empty_page
from .labels import (
    PADDING,
    Label,
    tag_label,
)
from .plan import OVERVIEW_ENTRY
from .style import (
    PANEL,
    PANEL_LINE,
    Mark,
    NodeKind,
    edge_style,
)
from .text import (
    BOLD,
    bold,
    height_of,
    label,
    line,
    lines,
    quoted,
    wrapped,
)

_QUESTION = 72.0
_TAG = 96.0
_PATHWAY = 252.0
_EVERY = 118.0


def overview_pages(definitions: Definitions, case: Case | None = None, review: str = "") -> tuple[Page, ...]:
    """Return the overview's pages: entry and tracks, then the care course. With a case its type is marked."""
    return (_entry(definitions, case, review), care_course_page(definitions, review))


def _panel(sheet: _Sheet, name: str, title: str) -> graphviz.Digraph:
    """Return a titled panel, still to be put into the page."""
    panel = graphviz.Digraph(name=f"cluster_{name}")
    panel.attr(label=label([line(bold(title))]), labelloc="t", labeljust="l", peripheries="1", margin="7")
    panel.attr(
        color=PANEL_LINE,
        bgcolor=PANEL,
        style="rounded",
        id=f"{sheet.name}-{name}",
        tooltip=quoted(title),
        **{"class": f"panel {name}"},
    )
    return panel


class _Sheet:
    """Nodes and edges of the overview, in the style of the pathways' diagrams."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.said: list[str] = []

    def node(
        self,
        graph: graphviz.Digraph,
        name: str,
        texts: list[str],
        kind: NodeKind,
        *,
        width: float,
        tooltip: str = "",
        mark: Mark = Mark.PLAIN,
    ) -> None:
        """Add a node: the first text is bold where there are several."""
        tip = tooltip or ". ".join(texts)
        tag = kind is NodeKind.ANSWER
        self.add(graph, name, tag_label(texts, width, tip) if tag else _boxed(texts, kind, width, tip), kind, mark=mark)

    def add(self, graph: graphviz.Digraph, name: str, text: Label, kind: NodeKind, *, mark: Mark = Mark.PLAIN) -> None:
        """Add a node with a label."""
        add_node(graph, name, text, kind=kind, identifier=f"{self.name}-{name}", own=name, mark=mark)
        self.said.append(f"{': '.join(text.plain)}.")

    def edge(self, graph: graphviz.Digraph, tail: str, head: str, own: str, mark: Mark = Mark.PLAIN, **more: str) -> None:
        """Add an edge; `own` is its class."""
        graph.edge(tail, head, **{"class": with_mark(own, mark), "tooltip": " "}, **more, **edge_style(mark))


def _boxed(texts: list[str], kind: NodeKind, width: float, tooltip: str) -> Label:
    align = "CENTER" if kind in {NodeKind.QUESTION, NodeKind.PLACE} else "LEFT"
    strong = len(texts) > 1
    rows: list[str] = []
    for number, text in enumerate(texts):
        if strong and not number:
            rows += [line(bold(one), align=align) for one in wrapped(text, width / BOLD)]
        else:
            rows += lines(wrapped(text, width), align=align)
    least = width if align == "LEFT" else 0
    return Label(label(rows, width=least), height_of(len(rows)) + PADDING, tooltip, tuple(texts), width + PADDING)


def _entry(definitions: Definitions, case: Case | None, review: str) -> Page:
    sheet = _Sheet(OVERVIEW_ENTRY)
    way = definitions.entry
    readings = tuple(dict.fromkeys(key for one in way.types.values() for key in one.readings))
    everyone = tuple(f"For everyone: {advice.text}" for advice in definitions.advice)
    frame = Frame(
        definitions,
        f"Overview: from the {way.title} to its pathway",
        None,
        (*readings, *way.type_unknown),
        number=1,
        count=2,
        case=case,
        review=review,
        kinds=(NodeKind.QUESTION, NodeKind.ANSWER, NodeKind.CONTINUES, NodeKind.OUT_OF_SCOPE),
        remarks=everyone,
    )
    graph = empty_page(sheet.name)
    with frame.around(graph, sheet.name) as body:
        every, entry = _panel(sheet, "every", "Whatever the type is, as well"), _panel(sheet, "entry", "Which pathway answers")
        _types(definitions, sheet, entry, case)
        _common(definitions, sheet, every, case)
        tracks = _panel(sheet, "tracks", "The tracks of an answer")
        _tracks(definitions, sheet, tracks)
        body.subgraph(tracks)
        body.subgraph(every)
        body.subgraph(entry)
        first = next(one.pathway for one in way.types.values() if one.pathway)
        for name in way.common:
            body.edge(f"pathway-{first}", f"always-{name}", style="invis")
        for name in definitions.groups:
            body.edge(f"pathway-{first}", f"group-{name}", style="invis", minlen="2")
    return Page(sheet.name, frame.full_title, " ".join(sheet.said), graph.source)


def _contents(definitions: Definitions, name: str) -> str:
    """Return a pathway's title and which statements it holds."""
    pathway = definitions.pathways[name]
    return f"{pathway.title}: {pathway.statements[0].id} to {pathway.statements[-1].id}"


def _common(definitions: Definitions, sheet: _Sheet, panel: graphviz.Digraph, case: Case | None) -> None:
    outside = case is not None and not definitions.entry.in_scope(case.entry)
    mark = Mark.PLAIN if case is None else Mark.FADED if outside else Mark.VISITED
    for name in reversed(definitions.entry.common):
        sheet.node(panel, f"always-{name}", ["always"], NodeKind.ANSWER, width=_TAG, mark=mark)
        texts = [_contents(definitions, name)]
        sheet.node(panel, f"pathway-{name}", texts, NodeKind.CONTINUES, width=_EVERY, mark=mark)
        sheet.edge(panel, f"always-{name}", f"pathway-{name}", f"edge-always-{name}", mark, tailport="e", headport="w")


def _tracks(definitions: Definitions, sheet: _Sheet, panel: graphviz.Digraph) -> None:
    for group in reversed(list(definitions.groups.values())):
        holds = "options" if group.gap_when is None else "options, or a gap"
        sheet.node(panel, f"group-{group.name}", [f"{group.title}: {holds}"], NodeKind.EVENT, width=_EVERY)


def _types(definitions: Definitions, sheet: _Sheet, panel: graphviz.Digraph, case: Case | None) -> None:
    way = definitions.entry
    question, chosen = definitions.question(way.fact), None if case is None else case.entry
    asked = Mark.PLAIN if case is None else Mark.OPEN if chosen is None else Mark.VISITED
    words = [question, *(["► open question"] if asked is Mark.OPEN else [])]
    tip = f"{question} {definitions.help(way.fact)}"
    sheet.node(panel, "type", words, NodeKind.QUESTION, width=_QUESTION, tooltip=tip, mark=asked)
    targets: dict[str, Mark] = {}
    for key, entry in reversed(list(way.types.items())):
        mark = Mark.PLAIN if case is None else Mark.VISITED if key == chosen else Mark.FADED
        target = f"outside-{key}" if entry.pathway is None else f"pathway-{entry.pathway}"
        targets[target] = mark if mark is Mark.VISITED else targets.get(target, mark)
        sheet.node(panel, f"type-{key}", [entry.label], NodeKind.ANSWER, width=_TAG, mark=mark)
        own = f"edge-type-{key}"
        sheet.edge(panel, "type", f"type-{key}", own, mark, tailport="e", headport="w", arrowhead="none")
        sheet.edge(panel, f"type-{key}", target, own, mark, tailport="e", headport="w")
        if entry.pathway is None:
            sheet.node(
                panel,
                target,
                ["Out of scope", entry.note + reading_marks(entry.readings)],
                NodeKind.OUT_OF_SCOPE,
                width=_PATHWAY - 8,
                mark=mark,
            )
    for name in dict.fromkeys(one.pathway for one in way.types.values() if one.pathway):
        found = reading_marks(
            tuple(dict.fromkeys(key for one in way.types.values() if one.pathway == name for key in one.readings))
        )
        texts = [_contents(definitions, name) + found]
        sheet.node(panel, f"pathway-{name}", texts, NodeKind.CONTINUES, width=_PATHWAY, mark=targets[f"pathway-{name}"])

"""The care course as a state chart: where somebody stands, on the arrows what can happen, and below which facts that sets."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from ...model.beside import CareCourseDefinition, CareEvent
from ...model.pathway import Definitions
from ...model.wording import lowered
from .drawing import Page, add_node
from .frame import Frame, add_band, empty_page
from .labels import Label, locator_words, tag_label
from .plan import OVERVIEW_COURSE
from .style import INK, LINE_COLOUR, NOTE, PAGE_WIDTH, RULE, NodeKind
from .text import BOLD, bold, label, leading, markup, quoted, styled, wrapped

if TYPE_CHECKING:
    import graphviz

_PLACE: Final = 76.0
_EVENT: Final = 104.0
_PORT: Final = 17.0
"""Points between the arrows of a state."""
_GAP: Final = 18.0
_NAME: Final = 226.0


@attrs.frozen
class _Arrow:
    """What leads from one state to another: one event, or several."""

    tail: str
    head: str
    events: tuple[CareEvent, ...]

    @property
    def name(self) -> str:
        return f"event-{self.tail}-{self.head}"


def care_course_page(definitions: Definitions) -> Page:
    """Return the page of the care course."""
    subject = definitions.care_course.subject
    title = f"The care course of {subject} over time"
    remark = f"An arrow says what can happen, and leads to where {subject} stands then. The dot is where the course begins."
    frame = Frame(definitions, title, None, kinds=(NodeKind.PLACE,), remarks=(remark,))
    graph = empty_page(OVERVIEW_COURSE)
    graph.attr(ranksep=f"{_GAP / 72:.3f}")
    with frame.around(graph, OVERVIEW_COURSE) as body:
        _facts(definitions, body)
        _chart(definitions.care_course, body)
    return Page(OVERVIEW_COURSE, title, " ".join(_said(definitions)), graph.source)


def _arrows(course: CareCourseDefinition) -> list[_Arrow]:
    found: dict[tuple[str, str], list[CareEvent]] = {}
    for event in course.events.values():
        for source in event.sources:
            found.setdefault((source, event.target), []).append(event)
    return [_Arrow(tail, head, tuple(events)) for (tail, head), events in found.items()]


def _columns(course: CareCourseDefinition, arrows: Sequence[_Arrow]) -> dict[str, int]:
    """Return in which column each state stands: how many events lead there from the start, at least."""
    found, waiting = {course.start: 0}, [course.start]
    for name in waiting:
        for arrow in (one for one in arrows if one.tail == name and one.head not in found):
            found[arrow.head] = found[name] + 1
            waiting.append(arrow.head)
    return {**dict.fromkeys(course.states, 0), **found}


def _chart(course: CareCourseDefinition, graph: graphviz.Digraph) -> None:
    """Draw the states in columns, and between the columns, or beside the last, the words of what leads from one to another."""
    arrows = _arrows(course)
    columns = _columns(course, arrows)
    rank = {name: number for number, name in enumerate(course.states)}

    def place(arrow: _Arrow) -> tuple[float, int, bool]:
        ends = sorted((columns[name], rank[name]) for name in (arrow.tail, arrow.head))
        middle = sum(end[1] for end in ends) / 2 if ends[0][0] == ends[1][0] else ends[1][1]
        return middle, rank[arrow.tail], columns[arrow.tail] > columns[arrow.head]

    arrows.sort(key=place)
    west, east = _sides(arrows, columns)
    dot = {"shape": "circle", "style": "filled", "fillcolor": INK, "color": INK, "width": "0.12", "height": "0.12", "label": ""}
    graph.node("start", id=f"{OVERVIEW_COURSE}-start", tooltip="The course begins here.", **{**dot, "class": "start"})
    for state in course.states.values():
        where = "; ".join(map(locator_words, state.locators))
        text = _state_label(state.label, f"{state.label}. {where}", west.get(state.name, []), east.get(state.name, []))
        own = f"place-{state.name}"
        add_node(graph, own, text, kind=NodeKind.PLACE, identifier=f"{OVERVIEW_COURSE}-{own}", own=own)
    graph.edge("start", f"place-{course.start}:start:w", color=INK, tooltip=" ")
    between: dict[int, list[str]] = {}
    for arrow in arrows:
        _draw(graph, arrow, columns)
        between.setdefault(min(columns[arrow.tail], columns[arrow.head]), []).append(arrow.name)
    places: dict[int, list[str]] = {}
    for name in course.states:
        places.setdefault(columns[name], []).append(f"place-{name}")
    for names in (*places.values(), *between.values()):
        with graph.subgraph() as column:
            column.attr(rank="same")
            for above, below in itertools.pairwise(names):
                column.edge(above, below, style="invis")


def _sides(arrows: Sequence[_Arrow], columns: Mapping[str, int]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the ends of arrows at the left and at the right of each state, from above."""
    west: dict[str, list[str]] = {}
    east: dict[str, list[str]] = {}
    for arrow in arrows:
        for end, name in (("from", arrow.tail), ("to", arrow.head)):
            left = columns[name] > min(columns[arrow.tail], columns[arrow.head])
            (west if left else east).setdefault(name, []).append(f"{arrow.name}-{end}")
    return west, east


def _draw(graph: graphviz.Digraph, arrow: _Arrow, columns: Mapping[str, int]) -> None:
    """Draw the words of an arrow, and the arrow through them. Graphviz puts a line's first end to the left of its second."""
    first, *others = (event.label for event in arrow.events)
    words = ", or ".join([first, *map(lowered, others)])
    where = " ".join(f"{event.label}. {'; '.join(map(locator_words, event.locators))}." for event in arrow.events)
    text = tag_label([words], _EVENT, where)
    own = " ".join(f"event-{event.name}" for event in arrow.events)
    add_node(graph, arrow.name, text, kind=NodeKind.ANSWER, identifier=f"{OVERVIEW_COURSE}-{arrow.name}", own=own)
    style = {"class": own, "color": LINE_COLOUR, "tooltip": quoted(words)}
    tail, head = f"place-{arrow.tail}:{arrow.name}-from", f"place-{arrow.head}:{arrow.name}-to"
    lower = min(columns[arrow.tail], columns[arrow.head])
    if columns[arrow.tail] > lower:
        graph.edge(f"{arrow.name}:e", f"{tail}:w", arrowhead="none", **style)
    else:
        graph.edge(f"{tail}:e", f"{arrow.name}:w", arrowhead="none", **style)
    if columns[arrow.head] > lower:
        graph.edge(f"{arrow.name}:e", f"{head}:w", **style)
    else:
        graph.edge(f"{head}:e", f"{arrow.name}:w", dir="back", **style)


def _state_label(text: str, tooltip: str, west: Sequence[str], east: Sequence[str]) -> Label:
    """Return the label of a state with a place at its sides for each arrow."""
    height = max(_PORT * max(len(west), len(east)), leading() * len(wrapped(text, _PLACE / BOLD)) + 8)
    words = "<BR/>".join(bold(one) for one in wrapped(text, _PLACE / BOLD))
    left, right = (_ports(ends or (["start"] if side == 0 else []), height) for side, ends in enumerate((west, east)))
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'
    middle = f'<TD ALIGN="CENTER" WIDTH="{_PLACE:.0f}" HEIGHT="{height:.0f}">{words}</TD>'
    return Label(f"<{table}<TR>{left}{middle}{right}</TR></TABLE>>", height, tooltip, (text,), _PLACE + 12)


def _ports(ends: Sequence[str], height: float) -> str:
    rows = "".join(f'<TR><TD PORT="{end}" WIDTH="6" HEIGHT="{height / len(ends):.0f}"></TD></TR>' for end in ends)
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'
    return f'<TD WIDTH="6">{table}{rows}</TABLE></TD>' if rows else '<TD WIDTH="6"></TD>'


def _facts(definitions: Definitions, graph: graphviz.Digraph) -> None:
    """Put a table of what each event sets below the chart."""
    course = definitions.care_course
    drawn = []
    for name, sets in [
        (course.states[course.start].label, course.sets),
        *((one.label, one.sets) for one in course.events.values()),
    ]:
        cells = []
        columns = (([name], _NAME, True), (_sets(definitions, sets) or ["nothing"], PAGE_WIDTH - _NAME, False))
        for texts, width, strong in columns:
            parts = [part for text in texts for part in wrapped(text, (width - 8) / (BOLD if strong else 1), NOTE)]
            words = "".join(f'{styled(bold(one) if strong else markup(one), NOTE)}<BR ALIGN="LEFT"/>' for one in parts)
            look = f'WIDTH="{width:.0f}" CELLPADDING="1" BORDER="1" SIDES="B" COLOR="{RULE}"'
            cells.append(f'<TD ALIGN="LEFT" VALIGN="TOP" {look}>{words}</TD>')
        drawn.append(f"<TR>{''.join(cells)}</TR>")
    own = {"class": "facts", "tooltip": " "}
    graph.node("facts", label(drawn), id=f"{OVERVIEW_COURSE}-facts", shape="none", margin="0", **own)
    title = "What each sets in the case; it holds until something sets it anew"
    add_band(graph, "facts-title", [title], f"{OVERVIEW_COURSE}-facts-title", "track")


def _sets(definitions: Definitions, sets: Mapping[str, str | bool | None]) -> list[str]:
    """Return the facts that are set, and those that are unknown again, in words."""
    vocabulary = definitions.vocabulary
    found = "; ".join(vocabulary.phrase(fact, value) for fact, value in sets.items() if value is not None)
    unknown = ", ".join(vocabulary.label(key) for key, value in sets.items() if value is None)
    return [*([found] if found else []), *([f"unknown again: {unknown}"] if unknown else [])]


def _said(definitions: Definitions) -> Iterator[str]:
    """Yield the chart in words, for those who cannot see it."""
    course = definitions.care_course
    yield f"The course begins at: {course.states[course.start].label}."
    for state in course.states.values():
        there = [event for event in course.events.values() if state.name in event.sources]
        yield f"{state.label}: {'; '.join(f'{event.label} → {course.states[event.target].label}' for event in there)}."
    for event in course.events.values():
        if sets := _sets(definitions, event.sets):
            yield f"{event.label} sets {'; '.join(sets)}."

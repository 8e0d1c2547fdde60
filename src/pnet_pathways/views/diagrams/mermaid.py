"""A pathway's graphs as a Mermaid flowchart, for places that show Mermaid. It has no layout of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...model.case import Case
from ...model.pathway import Definitions, Leaf, Pathway, Question, State
from ...model.scenario_rows import LeafKind
from .case_words import path_in_words
from .drawing import LEAF_KINDS, kind_of
from .group_words import answer_words
from .labels import (
    NO_MARKS,
    leaf_label,
    question_label,
)
from .marks import (
    Offer,
    mark_of,
    mark_of_transition,
    track_path,
)
from .style import (
    LINE_COLOUR,
    Mark,
    NodeKind,
    colors_of,
)

_PLAIN = frozenset(" .,:;'()/?!-=")
_WIDE = 10_000.0


def escaped(text: str) -> str:
    """Return text for a quoted Mermaid label: all but letters, digits and plain punctuation as numeric entities."""
    one_line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return "".join(one if one.isalnum() or one in _PLAIN else f"#{ord(one)};" for one in one_line)


def mermaid(definitions: Definitions, pathway: Pathway, case: Case | None = None) -> str:
    """Return a pathway as Mermaid text, with a case's path marked by the classes `visited`, `open` and `faded`."""
    return "\n".join(_flowchart(definitions, pathway, case)) + "\n"


def _flowchart(definitions: Definitions, pathway: Pathway, case: Case | None) -> Iterator[str]:
    source = definitions.source
    yield "---"
    yield f'title: "{escaped(f"{pathway.title}, definition {pathway.version}")}"'
    yield "---"
    yield "flowchart LR"
    if case is not None:
        paths = ((track, track_path(track, case)) for track in pathway.tracks.values())
        said = [f"{track.title}. {' '.join(path_in_words(definitions, pathway, track, path))}" for track, path in paths]
        yield f"  accDescr: {escaped(' '.join(said))}"
    for track in pathway.tracks.values():
        prefix = track.name.replace(".", "_")
        path = None if case is None else track_path(track, case)
        yield f'  subgraph {prefix}["{escaped(track.title)}"]'
        for state in track.states.values():
            name = f"{prefix}__{state.name}"
            mark = mark_of(path, state.name)
            offers = path.offers(state) if path is not None and isinstance(state, Leaf) else NO_MARKS
            yield f"    {name}{_node(definitions, pathway, state, mark, offers)}"
            if mark is not Mark.PLAIN:
                yield f"    class {name} {mark}"
        for question in track.questions:
            for answer in question.answers:
                words = escaped(answer_words(definitions.vocabulary, question.asks, answer.values))
                taken = mark_of_transition(path, question.name, answer.name) is Mark.VISITED
                arrow = "==>" if taken else "-->"
                yield f'    {prefix}__{question.name} {arrow}|"{words}"| {prefix}__{answer.target}'
        yield "  end"
    yield f'  about["{escaped(f"Source: {source.title}, updated {source.updated}. {source.disclaimer}")}"]'
    for kind in (NodeKind.QUESTION, NodeKind.COMBINATION, *LEAF_KINDS.values()):
        border, fill = colors_of(kind)
        dashed = ",stroke-dasharray:5 3" if kind in {NodeKind.GAP, NodeKind.DOES_NOT_APPLY} else ""
        yield f"  classDef {kind} fill:{fill},stroke:{border},color:#1b1b1b{dashed}"
    yield "  classDef visited stroke-width:4px"
    yield "  classDef open stroke-width:4px,stroke-dasharray:2 2"
    yield "  classDef faded opacity:0.5"
    yield f"  classDef about fill:#ffffff,stroke:{LINE_COLOUR},color:#1b1b1b"
    yield "  class about about"


_BRACKETS = {
    LeafKind.OFFER: ("[", "]"),
    LeafKind.GAP: ("{{", "}}"),
    LeafKind.DOES_NOT_APPLY: ("([", "])"),
}


def _node(definitions: Definitions, pathway: Pathway, state: State, mark: Mark, offers: Mapping[Offer, Mark]) -> str:
    if isinstance(state, Question):
        label, kind, (left, right) = (
            question_label(definitions, state, _WIDE, mark, pathway.name),
            NodeKind.QUESTION,
            ("(", ")"),
        )
    else:
        label, kind = leaf_label(definitions, pathway, state, _WIDE, mark, offers), kind_of(state)
        left, right = _BRACKETS[state.kind]
    text = "<br/>".join(escaped(part) for part in label.plain)
    return f'{left}"{text}"{right}:::{kind}'

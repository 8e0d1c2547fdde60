"""A node of any diagram as DOT: its label, size, tooltip, class, and the style of its kind and mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .labels import Label
from .style import Mark, NodeKind, node_style
from .text import quoted

if TYPE_CHECKING:
    import graphviz


def with_mark(own: str, mark: Mark) -> str:
    """Return an SVG class with that of its mark behind it, where there is one."""
    return own if mark is Mark.PLAIN else f"{own} {mark}"


def add_node(
    graph: graphviz.Digraph, name: str, text: Label, *, kind: NodeKind, identifier: str, own: str, mark: Mark = Mark.PLAIN
) -> None:
    """Add a node; `identifier` is its SVG id, and `own` its class beside those of kind and mark."""
    graph.node(
        name,
        text.markup,
        id=identifier,
        tooltip=quoted(text.tooltip).replace("\\", "\\\\"),  # of nodes, and only of these, Graphviz reads it twice
        height=f"{text.height / 72:.3f}",
        width=f"{text.width / 72:.3f}",
        **{"class": f"{kind} {with_mark(own, mark)}"},
        **node_style(kind, mark),
    )

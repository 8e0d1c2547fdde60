"""What cases cover of a pathway as an annotated graph in DOT, by the package `graphviz` (the extra ``diagrams``)."""

from __future__ import annotations

import textwrap
from typing import Any

from ...model.errors import SuiteError
from ...model.pathway import Question, Track
from .coverage import CoverageReport
from .covers import Cover
from .graph_goals import state_goal, transition_goal

MARK = "(not covered)"


def coverage_dot(report: CoverageReport) -> str:
    """Return the graph of each track in DOT: what is covered is solid, what is not is dashed and says so.

    Raises `SuiteError` where graphviz is not installed, `KeyError` where states or transitions were not measured.
    """
    graphviz = _package()
    pathway = report.space.pathway
    states, transitions = report.measure(Cover.STATES), report.measure(Cover.TRANSITIONS)
    covered = {*states.covered, *transitions.covered}
    parts = [f"{len(one.covered)} of {one.total} {one.cover}" for one in (states, transitions)]
    disclaimer = textwrap.wrap(report.space.definitions.source.disclaimer, 80)
    title = _label(f"{pathway.title}: {' and '.join(parts)} covered", *disclaimer)
    graph = graphviz.Digraph(pathway.name, graph_attr={"label": title, "labelloc": "t"})
    for number, track in enumerate(pathway.tracks.values()):
        with graph.subgraph(name=f"cluster_{number}") as cluster:
            cluster.attr(label=_label(track.title))
            _track(cluster, track, covered)
    return str(graph.source)


def _package() -> Any:
    try:
        import graphviz
    except ImportError:
        raise SuiteError("diagrams need graphviz: pip install 'pnet-pathways[diagrams]'") from None
    return graphviz


def _label(*lines: str) -> str:
    """Return lines as a label in which nothing that a definition holds has a meaning to DOT."""
    graphviz = _package()
    return str(graphviz.nohtml("\\n".join(graphviz.escape(line) for line in lines)))


def _track(cluster: Any, track: Track, covered: set[str]) -> None:
    for state in track.states.values():
        reached = state_goal(track.name, state.name) in covered
        about = f"asks {state.asks}" if isinstance(state, Question) else state.kind.replace("_", " ")
        label = _label(state.name, about, *(() if reached else (MARK,)))
        shape = "ellipse" if isinstance(state, Question) else "box"
        cluster.node(_node(track, state.name), label, shape=shape, **_marks(reached))
        for answer in state.answers if isinstance(state, Question) else ():
            taken = transition_goal(track.name, state.name, answer.name) in covered
            label = _label(answer.name, *(() if taken else (MARK,)))
            cluster.edge(_node(track, state.name), _node(track, answer.target), label, **_marks(taken))


def _node(track: Track, state: str) -> str:
    # What follows a colon would be read as the port of a node.
    return f"{track.name}/{state}".replace(":", "_")


def _marks(covered: bool) -> dict[str, str]:
    # Told by line and words as well as by color: not everybody sees the difference of red and green.
    color = "#1b7837" if covered else "#b2182b"
    return {"color": color, "fontcolor": color, "style": "solid" if covered else "dashed"}

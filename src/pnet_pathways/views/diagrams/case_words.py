"""A case's path in words, for those who cannot see how it is marked."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.pathway import Definitions, Leaf, Pathway, Track
from .labels import Label, answer_label, leaf_label, question_label
from .marks import MarkedPath

_ANY_WIDTH = 200.0
"""Words do not depend on how wide a label is."""


def path_in_words(definitions: Definitions, pathway: Pathway, track: Track, path: MarkedPath) -> Iterator[str]:
    """Yield what was answered on a path, or on the part of it that a page shows, and where it ends or stops."""
    if not path.states:
        yield "The path of the case does not come here."
        return
    yield "The path of the case:"
    taken = dict(path.transitions)
    for name in path.states:
        state = track.states[name]
        if isinstance(state, Leaf):
            yield f"It ends at {sentences(leaf_label(definitions, pathway, state, _ANY_WIDTH))}"
            continue
        asked = sentences(question_label(definitions, state, _ANY_WIDTH, pathway=pathway.name))
        if name in taken:
            answer = next(one for one in state.answers if one.name == taken[name])
            yield f"{asked} {sentences(answer_label(definitions, state, answer, _ANY_WIDTH))}"
        else:
            yield f"It {'stops at the open question' if name == path.open else 'goes on elsewhere with'} {asked}"


def sentences(text: Label) -> str:
    """Return what a label says as sentences."""
    return " ".join(part if part.endswith((".", "?")) else f"{part}." for part in text.plain)

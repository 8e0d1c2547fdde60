"""A track of a few states, read from one line a state, with the statements that its leaves offer; and a walk through any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import attrs
import pytest

from pnet_pathways.loading.schema import TrackSpec
from pnet_pathways.loading.structuring import structure
from pnet_pathways.loading.tracks import TrackReader
from pnet_pathways.loading.yaml_source import Document, read_yaml
from pnet_pathways.model.conditions import ALWAYS
from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import (
    Leaf,
    Option,
    Statement,
    Strength,
    Track,
)
from pnet_pathways.model.vocabulary import Vocabulary
from project_vocabulary import VOCABULARY


@attrs.frozen
class Tracks:
    """A file of tracks only."""

    tracks: dict[str, TrackSpec]


def option(statement: str, number: int, *treatments: str, strength: Strength = Strength.MAY, extra: str = "") -> Option:
    """Return an option of a statement."""
    return Option(
        statement=statement,
        number=number,
        item=number + 1,
        treatments=treatments,
        optional=(extra,) if extra else (),
        strength=strength,
        requires=ALWAYS,
        readings=(),
        intent=None,
        choice=None,
    )


def statement(identifier: str, track: str, *options: Option, also: str = "") -> Statement:
    """Return a statement that always holds."""
    second = ((also, ALWAYS),) if also else ()
    return Statement(identifier, "p", "label", track, ALWAYS, options, (), (), second)


STATEMENTS = {
    one.id: one
    for one in (
        statement("S-1", "t", option("S-1", 0, "a"), option("S-1", 1, "b", "c", strength=Strength.USUAL)),
        statement("S-2", "t", option("S-2", 0, "d", strength=Strength.RARE, extra="e"), also="u"),
        statement("S-3", "u", option("S-3", 0, "a")),
    )
}
OFFERS = "offers: {S-1: [a, usually b and c], S-2: [rarely d optionally e]}"

LEAF = f"leaf: {{{OFFERS}}}"

Read = Callable[..., tuple[Track | None, list[str]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads the states of a track ``t`` that starts at ``one``, one state a line; gives the track and its problems."""

    def reader(
        *states: str, start: str = "one", can_gap: bool = True, statements: Mapping[str, Statement] = STATEMENTS
    ) -> tuple[Track | None, list[str]]:
        lines = ["tracks:", "  t:", "    title: T", f"    start: {start}", "    states:", *(f"      {one}" for one in states)]
        path = tmp_path / "x.yaml"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        document: Document = read_yaml(path, "x.yaml")
        assert document.problems == []
        file = structure(document, Tracks)
        assert file is not None, document.problems
        track = TrackReader(document, "p", "t", file.tracks["t"], statements, ["R-1"], can_gap, VOCABULARY).read()
        return track, [str(problem) for problem in document.problems]

    return reader


def walk(vocabulary: Vocabulary, track: Track, scenario: Scenario) -> tuple[tuple[tuple[str, str], ...], Leaf]:
    """Return the path and the leaf of a scenario. Raises `KeyError` where no answer takes a value."""
    path: list[tuple[str, str]] = []
    for state, _ in track.path(scenario.get):
        if isinstance(state, Leaf):
            return tuple(path), state
        value = vocabulary.value_of(state.asks, scenario.get)
        assert value is not None
        path.append((state.name, vocabulary.answer(state.asks, value)))
    raise KeyError(path[-1][1])

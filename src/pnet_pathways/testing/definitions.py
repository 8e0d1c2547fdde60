"""Strategies for definitions: random, valid ones, as the files of a folder and loaded."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from hypothesis import strategies as st

from ..loading.files import write_whole
from ..loading.folder import load_pathways
from ..model.pathway import Definitions
from .base import base_facts, base_vocabulary
from .pathway_maker import (
    LOCATOR,
    SHARED_TRACKS,
    SOME_READINGS,
    TREATMENTS,
    Data,
    PathwayMaker,
)
from .readings_maker import ReadingsMaker


@attrs.frozen
class DefinitionFiles:
    """The files of a folder of definitions: text by file name (JSON, which YAML includes)."""

    files: Mapping[str, str]

    @classmethod
    def of(cls, data: Mapping[str, Data]) -> DefinitionFiles:
        """Return the files with this content."""
        return cls({name: json.dumps(content, indent=1) + "\n" for name, content in data.items()})

    def write(self, folder: Path) -> None:
        """Write the files into a folder, which is made where it is missing. Raises `OSError` where that fails."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.files.items():
            write_whole(folder / name, text)

    def load(self) -> Definitions:
        """Load the files, by way of a temporary folder. Raises `DefinitionError` where they are not valid."""
        with tempfile.TemporaryDirectory(prefix="pnet_pathways") as folder:
            self.write(Path(folder))
            return attrs.evolve(load_pathways(folder), folder="made up")


def pathways() -> st.SearchStrategy[Definitions]:
    """Return a strategy for loaded sets of random, valid definitions: made-up treatments on the project's facts.

    One to three pathways, each with one or two tracks; statements and graph are made from one random structure. They hold
    no medical content, and say so in their disclaimer.
    """
    return definition_files().map(DefinitionFiles.load)


def definition_files() -> st.SearchStrategy[DefinitionFiles]:
    """Return a strategy for the folders of `pathways`, as files."""
    return definition_data().map(DefinitionFiles.of)


@st.composite
def definition_data(draw: st.DrawFn) -> dict[str, Data]:
    """Draw the content of every file of a folder of valid definitions."""
    names = [f"pathway_{number}" for number in range(1, draw(st.integers(1, 3)) + 1)]
    common = draw(st.sets(st.sampled_from(names[1:]))) if names[1:] else set()
    gaps = draw(_gaps())
    makers = [PathwayMaker(draw, name, gaps) for name in names]
    made = {f"{maker.name}.yaml": maker.pathway() for maker in makers}
    used = {
        treatment
        for file in made.values()
        for statement in file["statements"]
        for option in statement["options"]
        for treatment in (*option["treatments"], *option.get("optional", ()))
    }
    return {
        "source.yaml": _source(),
        "treatments.yaml": {
            "treatments": {
                name: {"label": name.replace("_", " "), "description": "made up", "term": ""}
                for name in TREATMENTS
                if name in used
            }
        },
        "facts.yaml": base_facts(),
        "readings.yaml": ReadingsMaker(draw, makers).file(),
        "entry.yaml": _entry(draw, names, common, gaps),
        "care_course.yaml": _care_course(draw),
        "workup.yaml": _workup(),
        "not_statements.yaml": {"parts": {}, "not_statements": []},
        **({"background.yaml": _background(sorted(used))} if draw(st.booleans()) else {}),
        **made,
    }


@functools.cache
def _gaps() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for the condition of gaps of each of the answer's tracks: none, always, or members of a group."""
    groups = st.sampled_from(list(base_vocabulary().groups.values()))
    members = groups.flatmap(
        lambda group: st.lists(st.sampled_from(group.members), min_size=1, max_size=2, unique=True).map(
            lambda chosen: {group.name: {"any_of": chosen}}
        )
    )
    return st.fixed_dictionaries(dict.fromkeys(SHARED_TRACKS, st.one_of(st.none(), st.just("always"), members)))


# The shared files


def _source() -> Data:
    return {
        "version": "1.0.0",
        "source": {
            "title": "Made-up summary",
            "publisher": "nobody",
            "updated": "2000-01-01",
            "site": "https://example.org",
            "page": "/made-up",
            "pmid": "0",
            "subject": "made-up things",
            "intended_use": "Tests of software.",
            "disclaimer": "Made up at random for tests of software; it has no medical content.",
        },
        "sections": {"made_up": "A section on {subject}"},
        "advice": [{"id": "made_up", "text": "Made-up advice.", "locators": [LOCATOR]}],
    }


def _entry(draw: st.DrawFn, names: list[str], common: set[str], gaps: Mapping[str, Any]) -> Data:
    own = [name for name in names if name not in common]
    every = base_vocabulary().facts[base_vocabulary().entry].answers
    kinds = draw(st.permutations(every))
    # Every pathway has a type that leads to it; the other types lead anywhere, or are out of scope.
    others = len(every) - len(own)
    leads: list[str | None] = [*own, *draw(st.lists(st.sampled_from([*own, None]), min_size=others, max_size=others))]
    readings = draw(SOME_READINGS)
    types: Data = {}
    for kind, name in sorted(zip(kinds, leads, strict=True)):
        spec: Data = {"label": f"type {kind}", "readings": readings}
        types[kind] = {**spec, "note": "Made to be out of scope."} if name is None else {**spec, "pathway": name}
    return {
        "title": "type",
        "unknown": "Type unknown",
        "tracks": {
            name: {"title": f"The track {name}"} | ({} if gap_when is None else {"gap_when": gap_when})
            for name, gap_when in gaps.items()
        },
        "types": types,
        "common": sorted(common),
        "readings": {"every_answer": draw(SOME_READINGS), "type_unknown": draw(SOME_READINGS)},
    }


@functools.cache
def _sets() -> st.SearchStrategy[Data]:
    """Return a strategy for what an event sets: some of three facts that no rule ties to others."""
    vocabulary = base_vocabulary()
    tied = frozenset[str]().union(*vocabulary.linked_sets)
    free = [
        fact for fact in vocabulary.facts.values() if fact.name not in tied and not fact.group and fact.name != vocabulary.entry
    ]
    return st.fixed_dictionaries({}, optional={fact.name: st.sampled_from([None, *fact.values]) for fact in free[:3]})


@functools.cache
def _events(states: tuple[str, ...]) -> st.SearchStrategy[list[Data]]:
    # A round through all states, so that each is reached and each has a way out; then any other events.
    round_trip = [
        st.fixed_dictionaries(
            {"label": st.just("made up"), "sources": st.just([one]), "target": st.just(after), "sets": _sets()}
        )
        for one, after in zip(states, (*states[1:], states[0]), strict=True)
    ]
    event = {
        "label": st.just("made up"),
        "sources": st.lists(st.sampled_from(states), min_size=1, unique=True),
        "target": st.sampled_from(states),
        "sets": _sets(),
    }
    further = st.lists(st.fixed_dictionaries(event), max_size=2)
    return st.tuples(st.tuples(*round_trip), further).map(lambda events: [*events[0], *events[1]])


def _care_course(draw: st.DrawFn) -> Data:
    states = tuple(f"state_{number}" for number in range(1, draw(st.integers(1, 4)) + 1))
    return {
        "start": states[0],
        "sets": draw(_sets()),
        "states": {name: {"label": name} for name in states},
        "events": {f"event_{number}": one for number, one in enumerate(draw(_events(states)), 1)},
    }


def _background(treatments: list[str]) -> Data:
    entry = {"id": "made_up", "text": "Made-up background.", "about": treatments, "locators": [LOCATOR]}
    return {"topics": {"made_up": {"title": "Made up", "entries": [entry]}}}


def _workup() -> Data:
    empty: Data = {"hormone": None, "also_called": [], "typical_site": None, "behavior": None, "signs": [], "tests": []}
    about = {"silent_on": ["hormone", "typical_site", "behavior", "signs"], "locators": []}
    return {
        "general": {"tests": []},
        "types": {
            kind: {"name": f"type {kind}", **empty, **about}
            for kind in base_vocabulary().facts[base_vocabulary().entry].answers
        },
    }

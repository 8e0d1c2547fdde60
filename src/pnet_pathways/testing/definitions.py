"""Strategies for definitions: random, valid ones, as the files of a folder and loaded."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from hypothesis import strategies as st

from ..definition import LeafKind, Pathways, Strength, offer_text
from ..facts import FACTS, SPREAD_MEMBERS, Site, TumorType
from ..files import write_whole
from ..loading import load_pathways
from .structure import GraphWriter, Node, Says, condition_data, paths, tree

Data = dict[str, Any]

SHARED_TRACKS = ("primary", "spread", "supportive", "course")
MAX_FACTS = 3
_ASKABLE = tuple(name for name in FACTS if name != "tumor_type")
_NEEDS = {"size": ("pancreatic_tumors", "size")}
_TREATMENTS = tuple(f"treatment_{number}" for number in range(1, 7))
_READINGS = ("R-1", "R-2")
_SILENT = {LeafKind.GAP: "Nothing is said of this.", LeafKind.DOES_NOT_APPLY: "This track does not apply."}
_LOCATOR = {"section": "made_up", "first": "made", "last": "up", "start": 0, "end": 7, "sha256": "0" * 64}


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

    def load(self) -> Pathways:
        """Load the files, by way of a temporary folder. Raises `DefinitionError` where they are not valid."""
        with tempfile.TemporaryDirectory(prefix="pnet_pathways") as folder:
            self.write(Path(folder))
            return attrs.evolve(load_pathways(folder), folder="made up")


def pathways() -> st.SearchStrategy[Pathways]:
    """Return a strategy for loaded sets of random, valid definitions: made-up treatments on the real facts.

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
    gaps = draw(st.fixed_dictionaries({name: _gap_whens() for name in SHARED_TRACKS}))
    made = {f"{name}.yaml": _Maker(draw, name, gaps).pathway() for name in names}
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
                for name in _TREATMENTS
                if name in used
            }
        },
        "facts.yaml": _facts(),
        "readings.yaml": {"readings": {name: {"title": "made up", "text": f"Made-up reading {name}."} for name in _READINGS}},
        "entry.yaml": _entry(draw, names, common, gaps),
        "care_course.yaml": _care_course(draw),
        "workup.yaml": _workup(),
        **made,
    }


def _gap_whens() -> st.SearchStrategy[Any]:
    spread = st.lists(st.sampled_from(SPREAD_MEMBERS), min_size=1, max_size=2, unique=True)
    return st.one_of(st.none(), st.just("always"), spread.map(lambda members: {"spread": {"any_of": members}}))


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
            "subject": "made-up tumours",
            "intended_use": "Tests of software.",
            "disclaimer": "Made up at random for tests of software; it has no medical content.",
        },
        "sections": {"made_up": "A section on {subject}"},
        "advice": [{"id": "made_up", "text": "Made-up advice.", "locators": [_LOCATOR]}],
    }


def _facts() -> Data:
    facts = {}
    for name, fact in FACTS.items():
        answers = (*Site, "nowhere") if name == "sites" else fact.answers
        wording = {str(answer): {"label": str(answer), "phrase": f"{name} {answer}"} for answer in answers}
        facts[name] = {"question": f"{name}?", "help": "made up", "answers": wording}
    return {"facts": facts}


def _entry(draw: st.DrawFn, names: list[str], common: set[str], gaps: Mapping[str, Any]) -> Data:
    own = [name for name in names if name not in common]
    kinds = draw(st.permutations(list(TumorType)))
    # Every pathway has a type that leads to it; the other types lead anywhere, or are out of scope.
    others = len(TumorType) - len(own)
    leads: list[str | None] = [*own, *draw(st.lists(st.sampled_from([*own, None]), min_size=others, max_size=others))]
    types: Data = {}
    for kind, name in sorted(zip(kinds, leads, strict=True)):
        spec: Data = {"label": f"type {kind.value}", "readings": draw(_some(_READINGS))}
        types[kind.value] = {**spec, "note": "Made to be out of scope."} if name is None else {**spec, "pathway": name}
    return {
        "tracks": {
            name: {"title": f"The track {name}"} | ({} if gap_when is None else {"gap_when": gap_when})
            for name, gap_when in gaps.items()
        },
        "types": types,
        "for_every_type": sorted(common),
        "readings": {"every_answer": draw(_some(_READINGS)), "type_unknown": draw(_some(_READINGS))},
    }


def _some(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True, max_size=len(names))


def _care_course(draw: st.DrawFn) -> Data:
    states = [f"state_{number}" for number in range(1, draw(st.integers(1, 4)) + 1)]
    value: Data = {
        "course": st.sampled_from(["new", "progressive", "recurrent"]),
        "residual_after_surgery": st.booleans(),
        "refractory": st.booleans(),
    }
    sets = st.fixed_dictionaries({}, optional={fact: st.none() | values for fact, values in value.items()})
    event = st.fixed_dictionaries(
        {
            "label": st.just("made up"),
            "sources": st.lists(st.sampled_from(states), min_size=1, unique=True),
            "target": st.sampled_from(states),
            "sets": sets,
        }
    )
    return {
        "start": states[0],
        "sets": draw(sets),
        "states": {name: {"label": name} for name in states},
        "events": {f"event_{number}": one for number, one in enumerate(draw(st.lists(event, max_size=4)), 1)},
    }


def _workup() -> Data:
    empty: Data = {"hormone": None, "also_called": [], "typical_site": None, "behaviour": None, "signs": [], "tests": []}
    about = {"scope": "in_scope", "silent_on": ["hormone", "typical_site", "behaviour", "signs"], "locators": []}
    return {
        "general": {"tests": []},
        "types": {kind.value: {"name": f"type {kind.value}", **empty, **about} for kind in TumorType},
    }


# One pathway


@attrs.define
class _Maker:
    """Draws one pathway: a tree for each track, and statements that stand on its leaves."""

    draw: st.DrawFn
    name: str
    gaps: Mapping[str, Any]
    statements: list[Data] = attrs.field(factory=list)
    trees: dict[str, Node] = attrs.field(factory=dict)
    offers: dict[tuple[str, int], dict[str, list[str]]] = attrs.field(factory=dict)
    item: int = 0

    def _maybe(self) -> bool:
        return self.draw(st.booleans())

    def pathway(self) -> Data:
        """Draw the content of the pathway's file."""
        tracks = [*SHARED_TRACKS, "supportive.made_up"]
        for track in self.draw(st.lists(st.sampled_from(tracks), min_size=1, max_size=2, unique=True)):
            chosen = self.draw(st.lists(st.sampled_from(_ASKABLE), max_size=MAX_FACTS, unique=True))
            facts = tuple(dict.fromkeys(name for one in chosen for name in _NEEDS.get(one, (one,))))
            self.trees[track] = tree(self.draw, facts, self.gaps[track.partition(".")[0]])
            self._statements(track)
        if len(self.trees) == 2 and self._maybe():
            self._also()
        return {
            "pathway": self.name,
            "version": "1.0.0",
            "title": self.name,
            "section": "made_up",
            "statements": self.statements,
            "tracks": {name: self._graph(name, node) for name, node in self.trees.items()},
        }

    def _statements(self, track: str) -> None:
        node = self.trees[track]
        leaves = [leaf for leaf in dict.fromkeys(leaf for _, leaf in paths(node)) if leaf.kind is LeafKind.OFFER]
        most = min(len(leaves), 3)
        holds = [self.draw(st.sets(st.integers(1, most), min_size=1)) for _ in leaves]
        for number in range(1, most + 1):
            standing = [leaf for leaf, statements in zip(leaves, holds, strict=True) if number in statements]
            if standing:
                self.statements.append(self._statement(track, standing))

    def _statement(self, track: str, standing: list[Says]) -> Data:
        identifier = f"{self.name.upper().replace('_', '')}-{len(self.statements) + 1}"
        options: list[Data] = []
        for body in self.draw(st.lists(_option_bodies(), min_size=1, max_size=2, unique_by=_treatments)):
            self.item += self.draw(st.integers(0, 1)) if options else 1
            option = {"item": self.item, **body}
            where = standing
            # The first option stands on every leaf of the statement; a further one may require more.
            if options and self._maybe():
                where = self.draw(st.lists(st.sampled_from(standing), min_size=1, unique=True))
                option["requires"] = condition_data(self.trees[track], where)
            options.append(option)
            for leaf in where:
                self._offer(track, leaf, identifier, option)
        return {
            "id": identifier,
            "label": f"Made-up statement {identifier}",
            "track": track,
            "when": self._condition(track, standing),
            "options": options,
            "locators": [_LOCATOR],
            "readings": self.draw(_some(_READINGS)),
        }

    def _offer(self, track: str, leaf: Says, identifier: str, option: Data) -> None:
        strength = Strength(option.get("strength", "may"))
        text = offer_text(strength, tuple(option["treatments"]), tuple(option.get("optional", ())))
        self.offers.setdefault((track, leaf.number), {}).setdefault(identifier, []).append(text)

    def _condition(self, track: str, chosen: list[Says]) -> Any:
        node = self.trees[track]
        others = [leaf for _, leaf in paths(node) if leaf not in chosen]
        if others and self._maybe():
            return {"not": condition_data(node, others)}
        return condition_data(node, chosen)

    def _also(self) -> None:
        """Let a statement stand in the other track too, under a condition of its own there."""
        first, second = self.trees
        simple = [one for one in self.statements if one["track"] == first and all("requires" not in o for o in one["options"])]
        leaves = [leaf for leaf in dict.fromkeys(leaf for _, leaf in paths(self.trees[second])) if leaf.kind is LeafKind.OFFER]
        if not simple:
            return
        statement = self.draw(st.sampled_from(simple))
        where = self.draw(st.lists(st.sampled_from(leaves), min_size=1, unique=True))
        statement["also"] = [{"track": second, "when": self._condition(second, where)}]
        for leaf in where:
            for option in statement["options"]:
                self._offer(second, leaf, statement["id"], option)

    def _graph(self, track: str, node: Node) -> Data:
        readings = self.draw(_some(_READINGS))

        def leaf_data(leaf: Says) -> Data:
            if leaf.kind is LeafKind.OFFER:
                return {"offers": self.offers[track, leaf.number]}
            return {leaf.kind.value: _SILENT[leaf.kind], "readings": readings}

        writer = GraphWriter(leaf_data)
        start = writer.write(node)
        return {"title": f"The graph of {track}", "start": start, "states": dict(reversed(writer.states.items()))}


@st.composite
def _option_bodies(draw: st.DrawFn) -> Data:
    given = draw(st.lists(st.sampled_from(_TREATMENTS), min_size=1, max_size=3, unique=True))
    body: Data = {"treatments": given}
    if len(given) > 1 and draw(st.booleans()):
        body = {"treatments": given[:-1], "optional": given[-1:]}
    strength = draw(st.sampled_from(Strength))
    body |= {} if strength is Strength.MAY else {"strength": strength.value}
    body |= {"intent": "palliative"} if draw(st.booleans()) else {}
    return {**body, "choice": draw(st.booleans()), "readings": draw(_some(_READINGS))}


def _treatments(body: Data) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(body["treatments"]), tuple(body.get("optional", ()))

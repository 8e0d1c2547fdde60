"""What the page's evaluator looks up: the exact answer of each track to every partial case there is, taken from the engine.

The spaces are small enough to be written out whole, so the browser decides nothing: it finds the number of a track's
answer and puts the tracks together as `Engine.recommend` does. The browser tests hold both against each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...engine.answer import gap_dict, gap_of, option_dict, review_dict, source_dict, statement_dict
from ...engine.composition import offered_option
from ...engine.recommend import Engine, engine_for
from ...engine.tables import Offered, TrackAnswer, TrackTable
from ...model.facts import Fact
from ...model.pathway import (
    Choice,
    Definitions,
    Question,
    State,
    Track,
)
from ...model.wording import sorted_readings
from ..diagrams.drawing import continues_class, edge_class, state_class
from ..diagrams.plan import Piece
from .vocabulary import code_of, vocabulary_data


def evaluator_data(definitions: Definitions) -> dict[str, Any]:
    """Return the evaluator's data as plain data.

    A fact's value is a code (see `vocabulary_data`). What a case leaves open of a track is, for each of its facts, a set of
    codes (a mask): `sets` lists those that occur, and `index` pairs their place, in mixed radix with the last fact running
    fastest, with a number of the track's `answers`. An answer is four numbers, of its `offered`, `gaps`, `asks`, `trace`.
    """
    engine, entry = engine_for(definitions), definitions.entry
    return {
        "vocabulary": vocabulary_data(definitions),
        "entry": {
            "fact": entry.fact,
            "unknown": entry.unknown,
            "common": list(entry.common),
            "types": {key: {"label": one.label, "pathway": one.pathway, "note": one.note} for key, one in entry.types.items()},
        },
        "out_of_scope": {
            key: list(sorted_readings(entry.readings_for(key))) for key, one in entry.types.items() if one.pathway is None
        },
        "groups": [{"name": group.name, "title": group.title} for group in definitions.groups.values()],
        "tracks": [_track(engine, table) for table in engine.compiled.tables.values()],
        "plans": {key or "": {**plan.to_dict(), "reads": sorted(plan.reads)} for key, plan in engine.plans.items()},
        "readings": {key: {"title": one.title, "text": one.text} for key, one in definitions.readings.items()},
        "reading_order": list(sorted_readings(tuple(definitions.readings))),
        "statements": {
            statement.id: statement_dict(definitions, statement.id)
            for pathway in definitions.pathways.values()
            for statement in pathway.statements
        },
        "advice": [{"id": one.id, "text": one.text} for one in definitions.advice],
        "source": source_dict(definitions),
        "bearing": {key or "": list(entry.bears_on(key)) for key in (None, *entry.types)},
        "reviews": review_dict(definitions, definitions.pathways),
        "unapproved": {
            name: definitions.review(name).words for name in definitions.pathways if not definitions.review(name).approved
        },
        "disclaimer": definitions.source.disclaimer,
    }


def as_script(data: Mapping[str, Any]) -> str:
    """Return data as JSON that can stand within a script element of a page, whatever texts it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _track(engine: Engine, table: TrackTable) -> dict[str, Any]:
    parts: dict[str, dict[str, int]] = {"offered": {}, "gaps": {}, "asks": {}, "trace": {}}
    answers: dict[tuple[int, ...], int] = {}
    facts = [table.vocabulary.facts[name] for name in table.facts]
    found: dict[tuple[int, ...], tuple[int, TrackAnswer]] = {}
    for left in _open_rows(table):
        hull = tuple(_codes_left(fact, place, table, left) for place, fact in enumerate(facts))
        answer = table.answer_of(left)
        if found.setdefault(hull, (left, answer))[1] != answer:
            names = ", ".join(table.facts)
            raise RuntimeError(f"the page cannot tell cases of {table.pathway.name}.{table.track.name} apart by {names}")
    sets = [sorted({hull[place] for hull in found}) for place in range(len(facts))]
    index: dict[int, int] = {}
    for hull, (_, answer) in found.items():
        place = 0
        for codes, one in zip(sets, hull, strict=True):
            place = place * len(codes) + codes.index(one)
        numbers = tuple(parts[key].setdefault(text, len(parts[key])) for key, text in _texts(table, answer))
        index[place] = answers.setdefault(numbers, len(answers))
    return {
        "pathway": table.pathway.name,
        "name": table.track.name,
        "group": table.track.group,
        "title": table.track.title,
        "facts": list(table.facts),
        "options": [_option(engine, table, number) for number in range(len(table.options))],
        "marks": _marks(table),
        "sets": sets,
        "index": [number for place in sorted(index) for number in (place, index[place])],
        "answers": [list(numbers) for numbers in answers],
        **{key: [json.loads(text) for text in texts] for key, texts in parts.items()},
    }


def _codes_left(fact: Fact, place: int, table: TrackTable, left: int) -> int:
    """Return, as a mask over a fact's codes, the values that some open rows of a table give it."""
    values = {row.values[place] for number, row in enumerate(table.rows) if left >> number & 1}
    return sum(1 << code_of(fact, value) for value in values)


def _open_rows(table: TrackTable) -> list[int]:
    """Return every set of rows of a table that some case leaves open, as masks."""
    masks = [(1 << len(table.rows)) - 1]
    for evidence in table.evidence:
        masks = list(dict.fromkeys(mask & one for mask in masks for one in evidence.every(table.vocabulary)))
    return masks


def _texts(table: TrackTable, answer: TrackAnswer) -> Iterator[tuple[str, str]]:
    """Yield the parts of a track's answer, each as compact JSON; facts by their place in the table."""
    facts = {name: place for place, name in enumerate(table.facts)}

    def places(names: Iterable[str]) -> list[int]:
        return [facts[name] for name in names]

    offered = [[table.options.index(one.option), int(one.certain), places(one.depends_on)] for one in answer.offered]
    yield "offered", json.dumps(offered)
    gaps = [
        {
            "kind": str(gap.kind),
            "messages": list(gap.messages),
            "readings": list(gap.readings),
            "certain": int(gap.certain),
            "depends_on": places(gap.depends_on),
            "nearest": gap_dict(gap_of(table.track.group, [gap], gap.certain, ()))["nearest"],
        }
        for gap in answer.gaps
    ]
    yield "gaps", json.dumps(gaps)
    yield "asks", json.dumps(places(answer.asks))
    yield "trace", json.dumps([[step.state, step.fact, step.answer, step.leaf and str(step.leaf)] for step in answer.trace])


def _option(engine: Engine, table: TrackTable, number: int) -> dict[str, Any]:
    """Return an option as the contract has it, keys in its order; what depends on the case is null."""
    offered = Offered(table.options[number], certain=True, depends_on=())
    made = option_dict(offered_option(engine.definitions, table, offered, is_open=False))
    return {**made, "certainty": None, "depends_on": None}


def _marks(table: TrackTable) -> dict[str, Any]:
    """Return for each state what it asks, and the classes that it and its answers have in the diagrams.

    A track without a question has the one answer ``always``, which stands for no value.
    """
    track, vocabulary = table.track.name, table.vocabulary
    return {
        state.name: {
            "asks": state.asks if isinstance(state, Question) else None,
            "class": state_class(track, state.name),
            "continues": continues_class(track, state.name),
            "answers": [
                {
                    "name": way.name,
                    "class": edge_class(track, state.name, way.name),
                    "values": [vocabulary.answer(state.asks, one) for one in way.values] if isinstance(state, Question) else [],
                }
                for way in _answers(table.track, state)
            ],
        }
        for state in table.track.states.values()
    }


def _answers(track: Track, state: State) -> tuple[Choice, ...]:
    if isinstance(state, Question):
        return state.answers
    return (Choice("always", (), state.name),) if state.name == track.start else ()


def page(pieces: Iterable[Piece]) -> dict[str, Any]:
    """Return what the page's lighting must know of a diagram's page: the states of each piece, and those cut off from it."""
    return {
        "pieces": [
            {
                "track": piece.track.name,
                "states": [state.name for state in piece.states],
                "cut": [name for name in piece.track.states if name in piece.cut],
            }
            for piece in pieces
        ]
    }

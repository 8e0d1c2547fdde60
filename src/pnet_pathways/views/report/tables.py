"""What the page's evaluator looks up: the exact answer of each track to every partial case there is, taken from the engine.

The spaces are small enough to be written out whole, so the browser decides nothing: it finds the number of a track's
answer and puts the tracks together as `Engine.recommend` does. The browser tests hold both against each other.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...engine.answer import gap_dict, gap_of, option_dict, review_dict, source_dict, statement_dict
from ...engine.composition import offered_option
from ...engine.recommend import Engine, engine_for
from ...engine.tables import Offered, TrackGap, TrackTable
from ...model.pathway import (
    Choice,
    Definitions,
    Question,
    State,
    Track,
)
from ...model.values import Value
from ...model.vocabulary import Vocabulary
from ...model.wording import sorted_readings
from ..diagrams.drawing import continues_class, edge_class, state_class
from ..diagrams.plan import Piece
from .vocabulary import vocabulary_data

NO_ANSWER = -1
"""The number in a track's index for values that contradict each other."""


def evaluator_data(definitions: Definitions) -> dict[str, Any]:
    """Return the evaluator's data as plain data.

    A fact's value is a code (see `vocabulary_data`). A track's `index` is laid out in mixed radix over its facts' codes,
    the last fact running fastest, and holds numbers of its `answers`.
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


def _codes(vocabulary: Vocabulary, facts: Sequence[str]) -> Iterator[tuple[Value | None, ...]]:
    """Yield every combination of values, unknown first."""
    return itertools.product(*((None, *vocabulary.facts[name].domain) for name in facts))


def _track(engine: Engine, table: TrackTable) -> dict[str, Any]:
    answers: dict[str, int] = {}
    index = [_numbered(answers, table, known) for known in _known(table)]
    return {
        "pathway": table.pathway.name,
        "name": table.track.name,
        "group": table.track.group,
        "title": table.track.title,
        "facts": list(table.facts),
        "options": [_option(engine, table, number) for number in range(len(table.options))],
        "leaves": {leaf.name: {"message": leaf.message, "readings": list(leaf.readings)} for leaf in table.track.leaves},
        "marks": _marks(table),
        "index": index,
        "answers": [json.loads(text) for text in answers],
    }


def _known(table: TrackTable) -> Iterator[Mapping[str, Value] | None]:
    """Yield what is known for each combination of codes, nothing at all where it contradicts itself."""
    for values in _codes(table.vocabulary, table.facts):
        known = {name: value for name, value in zip(table.facts, values, strict=True) if value is not None}
        yield known if table.vocabulary.consistent(known) else None


def _numbered(answers: dict[str, int], table: TrackTable, known: Mapping[str, Value] | None) -> int:
    """Return the number of the track's answer to what is known; equal answers have one."""
    if known is None:
        return NO_ANSWER
    facts = table.vocabulary.facts
    answer = table.answer(tuple(known.get(name) for name in facts))
    text = json.dumps(
        {
            "offered": [[table.options.index(one.option), int(one.certain), list(one.depends_on)] for one in answer.offered],
            "silence": None if answer.silence is None else _silence(table, answer.silence),
            "missing": sorted(answer.missing, key=lambda fact: facts[fact].code),
            "asks": list(answer.asks),
            "trace": [[step.state, step.fact, step.answer, step.leaf and str(step.leaf)] for step in answer.trace],
        }
    )
    return answers.setdefault(text, len(answers))


def _silence(table: TrackTable, silence: TrackGap) -> dict[str, Any]:
    gap = gap_dict(gap_of(table.track.group, [silence], silence.certain, ()))
    return {
        "leaves": [leaf.name for leaf in silence.leaves],
        "certain": int(silence.certain),
        "depends_on": list(silence.depends_on),
        "nearest": gap["nearest"],
    }


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

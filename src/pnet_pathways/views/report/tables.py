"""What the page's evaluator looks up: the exact answer of each track to every partial case there is, taken from the engine.

The spaces are small enough to be written out whole, so the browser decides nothing: it finds the number of a track's
answer and puts the tracks together as `Engine.recommend` does. The browser tests hold both against each other.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from ...engine.answer import OfferedOption, gap_dict, gap_of, option_dict, review_dict, source_dict, statement_dict
from ...engine.composition import offered_option
from ...engine.either_way import offering
from ...engine.openings import Evidence
from ...engine.recommend import Engine, engine_for
from ...engine.tables import Offered, TrackAnswer, TrackTable
from ...model.conditions import Condition
from ...model.pathway import (
    Choice,
    Definitions,
    Question,
    State,
    Track,
)
from ...model.vocabulary import Vocabulary
from ...model.wording import sorted_readings
from ..diagrams.drawing import continues_class, edge_class, state_class
from ..diagrams.plan import Piece
from .vocabulary import condition_data, vocabulary_data


@functools.lru_cache(maxsize=1)
def evaluator_data(definitions: Definitions) -> Mapping[str, Any]:
    """Return the evaluator's data as plain data; nobody changes it, since the last one is kept.

    A fact's value is a code (see `vocabulary_data`). What a case leaves open of a track is, for each of its `keys`, a set of
    codes (a mask): `sets` lists those that occur, and `index` pairs their place, in mixed radix with the last key running
    fastest, with a number of the track's `answers`. An answer is four numbers, of its `offered`, `gaps`, `asks`, `trace`;
    a gap is the number of its `silences`, whether it is certain, on which facts it depends, and numbers of its `nearest`.
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
        "statement_facts": {
            statement.id: list(statement.facts) for pathway in definitions.pathways.values() for statement in pathway.statements
        },
        "treatments": {key: one.label for key, one in definitions.treatments.items()},
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


@attrs.frozen
class _Parts:
    """Different parts of answers, numbered as they come up."""

    numbers: dict[str, int] = attrs.field(factory=dict)

    def number(self, part: object) -> int:
        """Return the number of a part."""
        return self.numbers.setdefault(json.dumps(part), len(self.numbers))

    def data(self) -> list[Any]:
        """Return the parts in order."""
        return [json.loads(text) for text in self.numbers]


def _track(engine: Engine, table: TrackTable) -> dict[str, Any]:
    parts = {key: _Parts() for key in ("answers", "offered", "gaps", "trace", "silences", "nearest")}
    keys, cases = _cases(table)
    numbers = {left: _number(parts, table, table.answer_of(left)) for left in dict.fromkeys(cases.values())}
    sets = [sorted({case[place] for case in cases}) for place in range(len(keys))]
    index: dict[int, int] = {}
    for case, left in cases.items():
        place = 0
        for masks, one in zip(sets, case, strict=True):
            place = place * len(masks) + masks.index(one)
        index[place] = numbers[left]
    return {
        "pathway": table.pathway.name,
        "name": table.track.name,
        "group": table.track.group,
        "title": table.track.title,
        "facts": list(table.facts),
        "options": [option_data(engine, table, number) for number in range(len(table.options))],
        "when": [condition_data(table.vocabulary, one) for one in _offerings(engine, table)],
        "marks": _marks(table),
        "keys": list(keys),
        "sets": sets,
        "index": [number for place in sorted(index) for number in (place, index[place])],
        **{key: one.data() for key, one in parts.items()},
    }


Masks = tuple[int, ...]


def _cases(table: TrackTable) -> tuple[tuple[str, ...], dict[Masks, int]]:
    """Return facts by which cases are told apart, and for what some case leaves open of them the table's rows left.

    Often what is left open of each of the track's own facts is enough. A fact that the track does not read can say of
    several that they are not all so at once (that what has spread can be removed: that something has); it is then a key, too.
    """
    vocabulary = table.vocabulary
    tied = [name for one in table.evidence if len(one.names) > 1 for name in one.names if name not in table.facts]
    cases = [tuple(one.cases(vocabulary)) for one in table.evidence]
    for count in range(len(tied) + 1):
        for more in itertools.combinations(tied, count):
            keys = (*table.facts, *more)
            blocks = [_block_cases(vocabulary, *one, keys) for one in zip(table.evidence, cases, strict=True)]
            if None not in blocks:
                return _together(keys, [block for block in blocks if block is not None], len(table.rows))
    raise RuntimeError(f"the page cannot tell cases of {table.pathway.name}.{table.track.name} apart")


def _block_cases(
    vocabulary: Vocabulary, evidence: Evidence, cases: Iterable[tuple[int, int]], keys: Sequence[str]
) -> dict[tuple[tuple[str, int], ...], int] | None:
    """Return what cases leave open of the keys among some linked facts, with the rows left; `None` where one leaves several."""
    codes = {
        name: [(1 << number, vocabulary.left(evidence.linked, {name: value})) for number, value in enumerate(domain, 1)]
        for name in keys
        if name in evidence.linked
        for domain in [vocabulary.facts[name].domain]
    }
    found: dict[tuple[tuple[str, int], ...], int] = {}
    for left, rows in cases:
        masks = tuple((name, sum(bit for bit, rows_of in own if rows_of & left)) for name, own in codes.items())
        if found.setdefault(masks, rows) != rows:
            return None
    return found


def _together(
    keys: tuple[str, ...], blocks: Sequence[dict[tuple[tuple[str, int], ...], int]], rows: int
) -> tuple[tuple[str, ...], dict[Masks, int]]:
    found: dict[Masks, int] = {}
    for chosen in itertools.product(*(block.items() for block in blocks)):
        masks = dict(pair for case, _ in chosen for pair in case)
        left = functools.reduce(int.__and__, (one for _, one in chosen), (1 << rows) - 1)
        found[tuple(masks[name] for name in keys)] = left
    return keys, found


def _number(parts: Mapping[str, _Parts], table: TrackTable, answer: TrackAnswer) -> int:
    """Return the number of a track's answer; facts are named by their place in the table."""
    facts = {name: place for place, name in enumerate(table.facts)}

    def places(names: Iterable[str]) -> list[int]:
        return [facts[name] for name in names]

    gaps = []
    for gap in answer.gaps:
        silence = parts["silences"].number({"kind": gap.kind, "messages": gap.messages, "readings": gap.readings})
        nearest = gap_dict(gap_of(table.track.group, [gap], gap.certain, ()))["nearest"]
        gaps.append([silence, int(gap.certain), places(gap.depends_on), list(map(parts["nearest"].number, nearest))])
    offered = [[table.options.index(one.option), int(one.certain), places(one.depends_on)] for one in answer.offered]
    return parts["answers"].number(
        [
            parts["offered"].number(offered),
            parts["gaps"].number(gaps),
            parts["trace"].number([[step.state, step.fact, step.answer, step.leaf] for step in answer.trace]),
        ]
    )


def option_data(engine: Engine, table: TrackTable, number: int) -> dict[str, Any]:
    """Return an option as the contract has it, keys in its order; what depends on the case is null."""
    made = option_dict(_option(engine, table, number))
    return {**made, "certainty": None, "depends_on": None}


def _option(engine: Engine, table: TrackTable, number: int) -> OfferedOption:
    offered = Offered(table.options[number], certain=True, depends_on=())
    return offered_option(engine.definitions, table, offered, is_open=False)


def _offerings(engine: Engine, table: TrackTable) -> Iterator[Condition]:
    """Yield for each option of a track when its statement offers it."""
    for number in range(len(table.options)):
        yield offering(engine.definitions, _option(engine, table, number))


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

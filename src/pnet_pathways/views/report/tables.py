"""What the page's evaluator looks up: the exact answer of each track to every partial case there is, taken from the engine.

The spaces are small enough to be written out whole, so the browser decides nothing: it finds the number of a track's
answer and puts the tracks together as `Engine.recommend` does. The browser tests hold both against each other.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...engine.recommend import (
    Engine,
    engine_for,
    gap_dict,
    gap_of,
    option_dict,
    review_dict,
    source_dict,
    statement_dict,
)
from ...engine.tables import Offered, TrackGap, TrackTable
from ...model.case import Case
from ...model.errors import InconsistentCaseError
from ...model.facts import (
    FACTS,
    LINKED,
    NOT_APPLICABLE,
    Value,
    answer_name,
    broken_rules,
    plain,
)
from ...model.pathway import (
    Definitions,
    Question,
    State,
    Track,
)
from ...model.wording import sorted_readings
from ..diagrams.drawing import continues_class, edge_class, state_class
from ..diagrams.plan import Piece

NO_ANSWER = -1
"""The number in a track's index for values that contradict each other."""


def evaluator_data(definitions: Definitions) -> dict[str, Any]:
    """Return the evaluator's data as plain data.

    A fact's value is a code: 0 for unknown, then its values in order, and last, for the size, that it does not apply. A
    track's `index` is laid out in mixed radix over its facts' codes, the last fact running fastest, and holds numbers of
    its `answers`.
    """
    engine = engine_for(definitions)
    tables = list(engine.compiled.tables.values())
    return {
        "facts": [_fact(definitions, name) for name in FACTS],
        "linked": [_linked(group) for group in LINKED],
        "groups": [{"name": group.name, "title": group.title} for group in definitions.groups.values()],
        "types": {
            key: {"label": entry.label, "pathway": entry.pathway, "note": entry.note, "readings": list(entry.readings)}
            for key, entry in definitions.types.items()
        },
        "for_every_type": list(definitions.for_every_type),
        "always_readings": {key: list(value) for key, value in definitions.always_readings.items()},
        "tracks": [_track(engine, table) for table in tables],
        "plans": {kind or "": [tables.index(table) for table in plan] for kind, plan in engine.compiled.plans.items()},
        "reads": {kind or "": sorted(reads) for kind, reads in engine.compiled.reads.items()},
        "readings": {key: {"title": one.title, "text": one.text} for key, one in definitions.readings.items()},
        "reading_order": list(sorted_readings(tuple(definitions.readings))),
        "statements": {
            statement.id: statement_dict(definitions, statement.id)
            for pathway in definitions.pathways.values()
            for statement in pathway.statements
        },
        "advice": [{"id": one.id, "text": one.text} for one in definitions.advice],
        "source": source_dict(definitions),
        "bearing": {kind or "": list(definitions.bearing_on(kind)) for kind in (None, *definitions.types)},
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


def _fact(definitions: Definitions, name: str) -> dict[str, Any]:
    fact, text = FACTS[name], definitions.fact_texts[name]
    return {
        "name": name,
        "question": text.question,
        "help": text.help,
        "values": [
            {
                "answer": answer_name(value),
                "label": text.labels.get(answer_name(value), answer_name(value)),
                "phrase": _phrase(definitions, name, value),
                "plain": plain(value),
                "given": value is not NOT_APPLICABLE,
            }
            for value in fact.domain
        ],
    }


def _phrase(definitions: Definitions, name: str, value: Value) -> str:
    return "does not apply" if value is NOT_APPLICABLE else definitions.words(name, (value,))


def _codes(facts: Sequence[str], *, given: bool = False) -> Iterator[tuple[Value | None, ...]]:
    """Yield every combination of values, unknown first; with `given` only of those that a case can be given."""
    return itertools.product(*((None, *(FACTS[name].values if given else FACTS[name].domain)) for name in facts))


def _linked(group: frozenset[str]) -> dict[str, Any]:
    """Return what each combination of linked facts implies, as codes, or what contradicts what."""
    facts = [name for name in FACTS if name in group]
    found: list[dict[str, Any]] = []
    for values in _codes(facts, given=True):
        known = {name: plain(value) for name, value in zip(facts, values, strict=True) if value is not None}
        try:
            case = Case().with_(**known)
        except InconsistentCaseError as error:
            found.append({"contradictions": [_contradiction(str(one.where), one.message) for one in error.problems]})
        else:
            found.append({"codes": [_code(name, case.value(name)) for name in facts]})
    return {"facts": facts, "found": found}


def _contradiction(where: str, message: str) -> dict[str, Any]:
    return {"facts": where.split(" and "), "message": message}


def _code(fact: str, value: Value | None) -> int:
    return 0 if value is None else FACTS[fact].domain.index(value) + 1


def _track(engine: Engine, table: TrackTable) -> dict[str, Any]:
    answers: dict[str, int] = {}
    index = [_numbered(answers, table, known) for known in _known(table.facts)]
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


def _known(facts: tuple[str, ...]) -> Iterator[Mapping[str, Value] | None]:
    """Yield what is known for each combination of codes, nothing at all where it contradicts itself."""
    for values in _codes(facts):
        known = {name: value for name, value in zip(facts, values, strict=True) if value is not None}
        yield None if broken_rules(known) else known


def _numbered(answers: dict[str, int], table: TrackTable, known: Mapping[str, Value] | None) -> int:
    """Return the number of the track's answer to what is known; equal answers have one."""
    if known is None:
        return NO_ANSWER
    answer = table.answer(tuple(known.get(name) for name in FACTS))
    text = json.dumps(
        {
            "offered": [[table.options.index(one.option), int(one.certain), list(one.depends_on)] for one in answer.offered],
            "silence": None if answer.silence is None else _silence(table, answer.silence),
            "missing": sorted(answer.missing, key=lambda fact: FACTS[fact].code),
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
    made = option_dict(engine.offered(table, Offered(table.options[number], certain=True, depends_on=()), conditional=False))
    return {**made, "certainty": None, "depends_on": None}


def _marks(table: TrackTable) -> dict[str, Any]:
    """Return for each state its fact and the classes that it and its answers have in the diagrams.

    A track without a question has the one answer ``always``, which stands for no value.
    """
    track = table.track.name
    return {
        state.name: {
            "fact": state.fact if isinstance(state, Question) else None,
            "class": state_class(track, state.name),
            "continues": continues_class(track, state.name),
            "answers": [
                {"class": edge_class(track, state.name, name), "values": [answer_name(one) for one in values]}
                for name, values in _answers(table.track, state)
            ],
        }
        for state in table.track.states.values()
    }


def _answers(track: Track, state: State) -> list[tuple[str, tuple[Value, ...]]]:
    if isinstance(state, Question):
        return [(answer.name, answer.values) for answer in state.answers]
    return [("always", ())] if state.name == track.start else []


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

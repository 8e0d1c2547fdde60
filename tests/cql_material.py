"""The CQL of a document run by an engine that others wrote, and what `recommend` says to compare it with."""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from outside_engines import Engines
from pnet_pathways import load_pathways
from pnet_pathways.adapters.fhir.cql_answer import ANSWER
from pnet_pathways.adapters.fhir.publication import Publication, camel
from pnet_pathways.adapters.fhir.responses import to_questionnaire_response
from pnet_pathways.adapters.fhir.writing_cql import cql_folder, logic_of, texts
from pnet_pathways.engine.answer import Certainty, Recommendation
from pnet_pathways.engine.recommend import Engine, engine_for
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions
from project import DEFINITIONS
from pump import PUMP_FAULT

DOCUMENTS: Final = {"summary": DEFINITIONS, "pump": PUMP_FAULT}
LIBRARIES: Final = [(name, path.stem) for name, folder in DOCUMENTS.items() for path in sorted(folder.glob("golden/*.yaml"))]
"""Every pathway of every document."""

Answer = dict[str, Any]
"""Options with their track and gaps, by certainty, and what is missing."""


@functools.cache
def document(name: str) -> Definitions:
    """Return a document's definitions, loaded once: what is made of them is made once too."""
    return load_pathways() if name == "summary" else load_pathways(DOCUMENTS[name])


def elm_of(definitions: Definitions) -> dict[str, Any]:
    """Return the ELM that is kept beside a document, by the Library's name."""
    folder = cql_folder(definitions.folder)
    return {name: json.loads((folder / f"{name}.elm.json").read_text("utf-8")) for name in texts(definitions)}


def bundle(case: Case, number: int) -> dict[str, Any]:
    """Return the record of a patient of whom a case is known: the form of all facts as it answers it."""
    form = to_questionnaire_response(case, publication(), subject=f"Patient/{number}", authored="2026-01-31T10:00:00Z")
    return record(number, [form])


@functools.cache
def publication() -> Publication:
    """What forms are published under; they hold nothing else of it."""
    return Publication(load_pathways())


def record(number: int, forms: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the record of a patient with some forms."""
    resources = [{"resourceType": "Patient", "id": str(number)}, *forms]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


@attrs.frozen
class Run:
    """Cases to be answered by a Library (by its pathway; ``answer``: that of the whole answer), under chosen readings."""

    pathway: str
    cases: Sequence[Case]
    readings: Mapping[str, str] = attrs.field(factory=dict)


def answers(engines: Engines, definitions: Definitions, runs: Sequence[Run]) -> list[list[Answer]]:
    """Return what an engine makes of the Libraries, as `said_by` puts it."""
    done = engines.run(
        "run_cql.mjs",
        {
            "libraries": list(elm_of(definitions).values()),
            "runs": [
                {
                    "library": camel(run.pathway),
                    "expressions": ["answer"],
                    "parameters": dict(run.readings),
                    "bundles": [bundle(case, number) for number, case in enumerate(run.cases)],
                }
                for run in runs
            ],
        },
        timeout=1_500,
    )
    return [[in_short(value, definitions) for (value,) in values] for values in done]


def in_short(value: Mapping[str, Any], definitions: Definitions) -> Answer:
    """Return the answer of a Library with the tracks under which its options stand."""
    names, moved = tracks_of(definitions), set(value["elsewhere"])
    return {
        "contradictory": value["contradictory"],
        **{word: {one: names[one][one in moved] for one in value[word]} for word in ("certain", "possible")},
        "gaps": {word: value[f"gaps_{word}"] for word in ("certain", "possible")},
        "missing": value["missing"],
    }


@functools.cache
def tracks_of(definitions: Definitions) -> dict[str, tuple[str, ...]]:
    """Return the tracks of the answer under which each option can stand, by its name in the Libraries."""
    found = ((one.id, one.tracks) for logic in logic_of(definitions).values() for one in logic.options)
    return {id_: tuple(track.partition(".")[0] for track in tracks) for id_, tracks in found}


@functools.cache
def ids_of(definitions: Definitions) -> dict[tuple[object, ...], str]:
    """Return what options are called in the Libraries, by all that an answer says of them but their certainty."""
    every = (one for logic in logic_of(definitions).values() for one in logic.options)
    return {one.key: one.id for one in every}


def said_by(answer: Recommendation, definitions: Definitions, tracks: Mapping[str, str] | None = None) -> Answer:
    """Return what an answer says, as the Libraries put it. `tracks` are the gaps' own, by that of the answer."""
    ids = ids_of(definitions)
    found: Answer = {"contradictory": False, "certain": {}, "possible": {}, "gaps": {"certain": [], "possible": []}}
    for one in answer.options:
        key = (one.statement, one.item, one.treatments, one.optional, one.strength, one.intent, one.choice)
        found[one.certainty.value][ids[key]] = one.track
    for gap in answer.gaps:
        found["gaps"][gap.certainty.value].append(f"{(tracks or {}).get(gap.track, gap.track)} {gap.kind.value}")
    return {**found, "missing": list(answer.missing)}


def expected(engine: Engine, pathway: str, case: Case) -> Answer:
    """Return what `recommend` says of one pathway alone, composed as the whole answer is."""
    definitions = engine.definitions
    base = definitions.base or definitions
    if pathway == ANSWER:
        return said_by(engine.recommend(case), base)
    plan = engine.plans.get(case.entry)
    tables = [] if plan is None else [table for table in plan.tables if table.pathway.name == pathway]
    if plan is None or not tables:
        return {"contradictory": False, "certain": {}, "possible": {}, "gaps": {"certain": [], "possible": []}, "missing": []}
    places = [place for place, table in enumerate(plan.tables) if table in tables]
    own = attrs.evolve(
        plan,
        tables=tuple(tables),
        open=tuple(plan.open[place] for place in places),
        guests=tuple(
            (statement, places.index(home), places.index(guest)) for statement, home, guest in plan.guests if home in places
        ),
    )
    answer = engine.reference(case, own)
    found = said_by(
        answer, base, {table.track.group: table.track.name for table in tables if table.track.group == table.track.name}
    )
    if plan.type is None:
        # Alone, no pathway can say what holds whatever the type is.
        found["gaps"] = _open_gaps(
            own.open, [table.answer(case.values).gaps for table in tables], [t.track.name for t in tables]
        )
    return found


def _open_gaps(is_open: Sequence[bool], gaps: Sequence[Sequence[Any]], tracks: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"certain": [], "possible": []}
    for open_, here, track in zip(is_open, gaps, tracks, strict=True):
        for gap in here:
            word = Certainty.CERTAIN if gap.certain and not open_ else Certainty.POSSIBLE
            found[word.value].append(f"{track} {gap.kind.value}")
    return found


def compared(found: Answer) -> Answer:
    """Return an answer in which order counts for what is missing alone."""
    return {**found, "gaps": {word: sorted(gaps) for word, gaps in found["gaps"].items()}}


def random_cases(definitions: Definitions, count: int, seed: int, types: Sequence[str] | None = None) -> Iterator[Case]:
    """Yield consistent partial cases, of some types or of any and of unknown ones, from almost nothing known to all."""
    chance, vocabulary = random.Random(seed), definitions.vocabulary  # noqa: S311
    entry = definitions.entry.fact
    while count:
        share = chance.random()
        given = {
            name: chance.choice(fact.values)
            for name, fact in vocabulary.facts.items()
            if name != entry and chance.random() < share
        }
        if types is not None:
            given[entry] = chance.choice(types)
        elif chance.random() < 0.7:
            given[entry] = chance.choice(vocabulary.facts[entry].values)
        ordered = {name: given[name] for name in vocabulary.facts if name in given}
        if vocabulary.consistent(ordered):
            count -= 1
            yield Case.of_consistent(vocabulary, ordered)


def engine(definitions: Definitions, readings: Mapping[str, str]) -> Engine:
    """Return what answers under chosen readings."""
    return engine_for(definitions).under(readings)

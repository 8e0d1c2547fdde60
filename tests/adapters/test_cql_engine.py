"""The Libraries run by cql-execution, which nobody here wrote: options, certainty, gaps and missing facts of `recommend`."""

from __future__ import annotations

import pytest

from cql_material import DOCUMENTS, LIBRARIES, Run, answers, compared, document, engine, expected, random_cases
from outside_engines import Engines
from pnet_pathways.adapters.fhir.cql_answer import ANSWER
from pnet_pathways.adapters.fhir.writing_cql import logic_of
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.suites.suites import suite

CASES = {"summary": 2_000, "pump": 500}
WHOLE = {"summary": 300, "pump": 500}


def check(engines: Engines, definitions: Definitions, runs: list[Run]) -> None:
    """Let the engine answer all cases, and compare each answer."""
    for run, found in zip(runs, answers(engines, definitions, runs), strict=True):
        ours = engine(definitions, run.readings)
        for case, said in zip(run.cases, found, strict=True):
            assert compared(said) == compared(expected(ours, run.pathway, case)), (run.pathway, run.readings, case.to_dict())


@pytest.mark.parametrize(("name", "pathway"), LIBRARIES)
def test_partial_cases_drawn_at_random_are_answered_alike(engines: Engines, name: str, pathway: str) -> None:
    definitions = document(name)
    count = CASES[name]
    types = definitions.entry.types_under(pathway)
    cases = [
        *random_cases(definitions, count * 4 // 5, 12, None if pathway in definitions.entry.common else types),
        *random_cases(definitions, count // 5, 13),
    ]
    check(engines, definitions, [Run(pathway, cases)])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_whole_answers_are_alike_also_while_the_type_is_unknown(engines: Engines, name: str) -> None:
    definitions = document(name)
    check(engines, definitions, [Run(ANSWER, list(random_cases(definitions, WHOLE[name], 14)))])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_suites_that_cover_every_transition_are_answered_alike_under_every_reading(engines: Engines, name: str) -> None:
    definitions = document(name)
    runs = []
    for pathway, logic in logic_of(definitions).items():
        types = definitions.entry.types_under(pathway)
        made = suite(pathway, "transitions", definitions, type_=types[0])
        cases = [Case.from_facts(dict(one), definitions.vocabulary) for one in made.scenarios]
        by_reading: dict[str, str] = {}
        alone = [{one.reading: one.id} for one in logic.alternatives]
        for one in logic.alternatives:
            by_reading.setdefault(one.reading, one.id)
        runs += [Run(pathway, cases, readings) for readings in ({}, *alone, by_reading)]
    check(engines, definitions, runs)

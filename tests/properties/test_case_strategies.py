"""Laws of the strategies for cases."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, run_state_machine_as_test

from pnet_pathways import (
    Case,
    CaseError,
    PnetPathwaysError,
    load_pathways,
    recommend,
)
from pnet_pathways.engine.answer import Certainty, Status
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.values import Value
from pnet_pathways.testing import (
    WalkMachine,
    case_junk,
    cases,
    partial_cases,
    pathways,
    total_cases,
)
from project_vocabulary import FACTS, VOCABULARY

NAMES = sorted(load_pathways().pathways)


@given(cases())
def test_a_case_keeps_every_rule(case: Case) -> None:
    values = {name: value for name in FACTS if (value := case.value(name)) is not None}
    assert VOCABULARY.consistent(values)


@given(cases())
def test_a_case_comes_back_from_json(case: Case) -> None:
    assert Case.from_json(json.dumps(case.to_dict())) == case


def test_every_value_of_every_fact_occurs_and_so_does_unknown() -> None:
    seen: set[tuple[str, Value | None]] = set()

    @settings(max_examples=400, phases=[Phase.generate], database=None)
    @given(cases())
    def collect(case: Case) -> None:
        seen.update((name, case.value(name)) for name in FACTS)

    collect()
    assert seen == {(name, value) for name, fact in FACTS.items() for value in (*fact.domain, None)}


def test_total_cases_and_cases_that_tell_little_occur() -> None:
    told: list[int] = []

    @settings(max_examples=200, phases=[Phase.generate], database=None)
    @given(cases())
    def collect(case: Case) -> None:
        told.append(sum(case.value(name) is not None for name in FACTS))

    collect()
    assert told.count(len(FACTS)) > 10
    assert sum(count <= len(FACTS) // 2 for count in told) > 10


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20)
@given(st.data())
def test_a_total_case_has_a_complete_and_certain_answer(name: str, data: st.DataObject) -> None:
    answer = recommend(data.draw(total_cases(name)))
    assert answer.status is Status.COMPLETE
    assert {one.certainty for one in answer.options} <= {Certainty.CERTAIN}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20)
@given(st.data())
def test_the_pathway_bears_on_its_cases(name: str, data: st.DataObject) -> None:
    answer = recommend(data.draw(st.one_of(total_cases(name), partial_cases(name))))
    assert name in {step.pathway for step in answer.trace}


@settings(max_examples=50)
@given(partial_cases("somatostatinoma"))
def test_a_partial_case_tells_the_type_and_less_than_an_answer_can_use(case: Case) -> None:
    reads = VOCABULARY.linked(engine_for().plans["somatostatinoma"].reads)
    assert case.entry == "somatostatinoma"
    assert case.known().keys() < {"tumor_type", *reads}


@settings(max_examples=30)
@given(st.data())
def test_cases_are_drawn_for_other_definitions_too(data: st.DataObject) -> None:
    definitions = data.draw(pathways())
    case = data.draw(total_cases("pathway_1", definitions))
    assert recommend(case, definitions).status is Status.COMPLETE


@pytest.mark.parametrize("strategy", [total_cases, partial_cases])
def test_an_unknown_pathway_is_refused_with_the_nearest_name(strategy: Any) -> None:
    with pytest.raises(PnetPathwaysError, match=r"there is no pathway 'vipom' \(did you mean 'vipoma'\?\)"):
        strategy("vipom")


def test_a_pathway_without_a_type_in_scope_has_no_cases() -> None:
    definitions = load_pathways()
    out = {kind: attrs.evolve(entry, pathway=None) for kind, entry in definitions.entry.types.items()}
    with pytest.raises(PnetPathwaysError, match="no tumor type leads to the pathway 'vipoma'"):
        total_cases("vipoma", attrs.evolve(definitions, entry=attrs.evolve(definitions.entry, types=out)))


SHRUNK = settings(max_examples=2000, database=None)


@pytest.mark.parametrize("name", FACTS)
def test_a_case_shrinks_to_the_facts_that_it_takes(name: str) -> None:
    """A failure that one known fact causes is shown with that fact alone."""
    found = find(cases(), lambda case: name in case.known(), settings=SHRUNK)
    assert list(found.known()) == [name]


def test_a_failure_that_takes_three_facts_is_shown_with_three() -> None:
    wanted = {"course": "recurrent", "resectable": False, "spread.liver": True}
    found = find(cases(), lambda case: wanted.items() <= case.known().items(), settings=SHRUNK)
    assert found.known() == wanted


def test_a_partial_case_shrinks_to_its_type_and_what_it_takes() -> None:
    found = find(partial_cases("vipoma"), lambda case: case.value("resectable") is True, settings=SHRUNK)
    assert found.known() == {"tumor_type": "vipoma", "resectable": True}


def test_a_walk_machine_shrinks_to_a_start_from_nothing() -> None:
    class Ours(WalkMachine):
        @invariant()
        def never_asks(self) -> None:
            assert self.walk.next_question is None

    with pytest.raises(AssertionError) as caught:
        run_state_machine_as_test(Ours, settings=settings(max_examples=50, database=None, print_blob=False))
    assert any("case=None" in note for note in caught.value.__notes__), caught.value.__notes__


@settings(max_examples=300)
@given(case_junk())
def test_junk_is_read_or_refused_and_never_anything_else(junk: Any) -> None:
    try:
        case = Case.from_dict(junk)
    except CaseError:
        return
    assert Case.from_dict(case.to_dict()) == case


def test_junk_is_of_every_kind() -> None:
    seen: set[str] = set()

    @settings(max_examples=200, phases=[Phase.generate], database=None)
    @given(case_junk())
    def collect(junk: Any) -> None:
        try:
            Case.from_dict(junk)
        except CaseError:
            seen.add("refused" if isinstance(junk, dict) else "no mapping")
        else:
            seen.add("read")

    collect()
    assert seen == {"read", "refused", "no mapping"}

"""The claims that no definition can break, only a library that answers wrongly: each fault is put in, and caught."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest

from changed_answers import saying
from pnet_pathways.engine.answer import Certainty, Recommendation, Status
from pnet_pathways.engine.recommend import recommend
from pnet_pathways.engine.walk import TrackMachine, TrackModel
from pnet_pathways.model.case import Case
from pnet_pathways.model.claims import ClaimId
from pnet_pathways.model.errors import InconsistentCaseError, Problem
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.vocabulary import Vocabulary
from pnet_pathways.proof.verify import machine as verify_machine
from pnet_pathways.proof.verify.answers import (
    Reader,
    TrackViews,
    examine_answers,
    kinds_of,
    plainly,
)
from pnet_pathways.proof.verify.claims import Failure, Ledger
from pnet_pathways.proof.verify.composed import examine_composed, examine_factoring
from pnet_pathways.proof.verify.contradictions import examine_contradictions
from pnet_pathways.proof.verify.machine import examine_machine
from pnet_pathways.proof.verify.space import Space
from pnet_pathways.proof.verify.tracks import TrackView
from project_vocabulary import FACTS, LINKED, VOCABULARY

Change = Callable[[Recommendation], Recommendation]


@pytest.fixture(scope="module")
def parts(definitions: Definitions) -> TrackViews:
    views = [
        TrackView.of(definitions, pathway, track)
        for pathway in definitions.pathways.values()
        for track in pathway.tracks.values()
    ]
    return TrackViews(definitions, views)


def view_in(parts: TrackViews, name: str) -> TrackView:
    return next(view for view in parts.views if view.name == name)


def found_with(parts: TrackViews, change: Change, name: str = "somatostatinoma.primary") -> dict[str, Failure]:
    """Return the first failure of each claim when every answer of the library is changed."""
    view, ledger = view_in(parts, name), Ledger()
    reader = Reader(parts.definitions, lambda case: change(recommend(case)))
    examine_answers(view, kinds_of(view, parts.definitions), parts, reader, ledger)
    return {claim: failures[0] for claim, failures in ledger.failures.items() if failures}


def kept(answer: Recommendation) -> Recommendation:
    return answer


def without_first_option(answer: Recommendation) -> Recommendation:
    return saying(answer, options=answer.options[1:])


def never_certain(answer: Recommendation) -> Recommendation:
    return saying(answer, options=tuple(attrs.evolve(one, certainty=Certainty.POSSIBLE) for one in answer.options))


def without_gaps(answer: Recommendation) -> Recommendation:
    return saying(answer, gaps=())


def other_words(answer: Recommendation) -> Recommendation:
    return saying(answer, gaps=tuple(attrs.evolve(gap, message="Nothing is said.") for gap in answer.gaps))


def less_missing(answer: Recommendation) -> Recommendation:
    return saying(answer, missing=tuple(fact for fact in answer.missing if fact != "resectable"))


def more_missing(answer: Recommendation) -> Recommendation:
    return saying(answer, missing=(*answer.missing, "duodenal_tumors"))


def complete_too_soon(answer: Recommendation) -> Recommendation:
    return saying(answer, status=Status.COMPLETE)


def depends_on_nothing(answer: Recommendation) -> Recommendation:
    return saying(answer, options=tuple(attrs.evolve(one, depends_on=()) for one in answer.options))


def test_the_library_as_it_is_fails_nothing(parts: TrackViews) -> None:
    assert found_with(parts, kept) == {}


@pytest.mark.parametrize("change", [without_first_option, never_certain, without_gaps, other_words])
def test_an_answer_that_says_something_else_is_caught(parts: TrackViews, change: Change) -> None:
    assert "answer" in found_with(parts, change)


@pytest.mark.parametrize("change", [less_missing, more_missing, complete_too_soon, depends_on_nothing])
def test_missing_facts_that_are_not_exact_are_caught(parts: TrackViews, change: Change) -> None:
    found = found_with(parts, change)
    assert set(found) == {"missing"}


def test_a_wrong_answer_is_shown_by_the_case_that_knows_least(parts: TrackViews) -> None:
    """Removal withheld where it is known to be possible: one fact besides the type shows it."""

    def withheld(answer: Recommendation) -> Recommendation:
        hidden = answer.case.value("resectable") is True and answer.case.entry == "somatostatinoma"
        return saying(answer, options=tuple(one for one in answer.options if not hidden or one.statement != "SOM-1"))

    found = found_with(parts, withheld)
    assert found["answer"].case == {"tumor_type": "somatostatinoma", "resectable": True}
    assert [answer for _, answer in found["answer"].path] == ["no", "yes"]
    assert found["answer"].where.startswith("somatostatinoma.yaml:")
    assert "SOM-1 0: not in the answer, not certain" in found["answer"].message


def test_an_option_that_a_further_fact_takes_away_is_not_monotone(parts: TrackViews) -> None:
    """Certain while spread is unknown, gone once it is known."""

    def forgets(answer: Recommendation) -> Recommendation:
        known = answer.case.known()
        hidden = "course" in known and "spread.liver" in known
        return saying(answer, options=tuple(one for one in answer.options if not hidden or one.statement != "SOM-3"))

    found = found_with(parts, forgets, "somatostatinoma.spread")
    assert "with" in found["monotone"].message
    assert "certain no more: [SOM-3 0, SOM-3 1]" in found["monotone"].message
    assert found["monotone"].case == {"tumor_type": "somatostatinoma", "course": "new", "spread": {"liver": True}}


def test_a_newly_possible_option_is_not_monotone(parts: TrackViews) -> None:
    def springs_up(answer: Recommendation) -> Recommendation:
        hidden = answer.case.value("resectable") is None
        return saying(answer, options=tuple(one for one in answer.options if not hidden or one.statement != "SOM-1"))

    assert "newly possible: [SOM-1 0]" in found_with(parts, springs_up)["monotone"].message


def test_with_the_type_unknown_what_is_certain_is_checked_too(parts: TrackViews) -> None:
    def too_sure(answer: Recommendation) -> Recommendation:
        if answer.case.entry is not None:
            return answer
        return saying(answer, options=tuple(attrs.evolve(one, certainty=Certainty.CERTAIN) for one in answer.options))

    found = found_with(parts, too_sure)
    assert found["answer"].case == {}


def test_a_machine_that_stops_early_is_caught(parts: TrackViews, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lazy(TrackMachine):
        def advance(self, model: TrackModel, case: Case) -> None:
            if case.value("resectable") is not True:
                super().advance(model, case)

    view, ledger = view_in(parts, "vipoma.primary"), Ledger()
    monkeypatch.setattr(verify_machine, "TrackMachine", Lazy)
    examine_machine(view, view.space.cases(), ledger)
    (failure,) = ledger.failures[ClaimId.MACHINE]
    assert failure.case == {"tumor_type": "vipoma", "resectable": True}
    _, end = view.partial_run(tuple(True if name == "resectable" else None for name in view.space.names))
    assert failure.message == (
        f"the machine of vipoma.primary stands at '{view.track.start}' where the graph stands at '{end}'"
    )
    assert end != view.track.start


def test_a_contradiction_that_is_accepted_is_caught() -> None:
    def lenient(data: Mapping[str, Any], vocabulary: Vocabulary) -> Case:
        try:
            return Case.from_dict(data, vocabulary)
        except InconsistentCaseError:
            return Case.from_dict({}, vocabulary)

    ledger = Ledger()
    examine_contradictions(VOCABULARY, ledger, lenient)
    found = ledger.failures[ClaimId.CONTRADICTIONS]
    assert {failure.message for failure in found} == {"accepted although no completion exists"}


def test_a_consistent_case_that_is_refused_is_caught() -> None:
    def strict(data: Mapping[str, Any], vocabulary: Vocabulary) -> Case:
        if data.get("size") == "large":
            raise InconsistentCaseError([Problem("size", "no such size")])
        return Case.from_dict(data, vocabulary)

    ledger = Ledger()
    examine_contradictions(VOCABULARY, ledger, strict)
    assert ledger.failures[ClaimId.CONTRADICTIONS]
    assert all("refused although a completion exists" in failure.message for failure in ledger.failures[ClaimId.CONTRADICTIONS])


def test_a_case_that_does_not_know_what_follows_is_caught() -> None:
    def forgetful(data: Mapping[str, Any], vocabulary: Vocabulary) -> Case:
        case = Case.from_dict(data, vocabulary)
        given = case.known()
        object.__setattr__(case, "values", tuple(given.get(name) for name in FACTS))
        return case

    ledger = Ledger()
    examine_contradictions(VOCABULARY, ledger, forgetful)
    messages = [failure.message for failure in ledger.failures[ClaimId.CONTRADICTIONS]]
    assert "pancreatic_tumors is taken for None, and what is given says one" in messages


# What the composed proof rests on.


def factoring(parts: TrackViews) -> list[str]:
    ledger = Ledger()
    examine_factoring(parts, ledger)
    return [failure.message for failure in ledger.failures[ClaimId.FACTORING]]


def changed(parts: TrackViews, name: str, **changes: Any) -> TrackViews:
    return TrackViews(parts.definitions, [attrs.evolve(view, **changes) if view.name == name else view for view in parts.views])


def test_the_premises_of_the_factoring_hold(parts: TrackViews) -> None:
    assert factoring(parts) == []


def test_an_outcome_that_looks_outside_its_table_is_caught(parts: TrackViews) -> None:
    messages = factoring(changed(parts, "vipoma.primary", support=frozenset({"resectable", "refractory"})))
    assert messages == ["vipoma.primary looks up refractory, which its table does not hold"]


def test_a_table_without_the_facts_that_decide_whether_one_of_its_own_applies_is_caught(parts: TrackViews) -> None:
    whole = view_in(parts, "vipoma.primary").space
    facts = tuple(name for name in whole.facts if name != "primary_removed")
    rows = tuple({name: row[name] for name in facts} for row in whole.rows)
    messages = factoring(changed(parts, "vipoma.primary", space=Space(VOCABULARY, facts, rows, ())))
    assert "vipoma.primary holds resectable without the facts that decide whether it applies" in messages


def test_a_compiled_table_with_a_scenario_left_out_is_caught(parts: TrackViews) -> None:
    key = ("vipoma", "primary")
    table = parts.definitions.scenarios[key]
    short = {**parts.definitions.scenarios, key: attrs.evolve(table, rows=table.rows[1:])}
    messages = factoring(TrackViews(attrs.evolve(parts.definitions, scenarios=short), parts.views))
    assert len(messages) == 1
    assert messages[0].startswith("vipoma.primary has a compiled table that is not over every scenario of")


def test_a_statement_that_no_track_answers_is_caught(parts: TrackViews) -> None:
    fewer = TrackViews(parts.definitions, [view for view in parts.views if view.name != "vipoma.supportive.fluids"])
    assert factoring(fewer) == ["VIP-1 is answered by 0 tracks, not by one"]


def test_sets_of_linked_facts_that_rules_reach_out_of_are_caught(parts: TrackViews) -> None:
    vocabulary = attrs.evolve(parts.definitions.vocabulary)  # one of its own: a copy of what is frozen is the same
    object.__setattr__(vocabulary, "linked_sets", LINKED[:1])
    definitions = attrs.evolve(parts.definitions, vocabulary=vocabulary)
    assert factoring(TrackViews(definitions, parts.views)) == [
        "the sets of linked facts are not those that the rules tie together"
    ]


@pytest.mark.parametrize("change", [without_first_option, less_missing, without_gaps])
def test_a_wrong_whole_answer_is_caught_by_brute_force(parts: TrackViews, change: Change) -> None:
    ledger = Ledger()
    reader = Reader(parts.definitions, lambda case: change(recommend(case)))
    examine_composed(parts.definitions.pathways["somatostatinoma"], parts, reader, ledger)
    (failure,) = ledger.failures[ClaimId.COMPOSED]
    assert failure.case == {"tumor_type": "somatostatinoma"}
    assert failure.where.startswith("somatostatinoma.yaml:")


def test_an_error_in_place_of_an_answer_is_caught_and_the_verification_goes_on(parts: TrackViews) -> None:
    def broken(answer: Recommendation) -> Recommendation:
        raise KeyError(str(answer.case.entry))

    assert (
        found_with(parts, broken)["answer"].message
        == "somatostatinoma.primary: no answer: KeyError('somatostatinoma') is raised"
    )
    ledger = Ledger()
    reader = Reader(parts.definitions, lambda case: broken(recommend(case)))
    examine_composed(parts.definitions.pathways["somatostatinoma"], parts, reader, ledger)
    assert "KeyError" in ledger.failures[ClaimId.COMPOSED][0].message


def test_what_differs_is_told_plainly() -> None:
    assert plainly((True, frozenset({"b", "a"}))) == "certain [a, b]"
    assert plainly(("GAS-1", 0)) == "GAS-1 0"

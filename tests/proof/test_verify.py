"""Verification: the project's definitions pass, and the verifier's own space is what it should be."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable

import attrs
import pytest

from pnet_pathways import DefinitionError
from pnet_pathways.model.claims import ClaimId
from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Definitions, Leaf, Question
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.values import NotApplicable
from pnet_pathways.proof.verify.claims import (
    CLAIMS,
    ClaimVerdict,
    Failure,
    Ledger,
)
from pnet_pathways.proof.verify.graph import examine_graph, examine_shared
from pnet_pathways.proof.verify.space import (
    Given,
    Space,
    case_data,
    case_of,
    closed,
)
from pnet_pathways.proof.verify.tracks import TrackView, circles
from pnet_pathways.proof.verify.verification import VerificationReport, verify
from project_vocabulary import DEPENDENTS, FACTS, VOCABULARY, applies


@pytest.fixture(scope="module")
def report(definitions: Definitions) -> VerificationReport:
    return verify(definitions)


def test_every_claim_is_proven_for_the_projects_definitions(report: VerificationReport) -> None:
    assert [claim.id for claim in report.claims] == list(CLAIMS)
    assert [
        (claim.id, claim.failures, claim.reason) for claim in report.claims if claim.verdict is not ClaimVerdict.PASSED
    ] == []
    assert report.passed


def test_every_claim_says_what_it_examined(report: VerificationReport) -> None:
    assert all(claim.examined and min(claim.examined.values()) > 0 for claim in report.claims)


def test_the_scenarios_examined_are_all_there_are(definitions: Definitions, report: VerificationReport) -> None:
    rows = sum(len(table.rows) for table in definitions.scenarios.values())
    for claim in ("complete", "deterministic", "reachable", "transitions", "agreement", "machine"):
        assert report.claim(claim).examined["scenarios"] == rows


def test_the_partial_cases_examined_are_all_there_are(definitions: Definitions, report: VerificationReport) -> None:
    """Counted again, case by case, from the domains and the rules alone."""
    for count in report.tracks:
        domains = [(None, *FACTS[name].values) for name in count.facts]
        consistent = 0
        for values in itertools.product(*domains):
            consistent += VOCABULARY.consistent(
                {name: one for name, one in zip(count.facts, values, strict=True) if one is not None}
            )
        assert count.partial_cases == consistent
    assert report.claim("machine").examined["partial_cases"] == sum(count.partial_cases for count in report.tracks)


def test_two_whole_pathways_are_checked_by_brute_force(report: VerificationReport) -> None:
    """VIPoma, in which a statement stands in two tracks, and another: 3 to the power of 8, times 4, partial cases each."""
    assert report.claim("composed").examined == {"pathways": 2, "scenarios": 2 * 1152, "partial_cases": 2 * 3**8 * 4}


def test_a_second_run_from_the_folder_finds_the_same_and_tells_of_each_step(
    definitions: Definitions, report: VerificationReport
) -> None:
    told: list[tuple[str, int, int]] = []
    again = verify(definitions.folder, composed_cases=0, progress=lambda *step: told.append(step))
    kept = [claim for claim in report.claims if claim.id != "composed"]
    assert attrs.evolve(again, claims=tuple(claim for claim in again.claims if claim.id != "composed")) == attrs.evolve(
        report, claims=tuple(kept)
    )
    for pathway, track in definitions.scenarios:
        assert any(what == f"graph of {pathway}.{track}" for what, _, _ in told)
        assert any(what == f"answers of {pathway}.{track}" for what, _, _ in told)
    assert all(0 <= done < total for _, done, total in told)


def test_a_folder_that_is_not_there_is_an_error() -> None:
    with pytest.raises(DefinitionError, match="no such folder"):
        verify("no-such-folder")


# The verifier's own space, against the plainest way of saying the same.

_NAMES = ("pancreatic_tumors", "sites.head", "sites.body", "size", "resectable", "spread.liver", "mostly_liver")


def plain_completions(names: Iterable[str], given: Given, rows: Iterable[Scenario]) -> list[int]:
    known = {name: value for name, value in zip(names, given, strict=True) if value is not None}
    return [number for number, row in enumerate(rows) if all(row[name] == value for name, value in known.items())]


def alike_but(fact: str, one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios differ in this fact and in nothing else but what it takes away."""
    for name in one:
        if name != fact and one[name] != other[name]:
            taken_away = name in DEPENDENTS.get(fact, ()) and not (applies(name, one) and applies(name, other))
            if not taken_away:
                return False
    return one[fact] != other[fact]


def test_a_space_has_every_consistent_scenario_and_no_other() -> None:
    space = Space.over(VOCABULARY, _NAMES)
    every = itertools.product(*(FACTS[name].domain for name in space.facts))
    consistent = [values for values in every if VOCABULARY.consistent(dict(zip(space.facts, values, strict=True)))]
    assert [tuple(row.values()) for row in space.rows] == consistent


def test_a_fact_is_in_depends_on_exactly_where_changing_it_alone_changes_the_outcome() -> None:
    """Over every partial case of the six facts that rules tie together (and one that none does), for random outcomes."""
    space = Space.over(VOCABULARY, _NAMES)
    chance = random.Random(7)  # noqa: S311
    outcomes = [chance.getrandbits(len(space.rows)) for _ in range(2)]
    outcomes.append(space.where(lambda row: row["size"] == FACTS["size"].values[0]))
    outcomes.append(space.where(lambda row: row["mostly_liver"] is True))
    pairs = {
        fact: [
            (one, other)
            for one, other in itertools.combinations(range(len(space.rows)), 2)
            if alike_but(fact, space.rows[one], space.rows[other])
        ]
        for fact in space.facts
    }
    cases = space.cases()
    for given, mask in chance.sample(cases, 400):
        completions = set(plain_completions(space.facts, given, space.rows))
        assert completions == {number for number in range(len(space.rows)) if mask >> number & 1}
        for outcome in outcomes:
            expected = {
                fact
                for fact, found in pairs.items()
                for one, other in found
                if one in completions and other in completions and (outcome >> one ^ outcome >> other) & 1
            }
            assert space.depends_on(outcome, given, mask) == expected


def test_cases_come_with_the_fewest_known_facts_first_and_are_all_consistent() -> None:
    cases = Space.over(VOCABULARY, ["size"]).cases()
    counts = [sum(value is not None for value in given) for given, _ in cases]
    assert counts == sorted(counts)
    assert all(mask for _, mask in cases)


def test_the_smallest_case_has_no_smaller_one_inside_the_rows() -> None:
    space = Space.over(VOCABULARY, _NAMES)
    chance = random.Random(3)  # noqa: S311
    for _ in range(10):
        target = chance.getrandbits(len(space.rows)) | chance.getrandbits(len(space.rows))
        found = space.smallest([target])
        assert found is not None
        given, mask = found
        assert mask == space.completions(given)
        inside = [one for one, completions in space.cases() if not completions & ~target]
        assert min(sum(value is not None for value in one) for one in inside) == sum(value is not None for value in given)


def test_no_rows_have_no_smallest_case() -> None:
    assert Space.over(VOCABULARY, ["resectable"]).smallest([0]) is None


def test_a_case_is_written_as_the_contract_has_it() -> None:
    names = closed(VOCABULARY, [*_NAMES, "symptoms.diarrhea"])
    space = Space.over(VOCABULARY, names)
    for given, _ in space.cases()[:2000:7]:
        case = case_of(VOCABULARY, names, given, "vipoma")
        assert case_of(VOCABULARY, names, tuple(case.known().get(name) for name in names), "vipoma") == case
        assert case_data(VOCABULARY, names, given, "vipoma")["tumor_type"] == "vipoma"


# Sets made in memory, which no loading has looked at.


def view_of(definitions: Definitions, pathway: str, track: str) -> TrackView:
    one = definitions.pathways[pathway]
    return TrackView.of(definitions, one, one.tracks[track])


def with_state(definitions: Definitions, pathway: str, track: str, state: Leaf | Question) -> Definitions:
    """Return definitions with one state added or replaced."""
    one = definitions.pathways[pathway]
    changed = attrs.evolve(one.tracks[track], states={**one.tracks[track].states, state.name: state})
    tracks = {**one.tracks, track: changed}
    return attrs.evolve(definitions, pathways={**definitions.pathways, pathway: attrs.evolve(one, tracks=tracks)})


def failures(definitions: Definitions, pathway: str, track: str) -> dict[str, list[Failure]]:
    """Return what the claims about one track's graph find, by claim."""
    ledger = Ledger()
    examine_graph(view_of(definitions, pathway, track), ledger)
    return {claim: found for claim, found in ledger.failures.items() if found}


def test_mistakes_where_no_case_comes_are_found_too(definitions: Definitions) -> None:
    """A state that nothing leads to, with a value taken twice, an answer to nowhere and a way back to itself."""
    removable = definitions.pathways["vipoma"].tracks["primary"].states["removable"]
    assert isinstance(removable, Question)
    yes, no = removable.answers
    answers = (yes, attrs.evolve(no, name="no again"), attrs.evolve(no, target="nowhere"), attrs.evolve(no, target="lost"))
    lost = attrs.evolve(removable, name="lost", answers=answers)
    found = failures(with_state(definitions, "vipoma", "primary", lost), "vipoma", "primary")
    assert set(found) == {"deterministic", "dead_end", "cycle", "reachable"}
    assert all(failure.case is None for one in found.values() for failure in one)


def test_a_fact_asked_twice_is_a_circle(definitions: Definitions) -> None:
    track = definitions.pathways["vipoma"].tracks["primary"]
    removable = track.states["removable"]
    assert isinstance(removable, Question)
    again = attrs.evolve(removable, name="again")
    first = attrs.evolve(removable, answers=(attrs.evolve(removable.answers[0], target="again"), removable.answers[1]))
    twice = attrs.evolve(track, states={**track.states, "again": again, "removable": first})
    assert [message for _, message in circles(twice)] == ["'resectable' is asked in 'removable' and again in 'again'"]


def test_a_leaf_of_the_wrong_kind_is_no_agreement(definitions: Definitions) -> None:
    leaf = definitions.pathways["somatostatinoma"].tracks["primary"].states["not_removable"]
    assert isinstance(leaf, Leaf)
    quiet = attrs.evolve(leaf, kind=LeafKind.DOES_NOT_APPLY)
    found = failures(with_state(definitions, "somatostatinoma", "primary", quiet), "somatostatinoma", "primary")
    assert "agreement" in set(found)
    failure = found["agreement"][0]
    assert failure.message == (
        "the leaf 'not_removable' is of the kind does_not_apply; nothing is offered and it should be gap"
    )
    assert failure.case == {"tumor_type": "somatostatinoma", "resectable": False}


def test_a_leaf_that_offers_too_much_is_no_agreement(definitions: Definitions) -> None:
    leaf = definitions.pathways["vipoma"].tracks["primary"].states["not_removable"]
    assert isinstance(leaf, Leaf)
    more = attrs.evolve(leaf, offers=(("VIP-2", 0), *leaf.offers))
    found = failures(with_state(definitions, "vipoma", "primary", more), "vipoma", "primary")
    (failure,) = found["agreement"]
    assert "offers VIP-2 'removal_of_tumor_and_lymph_nodes', whose condition does not hold" in failure.message
    assert failure.case == {"tumor_type": "vipoma", "resectable": False}
    assert failure.path == (("removable", "no"),)


def test_another_strength_on_a_leaf_is_no_agreement(definitions: Definitions) -> None:
    """Only a draft that was loaded without comparing its encodings has such a leaf."""
    leaf = definitions.pathways["vipoma"].tracks["primary"].states["removable_tumor"]
    assert isinstance(leaf, Leaf)
    draft = attrs.evolve(leaf, other_strength=leaf.offers[:1])
    found = failures(with_state(definitions, "vipoma", "primary", draft), "vipoma", "primary")
    (failure,) = found["agreement"]
    assert "gives VIP-2 'removal_of_tumor_and_lymph_nodes' another strength than the statement" in failure.message
    assert failure.path == (("removable", "yes"),)


def test_a_gap_that_no_case_reaches_is_reported(definitions: Definitions) -> None:
    gap = Leaf("forgotten", LeafKind.GAP, (), "Nothing is said.", ())
    found = failures(with_state(definitions, "vipoma", "primary", gap), "vipoma", "primary")
    assert set(found) == {"reachable", "gaps"}


def test_a_state_whose_only_way_in_no_case_takes_says_where_from(definitions: Definitions) -> None:
    """The site of a single tumor cannot be nowhere, so what that answer leads to is never reached."""
    track = definitions.pathways["insulinoma"].tracks["primary"]
    site = track.states["site"]
    assert isinstance(site, Question)
    extra = attrs.evolve(site.answers[0], name="none", values=(frozenset(),), target="void")
    changed = with_state(definitions, "insulinoma", "primary", attrs.evolve(site, answers=(*site.answers, extra)))
    changed = with_state(changed, "insulinoma", "primary", Leaf("void", LeafKind.DOES_NOT_APPLY, (), "Never.", ()))
    found = failures(changed, "insulinoma", "primary")
    assert set(found) == {"reachable", "transitions"}
    assert "no consistent case comes to it from 'site'" in found["reachable"][0].message


def test_an_unaskable_fact_where_it_cannot_apply_is_incomplete(definitions: Definitions) -> None:
    """The size of several tumors does not apply: a state that asks it there has no answer for that."""
    track = definitions.pathways["insulinoma"].tracks["primary"]
    size, several = track.states["head_size"], track.states["several_removable"]
    assert isinstance(size, Question)
    assert isinstance(several, Question)
    yes, no = several.answers
    asks = attrs.evolve(
        size, name="several_removable", answers=(attrs.evolve(size.answers[0], target=yes.target), size.answers[1])
    )
    found = failures(with_state(definitions, "insulinoma", "primary", asks), "insulinoma", "primary")
    (failure,) = found["complete"]
    assert failure.message == "'several_removable' has no answer for 'does not apply'"
    assert failure.case == {"tumor_type": "insulinoma", "pancreatic_tumors": "several"}
    assert no.target in track.states


def test_an_option_that_no_leaf_offers_is_shown_where_its_condition_holds(definitions: Definitions) -> None:
    leaf = definitions.pathways["somatostatinoma"].tracks["primary"].states["removable_tumor"]
    assert isinstance(leaf, Leaf)
    nothing = attrs.evolve(leaf, offers=())
    found = failures(with_state(definitions, "somatostatinoma", "primary", nothing), "somatostatinoma", "primary")
    assert set(found) == {"agreement", "offered"}
    (failure,) = found["offered"]
    assert failure.case == {"tumor_type": "somatostatinoma", "resectable": True}


def test_every_scenario_as_given_leaves_one_completion(definitions: Definitions) -> None:
    view = view_of(definitions, "gastrinoma", "primary")
    for number, row in enumerate(view.space.rows):
        given = tuple(None if isinstance(row[name], NotApplicable) else row[name] for name in view.space.facts)
        assert view.space.completions(given) == 1 << number


def test_a_path_back_that_no_case_takes_needs_no_case(definitions: Definitions) -> None:
    """Broken only in a part that nothing leads to: the claim on cycles fails once, whatever the circle's length."""
    track = definitions.pathways["vipoma"].tracks["primary"]
    removable = track.states["removable"]
    assert isinstance(removable, Question)
    to_two = tuple(attrs.evolve(answer, target="two") for answer in removable.answers)
    to_one = tuple(attrs.evolve(answer, target="one") for answer in removable.answers)
    changed = with_state(definitions, "vipoma", "primary", attrs.evolve(removable, name="one", answers=to_two))
    changed = with_state(changed, "vipoma", "primary", attrs.evolve(removable, name="two", answers=to_one))
    found = failures(changed, "vipoma", "primary")
    assert [failure.message for failure in found["cycle"]] == ["'resectable' is asked in 'one' and again in 'two'"]


def test_a_state_of_the_care_course_that_no_event_leads_to_is_reported(definitions: Definitions) -> None:
    course = definitions.care_course
    events = {name: event for name, event in course.events.items() if event.target != "recurrent"}
    ledger = Ledger()
    examine_shared(attrs.evolve(definitions, care_course=attrs.evolve(course, events=events)), ledger)
    (failure,) = ledger.failures[ClaimId.CARE_COURSE]
    assert failure.message == "no events lead from 'diagnosed' to the state 'recurrent'"
    assert failure.where.startswith("care_course.yaml:")


def test_an_answer_whose_values_no_rule_forbids_but_no_way_leads_to_is_left_to_its_state(definitions: Definitions) -> None:
    """Answers of a state that is never reached are not reported again one by one."""
    removable = definitions.pathways["vipoma"].tracks["primary"].states["removable"]
    found = failures(with_state(definitions, "vipoma", "primary", attrs.evolve(removable, name="lost")), "vipoma", "primary")
    assert set(found) == {"reachable"}


def test_an_answer_without_values_is_never_taken(definitions: Definitions) -> None:
    track = definitions.pathways["vipoma"].tracks["primary"]
    removable = track.states["removable"]
    assert isinstance(removable, Question)
    empty = attrs.evolve(removable.answers[0], name="perhaps", values=())
    changed = with_state(definitions, "vipoma", "primary", attrs.evolve(removable, answers=(*removable.answers, empty)))
    (failure,) = failures(changed, "vipoma", "primary")["transitions"]
    assert failure.message == "no consistent case gives the answer 'perhaps' of 'removable'"


def test_what_fails_everywhere_is_shown_by_the_empty_case() -> None:
    space = Space.over(VOCABULARY, ["resectable"])
    assert space.smallest([space.everything]) == ((None,), space.everything)

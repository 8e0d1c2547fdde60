"""The claims about graphs, on sets made in memory that no loading has looked at."""

from __future__ import annotations

import attrs

from pnet_pathways.model.claims import ClaimId
from pnet_pathways.model.pathway import Definitions, Leaf, Question
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.model.values import Value
from pnet_pathways.proof.verify.claims import Failure, Ledger
from pnet_pathways.proof.verify.graph import examine_graph, examine_shared
from pnet_pathways.proof.verify.tracks import TrackView, circles


def asking(definitions: Definitions, pathway: str, asks: str) -> Question:
    """Return the first state of a pathway's primary track that asks something."""
    return next(one for one in definitions.pathways[pathway].tracks["primary"].questions if one.asks == asks)


def leaf_after(definitions: Definitions, pathway: str, asks: str, value: Value) -> Leaf:
    """Return the leaf of a pathway's primary track to which an answer leads."""
    choice = asking(definitions, pathway, asks).choice(value)
    assert choice is not None
    leaf = definitions.pathways[pathway].tracks["primary"].states[choice.target]
    assert isinstance(leaf, Leaf)
    return leaf


def with_states(definitions: Definitions, pathway: str, *states: Leaf | Question) -> Definitions:
    """Return definitions with states added to a pathway's primary track, or replaced."""
    one = definitions.pathways[pathway]
    new = {state.name: state for state in states}
    changed = attrs.evolve(one.tracks["primary"], states={**one.tracks["primary"].states, **new})
    tracks = {**one.tracks, "primary": changed}
    return attrs.evolve(definitions, pathways={**definitions.pathways, pathway: attrs.evolve(one, tracks=tracks)})


def failures(definitions: Definitions, pathway: str) -> dict[str, list[Failure]]:
    """Return what the claims about the graph of a pathway's primary track find, by claim."""
    one = definitions.pathways[pathway]
    ledger = Ledger()
    examine_graph(TrackView.of(definitions, one, one.tracks["primary"]), ledger)
    return {claim: found for claim, found in ledger.failures.items() if found}


def test_mistakes_where_no_case_comes_are_found_too(definitions: Definitions) -> None:
    """A state that nothing leads to, with a value taken twice, an answer to nowhere and a way back to itself."""
    removable = asking(definitions, "vipoma", "resectable")
    yes, no = removable.answers
    answers = (yes, attrs.evolve(no, name="no again"), attrs.evolve(no, target="nowhere"), attrs.evolve(no, target="lost"))
    found = failures(with_states(definitions, "vipoma", attrs.evolve(removable, name="lost", answers=answers)), "vipoma")
    assert set(found) == {"deterministic", "dead_end", "cycle", "reachable"}
    assert all(failure.case is None for one in found.values() for failure in one)


def test_a_fact_asked_twice_is_a_circle(definitions: Definitions) -> None:
    removable = asking(definitions, "vipoma", "resectable")
    yes, no = removable.answers
    first = attrs.evolve(removable, answers=(attrs.evolve(yes, target="again"), no))
    twice = with_states(definitions, "vipoma", first, attrs.evolve(removable, name="again"))
    found = [message for _, message in circles(twice.pathways["vipoma"].tracks["primary"])]
    assert found == [f"'resectable' is asked in '{removable.name}' and again in 'again'"]


def test_a_leaf_of_the_wrong_kind_is_no_agreement(definitions: Definitions) -> None:
    leaf = leaf_after(definitions, "somatostatinoma", "resectable", value=False)
    quiet = attrs.evolve(leaf, kind=LeafKind.DOES_NOT_APPLY)
    found = failures(with_states(definitions, "somatostatinoma", quiet), "somatostatinoma")
    failure = found["agreement"][0]
    assert failure.message == (f"the leaf '{leaf.name}' is of the kind does_not_apply; nothing is offered and it should be gap")
    assert failure.case == {"tumor_type": "somatostatinoma", "resectable": False}


def test_a_leaf_that_offers_too_much_is_no_agreement(definitions: Definitions) -> None:
    leaf = leaf_after(definitions, "vipoma", "resectable", value=False)
    more = attrs.evolve(leaf, offers=(("VIP-2", 0), *leaf.offers))
    (failure,) = failures(with_states(definitions, "vipoma", more), "vipoma")["agreement"]
    assert "offers VIP-2 'removal_of_tumor_and_lymph_nodes', whose condition does not hold" in failure.message
    assert failure.case == {"tumor_type": "vipoma", "resectable": False}
    assert failure.path[-1] == (asking(definitions, "vipoma", "resectable").name, "no")


def test_another_strength_on_a_leaf_is_no_agreement(definitions: Definitions) -> None:
    """Only a draft that was loaded without comparing its encodings has such a leaf."""
    leaf = leaf_after(definitions, "vipoma", "resectable", value=True)
    draft = attrs.evolve(leaf, other_strength=leaf.offers[:1])
    (failure,) = failures(with_states(definitions, "vipoma", draft), "vipoma")["agreement"]
    assert "gives VIP-2 'removal_of_tumor_and_lymph_nodes' another strength than the statement" in failure.message
    assert failure.path[-1] == (asking(definitions, "vipoma", "resectable").name, "yes")


def test_a_gap_that_no_case_reaches_is_reported(definitions: Definitions) -> None:
    gap = Leaf("forgotten", LeafKind.GAP, (), "Nothing is said.", ())
    assert set(failures(with_states(definitions, "vipoma", gap), "vipoma")) == {"reachable", "gaps"}


def test_a_state_whose_only_way_in_no_case_takes_says_where_from(definitions: Definitions) -> None:
    """The site of a single tumor cannot be nowhere, so what that answer leads to is never reached."""
    site = asking(definitions, "insulinoma", "sites")
    extra = attrs.evolve(site.answers[0], name="none", values=(frozenset(),), target="void")
    void = Leaf("void", LeafKind.DOES_NOT_APPLY, (), "Never.", ())
    changed = with_states(definitions, "insulinoma", attrs.evolve(site, answers=(*site.answers, extra)), void)
    found = failures(changed, "insulinoma")
    assert set(found) == {"reachable", "transitions"}
    assert f"no consistent case comes to it from '{site.name}'" in found["reachable"][0].message


def test_an_unaskable_fact_where_it_cannot_apply_is_incomplete(definitions: Definitions) -> None:
    """The size of several tumors does not apply: a state that asks it there has no answer for that."""
    several = asking(definitions, "insulinoma", "pancreatic_tumors").choice("several")
    assert several is not None
    size = attrs.evolve(asking(definitions, "insulinoma", "size"), name=several.target)
    (failure,) = failures(with_states(definitions, "insulinoma", size), "insulinoma")["complete"]
    assert failure.message == f"'{several.target}' has no answer for 'does not apply'"
    assert failure.case == {"tumor_type": "insulinoma", "pancreatic_tumors": "several"}


def test_an_option_that_no_leaf_offers_is_shown_where_its_condition_holds(definitions: Definitions) -> None:
    leaf = leaf_after(definitions, "somatostatinoma", "resectable", value=True)
    found = failures(with_states(definitions, "somatostatinoma", attrs.evolve(leaf, offers=())), "somatostatinoma")
    assert set(found) == {"agreement", "offered"}
    (failure,) = found["offered"]
    assert failure.case == {"tumor_type": "somatostatinoma", "resectable": True}


def test_a_path_back_that_no_case_takes_needs_no_case(definitions: Definitions) -> None:
    """Broken only in a part that nothing leads to: the claim on cycles fails once, whatever the circle's length."""
    removable = asking(definitions, "vipoma", "resectable")
    to_two, to_one = (tuple(attrs.evolve(one, target=name) for one in removable.answers) for name in ("two", "one"))
    one, two = attrs.evolve(removable, name="one", answers=to_two), attrs.evolve(removable, name="two", answers=to_one)
    found = failures(with_states(definitions, "vipoma", one, two), "vipoma")
    assert [failure.message for failure in found["cycle"]] == ["'resectable' is asked in 'one' and again in 'two'"]


def test_answers_of_a_state_that_is_never_reached_are_not_reported_again_one_by_one(definitions: Definitions) -> None:
    lost = attrs.evolve(asking(definitions, "vipoma", "resectable"), name="lost")
    assert set(failures(with_states(definitions, "vipoma", lost), "vipoma")) == {"reachable"}


def test_an_answer_without_values_is_never_taken(definitions: Definitions) -> None:
    removable = asking(definitions, "vipoma", "resectable")
    empty = attrs.evolve(removable.answers[0], name="perhaps", values=())
    changed = with_states(definitions, "vipoma", attrs.evolve(removable, answers=(*removable.answers, empty)))
    (failure,) = failures(changed, "vipoma")["transitions"]
    assert failure.message == f"no consistent case gives the answer 'perhaps' of '{removable.name}'"


def test_a_state_of_the_care_course_that_no_event_leads_to_is_reported(definitions: Definitions) -> None:
    course = definitions.care_course
    events = {name: event for name, event in course.events.items() if event.target != "recurrent"}
    ledger = Ledger()
    examine_shared(attrs.evolve(definitions, care_course=attrs.evolve(course, events=events)), ledger)
    (failure,) = ledger.failures[ClaimId.CARE_COURSE]
    assert failure.message == f"no events lead from '{course.start}' to the state 'recurrent'"
    assert failure.where.startswith("care_course.yaml:")

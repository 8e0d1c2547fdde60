"""Laws of answers under alternatives of readings, of what applies either way, and of combinations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import attrs
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from law_material import dumped, gaps, in_scope, options
from pnet_pathways import Case, Recommendation, TumorType, load_pathways, recommend
from pnet_pathways.engine.answer import Certainty, Status
from pnet_pathways.engine.tables import GapKind
from pnet_pathways.engine.text import as_markdown, as_text
from pnet_pathways.model.pathway import Definitions, Statement
from pnet_pathways.testing import cases, pathways
from pnet_pathways.testing.model import PlainModel, offered, silent
from strategies import Facts, as_case, growing_facts, partial_cases, total_facts

FEW = settings(max_examples=25)
PROJECT = load_pathways()
EITHER_WAY = Case.from_dict(
    {"tumor_type": "gastrinoma", "sites": ["body"], "resectable": True, "residual_after_surgery": False}
)
"""A gastrinoma in the body, one or several unknown: distal pancreatectomy by one statement or the other."""


def single(definitions: Definitions) -> list[dict[str, str]]:
    """Return each alternative alone, by its reading."""
    return [{one.reading: one.id} for one in definitions.alternatives]


def every(definitions: Definitions) -> dict[str, str]:
    """Return the first alternative of every reading at once."""
    return {key: next(iter(one.alternatives)) for key, one in definitions.readings.items() if one.alternatives}


chosen_readings = st.sampled_from([*single(PROJECT), every(PROJECT)])


def rewritten(definitions: Definitions, readings: Mapping[str, str]) -> list[Statement]:
    """Return the statements as they read under alternatives: what an alternative says of both stands in for what each says.

    Else one may change the condition of a statement and another its options, as those of made-up definitions do.
    """
    taken = [one for one in definitions.alternatives if readings.get(one.reading) == one.id]
    found: dict[str, Statement] = {}
    for one in (statement for alternative in taken for statement in alternative.statements):
        base, before = definitions.statement(one.id), found.get(one.id, one)
        same_place = (one.when, one.also) == (base.when, base.also)
        options = before.options if one.options == base.options else one.options
        found[one.id] = attrs.evolve(before if same_place else one, options=options)
    for alternative in taken:
        for together in alternative.together:
            if together.given.items() <= readings.items():
                found.update({one.id: one for one in together.statements})
    return list(found.values())


def said(answer: Recommendation) -> tuple[Counter[Any], Counter[Any]]:
    """Return the options and gaps of an answer, whatever they depend on."""
    return (
        Counter(
            (o.statement, o.item, o.treatments, o.optional, o.strength, o.certainty, o.intent, o.choice) for o in answer.options
        ),
        Counter((gap.track, gap.kind, gap.certainty) for gap in answer.gaps),
    )


# An answer under alternatives


@settings(max_examples=20)
@given(partial_cases(), chosen_readings)
def test_under_other_readings_an_answer_is_a_full_one(case: Case, readings: dict[str, str]) -> None:
    answer, base = recommend(case, readings=readings), recommend(case)
    data = answer.to_dict()
    assert data.keys() == base.to_dict().keys()
    assert data["readings_chosen"] == readings
    assert not base.readings_chosen
    assert in_scope(answer) == in_scope(base)
    assert dumped(answer)
    assert not {(one.reading, one.alternative) for one in answer.alternatives} & readings.items()
    for text in (as_text(answer), as_markdown(answer), answer.explain()):
        assert " ".join(answer.disclaimer.split()) in " ".join(text.split())
    assert max(len(line) for line in as_text(answer).splitlines()) <= 100
    for reading in readings if in_scope(answer) else ():
        assert PROJECT.readings[reading].alternatives[readings[reading]].text in data["readings"][reading]


@given(partial_cases(), st.sampled_from(list(PROJECT.alternatives)))
def test_under_an_alternative_the_answer_is_what_its_statements_say(case: Case, alternative: Any) -> None:
    answer = recommend(case, readings={alternative.reading: alternative.id})
    model = PlainModel(PROJECT, case.known(), alternative.statements)
    assert (offered(answer), silent(answer)) == (model.options(), model.gaps())


@FEW
@given(pathways(), st.data())
def test_made_up_statements_that_alternatives_rewrite_answer_as_they_then_read(
    definitions: Definitions, data: st.DataObject
) -> None:
    assume(list(definitions.alternatives))
    case = data.draw(cases())
    for readings in (*single(definitions), every(definitions)):
        answer = recommend(case, definitions, readings=readings)
        model = PlainModel(definitions, case.known(), rewritten(definitions, readings))
        assert (offered(answer), silent(answer)) == (model.options(), model.gaps())
        assert answer.readings_chosen == readings


@given(growing_facts(), chosen_readings)
def test_under_other_readings_a_further_fact_only_narrows(pair: tuple[Facts, Facts], readings: dict[str, str]) -> None:
    before, after = (recommend(as_case(facts), readings=readings) for facts in pair)
    assume(in_scope(after))
    assert options(before, Certainty.CERTAIN) <= options(after, Certainty.CERTAIN)
    assert options(after, *Certainty) <= options(before, *Certainty)
    assert gaps(before, Certainty.CERTAIN) <= gaps(after, Certainty.CERTAIN)
    assert gaps(after, *Certainty) <= gaps(before, *Certainty)
    assert set(after.missing) <= set(before.missing)


@given(total_facts(), chosen_readings)
def test_under_other_readings_everything_known_is_certain(facts: Facts, readings: dict[str, str]) -> None:
    answer = recommend(as_case(facts), readings=readings)
    assume(in_scope(answer))
    assert answer.status is Status.COMPLETE
    assert not options(answer, Certainty.POSSIBLE)
    assert not gaps(answer, Certainty.POSSIBLE)


# What an answer says of alternatives


def told_exactly(case: Case, definitions: Definitions, readings: Mapping[str, str]) -> None:
    """Check that an answer names the alternatives under which it would be another one, each taken alone, and no others."""
    answer = recommend(case, definitions, readings=readings)
    others = [one for one in single(definitions) if not one.items() <= readings.items()]
    differing = [one for one in others if said(recommend(case, definitions, readings={**readings, **one})) != said(answer)]
    assert [{one.reading: one.alternative} for one in answer.alternatives] == differing


@given(partial_cases())
@example(Case())
def test_an_alternative_is_told_exactly_where_it_changes_the_answer(case: Case) -> None:
    told_exactly(case, PROJECT, {})


@settings(max_examples=5)
@given(partial_cases(), chosen_readings)
def test_on_top_of_other_readings_too(case: Case, readings: dict[str, str]) -> None:
    told_exactly(case, PROJECT, readings)


@FEW
@given(pathways(), cases())
def test_an_alternative_of_made_up_definitions_is_told_exactly_where_it_changes_the_answer(
    definitions: Definitions, case: Case
) -> None:
    for readings in ({}, *single(definitions)):
        told_exactly(case, definitions, readings)


# What applies either way


def holds_either_way(less: Case, more: Case, definitions: Definitions) -> None:
    """Check what applies to a case either way, against the statements and in one of its completions."""
    answer, completed = recommend(less, definitions), recommend(more, definitions)
    found = {(one.treatments, one.optional, one.strength, one.intent): one.statements for one in answer.either_way}
    assert found.keys() == PlainModel(definitions, less.known()).either_way()
    for option in answer.options:
        assert (
            option.certainty is Certainty.POSSIBLE
            or (option.treatments, option.optional, option.strength, option.intent) not in found
        )
    if in_scope(completed):
        for key, statements in found.items():
            certain = [one for one in completed.options if one.certainty is Certainty.CERTAIN]
            assert any((o.treatments, o.optional, o.strength, o.intent) == key and o.statement in statements for o in certain)


@given(growing_facts(total_facts()))
@example(({}, EITHER_WAY.known()))
def test_what_applies_either_way_is_offered_in_every_completion_and_certain_in_none(pair: tuple[Facts, Facts]) -> None:
    less, more = map(as_case, pair)
    holds_either_way(less, more, PROJECT)


@FEW
@given(pathways(), growing_facts(total_facts()))
def test_what_applies_either_way_by_made_up_definitions(definitions: Definitions, pair: tuple[Facts, Facts]) -> None:
    less, more = map(as_case, pair)
    holds_either_way(less, more, definitions)


def test_something_applies_either_way() -> None:
    (found,) = recommend(EITHER_WAY).either_way
    assert (found.treatments, found.statements) == (("distal_pancreatectomy",), ("GAS-3", "GAS-4"))
    holds_either_way(EITHER_WAY, EITHER_WAY.with_(pancreatic_tumors="several"), PROJECT)


# Combinations


def kinds(answer: Recommendation, certainty: Certainty) -> set[GapKind]:
    return {gap.kind for gap in answer.gaps if gap.track == "primary" and gap.certainty is certainty}


@given(total_facts(TumorType.GASTRINOMA), st.just({}) | chosen_readings)
def test_tumors_in_pancreas_and_duodenum_are_a_combination_whatever_else_there_is(
    facts: Facts, readings: dict[str, str]
) -> None:
    """It takes no option away, and it stands beside silence, which means what it does without it."""
    answer = recommend(as_case(facts), readings=readings)
    both = facts["pancreatic_tumors"] != "none" and facts["duodenal_tumors"] is True
    assert (GapKind.COMBINATION in kinds(answer, Certainty.CERTAIN)) is both
    offers = any(one.track == "primary" for one in answer.options)
    assert (GapKind.SILENT in kinds(answer, Certainty.CERTAIN)) is (facts["primary_removed"] is False and not offers)


def test_a_combination_stands_beside_silence() -> None:
    case = {
        "tumor_type": "gastrinoma",
        "pancreatic_tumors": "one",
        "sites": ["tail"],
        "duodenal_tumors": True,
        "resectable": False,
    }
    answer = recommend({**case, "residual_after_surgery": False})
    assert kinds(answer, Certainty.CERTAIN) == {GapKind.SILENT, GapKind.COMBINATION}

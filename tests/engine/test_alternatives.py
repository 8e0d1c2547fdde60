"""Answers under alternatives of readings, and what an answer says that each alternative would change in it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from pnet_pathways import ReadingError, load_pathways, recommend
from pnet_pathways.engine.answer import Certainty, Recommendation
from pnet_pathways.engine.recommend import Engine, engine_for
from pnet_pathways.engine.text import as_markdown, as_text
from pnet_pathways.model.pathway import Definitions
from pump import PUMP_FAULT, STOPPED

SEAL = ("CEN-4", ("replace_seal",))


@pytest.fixture(scope="module")
def pumps() -> Definitions:
    return load_pathways(PUMP_FAULT)


def told(answer: Recommendation) -> dict[str, dict[str, Any]]:
    """Return what the JSON contract says of alternatives, by their names."""
    return {f"{one['reading']}={one['alternative']}": one for one in answer.to_dict()["alternatives"]}


def offered(answer: Recommendation) -> set[tuple[str, tuple[str, ...]]]:
    return {(one.statement, one.treatments) for one in answer.options}


# Answering under alternatives


def test_nothing_chosen_answers_as_ever(pumps: Definitions) -> None:
    answer = recommend(STOPPED, pumps)
    assert recommend(STOPPED, pumps, readings={}) == answer
    assert answer.to_dict()["readings_chosen"] == {}
    assert SEAL in offered(answer)
    assert not answer.gaps


def test_a_gap_arises_and_says_what_the_text_then_does_not_say(pumps: Definitions) -> None:
    answer = recommend(STOPPED, pumps, readings={"P-1": "worn_only"})
    assert answer.to_dict()["readings_chosen"] == {"P-1": "worn_only"}
    assert not answer.options
    (gap,) = answer.gaps
    assert (gap.track, gap.certainty, gap.readings) == ("flow", Certainty.CERTAIN, ("P-1",))
    assert "the valve is open and nothing arrives" in gap.message


def test_the_trace_ends_in_what_then_holds(pumps: Definitions) -> None:
    def ends(readings: dict[str, str]) -> dict[str, tuple[str, str]]:
        trace = recommend(STOPPED, pumps, readings=readings).to_dict()["trace"]
        return {one["track"]: (one["state"], one["leaf"]) for one in trace if "leaf" in one}

    assert ends({})["flow"] == ("stopped_open", "offer")
    assert ends({"P-1": "worn_only"})["flow"] == ("gap under P-1=worn_only", "gap")
    assert ends({"P-1": "worn_only", "P-3": "any_pump"})["flow"] == ("stopped_open", "offer")


def test_where_the_graph_does_not_ask_what_then_decides_the_trace_is_open(pumps: Definitions) -> None:
    """The leaf is reached, but whether there is a spare is not asked on the way."""
    case = {"pump": "centrifugal", "operation": "stopped", "valve_open": True, "flow": "none"}
    trace = recommend(case, pumps, readings={"P-1": "with_spare"}).to_dict()["trace"]
    (end,) = [one for one in trace if one["track"] == "flow" and one["state"] == "stopped_open"]
    assert (end["asks"], end["answer"]) == (None, None)


def test_the_text_of_a_reading_is_that_of_the_alternative_chosen(pumps: Definitions) -> None:
    answer = recommend(STOPPED, pumps, readings={"P-3": "any_pump"})
    assert answer.to_dict()["readings"]["P-3"] == pumps.readings["P-3"].alternatives["any_pump"].text
    assert answer.to_dict()["readings"]["P-1"] == pumps.readings["P-1"].text


def test_answers_under_different_alternatives_differ_even_where_they_say_the_same(pumps: Definitions) -> None:
    case = {"pump": "gear", "flow": "full", "leaks": [], "bearing_temperature": "cool"}
    assert recommend(case, pumps, readings={"P-3": "any_pump"}) != recommend(case, pumps)
    assert recommend(case, pumps, readings={"P-3": "any_pump"}) == recommend(case, pumps, readings={"P-3": "any_pump"})


def test_unknown_readings_and_alternatives_are_refused_together(pumps: Definitions) -> None:
    with pytest.raises(ReadingError) as caught:
        recommend(STOPPED, pumps, readings={"P-3": "every_pump", "P-7": "x"})
    assert [one.where for one in caught.value.problems] == ["P-3", "P-7"]


def test_engines_under_alternatives_are_made_once_and_share_what_is_the_same(pumps: Definitions) -> None:
    engine = engine_for(pumps)
    under = engine.under({"P-3": "any_pump"})
    assert engine.under({"P-3": "any_pump"}) is under
    assert engine.under({}) is engine
    assert under.compiled.tables["gear", "flow"] is engine.compiled.tables["gear", "flow"]
    assert under.compiled.tables["centrifugal", "flow"] is not engine.compiled.tables["centrifugal", "flow"]


# What the alternatives would change


def test_each_alternative_that_changes_the_answer_is_told_with_what_it_does(pumps: Definitions) -> None:
    found = told(recommend(STOPPED, pumps))
    assert list(found) == ["P-1=worn_only", "P-1=with_spare", "P-3=any_pump"]
    worn = found["P-1=worn_only"]
    assert worn["text"] == pumps.readings["P-1"].alternatives["worn_only"].text
    assert [(one["statement"], one["item"], one["treatments"]) for one in worn["options_removed"]] == [
        ("CEN-4", 6, ["replace_seal"])
    ]
    assert [(one["track"], one["certainty"]) for one in worn["gaps_added"]] == [("flow", "certain")]
    assert not worn["options_added"]
    assert not worn["options_changed"]
    primed = found["P-3=any_pump"]
    assert [(one["statement"], one["treatments"], one["certainty"]) for one in primed["options_added"]] == [
        ("CEN-2", ["prime_pump"], "certain")
    ]


def test_an_answer_that_is_the_same_under_every_reading_says_so(pumps: Definitions) -> None:
    case = {"pump": "centrifugal", "flow": "full", "leaks": [], "bearing_temperature": "cool"}
    assert recommend(case, pumps).to_dict()["alternatives"] == []
    assert recommend({"pump": "gear"}, pumps).alternatives == ()
    assert recommend({"pump": "vacuum"}, pumps).to_dict()["alternatives"] == []


def test_alternatives_are_taken_on_top_of_those_chosen_and_the_chosen_one_is_none_of_them(pumps: Definitions) -> None:
    found = told(recommend(STOPPED, pumps, readings={"P-1": "worn_only"}))
    assert list(found) == ["P-3=any_pump"]
    assert [one["track"] for one in found["P-3=any_pump"]["gaps_removed"]] == ["flow"]


def test_a_change_of_certainty_is_a_change(pumps: Definitions) -> None:
    case = {"pump": "centrifugal", "operation": "stopped", "valve_open": True, "flow": "none"}
    found = told(recommend(case, pumps))["P-1=with_spare"]
    assert [(one["statement"], one["certainty"]) for one in found["options_changed"]] == [
        ("CEN-4", {"from": "certain", "to": "possible"})
    ]
    assert [(one["track"], one["certainty"]) for one in found["gaps_added"]] == [("flow", "possible")]


def some_cases(pumps: Definitions) -> Iterator[dict[str, Any]]:
    """Yield partial cases over the facts that the alternatives read, each fact also unknown."""
    values: dict[str, list[Any]] = {
        "pump": ["centrifugal", None],
        "operation": ["running", "stopped", None],
        "valve_open": [True, False, None],
        "flow": ["reduced", "none", None],
        "leaks": [["seal"], [], None],
        "seal_worn": [True, None],
        "spare": [True, None],
    }
    for row in itertools.product(*values.values()):
        case = {key: value for key, value in zip(values, row, strict=True) if value is not None}
        if not (case.get("seal_worn") and case.get("leaks") == []) and not (
            case.get("operation") == "stopped" and case.get("valve_open") is False and case.get("flow") == "reduced"
        ):
            yield case


def test_what_is_told_leads_from_one_answer_to_the_other(pumps: Definitions) -> None:
    """For every partial case and alternative: options and gaps with their certainty, and nothing told where nothing changes."""
    engine = engine_for(pumps)
    for case in some_cases(pumps):
        answer = engine.recommend(engine.read(case))
        found = {(one.reading, one.alternative): one for one in answer.alternatives}
        for alternative in pumps.alternatives:
            other = engine.under({alternative.reading: alternative.id}).recommend(answer.case)
            said = {key: one.certainty for one in answer.options for key in [(one.statement, one.treatments)]}
            gaps = {gap.track: gap.certainty for gap in answer.gaps}
            if (one := found.get((alternative.reading, alternative.id))) is not None:
                assert one.changes
                for option in one.options_removed:
                    del said[option.statement, option.treatments]
                said |= {(option.statement, option.treatments): option.certainty for option in one.options_added}
                for change in one.options_changed:
                    said[change.option.statement, change.option.treatments] = change.fields["certainty"][1]
                for gap in one.gaps_removed:
                    del gaps[gap.track]
                gaps |= {gap.track: gap.certainty for gap in one.gaps_added}
                gaps |= {gap.track: certainty for gap, certainty in one.gaps_changed}
            assert said == {(one.statement, one.treatments): one.certainty for one in other.options}
            assert gaps == {gap.track: gap.certainty for gap in other.gaps}


def test_a_plain_answer_asks_no_alternative(pumps: Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(pumps)
    answer = engine.recommend(engine.read(STOPPED))
    monkeypatch.setattr(engine, "under", lambda _: pytest.fail("an alternative was asked"))
    assert answer.options
    assert engine.recommend(answer.case) == answer


def test_the_data_can_be_dumped_and_is_the_same_each_time(pumps: Definitions) -> None:
    first, second = (json.dumps(recommend(STOPPED, pumps).to_dict()) for _ in range(2))
    assert first == second


# In words


def test_what_hangs_on_a_reading_is_said_where_it_stands(pumps: Definitions) -> None:
    line = (
        "Only as P-1 is read here. Read the other way (worn_only): "
        "drops a new seal, with or without a new shaft sleeve; leaves a gap."
    )
    answer = recommend(STOPPED, pumps)
    assert line in " ".join(as_text(answer).split())
    assert f"*{line.replace('_', chr(92) + '_')}*" in as_markdown(answer)
    assert line in " ".join(answer.explain().split())
    flow = as_text(answer).partition("Flow")[2].partition("For everyone")[0]
    assert "P-1 is read here" in " ".join(flow.split())
    assert "P-3 read the other way (any_pump): adds priming the pump." in " ".join(as_text(answer).split())


def test_the_head_says_under_which_alternatives_the_answer_was_given(pumps: Definitions) -> None:
    answer = recommend(STOPPED, pumps, readings={"P-3": "any_pump", "P-1": "worn_only"})
    assert as_text(answer).splitlines()[0].endswith("(P-1 read as worn_only and P-3 read as any_pump)")
    assert as_markdown(answer).splitlines()[0].endswith("(P-1 read as worn\\_only and P-3 read as any\\_pump)")
    assert answer.explain().startswith("Under P-1 read as worn_only and P-3 read as any_pump.")
    assert "P-1=worn_only: The seal is replaced only where it is worn" in as_text(answer)
    assert " read as " not in as_text(recommend(STOPPED, pumps)).splitlines()[0]


def test_what_is_only_possible_is_said_so(pumps: Definitions) -> None:
    case = {"pump": "centrifugal", "operation": "stopped", "valve_open": True, "flow": "none"}
    words = {(one.reading, one.alternative): one.words for one in recommend(case, pumps).alternatives}["P-1", "with_spare"]
    assert words == {
        "flow": "Only as P-1 is read here. Read the other way (with_spare): a new seal may apply, no longer for certain; "
        "may leave a gap.",
    }

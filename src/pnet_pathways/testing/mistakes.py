"""The mistakes that a definition can have, and every place of a valid one where each can be made."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from ..model.facts import FactKind
from .base import base_vocabulary
from .pathway_maker import Data

Files = dict[str, Data]
Edit = Callable[[], None]


class Mistake(StrEnum):
    """What is wrong with a broken definition."""

    NO_YAML = "no YAML"
    REPEATED_KEY = "repeated key"
    MISSING_FILE = "missing file"
    MISSING_KEY = "missing key"
    UNKNOWN_KEY = "unknown key"
    WRONG_KIND_OF_VALUE = "wrong kind of value"
    WRONG_NAME = "pathway named otherwise than its file"
    UNKNOWN_TRACK = "unknown track"
    UNKNOWN_SECTION = "unknown section"
    UNKNOWN_READING = "unknown reading"
    UNKNOWN_TREATMENT = "unknown treatment"
    UNUSED_TREATMENT = "unused treatment"
    UNKNOWN_FACT_IN_CONDITION = "unknown fact in a condition"
    UNKNOWN_VALUE_IN_CONDITION = "unknown value in a condition"
    REPEATED_STATEMENT = "repeated statement"
    OPTIONS_OUT_OF_ORDER = "options out of text order"
    UNKNOWN_START = "unknown start state"
    UNKNOWN_TARGET = "answer to a state that does not exist"
    UNKNOWN_FACT_ASKED = "question on an unknown fact"
    UNKNOWN_ANSWER = "answer that the fact does not have"
    MISSING_ANSWER = "value without an answer"
    CIRCLE = "states in a circle"
    ASKED_TWICE = "fact asked twice on a path"
    UNREACHED_STATE = "state that nothing leads to"
    TWO_KINDS = "state of two kinds"
    OFFER_LEFT_OUT = "offer left out of a leaf"
    OFFER_TOO_MANY = "offer on a leaf where its condition does not hold"
    OTHER_STRENGTH = "offer with another strength"
    CONDITION_NEGATED = "condition turned round"
    GAP_AND_NOT_APPLICABLE_SWAPPED = "gap and does-not-apply swapped"
    COMBINATION_LEFT_OUT = "leaf without the combination that stands there"
    COMBINATION_TOO_MANY = "leaf with a combination that does not stand there"
    UNKNOWN_STATEMENT_REWRITTEN = "alternative of an unknown statement"
    NOTHING_REWRITTEN = "alternative that changes nothing"
    TOGETHER_LEFT_OUT = "alternatives that differ, and not how they read together"
    TYPE_LEADS_NOWHERE = "type left out"
    TYPE_LEADS_TO_UNKNOWN = "type to an unknown pathway"
    EVENT_LEADS_NOWHERE = "care event to a state that does not exist"


# Each function yields every place where its mistake can be made, as an edit of the data


def _put(container: Any, key: Any, value: Any) -> Edit:
    """Return the edit that puts a value into a mapping or list."""

    def edit() -> None:
        container[key] = value

    return edit


def _remove(container: Any, key: Any) -> Edit:
    """Return the edit that removes a key or an index."""

    def edit() -> None:
        del container[key]

    return edit


def _pathways(files: Files) -> Iterator[tuple[str, Data]]:
    yield from ((name, data) for name, data in files.items() if "pathway" in data)


def _statements(files: Files) -> Iterator[Data]:
    for _, data in _pathways(files):
        yield from data["statements"]


def _tracks(files: Files) -> Iterator[tuple[Data, str, Data]]:
    for _, data in _pathways(files):
        yield from ((data, name, track) for name, track in data["tracks"].items())


def _questions(files: Files) -> Iterator[tuple[Data, Data]]:
    """Yield each question with the states of its track."""
    for _, _, track in _tracks(files):
        yield from ((track["states"], state) for state in track["states"].values() if "asks" in state)


def _offering(files: Files) -> Iterator[tuple[Data, str, Data]]:
    """Yield each leaf that offers something, with its pathway and track."""
    for data, name, track in _tracks(files):
        yield from ((data, name, state["offers"]) for state in track["states"].values() if "offers" in state)


def _missing_key(files: Files) -> Iterator[Edit]:
    for _, data in _pathways(files):
        yield from (_remove(data, key) for key in ("version", "title", "section", "statements", "tracks"))
    for statement in _statements(files):
        yield from (_remove(statement, key) for key in ("id", "when", "track", "locators"))


def _unknown_key(files: Files) -> Iterator[Edit]:
    yield from (_put(data, "made_up_key", 1) for data in files.values())
    yield from (_put(statement, "made_up_key", 1) for statement in _statements(files))


def _wrong_kind_of_value(files: Files) -> Iterator[Edit]:
    for _, data in _pathways(files):
        yield from (_put(data, "version", value) for value in (1, None, True, ["1.0.0"]))
        yield _put(data, "statements", {})
    for statement in _statements(files):
        yield _put(statement["options"][0], "item", "1")
        yield _put(statement["options"][0], "choice", 1)
        yield _put(statement["options"][0], "treatments", "treatment_1")


def _wrong_name(files: Files) -> Iterator[Edit]:
    yield from (_put(data, "pathway", "another") for _, data in _pathways(files))


def _unknown_track(files: Files) -> Iterator[Edit]:
    yield from (_put(data["tracks"], "another", track) for data, _, track in _tracks(files))
    yield from (_put(statement, "track", "another") for statement in _statements(files))


def _unknown_section(files: Files) -> Iterator[Edit]:
    yield from (_put(data, "section", "another") for _, data in _pathways(files))


def _unknown_reading(files: Files) -> Iterator[Edit]:
    yield from (_put(statement, "readings", ["R-99"]) for statement in _statements(files))


def _unknown_treatment(files: Files) -> Iterator[Edit]:
    for statement in _statements(files):
        yield from (_put(option, "treatments", ["treatment_99"]) for option in statement["options"])


def _unused_treatment(files: Files) -> Iterator[Edit]:
    known = files["treatments.yaml"]["treatments"]
    yield _put(known, "treatment_99", {"label": "made up", "description": "made up", "term": ""})


def _unknown_fact_in_condition(files: Files) -> Iterator[Edit]:
    yield from (_put(statement, "when", {"no_such_fact": True}) for statement in _statements(files))


def _unknown_value_in_condition(files: Files) -> Iterator[Edit]:
    yes_no, one_of = _fact_of(FactKind.YES_NO), _fact_of(FactKind.ONE_OF)
    yield from (_put(statement, "when", {yes_no: "yes"}) for statement in _statements(files))
    yield from (_put(statement["options"][0], "requires", {one_of: "no_such_value"}) for statement in _statements(files))


def _fact_of(kind: FactKind) -> str:
    """Return the first fact of a kind that is no member of a group."""
    return next(fact.name for fact in base_vocabulary().facts.values() if fact.kind is kind and not fact.group)


def _repeated_statement(files: Files) -> Iterator[Edit]:
    for _, data in _pathways(files):
        known = data["statements"]
        yield from (_put(data, "statements", [*known, copy.deepcopy(statement)]) for statement in known)


def _options_out_of_order(files: Files) -> Iterator[Edit]:
    for statement in _statements(files):
        if len(statement["options"]) > 1:
            yield _put(statement["options"][0], "item", statement["options"][-1]["item"] + 1)


def _unknown_start(files: Files) -> Iterator[Edit]:
    yield from (_put(track, "start", "nowhere_at_all") for _, _, track in _tracks(files))


def _unknown_target(files: Files) -> Iterator[Edit]:
    for _, question in _questions(files):
        yield from (_put(question["answers"], answer, "nowhere_at_all") for answer in question["answers"])


def _unknown_fact_asked(files: Files) -> Iterator[Edit]:
    yield from (_put(question, "asks", fact) for _, question in _questions(files) for fact in (base_vocabulary().entry, "age"))


def _unknown_answer(files: Files) -> Iterator[Edit]:
    for states, question in _questions(files):
        yield from (_put(question["answers"], "perhaps", target) for target in states)


def _missing_answer(files: Files) -> Iterator[Edit]:
    for _, question in _questions(files):
        yield from (_remove(question["answers"], answer) for answer in question["answers"])


def _circle(files: Files) -> Iterator[Edit]:
    for _, _, track in _tracks(files):
        for question in track["states"].values():
            if "asks" in question:
                # Every question is reached from the start, so an answer that leads there closes a circle.
                yield from (_put(question["answers"], answer, track["start"]) for answer in question["answers"])


def _asked_twice(files: Files) -> Iterator[Edit]:
    for states, question in _questions(files):
        for answer in question["answers"]:
            yield from (_ask_again(states, question, answer),)


def _ask_again(states: Data, question: Data, answer: str) -> Edit:
    def edit() -> None:
        target = question["answers"][answer]
        states["again"] = {"asks": question["asks"], "answers": dict.fromkeys(question["answers"], target)}
        question["answers"][answer] = "again"

    return edit


def _unreached_state(files: Files) -> Iterator[Edit]:
    yield from (_put(track["states"], "alone", {"does_not_apply": "made up"}) for _, _, track in _tracks(files))


def _two_kinds(files: Files) -> Iterator[Edit]:
    for _, _, track in _tracks(files):
        for state in track["states"].values():
            yield _put(state, "gap" if "does_not_apply" in state else "does_not_apply", "made up")


def _offer_left_out(files: Files) -> Iterator[Edit]:
    for _, _, offers in _offering(files):
        for statement, texts in offers.items():
            yield from (_put(offers, statement, texts[:number] + texts[number + 1 :]) for number in range(len(texts)))


def _offer_too_many(files: Files) -> Iterator[Edit]:
    everywhere: dict[tuple[str, str], dict[str, set[str]]] = {}
    for data, name, offers in _offering(files):
        for statement, texts in offers.items():
            everywhere.setdefault((data["pathway"], name), {}).setdefault(statement, set()).update(texts)
    for data, name, offers in _offering(files):
        for statement, texts in everywhere[data["pathway"], name].items():
            here = offers.get(statement, [])
            yield from (_put(offers, statement, [*here, text]) for text in sorted(texts - set(here)))


def _other_strength(files: Files) -> Iterator[Edit]:
    for _, _, offers in _offering(files):
        for texts in offers.values():
            for number, text in enumerate(texts):
                adverb, _, rest = text.partition(" ")
                yield _put(texts, number, rest if adverb in {"usually", "rarely"} else f"usually {text}")


def _condition_negated(files: Files) -> Iterator[Edit]:
    for statement in _statements(files):
        if statement["when"] != "always":
            yield _put(statement, "when", {"not": statement["when"]})


def _kinds_swapped(files: Files) -> Iterator[Edit]:
    for _, _, track in _tracks(files):
        for name, state in track["states"].items():
            for kind, other in (("gap", "does_not_apply"), ("does_not_apply", "gap")):
                if kind in state:
                    rest = {key: value for key, value in state.items() if key != kind}
                    yield _put(track["states"], name, {other: state[kind], **rest})


def _combination_left_out(files: Files) -> Iterator[Edit]:
    for _, _, track in _tracks(files):
        yield from (_remove(state, "combination") for state in track["states"].values() if "combination" in state)


def _combination_too_many(files: Files) -> Iterator[Edit]:
    for _, _, track in _tracks(files):
        for state in track["states"].values():
            if "asks" not in state and "combination" not in state:
                yield _put(state, "combination", True)


def _alternatives(files: Files) -> Iterator[Data]:
    for reading in files["readings.yaml"]["readings"].values():
        yield from reading.get("alternatives", {}).values()


def _unknown_statement_rewritten(files: Files) -> Iterator[Edit]:
    for alternative in _alternatives(files):
        yield from (_put(statement, "id", "NONE-1") for statement in alternative["statements"])


def _nothing_rewritten(files: Files) -> Iterator[Edit]:
    base = {one["id"]: one for one in _statements(files)}
    for alternative in _alternatives(files):
        for number, one in enumerate(alternative["statements"]):
            same = {key: base[one["id"]][key] for key in ("id", "when", "options", "also") if key in base[one["id"]]}
            yield _put(alternative["statements"], number, same)


def _together_left_out(files: Files) -> Iterator[Edit]:
    said = [{one["id"]: one["when"] for one in alternative["statements"]} for alternative in _alternatives(files)]
    for alternative in _alternatives(files):
        for together in alternative.get("together", ()):
            # Where both say the same of a condition, nothing need be said of both.
            if any(len({json.dumps(one[key]) for one in said if key in one}) > 1 for key in _named(together)):
                yield _remove(alternative, "together")


def _named(together: Data) -> set[str]:
    return {one["id"] for one in together["statements"]}


def _type_leads_nowhere(files: Files) -> Iterator[Edit]:
    types = files["entry.yaml"]["types"]
    yield from (_remove(types, kind) for kind in types)


def _type_leads_to_unknown(files: Files) -> Iterator[Edit]:
    yield from (_put(spec, "pathway", "another") for spec in files["entry.yaml"]["types"].values())


def _event_leads_nowhere(files: Files) -> Iterator[Edit]:
    yield from (_put(event, "target", "nowhere_at_all") for event in files["care_course.yaml"]["events"].values())


EDITS: dict[Mistake, Callable[[Files], Iterator[Edit]]] = {
    Mistake.MISSING_KEY: _missing_key,
    Mistake.UNKNOWN_KEY: _unknown_key,
    Mistake.WRONG_KIND_OF_VALUE: _wrong_kind_of_value,
    Mistake.WRONG_NAME: _wrong_name,
    Mistake.UNKNOWN_TRACK: _unknown_track,
    Mistake.UNKNOWN_SECTION: _unknown_section,
    Mistake.UNKNOWN_READING: _unknown_reading,
    Mistake.UNKNOWN_TREATMENT: _unknown_treatment,
    Mistake.UNUSED_TREATMENT: _unused_treatment,
    Mistake.UNKNOWN_FACT_IN_CONDITION: _unknown_fact_in_condition,
    Mistake.UNKNOWN_VALUE_IN_CONDITION: _unknown_value_in_condition,
    Mistake.REPEATED_STATEMENT: _repeated_statement,
    Mistake.OPTIONS_OUT_OF_ORDER: _options_out_of_order,
    Mistake.UNKNOWN_START: _unknown_start,
    Mistake.UNKNOWN_TARGET: _unknown_target,
    Mistake.UNKNOWN_FACT_ASKED: _unknown_fact_asked,
    Mistake.UNKNOWN_ANSWER: _unknown_answer,
    Mistake.MISSING_ANSWER: _missing_answer,
    Mistake.CIRCLE: _circle,
    Mistake.ASKED_TWICE: _asked_twice,
    Mistake.UNREACHED_STATE: _unreached_state,
    Mistake.TWO_KINDS: _two_kinds,
    Mistake.OFFER_LEFT_OUT: _offer_left_out,
    Mistake.OFFER_TOO_MANY: _offer_too_many,
    Mistake.OTHER_STRENGTH: _other_strength,
    Mistake.CONDITION_NEGATED: _condition_negated,
    Mistake.GAP_AND_NOT_APPLICABLE_SWAPPED: _kinds_swapped,
    Mistake.COMBINATION_LEFT_OUT: _combination_left_out,
    Mistake.COMBINATION_TOO_MANY: _combination_too_many,
    Mistake.UNKNOWN_STATEMENT_REWRITTEN: _unknown_statement_rewritten,
    Mistake.NOTHING_REWRITTEN: _nothing_rewritten,
    Mistake.TOGETHER_LEFT_OUT: _together_left_out,
    Mistake.TYPE_LEADS_NOWHERE: _type_leads_nowhere,
    Mistake.TYPE_LEADS_TO_UNKNOWN: _type_leads_to_unknown,
    Mistake.EVENT_LEADS_NOWHERE: _event_leads_nowhere,
}

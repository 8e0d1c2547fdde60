"""Walks through the forms of pathways: what the graphs ask after every prefix of every path, and what a form then shows.

The graphs, walked as `recommend` traces them, are the judge; of the code that writes the forms nothing is used here but what it
wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from pnet_pathways import load_pathways
from pnet_pathways.adapters.fhir.publication import Publication
from pnet_pathways.adapters.fhir.terms import terms
from pnet_pathways.adapters.fhir.writing_form import forms
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions, Question
from pnet_pathways.model.values import Value
from pump import PUMP_FAULT

Form = dict[str, Any]
Answers = dict[str, Value]
"""Answers by link id."""


@attrs.frozen(eq=False)
class Written:
    """A document with the forms and terms that are written for it."""

    definitions: Definitions
    forms: Mapping[str, Form]
    terms: tuple[Form, ...]

    @property
    def of_pathways(self) -> Iterator[tuple[str, Form]]:
        """The form of each pathway, by the pathway's name."""
        for name in self.definitions.pathways:
            yield name, self.forms[name.replace("_", "-")]


def written_for(definitions: Definitions) -> Written:
    """Return what is written for definitions."""
    publication = Publication(definitions)
    found = {form["id"]: form for form in forms(publication)}
    return Written(definitions, found, tuple(terms(publication)))


OWN, PUMP = written_for(load_pathways()), written_for(load_pathways(PUMP_FAULT))


def items(holder: Mapping[str, Any]) -> Iterator[Form]:
    """Yield every item of a form or an answered form, each before those within it."""
    for item in holder.get("item", ()):
        yield item
        yield from items(item)


def questions(form: Form) -> list[Form]:
    """Return the items of a form that can be answered."""
    return [item for item in items(form) if item["type"] in {"boolean", "choice"}]


def answer_of(fact: str, answer: Mapping[str, Any]) -> Value:
    """Return the value of an answer in a form, written or answered."""
    for key in ("valueBoolean", "answerBoolean"):
        if key in answer:
            return bool(answer[key])
    code = str((answer.get("valueCoding") or answer["answerCoding"])["code"])
    assert code.startswith(f"{fact}."), (fact, code)
    return code.removeprefix(f"{fact}.")


def fact_of(written: Written, pathway: str, link: str) -> str:
    """Return the fact that an item asks: that of its question state, or of the state's group the member that it names."""
    track, state, *member = link.split("/")
    asked = written.definitions.pathways[pathway].tracks[track].states[state]
    assert isinstance(asked, Question)
    return ".".join([asked.asks, *member[:1]])


def shown(written: Written, pathway: str, form: Form, answers: Answers) -> list[str]:
    """Return the questions that a form shows by its conditions, as FHIR has them: hidden items hold no answers."""
    found: dict[str, bool] = {}

    def visit(holder: Form, visible: bool) -> None:
        for item in holder.get("item", ()):
            conditions = item.get("enableWhen", [])
            held = [
                found[one["question"]]
                and answers.get(one["question"]) == answer_of(fact_of(written, pathway, one["question"]), one)
                for one in conditions
            ]
            assert len(conditions) < 2 or item["enableBehavior"] == "any"
            found[item["linkId"]] = visible and (not conditions or any(held))
            visit(item, found[item["linkId"]])

    visit(form, True)
    return [item["linkId"] for item in questions(form) if found[item["linkId"]]]


def known(written: Written, pathway: str, answers: Answers) -> dict[str, Value]:
    """Return what is known after some answers: they, and the type where the pathway has one alone."""
    entry = written.definitions.entry
    types = entry.types_under(pathway)
    given = {fact_of(written, pathway, link): value for link, value in answers.items()}
    return {**({entry.fact: types[0]} if len(types) == 1 else {}), **given}


def asked_by_graph(written: Written, pathway: str, track: str, answers: Answers) -> str | None:
    """Return the question state to which some answers lead in a track's graph, as the trace of an answer; `None`: a leaf."""
    case = Case.of_consistent(written.definitions.vocabulary, known(written, pathway, answers))
    *_, (state, _) = written.definitions.pathways[pathway].tracks[track].path(case.value)
    return state.name if isinstance(state, Question) else None


def open_items(links: list[str], answers: Answers, track: str) -> list[str]:
    """Return the shown questions of a track that have no answer."""
    return [link for link in links if link not in answers and link.split("/")[0] == track]


def paths(written: Written, pathway: str, track: str) -> Iterator[Answers]:
    """Yield every path through a track's questions that a patient can take, as answers in order; checks each prefix.

    After each prefix the form shows the answered questions, and of this track one more exactly where the graph has a
    question, which is that of the state it comes to; no other track moves.
    """
    form = written.forms[pathway.replace("_", "-")]
    at_start = shown(written, pathway, form, {})
    asked = {item["linkId"]: item for item in questions(form)}

    def walk(answers: Answers) -> Iterator[Answers]:
        links = shown(written, pathway, form, answers)
        left = open_items(links, answers, track)
        state = asked_by_graph(written, pathway, track, answers)
        assert set(answers) <= set(links)
        assert [link.split("/")[1] for link in left] == ([] if state is None else [state]), (answers, left, state)
        assert [one for one in links if one.split("/")[0] != track] == [one for one in at_start if one.split("/")[0] != track]
        if not left:
            yield answers
            return
        fact = fact_of(written, pathway, left[0])
        options = asked[left[0]].get("answerOption")
        values = (True, False) if options is None else [answer_of(fact, one) for one in options]
        for value in values:
            then = {**answers, left[0]: value}
            if written.definitions.vocabulary.consistent(known(written, pathway, then)):
                yield from walk(then)

    yield from walk({})

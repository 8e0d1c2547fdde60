"""The terms and forms that are written: whole, linked, and asking what the graphs ask."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from form_walks import OWN, PUMP, Form, Written, answer_of, fact_of, items, paths, questions, written_for
from pnet_pathways import load_pathways
from pnet_pathways.adapters.fhir.publication import Publication
from pnet_pathways.adapters.fhir.terms import terms
from pnet_pathways.adapters.fhir.writing import text_of
from pnet_pathways.adapters.fhir.writing_form import forms
from pnet_pathways.model.errors import PublicationError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.testing.definitions import pathways

BOTH = [pytest.param(OWN, id="own"), pytest.param(PUMP, id="pump_fault")]


def concepts(holder: Form) -> Iterator[Form]:
    """Yield every concept of a code system, each before those within it."""
    for one in holder.get("concept", ()):
        yield one
        yield from concepts(one)


def problems(form: Form, system: Form) -> list[str]:
    """Return what is wrong with a form: what no validator of FHIR finds."""
    found = []
    codes = {one["code"]: one["display"] for one in concepts(system)}
    links = [item["linkId"] for item in items(form)]
    before: dict[str, Form] = {}
    found += [f"{link} twice" for link in dict.fromkeys(links) if links.count(link) > 1]
    for item in items(form):
        link = item["linkId"]
        for one in item.get("enableWhen", ()):
            asked = before.get(one["question"])
            if asked is None:
                found.append(f"{link}: no question {one['question']} before it")
            elif asked["type"] == "boolean":
                found += [] if "answerBoolean" in one else [f"{link}: {one['question']} is answered yes or no"]
            elif one.get("answerCoding", {}).get("code") not in [each["valueCoding"]["code"] for each in asked["answerOption"]]:
                found.append(f"{link}: {one['question']} has no such answer")
        if ("enableBehavior" in item) != (len(item.get("enableWhen", ())) > 1):
            found.append(f"{link}: any or all of its conditions")
        for option in item.get("answerOption", ()):
            coding = option["valueCoding"]
            if coding["system"] != system["url"] or codes.get(coding["code"]) != coding["display"]:
                found.append(f"{link}: {coding['code']} is no code")
        if item["type"] == "group" and not any(one["type"] != "display" for one in item["item"]):
            found.append(f"{link}: empty")
        if (item["type"] == "choice") != ("answerOption" in item):
            found.append(f"{link}: options")
        before[link] = item
    return found


@pytest.mark.parametrize("written", BOTH)
def test_every_form_is_whole(written: Written) -> None:
    assert {form["id"]: problems(form, written.terms[0]) for form in written.forms.values()} == {
        name: [] for name in written.forms
    }


def edited(pathway: str, link: str, **changes: Any) -> list[str]:
    form = copy.deepcopy(OWN.forms[pathway])
    next(item for item in items(form) if item["linkId"] == link).update(changes)
    return problems(form, OWN.terms[0])


def test_a_form_that_is_not_whole_is_found() -> None:
    size, where = "primary/resectable_size", "primary/small_site"
    condition = {"question": "primary/sizes", "operator": "=", "answerBoolean": True}
    assert edited("insulinoma", where, enableWhen=[condition]) == [f"{where}: no question primary/sizes before it"]
    assert edited("insulinoma", where, enableWhen=[{**condition, "question": size}]) == [f"{where}: {size} has no such answer"]
    medium = {"question": size, "operator": "=", "answerCoding": {"code": "size.medium"}}
    assert edited("insulinoma", where, enableWhen=[medium]) == [f"{where}: {size} has no such answer"]
    coded = {**medium, "question": "primary/one_resectable"}
    assert edited("insulinoma", size, enableWhen=[coded]) == [f"{size}: primary/one_resectable is answered yes or no"]
    assert edited("insulinoma", size, linkId=where)[0] == f"{where} twice"
    assert edited("insulinoma", size, enableBehavior="any") == [f"{size}: any or all of its conditions"]
    option = {"valueCoding": {"system": OWN.terms[0]["url"], "code": "size.medium", "display": "medium"}}
    assert f"{size}: size.medium is no code" in edited("insulinoma", size, answerOption=[option])
    assert f"{where}: empty" in edited("insulinoma", where, item=[])


@pytest.mark.parametrize("written", BOTH)
def test_codes_are_unique_and_hold_every_answer(written: Written) -> None:
    system, *sets = written.terms
    codes = [one["code"] for one in concepts(system)]
    assert len(set(codes)) == len(codes) == system["count"]
    facts = written.definitions.vocabulary.facts
    assert {f"{name}.{answer}" for name, fact in facts.items() for answer in fact.answers} <= set(codes)
    held = {one["id"]: [each["code"] for each in one["compose"]["include"][0]["concept"]] for one in sets}
    assert held == {name.replace("_", "-"): [f"{name}.{answer}" for answer in fact.answers] for name, fact in facts.items()}


def test_an_answer_is_worded_by_its_phrase_and_a_band_by_its_numbers() -> None:
    words = {one["code"]: one["display"] for written in (OWN, PUMP) for one in concepts(written.terms[0])}
    assert words["pancreatic_tumors.none"] == "no tumor found in the pancreas"
    assert words["spread.liver.no"] == "no spread to the liver"
    assert words["bearing_temperature.warm"] == "bearing warm, 70 to below 90 °C"


@pytest.mark.parametrize("written", BOTH)
def test_the_form_of_all_facts_asks_each_once_in_order(written: Written) -> None:
    vocabulary = written.definitions.vocabulary
    form = written.forms["facts"]
    assert [item["linkId"] for item in questions(form)] == list(vocabulary.facts)
    assert [item["linkId"] for item in form["item"]] == list(vocabulary.keys)
    for item in questions(form):
        fact = vocabulary.facts[item["linkId"]]
        assert item["text"] == fact.question
        assert list(fact.answers) == ["yes", "no"] if item["type"] == "boolean" else True
        assert [answer_of(fact.name, one) for one in item.get("answerOption", ())] == (
            [] if fact.is_boolean else list(fact.values)
        )
        assert [one["text"] for one in item.get("item", ())] == ([fact.help] if fact.help else [])


@pytest.mark.parametrize("written", BOTH)
def test_a_pathway_asks_in_its_own_words(written: Written) -> None:
    asked = 0
    for pathway, form in written.of_pathways:
        for item in questions(form):
            fact = fact_of(written, pathway, item["linkId"])
            help_ = written.definitions.help(fact, pathway)
            assert item["text"] == written.definitions.question(fact, pathway)
            assert [one["text"] for one in item.get("item", ())] == ([help_] if help_ else [])
            asked += item["text"] != written.definitions.vocabulary.question(fact)
    assert asked == {OWN: 1, PUMP: 3}[written]


@pytest.mark.parametrize("written", BOTH)
def test_it_asks_what_the_graphs_ask_after_every_prefix_of_every_path(written: Written) -> None:
    """In Chromium the same is shown by LForms; see tests/browser/test_forms.py."""
    tracks = [(name, track) for name, pathway in written.definitions.pathways.items() for track in pathway.tracks]
    found = {one: list(paths(written, *one)) for one in tracks}
    assert sum(map(len, found.values())) == {OWN: 169, PUMP: 37}[written]
    assert found["vipoma", "supportive.fluids"] == [{}] if written is OWN else True


@pytest.mark.parametrize("written", BOTH)
def test_no_fact_is_asked_in_two_tracks_of_a_pathway(written: Written) -> None:
    """So tracks never wait for each other, and a form cannot contradict itself."""
    for pathway, form in written.of_pathways:
        asked = {(fact_of(written, pathway, one["linkId"]), one["linkId"].split("/")[0]) for one in questions(form)}
        assert len({fact for fact, _ in asked}) == len(asked)


def test_a_group_is_asked_by_as_few_members_as_say_what_follows() -> None:
    links = [item["linkId"] for item in questions(OWN.forms["insulinoma"]) if item["linkId"].startswith("primary/")]
    assert [link.split("/", 1)[1] for link in links if "site" in link] == [
        "small_site/head",
        "small_site/tail",
        "large_site/body",
        "large_site/tail",
        "large_not_resectable_site/head",
    ]
    seal = [item for item in questions(PUMP.forms["centrifugal"]) if item["linkId"].startswith("leak/leaks/seal")]
    assert [(item["linkId"], [one["question"] for one in item["enableWhen"]]) for item in seal] == [
        ("leak/leaks/seal", ["leak/leaks/casing"]),
        ("leak/leaks/seal/2", ["leak/leaks/flange", "leak/leaks/casing"]),
    ]


@given(pathways())
@settings(max_examples=40)
def test_forms_of_any_definitions_are_whole_and_ask_what_the_graphs_ask(definitions: Definitions) -> None:
    written = written_for(definitions)
    for form in written.forms.values():
        assert problems(form, written.terms[0]) == []
    for name, pathway in definitions.pathways.items():
        for track in pathway.tracks:
            assert list(paths(written, name, track))


def test_the_bytes_are_the_same_every_time() -> None:
    def text() -> str:
        publication = Publication(load_pathways())
        return "".join(map(text_of, (*terms(publication), *forms(publication))))

    assert text() == text()
    assert "—" not in text()


def test_two_forms_with_one_id_are_refused() -> None:
    definitions = load_pathways()
    pathway = definitions.pathways["vipoma"]
    definitions = _with_pathway(definitions, pathway)
    with pytest.raises(PublicationError, match="give the pathway another name"):
        list(forms(Publication(definitions)))


def _with_pathway(definitions: Definitions, pathway: Any) -> Definitions:
    import attrs

    return attrs.evolve(definitions, pathways={**definitions.pathways, "facts": attrs.evolve(pathway, name="facts")})

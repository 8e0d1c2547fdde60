"""The forms of pathways, drawn by LForms in Chromium: after every prefix of every path they show what the graphs ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from adapters.test_fhir_examples import CASES, data
from browser.chromium import Watch
from form_walks import (
    OWN,
    PUMP,
    Answers,
    Form,
    Written,
    answer_of,
    asked_by_graph,
    fact_of,
    items,
    known,
    paths,
    questions,
    shown,
)
from outside_engines import FOLDER, Engines
from pnet_pathways.adapters.fhir import case_from_bundle
from pnet_pathways.adapters.fhir.publication import Publication
from pnet_pathways.adapters.fhir.responses import to_questionnaire_response
from pnet_pathways.model.case import Case
from pnet_pathways.model.values import Value
from pnet_pathways.proof.suites.covers import Cover
from pnet_pathways.proof.suites.suites import suite

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

HOST: Final = "http://form.test/"
PAGE: Final = Path(__file__).with_name("form_page.html")
LFORMS: Final = FOLDER / "node_modules" / "lforms" / "dist"

TRACKS: Final = [
    pytest.param(written, pathway, track, id=f"{pathway}-{track}")
    for written in (OWN, PUMP)
    for pathway, form in written.of_pathways
    for track in [group["linkId"] for group in form["item"]]
]


@pytest.fixture(scope="module")
def lforms(browser: Browser, engines: Engines) -> Iterator[Page]:
    """The page with LForms. Nothing but it and its own files is ever asked for, and nothing goes wrong on it."""
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    watch = Watch.on(context)
    foreign: list[str] = []

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(HOST)
        path = PAGE if name == "form_page.html" else LFORMS / name
        if route.request.url.startswith(HOST) and path.is_file():
            route.fulfill(path=path)
        else:
            foreign.append(route.request.url)
            route.abort()

    context.route("**/*", serve)
    page = context.new_page()
    page.goto(f"{HOST}form_page.html")
    page.wait_for_function("window.LForms?.FHIR?.R4 !== undefined")
    yield page
    assert (foreign, watch.errors, watch.dialogs) == ([], [], [])
    context.close()


def said(written: Written, pathway: str, form: Form, link: str, value: Value) -> str:
    """Return an answer as the form words it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    item = next(item for item in items(form) if item["linkId"] == link)
    fact = fact_of(written, pathway, link)
    return next(str(one["valueCoding"]["display"]) for one in item["answerOption"] if answer_of(fact, one) == value)


def walked(page: Page, written: Written, pathway: str, answers: Answers | list[tuple[str, Value]]) -> Any:
    """Return what LForms shows before the first answer and after each one, and the answered form."""
    form = written.forms[pathway.replace("_", "-")]
    given = answers.items() if isinstance(answers, dict) else answers
    clicks = [(link, said(written, pathway, form, link, value)) for link, value in given]
    return page.evaluate("([form, answers]) => walk(form, answers)", [form, clicks])


def asked(step: list[dict[str, Any]]) -> list[str]:
    """Return the questions among what is seen."""
    return [one["link"] for one in step if one["answers"] is not None]


def answers_in(written: Written, pathway: str, response: Form) -> Answers:
    """Return the answers of an answered form by link id."""
    answered = {item["linkId"]: item["answer"] for item in items(response) if "answer" in item}
    assert all(len(answer) == 1 for answer in answered.values())
    return {link: answer_of(fact_of(written, pathway, link), answer[0]) for link, answer in answered.items()}


@pytest.mark.parametrize(("written", "pathway", "track"), TRACKS)
def test_after_every_prefix_of_every_path_it_shows_what_the_graph_asks(
    lforms: Page, written: Written, pathway: str, track: str
) -> None:
    form = written.forms[pathway.replace("_", "-")]
    for path in paths(written, pathway, track):
        result = walked(lforms, written, pathway, path)
        given = list(path.items())
        assert len(result["steps"]) == len(given) + 1
        for number, step in enumerate(result["steps"]):
            prefix = dict(given[:number])
            here = [link for link in asked(step) if link.split("/")[0] == track]
            state = asked_by_graph(written, pathway, track, prefix)
            assert [link for link in here if link in prefix] == list(prefix)
            assert [link.split("/")[1] for link in here if link not in prefix] == ([] if state is None else [state])
            # The other tracks, and that no group is empty.
            assert asked(step) == shown(written, pathway, form, prefix)
            assert all(
                any(one.startswith(f"{group['link']}/") for one in asked(step)) for group in step if group["answers"] is None
            )
        assert answers_in(written, pathway, result["response"]) == path
        entry = written.definitions.entry.fact
        facts = {name: value for name, value in known(written, pathway, path).items() if name != entry}
        reading = case_from_bundle({"resources": [result["response"]]}, written.definitions)
        assert (reading.case.given, reading.unmapped) == (facts, ())


@pytest.mark.parametrize(("written", "pathway", "track"), TRACKS)
def test_an_answer_that_is_changed_takes_back_what_it_led_to(lforms: Page, written: Written, pathway: str, track: str) -> None:
    """What is hidden again holds no answers; what comes back holds the answer that it had."""
    form = written.forms[pathway.replace("_", "-")]
    for path in paths(written, pathway, track):
        first = next(iter(path))
        item = next(item for item in questions(form) if item["linkId"] == first)
        fact = fact_of(written, pathway, first)
        options = item.get("answerOption")
        values: list[Value] = [True, False] if options is None else [answer_of(fact, one) for one in options]
        other = values[(values.index(path[first]) + 1) % len(values)]
        result = walked(lforms, written, pathway, [*path.items(), (first, other)])
        changed = {**path, first: other}
        visible = shown(written, pathway, form, changed)
        assert asked(result["steps"][-1]) == visible
        assert answers_in(written, pathway, result["response"]) == {link: changed[link] for link in visible if link in changed}


@pytest.mark.parametrize("written", [pytest.param(OWN, id="own"), pytest.param(PUMP, id="pump_fault")])
def test_it_is_worded_as_it_is_written(lforms: Page, written: Written) -> None:
    for pathway, form in written.of_pathways:
        texts = {item["linkId"]: item for item in items(form)}
        for one in walked(lforms, written, pathway, {})["steps"][0]:
            item = texts[one["link"]]
            options = [each["valueCoding"]["display"] for each in item.get("answerOption", ())]
            assert one["text"] == item["text"]
            assert one["answers"] == (None if item["type"] == "group" else options or ["Yes", "No", "Not Answered"])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if isinstance(case, dict)])
def test_the_form_of_all_facts_is_filled_in_as_the_reader_reads_the_record(lforms: Page, name: str) -> None:
    """LForms is a second populator; the first is in tests/adapters/test_fhir_prefill.py."""
    bundle = data(name)
    resources = [entry["resource"] for entry in bundle["entry"]]
    response = lforms.evaluate("([form, resources]) => prefilled(form, resources)", [OWN.forms["facts"], resources])
    assert case_from_bundle({"resources": [response]}).case == case_from_bundle(bundle).case


@pytest.mark.parametrize("cover", [Cover.STATEMENTS, Cover.GAPS])
def test_a_case_as_the_form_of_all_facts_comes_back_from_it(lforms: Page, cover: Cover) -> None:
    publication = Publication(OWN.definitions)
    form = {key: value for key, value in OWN.forms["facts"].items() if key != "extension"}
    for scenario in suite("gastrinoma", cover).scenarios[:5]:
        case = Case.from_facts(scenario, OWN.definitions.vocabulary)
        response = to_questionnaire_response(case, publication)
        again = lforms.evaluate("([form, response]) => shownAgain(form, response)", [form, response])
        assert case_from_bundle({"resources": [again]}).case == case

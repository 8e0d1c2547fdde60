"""The forms of pathways, drawn by LForms in Chromium: after every prefix of every path they show what the machines ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from browser.chromium import Watch
from form_walks import (
    OWN,
    PUMP,
    Answers,
    Form,
    Written,
    answer_of,
    asked_by_machine,
    fact_of,
    items,
    known,
    paths,
    shown,
)
from outside_engines import FOLDER, Engines
from pnet_pathways.adapters.fhir import case_from_bundle
from pnet_pathways.model.values import Value

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


@pytest.mark.parametrize(("written", "pathway", "track"), TRACKS)
def test_after_every_prefix_of_every_path_it_shows_what_the_machine_asks(
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
            state = asked_by_machine(written, pathway, track, prefix)
            assert [link for link in here if link in prefix] == list(prefix)
            assert [link.split("/")[1] for link in here if link not in prefix] == ([] if state is None else [state])
            # The other tracks, and that no group is empty.
            assert asked(step) == shown(written, pathway, form, prefix)
            assert all(
                any(one.startswith(f"{group['link']}/") for one in asked(step)) for group in step if group["answers"] is None
            )
        answered = {item["linkId"]: item["answer"] for item in items(result["response"]) if "answer" in item}
        assert {
            link: [answer_of(fact_of(written, pathway, link), one) for one in found] for link, found in answered.items()
        } == {link: [value] for link, value in path.items()}
        entry = written.definitions.entry.fact
        facts = {name: value for name, value in known(written, pathway, path).items() if name != entry}
        reading = case_from_bundle({"resources": [result["response"]]}, written.definitions)
        assert (reading.case.given, reading.unmapped) == (facts, ())

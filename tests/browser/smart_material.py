"""The page that an EHR launches, for tests in Chromium: the service and the EHR on loopback, and what the pages did."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest
import uvicorn

from browser.chromium import LOOPBACK, chromium_running
from browser.ehr import CLIENT, PATIENT, Ehr, Resource, ehr_running
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.server import configuration
from pnet_pathways.adapters.service.settings import Settings
from pnet_pathways.model.pathway import Definitions
from project import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

EXAMPLES: Final = sorted(one.stem for one in (ROOT / "examples" / "fhir").glob("*.json") if "." not in one.stem)
NAME: Final = "Adaeze M. Okafor"
PERSON: Final[Resource] = {
    "resourceType": "Patient",
    "id": PATIENT,
    "name": [{"use": "nickname", "text": "Ada"}, {"use": "official", "family": "Okafor", "given": ["Adaeze", "M."]}],
    "birthDate": "1961-04-03",
    "gender": "female",
    "identifier": [{"value": "x"}, {"type": {"coding": [{"code": "MR"}]}, "value": "0048213"}],
}
READY: Final = "#case:not([hidden]), #failed:not([hidden])"


def record(example: str) -> list[Resource]:
    """Return the resources of an example as this EHR holds them: of its patient."""
    text = (ROOT / "examples" / "fhir" / f"{example}.json").read_text("utf-8")
    found = [entry["resource"] for entry in json.loads(text)["entry"]]
    ids = [one["id"] for one in found if one["resourceType"] == "Patient"]
    mine = json.dumps(found).replace(f'"Patient/{ids[0]}"', f'"Patient/{PATIENT}"') if ids else json.dumps(found)
    narrative = {"status": "generated", "div": f"<div>{NAME}</div>"}
    return [PERSON, *({**one, "text": narrative} for one in json.loads(mine) if one["resourceType"] != "Patient")]


@attrs.define(slots=False)
class Wire:
    """What the pages of a context asked for and said."""

    requests: list[Request] = attrs.field(factory=list)
    said: list[str] = attrs.field(factory=list)
    errors: list[str] = attrs.field(factory=list)

    @classmethod
    def on(cls, context: BrowserContext) -> Wire:
        wire = cls()
        context.on("request", wire._request)
        context.on("console", wire._console)
        context.on("weberror", lambda error: wire.errors.append(str(error.error)))
        context.on("dialog", lambda dialog: wire.errors.append(dialog.message))
        return wire

    def _request(self, request: Request) -> None:
        self.requests.append(request)

    def _console(self, message: ConsoleMessage) -> None:
        self.said.append(message.text)

    def origins(self) -> set[str]:
        return {"/".join(one.url.split("/")[:3]) for one in self.requests if not one.url.startswith("data:")}

    def sent(self, path: str) -> list[Any]:
        return [one.post_data_json for one in self.requests if one.url.endswith(path) and one.method == "POST"]


@attrs.frozen
class Stage:
    """The service with its page, and the EHR that launches it."""

    ehr: Ehr
    service: str
    other: str
    """Another FHIR server on the service's list, which nobody launches from."""

    @property
    def launch(self) -> str:
        return f"{self.service}/smart/launch.html"


@pytest.fixture(scope="module")
def stage(definitions: Definitions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Both, running."""
    folder = tmp_path_factory.mktemp("smart")
    with ehr_running() as ehr, socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        own.listen()
        service = f"http://127.0.0.1:{own.getsockname()[1]}"
        ehr.redirect = f"{service}/smart/"
        # The same server under another name is another origin.
        other = f"http://localhost:{ehr.port}"
        servers = [{"iss": one, "client_id": CLIENT} for one in (ehr.iss, f"{other}/fhir")]
        (folder / "smart.yaml").write_text(json.dumps({"format": 1, "servers": servers}))
        app = Service(Settings(smart=str(folder / "smart.yaml")))
        server = uvicorn.Server(configuration(app, "127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [own]}, daemon=True)
        thread.start()
        yield Stage(ehr, service, other)
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def loopback(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium that reaches this machine, and nothing else."""
    with chromium_running(playwright, tmp_path_factory.mktemp("fonts"), arguments=LOOPBACK) as running:
        yield running


@pytest.fixture
def ehr(stage: Stage) -> Ehr:
    """The EHR as new, with a record of an insulinoma."""
    stage.ehr.reset()
    stage.ehr.record = record("insulinoma")
    return stage.ehr


@pytest.fixture
def context(loopback: Browser) -> Iterator[BrowserContext]:
    made = loopback.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def wire(context: BrowserContext) -> Wire:
    return Wire.on(context)


@pytest.fixture
def page(context: BrowserContext, wire: Wire, stage: Stage) -> Iterator[Page]:
    """A page. At the end: nothing else was called, no policy was broken, no script failed, and no token is anywhere."""
    made = context.new_page()
    yield made
    assert wire.origins() <= {stage.service, stage.ehr.origin}
    assert wire.errors == []
    assert [one for one in wire.said if "Failed to load resource" not in one] == []
    for token in stage.ehr.tokens:
        with_token = [one for one in wire.requests if token in f"{one.url} {one.post_data} {one.headers}"]
        assert {one.url.split("?")[0].startswith(stage.ehr.iss) for one in with_token} <= {True}
        assert [one.url for one in wire.requests if token in one.url] == []
        assert token not in made.content()
    kept = "[Object.keys(sessionStorage), Object.keys(localStorage), document.cookie, location.search, location.hash]"
    assert made.evaluate(kept) == [[], [], "", "", ""] or made.url.startswith(stage.launch)


def launched(page: Page, stage: Stage) -> Page:
    """Launch the page from the EHR, and wait until it shows a case or why it does not."""
    page.goto(stage.ehr.launch(stage.launch))
    page.wait_for_selector(READY)
    return page

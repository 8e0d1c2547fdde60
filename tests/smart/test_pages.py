"""The pages that an EHR launches as the service gives them, and what it answers them."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from fhir_material import INSULINOMA, VIPOMA, condition
from pnet_pathways.adapters.fhir import case_from_bundle
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.messages import without_empty
from pnet_pathways.adapters.service.settings import CASE, LAUNCH, READ, ServiceError, Settings
from pnet_pathways.adapters.service.smart.servers import read_servers
from project import ROOT
from pump import PUMP_FAULT
from service_material import PUBLIC, VIEW, WHOLE, ask, issuers_file, view

GOOD = """\
format: 1
servers:
  - iss: https://fhir.example.org/r4
    client_id: pnet
    authorization_origins: ["https://login.example.org"]
  - iss: https://other.example.org/fhir/
    client_id: pnet-other
"""
FRAME = "https://ehr.example.org"


def smart_file(folder: Path, text: str = GOOD) -> str:
    path = folder / "smart.yaml"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service that asks for tokens, with pages of the second document."""
    folder = tmp_path_factory.mktemp("smart")
    return Service(
        Settings(
            pathways=str(PUMP_FAULT),
            smart=smart_file(folder),
            issuers=str(issuers_file(folder)),
            replays=f"sqlite:///{folder}/used.sqlite",
            public_url=f"{PUBLIC}/",
            origins=(FRAME,),
        )
    )


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service on the project's definitions; its page is not looked at."""
    folder = tmp_path_factory.mktemp("smart")
    (folder / "case.html").write_text("made before", "utf-8")
    return Service(Settings(smart=smart_file(folder), smart_page=str(folder / "case.html"), public_url=PUBLIC))


# The pages


def test_a_page_runs_its_own_script_alone_and_calls_the_servers_on_the_list(service: Service) -> None:
    for path in (LAUNCH, CASE):
        found = ask(service, path)
        assert found.status == 200
        policy = dict(rule.split(" ", 1) for rule in found.headers["content-security-policy"].split("; "))
        assert policy.pop("connect-src") == (
            "'self' https://fhir.example.org https://login.example.org https://other.example.org"
        )
        for name in ("script-src", "style-src"):
            assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", policy.pop(name))
        assert policy == {
            "default-src": "'none'",
            "img-src": "data:",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": f"'self' {FRAME}",
        }
        assert found.headers["content-type"] == "text/html; charset=utf-8"
        assert (found.headers["cache-control"], found.headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert not re.search(r"(src|href)=\"(?!data:|#|https://)", found.body.decode())


def test_a_page_comes_compressed_to_whoever_takes_it(service: Service) -> None:
    whole = ask(service, CASE)
    packed = ask(service, CASE, headers={"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == whole.body
    assert "content-encoding" not in whole.headers
    assert len(packed.body) < len(whole.body) / 3


def test_a_page_of_any_document_names_its_source_and_what_it_searches(service: Service) -> None:
    text = ask(service, CASE).body.decode()
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])  # type: ignore[index]
    assert service.definitions.source.disclaimer.split("'")[0] in text
    assert data["smart"]["searches"] == service.templates
    assert data["smart"]["servers"][1]["iss"] == "https://other.example.org/fhir"
    assert data["in_address"] is False


def test_a_service_without_servers_has_no_page(tmp_path: Path) -> None:
    service = Service(Settings(pathways=str(PUMP_FAULT)))
    assert [ask(service, path).status for path in (LAUNCH, CASE)] == [404, 404]
    assert ask(service, READ, {}).status == 404
    assert READ not in ask(service, "/openapi.json").data["paths"]


def test_a_card_links_the_page(reader: Service, tmp_path: Path) -> None:
    (link,) = ask(reader, VIEW, view(WHOLE)).data["cards"][0]["links"]
    assert (link["type"], link["url"]) == ("smart", f"{PUBLIC}{LAUNCH}")
    assert Settings(smart="x", public_url=f"{PUBLIC}/").launch_url == f"{PUBLIC}{LAUNCH}"
    assert Settings(smart="x", public_url=PUBLIC, form_url="https://form").launch_url == "https://form"
    assert Settings(public_url=PUBLIC).launch_url == Settings(smart="x").launch_url == ""


def test_pages_and_reading_are_described(service: Service) -> None:
    paths = ask(service, "/openapi.json").data["paths"]
    assert set(paths) == set(service.routes)
    for path in (LAUNCH, CASE, READ):
        (operation,) = paths[path].values()
        assert operation["operationId"] in {"launch", "page", "case"}
        assert "security" not in operation or operation["security"] == []


# What a record says


@pytest.mark.parametrize("name", ["insulinoma", "failed-prefetch", "text-only", "cm0-cn0"])
def test_a_bundle_is_read_as_the_library_reads_it(reader: Service, name: str) -> None:
    bundle = json.loads((ROOT / "examples" / "fhir" / f"{name}.json").read_text("utf-8"))
    found = ask(reader, READ, bundle)
    assert found.status == 200
    assert found.data == without_empty(case_from_bundle(bundle).to_dict())
    assert found.data["disclaimer"]


def test_records_that_conflict_are_no_reading(reader: Service) -> None:
    found = ask(reader, READ, {"resources": [condition("one", INSULINOMA), condition("two", VIPOMA)]})
    assert (found.status, found.data["issue"][0]["code"]) == (422, "conflict")
    assert "an insulinoma" in found.said
    assert found.said.endswith("they cannot both be true")


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        (b"[]", {}, 422, "a Bundle is an object"),
        (b"{", {}, 400, "the body is not valid JSON"),
        (b"{}", {"content-type": "text/plain"}, 415, "takes application/json"),
        (b'{"resources": [{"resourceType": "Condition", "id": 1}]}', {}, 422, "id"),
        (b" " * (2 * 1024 * 1024 + 1), {}, 413, "more than 2097152 bytes"),
    ],
)
def test_what_cannot_be_read_is_an_outcome(
    reader: Service, body: bytes, headers: dict[str, str], status: int, said: str
) -> None:
    found = ask(reader, READ, body=body, headers=headers)
    assert found.status == status
    assert said in found.said


def test_the_page_needs_no_token_and_other_pages_may_not_read(service: Service) -> None:
    assert ask(service, "/cds-services").status == 401
    assert ask(service, READ, {"resources": []}).status == 200
    preflight = {"origin": "https://evil.example.org", "access-control-request-method": "POST"}
    assert ask(service, READ, headers=preflight, method="OPTIONS").status == 403


def test_too_many_calls_at_once_are_put_off(reader: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "at_once", reader.settings.most_at_once)
    assert ask(reader, READ, {"resources": []}).status == 429


def test_the_log_holds_nothing_of_a_record(reader: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    ask(reader, READ, {"resources": [condition("c-4711", INSULINOMA)]})
    ask(reader, READ, {"resources": [{"resourceType": "Condition", "id": 4711}]})
    assert [json.loads(one.getMessage())["route"] for one in caplog.records] == ["case", "case"]
    assert "4711" not in caplog.text
    assert INSULINOMA[1] not in caplog.text


# The file of servers


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ServiceError) as caught:
        read_servers(smart_file(folder, text))
    return [str(problem) for problem in caught.value.problems]


def test_servers_are_read(tmp_path: Path) -> None:
    first, second = read_servers(smart_file(tmp_path))
    assert first.origins == ("https://fhir.example.org", "https://login.example.org")
    assert second.to_dict()["iss"] == "https://other.example.org/fhir"
    assert read_servers(smart_file(tmp_path, GOOD.replace("https://fhir.example.org/r4", "http://127.0.0.1:9/fhir")))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://fhir.example.org/r4", "http://fhir.example.org/r4", r"smart\.yaml:3:\d+: .*is no FHIR server"),
        ("https://fhir.example.org/r4", "https://fhir.example.org/r4?x=1", "is no FHIR server"),
        ("https://fhir.example.org/r4", "https://me:pass@fhir.example.org;/r4", "is no FHIR server"),
        ("https://other.example.org/fhir/", "https://fhir.example.org/r4/", "stands twice"),
        ("client_id: pnet\n", 'client_id: ""\n', "client_id.*is empty|is empty"),
        ('["https://login.example.org"]', '["https://login.example.org/path"]', "is no origin with https"),
        ('["https://login.example.org"]', '["*"]', "is no origin with https"),
        ("client_id: pnet-other", "client_id: x\n    scope: patient/Patient.r", "does not ask for launch"),
        ("client_id: pnet-other", "client: pnet-other", "client"),
        ("format: 1", "format: 2", "format"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    found = problems(tmp_path, GOOD.replace(old, new))
    assert re.search(said, "\n".join(found))
    assert all(re.match(r"smart\.yaml:\d+:\d+: ", one) for one in found)


def test_a_missing_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ServiceError, match=r"jinja2 is missing \(install pnet-pathways\[smart\]\)"):
        Service(Settings(pathways=str(PUMP_FAULT), smart=smart_file(tmp_path)))


def test_no_servers_are_no_servers(tmp_path: Path) -> None:
    assert "leave out --smart" in problems(tmp_path, "format: 1\nservers: []\n")[0]
    settings: dict[str, Any] = {"smart": str(tmp_path / "nowhere.yaml"), "pathways": str(PUMP_FAULT)}
    with pytest.raises(ServiceError, match="there is no file"):
        Service(Settings(**settings))

"""Settings and issuers: what is wrong is said, all of it at once, with its place; and the command `pnet serve`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from commands import pnet
from pnet_pathways.adapters.service.settings import ServiceError, Settings, read_issuers
from service_material import ISS, PUBLIC, issuers_file, jwks

GOOD = """\
format: 1
issuers:
  - iss: https://ehr.example.org
    jwks_url: https://ehr.example.org/jwks.json
    tenants: [north, south]
  - iss: https://other.example.org
    jwks_file: keys.json
    jku: https://other.example.org/jwks.json
"""


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "issuers.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ServiceError) as caught:
        read_issuers(path)
    return [str(problem) for problem in caught.value.problems]


def test_issuers_are_read(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_bytes(jwks())
    path = tmp_path / "issuers.yaml"
    path.write_text(GOOD, "utf-8")
    first, second = read_issuers(path)
    assert (first.iss, first.jwks_url, first.tenants) == (ISS, f"{ISS}/jwks.json", ("north", "south"))
    assert (second.jwks_file, second.jku) == (str(tmp_path / "keys.json"), "https://other.example.org/jwks.json")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("jwks_file: keys.json", "jwks_file: nowhere.json", r"issuers\.yaml:7:5?.*there is no file nowhere\.json"),
        ("jwks_url: https://ehr", "jwks_url: http://ehr", r"keys are fetched by https alone, not from 'http://ehr"),
        ("https://ehr.example.org/jwks.json", "'https://[ehr'", r"keys are fetched by https alone, not from 'https://\[ehr'"),
        ("    jwks_url: https://ehr.example.org/jwks.json\n", "", r"keys come from a URL or from a file \(give one of"),
        ("jwks_url:", "jwks_uri:", r"jwks_uri.*jwks_url"),
        ("iss: https://other.example.org", "iss: https://ehr.example.org", r"'https://ehr\.example\.org' stands twice"),
        ("iss: https://other.example.org", 'iss: ""', r"is empty"),
        ("format: 1", "format: 2", r"format"),
        ("tenants: [north, south]", "tenants: north", r"tenants"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "keys.json").write_bytes(jwks())
    assert GOOD.count(old) == 1
    found = problems(tmp_path, GOOD.replace(old, new))
    assert re.search(said, "\n".join(found))
    assert all(re.match(r"issuers\.yaml:\d+:\d+: ", one) for one in found)


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, "format: 1\nissuers:\n  - {iss: a}\n  - {iss: a, jwks_url: 'ftp://x'}\n")
    assert len(found) == 3


def test_no_issuers_are_no_issuers(tmp_path: Path) -> None:
    assert "serve with --no-auth" in problems(tmp_path, "format: 1\nissuers: []\n")[0]
    with pytest.raises(ServiceError, match="there is no file"):
        read_issuers(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/keys", "http://localhost/keys", "http://[::1]/keys"])
def test_keys_may_come_from_this_machine(tmp_path: Path, url: str) -> None:
    assert read_issuers(issuers_file(tmp_path, jwks_url=url))[0].jwks_url == url


def test_settings_pass_to_other_processes_whole() -> None:
    origins = ("https://a.example", "https://b.example")
    settings = Settings(issuers="i", public_url=PUBLIC, origins=origins, fetch_from=origins, metrics_token="m")  # noqa: S106 - made up
    assert Settings.from_json(settings.to_json()) == settings
    assert "metrics_token" not in repr(settings)


def test_all_that_is_wrong_with_settings_is_said_at_once() -> None:
    settings = Settings(
        issuers="i", report_url="report.html", form_url="javascript:alert(1)", origins=("*", "https://a.example/")
    )
    with pytest.raises(ServiceError) as caught:
        settings.check()
    assert [problem.where for problem in caught.value.problems] == [
        "public-url",
        "replays",
        "report-url",
        "form-url",
        "allow-origin",
        "allow-origin",
    ]
    Settings(origins=("https://a.example:8443",)).check()


@pytest.mark.parametrize(
    "url", ["https://fhir.example.org", "https://fhir.example.org:8443/r4/", "http://[::1]:80/a/b", "http://localhost/r4"]
)
def test_a_fhir_server_is_one_address(url: str) -> None:
    Settings(fetch_from=(url,)).check()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "*",
        "https://*.example.org",
        "http://fhir.example.org/r4",
        "ftp://fhir.example.org",
        "https://me:secret@fhir.example.org/r4",
        "https://fhir.example.org/r4?x=1",
        "https://fhir.example.org/r4?",
        "https://fhir.example.org/r4#x",
        "https://fhir.example.org/../r4",
        "https://fhir.example.org/%2e%2e/r4",
        "https://fhir.example.org\\@other.example.org",
        "https://fhir.example.org/r4 https://other.example.org",
        "https://fhir.example.org:99999/r4",
        "https://fhir.example.org:0/r4",
        "https://[::::]/r4",
        "http://localhost.example.org/r4",
        "http://127.0.0.1.example.org/r4",
        "http://10.0.0.1/r4",
    ],
)
def test_what_is_more_or_less_than_a_fhir_server_is_refused(url: str) -> None:
    with pytest.raises(ServiceError, match=r"^1 problem.*\n.*fetch-from: is no FHIR server: .* \(an address with https"):
        Settings(fetch_from=(url,)).check()


def test_limits_of_fetching_are_limits() -> None:
    with pytest.raises(ServiceError) as caught:
        Settings(fetch_seconds=21, fetch_bytes=0, fetch_at_once=-1).check()
    assert [str(problem) for problem in caught.value.problems] == [
        "fetch-seconds: takes 1 to 20, not 21",
        "fetch-bytes: takes 1 to 67108864, not 0",
        "fetch-at-once: takes 1 to 1024, not -1",
    ]


# The command


def refused(*arguments: str) -> str:
    done = pnet("serve", *arguments)
    assert done.exit_code == 2
    return done.stderr


def test_a_service_takes_tokens_or_says_that_it_takes_none() -> None:
    assert "give --issuers FILE, so that calls need a token, or --no-auth" in refused()
    assert "give --issuers FILE" in refused("--no-auth", "--issuers", "issuers.yaml")


def test_what_is_wrong_is_said_before_anything_listens(tmp_path: Path) -> None:
    feedback = ["--feedback", "none"]
    assert "public-url: is missing" in refused("--issuers", str(issuers_file(tmp_path)), *feedback)
    assert "there is no file nowhere.yaml" in refused("--issuers", "nowhere.yaml", "--public-url", PUBLIC, *feedback)
    assert "cannot be used" in refused("--no-auth", "--feedback", "sqlite:////nowhere/at/all.sqlite")
    assert "canonical" in refused("--no-auth", *feedback, "--canonical", "no address")
    assert "allow-origin: is no origin: '*'" in refused("--no-auth", *feedback, "--allow-origin", "*")


def test_an_open_service_that_others_reach_is_warned_of() -> None:
    text = refused("--no-auth", "--host", "0.0.0.0", "--feedback", "none", "--form-url", "x")  # noqa: S104 - it is refused
    assert text.startswith("pnet: anybody who reaches 0.0.0.0 can call this service")


def test_options_come_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PNET_REPORT_URL", "nowhere")
    assert "report-url: is no address: 'nowhere'" in refused("--no-auth", "--feedback", "none")

"""What `pnet serve` is told: by options, by the environment, by a file; and that no mistake passes."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
import typer

from commands import pnet
from pnet_pathways.adapters.service import server
from pnet_pathways.adapters.service.settings import ServiceError, Settings, SettingsFile, is_origin, read_settings
from pnet_pathways.cli.main import app

FILE = """\
format: 1
no_auth: true
feedback: none
workers: 2
report_url: https://file.example.org
smart: smart.yaml
allow_origin:
  - https://one.example.org
  - https://two.example.org
fetch_from:
  - https://fhir.example.org/r4
fetch_seconds: 3
"""

Told = dict[str, object]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the service is started with, which it is not."""
    found: Told = {}

    def serve(settings: Settings, host: str, port: int, workers: int) -> None:
        found.update(attrs.asdict(settings), host=host, port=port, workers=workers)

    monkeypatch.setattr(server, "serve", serve)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "service.yaml"
    path.write_text(FILE, "utf-8")
    return path


def options() -> dict[str, str]:
    """Return the options of `pnet serve` with the variables that set them."""
    command = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    return {one.name: one.envvar for one in command.params}


def test_every_option_can_be_set_by_the_environment_and_by_the_file() -> None:
    found = options()
    assert found == {name: f"PNET_{name.upper()}" for name in found}
    assert {one.name for one in attrs.fields(SettingsFile)} == {*found, "format"} - {"settings"}


def test_a_file_is_read(file: Path, told: Told) -> None:
    assert pnet("serve", "--settings", file).exit_code == 0
    assert (told["workers"], told["feedback"], told["report_url"]) == (2, "", "https://file.example.org")
    assert told["origins"] == ("https://one.example.org", "https://two.example.org")
    assert (told["fetch_from"], told["fetch_seconds"], told["fetch_at_once"]) == (("https://fhir.example.org/r4",), 3, 16)
    # What is left out keeps its default, and files are looked for beside the file.
    assert (told["port"], told["host"], told["smart"]) == (8080, "127.0.0.1", str(file.parent / "smart.yaml"))


def test_an_option_goes_before_the_environment_and_that_before_the_file(
    file: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PNET_SETTINGS", str(file))
    monkeypatch.setenv("PNET_REPORT_URL", "https://environment.example.org")
    monkeypatch.setenv("PNET_FETCH_FROM", "https://a.example.org/r4 https://b.example.org")
    monkeypatch.setenv("PNET_FETCH_AT_ONCE", "4")
    monkeypatch.setenv("PNET_ALLOW_ORIGIN", "https://three.example.org https://four.example.org")
    assert pnet("serve", "--workers", "3").exit_code == 0
    assert (told["workers"], told["report_url"]) == (3, "https://environment.example.org")
    assert told["origins"] == ("https://three.example.org", "https://four.example.org")
    assert (told["fetch_from"], told["fetch_at_once"]) == (("https://a.example.org/r4", "https://b.example.org"), 4)


def test_a_switch_can_be_set_by_the_environment(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_AUTH", "KEEP_COMMENTS", "EXPLAIN"):
        monkeypatch.setenv(f"PNET_{name}", "true")
    assert pnet("serve").exit_code == 0
    assert (told["keep_comments"], told["explain"], told["issuers"]) == (True, True, "")


def test_a_variable_that_sets_nothing_is_refused(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PNET_PUBLC_URL", "https://cds.example.org")
    done = pnet("serve", "--no-auth")
    assert done.exit_code == 2
    assert "PNET_PUBLC_URL: is no setting (did you mean 'PNET_PUBLIC_URL'?)" in done.stderr
    assert told == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("workers: 2", "workers: two", "service.yaml:4:1: 'workers' takes a whole number, not 'two'"),
        ("no_auth: true", 'no_auth: "true"', "service.yaml:2:1: 'no_auth' takes true or false"),
        ("feedback:", "feedbak:", "service.yaml:3:1: unknown key 'feedbak'"),
        ("format: 1\n", "", "format"),
        ("feedback: none", "feedback: none\nfeedback: none", "service.yaml:4:1"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(file: Path, told: Told, old: str, new: str, said: str) -> None:
    file.write_text(FILE.replace(old, new), "utf-8")
    done = pnet("serve", "--settings", file)
    assert done.exit_code == 2
    assert said in done.stderr
    assert told == {}


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=r"there is no file .*nowhere\.yaml"):
        read_settings(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("text", ["https://a.example.org", "http://127.0.0.1:8080", "https://[::1]:8443"])
def test_an_origin_is_an_origin(text: str) -> None:
    assert is_origin(text)


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "null",
        "https://a.example.org/",
        "https://me@a.example.org",
        "https://a.example.org; script-src *",
        "ftp://a",
        "https://A.example",
    ],
)
def test_what_a_policy_could_not_name_is_no_origin(text: str) -> None:
    assert not is_origin(text)

"""What `deploy/` holds names only what there is, and is safe as it stands."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import attrs
import pytest
from ruamel.yaml import YAML

from pnet_pathways.adapters.service import server
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.settings import ServiceError, Settings, read_issuers, read_settings
from pnet_pathways.adapters.service.smart.servers import read_servers
from pnet_pathways.adapters.service.stores import FEEDBACK, open_engine, prepare
from project import ROOT
from service_material import jwks
from smart.test_settings import options

DEPLOY: Final = ROOT / "deploy"
CONTAINER: Final = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE: Final[dict[str, Any]] = YAML(typ="safe").load(DEPLOY / "compose.yaml")
CADDY: Final = (DEPLOY / "Caddyfile").read_text("utf-8")
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
INSIDE: Final = {"/metrics", "/health/ready"}
"""What clients and browsers have no business with."""


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name}\s+(.*)$", CONTAINER, re.MULTILINE)


def environment() -> dict[str, str]:
    (found,) = instructions("ENV")
    return dict(one.split("=", 1) for one in found.split())


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """The settings to start from, with the keys that only an EHR has."""
    folder = Path(shutil.copytree(DEPLOY / "settings", tmp_path / "settings"))
    (folder / "keys.json").write_bytes(jwks())
    return folder


# Names


def test_every_variable_is_a_setting() -> None:
    known = set(options().values())
    given = {*environment(), *COMPOSE["services"]["pnet"]["environment"]} - {"PATH"}
    assert {one for one in given if one.startswith("PNET_")} <= known
    assert {one for one in given if not one.startswith("PNET_")} == {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    for file in DEPLOY.rglob("*"):
        if file.is_file():
            assert set(re.findall(r"\bPNET_[A-Z_]+", file.read_text("utf-8"))) <= known


def test_the_settings_to_start_from_are_settings(settings: Path) -> None:
    found = read_settings(settings / "service.yaml")
    assert {"issuers", "smart", "public_url"} <= set(found)
    fields = {one.name for one in attrs.fields(Settings)}
    Settings(replays="sqlite://", **{name: value for name, value in found.items() if name in fields}).check()
    assert read_issuers(found["issuers"])
    # The redirect URI that the file tells to register is the service's own.
    assert f"{found['public_url']}/smart/" in Path(found["smart"]).read_text("utf-8")
    assert read_servers(found["smart"])
    assert environment()["PATH"].startswith("/opt/pnet/bin")


def test_without_an_ehrs_keys_nothing_starts() -> None:
    with pytest.raises(ServiceError, match=r"there is no file keys\.json"):
        read_issuers(DEPLOY / "settings" / "issuers.yaml")


def test_the_proxy_passes_on_what_is_answered_and_no_more(settings: Path, tmp_path: Path) -> None:
    (tmp_path / "case.html").write_text("made before", "utf-8")
    service = Service(Settings(smart=str(settings / "smart.yaml"), smart_page=str(tmp_path / "case.html")))
    (public,) = re.findall(r"@public path (.*)", CADDY)
    patterns = [re.compile(re.escape(one).replace(r"\*", ".*")) for one in public.split()]
    passed = {path for path in service.routes if any(one.fullmatch(path) for one in patterns)}
    assert set(service.routes) - passed == INSIDE
    assert all(any(one.fullmatch(path) for path in service.routes) for one in patterns)
    (port,) = instructions("EXPOSE")
    assert re.findall(r"reverse_proxy (\S+)", CADDY) == [f"pnet:{port}"]
    (most,) = re.findall(r"max_size (\d+)MiB", CADDY)
    assert int(most) * 1024 * 1024 == Settings().most_bytes


# Safe as it stands


@pytest.mark.parametrize("name", ["pnet", "proxy"])
def test_a_container_can_do_little(name: str) -> None:
    one = COMPOSE["services"][name]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert not {"privileged", "pid", "network_mode", "devices"} & set(one)
    assert [volume for volume in one["volumes"] if volume.startswith("./") and not volume.endswith(":ro")] == []
    tag = one["image"].partition(":")[2]
    assert tag
    assert tag != "latest"


def test_only_the_proxy_is_reached_from_outside() -> None:
    service, proxy = COMPOSE["services"]["pnet"], COMPOSE["services"]["proxy"]
    assert "ports" not in service
    assert service["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert [one.split(":")[0] for one in proxy["ports"]] == ["80", "443"]
    assert proxy["depends_on"]["pnet"]["condition"] == "service_healthy"
    assert "tls off" not in CADDY
    assert "http://" not in CADDY
    # The address of a launch holds what it is signed in with.
    assert not re.search(r"^\s*log\b", CADDY, re.MULTILINE)


def test_no_call_is_taken_without_a_token() -> None:
    for file in DEPLOY.rglob("*"):
        if file.is_file():
            assert not re.search(r"no.auth|metrics.token:\s*\S", file.read_text("utf-8"), re.IGNORECASE)


def test_the_image_is_not_root_and_writes_where_it_may() -> None:
    last = CONTAINER.rpartition("\nFROM ")[2]
    (user,) = re.findall(r"^USER (\S+)$", last, re.MULTILINE)
    assert user == COMPOSE["services"]["pnet"]["user"] == "10001:10001"
    assert last.index("USER ") < last.index("ENTRYPOINT")
    assert instructions("ENTRYPOINT") == ['["pnet", "serve"]']
    (folder,) = instructions("VOLUME")
    assert environment()["PNET_FEEDBACK"] == f"sqlite:///{folder}/feedback.sqlite"
    assert f"feedback:{folder}" in COMPOSE["services"]["pnet"]["volumes"]
    assert "noexec" in COMPOSE["services"]["pnet"]["tmpfs"][0]


def test_health_is_asked_where_it_is_answered() -> None:
    (check,) = instructions("HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    (url,) = re.findall(r"http://[^']+", command[-1])
    service = Service(Settings())
    assert urlsplit(url).path in service.routes
    assert [str(urlsplit(url).port)] == instructions("EXPOSE") == [environment()["PNET_PORT"]]
    compile(command[-1], "HEALTHCHECK", "exec")


def test_a_stop_has_the_time_that_it_takes() -> None:
    seconds = int(COMPOSE["services"]["pnet"]["stop_grace_period"].removesuffix("s"))
    assert seconds > server._STOP_SECONDS
    assert instructions("STOPSIGNAL") == ["SIGTERM"]


# The image


def test_the_image_holds_what_the_package_is_made_of() -> None:
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").split()
    assert ignored[0] == "*"
    let_in = {one.removeprefix("!") for one in ignored if one.startswith("!")}
    copied = {name for one in instructions("COPY") if not one.startswith("--") for name in one.split()[:-1]}
    assert copied == let_in
    for name in (*copied, *PROJECT["license-files"], PROJECT["readme"]):
        assert (ROOT / name).exists()
        assert name.split("/")[0] in copied
    (extra,) = re.findall(r"pip install .*'\.\[(\w+)\]'", CONTAINER)
    assert extra in PROJECT["optional-dependencies"]


def test_the_base_is_small_new_enough_and_from_no_named_registry() -> None:
    (base,) = re.findall(r"^ARG BASE=(\S+)$", CONTAINER, re.MULTILINE)
    version = re.fullmatch(r"python:(3\.\d+)-slim-bookworm", base)
    assert version is not None
    needed = PROJECT["requires-python"].removeprefix(">=")
    assert tuple(map(int, version[1].split("."))) >= tuple(map(int, needed.split(".")))
    images = [base, *(one["image"] for one in COMPOSE["services"].values())]
    assert [one for one in images if "/" in one] == []


def test_a_backup_holds_what_is_in_the_journal(tmp_path: Path) -> None:
    """The command of the documentation, on a database that is open."""
    text = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    (code,) = re.findall(r'exec pnet python -c \\\n  "(import sqlite3.*)"\n', text)
    engine = open_engine(f"sqlite:///{tmp_path}/feedback.sqlite", 2.0, durable=True)
    prepare(engine, FEEDBACK, "feedback")
    row = {"card": "c", "outcome": "accepted", "outcome_timestamp": "t", "service": "s", "received": 1.0}
    with engine.begin() as connection:
        connection.execute(FEEDBACK.insert(), row)
    assert (tmp_path / "feedback.sqlite-wal").stat().st_size
    subprocess.run(
        [sys.executable, "-c", code.replace('\\"', '"').replace("/var/lib/pnet", str(tmp_path))], check=True, timeout=60
    )
    with sqlite3.connect(tmp_path / "backup.sqlite") as backup:
        assert backup.execute("SELECT card FROM feedback").fetchall() == [("c",)]
    backup.close()
    engine.dispose()

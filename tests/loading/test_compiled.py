"""The compiled form of definitions: the same in every part, used for just these files, and never a source of other answers."""

from __future__ import annotations

import hashlib
import json
import logging
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from typer.testing import CliRunner

from pnet_pathways.adapters.cohort.compiled_steps import COMPILED_STEPS
from pnet_pathways.cli import main
from pnet_pathways.engine.recommend import recommend
from pnet_pathways.loading import compiled
from pnet_pathways.loading.compiled import COMPILED
from pnet_pathways.loading.compiled_parts import compiled_parts, read_compiled
from pnet_pathways.loading.folder import load_files, load_pathways, write_compiled
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.proof.verify.verification import verify
from project import DEFINITIONS, ROOT
from random_cases import random_cases

DOCUMENTS = sorted(path.parent for path in (ROOT / "examples" / "documents").rglob("entry.yaml"))
PUMP = ROOT / "examples" / "documents" / "pump_fault"


def copied(folder: Path, place: Path) -> Path:
    return Path(shutil.copytree(folder, place / folder.name, ignore=shutil.ignore_patterns(COMPILED, COMPILED_STEPS)))


def sealed(rest: str) -> str:
    """Return a compiled form with its own hash mended."""
    return f'{{"sha256": "{hashlib.sha256(rest.encode()).hexdigest()}",\n{rest}'


def rewritten(path: Path, old: str, new: str) -> None:
    """Change one place of a compiled form, and mend its hash."""
    rest = path.read_text("utf-8").partition("\n")[2]
    assert old in rest
    path.write_text(sealed(rest.replace(old, new, 1)), "utf-8")


@pytest.fixture(params=[DEFINITIONS, *DOCUMENTS], ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return copied(request.param, tmp_path)


@pytest.fixture
def pump(tmp_path: Path) -> Path:
    place = copied(PUMP, tmp_path)
    write_compiled(place)
    return place


def test_the_compiled_form_gives_the_same_definitions_in_every_part(folder: Path) -> None:
    assert read_compiled(folder) is None
    loaded = load_pathways(folder)
    write_compiled(folder)
    again = load_pathways(folder)
    assert type(again) is not type(loaded)
    assert compiled_parts(again) == compiled_parts(loaded)
    for one in attrs.fields(Definitions):
        assert getattr(again, one.name) == getattr(loaded, one.name), one.name
    assert repr(again) == repr(loaded)
    for copy in (pickle.loads(pickle.dumps(load_pathways(folder))), attrs.evolve(load_pathways(folder))):  # noqa: S301
        assert compiled_parts(copy) == compiled_parts(loaded)
        assert copy.reviews == loaded.reviews
        assert copy.folder == loaded.folder


def test_answers_are_the_same_to_the_byte_with_readings_chosen_too(folder: Path) -> None:
    loaded = load_files(folder)
    write_compiled(folder)
    again = load_pathways(folder)
    chosen: list[dict[str, str]] = [{}, *({one.reading: one.id} for one in loaded.alternatives)]
    for number, case in enumerate(random_cases(14, 60, loaded.vocabulary)):
        readings = chosen[number % len(chosen)]
        one = recommend(case, loaded, readings=readings)
        other = recommend(Case.from_dict(case.to_dict(), again.vocabulary), again, readings=readings)
        assert other.to_json() == one.to_json()
        assert other.explain() == one.explain()


def test_nothing_that_reads_yaml_is_imported_where_the_compiled_form_fits(pump: Path) -> None:
    code = (
        "import sys; from pnet_pathways import load_pathways, recommend\n"
        f"print(len(recommend({{}}, load_pathways({str(pump)!r})).options))\n"
        "heavy = {'ruamel', 'cattrs', 'typer', 'rich', 'transitions', 'pickle', 'importlib.metadata'}\n"
        "print(*(name for name in sys.modules if {name, name.partition('.')[0]} & heavy))"
    )
    before = {path: path.stat().st_mtime_ns for path in pump.rglob("*")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == [""]
    assert {path: path.stat().st_mtime_ns for path in pump.rglob("*")} == before


def _longer(text: str) -> str:
    return text + "\n# a remark\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda place: (place / "facts.yaml").write_text(_longer((place / "facts.yaml").read_text())), "no longer those"),
        (lambda place: shutil.copy(place / "facts.yaml", place / "more.yaml"), "no longer those"),
        (lambda place: rewritten(place / COMPILED, f'"format": {compiled.FORMAT}', '"format": 0'), "another version"),
        (lambda place: rewritten(place / COMPILED, '"library": "', '"library": "9.'), "another version"),
        (lambda place: rewritten(place / COMPILED, '"sources": "', '"sources": "9'), "other sources"),
        (lambda place: (place / COMPILED).write_text((place / COMPILED).read_text()[:-9]), "no compiled form"),
        (lambda place: (place / COMPILED).write_text("[]"), "no compiled form"),
        (lambda place: (place / COMPILED).write_bytes(b"\xff\xfe"), "no compiled form"),
        (lambda place: (place / COMPILED).write_text((place / COMPILED).read_text().replace("pump", "lamp", 1)), "hash"),
    ],
)
def test_where_it_does_not_fit_the_files_are_loaded_and_the_log_says_why(
    pump: Path, change: Any, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert read_compiled(pump) is not None
    change(pump)
    with caplog.at_level(logging.INFO):
        assert read_compiled(pump) is None
    assert reason in caplog.text
    (pump / "more.yaml").unlink(missing_ok=True)
    assert compiled_parts(load_pathways(pump)) == compiled_parts(load_files(PUMP))


def test_verify_finds_an_entry_that_was_changed_with_its_hash_mended(pump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verify(pump).passed
    text = (pump / COMPILED).read_text()
    label = next(iter(load_files(pump).treatments.values())).label
    place = json.loads(text)["compiled"]["parts"]["treatments"]
    assert label in place
    rewritten(pump / COMPILED, label, f"not {label}")
    assert label != next(iter(load_pathways(pump).treatments.values())).label
    report = verify(pump)
    assert not report.passed
    (failure,) = report.claim("readable").failures
    assert failure.where == COMPILED
    assert failure.message.startswith("treatments are not those of the files")
    monkeypatch.chdir(pump)
    assert verify(".").claim("readable").failures == (failure,)


def test_it_names_classes_of_the_model_alone(pump: Path) -> None:
    rewritten(pump / COMPILED, '"reference:Source"', '"..os:system"')
    with pytest.raises(ValueError, match="is no class of the model"):
        load_pathways(pump).source  # noqa: B018


def test_pnet_compile_writes_it_into_the_folder(tmp_path: Path) -> None:
    place = copied(PUMP, tmp_path)
    done = CliRunner().invoke(main.app, ["compile", "--pathways", str(place)])
    assert (done.exit_code, done.output.split()) == (0, [str(place / COMPILED), str(place / COMPILED_STEPS)])
    assert read_compiled(place) is not None
    (place / "facts.yaml").write_text("facts: [")
    done = CliRunner().invoke(main.app, ["compile", "--pathways", str(place)])
    assert done.exit_code == 2
    assert "facts.yaml" in done.output

"""The steps that are kept as a file: those that compiling gives, used for just the files that they were made from."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np
import pytest

from cohort_material import own_steps
from pnet_pathways.adapters.cohort.compiled_steps import COMPILED_STEPS, read_compiled_steps, write_compiled_steps
from pnet_pathways.adapters.cohort.evaluation import steps_for
from pnet_pathways.adapters.cohort.steps import StepTables
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.loading.compiled import COMPILED
from pnet_pathways.loading.folder import load_files
from project import DEFINITIONS, ROOT

PUMP = ROOT / "examples" / "documents" / "pump_fault"


def copied(folder: Path, place: Path) -> Path:
    return Path(shutil.copytree(folder, place / folder.name, ignore=shutil.ignore_patterns(COMPILED, COMPILED_STEPS)))


def kept(place: Path) -> StepTables:
    found = read_compiled_steps(load_files(place))
    assert found is not None
    return found


def test_what_is_kept_is_what_compiling_gives_in_every_part(tmp_path: Path) -> None:
    place = copied(DEFINITIONS, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    assert read_compiled_steps(load_files(place)) is None
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before  # nothing is written at run time
    write_compiled_steps(place)
    found, wanted = kept(place), own_steps()
    assert found.columns == wanted.columns
    assert list(found.checks.about.items()) == list(wanted.checks.about.items())
    assert [(one.group, one.output, one.size) for one in found.groups] == [
        (one.group, one.output, one.size) for one in wanted.groups
    ]
    for one, other in zip(found.steps, wanted.steps, strict=True):
        assert (one.name, one.inputs, one.radixes, one.size) == (other.name, other.inputs, other.radixes, other.size)
        assert one.table.dtype == other.table.dtype
        assert np.array_equal(one.table, other.table)
    for name in ("answers", "options", "gaps"):
        assert getattr(found.said, name).equals(getattr(wanted.said, name)), name


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda place: (place / "facts.yaml").write_text((place / "facts.yaml").read_text() + "\n# a remark\n"), "other files"),
        (lambda place: shutil.copy(place / "facts.yaml", place / "more.yaml"), "other files"),
        (
            lambda place: (place / COMPILED_STEPS).write_bytes((place / COMPILED_STEPS).read_bytes()[:-1]),
            "not what its hash says",
        ),
        (lambda place: (place / COMPILED_STEPS).write_bytes(b"\xff"), "not what its hash says"),
    ],
)
def test_where_it_does_not_fit_the_steps_are_compiled_and_the_log_says_why(
    tmp_path: Path, change: Callable[[Path], object], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    place = copied(PUMP, tmp_path)
    definitions = load_files(place)
    write_compiled_steps(place)
    assert read_compiled_steps(definitions) is not None
    change(place)
    with caplog.at_level(logging.INFO):
        assert read_compiled_steps(definitions) is None
    assert reason in caplog.text
    assert [one.name for one in steps_for(definitions).steps] == [one.name for one in steps_for(load_files(PUMP)).steps]


def test_it_is_not_taken_for_other_definitions_from_the_same_folder(tmp_path: Path) -> None:
    place = copied(DEFINITIONS, tmp_path)
    definitions = load_files(place)
    write_compiled_steps(place)
    assert read_compiled_steps(engine_for(definitions).under({"R-18": "primary"}).definitions) is None
    assert read_compiled_steps(attrs.evolve(definitions, content_hash="of others")) is None
    assert read_compiled_steps(attrs.evolve(definitions, folder="")) is None

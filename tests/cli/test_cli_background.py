"""`pnet background` on the pumps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pnet_pathways.cli.main import app
from reference_material import PUMPS


def pnet(*arguments: str, folder: Path = PUMPS) -> Result:
    """Run the command on a folder."""
    return CliRunner().invoke(app, ["background", *arguments, "--pathways", str(folder)])


def test_every_topic_is_printed_with_its_entries() -> None:
    done = pnet()
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "What a pump does (pumps)\n  - Moves liquid through pipes.\n      source: General Information"
    )
    assert "      only if: There is a spare pump.\n" in done.stdout
    assert "This guideline is made up" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "entries"),
    [
        ((), ["what_a_pump_does", "spare_pump", "gland"]),
        (("repairs",), ["spare_pump", "gland"]),
        (("--about", "centrifugal"), ["gland"]),
        (("repairs", "--about", "replace_pump"), ["spare_pump"]),
        (("pumps", "--about", "replace_pump"), []),
    ],
)
def test_data_hold_what_was_asked_for(arguments: tuple[str, ...], entries: list[str]) -> None:
    data = json.loads(pnet(*arguments, "--format", "json").stdout)
    assert [one["id"] for topic in data["topics"].values() for one in topic["entries"]] == entries


def test_that_nothing_is_about_it_is_said() -> None:
    assert pnet("--about", "gear").stdout.startswith("Nothing there is about 'gear'.\n")


def test_that_there_is_no_background_is_said(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PUMPS, tmp_path / "pumps"))
    (folder / "background.yaml").unlink()
    assert pnet(folder=folder).stdout.startswith("The definitions hold no background.\n")
    done = pnet("pumps", folder=folder)
    assert (done.exit_code, done.stderr) == (2, "pnet: there is no topic 'pumps' (there is none at all)\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("repair",), "pnet: there is no topic 'repair' (did you mean 'repairs'?)\n"),
        (("x",), "pnet: there is no topic 'x' (pumps, repairs)\n"),
        (("--about", "gaer"), "pnet: there is no treatment or type 'gaer' (did you mean 'gear'?)\n"),
    ],
)
def test_what_does_not_exist_is_met_with_a_suggestion(arguments: tuple[str, ...], said: str) -> None:
    done = pnet(*arguments)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", said)

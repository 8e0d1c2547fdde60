"""The typed names: held current, checked by mypy and pyright as an EHR developer's file is, and the same case as from data."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from documents import consumer
from pnet_pathways import Case, CaseError, Site, Sites, Spread, TumorType, load_pathways
from pnet_pathways.model import case as generic
from project import ROOT

CONSUMER = ROOT / "tests" / "documents" / "consumer.py"
CHECKERS = {
    "mypy": [sys.executable, "-m", "mypy", "--strict", "--no-incremental"],
    "pyright": [sys.executable, "-m", "basedpyright", "--level", "error", "--pythonpath", sys.executable],
}
MISTAKES = {
    'Case(tumor_typ="vipoma")': "tumor_typ",
    'Case(tumor_type="vipomaa")': "vipomaa",
    'Case(resectable="yes")': "resectable",
    'Case(sites=["leg"])': "error",
}


def checked(checker: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*CHECKERS[checker], str(path)], capture_output=True, text=True, cwd=path.parent, check=False)


def test_the_typed_names_in_the_repository_are_current() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        writer = importlib.import_module("write_types")
    finally:
        sys.path.pop(0)
    text = writer.formatted(writer.types_source(load_pathways().vocabulary))
    assert writer.TARGET.read_text("utf-8") == text, "run `make generated`"


@pytest.mark.parametrize("checker", CHECKERS)
def test_what_a_developer_writes_is_accepted(checker: str) -> None:
    done = checked(checker, CONSUMER)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("checker", CHECKERS)
def test_what_is_wrong_is_found_before_it_runs(checker: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text("from pnet_pathways import Case\n" + "\n".join(MISTAKES) + "\n")
    done = checked(checker, path)
    assert done.returncode == 1
    for number, word in enumerate(MISTAKES.values(), 2):
        assert any(f":{number}:" in line and word in line for line in done.stdout.splitlines()), (number, done.stdout)


def test_the_file_runs() -> None:
    answer = consumer.ask()
    assert answer.pathway == "vipoma"
    assert {option.certainty for option in consumer.certain(answer)} <= {"certain"}


def test_a_typed_case_is_the_case_that_its_data_describe() -> None:
    typed = Case(tumor_type=TumorType.VIPOMA, sites=Sites(head=True), spread=Spread(liver=False), resectable=True)
    data = {"tumor_type": "vipoma", "sites": {"head": True}, "resectable": True, "spread": {"liver": False}}
    assert typed.to_dict() == data
    assert typed == Case.from_dict(data) == generic.Case.from_dict(data, load_pathways().vocabulary)
    assert hash(typed) == hash(Case.from_dict(data))
    assert (typed.tumor_type, typed.sites, typed.size) == (TumorType.VIPOMA, Sites(head=True), None)
    assert typed.with_(size="small").tumor_type is TumorType.VIPOMA


def test_any_iterable_of_members_is_a_complete_group() -> None:
    assert Case(sites=(site for site in Site if site is not Site.TAIL)).to_dict() == {"sites": ["head", "body"]}


def test_what_types_cannot_hold_is_refused_as_data_is() -> None:
    with pytest.raises(CaseError, match="resectable: takes true or false, not a number 1"):
        Case(resectable=1)  # type: ignore[arg-type]

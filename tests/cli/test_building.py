"""Only the command that runs is built, and nobody can tell."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

import pnet_pathways
from pnet_pathways.cli.app import PARTS, build
from project import DEFINITIONS

if TYPE_CHECKING:
    import typer


def called(app: typer.Typer) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command and every group."""
    yield from ((str(one.name),) for one in app.registered_commands)
    for group in app.registered_groups:
        yield (str(group.name),)
        assert group.typer_instance is not None
        yield from ((str(group.name), *words) for words in called(group.typer_instance))


CASES = DEFINITIONS / "cases"
EVERY = list(called(build()))


def said(app: typer.Typer, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, words, prog_name="pnet", env={"COLUMNS": "100"})
    return done.exit_code, done.output


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
@pytest.mark.parametrize("more", ["--help", "-h", "--no-such-option"])
def test_a_command_built_alone_says_what_it_says_among_all(words: tuple[str, ...], more: str) -> None:
    alone = build([*words, more])
    assert said(alone, *words, more) == said(build(), *words, more)
    assert len(alone.registered_commands) + len(alone.registered_groups) == 1


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], [], ["nonsense"], ["recomend"], ["--nonsense"], ["--version", "recommend"]]
)
def test_what_calls_no_command_is_told_of_all(words: list[str]) -> None:
    assert said(build(words), *words) == said(build(), *words)
    assert list(called(build(words))) == EVERY


def test_a_word_that_no_command_of_a_group_has_is_told_of_all_of_the_group() -> None:
    for words in (["review"], ["review", "sing"], ["source", "--help"]):
        assert said(build(words), *words) == said(build(), *words)
    assert said(build(["review", "sing"]), "review", "sing")[0] == 2


def test_every_command_is_named_with_its_module_once() -> None:
    words = [word for own in PARTS.values() for word in own]
    assert len(words) == len(set(words))
    assert set(words) == {first for first, *_ in EVERY}


def test_the_version_is_printed_before_anything_is_loaded() -> None:
    code = "import sys; sys.argv = ['pnet', '--version']; from pnet_pathways.cli.main import main; main(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version, definitions, loaded = done.stdout.splitlines()
    assert version == f"pnet_pathways {pnet_pathways.__version__}"
    assert definitions.startswith("definitions ")
    assert not set(loaded.split()) & {"typer", "click", "attr", "cattrs", "ruamel.yaml", "importlib.metadata"}


def ran(*words: str, given: str = "", quick: bool = True) -> tuple[int, str, str]:
    slow = "" if quick else "from pnet_pathways.cli import main as m; m.plain = lambda words: False; "
    code = f"import sys; {slow}from pnet_pathways.cli.main import main; main(); print('typer' in sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *words], input=given, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("case", sorted(CASES.glob("*.json"))[::5], ids=lambda path: path.stem)
def test_a_plain_answer_is_printed_without_typer_and_is_that_of_the_command(case: Path) -> None:
    code, shown, last = ran("recommend", str(case))
    assert (code, last) == (0, "False\n")
    assert ran("recommend", "-", given=case.read_text("utf-8")) == (code, shown, last)
    assert ran("recommend", str(case), quick=False)[:2] == (code, shown)


@pytest.mark.parametrize(
    "words",
    [("facts",), ("facts", "--format", "json"), ("recommend", str(CASES / "insulinoma-head-small.json"), "--format", "json")],
    ids=" ".join,
)
@pytest.mark.parametrize("columns", ["", "50", "140"])
def test_what_else_is_printed_without_typer_is_that_of_the_command_too(
    words: tuple[str, ...], columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    code, shown, last = ran(*words)
    assert (code, last) == (0, "False\n")
    assert ran(*words, quick=False)[:2] == (code, shown)


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (("facts", "more"), ""),
        (("facts", "--format", "yaml"), ""),
        (("recommend", "--format", "json"), ""),
        (("recommend", "missing.json"), ""),
        (("recommend", "."), ""),
        (("recommend", ""), ""),
        (("recommend", "--nonsense"), ""),
        (("recommend", "-"), '{"tumor_typ": "vipoma"}'),
        (("recommend", "-"), '{"resectable": true, "resectable": false}'),
        (("recommend", "-"), ""),
        (("recommend", "-", "--all"), "{}"),
    ],
)
def test_what_is_no_plain_answer_is_left_to_the_command(words: tuple[str, ...], given: str) -> None:
    assert ran(*words, given=given) == ran(*words, given=given, quick=False)


def test_the_app_is_that_with_all_commands() -> None:
    from pnet_pathways.cli import main

    assert list(called(main.app)) == EVERY
    with pytest.raises(AttributeError, match="no attribute 'apps'"):
        main.apps  # noqa: B018

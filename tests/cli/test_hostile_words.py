"""What strangers wrote (keys, titles, names of files, words typed) reaches a terminal only escaped, whatever the command."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from commands import pnet
from pnet_pathways.cli.app import PARTS, build
from pnet_pathways.model.errors import CaseError, Problem, printable
from pnet_pathways.model.json_text import dumped
from project import DEFINITIONS

HOSTILE = "\x1b]0;owned\x07\x9b31m\u202etxt\x7f\r\nforged"
"""Sets the title of a terminal, colors, turns what follows, and begins a line that looks like one of ours."""
PLAIN = json.dumps({HOSTILE: 1, "walk": 1, "tumor_type": HOSTILE})


def obeyed(text: str) -> list[str]:
    """Return what a terminal would obey in a text, and lines that a stranger made."""
    signs = [one for one in text if one not in "\n\t" and unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"}]
    turned = [
        one for one in text if unicodedata.bidirectional(one) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    ]
    return signs + turned + [line for line in text.splitlines() if line.startswith("forged")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a document (whose texts cannot be hostile: it would not load) and hostile files, all of hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    document = folder / f"document{HOSTILE}"
    assert CliRunner().invoke(build(["new"]), ["new", str(document)]).exit_code == 0
    for ending in ("", ".json", ".jsonl", ".csv", ".ndjson"):
        (folder / f"file{HOSTILE}{ending}").write_text(PLAIN, "utf-8")
    return folder


def leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each command with the words that call it."""
    if hasattr(command, "commands"):
        for name, one in command.commands.items():
            yield from leaves(one, (*words, name))
    else:
        yield words, command


COMMANDS = dict(leaves(typer.main.get_command(build())))


def runs(words: tuple[str, ...], place: Path) -> Iterator[list[str]]:
    """Yield the command with each of its arguments and options set to something hostile."""
    command = COMMANDS[words]
    options = {one.opts[0]: one for one in command.params if one.param_type_name == "option" and not one.is_flag}
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    document = ["--pathways", str(place / f"document{HOSTILE}")] if "--pathways" in options else []
    for ending in ("", ".csv"):
        yield [*words, *[str(place / f"file{HOSTILE}{ending}")] * len(arguments), *document]
    file = str(place / f"file{HOSTILE}.json")
    for name in options:
        needed = [word for other, one in options.items() if one.required and other != name for word in (other, "x")]
        yield [*words, *[file] * len(arguments), *document, *needed, name, file]
    if document:
        yield [*words, *document]
    yield [*words, f"--{HOSTILE}"]
    yield [*words, *[HOSTILE] * 4]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_lets_a_terminal_obey_a_stranger(
    words: tuple[str, ...], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    quick = ["--no-verify"] if words == ("report",) else []
    for arguments in runs(words, place):
        done = CliRunner().invoke(build(words), [*arguments, *quick], input="quit\n")
        assert not isinstance(done.exception, Exception), (arguments, done.exception)
        assert obeyed(done.output) == [], (arguments, done.output)


def test_every_command_is_tried() -> None:
    assert {words[0] for words in COMMANDS} == {word for own in PARTS.values() for word in own}


@pytest.mark.parametrize("words", ["\x1b[2Jx", "--\x1b[2Jx"])
def test_wrong_usage_is_shown_and_not_obeyed(words: str) -> None:
    done = pnet(words)
    assert done.exit_code == 2
    assert "\\x1b[2Jx" in done.stderr
    assert obeyed(done.stderr) == []


def test_what_json_prints_is_the_same_data() -> None:
    text = dumped({HOSTILE: [HOSTILE]})
    assert obeyed(text) == []
    assert json.loads(text) == {HOSTILE: [HOSTILE]}


# Sizes


def test_a_long_key_is_cut_and_its_length_is_said() -> None:
    done = pnet("recommend", "-", text=json.dumps({"k" * 3_000_000: 1}))
    assert done.exit_code == 2
    assert len(done.stderr) < 2000
    assert "2,999,600 characters left out" in done.stderr


def test_of_many_wrong_keys_the_first_are_told_and_the_rest_counted() -> None:
    done = pnet("recommend", "-", text=json.dumps({f"tumor_typ{number}": 1 for number in range(20_000)}))
    lines = done.stderr.splitlines()
    assert lines[0] == "pnet: 20000 problems in the case:"
    assert lines[1] == "  - tumor_typ0: no such fact (did you mean 'tumor_type'?)"
    assert (len(lines), lines[-1]) == (52, "  - and 19,950 more")


def test_what_facts_there_are_is_told_once() -> None:
    done = pnet("recommend", "-", text=json.dumps({f"k{number}": 1 for number in range(20_000)}))
    assert (done.exit_code, done.stderr.count("facts: tumor_type, ")) == (2, 1)


def test_an_error_keeps_all_its_problems() -> None:
    error = CaseError(Problem(f"key{number}", "no such fact") for number in range(51))
    assert len(error.problems) == 51
    assert str(error).splitlines()[-2:] == ["  - key49: no such fact", "  - and 1 more"]


# The escaping


@given(st.text())
def test_what_is_printable_is_never_obeyed_and_stays_readable(text: str) -> None:
    assert obeyed(printable(text).removeprefix("forged")) == []
    assert "\n" not in printable(text)
    assert printable(printable(text)) == printable(text)


def test_what_harms_nobody_stays() -> None:
    text = "Größe 5\u00a0mm “head”, क्\u200dष, naïve, 5\u202fµm, e\u0301"
    assert printable(text) == text
    assert printable("a\nb\tc", lines=True) == "a\nb\tc"
    assert printable("a\nb\tc") == "a\\nb\\tc"


def test_the_end_of_a_long_place_stays() -> None:
    assert str(Problem(f"{'folder/' * 200}facts.yaml:3:4", "is wrong")).endswith("facts.yaml:3:4: is wrong")


def test_the_case_of_the_project_has_none_of_it() -> None:
    for file in sorted(DEFINITIONS.rglob("*.yaml")):
        assert obeyed(file.read_text("utf-8")) == [], file


@pytest.mark.parametrize(
    "command",
    [
        ("recommend",),
        ("ask",),
        ("ask", "--resume"),
        ("coverage", "vipoma"),
        ("render", "--case"),
        ("replay",),
        ("review", "import"),
        ("fhir", "read"),
        ("fhir", "answer"),
        ("fhir", "verify-package"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("text", ["[]", "{", '{"answers": 1}', '{"a": "\n"}'])
def test_whatever_cannot_be_used_is_said_with_its_file(command: tuple[str, ...], text: str, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(text)
    done = pnet(*command, tmp_path / "mine.json")
    assert done.exit_code == 2
    assert re.search(r"mine\.json[:,] ", done.stderr)
    assert " at\n" not in done.stderr


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("",), "empty argument"),
        (("recommend", ""), "empty argument after recommend"),
        (("recommend", "--require-approved", ""), "empty argument after --require-approved"),
        (("fhir", "answer", ""), "empty argument after answer"),
        (("verify", "--pathways", ""), "empty argument after --pathways"),
        (("review", "verify", "--reviews="), "--reviews has no value"),
    ],
)
def test_an_empty_word_is_not_the_folder_at_hand(words: tuple[str, ...], named: str) -> None:
    done = pnet(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"pnet: {named}; is a variable unset?\n"


def test_words_behind_two_hyphens_are_taken_as_they_are() -> None:
    assert "--a=: " in pnet("recommend", "--", "--a=").stderr

"""Safe YAML with places: what is read, where everything stands, and what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pnet_pathways.loading.yaml_source import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_DIGITS,
    Document,
    Path_,
    read_yaml,
    tidy,
)
from project import DEFINITIONS

Read = Callable[[str | bytes], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a text as the file ``x.yaml``."""

    def reader(content: str | bytes) -> Document:
        path = tmp_path / "x.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_yaml(path, "x.yaml")

    return reader


def only_problem(document: Document) -> str:
    """Return the text of the one problem of a document."""
    (problem,) = document.problems
    return str(problem)


# What is read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("", None),
        ("~", None),
        ("null", None),
        ("nul", "nul"),
        ("12", 12),
        ("-3", -3),
        ("+1", 1),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("1.0.0", "1.0.0"),
        ("2022-10-07", "2022-10-07"),
        ("12:30", "12:30"),
        ('"12"', "12"),
        ("'true'", "true"),
        ('""', ""),
        ("'~'", "~"),
        ("a b", "a b"),
        ("R-1", "R-1"),
        ("[]", []),
        ("{}", {}),
        (">-\n  one\n  two", "one two"),
        ("|\n  one\n  two", "one\ntwo\n"),
        ("# a comment", None),
    ],
)
def test_a_value_is_what_yaml_1_2_says(read: Read, text: str, value: object) -> None:
    document = read(f"key: {text}\n")
    assert document.problems == []
    assert document.data == {"key": value}
    assert type(document.data["key"]) is type(value)


def test_lists_and_mappings_nest(read: Read) -> None:
    document = read("a:\n  - {b: [1, x]}\n  - - y\nc: {d: {}}\n")
    assert document.data == {"a": [{"b": [1, "x"]}, ["y"]], "c": {"d": {}}}


def test_keys_are_words_whatever_they_look_like(read: Read) -> None:
    assert read("yes: 1\n1: 2\nnull: 3\ntrue: 4\n").data == {"yes": 1, "1": 2, "null": 3, "true": 4}


@pytest.mark.parametrize(("text", "data"), [("", None), ("# only a comment\n", None), ("word\n", "word"), ("- 1\n", [1])])
def test_a_file_need_not_be_a_mapping(read: Read, text: str, data: object) -> None:
    document = read(text)
    assert (document.data, document.problems) == (data, [])


@pytest.mark.parametrize("text", ["\ufeffa: x\n", "a: x\r\n", "---\na: x\n...\n", "%YAML 1.2\n---\na: x\n"])
def test_marks_of_the_file_format_are_no_content(read: Read, text: str) -> None:
    document = read(text)
    assert (document.data, document.problems) == ({"a": "x"}, [])


def test_what_is_not_ascii_is_read_as_utf_8(read: Read) -> None:
    assert read("tumör: ≥ 2 😀\n").data == {"tumör": "≥ 2 😀"}


# Where it stands

PLACED = """\
# A comment first.
first: 1
second:
  - x
  -   key: y
      other: [p, {q: r}]
third: {a: 1, "b": 2}
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), "x.yaml:2:1"),
        (("first",), "x.yaml:2:1"),
        (("second",), "x.yaml:3:1"),
        (("second", 0), "x.yaml:4:5"),
        (("second", 1), "x.yaml:5:7"),
        (("second", 1, "key"), "x.yaml:5:7"),
        (("second", 1, "other"), "x.yaml:6:7"),
        (("second", 1, "other", 0), "x.yaml:6:15"),
        (("second", 1, "other", 1, "q"), "x.yaml:6:19"),
        (("third", "a"), "x.yaml:7:9"),
        (("third", "b"), "x.yaml:7:15"),
    ],
)
def test_every_key_and_every_list_entry_has_its_place(read: Read, path: Path_, place: str) -> None:
    assert str(read(PLACED).where(path)) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("second", 1, "key", "deeper", 3), "x.yaml:5:7"),
        (("second", 7), "x.yaml:3:1"),
        (("fourth",), "x.yaml:2:1"),
    ],
)
def test_what_is_not_there_stands_at_the_nearest_thing_above(read: Read, path: Path_, place: str) -> None:
    assert str(read(PLACED).where(path)) == place


def test_in_an_empty_file_everything_stands_at_its_beginning(read: Read) -> None:
    assert str(read("").where(("a", 0))) == "x.yaml:1:1"


def test_columns_count_characters_and_not_bytes(read: Read) -> None:
    assert str(read("ü: {ä: 1, b: 2}\n").where(("ü", "b"))) == "x.yaml:1:11"


def test_a_recorded_problem_has_the_place_of_its_path(read: Read) -> None:
    document = read(PLACED)
    document.problem(("third", "a"), "is wrong", "make it right")
    assert only_problem(document) == "x.yaml:7:9: is wrong (make it right)"


@pytest.mark.parametrize("path", sorted(DEFINITIONS.glob("*.yaml")), ids=lambda path: path.name)
def test_every_place_in_a_real_file_points_at_its_key(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    document = read_yaml(path, path.name)
    for where, (line, column) in document.places.items():
        if where and isinstance(where[-1], str):
            assert re.match(rf"[\"']?{re.escape(where[-1])}[\"']?\s*:", lines[line - 1][column - 1 :]), where


# What is refused


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\na: 2\n", "x.yaml:2:1: duplicate key 'a' (keep one; the first is on line 1)"),
        ("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", "x.yaml:5:3: duplicate key 'c' (keep one; the first is on line 3)"),
        ("{a: 1, b: 2, 'a': 3}\n", "x.yaml:1:14: duplicate key 'a' (keep one; the first is on line 1)"),
        ("a: &x 1\n", "x.yaml:1:4: anchors and aliases are not read (write the content out)"),
        ("a: &x [1]\n", "x.yaml:1:4: anchors and aliases are not read (write the content out)"),
        ("&x a: 1\n", "x.yaml:1:1: anchors and aliases are not read (write the content out)"),
        ("a: *x\n", "x.yaml:1:4: anchors and aliases are not read (write the content out)"),
        ("*x : 1\n", "x.yaml:1:1: anchors and aliases are not read (write the content out)"),
        ("a: !!str 1\n", "x.yaml:1:4: tags such as tag:yaml.org,2002:str are not read (leave the tag out)"),
        ("- !mine x\n", "x.yaml:1:3: tags such as !mine are not read (leave the tag out)"),
        (
            "!!python/object/apply:os.system [ls]\n",
            "x.yaml:1:1: tags such as tag:yaml.org,2002:python/object/apply:os.system are not read (leave the tag out)",
        ),
        ("a:\n  ? [b]\n  : 1\n", "x.yaml:2:5: a key is a plain word here, not a list or mapping"),
        ("{{a: 1}: 2}\n", "x.yaml:1:2: a key is a plain word here, not a list or mapping"),
        ("a: 1\n---\nb: 2\n", "x.yaml:3:1: a file holds one document, and here a second one begins"),
    ],
)
def test_what_is_unsafe_or_ambiguous_is_refused_where_it_stands(read: Read, text: str, problem: str) -> None:
    assert only_problem(read(text)) == problem


def test_every_repeated_key_is_reported(read: Read) -> None:
    assert [str(problem) for problem in read("a: {x: 1, x: 2}\nb: 1\na: 2\n").problems] == [
        "x.yaml:1:11: duplicate key 'x' (keep one; the first is on line 1)",
        "x.yaml:3:1: duplicate key 'a' (keep one; the first is on line 1)",
    ]


def test_of_a_repeated_key_the_first_value_is_kept(read: Read) -> None:
    assert read("a: {x: 1}\na: {y: 2}\n").data == {"a": {"x": 1}}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [\n", "x.yaml:2:1"),
        ("a:\n\tb: 1\n", "x.yaml:2:1"),
        ("a: b: c\n", "x.yaml:1:5"),
        ('a: "\\q"\n', "x.yaml:1:5"),
        ("a: 1\n b: 2\n", "x.yaml:2:3"),
    ],
)
def test_what_is_no_yaml_is_reported_where_the_parser_stopped(read: Read, text: str, place: str) -> None:
    assert only_problem(read(text)).startswith(f"{place}: this is not valid YAML: ")


def test_control_characters_are_no_yaml(read: Read) -> None:
    assert "this is not valid YAML: " in only_problem(read("a: x\x00y\n"))


def test_a_whole_number_is_read_to_the_limit_of_its_digits_and_no_longer(read: Read) -> None:
    """Python itself refuses to read more than 4300 digits."""
    assert read(f"a: {'1' * MAX_DIGITS}\n").data == {"a": int("1" * MAX_DIGITS)}
    long = read(f"a: 1\nb: {'1' * (MAX_DIGITS + 1)}\n")
    assert only_problem(long) == f"x.yaml:2:4: a number of more than {MAX_DIGITS} digits is not read"


def test_many_digits_in_quotes_are_a_word(read: Read) -> None:
    assert read(f"a: '{'1' * 9000}'\n").data == {"a": "1" * 9000}


def test_a_file_in_another_encoding_is_refused(read: Read) -> None:
    assert only_problem(read(b"a: \xff\n")) == "x.yaml:1:1: the file is not UTF-8 text (byte 3)"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_nesting_is_read_to_the_limit_and_no_deeper(read: Read, opening: str, closing: str) -> None:
    assert read(opening * MAX_DEPTH + closing * MAX_DEPTH).problems == []
    deep = read(opening * (MAX_DEPTH + 1) + closing * (MAX_DEPTH + 1))
    column = len(opening) * MAX_DEPTH + 1
    assert only_problem(deep) == f"x.yaml:1:{column}: nested deeper than {MAX_DEPTH} levels"


def test_nesting_without_end_is_refused_like_any_other(read: Read) -> None:
    assert only_problem(read("[" * 100_000)) == f"x.yaml:1:{MAX_DEPTH + 1}: nested deeper than {MAX_DEPTH} levels"


def test_a_file_is_read_to_the_limit_of_its_size_and_no_larger(read: Read) -> None:
    assert read("#" * MAX_BYTES).problems == []
    assert only_problem(read("#" * (MAX_BYTES + 1))) == "x.yaml:1:1: the file has 1,000,001 bytes; at most 1,000,000 are read"


def test_a_file_that_is_not_there_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    document = read_yaml(tmp_path / "none.yaml", "none.yaml")
    assert only_problem(document) == "none.yaml:1:1: the file cannot be read: No such file or directory"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert only_problem(read_yaml(tmp_path, "x.yaml")) == "x.yaml:1:1: the file cannot be read: Is a directory"


def test_problems_name_the_file_as_the_caller_does(tmp_path: Path) -> None:
    path = tmp_path / "y.yaml"
    path.write_text("a: *x\n")
    assert only_problem(read_yaml(path, "shown.yaml")).startswith("shown.yaml:1:4: ")


def test_what_was_read_before_a_problem_is_kept_for_the_other_reports(read: Read) -> None:
    document: Any = read("a: 1\nb: *x\nc: 3\n")
    assert document.data == {"a": 1}


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_lines_are_counted_as_editors_count_them(read: Read, sign: str) -> None:
    document = read(f"# a{sign}b\na: 'x{sign}y'\nb: {sign}z\nb: 2")
    assert only_problem(document).startswith("x.yaml:4:1: duplicate key 'b'")
    assert document.data == {"a": f"x{sign}y", "b": f"{sign}z"}


def test_a_mistake_of_yaml_behind_such_a_sign_has_its_line_too(read: Read) -> None:
    assert only_problem(read("a: x\u2028\x85\nb: [")).startswith("x.yaml:3:")


@pytest.mark.parametrize(
    "text",
    ["e\u0301tude", "\u00e9tude ", "\u00e9tu\u00adde", "\u00e9tude\u00a0", " \u00e9tude\n", "\u00e9\u200btude"],
)
def test_what_nobody_sees_in_a_text_says_nothing(read: Read, text: str) -> None:
    assert read(f"a: [{{b: {json.dumps(text)}}}]").tidied().data == {"a": [{"b": "\u00e9tude"}]}


def test_trailing_spaces_of_folded_text_say_nothing(read: Read) -> None:
    assert read("a: >-\n  one \n  two\n").tidied().data == read("a: >\n  one\n  two").tidied().data == {"a": "one two"}
    assert tidy("one\u00a0two \u2028 three") == "one two three"

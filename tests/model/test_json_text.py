"""JSON text from outside: what is refused, and what the error says of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnet_pathways.model.json_text import JsonTextError, read_json

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN)
def test_plain_data_is_read_back(data: Any) -> None:
    assert read_json(json.dumps(data)) == data


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "not valid JSON: Expecting value"),
        ("{", 1, 2, "not valid JSON: Expecting property name enclosed in double quotes"),
        ('{"size":\n small}', 2, 2, "not valid JSON: Expecting value"),
        ("{} {}", 1, 4, "not valid JSON: Extra data"),
    ],
)
def test_text_that_is_not_json_is_refused_at_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(JsonTextError) as caught:
        read_json(text)
    error = caught.value
    assert (error.line, error.column, error.message, error.key) == (line, column, message, None)
    assert str(error) == f"line {line}, column {column}: {message}" == str(error.problem)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"a": 1, "b": 2, "b": 3}', "b"),
        ('{"a": 1, "b": 2, "b": 3, "a": 4}', "b"),
        ('{"a": 1, "\\u0061": 1}', "a"),
        ('[{"x": {"": 1, "": 1}}]', ""),
    ],
)
def test_a_key_that_stands_twice_is_named(text: str, key: str) -> None:
    with pytest.raises(JsonTextError) as caught:
        read_json(text)
    error = caught.value
    assert (error.key, error.line, error.column) == (key, None, None)
    assert str(error) == f"duplicate key '{key}' (keep one)"


def test_the_same_key_in_two_objects_is_no_duplicate() -> None:
    assert read_json('[{"a": 1}, {"a": {"a": 2}}]') == [{"a": 1}, {"a": {"a": 2}}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "this JSON is nested too deeply"),
        ('{"a":' * 100_000, "this JSON is nested too deeply"),
        ("1" + "0" * 5000, "this JSON holds a number too long to read"),
    ],
)
def test_what_python_cannot_hold_is_refused(text: str, message: str) -> None:
    with pytest.raises(JsonTextError) as caught:
        read_json(text)
    assert str(caught.value) == message
    assert (caught.value.line, caught.value.key) == (None, None)


def test_a_key_that_no_terminal_takes_or_that_is_very_long_can_be_shown() -> None:
    for key in ('"\\ud800"', json.dumps("x" * 10_000)):
        with pytest.raises(JsonTextError) as caught:
            read_json(f"{{{key}: 1, {key}: 2}}")
        assert len(str(caught.value).encode()) < 100

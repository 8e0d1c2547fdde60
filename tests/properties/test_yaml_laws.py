"""Laws of reading YAML, over junk and everything that JSON can write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pnet_pathways.loading.yaml_source import MAX_DEPTH, Document, read_yaml

yaml_pieces = st.lists(
    st.sampled_from(
        [
            *"-:?[]{},#&*!|>'\"%@`~ \n\t",
            "\n  ",
            ": ",
            "- ",
            "a",
            "b: ",
            "---\n",
            "...\n",
            "<<: ",
            "!!x ",
            "&a ",
            "*a ",
            "1",
            "\x00",
        ]
    )
    | st.text(max_size=3),
    max_size=30,
).map("".join)


@pytest.fixture(scope="module")
def junk_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to write junk into."""
    return tmp_path_factory.mktemp("junk") / "junk.yaml"


def depth(data: object) -> int:
    """Return how deep data is nested."""
    if isinstance(data, dict):
        data = list(data.values())
    return 1 + max(map(depth, data), default=0) if isinstance(data, list) else 0


@given(content=(st.text() | yaml_pieces).map(lambda text: text.encode("utf-8", "replace")) | st.binary())
@example(content=b"a: " + b"9" * 5000)
@example(content=b"[" * 5000)
@example(content=b"\xef\xbb\xbfa: 1")
@settings(max_examples=1000)
def test_reading_junk_never_raises_and_never_gives_more_than_plain_data(junk_file: Path, content: bytes) -> None:
    junk_file.write_bytes(content)
    document = read_yaml(junk_file, "junk.yaml")
    assert isinstance(document, Document)
    assert depth(document.data) <= MAX_DEPTH
    json.dumps(document.data)
    for problem in document.problems:
        name, line, column = problem.where.split(":")
        assert name == "junk.yaml"
        assert int(line) >= 1
        assert int(column) >= 1


characters = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | characters,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(characters, inner, max_size=3),
    max_leaves=10,
)


@given(data=plain_data)
@settings(max_examples=300)
def test_json_is_yaml(junk_file: Path, data: Any) -> None:
    """What JSON writes in ASCII is read as the same data (but for pairs of surrogates, which YAML does not escape)."""
    junk_file.write_text(json.dumps(data), "utf-8")
    document = read_yaml(junk_file, "junk.yaml")
    assert document.problems == []
    assert document.data == data

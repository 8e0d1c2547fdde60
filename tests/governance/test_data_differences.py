"""Where plain data differs, place by place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnet_pathways.governance.difference.places import Place, data_differences


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": {"b": "x"}}, {"a": {"b": "y"}}, [Place("a.b", "x", "y")]),
        ({"a": 1}, {}, [Place("a", "1", "")]),
        ({}, {"a": [True, None]}, [Place("a", "", "[true, null]")]),
        ({"a": ["x"]}, {"a": ["x", "y"]}, [Place("a", '["x"]', '["x", "y"]')]),
        ({"a": [{"id": "I", "v": 1}]}, {"a": [{"id": "I", "v": 2}]}, [Place("a.I.v", "1", "2")]),
        ({"a": [{"v": 1}, {"v": 1}]}, {"a": [{"v": 1}, {"v": 2}]}, [Place("a.1.v", "1", "2")]),
        ({"a": [{"id": "I"}, {"id": "J"}]}, {"a": [{"id": "J"}, {"id": "I"}]}, [Place("a", "I, J", "J, I")]),
        ({"answers": {"yes": 1, "no": 2}}, {"answers": {"no": 2, "yes": 1}}, [Place("answers", "yes, no", "no, yes")]),
    ],
)
def test_differences(before: Any, after: Any, places: list[Place]) -> None:
    assert list(data_differences("", before, after)) == places


DATA = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(DATA)
def test_nothing_differs_from_itself(data: Any) -> None:
    assert list(data_differences("", data, json.loads(json.dumps(data)))) == []

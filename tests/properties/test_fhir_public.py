"""Public examples of mCODE, changed at random: whatever a server sends, it is read or met with our own error."""

from __future__ import annotations

import copy
import json
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from project import ROOT

from .test_fhir_laws import junk, only_our_own_errors, places

PUBLIC = ROOT.parent / "shared" / "data" / "fhir" / "mcode"

REFERENCES = ["", "/", "Patient/", "#p", "http://", "urn:", "Patient/p/_history/", "Patient?name=x"]
CODINGS: list[Any] = [None, [None], [{}], [{"system": None, "code": 5}], {"code": "8151/3"}]
DATES = [
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2024-02-30",
    "0000",
    "9999",
    "9999-12",
    "2024-01-01T24:00:00Z",
]
FULL_WIDTH, SUPERSCRIPT = "\uff12\uff10\uff12\uff14", "\u00b2\u2070\u00b2\u2074"
VALUES: list[Any] = ["\ud800", "\u202e", "\x00", "x" * 5000, 10**400, float("nan"), float("-inf"), [[]], [None]]
ODD: list[Any] = [
    *({"reference": one} for one in REFERENCES),
    *({"coding": coding} for coding in CODINGS),
    *DATES,
    FULL_WIDTH,
    SUPERSCRIPT,
    *VALUES,
]
"""What is easily taken for a good value."""


@pytest.fixture(scope="module")
def examples() -> list[Any]:
    if not PUBLIC.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the public examples are missing: {PUBLIC}")
        pytest.skip("the public examples are not beside this checkout")
    found = [json.loads(path.read_text("utf-8")) for path in sorted(PUBLIC.glob("*.json"))]
    return [one if one["resourceType"] == "Bundle" else {"resources": [one]} for one in found]


@given(st.data())
@settings(max_examples=500)
def test_changed_public_examples_are_met_with_our_own_errors(examples: list[Any], data: st.DataObject) -> None:
    sent = copy.deepcopy(data.draw(st.sampled_from(examples)))
    for _ in range(data.draw(st.integers(1, 3))):
        every = places(sent)
        if not every:
            break
        holder, key = data.draw(st.sampled_from(every))
        other, name = data.draw(st.sampled_from(every))
        how = data.draw(st.sampled_from(["odd", "junk", "moved", "gone", "twice"]))
        if how == "gone":
            del holder[key]
        elif how == "twice" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        elif how == "moved":
            holder[key] = copy.deepcopy(other[name])
        else:
            holder[key] = copy.deepcopy(data.draw(st.sampled_from(ODD) if how == "odd" else junk))
    only_our_own_errors(sent)

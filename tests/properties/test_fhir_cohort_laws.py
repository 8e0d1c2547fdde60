"""A law of cohorts: each patient reads as alone, wherever the lines of others and broken ones stand."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pnet_pathways import PnetPathwaysError
from pnet_pathways.adapters.fhir import BrokenLine, case_from_bundle, read_ndjson

from .test_fhir_laws import resources

Resources = list[dict[str, Any]]


def owned(name: str, sent: Resources) -> Resources:
    """Return resources as those of another patient: every id is its own, and every reference goes along."""
    text = re.sub(r'"((?:Condition/)?)(r[0-9])"', rf'"\1{name}-\2"', json.dumps(sent)).replace("Patient/p", f"Patient/{name}")
    made: Resources = [{"subject": {"reference": f"Patient/{name}"}, **one} for one in json.loads(text)]
    return [{"resourceType": "Patient", "id": name}, *made]


def outcome(read: Any) -> Any:
    """Return a reading as plain data, or what its error says."""
    try:
        return read().to_dict()
    except PnetPathwaysError as error:
        return type(error), str(error)


BROKEN = ["", "{", "[]", '{"resourceType": "Bundle"}', '{"resourceType": "Condition", "subject": 1}', '{"id": "Patient/p0"}']


@given(st.lists(resources, min_size=1, max_size=4), st.lists(st.sampled_from(BROKEN), max_size=3), st.data())
@settings(max_examples=150)
def test_each_patient_of_a_cohort_reads_as_alone(each: list[Resources], broken: list[str], data: st.DataObject) -> None:
    patients = {f"p{number}": owned(f"p{number}", sent) for number, sent in enumerate(each)}
    lines = data.draw(st.permutations([*(json.dumps(one) for sent in patients.values() for one in sent), *broken]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(lines)), min_size=2, max_size=2)))
    with tempfile.TemporaryDirectory() as folder:
        for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(lines)], strict=True)):
            (Path(folder) / f"{number}.ndjson").write_text("".join(f"{line}\n" for line in lines[start:end]))
        found = list(read_ndjson(folder))
    assert sum(isinstance(one, BrokenLine) for one in found) == sum(line != "" for line in broken)
    alone = {
        f"Patient/{name}": outcome(lambda sent=sent: case_from_bundle({"resources": sent})) for name, sent in patients.items()
    }
    assert {
        one.patient: (type(one.error), str(one.error)) if one.reading is None else one.reading.to_dict()
        for one in found
        if not isinstance(one, BrokenLine)
    } == alone

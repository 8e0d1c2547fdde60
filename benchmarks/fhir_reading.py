"""How long it takes to read a Bundle of 12 resources, against parsing its JSON text, in the same run.

Run with `make bench`. Times differ between machines; the ratios are what to compare. The aim is 100 microseconds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from figures import tell
from timing import median_us

from pnet_pathways import load_pathways
from pnet_pathways.adapters.fhir import case_from_bundle

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "fhir"
RESOURCES = 12


def sent() -> dict[str, Any]:
    """Return a patient with a tumor that has spread and symptoms, among Conditions that say nothing of it."""
    made: dict[str, Any] = json.loads((EXAMPLES / "vipoma.json").read_text("utf-8"))
    foreign = json.loads((EXAMPLES / "insulinoma.json").read_text("utf-8"))["entry"][3]
    for number in range(RESOURCES - len(made["entry"])):
        resource = {**foreign["resource"], "id": f"foreign-{number}"}
        made["entry"].append({"fullUrl": f"https://ehr.example.org/fhir/Condition/{resource['id']}", "resource": resource})
    return made


def main() -> None:
    """Tell the measurements."""
    definitions = load_pathways()
    bundle = sent()
    assert len(bundle["entry"]) == RESOURCES
    assert len(case_from_bundle(bundle, definitions).facts) == 5
    text = json.dumps(bundle)
    reading = case_from_bundle(bundle, definitions)
    rows = [
        ("json.loads", median_us(lambda: json.loads(text))),
        (f"case_from_bundle, {RESOURCES} resources", median_us(lambda: case_from_bundle(bundle, definitions))),
        ("to_dict of the reading", median_us(reading.to_dict)),
    ]
    for label, microseconds in rows[1:]:
        tell(f"FHIR: {label}", microseconds / rows[0][1], "times json.loads", f"{microseconds:.0f} µs")


if __name__ == "__main__":
    main()

"""Write what each bundle in examples/fhir reads as, and its answer in short, beside it; read what changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pnet_pathways import recommend
from pnet_pathways.adapters.fhir import ConflictingRecords, FhirError, case_from_bundle
from pnet_pathways.loading.files import write_whole

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "fhir"
ENDING = ".expected.json"


def bundles() -> list[Path]:
    """Return the bundles."""
    return sorted(path for path in FOLDER.glob("*.json") if not path.name.endswith(ENDING))


def expected_file(path: Path) -> Path:
    """Return the file that holds what a bundle reads as."""
    return path.with_name(f"{path.stem}{ENDING}")


def expected(path: Path) -> dict[str, Any]:
    """Return what a bundle reads as, with its answer in short, or the error that it is met with."""
    try:
        reading = case_from_bundle(json.loads(path.read_text("utf-8")))
    except (FhirError, ConflictingRecords) as error:
        return {"error": type(error).__name__, "problems": [str(problem) for problem in error.problems]}
    answer = recommend(reading.case)
    said = reading.to_dict()
    return {
        **{key: said[key] for key in ("case", "facts", "suggested", "unmapped", "complete")},
        "answer": {
            "status": answer.status.value,
            "pathway": answer.pathway,
            "certain": [f"{one.statement}: {one.label}" for one in answer.options if one.certainty.value == "certain"],
            "possible": sum(one.certainty.value == "possible" for one in answer.options),
            "gaps": [f"{gap.certainty.value}: {gap.message}" for gap in answer.gaps],
            "missing": list(answer.missing),
        },
    }


def main() -> None:
    """Write the files."""
    for path in bundles():
        write_whole(expected_file(path), json.dumps(expected(path), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

"""Write the JSON Schemas of the definition files, of a case and of an answer into schemas/."""

from __future__ import annotations

import json
from pathlib import Path

from pnet_pathways.adapters.fhir.codes import FILE, CodesFile
from pnet_pathways.engine.answer_schema import answer_schema
from pnet_pathways.loading import repeated_options
from pnet_pathways.loading.files import write_whole
from pnet_pathways.loading.folder import load_pathways
from pnet_pathways.loading.json_schema import case_schema, json_schema
from pnet_pathways.loading.schema import FILES, PathwayFile

FOLDER = Path(__file__).resolve().parents[1] / "schemas"


def schemas() -> dict[str, str]:
    """Return each schema's file name and text."""
    shared = {**FILES, FILE: CodesFile, repeated_options.FILE: repeated_options.RepeatedOptionsFile}
    kinds = {"pathway": PathwayFile, **{name.removesuffix(".yaml"): kind for name, kind in shared.items()}}
    found = {name: json_schema(kind) for name, kind in kinds.items()}
    found["case"] = case_schema(load_pathways().vocabulary)
    found["answer"] = answer_schema(load_pathways())
    return {f"{name}.schema.json": json.dumps(schema, indent=2) + "\n" for name, schema in found.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in schemas().items():
        write_whole(FOLDER / name, text)

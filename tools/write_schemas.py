"""Write the JSON Schemas of the definition files, made from the attrs classes, into schemas/."""

from __future__ import annotations

import json
from pathlib import Path

from pnet_pathways.loading.files import write_whole
from pnet_pathways.loading.schema import FILES, PathwayFile, json_schema

FOLDER = Path(__file__).resolve().parents[1] / "schemas"


def schemas() -> dict[str, str]:
    """Return each schema's file name and text."""
    kinds = {"pathway": PathwayFile, **{name.removesuffix(".yaml"): kind for name, kind in FILES.items()}}
    return {f"{name}.schema.json": json.dumps(json_schema(kind), indent=2) + "\n" for name, kind in kinds.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in schemas().items():
        write_whole(FOLDER / name, text)

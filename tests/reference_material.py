"""The project's care course, work-up and background, read through the loader's own functions, without the pathways.

They need the vocabulary, treatments and sections alone, and are loaded in a fraction of the time.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import attrs

from pnet_pathways import load_pathways
from pnet_pathways.loading import reference_files, schema, schema_reference
from pnet_pathways.loading.paths import BESIDE
from pnet_pathways.loading.shared_files import Linker
from pnet_pathways.loading.structuring import structure
from pnet_pathways.loading.vocabulary import read_vocabulary
from pnet_pathways.loading.yaml_source import Document, read_yaml
from pnet_pathways.model.pathway import Definitions
from project import DEFINITIONS, ROOT

PUMPS = ROOT / "examples" / "documents" / "pump_fault"


@attrs.frozen
class Reading:
    """A folder's shared files, read; what is wrong is recorded in the documents."""

    linker: Linker
    files: dict[str, Any]
    documents: dict[str, Document]

    @property
    def problems(self) -> list[str]:
        """Every mistake, as a user reads it."""
        return [str(problem) for document in self.documents.values() for problem in document.problems]


@functools.cache
def read(folder: Path = DEFINITIONS) -> Reading:
    """Read a folder's shared files."""
    documents = {name: read_yaml(folder / name, name) for name in schema.FILES if (folder / name).is_file()}
    files: dict[str, Any] = {name: structure(document, schema.FILES[name]) for name, document in documents.items()}
    vocabulary = read_vocabulary(documents["facts.yaml"], files["facts.yaml"])
    assert vocabulary is not None
    linker = Linker.of(documents, files["source.yaml"], files["readings.yaml"], files["treatments.yaml"], vocabulary)
    return Reading(linker, files, documents)


@functools.cache
def reference_only() -> Definitions:
    """Return definitions with the project's vocabulary, care course, work-up and background, and no pathway of it."""
    reading = read()
    linker, files = reading.linker, reading.files
    made = attrs.evolve(
        load_pathways(PUMPS),
        source=linker.source(files["source.yaml"].source),
        treatments=linker.treatments,
        vocabulary=linker.vocabulary,
        entry=linker.entry(files["entry.yaml"], dict.fromkeys(_pathways(), None)),
        care_course=reference_files.care_course(linker, files["care_course.yaml"]),
        workup=reference_files.workup(linker, files["workup.yaml"]),
        background=reference_files.background(linker, files["background.yaml"]),
        pathways={},
        not_statements=(),
        advice=(),
    )
    assert reading.problems == []
    return made


def _pathways() -> list[str]:
    return [path.stem for path in DEFINITIONS.glob("*.yaml") if path.name not in {*schema.FILES, *BESIDE}]


def linked(name: str, file: Any) -> list[str]:
    """Return the mistakes of changed content of one of the three files, with the pumps' other files."""
    reading = read(PUMPS)
    documents = {**reading.documents, name: Document(name)}
    linker = attrs.evolve(reading.linker, documents=documents)
    if isinstance(file, schema_reference.CareCourseFile):
        reference_files.care_course(linker, file)
    elif isinstance(file, schema_reference.WorkupFile):
        reference_files.workup(linker, file)
    else:
        reference_files.background(linker, file)
    return [str(problem) for problem in documents[name].problems]

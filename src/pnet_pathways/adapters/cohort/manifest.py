"""What is said of a result as a whole: the manifest, and the counts of its parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np

from ...model.hashing import digest
from ...model.pathway import Alternative
from ...model.version import library_version
from .batches import STATUSES, Counts
from .inputs import Input
from .mapping import ColumnMapping
from .steps import StepTables

FORMAT: Final = 2
"""The number of the form of the result."""


def head(given: Input, source: Path, mapping: ColumnMapping, tables: StepTables, **more: bool) -> dict[str, Any]:
    """Return what a result rests on: another of it is another result."""
    definitions = tables.definitions
    files = [
        {
            "name": one.name if source.is_file() else str(one.relative_to(source)),
            "bytes": one.stat().st_size,
            "sha256": _sha256(one),
        }
        for one in given.files
    ]
    return {
        "format": FORMAT,
        "library": library_version(),
        "input": {"name": source.name, "files": files},
        "definitions": {
            "version": definitions.version,
            "hash": definitions.content_hash,
            "readings_chosen": dict(definitions.readings_chosen),
        },
        "mapping": digest(attrs.asdict(mapping)),
        **more,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_of(
    begun: Mapping[str, Any], counts: Counts, tables: StepTables, told: Sequence[str], alternatives: Sequence[Alternative]
) -> dict[str, Any]:
    """Return the manifest: what the result rests on, counts that add up, and how to read numbers and masks."""
    definitions = tables.definitions
    distinct = {group: int((found > 0).sum()) for group, found in counts.answers.items()}
    return {
        **begun,
        "counts": counts.to_dict(),
        "groups": [one.group for one in tables.groups],
        "distinct_answers": distinct,
        "facts": list(tables.columns),
        "statuses": list(STATUSES),
        "told": list(told),
        "source": {"title": definitions.source.title, "updated": definitions.source.updated, "url": definitions.source.url},
        "alternatives": [
            {"reading": one.reading, "alternative": one.id, "text": one.text, "patients": counts.alternatives.get(str(bit), 0)}
            for bit, one in enumerate(alternatives)
        ],
        "disclaimer": definitions.source.disclaimer,
    }


def counts_data(counts: Counts) -> dict[str, Any]:
    """Return counts as plain data."""
    answers = {
        group: [[int(place), int(found[place])] for place in np.flatnonzero(found)] for group, found in counts.answers.items()
    }
    return {
        "read": counts.read,
        "rejected": counts.rejected,
        "statuses": counts.statuses,
        "alternatives": counts.alternatives,
        "answers": answers,
    }


def counts_of(data: Mapping[str, Any], tables: StepTables) -> Counts:
    """Return the counts that were written as plain data."""
    counts = Counts.none(tables)
    counts.read, counts.rejected, counts.statuses = data["read"], dict(data["rejected"]), dict(data["statuses"])
    counts.alternatives = dict(data["alternatives"])
    for group, pairs in data["answers"].items():
        for place, count in pairs:
            counts.answers[group][place] = count
    return counts

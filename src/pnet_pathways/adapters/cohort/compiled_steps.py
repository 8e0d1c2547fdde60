"""The compiled steps of a folder of definitions as a file beside them, checked against them at every start.

It holds a line with the hash of all that follows, a line that says what it was made from and how long each part is, and the
steps, answers, options and gaps as Parquet. It is used where this library made it from just these files; else the steps are
compiled anew, and the log says why.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ...engine.recommend import engine_for
from ...loading.compiled import file_hashes
from ...loading.files import write_whole
from ...loading.folder import load_files
from ...loading.paths import comes_with_package
from ...model.pathway import Definitions
from ...model.version import library_version
from .answer_tables import AnswerTables
from .compiling import columns_of, compile_steps
from .steps import Checks, GroupSteps, Step, StepTables

COMPILED_STEPS: Final = "compiled_cohort.bin"
FORMAT: Final = 1

_STEPS: Final = pa.schema(
    [
        ("group", pa.string()),
        ("name", pa.string()),
        ("inputs", pa.list_(pa.string())),
        ("radixes", pa.list_(pa.int32())),
        ("size", pa.int32()),
        ("kind", pa.string()),
        ("table", pa.binary()),
        ("about", pa.list_(pa.string())),
    ]
)
"""A step; `group` is null for those of the checks, `about` holds the facts of a check whose last step it is."""


def write_compiled_steps(folder: Path) -> Path:
    """Write the compiled steps of a folder of definitions into it, from its files as they are now, and return their place.

    Raises `DefinitionError` for definitions that cannot be loaded, and `OSError` where the file cannot be written.
    """
    write_whole(folder / COMPILED_STEPS, compiled_steps(folder))
    return folder / COMPILED_STEPS


def compiled_steps(folder: Path) -> bytes:
    """Return the content of the file for a folder of definitions. Raises `DefinitionError` where they cannot be loaded."""
    definitions = load_files(folder)
    tables = compile_steps(engine_for(definitions))
    steps = pa.Table.from_pylist(list(_step_rows(tables)), _STEPS)
    parts = [_parquet(one) for one in (steps, tables.said.answers, tables.said.options, tables.said.gaps)]
    head = _made_from(folder, definitions) | {"lengths": [len(one) for one in parts]}
    content = b"".join([json.dumps(head).encode(), b"\n", *parts])
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def _parquet(table: pa.Table) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content, compression="zstd", compression_level=9)
    return content.getvalue()


def read_compiled_steps(definitions: Definitions) -> StepTables | None:
    """Return the steps of definitions from the file beside theirs, where there is one that fits."""
    path = Path(definitions.folder) / COMPILED_STEPS
    if definitions.readings_chosen or not definitions.folder:
        return None
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    reason = "its content is not what its hash says"
    seal, _, rest = raw.partition(b"\n")
    if seal.decode("ascii", "replace") == hashlib.sha256(rest).hexdigest():
        head, _, parts = rest.partition(b"\n")
        found, wanted = json.loads(head), _made_from(path.parent, definitions)
        other = [key for key, value in wanted.items() if found.get(key) != value]
        if not other:
            return _tables(definitions, _parts(parts, found["lengths"]))
        reason = f"it was made from other {', '.join(other)}"
    logging.getLogger(__name__).info("%s is not used, the steps are compiled: %s", path, reason)
    return None


def _made_from(folder: Path, definitions: Definitions) -> dict[str, Any]:
    """Return what the steps depend on; in a checkout the sources of the library change while its version stays."""
    found = {
        "format": FORMAT,
        "library": library_version(),
        "files": file_hashes(folder),
        "definitions": definitions.content_hash,
    }
    return found if comes_with_package() else found | {"sources": _sources_hash()}


def _sources_hash() -> str:
    rooms = Path(__file__).resolve().parents[2]
    found = hashlib.sha256()
    for room in ("model", "loading", "engine", "adapters/cohort"):
        for path in sorted((rooms / room).glob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()


def _step_rows(tables: StepTables) -> Iterator[Mapping[str, Any]]:
    groups = [(None, tables.checks.steps), *((one.group, one.steps) for one in tables.groups)]
    for group, steps in groups:
        for step in steps:
            yield {
                "group": group,
                "name": step.name,
                "inputs": step.inputs,
                "radixes": step.radixes,
                "size": step.size,
                "kind": step.table.dtype.str,
                "table": step.table.tobytes(),
                "about": tables.checks.about.get(step.name) if group is None else None,
            }


def _parts(content: bytes, lengths: Sequence[int]) -> Iterator[pa.Table]:
    for end, length in zip(itertools.accumulate(lengths), lengths, strict=True):
        yield pq.ParquetFile(pa.BufferReader(content[end - length : end])).read(use_threads=False)


def _tables(definitions: Definitions, parts: Iterable[pa.Table]) -> StepTables:
    steps, *said = parts
    by_group: dict[str | None, list[Step]] = {}
    about = {}
    for row in steps.to_pylist():
        table = np.frombuffer(row["table"], dtype=row["kind"])
        step = Step(row["name"], tuple(row["inputs"]), tuple(row["radixes"]), table, row["size"])
        by_group.setdefault(row["group"], []).append(step)
        if row["about"] is not None:
            about[step.name] = tuple(row["about"])
    checks = Checks(tuple(by_group.pop(None)), about)
    groups = tuple(GroupSteps(str(group), tuple(found)) for group, found in by_group.items())
    return StepTables(definitions, columns_of(definitions), checks, groups, AnswerTables(*said))

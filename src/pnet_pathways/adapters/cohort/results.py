"""A cohort's result read back: the folder that an evaluation wrote, and its patients' findings from the input beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ...engine.recommend import engine_for
from ...model.errors import CohortError, Problem, listed
from ...model.pathway import Definitions
from .columns import layout
from .evaluation import mapping_for, steps_for
from .inputs import UnreadValueError, open_input
from .left_open import Openness
from .manifest import FORMAT
from .mapping import as_text
from .part_files import check_names
from .report import Patients

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES: Final = ("manifest.json", "patients.parquet", "answers.parquet", "options.parquet", "gaps.parquet", "rejects.parquet")


@attrs.frozen(eq=False)
class Result:
    """The folder that ``pnet cohort evaluate`` wrote. `definitions` are those that it was answered by, readings included."""

    folder: Path
    manifest: dict[str, Any]
    definitions: Definitions

    @property
    def answers(self) -> pa.Table:
        """The distinct answers."""
        return pq.read_table(self.folder / "answers.parquet")

    @property
    def patients(self) -> pa.Table:
        """The patients that were answered."""
        return pq.read_table(self.folder / "patients.parquet")

    @property
    def rejects(self) -> pa.Table:
        """The rows that were rejected."""
        return pq.read_table(self.folder / "rejects.parquet")


def read_result(folder: Path, definitions: Definitions) -> Result:
    """Return the result in a folder. Raises `CohortError` where there is none, or it rests on other definitions."""
    check_names(folder)
    missing = [name for name in NAMES if not (folder / name).exists()]
    found = FORMAT
    try:
        if NAMES[0] not in missing:
            manifest = json.loads((folder / NAMES[0]).read_text("utf-8"))
            wanted, chosen = manifest["definitions"]["hash"], manifest["definitions"]["readings_chosen"]
            found = manifest["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise CohortError([Problem(str(folder / NAMES[0]), f"this cannot be read: {error}")]) from None
    if found != FORMAT:
        message = f"another version of the library wrote this result: its form is {found}, and {FORMAT} is read here"
        raise CohortError([Problem(str(folder), message, "evaluate the cohort again")])
    if missing:
        hint = "name a folder that `pnet cohort evaluate` wrote"
        raise CohortError([Problem(str(folder), f"this is no result of a cohort: there is no {listed(missing)}", hint)])
    own = engine_for(definitions).under(chosen).definitions
    if own.content_hash != wanted:
        message = f"these answers rest on other definitions ({wanted[:12]}, here {own.content_hash[:12]})"
        raise CohortError([Problem(str(folder), message, "evaluate the cohort again, or name its definitions with --pathways")])
    return Result(folder, manifest, own)


def read_patients(
    result: Result, source: Path, mapping: Path | None = None, columns: Sequence[str] = ()
) -> tuple[Patients, dict[str, list[str]]]:
    """Return the patients of a result with their findings, and what stands in more `columns` of the input, as text.

    `source` is the input that was evaluated, `mapping` the file by which it was read. Raises `CohortError` where it is
    another input, or lacks one of the columns.
    """
    tables = steps_for(result.definitions.base or result.definitions, result.definitions.readings_chosen)
    mapped = mapping_for(mapping, tables, ("*",))
    unread: frozenset[str] = frozenset()
    while True:
        given = open_input(source, mapped, tables.definitions, unread)
        if not given.typed:
            given = open_input(source, mapped, tables.definitions, unread | frozenset(columns))
        absent = [name for name in columns if name not in given.schema.names]
        if absent:
            raise CohortError(
                [Problem(name, "there is no such column", f"columns: {listed(given.schema.names)}") for name in absent]
            )
        try:
            read = layout(given.schema, mapped, tables, typed=given.typed)
            wanted = list(dict.fromkeys((*read.columns, *columns)))
            rejected = _rejected(result)
            pieces = [
                (_kept(rejected, part.file, first, table), read.codes(table, tables), table)
                for part in given.parts()
                for first, table in _numbered(part.first, part.read(wanted))
            ]
            break
        except UnreadValueError as error:
            unread |= {error.column}
    findings = {
        name: np.concatenate([codes[name][kept] for kept, codes, _ in pieces] or [np.zeros(0, dtype=np.uint8)])
        for name in tables.columns
    }
    patients = result.patients
    if len(patients) != len(next(iter(findings.values()))):
        message = f"{len(next(iter(findings.values()))):,} patients are left of this input, and {len(patients):,} in the result"
        raise CohortError([Problem(str(source), message, "name the input that was evaluated, and its mapping")])
    more = {name: [text for kept, _, table in pieces for text in _texts(table[name], kept)] for name in columns}
    engine = engine_for(result.definitions.base or result.definitions).under(result.definitions.readings_chosen)
    openness = Openness(tables.definitions.vocabulary, findings)
    return Patients(engine, openness, _missing(result, patients), about(result)), more


def _numbered(first: int, tables: Iterator[pa.Table]) -> Iterator[tuple[int, pa.Table]]:
    for table in tables:
        yield first, table
        first += len(table)


def _rejected(result: Result) -> dict[str, NDArray[np.int64]]:
    """Return the numbers of the rows that were rejected, by file."""
    rejects = result.rejects.select(["file", "row"])
    files = rejects["file"].to_pylist()
    rows: dict[str, list[int]] = {}
    for file, row in zip(files, rejects["row"].to_pylist(), strict=True):
        rows.setdefault(file, []).append(row)
    return {file: np.array(sorted(found), dtype=np.int64) for file, found in rows.items()}


def _kept(rejected: dict[str, NDArray[np.int64]], file: str, first: int, table: pa.Table) -> NDArray[np.int64]:
    """Return the places of the rows of a table that were answered."""
    kept = np.ones(len(table), dtype=bool)
    gone = rejected.get(file, np.zeros(0, dtype=np.int64)) - first
    kept[gone[(gone >= 0) & (gone < len(table))]] = False
    return np.flatnonzero(kept)


def _texts(column: pa.ChunkedArray, kept: NDArray[np.int64]) -> list[str]:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return ["" if one is None else as_text(one).strip() for one in pc.take(column, pa.array(kept)).to_pylist()]


def _missing(result: Result, patients: pa.Table) -> dict[str, NDArray[np.bool_]]:
    masks = patients["missing"].to_numpy()
    return {name: (masks >> place & 1).astype(bool) for place, name in enumerate(result.manifest["facts"])}


def about(result: Result) -> tuple[tuple[str, str], ...]:
    """Return what a report says of where its patients come from."""
    manifest, counts = result.manifest, result.manifest["counts"]
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in counts["rejected_by_reason"].items())
    return (
        ("Input", str(manifest["input"]["name"])),
        ("Rows read", f"{counts['read']:,}"),
        ("Rows answered", f"{counts['answered']:,}"),
        ("Rows rejected", f"{counts['rejected']:,}" + (f": {reasons}" if reasons else "")),
    )


def answers_text(result: Result, group: str = "", least: int = 1) -> str:
    """Return the distinct answers in words with how many patients got each, the most frequent first, by track of the answer."""
    from .small_counts import WITHHELD

    definitions = result.definitions
    lines = []
    for name, track in definitions.groups.items():
        if group not in {"", name}:
            continue
        rows = result.answers.filter(pc.equal(pc.field("group"), name)).sort_by(
            [("patients", "descending"), ("answer", "ascending")]
        )
        lines.append(f"{track.title}: {len(rows):,} distinct answers")
        for row in rows.select(["answer", "patients", "status", "text"]).to_pylist():
            number = f"{row['patients']:,}" if row["patients"] >= least else WITHHELD
            lines.append(
                f"  {number:>9}  [{row['answer']}] {row['text'] or 'nothing is listed'} ({row['status'].replace('_', ' ')})"
            )
        lines.append("")
    return "\n".join([*lines, definitions.source.disclaimer]) + "\n"

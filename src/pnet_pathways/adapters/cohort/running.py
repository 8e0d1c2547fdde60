"""A cohort from files to a folder: part by part, by a thread for each core, to be taken up again where it was stopped.

All is made in a hidden folder beside the result, which becomes the result by one rename. A part is done when its counts are
there; they are written last. The same input gives the same bytes, however often it was stopped.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...loading.files import check_folder
from ...model.errors import CohortError, Problem
from ...model.pathway import Definitions
from .alternatives import Changes
from .batches import Counts, Evaluator
from .columns import layout
from .duplicates import hashes, reason, repeated, sure, suspects
from .evaluation import DUPLICATE, engine_of, mapping_for, steps_for
from .inputs import Input, Part, UnreadValueError, open_input
from .manifest import counts_data, counts_of, head, manifest_of
from .mapping import ID, ColumnMapping
from .part_files import check_names, parquet_writer, read_file, renamed
from .rejects import reject_table
from .steps import StepTables
from .views import view_sql

Progress = Callable[[int, int | None], None]
"""Is told how many rows are done, and of how many, if that is known."""

_WRITTEN: Final = 1 << 18
"""About how many patients are written at once."""
_MANIFEST: Final = "manifest.json"
_VIEW: Final = "view.sql"


@attrs.frozen
class Options:
    """How a cohort is run: `jobs` threads; `text` beside the numbers; `force` replaces a result.

    With `alternatives` each patient has a mask of the alternatives of readings that would change the answer.
    """

    jobs: int = 0
    text: bool = False
    force: bool = False
    alternatives: bool = False

    @property
    def threads(self) -> int:
        """How many threads there are: as said, else one for each core."""
        own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return self.jobs or own or 1


def _check_output(output: Path, source: Path, *, force: bool) -> None:
    """Raise where a result cannot become `output`; with `force` it takes the place of a result, and of nothing else."""
    check_folder(output)
    check_names(output.resolve())
    if not output.exists():
        return
    if not force:
        raise CohortError([Problem(str(output), "this is there already", "replace it with --force, or name another folder")])
    if source.resolve().is_relative_to(output.resolve()):
        raise CohortError([Problem(str(output), "what is read lies in it and would be lost", "name another folder")])
    names = [one.name for one in output.iterdir()]
    strange = [name for name in sorted(names) if name not in {_MANIFEST, _VIEW} and not name.endswith(".parquet")]
    if names and (strange or _MANIFEST not in names):
        what = f"holds other files ({strange[0]})" if strange else "is no result of a cohort"
        raise CohortError([Problem(str(output), f"this {what}", "name another folder")])


def run_cohort(
    source: Path,
    output: Path,
    definitions: Definitions | None = None,
    *,
    readings: Mapping[str, str] | None = None,
    mapping: str | Path | ColumnMapping | None = None,
    ignore: Sequence[str] = (),
    options: Options = Options(),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Answer the rows of a file or folder, write the result to a folder, and return its manifest.

    Raises `CohortError` for input that cannot be read, columns that do not fit, and where there is a result already;
    `OSError` where a file cannot be read or written.
    """
    _check_output(output, source, force=options.force)
    if not output.resolve().parent.is_dir():
        raise CohortError([Problem(str(output.parent), "there is no such folder")])
    tables = steps_for(definitions, readings)
    mapped = mapping_for(mapping, tables, ignore)
    work = _Work(output, options)
    with work.locked(), _heap_left_alone():
        as_text: frozenset[str] = frozenset()
        while True:
            given = open_input(source, mapped, tables.definitions, as_text)
            try:
                return work.run(given, source, mapped, tables, progress)
            except UnreadValueError as error:
                # Its rows are rejected one by one; what was done before is done.
                as_text |= {error.column}


@contextmanager
def _heap_left_alone() -> Iterator[None]:
    """Spare what is there the search for garbage, such as the tables of the steps: to walk them takes longer than many rows."""
    ours = not gc.get_freeze_count()
    if ours:
        gc.freeze()
    try:
        yield
    finally:
        if ours:
            gc.unfreeze()


class _Work:
    """The hidden folder in which a result is made."""

    def __init__(self, output: Path, options: Options) -> None:
        self.output, self.options = output, options
        self.folder = output.resolve().parent / f".{output.name}.partial"
        self.result = self.folder / "result"
        self.patients = self.result / "patients.parquet"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process alone write here."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CohortError([Problem(str(self.output), "another process is writing this result")]) from None
            try:
                yield
            except (CohortError, OSError):
                if not any(self.folder.glob("counts/*.json")):
                    shutil.rmtree(self.folder)
                raise

    def run(
        self, given: Input, source: Path, mapping: ColumnMapping, tables: StepTables, progress: Progress | None
    ) -> dict[str, Any]:
        """Do what is not done yet, and put the result in its place."""
        read = layout(given.schema, mapping, tables, typed=given.typed)
        options = self.options
        begun = head(given, source, mapping, tables, text=options.text, with_alternatives=options.alternatives)
        self._begin(begun)
        changes = Changes(engine_of(tables.definitions), tables) if self.options.alternatives else None
        evaluator = Evaluator(tables, read, text=self.options.text, changes=changes)
        parts, counts = self._evaluate(given, evaluator, read.columns, progress)
        manifest = self._finish(begun, parts, counts, tables, read.told, changes)
        self._publish()
        return manifest

    def _begin(self, begun_with: Mapping[str, Any]) -> None:
        """Take up what was begun with the same input and definitions; else begin anew."""
        begun = self.folder / "begun.json"
        text = json.dumps(begun_with, sort_keys=True)
        if not begun.exists() or begun.read_text("utf-8") != text:
            for one in self.folder.iterdir():
                if one.is_dir():
                    shutil.rmtree(one)
                elif one.name != "lock":
                    one.unlink()
            _write(begun, text)
        for name in ("ids", "rejects", "counts", "fixed", "result", "result/patients.parquet"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)

    def _paths(self, number: int) -> tuple[Path, Path, Path, Path]:
        name = f"{number:05}"
        return (
            self.patients / f"part-{name}.parquet",
            self.folder / "rejects" / f"{name}.parquet",
            self.folder / "ids" / f"{name}.hashes",
            self.folder / "counts" / f"{name}.json",
        )

    def _evaluate(
        self, given: Input, evaluator: Evaluator, columns: Sequence[str], progress: Progress | None
    ) -> tuple[list[dict[str, Any]], Counts]:
        """Answer the parts that are not done; return what is known of each part, in order, and the counts of all."""
        done: dict[int, dict[str, Any]] = {}
        waiting: set[Future[tuple[int, dict[str, Any]]]] = set()
        every = Counts.none(evaluator.tables)

        def add(number: int, data: dict[str, Any]) -> None:
            # The counts of answers go into one sum: those of each part would fill the memory.
            every.add(counts_of(data, evaluator.tables))
            done[number] = {name: data[name] for name in ("read", "file", "first")}

        def take(some: set[Future[tuple[int, dict[str, Any]]]]) -> None:
            for one in some:
                add(*one.result())
                if progress is not None:
                    progress(every.read, given.rows)

        threads = self.options.threads
        with ThreadPoolExecutor(threads) as pool:
            try:
                for number, part in enumerate(given.parts()):
                    *files, counts = self._paths(number)
                    if counts.exists() and all(one.exists() for one in files):
                        add(number, json.loads(counts.read_text("utf-8")))
                        continue
                    waiting.add(pool.submit(self._part, number, part, evaluator, columns))
                    while len(waiting) > threads:
                        ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                        take(ready)
                ready, waiting = wait(waiting)
                take(ready)
            finally:
                pool.shutdown(cancel_futures=True)
        return [part for _, part in sorted(done.items())], every

    def _part(self, number: int, part: Part, evaluator: Evaluator, columns: Sequence[str]) -> tuple[int, dict[str, Any]]:
        patients, rejects, ids, counted = self._paths(number)
        counts, found, keys, first = Counts.none(evaluator.tables), [], [], part.first
        with parquet_writer(patients) as write:
            answered: list[pa.Table] = []
            for table in part.read(columns):
                outcome = evaluator.run(table, first)
                first += outcome.counts.read
                counts.add(outcome.counts)
                found.append(outcome.rejects)
                keys.append(hashes(outcome.ids))
                answered.append(outcome.patients)
                if sum(map(len, answered)) >= _WRITTEN:
                    write(_marked(pa.concat_tables(answered), evaluator.tables))
                    answered = []
            if answered:
                write(_marked(pa.concat_tables(answered), evaluator.tables))
        with parquet_writer(rejects) as write:
            write(pa.concat_tables(found))
        every = np.concatenate(keys)
        keys.clear()
        for place in (ids, _in_order(ids)):
            with renamed(place) as path, path.open("wb") as file:
                every.tofile(file)
            every.sort()
        pa.default_memory_pool().release_unused()
        data = counts_data(counts) | {"file": part.file, "first": part.first}
        _write(counted, json.dumps(data))
        return number, data

    def _finish(
        self,
        begun: Mapping[str, Any],
        parts: Sequence[Mapping[str, Any]],
        counts: Counts,
        tables: StepTables,
        told: Sequence[str],
        changes: Changes | None,
    ) -> dict[str, Any]:
        """Reject the rows that share an id, and write all of the result but the patients that are right as they are."""
        finished = self.folder / "finished.json"
        if not finished.exists():
            self._settle(parts, counts)
            manifest = manifest_of(begun, counts, tables, told, changes.alternatives if changes is not None else ())
            for name, table in attrs.asdict(tables.said.met(counts.answers), recurse=False).items():
                with parquet_writer(self.result / f"{name}.parquet") as write:
                    write(table)
            _write(self.result / _VIEW, view_sql(tables))
            _write(self.result / _MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
            _write(finished, json.dumps(manifest))
        for fixed in sorted((self.folder / "fixed").glob("*.parquet")):
            fixed.replace(self.patients / fixed.name)
        found: dict[str, Any] = json.loads(finished.read_text("utf-8"))
        return found

    def _settle(self, parts: Sequence[Mapping[str, Any]], counts: Counts) -> None:
        """Write the rejects of all parts, with the rows that share an id; patients without these are set aside."""
        files = [self._paths(number)[2] for number in range(len(parts))]
        candidates = repeated([_in_order(one) for one in files])
        places = [suspects(np.fromfile(one, np.uint64), candidates) if len(candidates) else candidates for one in files]
        shared = sure(self._ids_at(number, here, parts[number]) for number, here in enumerate(places) if len(here))
        with parquet_writer(self.result / "rejects.parquet") as write:
            for number, part in enumerate(parts):
                rejects = read_file(self._paths(number)[1])
                if shared and len(places[number]):
                    rejects = self._without(number, rejects, part, shared, counts)
                write(rejects.add_column(0, "file", pa.array([part["file"]] * len(rejects), pa.string())))
            if not parts:
                write(
                    reject_table(np.zeros(0, dtype=np.int64), pa.array([], pa.string()), []).add_column(
                        0, "file", pa.array([], pa.string())
                    )
                )

    def _ids_at(self, number: int, places: np.ndarray[Any, Any], part: Mapping[str, Any]) -> list[Any]:
        """Return the ids of some rows of a part, answered or rejected."""
        patients, rejects, *_ = self._paths(number)
        gone = read_file(rejects, columns=["row", ID])
        answered = _answered_rows(part, gone)
        kept = read_file(patients, columns=[ID])[ID]
        mine = np.isin(answered, places)
        others = np.isin(gone["row"].to_numpy() - part["first"], places)
        return [*kept.filter(pa.array(mine)).to_pylist(), *gone[ID].filter(pa.array(others)).to_pylist()]

    def _without(
        self,
        number: int,
        rejects: pa.Table,
        part: Mapping[str, Any],
        shared: Mapping[Any, int],
        counts: Counts,
    ) -> pa.Table:
        """Set a part's patients aside without those that share an id, and return its rejects with them."""
        patients = read_file(self._paths(number)[0])
        rows = _answered_rows(part, rejects)
        again = np.asarray(pc.is_in(patients[ID], value_set=pa.array(list(shared), patients[ID].type)).combine_chunks())
        if not again.any():
            return rejects
        dropped = patients.filter(pa.array(again))
        counts.take(dropped, -1)
        counts.rejected[DUPLICATE] = counts.rejected.get(DUPLICATE, 0) + len(dropped)
        with parquet_writer(self.folder / "fixed" / self._paths(number)[0].name) as write:
            write(patients.filter(pa.array(~again)))
        ids = dropped[ID].combine_chunks()
        more = reject_table(rows[again] + part["first"], ids, [reason(shared[one]) for one in ids.to_pylist()])
        return pa.concat_tables([rejects, more]).sort_by("row")

    def _publish(self) -> None:
        """Put the result in its place, and what was there aside."""
        if self.output.exists():
            self.output.rename(self.folder / "old")
        # What a kill leaves from here on is not taken up again.
        (self.folder / "begun.json").unlink()
        self.result.rename(self.output)
        shutil.rmtree(self.folder)


def _write(path: Path, text: str) -> None:
    with renamed(path) as beside:
        beside.write_text(text, "utf-8")


def _in_order(ids: Path) -> Path:
    """Return the place of the hashes of a part's ids in their order, beside that of them as they stand."""
    return ids.with_suffix(".sorted")


def _answered_rows(part: Mapping[str, Any], rejects: pa.Table) -> np.ndarray[Any, Any]:
    """Return the places within a part of the rows that are answered, in their order."""
    kept = np.ones(part["read"], dtype=bool)
    kept[rejects["row"].to_numpy() - part["first"]] = False
    return np.flatnonzero(kept)


def _marked(patients: pa.Table, tables: StepTables) -> pa.Table:
    """Return patients with what their mask and numbers mean in the metadata of their file."""
    said: dict[str, Any] = {"facts": list(tables.columns), "groups": [one.group for one in tables.groups]}
    said |= {"definitions": tables.definitions.content_hash, "disclaimer": tables.definitions.source.disclaimer}
    return patients.replace_schema_metadata({"pnet_pathways": json.dumps(said)})

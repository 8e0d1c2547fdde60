"""Many patients: the ndjson files of a FHIR Bulk Data export, read patient by patient.

Two passes: the first notes in a file of its own on which line of which file each patient's resources stand, the second
reads the lines of one patient after the other. So memory holds one patient at a time, however many there are, and the
order of files and lines does not matter.
"""

from __future__ import annotations

import errno
import gzip
import itertools
import json
import shutil
import sqlite3
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import attrs

from ...engine.answer import Certainty
from ...engine.recommend import recommend
from ...loading.folder import given_definitions
from ...model.errors import FhirError, Problem, shown
from ...model.json_text import JsonTextError, read_json
from ...model.pathway import Definitions
from ...model.values import plain
from .bundle import SUBJECTS, Sent, relative
from .codes import CodeMap, code_map
from .elements import Elements
from .findings import ConflictingRecords, Reading
from .reading import failures, reading_of

SUFFIXES: Final = (".ndjson", ".ndjson.gz")
"""How the names of the files end that are read in a folder."""
_BATCH: Final = 1000
_TABLES: Final = (
    "CREATE TABLE line (patient TEXT, name TEXT, file INTEGER, number INTEGER, start INTEGER, length INTEGER)",
    "CREATE TABLE gone (name TEXT)",
)
_DELETE: Final = "DELETE FROM line WHERE name IN (SELECT name FROM gone)"
# A resource that is of two patients is one that was moved, or there are two servers in one folder.
_SHARED: Final = (
    "CREATE TABLE shared AS WITH twice AS (SELECT name, MIN(patient) AS one, MAX(patient) AS other FROM line "
    "WHERE name <> '' GROUP BY name HAVING one <> other) "
    "SELECT DISTINCT line.patient, line.name, one, other FROM line JOIN twice ON line.name = twice.name",
    "CREATE INDEX by_patient ON shared (patient)",
)
_SHARED_BY: Final = "SELECT name, one, other FROM shared WHERE patient = ? ORDER BY name"
_LINES: Final = "SELECT patient, file, number, start, length FROM line ORDER BY patient, file, number"


@attrs.frozen
class BrokenLine:
    """A line that cannot be used, or that says that something could not be exported: its file and line, and what is wrong."""

    problem: Problem


@attrs.frozen
class PatientReading:
    """What was read of one patient (``Patient/p1``): the reading, or the error for which there is none."""

    patient: str
    reading: Reading | None
    error: FhirError | ConflictingRecords | None

    def to_dict(self) -> dict[str, Any]:
        """Return the patient as one line of a cohort: case and answer in a compact form, or why there is none."""
        if self.reading is None:
            error = self.error
            kind = "conflicting" if isinstance(error, ConflictingRecords) else "unusable"
            return {"patient": self.patient, "refused": kind, "problems": [str(one) for one in error.problems] if error else []}
        return {"patient": self.patient, **answered(self.reading)}


@attrs.define
class Counts:
    """What was met so far.

    Of the `lines`, some are `empty` or `broken`, some tell of `deletions`, the others hold the `resources`. Of these,
    `of_nobody` name no patient, by kind; `deleted` were taken away by the deletions; `failed` say that something could not
    be exported. `refused` of the `patients` have no reading.
    """

    lines: int = 0
    empty: int = 0
    broken: int = 0
    deletions: int = 0
    resources: int = 0
    deleted: int = 0
    of_nobody: Counter[str] = attrs.field(factory=Counter)
    failed: int = 0
    patients: int = 0
    refused: int = 0


@attrs.define
class Cohort:
    """The patients of ndjson files, to be gone through once: first the lines that are broken, then patient by patient."""

    paths: tuple[Path, ...]
    definitions: Definitions
    counts: Counts = attrs.field(factory=Counts)

    def __iter__(self) -> Iterator[BrokenLine | PatientReading]:
        codes = code_map(self.definitions)
        self.counts = Counts()
        with tempfile.TemporaryDirectory(prefix="pnet-") as name:
            folder = Path(name)
            with closing(sqlite3.connect(folder / "lines")) as index:
                try:
                    yield from self._read(index, folder, codes)
                except sqlite3.OperationalError as error:
                    raise OSError(errno.EIO, f"{error}", name) from None

    def _read(self, index: sqlite3.Connection, folder: Path, codes: CodeMap) -> Iterator[BrokenLine | PatientReading]:
        # Nobody ever opens the index again, so it need not survive anything.
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", *_TABLES):
            index.execute(statement)
        files = []
        for number, path in enumerate(self.paths):
            files.append(_unpacked(path, folder / str(number)))
            yield from self._indexed(index, number, path, files[-1])
        self.counts.deleted = index.execute(_DELETE).rowcount
        for statement in _SHARED:
            index.execute(statement)
        for patient, rows in itertools.groupby(index.execute(_LINES), key=lambda row: row[0]):
            self.counts.patients += 1
            shared = [_shared(*one) for one in index.execute(_SHARED_BY, (patient,))]
            yield self._patient(patient, self._resources(rows, files), shared, codes)

    def _patient(
        self, patient: str, resources: Iterable[tuple[str, Any]], problems: list[Problem], codes: CodeMap
    ) -> PatientReading:
        sent = Sent(Elements(problems))
        try:
            sent.take_placed(resources)
            return PatientReading(patient, reading_of(sent, self.definitions, codes), None)
        except (FhirError, ConflictingRecords) as error:
            self.counts.refused += 1
            return PatientReading(patient, None, error)

    def _indexed(self, index: sqlite3.Connection, number: int, path: Path, file: Path) -> Iterator[BrokenLine]:
        """Note whose resource stands on each line of a file, and yield the lines that are broken."""
        counts, waiting, start = self.counts, [], 0
        with file.open("rb") as lines:
            for count, line in enumerate(lines, 1):
                counts.lines += 1
                found = _whose(line, f"{path}:{count}")
                if found is None:
                    counts.empty += 1
                elif isinstance(found, BrokenLine):
                    counts.broken += 1
                    yield found
                elif isinstance(found, _Deletion):
                    counts.deletions += 1
                    index.executemany("INSERT INTO gone VALUES (?)", [(name,) for name in found.names])
                else:
                    counts.resources += 1
                    if found.patient:
                        waiting.append((found.patient, found.name, number, count, start, len(line)))
                    else:
                        counts.of_nobody[found.kind] += 1
                    if found.failure:
                        counts.failed += 1
                        yield BrokenLine(Problem(f"{path}:{count}", f"something was not exported: {found.failure}"))
                start += len(line)
                if len(waiting) == _BATCH:
                    index.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)", waiting)
                    waiting.clear()
        index.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)", waiting)

    def _resources(self, rows: Iterable[tuple[Any, ...]], files: list[Path]) -> Iterator[tuple[str, Any]]:
        """Yield the resources of one patient, each with its file and line."""
        for number, of_file in itertools.groupby(rows, key=lambda row: row[1]):
            with files[number].open("rb") as file:
                for _, _, line, start, length in of_file:
                    file.seek(start)
                    place = f"{self.paths[number]}:{line}"
                    try:
                        yield place, json.loads(file.read(length).decode("utf-8-sig"))
                    except ValueError:
                        raise FhirError([Problem(place, "this line was changed while it was read")]) from None


def read_ndjson(paths: Iterable[Path | str] | Path | str, definitions: Definitions | None = None) -> Cohort:
    """Return the patients in ndjson files of FHIR R4 resources, to go through once; folders stand for their ndjson files.

    A resource belongs to the patient that it names as its subject. A line that cannot be used is given as a `BrokenLine` and
    stops nothing; a patient's records that cannot be used, or contradict each other, are given with their error. Going through
    raises `OSError` for a file that cannot be read, and `DefinitionError` for a code map that is none. Raises `FhirError`
    for a folder without ndjson files.
    """
    given = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    found: list[Path] = []
    for path in given:
        if not path.is_dir():
            found.append(path)
            continue
        held = sorted(one for one in path.iterdir() if one.name.lower().endswith(SUFFIXES) and one.is_file())
        if not held:
            raise FhirError([Problem(str(path), "this folder holds no .ndjson file")])
        found += held
    return Cohort(tuple(dict.fromkeys(found)), given_definitions(definitions))


def answered(reading: Reading) -> dict[str, Any]:
    """Return case and answer of a reading in a compact form.

    `certain` and `possible` hold the treatments of each option by statement.
    """
    answer = recommend(reading.case, reading.definitions)
    options: dict[Certainty, dict[str, list[list[str]]]] = {one: {} for one in Certainty}
    for option in answer.options:
        options[option.certainty].setdefault(option.statement, []).append([*option.treatments])
    return {
        "case": reading.case.to_dict(),
        "status": answer.status.value,
        "pathway": answer.pathway,
        **{one.value: found for one, found in options.items()},
        "gaps": [{"track": gap.track, "kind": gap.kind.value, "certainty": gap.certainty.value} for gap in answer.gaps],
        "missing": list(answer.missing),
        "suggested": [{"fact": one.fact, "value": plain(one.value), "reason": one.reason.value} for one in reading.suggested],
        "unmapped": dict(sorted(Counter(one.reason.value for one in reading.unmapped).items())),
        "complete": reading.complete,
        "definitions": {"version": reading.definitions.version, "hash": reading.definitions.content_hash},
        "disclaimer": reading.definitions.source.disclaimer,
    }


def columns(reading: Reading) -> dict[str, Any]:
    """Return the certain facts of a reading as one row: every fact by its dotted name, `None` where it is unknown."""
    known = reading.case.known()
    return {name: plain(known[name]) if name in known else None for name in reading.definitions.vocabulary.facts}


def _unpacked(path: Path, place: Path) -> Path:
    """Return a file as it is, or what a packed one holds, at a place: single lines of a packed one cannot be reached."""
    if path.suffix.lower() != ".gz":
        return path
    with gzip.open(path, "rb") as packed, place.open("wb") as file:
        try:
            shutil.copyfileobj(packed, file)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FhirError([Problem(str(path), f"this file cannot be unpacked: {error}")]) from None
    return place


def _shared(name: str, first: str, last: str) -> Problem:
    return Problem(name, f"this record is of two patients: {first} and {last}", "read the export of one server, from one time")


class _Line(NamedTuple):
    """What stands on a line: whose it is (empty: of nobody), of which kind, its name, and what it says was not exported."""

    patient: str
    kind: str
    name: str
    failure: str


class _Deletion(NamedTuple):
    """A line that says which resources were deleted, by their names."""

    names: list[str]


def _whose(line: bytes, where: str) -> _Line | _Deletion | BrokenLine | None:
    """Return whose resource stands on a line; `None` for an empty one."""
    line = line.strip()
    if not line:
        return None
    try:
        data = read_json(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return BrokenLine(Problem(where, f"not UTF-8 text (byte {error.start + 1})"))
    except JsonTextError as error:
        place = "" if error.column is None else f", column {error.column}"
        return BrokenLine(Problem(f"{where}{place}", error.message, error.suggestion))
    kind = data.get("resourceType") if isinstance(data, dict) else None
    if not isinstance(kind, str) or not kind.isalpha():
        return BrokenLine(Problem(where, f"takes a resource, not {shown(data)}", "one JSON object with resourceType a line"))
    if kind == "Bundle":
        deleted = _deleted(data)
        if deleted is None:
            hint = "one of deletions, or pnet fhir read for the Bundle of one patient"
            return BrokenLine(Problem(where, "takes a resource, not a Bundle", hint))
        return _Deletion(deleted)
    elements = Elements(place=where)
    id_ = elements.get(data, "id", str) or ""
    patient = f"Patient/{id_}" if kind == "Patient" else _subject(elements, kind, data)
    failure = "; ".join(failures(elements, data)) if kind == "OperationOutcome" else ""
    if kind == "Patient" and not id_ and not elements.problems:
        elements.problem("id", "is missing, so no record can name this Patient")
    if not f"{patient}{id_}".isprintable():
        elements.problem("id", f"is no id: {shown(id_ or patient)}")
    if elements.problems:
        return BrokenLine(elements.problems[0])
    return _Line(patient, kind, f"{kind}/{id_}" if id_ else "", failure)


def _deleted(bundle: Mapping[str, Any]) -> list[str] | None:
    """Return the names of what a Bundle of deletions deletes; `None` for another Bundle."""
    names = []
    entries = bundle.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        request = entry.get("request") if isinstance(entry, dict) and "resource" not in entry else None
        url = request.get("url") if isinstance(request, dict) and request.get("method") == "DELETE" else None
        if not isinstance(url, str) or not url.isprintable():
            return None
        names.append(relative(url))
    return names or None


def _subject(elements: Elements, kind: str, data: Mapping[str, Any]) -> str:
    """Return the patient that a resource names as its subject, as ``Patient/p1``; empty where it names none."""
    reference = None
    if kind in SUBJECTS:
        reference = elements.reference(data, SUBJECTS[kind])
    else:
        # Of a kind that is not read: whatever stands there, it is no mistake.
        value = data.get("subject", data.get("patient"))
        if isinstance(value, dict) and isinstance(value.get("reference"), str):
            reference = value["reference"]
    found = relative(reference or "")
    return found if found.startswith(("Patient/", "urn:")) else ""

"""The code map of a document, ``fhir_codes.yaml``: what codes of other systems say, in the facts of the document.

It is data beside the definitions: it says nothing of the text, so no hash and no review covers it. A document without one
is read as well; then no code says anything.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal

import attrs

from ...loading.schema_base import described
from ...loading.structuring import structure
from ...loading.yaml_source import Document, Path_, read_yaml
from ...model.errors import DefinitionError, listed, suggest
from ...model.pathway import Definitions
from ...model.values import Value
from ...model.vocabulary import Vocabulary
from .findings import Reason

FILE: Final = "fhir_codes.yaml"
"""The name of the file in a folder of definitions."""

FactValues = dict[str, str | bool | None]

_FOUR_DIGITS: Final = re.compile(r"[0-9]{4}")
BEHAVIORS: Final = "012369"
"""The behavior digits of ICD-O-3: 6 is of what has spread."""


@attrs.frozen
class CodeSpec:
    """One code."""

    system: str = described("short name of its code system, from systems")
    code: str = described("the code; four digits of a morphology stand for every behavior digit")
    display: str = described("what the code system calls it")
    axis: Literal[
        "disorder",
        "secondary",
        "finding",
        "history",
        "morphology",
        "topography",
        "stage",
        "trend",
        "residual",
        "procedure",
        "observation",
    ] = described("what kind of thing it is: a tumor, what has spread from one, a finding, ..., what an observation asks")
    grade: Literal["A", "B"] = described("A: two independent public sources agree; B: one good source")
    seen_in: tuple[str, ...] = described("where it was seen")
    means: FactValues = described("facts that hold where it stands", factory=dict)
    suggests: FactValues = described("facts that a clinician must confirm", factory=dict)
    reason: Literal["type_not_said", "organ_not_said", "needs_judgement", "no_measure_in_summary"] | None = described(
        "why it does not say all that is asked for", default=None
    )
    organ: bool = described("whether it lies in the organ whose tumors the document is about", default=False)
    subject: bool = described("whether it says that the patient has such a tumor, without its type", default=False)
    needs: Literal["type", "organ"] | None = described(
        "what else its record must say: a type of tumor, or a place in the organ", default=None
    )
    secondary: FactValues = described("of a place: facts that hold where the record is of what has spread", factory=dict)
    version: str = described("what Coding.version must begin with, where it alone does not tell", default="")
    says: str = described("or: what Coding.display must hold then", default="")
    asks: Literal["morphology", "stage", "trend", "residual", "measure", "history"] | None = described(
        "of an observation: what its value is", default=None
    )
    part: str = described("of a stage: the part that it is the newest of", default="")
    basis: Literal["clinical", "pathologic"] | None = described("of a stage: what it rests on", default=None)


@attrs.frozen
class CountSpec:
    """What a number of tumors suggests."""

    one: FactValues = described("one")
    several: FactValues = described("more than one")


@attrs.frozen
class RolesSpec:
    """Facts that rules of reading touch, besides those of single codes."""

    judged: tuple[str, ...] = described("facts and groups that no code means: a clinician judges them", default=())
    recurrence: FactValues = described("what a recurrence or relapse of the tumor says", factory=dict)
    count: CountSpec | None = described("what the number of recorded tumors suggests", default=None)


@attrs.frozen
class CodesFile:
    """fhir_codes.yaml: what codes of other systems say, in the facts of the document."""

    format: Literal[1] = described("the format of this file")
    systems: dict[str, str] = described("short name to the address of a code system")
    sources: dict[str, str] = described("where codes were seen: short name to what it is")
    codes: tuple[CodeSpec, ...] = described("the codes")
    roles: RolesSpec = described("facts that rules of reading touch", factory=RolesSpec)


Facts = tuple[tuple[str, Value], ...]


@attrs.frozen(eq=False)
class Row:
    """A code of the map with what it says; `id` names it, `type_said` whether it tells the type."""

    id: str
    display: str
    axis: str
    means: Facts
    suggests: Facts
    reason: Reason | None
    organ: bool
    subject: bool
    needs: str | None
    secondary: Facts
    version: str
    says: str
    asks: str | None
    part: str
    basis: str | None
    type_said: bool


@attrs.frozen(eq=False)
class CodeMap:
    """What codes say in the facts of one document: `rows` by the address of the system and the code.

    `stems` are those of the four digits of a morphology, which stand for every behavior digit.
    """

    vocabulary: Vocabulary
    rows: Mapping[str, Mapping[str, Row]]
    stems: Mapping[tuple[str, str], Row] = attrs.field(factory=dict)
    recurrence: Facts = ()
    one: Facts = ()
    several: Facts = ()

    def row(self, system: str, code: str) -> Row | None:
        """Return the row of a code; a morphology such as ``8151/3`` has its own, or that of its four digits."""
        rows = self.rows.get(system)
        if rows is None:
            return None
        found = rows.get(code)
        if found is None and len(code) == 6 and code[4] == "/" and code[5] in BEHAVIORS:
            return self.stems.get((system, code[:4]))
        return found


@functools.lru_cache(maxsize=8)
def code_map(definitions: Definitions) -> CodeMap:
    """Return the code map of a set of definitions, read once. Raises `DefinitionError` with every mistake in it."""
    path = Path(definitions.folder) / FILE
    if not path.is_file():
        return CodeMap(definitions.vocabulary, {})
    document = read_yaml(path, FILE).tidied()
    made = None if document.problems else read_codes(document, definitions.vocabulary)
    if made is None:
        raise DefinitionError(document.problems)
    return made


def read_codes(document: Document, vocabulary: Vocabulary) -> CodeMap | None:
    """Return the code map of a document; `None` where it is none, with its problems recorded there."""
    file = structure(document, CodesFile)
    if file is None:
        return None
    _Checks(document, vocabulary, file).check()
    if document.problems:
        return None
    rows: dict[str, dict[str, Row]] = {address: {} for address in file.systems.values()}
    stems: dict[tuple[str, str], Row] = {}
    for spec in file.codes:
        address = file.systems[spec.system]
        if spec.axis == "morphology" and _FOUR_DIGITS.fullmatch(spec.code):
            stems[address, spec.code] = _row(spec, vocabulary)
        else:
            rows[address][spec.code] = _row(spec, vocabulary)
    count = file.roles.count
    return CodeMap(
        vocabulary,
        rows,
        stems,
        _facts(file.roles.recurrence),
        () if count is None else _facts(count.one),
        () if count is None else _facts(count.several),
    )


def _facts(values: FactValues) -> Facts:
    return tuple((name, value) for name, value in values.items() if value is not None)


def _row(spec: CodeSpec, vocabulary: Vocabulary) -> Row:
    return Row(
        f"{spec.system}-{spec.code}",
        spec.display,
        spec.axis,
        _facts(spec.means),
        _facts(spec.suggests),
        None if spec.reason is None else Reason(spec.reason),
        spec.organ,
        spec.subject,
        spec.needs,
        _facts(spec.secondary),
        spec.version,
        spec.says.lower(),
        spec.asks,
        spec.part,
        spec.basis,
        vocabulary.entry in spec.means,
    )


@attrs.frozen
class _Checks:
    """Checks a code map against the vocabulary; mistakes are recorded in the document."""

    document: Document
    vocabulary: Vocabulary
    file: CodesFile

    def check(self) -> None:
        judged = self.file.roles.judged
        for number, key in enumerate(judged):
            if key not in self.vocabulary.keys:
                self._problem(("roles", "judged", number), f"unknown fact '{key}'", suggest(key, self.vocabulary.keys))
        self._values(("roles", "recurrence"), self.file.roles.recurrence)
        if (count := self.file.roles.count) is not None:
            self._values(("roles", "count", "one"), count.one)
            self._values(("roles", "count", "several"), count.several)
        seen: dict[tuple[str, str], int] = {}
        for number, spec in enumerate(self.file.codes):
            self._code(("codes", number), spec)
            first = seen.setdefault((spec.system, spec.code), number)
            if first != number:
                where = self.document.where(("codes", first)).line
                self._problem(
                    ("codes", number), f"{spec.system} {spec.code} stands twice", f"keep one; the first is on line {where}"
                )

    def _problem(self, path: Path_, message: str, suggestion: str = "") -> None:
        self.document.problem(path, message, suggestion)

    def _code(self, path: Path_, spec: CodeSpec) -> None:
        systems = self.file.systems
        if spec.system not in systems:
            hint = suggest(spec.system, systems) or f"systems: {listed(systems)}"
            self._problem((*path, "system"), f"unknown system '{spec.system}'", hint)
        for name in spec.seen_in:
            if name not in self.file.sources:
                self._problem((*path, "seen_in"), f"unknown source '{name}'", suggest(name, self.file.sources))
        if not spec.seen_in:
            self._problem((*path, "seen_in"), f"{spec.system} {spec.code} was seen nowhere", "leave it out")
        for key in ("means", "suggests", "secondary"):
            values: FactValues = getattr(spec, key)
            self._values((*path, key), values)
            if spec.axis != "stage" and False in values.values():
                self._problem((*path, key), "a code that is there rules nothing out", "only a stage does")
        if (spec.asks is not None) != (spec.axis == "observation"):
            self._problem((*path, "asks"), "'asks' is said of an observation, and of every one")
        if (spec.axis == "stage") != (bool(spec.part) and spec.basis is not None):
            self._problem(path, "'part' and 'basis' are said of a stage, and of every one")
        said = (spec.means, spec.suggests, spec.secondary, spec.reason, spec.asks, spec.organ)
        if not any(said):
            self._problem(path, f"{spec.system} {spec.code} says nothing", "leave it out")

    def _values(self, path: Path_, values: FactValues) -> None:
        for name, value in values.items():
            fact = self.vocabulary.facts.get(name)
            if fact is None:
                self._problem((*path, name), f"unknown fact '{name}'", suggest(name, self.vocabulary.facts))
            elif path[-1] != "suggests" and self.vocabulary.key_of(name) in self.file.roles.judged:
                self._problem((*path, name), f"no code says '{name}'", "a clinician judges it; a code may suggest it")
            elif isinstance(value, bool) != fact.is_boolean or value not in fact.values:
                names = ["true", "false"] if fact.is_boolean else fact.answers
                self._problem((*path, name), f"'{name}' has no value {value!r}", self._hint(value, names))

    @staticmethod
    def _hint(value: object, names: Iterable[str]) -> str:
        return suggest(value, names) or f"one of {listed(names)}"

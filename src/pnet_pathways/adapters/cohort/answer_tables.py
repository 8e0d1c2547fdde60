"""The answers that rows of a cohort get, as a table: each one once, with all its parts, for a join by group and number."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

import attrs
import numpy as np
import pyarrow as pa

from ...engine.answer import OfferedOption, gap_dict, option_dict, statement_dict
from ...engine.answer_data import nearest_dict
from ...engine.answer_parts import Certainty, Gap, Status
from ...engine.nearest import NearestStatement
from ...model.pathway import Definitions
from .steps import Codes, GroupAnswer, GroupSteps, StepTables

_T = TypeVar("_T")

_TEXTS: Final = pa.list_(pa.string())
_LOCATOR: Final = pa.struct(
    [(name, pa.string()) for name in ("section", "first", "last")]
    + [(name, pa.int32()) for name in ("start", "end")]
    + [("sha256", pa.string())]
)
OPTION: Final = pa.struct(
    [
        ("statement", pa.string()),
        ("pathway", pa.string()),
        ("track", pa.string()),
        ("treatments", _TEXTS),
        ("optional", _TEXTS),
        ("strength", pa.string()),
        ("certainty", pa.string()),
        ("depends_on", _TEXTS),
        ("readings", _TEXTS),
        ("intent", pa.string()),
        ("choice", pa.string()),
        ("item", pa.int32()),
        ("label", pa.string()),
        ("locators", pa.list_(_LOCATOR)),
    ]
)
"""An option as in the answer's JSON contract, with the places of its statement in the source."""

_DIFFERS: Final = pa.struct([("fact", pa.string()), ("is", pa.string()), ("needs", _TEXTS)])
_NEAREST: Final = pa.struct([("statement", pa.string()), ("any_one", pa.bool_()), ("differs", pa.list_(_DIFFERS))])
GAP: Final = pa.struct(
    [
        ("track", pa.string()),
        ("kind", pa.string()),
        ("message", pa.string()),
        ("certainty", pa.string()),
        ("depends_on", _TEXTS),
        ("readings", _TEXTS),
        ("nearest", pa.list_(_NEAREST)),
    ]
)
"""A gap as in the answer's JSON contract; values of facts are text, booleans ``true`` and ``false``."""

ANSWERS: Final = pa.schema(
    [
        ("group", pa.string()),
        ("answer", pa.int32()),
        ("patients", pa.int64()),
        ("status", pa.string()),
        ("note", pa.string()),
        ("options", pa.list_(OPTION)),
        ("gaps", pa.list_(GAP)),
        ("missing", _TEXTS),
        ("text", pa.string()),
        ("json", pa.string()),
    ]
)
"""The columns of the answers; `note` says why a type is out of scope, `json` holds all of it as the contract has it."""


class _Pool(Generic[_T]):
    """Parts of answers, each kept once: as Arrow has it and as JSON text."""

    def __init__(self, kind: pa.DataType, key: Callable[[_T], Hashable], as_data: Callable[[_T], Any]) -> None:
        self._kind, self._key, self._as_data = kind, key, as_data
        self._places: dict[Hashable, int] = {}
        self.data: list[dict[str, Any]] = []
        self.texts: list[str] = []
        self.taken: list[int] = []
        self.offsets = [0]

    def add(self, parts: Sequence[_T]) -> str:
        """Add the parts of one answer. Returns them as JSON text."""
        here = []
        for one in parts:
            place = self._places.setdefault(self._key(one), len(self.data))
            if place == len(self.data):
                data = self._as_data(one)
                self.data.append(data)
                self.texts.append(json.dumps(data))
            here.append(place)
        self.taken += here
        self.offsets.append(len(self.taken))
        return f"[{', '.join([self.texts[place] for place in here])}]"

    def arrow(self, plain: Callable[[dict[str, Any]], Any]) -> pa.Array:
        """Return the parts of all answers, a list for each."""
        values = pa.array([plain(one) for one in self.data], self._kind)
        return pa.ListArray.from_arrays(pa.array(self.offsets, pa.int32()), values.take(pa.array(self.taken, pa.int32())))


def answer_table(tables: StepTables, counts: Mapping[str, Codes]) -> pa.Table:
    """Return the answers that some row got, with how many rows did; `counts` hold these by group and number."""
    definitions = tables.definitions
    options: _Pool[OfferedOption] = _Pool(OPTION, id, lambda one: _option(definitions, one))
    gaps = _Gaps()
    columns: dict[str, list[Any]] = {name: [] for name in ANSWERS.names if name not in {"options", "gaps"}}
    for group in tables.groups:
        for number in np.flatnonzero(counts[group.group]).tolist():
            one = group.answers[number]
            said = {"status": status_of(one), "note": _note(definitions, one), "missing": list(one.missing)}
            parts = {"options": options.add(one.said.options), "gaps": gaps.add(one.said.gaps)}
            head = {"group": group.group, "answer": number}
            row = head | {"patients": int(counts[group.group][number])} | said | {"text": answer_text(definitions, one)}
            row["json"] = _json(head | said, parts)
            for name, value in row.items():
                columns[name].append(value)
    lists = {"options": options.arrow(lambda one: one), "gaps": gaps.arrow()}
    arrays = [lists[one.name] if one.name in lists else pa.array(columns[one.name], one.type) for one in ANSWERS]
    return pa.table(arrays, schema=ANSWERS)


def _json(data: Mapping[str, Any], parts: Mapping[str, str]) -> str:
    found = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in data.items()]
    return f"{{{', '.join([*found, *(f'{json.dumps(key)}: {text}' for key, text in parts.items())])}}}"


def _option(definitions: Definitions, option: OfferedOption) -> dict[str, Any]:
    return option_dict(option) | {"locators": statement_dict(definitions, option.statement)["locators"]}


class _Gaps:
    """The gaps of all answers; what comes nearest to applying, of which there is little, is kept once."""

    def __init__(self) -> None:
        self._nearest: _Pool[NearestStatement] = _Pool(_NEAREST, id, nearest_dict)
        self._data: list[dict[str, Any]] = []
        self._offsets = [0]
        self._same: dict[NearestStatement, NearestStatement] = {}

    def add(self, gaps: Sequence[Gap]) -> str:
        """Add the gaps of one answer. Returns them as JSON text."""
        found = []
        for gap in gaps:
            data = gap_dict(attrs.evolve(gap, found=()))
            text = self._nearest.add([self._same.setdefault(near, near) for near in gap.nearest])
            self._data.append(data)
            # An object without what comes nearest ends with an empty list of it.
            found.append(f"{json.dumps(data)[: -len('[]}')]}{text}}}")
        self._offsets.append(len(self._data))
        return f"[{', '.join(found)}]"

    def arrow(self) -> pa.Array:
        """Return the gaps of all answers, a list for each."""
        arrays = [pa.array([one[field.name] for one in self._data], field.type) for field in GAP if field.name != "nearest"]
        arrays.append(self._nearest.arrow(_plain_nearest))
        return pa.ListArray.from_arrays(
            pa.array(self._offsets, pa.int32()), pa.StructArray.from_arrays(arrays, fields=list(GAP))
        )


def _plain_nearest(near: dict[str, Any]) -> dict[str, Any]:
    return near | {"differs": [_differs(one) for one in near["differs"]]}


def _differs(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"fact": one["fact"], "is": _text(one["is"]), "needs": [_text(value) for value in one["needs"]]}


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _note(definitions: Definitions, one: GroupAnswer) -> str:
    return definitions.entry.types[one.out_of_scope].note if one.out_of_scope else ""


def status_of(one: GroupAnswer) -> str:
    """Return the status of what one track of the answer says, as the contract names it."""
    status = Status.OUT_OF_SCOPE if one.out_of_scope else Status.INCOMPLETE if one.missing else Status.COMPLETE
    return str(status)


def answer_text(definitions: Definitions, one: GroupAnswer) -> str:
    """Return what one track of the answer says in a line of words."""
    if one.out_of_scope:
        return _note(definitions, one)
    words = {Certainty.CERTAIN: "applies", Certainty.POSSIBLE: "may apply"}
    parts = [f"{option.label} ({words[option.certainty]})" for option in one.said.options]
    sure = {Certainty.CERTAIN: "gap", Certainty.POSSIBLE: "possible gap"}
    parts += [f"{sure[gap.certainty]}: {gap.message}" for gap in one.said.gaps]
    return "; ".join(parts)


def texts(definitions: Definitions, group: GroupSteps) -> pa.Array:
    """Return the text of each answer of a group, by its number."""
    return pa.array([answer_text(definitions, one) for one in group.answers], pa.string())


def missing_masks(tables: StepTables, group: GroupSteps) -> Codes:
    """Return which facts can still change each answer of a group: bit 0 is the first fact of the vocabulary."""
    bits = {name: 1 << place for place, name in enumerate(tables.columns)}
    return np.array([sum(bits[name] for name in one.missing) for one in group.answers], dtype=np.int64)


def out_of_scope(group: GroupSteps) -> Codes:
    """Return which answers of a group say that the type is out of scope."""
    return np.array([bool(one.out_of_scope) for one in group.answers])


def facts_of(mask: int, names: Iterable[str]) -> tuple[str, ...]:
    """Return the facts that a mask names."""
    return tuple(name for place, name in enumerate(names) if mask >> place & 1)

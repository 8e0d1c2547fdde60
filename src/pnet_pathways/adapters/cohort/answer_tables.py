"""The answers that rows of a cohort get, as tables: each answer once, and each option and gap once, to which answers refer."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...engine.answer import OfferedOption, gap_dict, option_dict, statement_dict
from ...engine.answer_parts import Certainty, Gap, Status
from ...engine.composition import ClusterAnswer
from ...model.pathway import Definitions

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TEXTS: Final = pa.list_(pa.string())
_NUMBERS: Final = pa.list_(pa.int32())
_LOCATOR: Final = pa.struct(
    [(name, pa.string()) for name in ("section", "first", "last")]
    + [(name, pa.int32()) for name in ("start", "end")]
    + [("sha256", pa.string())]
)
OPTIONS: Final = pa.schema(
    [
        ("option", pa.int32()),
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
"""The number of an option, and the option as in the answer's JSON contract, with the places of its statement in the source."""

_DIFFERS: Final = pa.struct([("fact", pa.string()), ("is", pa.string()), ("needs", _TEXTS)])
_NEAREST: Final = pa.struct([("statement", pa.string()), ("any_one", pa.bool_()), ("differs", pa.list_(_DIFFERS))])
GAPS: Final = pa.schema(
    [
        ("gap", pa.int32()),
        ("track", pa.string()),
        ("kind", pa.string()),
        ("message", pa.string()),
        ("certainty", pa.string()),
        ("depends_on", _TEXTS),
        ("readings", _TEXTS),
        ("nearest", pa.list_(_NEAREST)),
    ]
)
"""The number of a gap, and the gap as in the answer's JSON contract; values of facts are text, ``true`` and ``false`` too."""

ANSWERS: Final = pa.schema(
    [
        ("group", pa.string()),
        ("answer", pa.int32()),
        ("status", pa.string()),
        ("note", pa.string()),
        ("options", _NUMBERS),
        ("gaps", _NUMBERS),
        ("missing", _TEXTS),
    ]
)
"""An answer: `options` and `gaps` by their numbers, in the order of the answer; `note` says why a type is out of scope."""

PATIENTS: Final = "patients"


@attrs.frozen(eq=False)
class GroupAnswer:
    """What one track of the answer says; `missing` are the unknown facts that can still change it.

    `out_of_scope` is the value of the entry fact where the document does not treat it, else empty; `said` then says nothing.
    """

    said: ClusterAnswer
    missing: tuple[str, ...]
    out_of_scope: str = ""


@attrs.frozen(eq=False)
class AnswerTables:
    """Answers by group and number, and the options and gaps to which they refer, each once; of the schemas above."""

    answers: pa.Table
    options: pa.Table
    gaps: pa.Table

    def of(self, group: str) -> pa.Table:
        """Return the answers of a group, which stand together."""
        places = np.flatnonzero(pc.equal(self.answers["group"], group))
        return self.answers.slice(int(places[0]) if len(places) else 0, len(places))

    def missing(self, group: str, names: Sequence[str]) -> NDArray[np.int64]:
        """Return which facts can still change each answer of a group: bit 0 is the first of the names."""
        lists = self.of(group)["missing"].combine_chunks()
        rows = np.repeat(np.arange(len(lists)), np.diff(lists.offsets.to_numpy()))
        found = np.zeros(len(lists), dtype=np.int64)
        np.bitwise_or.at(
            found, rows, 1 << pc.index_in(lists.flatten(), pa.array(names, pa.string())).to_numpy().astype(np.int64)
        )
        return found

    def out_of_scope(self, group: str) -> NDArray[np.bool_]:
        """Return which answers of a group say that the type is out of scope."""
        return np.asarray(pc.equal(self.of(group)["status"], str(Status.OUT_OF_SCOPE)))

    def met(self, counts: Mapping[str, NDArray[Any]]) -> AnswerTables:
        """Return the answers that some row got, with how many did and in words; `counts` hold these by group and number."""
        every = np.concatenate(list(counts.values()))
        places = np.flatnonzero(every)
        kept = self.answers.take(pa.array(places))
        told = kept.add_column(2, PATIENTS, pa.array(every[places], pa.int64())).append_column("text", self.texts(kept))
        return AnswerTables(told, _used(self.options, kept["options"]), _used(self.gaps, kept["gaps"]))

    def texts(self, answers: pa.Table) -> pa.Array:
        """Return what some of the answers say, each in a line of words."""
        certain, words = str(Certainty.CERTAIN), pc.binary_join_element_wise
        options, gaps = self.options, self.gaps
        applies = words(options["label"], pc.if_else(pc.equal(options["certainty"], certain), " (applies)", " (may apply)"), "")
        silent = words(pc.if_else(pc.equal(gaps["certainty"], certain), "gap: ", "possible gap: "), gaps["message"], "")
        listed, open_ = _lines(answers["options"], applies), _lines(answers["gaps"], silent)
        between = pc.if_else(pc.or_(pc.equal(listed, ""), pc.equal(open_, "")), "", "; ")
        return words(listed, between, open_, answers["note"].combine_chunks(), "")


def _lines(lists: pa.ChunkedArray, words: pa.ChunkedArray) -> pa.Array:
    """Return for each list of numbers the words of these, joined."""
    numbers = lists.combine_chunks()
    taken = words.combine_chunks().take(numbers.flatten())
    return pc.binary_join(pa.ListArray.from_arrays(pc.subtract(numbers.offsets, numbers.offsets[0]), taken), "; ")


def _used(parts: pa.Table, lists: pa.ChunkedArray) -> pa.Table:
    """Return the parts to which some list refers; their numbers are their places."""
    return parts.take(pa.array(np.unique(lists.combine_chunks().flatten().to_numpy())))


def answer_tables(definitions: Definitions, groups: Mapping[str, Sequence[GroupAnswer]]) -> AnswerTables:
    """Return the tables of all answers of some groups."""
    options: dict[OfferedOption, int] = {}
    gaps: dict[Hashable, tuple[int, Gap]] = {}
    answers = []
    for group, found in groups.items():
        for number, one in enumerate(found):
            status = Status.OUT_OF_SCOPE if one.out_of_scope else Status.INCOMPLETE if one.missing else Status.COMPLETE
            answers.append(
                {
                    "group": group,
                    "answer": number,
                    "status": str(status),
                    "note": definitions.entry.types[one.out_of_scope].note if one.out_of_scope else "",
                    "options": [options.setdefault(option, len(options)) for option in one.said.options],
                    # Gaps that are equal can differ in what comes nearest.
                    "gaps": [gaps.setdefault((gap, gap.nearest), (len(gaps), gap))[0] for gap in one.said.gaps],
                    "missing": list(one.missing),
                }
            )
    return AnswerTables(
        pa.Table.from_pylist(answers, ANSWERS),
        pa.Table.from_pylist([{"option": number} | _option(definitions, one) for one, number in options.items()], OPTIONS),
        pa.Table.from_pylist([{"gap": number} | _gap(gap) for number, gap in gaps.values()], GAPS),
    )


def _option(definitions: Definitions, option: OfferedOption) -> dict[str, Any]:
    return option_dict(option) | {"locators": statement_dict(definitions, option.statement)["locators"]}


def _gap(gap: Gap) -> dict[str, Any]:
    data = gap_dict(gap)
    return data | {"nearest": [near | {"differs": [_differs(one) for one in near["differs"]]} for near in data["nearest"]]}


def _differs(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"fact": one["fact"], "is": _text(one["is"]), "needs": [_text(value) for value in one["needs"]]}


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)

"""The answer to a case and its JSON contract: options, gaps, what is missing, and where all of it comes from."""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, Protocol, Self

from ..model.case import Case
from ..model.errors import AuditError, shown
from ..model.json_text import JsonTextError, read_json
from ..model.pathway import Definitions
from ..model.records import frozen
from ..model.wording import sorted_readings
from .answer_data import (
    alternative_dict,
    comparable,
    either_way_dict,
    gap_dict,
    locator_dict,
    option_dict,
    review_dict,
    source_dict,
    statement_dict,
    step_dict,
)
from .answer_parts import OR, AlternativeAnswer, Certainty, EitherWay, Gap, OfferedOption, OptionChange, Status, gap_of
from .tables import Step, TrackAnswer, TrackTable

__all__ = [
    "OR",
    "AlternativeAnswer",
    "Certainty",
    "EitherWay",
    "Gap",
    "OfferedOption",
    "OptionChange",
    "Recommendation",
    "SharedAnswer",
    "Status",
    "gap_dict",
    "gap_of",
    "locator_dict",
    "option_dict",
    "review_dict",
    "source_dict",
    "statement_dict",
]


OF_CASE: Final = ("either_way", "not_used", "alternatives", "case")
"""The keys of the JSON contract under which an answer says what cases that leave the same open do not share, in order."""


class Answering(Protocol):
    """What answers cases, and is asked for what an answer does not hold from the start."""

    definitions: Definitions

    def recommend(self, case: Case | Mapping[str, Any]) -> Recommendation:
        """Return the answer to a case."""
        ...

    def under(self, chosen: Mapping[str, str]) -> Answering:
        """Return what answers with alternatives chosen, by reading."""
        ...

    def markdown(self, answer: Recommendation) -> str:
        """Return an answer as Markdown."""
        ...

    def alternatives(self, answer: Recommendation) -> tuple[AlternativeAnswer, ...]:
        """Return what each alternative that bears on an answer would change in it."""
        ...

    def either_way(self, answer: Recommendation) -> tuple[EitherWay, ...]:
        """Return what applies either way."""
        ...

    def alternatives_json(self, answer: Recommendation) -> str:
        """Return the alternatives of an answer as JSON text."""
        ...

    def not_used(self, answer: Recommendation) -> tuple[str, ...]:
        """Return the given facts that no statement on the case's type reads."""
        ...


@frozen(eq=False)
class SharedAnswer:
    """What is told in common to all cases that leave the same scenarios of every track open: one for all of them.

    `bearing` are the names of the pathways that bear on it (all, where the type is unknown) and `reads` the facts; `walked` are
    the answers of the tracks that bear on it for certain, and `whole_readings` the readings that bear on all of it.
    """

    engine: Answering
    status: Status
    pathway: str | None
    bearing: tuple[str, ...]
    options: tuple[OfferedOption, ...] = ()
    gaps: tuple[Gap, ...] = ()
    missing: tuple[str, ...] = ()
    tables: tuple[TrackTable, ...] = ()
    walked: tuple[TrackAnswer, ...] = ()
    reads: frozenset[str] = frozenset()
    whole_readings: tuple[str, ...] = ()
    note: str = ""

    @functools.cached_property
    def trace(self) -> tuple[Step, ...]:
        """The states visited in each track that bears on the case."""
        return tuple(step for answer in self.walked for step in answer.trace)

    @functools.cached_property
    def readings(self) -> tuple[str, ...]:
        """The readings that bear on the answer."""
        found = {reading for option in self.options for reading in option.readings}
        found.update(reading for gap in self.gaps for reading in gap.readings)
        return sorted_readings((*found, *self.whole_readings))

    def to_dict(self, of_case: Mapping[str, Any]) -> dict[str, Any]:
        """Return the JSON contract as plain data; `of_case` is what is said of one case, by `OF_CASE`."""
        definitions = self.engine.definitions
        statements = dict.fromkeys(
            [option.statement for option in self.options] + [near.statement for gap in self.gaps for near in gap.nearest]
        )
        return {
            "status": str(self.status),
            "pathway": self.pathway,
            "options": [option_dict(option) for option in self.options],
            "gaps": [gap_dict(gap) for gap in self.gaps],
            "either_way": of_case["either_way"],
            "missing": list(self.missing),
            "not_used": of_case["not_used"],
            "trace": [step_dict(step) for step in self.trace],
            "readings": {key: definitions.readings[key].text for key in self.readings},
            "readings_chosen": dict(definitions.readings_chosen),
            "alternatives": of_case["alternatives"],
            "advice": [{"id": one.id, "text": one.text} for one in definitions.advice],
            "note": self.note,
            "statements": {key: statement_dict(definitions, key) for key in statements},
            "case": of_case["case"],
            "source": {**source_dict(definitions), "review": review_dict(definitions, self.bearing)},
            "disclaimer": definitions.source.disclaimer,
        }

    @functools.cached_property
    def texts(self) -> tuple[str, ...]:
        """The JSON text of the answer, cut where what is said of one case stands."""
        texts = [""]
        for key, value in self.to_dict(dict.fromkeys(OF_CASE)).items():
            texts[-1] += f"{', ' if texts[-1] or texts[1:] else '{'}{json.dumps(key)}: "
            if key in OF_CASE:
                texts.append("")
            else:
                texts[-1] += json.dumps(value)
        texts[-1] += "}"
        return tuple(texts)


@frozen(eq=False, repr=False, match_args=False)
class Recommendation:
    """The answer to a case: what the summary lists, no directive. `to_dict` gives the JSON contract.

    It is a value: frozen, equal to another answer that says the same of the same case, hashable, and it can be copied,
    pickled and matched. What is seldom read is put together when it is first asked for.
    """

    case: Case
    shared: SharedAnswer

    _engine_of: ClassVar[Callable[[Definitions | None], Answering]]
    """Gives what answers by some definitions; set by the module that does."""

    __match_args__ = (
        "status",
        "pathway",
        "options",
        "gaps",
        "missing",
        "not_used",
        "trace",
        "readings",
        "note",
        "case",
        "definitions",
        "tables",
    )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Recommendation):
            return NotImplemented
        if self.shared is other.shared:
            return self.case == other.case
        return _said(self) == _said(other) and _which(self.definitions) == _which(other.definitions)

    def __hash__(self) -> int:
        return hash((self.case, self.definitions.content_hash, frozenset(self.readings_chosen.items())))

    def __repr__(self) -> str:
        from ..model.text import counted

        counts = (
            counted(len(self.options), "option"),
            counted(len(self.gaps), "gap"),
            f"{counted(len(self.missing), 'fact')} missing",
        )
        kind = self.case.entry or f"no {self.definitions.entry.title}"
        return f"<Recommendation for {kind}: {self.status.replace('_', ' ')}, {', '.join(counts)}>"

    def _repr_markdown_(self) -> str:
        return self.shared.engine.markdown(self)

    def _repr_html_(self) -> str:
        from markdown_it import MarkdownIt

        # What definitions say is text: HTML in it is shown as it stands.
        return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(self._repr_markdown_()))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.shared.engine, self.case)

    @property
    def status(self) -> Status:
        """Whether some unknown fact can change the answer, or the type is out of scope."""
        return self.shared.status

    @property
    def pathway(self) -> str | None:
        """The name of the type's pathway, `None` where the type is unknown or out of scope."""
        return self.shared.pathway

    @property
    def options(self) -> tuple[OfferedOption, ...]:
        """What the summary lists, by track, in its order."""
        return self.shared.options

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What the summary does not say."""
        return self.shared.gaps

    @property
    def missing(self) -> tuple[str, ...]:
        """The unknown facts that can still change options or gaps, next question first."""
        return self.shared.missing

    @functools.cached_property
    def not_used(self) -> tuple[str, ...]:
        """The given facts that no statement on the case's type reads."""
        return self.shared.engine.not_used(self)

    @property
    def trace(self) -> tuple[Step, ...]:
        """The states visited in each track."""
        return self.shared.trace

    @property
    def readings(self) -> tuple[str, ...]:
        """The readings that bear on the answer."""
        return self.shared.readings

    @property
    def note(self) -> str:
        """Why a type is out of scope, else empty."""
        return self.shared.note

    @property
    def definitions(self) -> Definitions:
        """The definitions that the answer follows."""
        return self.shared.engine.definitions

    @property
    def tables(self) -> tuple[TrackTable, ...]:
        """The tables of the tracks that bear on the case."""
        return self.shared.tables

    @property
    def readings_chosen(self) -> Mapping[str, str]:
        """The alternatives under which the answer was given, by reading; empty where the readings are those on record."""
        return self.definitions.readings_chosen

    @functools.cached_property
    def alternatives(self) -> tuple[AlternativeAnswer, ...]:
        """Each alternative of a reading that, taken alone on top of those chosen, would change this answer, and how."""
        return self.shared.engine.alternatives(self)

    @functools.cached_property
    def either_way(self) -> tuple[EitherWay, ...]:
        """What some statement offers in every completion of the case, although no single statement does."""
        return self.shared.engine.either_way(self)

    def explain(self) -> str:
        """Return in plain text which statements apply because of which facts, which do not and why, and what is open."""
        if self.status is Status.OUT_OF_SCOPE:
            return f"{self.note}\n\n{self.disclaimer}\n"
        from .explain import explain_case

        return explain_case(self.definitions, self.tables, self.case, self.missing, self.other_ways)

    def reasons(self) -> list[str]:
        """Return the lines of the explanation that say why each statement applies or does not, track by track."""
        from .explain import explained_tracks

        return explained_tracks(self.definitions, self.tables, self.case)

    def other_ways(self, track: str) -> tuple[str, ...]:
        """Return, for one of the answer's tracks, what each alternative would change there, in a sentence."""
        return tuple(one.words[track] for one in self.alternatives if track in one.words)

    @property
    def disclaimer(self) -> str:
        """What every answer carries."""
        return self.definitions.source.disclaimer

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract as plain data, deterministic to the byte once dumped."""
        return self.shared.to_dict(
            {
                "either_way": [either_way_dict(one) for one in self.either_way],
                "not_used": list(self.not_used),
                "alternatives": [alternative_dict(one) for one in self.alternatives],
                "case": self.case.to_dict(),
            }
        )

    def to_json(self) -> str:
        """Return the JSON contract as text: `json.dumps` of `to_dict`, put together from what answers share."""
        start, to_used, to_alternatives, to_case, end = self.shared.texts
        either_way = json.dumps([either_way_dict(one) for one in self.either_way]) if self.either_way else "[]"
        alternatives = self.shared.engine.alternatives_json(self)
        not_used = json.dumps(self.not_used)
        return f"{start}{either_way}{to_used}{not_used}{to_alternatives}{alternatives}{to_case}{self.case.to_json()}{end}"

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], definitions: Definitions | None = None) -> Recommendation:
        """Return the answer of which this is the JSON contract, its case answered anew, by the alternatives that were chosen.

        `definitions` are those that gave it, the project's own by default. What reviews said of them may have changed, and
        passages may have been added to the statements; all else must be what the answer says. Raises `AuditError` where it
        is not, for other definitions and for what is no answer, and the errors of `recommend` for its case and readings.
        """
        engine = cls._engine_of(definitions)
        try:
            version, content_hash = data["source"]["definition_version"], data["source"]["definition_hash"]
            case, chosen, given = data["case"], data["readings_chosen"], comparable(data)
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
            raise AuditError("this is not an answer as to_dict gives it") from None
        if content_hash != engine.definitions.content_hash:
            now = f"{engine.definitions.version}, hash {engine.definitions.content_hash[:12]}"
            said = f"{shown(version)}, hash {shown(content_hash)[:14]}"
            raise AuditError(f"this answer was given by other definitions ({said}) than those here ({now})")
        answer = engine.under(chosen).recommend(case)
        made = comparable(answer.to_dict())
        if wrong := [str(key) for key in dict.fromkeys([*made, *given]) if made.get(key) != given.get(key)]:
            raise AuditError(f"this answer was changed since it was given: {', '.join(wrong)}")
        return answer

    @classmethod
    def from_json(cls, text: str, definitions: Definitions | None = None) -> Recommendation:
        """Return the answer of which this is the JSON text; see `from_dict`."""
        try:
            data = read_json(text)
        except JsonTextError as error:
            raise AuditError(f"this is not an answer: {error}") from None
        return cls.from_dict(data, definitions)

    @property
    def bearing(self) -> tuple[str, ...]:
        """The names of the pathways that bear on the answer; where the type is unknown, all of them."""
        return self.shared.bearing


_SAID = Recommendation.__match_args__[:10]
"""What an answer says: what it is compared by."""

_said = operator.attrgetter(*_SAID)


def _which(definitions: Definitions) -> object:
    """Return what tells definitions apart: their content, and the alternatives chosen."""
    return definitions.content_hash, dict(definitions.readings_chosen)


def _again(engine: Answering, case: Case) -> Recommendation:
    """Return an answer that was sent from another process, given anew."""
    return engine.recommend(case)

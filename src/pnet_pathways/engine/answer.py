"""The answer to a case and its JSON contract: options, gaps, what is missing, and where all of it comes from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import attrs

from ..model.case import Case
from ..model.pathway import Definitions, Strength
from ..model.reference import Locator
from ..model.values import plain
from ..model.wording import sorted_readings
from .explain import explain_case, explained_tracks
from .nearest import NearestStatement
from .tables import GapKind, Step, TrackGap, TrackTable

OR: Final = " Or: "
"""What joins the messages of one gap, each for another way in which it can arise."""


class Status(StrEnum):
    """`complete`: no unknown fact can change the answer; `incomplete`: some can; `out_of_scope`: not discussed."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    OUT_OF_SCOPE = "out_of_scope"


class Certainty(StrEnum):
    """`certain`: in every completion of the case; `possible`: in some, but not in all."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


@attrs.frozen
class OfferedOption:
    """One option of an answer; the fields are those of the JSON contract.

    `treatments` are given together, `optional` "with or without". `item` is the running number of the list entry in the
    summary's section: options of one statement with the same item are alternatives joined by "or".
    """

    statement: str
    pathway: str
    track: str
    treatments: tuple[str, ...]
    optional: tuple[str, ...]
    strength: Strength
    certainty: Certainty
    depends_on: tuple[str, ...]
    readings: tuple[str, ...]
    intent: str | None
    choice: str | None
    item: int
    label: str


@attrs.frozen
class Gap:
    """What the section does not say, in one track.

    `kind` is ``silent`` where no statement leaves an option, ``combination`` where statements apply side by side and the
    section does not say what is done for all of them.
    """

    track: str
    kind: GapKind
    message: str
    certainty: Certainty
    depends_on: tuple[str, ...]
    readings: tuple[str, ...]
    found: tuple[TrackGap, ...] = attrs.field(repr=False, eq=False)

    @functools.cached_property
    def nearest(self) -> tuple[NearestStatement, ...]:
        """The statements that need the fewest facts changed; sought only when they are wanted."""
        return tuple(near for gap in self.found for near in gap.nearest)


def _which(definitions: Definitions) -> object:
    """Return what tells definitions apart: their content, and the alternatives chosen."""
    return definitions.content_hash, dict(definitions.readings_chosen)


@attrs.frozen
class OptionChange:
    """An option that an answer gives under an alternative too, and what differs then: by field, what it is and becomes."""

    option: OfferedOption
    fields: Mapping[str, tuple[Any, Any]]


@attrs.frozen
class AlternativeAnswer:
    """What one alternative of a reading, taken alone on top of those chosen, would change in an answer.

    `words` says it in a sentence for each track of the answer that changes.
    """

    reading: str
    alternative: str
    text: str
    options_added: tuple[OfferedOption, ...]
    options_removed: tuple[OfferedOption, ...]
    options_changed: tuple[OptionChange, ...]
    gaps_added: tuple[Gap, ...]
    gaps_removed: tuple[Gap, ...]
    gaps_changed: tuple[tuple[Gap, Certainty], ...]
    words: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        options = self.options_added or self.options_removed or self.options_changed
        return bool(options or self.gaps_added or self.gaps_removed or self.gaps_changed)


@attrs.frozen
class EitherWay:
    """Treatments that no single statement offers in every completion of a case, while in each completion one of some does."""

    track: str
    treatments: tuple[str, ...]
    optional: tuple[str, ...]
    strength: Strength
    intent: str | None
    statements: tuple[str, ...]
    label: str


ReadOtherwise = Callable[["Recommendation"], tuple[AlternativeAnswer, ...]]
FindEitherWay = Callable[["Recommendation"], tuple[EitherWay, ...]]


def read_no_other_way(_: Recommendation) -> tuple[AlternativeAnswer, ...]:
    """Return that no alternative changes an answer."""
    return ()


def nothing_either_way(_: Recommendation) -> tuple[EitherWay, ...]:
    """Return that nothing applies either way."""
    return ()


@attrs.frozen
class Recommendation:
    """The answer to a case: what the summary lists, no directive. `to_dict` gives the JSON contract."""

    status: Status
    pathway: str | None
    options: tuple[OfferedOption, ...]
    gaps: tuple[Gap, ...]
    missing: tuple[str, ...]
    not_used: tuple[str, ...]
    trace: tuple[Step, ...]
    readings: tuple[str, ...]
    note: str
    case: Case
    definitions: Definitions = attrs.field(repr=False, eq=_which)
    tables: tuple[TrackTable, ...] = attrs.field(repr=False, eq=False)
    read_otherwise: ReadOtherwise = attrs.field(default=read_no_other_way, repr=False, eq=False)
    find_either_way: FindEitherWay = attrs.field(default=nothing_either_way, repr=False, eq=False)

    @property
    def readings_chosen(self) -> Mapping[str, str]:
        """The alternatives under which the answer was given, by reading; empty where the readings are those on record."""
        return self.definitions.readings_chosen

    @functools.cached_property
    def alternatives(self) -> tuple[AlternativeAnswer, ...]:
        """Each alternative of a reading that, taken alone on top of those chosen, would change this answer, and how."""
        return self.read_otherwise(self)

    @functools.cached_property
    def either_way(self) -> tuple[EitherWay, ...]:
        """What some statement offers in every completion of the case, although no single statement does."""
        return self.find_either_way(self)

    def explain(self) -> str:
        """Return in plain text which statements apply because of which facts, which do not and why, and what is open."""
        if self.status is Status.OUT_OF_SCOPE:
            return f"{self.note}\n\n{self.disclaimer}\n"
        return explain_case(self.definitions, self.tables, self.case, self.missing, self.other_ways)

    def reasons(self) -> list[str]:
        """Return the lines of the explanation that say why each statement applies or does not, track by track."""
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
        definitions = self.definitions
        statements = dict.fromkeys(
            [option.statement for option in self.options] + [near.statement for gap in self.gaps for near in gap.nearest]
        )
        return {
            "status": str(self.status),
            "pathway": self.pathway,
            "options": [option_dict(option) for option in self.options],
            "gaps": [gap_dict(gap) for gap in self.gaps],
            "either_way": [either_way_dict(one) for one in self.either_way],
            "missing": list(self.missing),
            "not_used": list(self.not_used),
            "trace": [_step_dict(step) for step in self.trace],
            "readings": {key: definitions.readings[key].text for key in self.readings},
            "readings_chosen": dict(self.readings_chosen),
            "alternatives": [alternative_dict(one) for one in self.alternatives],
            "advice": [{"id": one.id, "text": one.text} for one in definitions.advice],
            "note": self.note,
            "statements": {key: statement_dict(definitions, key) for key in statements},
            "case": self.case.to_dict(),
            "source": {**source_dict(definitions), "review": review_dict(definitions, self.bearing)},
            "disclaimer": self.disclaimer,
        }

    @property
    def bearing(self) -> tuple[str, ...]:
        """The names of the pathways that bear on the answer; where the type is unknown, all of them."""
        return self.definitions.entry.bears_on(self.case.entry)


def review_dict(definitions: Definitions, names: Iterable[str]) -> dict[str, Any]:
    """Return what the reviews say of some pathways, as an answer carries it."""
    return {name: definitions.review(name).to_dict() for name in names}


def source_dict(definitions: Definitions) -> dict[str, Any]:
    """Return the source as an answer carries it."""
    source = definitions.source
    return {
        "title": source.title,
        "publisher": source.publisher,
        "updated": source.updated,
        "url": source.url,
        "definition_version": definitions.version,
        "definition_hash": definitions.content_hash,
    }


def locator_dict(locator: Locator) -> dict[str, Any]:
    """Return a locator as plain data."""
    return attrs.asdict(locator)


def option_dict(option: OfferedOption) -> dict[str, Any]:
    """Return an option as the JSON contract has it."""
    data = attrs.asdict(option, recurse=False)
    return {key: _plain(value) for key, value in data.items()}


def either_way_dict(one: EitherWay) -> dict[str, Any]:
    """Return what applies either way as the JSON contract has it."""
    return {key: _plain(value) for key, value in attrs.asdict(one, recurse=False).items()}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, StrEnum) else value


def gap_dict(gap: Gap) -> dict[str, Any]:
    """Return a gap as the JSON contract has it."""
    return {
        "track": gap.track,
        "kind": str(gap.kind),
        "message": gap.message,
        "certainty": str(gap.certainty),
        "depends_on": list(gap.depends_on),
        "readings": list(gap.readings),
        "nearest": [
            {
                "statement": near.statement,
                "any_one": near.any_one,
                "differs": [
                    {
                        "fact": one.fact,
                        "is": None if one.value is None else plain(one.value),
                        "needs": [plain(value) for value in one.needs],
                    }
                    for one in near.differs
                ],
            }
            for near in gap.nearest
        ],
    }


def alternative_dict(one: AlternativeAnswer) -> dict[str, Any]:
    """Return what an alternative would change as the JSON contract has it."""
    return {
        "reading": one.reading,
        "alternative": one.alternative,
        "text": one.text,
        "words": dict(one.words),
        "options_added": [_option_brief(option) for option in one.options_added],
        "options_removed": [_option_brief(option) for option in one.options_removed],
        "options_changed": [
            {
                **_option_key(change.option),
                **{field: {"from": _plain(was), "to": _plain(now)} for field, (was, now) in change.fields.items()},
            }
            for change in one.options_changed
        ],
        "gaps_added": [_gap_brief(gap) for gap in one.gaps_added],
        "gaps_removed": [_gap_brief(gap) for gap in one.gaps_removed],
        "gaps_changed": [
            {"track": gap.track, "kind": str(gap.kind), "certainty": {"from": str(gap.certainty), "to": str(now)}}
            for gap, now in one.gaps_changed
        ],
    }


def _option_key(option: OfferedOption) -> dict[str, Any]:
    return {"statement": option.statement, "item": option.item, "track": option.track, "treatments": list(option.treatments)}


def _option_brief(option: OfferedOption) -> dict[str, Any]:
    fields = ("optional", "strength", "certainty", "intent", "choice", "label")
    return _option_key(option) | {name: _plain(getattr(option, name)) for name in fields}


def _gap_brief(gap: Gap) -> dict[str, Any]:
    return {"track": gap.track, "kind": str(gap.kind), "message": gap.message, "certainty": str(gap.certainty)}


def _step_dict(step: Step) -> dict[str, Any]:
    head = {"pathway": step.pathway, "track": step.track, "state": step.state}
    return {**head, "leaf": str(step.leaf)} if step.leaf else {**head, "asks": step.fact, "answer": step.answer}


def statement_dict(definitions: Definitions, identifier: str) -> dict[str, Any]:
    """Return what an answer says of a statement: its pathway, label and places in the summary."""
    statement = definitions.statement(identifier)
    return {
        "pathway": statement.pathway,
        "label": statement.label,
        "locators": [locator_dict(locator) for locator in statement.locators],
    }


def gap_of(group: str, found: Sequence[TrackGap], certain: bool, more: tuple[str, ...]) -> Gap:
    """Return the gap that gaps of a group's tracks make together; `more` facts on which it depends as well."""
    depends = dict.fromkeys([*more, *(fact for gap in found for fact in gap.depends_on)])
    return Gap(
        track=group,
        kind=found[0].kind,
        message=OR.join(dict.fromkeys(message for gap in found for message in gap.messages)),
        certainty=Certainty.CERTAIN if certain else Certainty.POSSIBLE,
        depends_on=() if certain else tuple(depends),
        readings=sorted_readings(tuple(reading for gap in found for reading in gap.readings)),
        found=tuple(found),
    )

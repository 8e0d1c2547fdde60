"""The answer: which options the summary lists for a case, what it is silent on, and which facts can still change that."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import attrs

from ..loading.folder import load_pathways
from ..model.case import Case
from ..model.facts import FACTS, plain
from ..model.pathway import Definitions, Strength
from ..model.reference import Locator
from ..model.review import check_approved
from ..model.wording import option_label, sorted_readings
from .explain import explain_case
from .tables import (
    CompiledPathways,
    NearestStatement,
    Offered,
    Step,
    TrackAnswer,
    TrackGap,
    TrackTable,
    compile_pathways,
)


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
    """What the summary does not say, in one track. `nearest` are the statements that need the fewest facts changed."""

    track: str
    message: str
    certainty: Certainty
    depends_on: tuple[str, ...]
    readings: tuple[str, ...]
    nearest: tuple[NearestStatement, ...]


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
    definitions: Definitions = attrs.field(repr=False, eq=lambda definitions: definitions.content_hash)

    def explain(self) -> str:
        """Return in plain text which statements apply because of which facts, which do not and why, and what is open."""
        if self.status is Status.OUT_OF_SCOPE:
            return f"{self.note}\n\n{self.disclaimer}\n"
        plan = engine_for(self.definitions).compiled.plans[self.case.tumor_type]
        return explain_case(self.definitions, plan, self.case, self.missing)

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
            "missing": list(self.missing),
            "not_used": list(self.not_used),
            "trace": [_step_dict(step) for step in self.trace],
            "readings": {key: definitions.readings[key].text for key in self.readings},
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
        return self.definitions.bearing_on(self.case.tumor_type)


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
    return {key: list(value) if isinstance(value, tuple) else _text(value) for key, value in data.items()}


def _text(value: object) -> object:
    return str(value) if isinstance(value, StrEnum) else value


def gap_dict(gap: Gap) -> dict[str, Any]:
    """Return a gap as the JSON contract has it."""
    return {
        "track": gap.track,
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


class Engine:
    """Answers cases with one set of definitions; safe to share between threads."""

    def __init__(self, definitions: Definitions, compiled: CompiledPathways | None = None) -> None:
        self.definitions = definitions
        self.compiled: CompiledPathways = compile_pathways(definitions) if compiled is None else compiled
        self._offers: dict[int, tuple[Offered, OfferedOption]] = {}

    def recommend(self, case: Case) -> Recommendation:
        """Return the answer to a case."""
        definitions, kind = self.definitions, case.tumor_type
        if kind is not None and definitions.types[kind].pathway is None:
            return self._out_of_scope(case)
        plan = self.compiled.plans[kind]
        answers = [(table, table.answer(case.values)) for table in plan]
        common = definitions.for_every_type
        options: list[OfferedOption] = []
        for table, answer in answers:
            conditional = kind is None and table.pathway.name not in common
            for offered in answer.offered:
                options.append(self.offered(table, offered, conditional))
        gaps = self._gaps(answers, kind)
        missing = self._missing(answers, kind)
        trace = tuple(
            step for table, answer in answers if kind is not None or table.pathway.name in common for step in answer.trace
        )
        return Recommendation(
            status=Status.INCOMPLETE if missing else Status.COMPLETE,
            pathway=None if kind is None else definitions.types[kind].pathway,
            options=tuple(options),
            gaps=gaps,
            missing=missing,
            not_used=self._not_used(case),
            trace=trace,
            readings=self._readings(kind, options, gaps),
            note="",
            case=case,
            definitions=definitions,
        )

    def _out_of_scope(self, case: Case) -> Recommendation:
        assert case.tumor_type is not None
        entry = self.definitions.types[case.tumor_type]
        return Recommendation(
            status=Status.OUT_OF_SCOPE,
            pathway=None,
            options=(),
            gaps=(),
            missing=(),
            not_used=self._not_used(case),
            trace=(),
            readings=entry.readings,
            note=entry.note,
            case=case,
            definitions=self.definitions,
        )

    def offered(self, table: TrackTable, offered: Offered, conditional: bool) -> OfferedOption:
        """Return an offered option in the answer's form; made once for each that a table remembers."""
        key = id(offered) << 1 | conditional
        if (found := self._offers.get(key)) is not None:
            return found[1]
        option = offered.option
        statement = table.pathway.statement(option.statement)
        depends = ("tumor_type", *offered.depends_on) if conditional else offered.depends_on
        made = OfferedOption(
            statement=option.statement,
            pathway=table.pathway.name,
            track=table.track.group,
            treatments=option.treatments,
            optional=option.optional,
            strength=option.strength,
            certainty=Certainty.CERTAIN if offered.certain and not conditional else Certainty.POSSIBLE,
            depends_on=depends,
            readings=sorted_readings((*statement.readings, *option.readings)),
            intent=option.intent,
            choice=option.choice,
            item=option.item,
            label=option_label(self.definitions, option.treatments, option.optional),
        )
        # The offered option is kept beside what was made of it, so that its id stays its own.
        self._offers[key] = (offered, made)
        return made

    def _gaps(self, answers: list[tuple[TrackTable, TrackAnswer]], kind: str | None) -> tuple[Gap, ...]:
        silent = [(table, answer.silence) for table, answer in answers if answer.silence is not None]
        if kind is not None:
            return tuple(gap_of(table.track.group, [silence], silence.certain, ()) for table, silence in silent)
        gaps = []
        for group in self.definitions.groups:
            found = [silence for table, silence in silent if table.track.group == group]
            if found:
                every = sum(table.track.group == group for table, _ in answers) == len(found)
                certain = every and all(silence.certain for silence in found)
                gaps.append(gap_of(group, found, certain, () if certain else ("tumor_type",)))
        return tuple(gaps)

    def _missing(self, answers: list[tuple[TrackTable, TrackAnswer]], kind: str | None) -> tuple[str, ...]:
        found: dict[str, None] = {}
        if kind is None and any(
            (answer.offered or answer.silence) and table.pathway.name not in self.definitions.for_every_type
            for table, answer in answers
        ):
            found["tumor_type"] = None
        for _, answer in answers:
            if answer.missing:
                found.update(dict.fromkeys(answer.asks))
        for _, answer in answers:
            if answer.missing:
                found.update(dict.fromkeys(sorted(answer.missing, key=lambda fact: FACTS[fact].code)))
        return tuple(found)

    def _not_used(self, case: Case) -> tuple[str, ...]:
        """Return the given facts that no statement on this type reads; of `spread` and `symptoms` what is present."""
        reads = self.compiled.reads.get(case.tumor_type, frozenset())
        return tuple(
            name
            for name, value in case.known().items()
            if name not in reads and name != "tumor_type" and not ("." in name and value is False)
        )

    def _readings(self, kind: str | None, options: list[OfferedOption], gaps: tuple[Gap, ...]) -> tuple[str, ...]:
        always = self.definitions.always_readings
        found = {reading for option in options for reading in option.readings}
        found.update(reading for gap in gaps for reading in gap.readings)
        found.update(always.get("every_answer", ()))
        found.update(always.get("type_unknown", ()) if kind is None else self.definitions.types[kind].readings)
        return sorted_readings(tuple(found))


def gap_of(group: str, found: list[TrackGap], certain: bool, more: tuple[str, ...]) -> Gap:
    """Return the gap that the silences of a group's tracks make together; `more` facts on which it depends as well."""
    leaves = [leaf for silence in found for leaf in silence.leaves]
    depends = dict.fromkeys([*more, *(fact for silence in found for fact in silence.depends_on)])
    return Gap(
        track=group,
        message=" Or: ".join(dict.fromkeys(leaf.message for leaf in leaves)),
        certainty=Certainty.CERTAIN if certain else Certainty.POSSIBLE,
        depends_on=() if certain else tuple(depends),
        readings=sorted_readings(tuple(reading for leaf in leaves for reading in leaf.readings)),
        nearest=tuple(near for silence in found for near in silence.nearest),
    )


@functools.lru_cache(maxsize=8)
def _engine(definitions: Definitions) -> Engine:
    return Engine(definitions)


def engine_for(definitions: Definitions | None = None) -> Engine:
    """Return the engine of a set of definitions (the project's own by default); the last few are kept compiled."""
    return _engine(load_pathways() if definitions is None else definitions)


def recommend(
    case: Case | Mapping[str, Any], definitions: Definitions | None = None, *, require_approved: bool = False
) -> Recommendation:
    """Return what the summary lists for a case.

    `case` is a `Case` or the JSON contract as a mapping; `definitions` a set of definitions from `load_pathways`, the
    project's own by default. Raises `CaseError` or `InconsistentCaseError` for a mapping that is no case, and with
    `require_approved` `NotApprovedError` where a pathway that the answer rests on (`Definitions.rests_on`) is not approved.
    Implements the sections "Treatment of ..." and, in the overview, "Supportive care".

    >>> answer = recommend({"tumor_type": "insulinoma", "resectable": False})
    >>> answer.status.value, answer.options[-1].track
    ('incomplete', 'course')
    """
    answer = engine_for(definitions).recommend(case if isinstance(case, Case) else Case.from_dict(case))
    if require_approved:
        check_approved(answer.definitions.reviews, answer.definitions.rests_on(answer.case.tumor_type))
    return answer

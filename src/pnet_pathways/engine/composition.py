"""How the tracks of the pathways that bear on a case make one answer.

The report's page and cohorts take the same plan as data: which tracks there are in which order, which of them are open
while the entry fact is unknown, and which readings bear on the whole answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ..model.case import Case
from ..model.pathway import Definitions
from ..model.wording import option_label, sorted_readings
from .answer import Certainty, Gap, OfferedOption, ReadOtherwise, Recommendation, Status, gap_of, read_no_other_way
from .tables import CompiledPathways, Offered, TrackAnswer, TrackTable


@attrs.frozen
class Plan:
    """What bears on a case of one type (`None`: unknown): the tables in the order of the answer.

    `open` says of each table whether it is open yet if it bears on the case; `readings` bear on the whole answer, and
    `reads` are the facts that some table reads.
    """

    type: str | None
    tables: tuple[TrackTable, ...]
    open: tuple[bool, ...]
    readings: tuple[str, ...]
    reads: frozenset[str]

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as data, its tables as ``pathway.track``."""
        return {
            "tables": [f"{table.pathway.name}.{table.track.name}" for table in self.tables],
            "open": list(self.open),
            "readings": list(self.readings),
        }


def plans(definitions: Definitions, compiled: CompiledPathways) -> Mapping[str | None, Plan]:
    """Return the plan of each type in scope, and under `None` that of an unknown one."""
    entry = definitions.entry
    return {
        key: Plan(
            key,
            tables,
            tuple(entry.is_open(table.pathway.name, key) for table in tables),
            entry.readings_for(key),
            frozenset[str]().union(*(table.reads for table in tables)),
        )
        for key, tables in compiled.plans.items()
    }


def offered_option(definitions: Definitions, table: TrackTable, offered: Offered, *, is_open: bool) -> OfferedOption:
    """Return an option that a track offers in the answer's form.

    Where it `is_open` whether the track bears on the case, the option is possible at most.
    """
    option = offered.option
    statement = table.pathway.statement(option.statement)
    return OfferedOption(
        statement=option.statement,
        pathway=table.pathway.name,
        track=table.track.group,
        treatments=option.treatments,
        optional=option.optional,
        strength=option.strength,
        certainty=Certainty.CERTAIN if offered.certain and not is_open else Certainty.POSSIBLE,
        depends_on=(definitions.entry.fact, *offered.depends_on) if is_open else offered.depends_on,
        readings=sorted_readings((*statement.readings, *option.readings)),
        intent=option.intent,
        choice=option.choice,
        item=option.item,
        label=option_label(definitions, option.treatments, option.optional),
    )


def compose(
    definitions: Definitions,
    plan: Plan,
    case: Case,
    options: Mapping[TrackTable, Iterable[OfferedOption]],
    read_otherwise: ReadOtherwise = read_no_other_way,
) -> Recommendation:
    """Return the answer to a case in scope; `options` are those that each table offers, in the answer's form.

    `read_otherwise` says what alternatives would change in the answer; it is asked only when that is wanted.
    """
    answers = [(table, table.answer(case.values), is_open) for table, is_open in zip(plan.tables, plan.open, strict=True)]
    listed = tuple(option for table in plan.tables for option in options[table])
    gaps = _gaps(definitions, plan, answers)
    missing = _missing(definitions, answers)
    readings = {reading for option in listed for reading in option.readings}
    readings.update(reading for gap in gaps for reading in gap.readings)
    return Recommendation(
        status=Status.INCOMPLETE if missing else Status.COMPLETE,
        pathway=definitions.entry.pathway_of(plan.type),
        options=listed,
        gaps=gaps,
        missing=missing,
        not_used=not_used(definitions, case, plan.reads),
        trace=tuple(step for _, answer, is_open in answers if not is_open for step in answer.trace),
        readings=sorted_readings((*readings, *plan.readings, *definitions.readings_chosen)),
        note="",
        case=case,
        definitions=definitions,
        tables=plan.tables,
        read_otherwise=read_otherwise,
    )


def out_of_scope(definitions: Definitions, case: Case, type_: str) -> Recommendation:
    """Return the answer to a case whose type the document does not treat."""
    entry = definitions.entry.types[type_]
    return Recommendation(
        status=Status.OUT_OF_SCOPE,
        pathway=None,
        options=(),
        gaps=(),
        missing=(),
        not_used=not_used(definitions, case, frozenset()),
        trace=(),
        readings=entry.readings,
        note=entry.note,
        case=case,
        definitions=definitions,
        tables=(),
    )


_Answers = list[tuple[TrackTable, TrackAnswer, bool]]


def _gaps(definitions: Definitions, plan: Plan, answers: _Answers) -> tuple[Gap, ...]:
    silent = [(table, answer.silence) for table, answer, _ in answers if answer.silence is not None]
    if plan.type is not None:
        return tuple(gap_of(table.track.group, [silence], silence.certain, ()) for table, silence in silent)
    gaps = []
    for group in definitions.groups:
        found = [silence for table, silence in silent if table.track.group == group]
        if found:
            every = sum(table.track.group == group for table, _, _ in answers) == len(found)
            certain = every and all(silence.certain for silence in found)
            gaps.append(gap_of(group, found, certain, () if certain else (definitions.entry.fact,)))
    return tuple(gaps)


def _missing(definitions: Definitions, answers: _Answers) -> tuple[str, ...]:
    found: dict[str, None] = {}
    if any(is_open and (answer.offered or answer.silence) for _, answer, is_open in answers):
        found[definitions.entry.fact] = None
    for _, answer, _ in answers:
        if answer.missing:
            found.update(dict.fromkeys(answer.asks))
    for _, answer, _ in answers:
        found.update(dict.fromkeys(sorted(answer.missing, key=lambda fact: definitions.vocabulary.facts[fact].code)))
    return tuple(found)


def not_used(definitions: Definitions, case: Case, reads: frozenset[str]) -> tuple[str, ...]:
    """Return the given facts that no statement on the case's type reads; of groups, the members that are present."""
    facts = definitions.vocabulary.facts
    return tuple(
        name
        for name, value in case.given.items()
        if name not in reads and name != definitions.entry.fact and not (facts[name].group and value is False)
    )

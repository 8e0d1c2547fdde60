"""How the tracks of the pathways that bear on a case make one answer.

The report's page and cohorts take the same plan as data: which tracks there are in which order, which of them are open
while the entry fact is unknown, and which readings bear on the whole answer.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..model.case import Case
from ..model.lazy import LazyMapping
from ..model.pathway import Definitions
from ..model.records import frozen
from ..model.wording import option_label, sorted_readings
from .answer import Answering, Certainty, Gap, OfferedOption, SharedAnswer, Status, gap_of
from .tables import CompiledPathways, GapKind, Offered, TrackAnswer, TrackTable


@frozen
class Cluster:
    """Adjoining tables of a plan for one type (`None`: unknown), of which no other table has a statement.

    `open` says of each table whether it is open yet if it bears on the case. `guests` are the statements that belong to two
    tracks, each with the places of the tables of its first track and of the other.
    """

    type: str | None
    tables: tuple[TrackTable, ...]
    open: tuple[bool, ...]
    guests: tuple[tuple[str, int, int], ...]


@frozen
class Plan(Cluster):
    """What bears on a case of one type (`None`: unknown): the tables in the order of the answer.

    `readings` bear on the whole answer, and `reads` are the facts that some table reads.
    """

    readings: tuple[str, ...]
    reads: frozenset[str]

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """The plan in as many clusters as can be: a track of the answer each, or those that share statements together."""
        groups = [table.track.group for table in self.tables]
        cuts = [place for place in range(1, len(groups)) if groups[place] != groups[place - 1]]
        cuts = [cut for cut in cuts if not any(min(two) < cut <= max(two) for _, *two in self.guests)]
        return tuple(
            Cluster(
                self.type,
                self.tables[start:end],
                self.open[start:end],
                tuple((name, home - start, other - start) for name, home, other in self.guests if start <= home < end),
            )
            for start, end in itertools.pairwise([0, *cuts, len(groups)])
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as data, its tables as ``pathway.track``."""
        return {
            "tables": [f"{table.pathway.name}.{table.track.name}" for table in self.tables],
            "open": list(self.open),
            "guests": [list(one) for one in self.guests],
            "readings": list(self.readings),
        }


def plans(definitions: Definitions, compiled: CompiledPathways) -> Mapping[str | None, Plan]:
    """Return the plan of each type in scope, and under `None` that of an unknown one."""
    entry = definitions.entry

    def plan(key: str | None) -> Plan:
        tables = compiled.plans[key]
        return Plan(
            key,
            tables,
            tuple(entry.is_open(table.pathway.name, key) for table in tables),
            tuple(_guests(tables)),
            entry.readings_for(key),
            compiled.reads[key],
        )

    return LazyMapping(compiled.plans, plan)


def _guests(tables: Sequence[TrackTable]) -> Iterator[tuple[str, int, int]]:
    places = {(table.pathway.name, table.track.name): place for place, table in enumerate(tables)}
    for pathway in dict.fromkeys(table.pathway.name for table in tables):
        for statement in next(table.pathway for table in tables if table.pathway.name == pathway).statements:
            for track, _ in statement.also:
                yield statement.id, places[pathway, statement.track], places[pathway, track]


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
        depends_on=tuple(dict.fromkeys((definitions.entry.fact, *offered.depends_on))) if is_open else offered.depends_on,
        readings=sorted_readings((*statement.readings, *option.readings)),
        intent=option.intent,
        choice=option.choice,
        item=option.item,
        label=option_label(definitions, option.treatments, option.optional),
    )


def joined(guests: Iterable[tuple[str, int, int]], answers: Sequence[TrackAnswer]) -> list[list[Offered]]:
    """Return what each table of a plan offers; a statement that belongs to two tracks is offered once.

    It stands under the first of them where its condition holds, else under the first where it may. Its conditions under its
    tracks read facts that no rule ties together, so it is certain exactly where one of them is.
    """
    found = [list(answer.offered) for answer in answers]
    for statement, home, guest in guests:
        here, there = (_options_of(found[place], statement) for place in (home, guest))
        for number, other in there.items():
            one = here.get(number)
            at_home = one is not None and (one.certain or not other.certain)
            (place, kept), (less, gone) = ((home, one), (guest, other))[:: 1 if at_home else -1]
            found[less] = [each for each in found[less] if each is not gone]
            found[place] = [_either(one, other) if each is kept else each for each in found[place]]
    return found


def _options_of(offered: Sequence[Offered], statement: str) -> dict[int, Offered]:
    return {one.option.number: one for one in offered if one.option.statement == statement}


def _either(one: Offered | None, other: Offered) -> Offered:
    """Return an option that holds where it holds under one of two tracks."""
    both = [other] if one is None else [one, other]
    certain = any(each.certain for each in both)
    depends = () if certain else dict.fromkeys(fact for each in both for fact in each.depends_on)
    return Offered(both[0].option, certain, tuple(depends))


@frozen(eq=False)
class ClusterAnswer:
    """What adjoining tables of a plan say together of all cases that leave the same of their scenarios open."""

    options: tuple[OfferedOption, ...]
    gaps: tuple[Gap, ...]
    missing: int
    """The unknown facts that can change it, as their fields in a code."""
    walked: tuple[TrackAnswer, ...]


def cluster_answer(
    definitions: Definitions,
    cluster: Cluster,
    answers: Sequence[TrackAnswer],
    made: Callable[[TrackTable, Offered, bool], OfferedOption],
) -> ClusterAnswer:
    """Return what the tables of a cluster say together; `made` puts an option of a table into the answer's form."""
    offered = joined(cluster.guests, answers)
    return ClusterAnswer(
        tuple(
            made(table, one, is_open)
            for table, here, is_open in zip(cluster.tables, offered, cluster.open, strict=True)
            for one in here
        ),
        tuple(_gaps(definitions, cluster, answers)),
        _missing(definitions, cluster, answers, offered),
        tuple(answer for answer, is_open in zip(answers, cluster.open, strict=True) if not is_open),
    )


def compose(engine: Answering, plan: Plan, answers: Sequence[ClusterAnswer]) -> SharedAnswer:
    """Return what the clusters of a plan say as one answer."""
    definitions = engine.definitions
    missing = functools.reduce(int.__or__, [one.missing for one in answers], 0)
    return SharedAnswer(
        engine,
        Status.INCOMPLETE if missing else Status.COMPLETE,
        definitions.entry.pathway_of(plan.type),
        definitions.entry.bears_on(plan.type),
        options=tuple([option for one in answers for option in one.options]),
        gaps=tuple([gap for one in answers for gap in one.gaps]),
        missing=definitions.vocabulary.codes.names[missing],
        tables=plan.tables,
        walked=tuple([track for one in answers for track in one.walked]),
        reads=plan.reads,
        whole_readings=(*plan.readings, *definitions.readings_chosen),
    )


def out_of_scope(engine: Answering, type_: str) -> SharedAnswer:
    """Return the answer to cases of a type that the document does not treat."""
    entry = engine.definitions.entry
    return SharedAnswer(
        engine, Status.OUT_OF_SCOPE, None, (), whole_readings=entry.readings_for(type_), note=entry.types[type_].note
    )


def _gaps(definitions: Definitions, cluster: Cluster, answers: Sequence[TrackAnswer]) -> Iterator[Gap]:
    """Yield the gaps of an answer; while the type is unknown, silence of a track of the answer is one gap for all types.

    It is certain where, whatever the type is, some track of that type is certain to be silent.
    """
    found = [
        (table, gap, is_open)
        for table, answer, is_open in zip(cluster.tables, answers, cluster.open, strict=True)
        for gap in answer.gaps
    ]
    if cluster.type is not None:
        yield from (gap_of(table.track.group, [gap], gap.certain, ()) for table, gap, _ in found)
        return
    entry = definitions.entry
    for name in definitions.groups:
        here = [(table.pathway.name, gap, is_open) for table, gap, is_open in found if table.track.group == name]
        silent = [one for one in here if one[1].kind is GapKind.SILENT]
        if silent:
            sure = {pathway for pathway, gap, _ in silent if gap.certain}
            certain = all(not sure.isdisjoint(entry.bears_on(type_)) for type_ in entry.types_in_scope)
            more = (entry.fact,) if any(is_open for *_, is_open in silent) else ()
            yield gap_of(name, [gap for _, gap, _ in silent], certain, more)
        for _, gap, is_open in here:
            if gap.kind is GapKind.COMBINATION:
                yield gap_of(name, [gap], gap.certain and not is_open, (entry.fact,) if is_open else ())


def _missing(
    definitions: Definitions, cluster: Cluster, answers: Sequence[TrackAnswer], offered: Sequence[Sequence[Offered]]
) -> int:
    """Return the facts that can change the answer, as their fields in a code."""
    missing = {fact for here in offered for one in here for fact in one.depends_on}
    missing.update(fact for answer in answers for gap in answer.gaps for fact in gap.depends_on)
    if any(is_open and (here or answer.gaps) for is_open, here, answer in zip(cluster.open, offered, answers, strict=True)):
        missing.add(definitions.entry.fact)
    return definitions.vocabulary.codes.mask(missing)


def not_used(definitions: Definitions, case: Case, reads: frozenset[str]) -> tuple[str, ...]:
    """Return the given facts that no statement on the case's type reads.

    Of a group it names the members that are present; the group itself where none of its members is present or read.
    """
    vocabulary, given = definitions.vocabulary, case.given
    found: dict[str, None] = {}
    for name, value in given.items():
        group = vocabulary.facts[name].group
        if name in reads or name == vocabulary.entry:
            continue
        if not group or value is True:
            found[name] = None
        elif not any(given.get(member) is True or member in reads for member in vocabulary.groups[group].facts):
            found[group] = None
    return tuple(found)

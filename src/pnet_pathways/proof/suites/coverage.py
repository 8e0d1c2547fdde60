"""What a user's own cases cover of a pathway, and for all that they do not, a smallest case that would."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ...engine.answer import source_dict
from ...model.case import Case
from ...model.errors import listed
from ...model.pathway import Definitions
from ...model.text import counted
from ..scenarios.space import ScenarioSpace, scenario_space
from .covers import STRENGTH, Cover, Goals
from .graph_goals import OF_GRAPHS
from .suites import known_goals

MEASURED: Final = (*OF_GRAPHS, *STRENGTH)
"""The kinds of coverage that are measured unless others are asked for: all but `paths`, which has the most goals."""

SHOWN = 20
"""How many uncovered goals of one kind the text lists; JSON lists all."""


@attrs.frozen
class Uncovered:
    """A goal that no case reaches, and a smallest case that would (unknown facts are left out)."""

    name: str
    example: Case


@attrs.frozen
class Measure:
    """One kind of coverage: the names of the goals that are covered, and those that are not with an example each."""

    cover: Cover
    covered: tuple[str, ...]
    uncovered: tuple[Uncovered, ...]

    @property
    def total(self) -> int:
        """The number of goals."""
        return len(self.covered) + len(self.uncovered)

    @property
    def percent(self) -> float:
        """How much is covered, rounded down to a tenth, so that 100 means all; 100 where there is nothing to cover."""
        return len(self.covered) * 1000 // self.total / 10 if self.total else 100.0

    def below(self, percent: float) -> bool:
        """Return whether less than some percentage is covered, without rounding."""
        return len(self.covered) * 100 < percent * self.total


@attrs.frozen
class CoverageReport:
    """What cases cover of one pathway.

    `used` counts the cases that bear on it, `partial` those of them with unknown facts; `other_types` counts the cases of
    other types, and `unknown_type` those of none where the pathway needs one: both are skipped.
    """

    space: ScenarioSpace = attrs.field(repr=False)
    used: int
    partial: int
    other_types: Mapping[str, int]
    unknown_type: int
    measures: tuple[Measure, ...]

    def measure(self, cover: Cover) -> Measure:
        """Return one kind of coverage. Raises `KeyError` where it was not measured."""
        return {one.cover: one for one in self.measures}[cover]

    def below(self, percent: float, covers: Collection[Cover] = OF_GRAPHS) -> tuple[Measure, ...]:
        """Return those of some kinds of coverage that are below a percentage."""
        return tuple(one for one in self.measures if one.cover in covers and one.below(percent))

    @property
    def skipped(self) -> str:
        """The cases that were skipped, in words; empty where none was."""
        kinds = [f"{count:,} of the type {kind}" for kind, count in sorted(self.other_types.items())]
        return listed([*kinds, *([f"{self.unknown_type:,} of unknown type"] if self.unknown_type else [])])

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        definitions = self.space.definitions
        return {
            "pathway": self.space.pathway.name,
            "cases": {
                "used": self.used,
                "with_unknown_facts": self.partial,
                "skipped": {"other_types": dict(sorted(self.other_types.items())), "unknown_type": self.unknown_type},
            },
            "coverage": {
                str(one.cover): {
                    "total": one.total,
                    "covered": len(one.covered),
                    "percent": one.percent,
                    "uncovered": [{"name": goal.name, "case": goal.example.to_dict()} for goal in one.uncovered],
                }
                for one in self.measures
            },
            "source": source_dict(definitions),
            "disclaimer": definitions.source.disclaimer,
        }

    def to_text(self) -> str:
        """Return the report for people."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        definitions = self.space.definitions
        unknown = f", {self.partial:,} of them with unknown facts" if self.partial else ""
        yield f"{self.space.pathway.title}: {counted(self.used, 'case')}{unknown}"
        if self.skipped:
            yield from textwrap.wrap(f"Skipped: {self.skipped}", 98, subsequent_indent="  ")
        yield ""
        for one in self.measures:
            yield f"  {one.cover:<12}{len(one.covered):>7,} of {one.total:>6,}  {one.percent:>5} %"
        for one in self.measures:
            if one.uncovered:
                yield ""
                yield f"Not covered: {one.cover}, each with a smallest case that would"
            for goal in one.uncovered[:SHOWN]:
                yield f"  {goal.name}"
                yield f"    {json.dumps(goal.example.to_dict())}"
            if len(one.uncovered) > SHOWN:
                yield f"  and {len(one.uncovered) - SHOWN:,} more, listed with --format json"
        yield ""
        yield from textwrap.wrap(definitions.source.disclaimer, 98)


def coverage(
    pathway: str, cases: Iterable[Case], definitions: Definitions | None = None, *, covers: Iterable[Cover] = MEASURED
) -> CoverageReport:
    """Measure what cases cover of a pathway.

    A case with unknown facts covers what all its completions reach. Cases of other types are counted and skipped.
    `covers` are the kinds of coverage, by default `MEASURED`. Raises `SuiteError` for no such pathway, and whatever reading
    the cases raises.

    >>> from pnet_pathways import Case
    >>> report = coverage("somatostatinoma", [Case(tumor_type="somatostatinoma", resectable=True)])
    >>> report.measure(Cover.TRANSITIONS).covered
    ('primary/primary_removed: no', 'primary/resectable: yes')
    """
    return coverages([pathway], cases, definitions, covers=covers)[0]


def coverages(
    pathways: Iterable[str],
    cases: Iterable[Case],
    definitions: Definitions | None = None,
    *,
    covers: Iterable[Cover] = MEASURED,
) -> tuple[CoverageReport, ...]:
    """Measure what cases cover of several pathways. The cases are read once and none is kept; else as `coverage`."""
    covers = tuple(covers)
    counts = [_Count.of(scenario_space(one, definitions), covers) for one in pathways]
    for case in cases:
        for count in counts:
            count.add(case)
    return tuple(count.report() for count in counts)


@attrs.define
class _Count:
    """What the cases so far cover of one pathway: of each kind of goals the mask of those reached."""

    space: ScenarioSpace
    goals: Mapping[Cover, Goals]
    reached: dict[Cover, int]
    used: int = 0
    partial: int = 0
    unknown_type: int = 0
    others: Counter[str] = attrs.Factory(Counter)

    @classmethod
    def of(cls, space: ScenarioSpace, covers: Collection[Cover]) -> _Count:
        return cls(space, {cover: known_goals(space, cover) for cover in covers}, dict.fromkeys(covers, 0))

    def add(self, case: Case) -> None:
        name, entry = self.space.pathway.name, self.space.definitions.entry
        if entry.is_open(name, case.entry):
            self.unknown_type += 1
        elif case.entry is not None and name not in entry.bears_on(case.entry):
            self.others[case.entry] += 1
        else:
            self.used += 1
            self.partial += any(case.value(fact) is None for fact in self.space.facts)
            for cover, those in self.goals.items():
                self.reached[cover] |= those.certain(case.values)

    def report(self) -> CoverageReport:
        measures = tuple(self._measure(cover) for cover in self.goals)
        return CoverageReport(self.space, self.used, self.partial, dict(self.others), self.unknown_type, measures)

    def _measure(self, cover: Cover) -> Measure:
        those, reached = self.goals[cover], self.reached[cover]
        covered = tuple(name for number, name in enumerate(those.names) if reached >> number & 1)
        uncovered = tuple(
            Uncovered(name, _example(self.space, those.smallest(number)))
            for number, name in enumerate(those.names)
            if not reached >> number & 1
        )
        return Measure(cover, covered, uncovered)


def _example(space: ScenarioSpace, known: Mapping[str, Any]) -> Case:
    vocabulary = space.definitions.vocabulary
    kind = {} if space.type is None else {vocabulary.entry: space.type}
    return Case.from_facts({**kind, **known}, vocabulary)

"""Whether a golden answer tells changed definitions from what they were, and whether they are the same in every scenario.

Tables of tracks say where the two differ at all: only golden answers whose case leaves such a scenario open are asked, and
where no scenario differs none needs to be.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from ...engine.alternatives import alternative_answer
from ...engine.answer import Recommendation
from ...engine.openings import Openings
from ...engine.recommend import Engine
from ...loading.agreement import MAX_ROWS, size
from ...model.errors import ReadingError
from ...model.pathway import Alternative
from .golden import CHANGED_BY, GoldenAnswer, differences
from .said import Difference, difference, nearest_differs, said, shown_in_all, tables_of

Choice = frozenset[tuple[str, str]]
"""Alternatives chosen, each with its reading."""

NOTHING: Final[Choice] = frozenset()


@attrs.frozen
class Change:
    """Definitions before and after a change, with the tracks' tables that differ (`None`: any answer can)."""

    before: Engine
    after: Engine
    differing: tuple[tuple[str, Difference | None], ...] | None
    nearest: bool
    """Whether gaps differ in what comes nearest, where nothing else does."""

    @classmethod
    def between(cls, before: Engine, after: Engine) -> Change:
        """Return what differs between two sets of definitions; tables that they share are the same."""
        pairs = [
            (before.compiled.tables[key], table)
            for key, table in after.compiled.tables.items()
            if before.compiled.tables[key] is not table
        ]
        found = [(old.pathway.name, difference(old, new)) for old, new in pairs]
        differing = tuple(one for one in found if one[1] is None or one[1].rows)
        nearest = not differing and any(nearest_differs(old, new) for old, new in pairs)
        return cls(before, after, differing if _same_order(before, after) else None, nearest)

    @property
    def same(self) -> bool:
        """Whether every option and gap of every scenario is the same, and has the same place in the answer."""
        return self.differing == () and not self.nearest

    @property
    def only_nearest(self) -> bool:
        """Whether answers differ in nothing but what comes nearest to a gap, of which golden answers say nothing."""
        return self.differing == () and self.nearest


def _same_order(before: Engine, after: Engine) -> bool:
    """Return whether the same tracks in the same order make an answer, with the same readings on the whole of it."""

    def shape(engine: Engine) -> object:
        return {
            key: ([(one.pathway.name, one.track.name) for one in plan.tables], plan.open, frozenset(plan.readings))
            for key, plan in engine.plans.items()
        }

    return shape(before) == shape(after)


class Judge:
    """Golden answers, and the definitions as they are, which all of them meet."""

    def __init__(self, engine: Engine, answers: Sequence[GoldenAnswer]) -> None:
        self.engine = engine
        self.answers = answers
        choices = dict.fromkeys(frozenset(golden.under.items()) for golden in answers)
        self.under: Mapping[Choice, dict[int, None]] = {
            choice: {number: None for number, one in enumerate(answers) if choice == one.under.items()} for choice in choices
        }
        """The numbers of the golden answers under each choice of alternatives."""
        self._bearing = [engine.definitions.entry.bears_on(golden.case.entry) for golden in answers]
        self._left: dict[Openings, tuple[int, ...]] = {}
        self._recent: list[int] = []
        """What caught something at this place, the last first: most likely it catches the next change too."""

    def begin(self) -> None:
        """Forget what caught the last changes, so that what catches one does not hang on where a process began."""
        self._recent.clear()

    def unmet(self) -> Iterator[tuple[GoldenAnswer, str]]:
        """Yield each golden answer that the definitions do not meet, with what differs."""
        for golden in self.answers:
            try:
                answer = self.engine.under(golden.under).recommend(golden.case)
            except ReadingError as error:
                yield golden, str(error)
            else:
                for text in differences(golden, answer, alternatives=False):
                    yield golden, text

    def told(self, change: Change, choice: Choice = NOTHING) -> GoldenAnswer | None:
        """Return a golden answer under alternatives that a change of the definitions under them does not meet, if any."""

        def tells(golden: GoldenAnswer) -> bool:
            return any(differences(golden, change.after.recommend(golden.case), alternatives=False))

        return self._first(change, self.under.get(choice, {}), tells)

    def told_changed(self, change: Change, alternative: Alternative) -> GoldenAnswer | None:
        """Return a golden answer that says otherwise whether an alternative changes it, if any.

        `change` is that of the definitions under the alternative alone.
        """

        def tells(golden: GoldenAnswer) -> bool:
            before, after = self._answer(golden).shared, change.after.recommend(golden.case).shared
            return alternative_answer(alternative, before, after).changes != (alternative.name in golden.expected[CHANGED_BY])

        return self._first(change, self._comparing, tells)

    @functools.cached_property
    def _comparing(self) -> dict[int, None]:
        plain = self.under.get(NOTHING, {})
        return {number: None for number in plain if CHANGED_BY in self.answers[number].expected}

    def _answer(self, golden: GoldenAnswer) -> Recommendation:
        return self.engine.recommend(golden.case)

    def _first(self, change: Change, asked: dict[int, None], tells: Callable[[GoldenAnswer], bool]) -> GoldenAnswer | None:
        likely = [number for number in self._recent if number in asked]
        for number in dict.fromkeys((*likely, *asked)):
            if self._bears(change, number) and tells(self.answers[number]):
                if number in self._recent:
                    self._recent.remove(number)
                self._recent.insert(0, number)
                return self.answers[number]
        return None

    def _bears(self, change: Change, number: int) -> bool:
        """Return whether a golden answer's case leaves a scenario open in which the definitions differ."""
        if change.differing is None:
            return True
        return any(
            pathway in self._bearing[number] and (one is None or bool(one.rows & self._lefts(one.openings)[number]))
            for pathway, one in change.differing
        )

    def _lefts(self, openings: Openings) -> tuple[int, ...]:
        """Return the rows of a frame that each golden answer's case leaves open."""
        found = self._left.get(openings)
        if found is None:
            found = self._left[openings] = tuple(openings.left(golden.case.values) for golden in self.answers)
        return found


# What nothing tells


def same_answers(change: Change) -> bool:
    """Return whether every option and gap is the same in every scenario of each of the answer's tracks.

    Tracks of a pathway that make up one of the answer's are taken together: a statement can move between them.
    """
    before, after = change.before, change.after
    if not _same_entry(before, after):
        return False
    definitions = after.definitions
    touched = {
        (old.pathway.name, old.track.group)
        for key, old in before.compiled.tables.items()
        if after.compiled.tables[key] is not old
    }
    for name, group in sorted(touched):
        tables = [tables_of(one.compiled, name, group) for one in (before, after)]
        vocabulary = definitions.vocabulary
        facts = vocabulary.deciding({fact for both in tables for table in both for fact in table.facts})
        if size(vocabulary, facts) > MAX_ROWS:
            return False
        for scenario in vocabulary.combinations(facts):
            values = tuple(scenario.get(fact) for fact in vocabulary.facts)
            old, new = ([one for table in both for one in said(table, table.open_rows(values))] for both in tables)
            if old != new:
                return False
    return True


def _same_entry(before: Engine, after: Engine) -> bool:
    """Return whether types lead to the same answers, with the same readings on the whole answer."""

    def shape(engine: Engine) -> object:
        entry = engine.definitions.entry
        shown = {
            kind: frozenset(entry.readings_for(kind)).union(*map(shown_in_all, engine.compiled.plans.get(kind, ())))
            for kind in (None, *entry.types)
        }
        return (
            {key: one.pathway for key, one in entry.types.items()},
            shown,
            frozenset(entry.common),
            list(engine.definitions.groups),
        )

    return shape(before) == shape(after)

"""Answer cases: which options the document lists, what it is silent on, and which facts can still change that."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

from ..loading.folder import given_definitions
from ..model.case import Case
from ..model.codes import Remembered
from ..model.errors import Problem, ReadingError, shown
from ..model.lazy import LazyMapping
from ..model.pathway import Alternative, Definitions
from .alternatives import alternative_answer, bearing_alternatives
from .answer import AlternativeAnswer, EitherWay, OfferedOption, Recommendation, SharedAnswer
from .answer_data import alternative_dict
from .coded import CodedPlan
from .composition import Plan, cluster_answer, compose, not_used, offered_option, out_of_scope, plans
from .either_way import covers, open_ways
from .tables import CompiledPathways, Offered, TrackTable, compile_pathways

__all__ = ["Engine", "Recommendation", "engine_for", "recommend"]

_REMEMBERED = 64


class Engine:
    """Answers cases with one set of definitions; safe to share between threads."""

    def __init__(self, definitions: Definitions, compiled: CompiledPathways | None = None) -> None:
        self.definitions = definitions
        self.compiled: CompiledPathways = compile_pathways(definitions) if compiled is None else compiled
        self.plans: Mapping[str | None, Plan] = plans(definitions, self.compiled)
        self._offers: dict[tuple[str, int, str, bool, tuple[str, ...], bool], OfferedOption] = {}
        self._under: dict[Definitions, Engine] = {}
        codes, fact = definitions.vocabulary.codes, definitions.entry.fact
        self._entry = codes.masks[fact]
        self.coded: Mapping[str | None, CodedPlan] = LazyMapping(self.plans, self._plan_in_codes)
        self._types = {0 if key is None else codes.fields[fact][key]: key for key in self.plans}
        self._by_type = Remembered(self._plan_of_type)
        # What is seldom asked, by what it hangs on.
        self._others = Remembered(self._under_each)
        self._alternatives = Remembered(self._compared)
        self._alternatives_json = Remembered(self._compared_json)
        self._open_ways = Remembered(open_ways)
        self._either_way = Remembered(self._covered)
        self._unread = Remembered(self._unread_keys)
        self._not_used = Remembered(self._not_read)

    def _plan_in_codes(self, key: str | None) -> CodedPlan:
        return CodedPlan(self, self.plans[key], self._offered)

    def _plan_of_type(self, code: int) -> CodedPlan | None:
        """Return the plan of a type by its code, `None` where it is out of scope."""
        return self.coded[self._types[code]] if code in self._types else None

    def __reduce__(self) -> tuple[object, ...]:
        definitions = self.definitions
        base = definitions if definitions.base is None else definitions.base
        return _engine_under, (base, dict(definitions.readings_chosen))

    def under(self, chosen: Mapping[str, str]) -> Engine:
        """Return the engine that answers with alternatives chosen, by reading, on top of those chosen here.

        Raises `ReadingError` where there is no such reading or alternative.
        """
        given: object = chosen
        if not isinstance(given, Mapping):
            example = 'name an alternative by its reading: {"R-2": "on_its_own"}'
            raise ReadingError([Problem("readings", f"takes an object, not {shown(given)}", example)])
        if not chosen:
            return self
        from ..loading.chosen_readings import definitions_under

        definitions = definitions_under(self.definitions, chosen)
        found = self._under.get(definitions)
        if found is None:
            while len(self._under) >= _REMEMBERED:
                self._under.pop(next(iter(self._under)), None)
            # Tables of tracks that read the same are those of this engine, with what they remember.
            mine = self.definitions.scenarios
            tables, theirs = self.compiled.tables, definitions.scenarios
            kept = LazyMapping(tables, lambda key: tables[key] if theirs[key] is mine[key] else None)
            found = self._under[definitions] = Engine(definitions, compile_pathways(definitions, kept))
        return found

    def read(self, case: Case | Mapping[str, Any]) -> Case:
        """Return a case in the vocabulary of the definitions. Raises `CaseError` where it does not fit."""
        if isinstance(case, Case):
            if case.vocabulary == self.definitions.vocabulary:
                return case
            case = case.to_dict()
        return Case.from_dict(case, self.definitions.vocabulary)

    def recommend(self, case: Case | Mapping[str, Any]) -> Recommendation:
        """Return the answer to a case."""
        if not isinstance(case, Case) or case.vocabulary is not self.definitions.vocabulary:
            case = self.read(case)
        closed = case.closed
        plan = self._by_type[closed & self._entry]
        return Recommendation(case, out_of_scope(self, str(case.entry)) if plan is None else plan.answer(closed))

    def reference(self, case: Case, plan: Plan | None = None) -> Recommendation:
        """Return the same answer from the tables of the tracks themselves, without codes: what others are held against.

        `plan` is that of the case's type, or a part of it.
        """
        if plan is None and (plan := self.plans.get(case.entry)) is None:
            return Recommendation(case, out_of_scope(self, str(case.entry)))
        answers = [table.answer(case.values) for table in plan.tables]
        return Recommendation(case, compose(self, plan, [cluster_answer(self.definitions, plan, answers, self._offered)]))

    def alternatives(self, answer: Recommendation) -> tuple[AlternativeAnswer, ...]:
        """Return what each alternative that bears on an answer of this engine would change in it."""
        return self._alternatives[self._read_each_way(answer)]

    def alternatives_json(self, answer: Recommendation) -> str:
        """Return the alternatives of an answer as JSON text."""
        return self._alternatives_json[self._read_each_way(answer)]

    def _read_each_way(self, answer: Recommendation) -> tuple[SharedAnswer, ...]:
        """Return what is told to an answer's case, as it is and under each alternative that bears on it."""
        others = self._others[answer.shared.bearing]
        return answer.shared, *[engine.recommend(answer.case).shared for _, engine in others]

    def _under_each(self, bearing: tuple[str, ...]) -> tuple[tuple[Alternative, Engine], ...]:
        found = bearing_alternatives(self.definitions, bearing)
        return tuple((one, self.under({one.reading: one.id})) for one in found)

    def _compared(self, told: tuple[SharedAnswer, ...]) -> tuple[AlternativeAnswer, ...]:
        own, *others = told
        both = zip(self._others[own.bearing], others, strict=True)
        found = (alternative_answer(one, own, other) for (one, _), other in both)
        return tuple(one for one in found if one.changes)

    def _compared_json(self, told: tuple[SharedAnswer, ...]) -> str:
        return json.dumps([alternative_dict(one) for one in self._alternatives[told]])

    def either_way(self, answer: Recommendation) -> tuple[EitherWay, ...]:
        """Return what some statement offers in every completion of the case, although no single statement does."""
        ways = self._open_ways[answer.shared]
        return self._either_way[answer.shared, answer.case.closed] if ways else ()

    def _covered(self, told: tuple[SharedAnswer, int]) -> tuple[EitherWay, ...]:
        shared, closed = told
        case = Case(self.definitions.vocabulary, closed, closed)
        return tuple(way for way, conditions in self._open_ways[shared] if covers(self.definitions, case, conditions))

    def markdown(self, answer: Recommendation) -> str:
        """Return an answer as Markdown."""
        from .text import as_markdown

        return as_markdown(answer)

    def not_used(self, answer: Recommendation) -> tuple[str, ...]:
        """Return the given facts that no statement on the case's type reads."""
        reads = answer.shared.reads
        return self._not_used[reads, answer.case.code & self._unread[reads]]

    def _unread_keys(self, reads: frozenset[str]) -> int:
        """Return the fields of all keys of a case that hold a fact which is not read, but for the entry fact."""
        codes = self.definitions.vocabulary.codes
        unread = codes.mask(name for name in codes.masks if name not in reads) & ~self._entry
        return functools.reduce(int.__or__, (mask for mask in codes.keys.values() if mask & unread), 0)

    def _not_read(self, given: tuple[frozenset[str], int]) -> tuple[str, ...]:
        reads, code = given
        return not_used(self.definitions, Case(self.definitions.vocabulary, code, code), reads)

    def _offered(self, table: TrackTable, offered: Offered, is_open: bool) -> OfferedOption:
        """Return an option that a table offers in the answer's form; made once."""
        option = offered.option
        key = (option.statement, option.number, table.track.name, offered.certain, offered.depends_on, is_open)
        if (found := self._offers.get(key)) is None:
            found = self._offers[key] = offered_option(self.definitions, table, offered, is_open=is_open)
        return found


def _engine_under(base: Definitions, chosen: Mapping[str, str]) -> Engine:
    """Return the engine of definitions that came from another process."""
    return engine_for(base).under(chosen)


@functools.lru_cache(maxsize=8)
def _engine(definitions: Definitions) -> Engine:
    return Engine(definitions)


def engine_for(definitions: Definitions | None = None) -> Engine:
    """Return the engine of a set of definitions (the project's own by default); the last few are kept compiled."""
    return _engine(given_definitions(definitions))


Recommendation._engine_of = staticmethod(engine_for)


def recommend(
    case: Case | Mapping[str, Any],
    definitions: Definitions | None = None,
    *,
    readings: Mapping[str, str] | None = None,
    require_approved: bool = False,
) -> Recommendation:
    """Return what the summary lists for a case.

    `case` is a `Case` or the JSON contract as a mapping; `definitions` a set of definitions from `load_pathways`, the
    project's own by default; `readings` the alternatives to read the text by, ``{"R-2": "on_its_own"}``, at most one of
    each reading. Raises `CaseError` or `InconsistentCaseError` for a mapping that is no case, `ReadingError` where there is
    no such reading or alternative, and with `require_approved` `NotApprovedError` where a pathway that the answer rests on
    (`Entry.rests_on`) is not approved.

    >>> answer = recommend({"tumor_type": "insulinoma", "resectable": False})
    >>> answer.status.value, answer.options[-1].track
    ('incomplete', 'course')
    """
    answer = engine_for(definitions).under({} if readings is None else readings).recommend(case)
    if require_approved:
        from ..model.review import check_approved

        check_approved(answer.definitions.reviews, answer.definitions.entry.rests_on(answer.case.entry))
    return answer

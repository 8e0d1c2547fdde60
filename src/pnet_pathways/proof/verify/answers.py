"""The claims about answers, over every partial case: the compiled answer, the machine, and what the statements say.

Expected answers come from the tracks' own spaces (`verify_tracks`), joined; `verify_composed` shows that they may be joined.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from ...engine.answer import Certainty, OfferedOption, Recommendation, Status
from ...engine.walk import TrackMachine
from ...model.case import Case
from ...model.claims import ClaimId
from ...model.errors import InconsistentCaseError, listed
from ...model.pathway import Definitions
from ...model.values import Value
from ...model.vocabulary import Vocabulary
from .claims import Failure, Ledger
from .space import (
    Given,
    Outcome,
    Space,
    case_data,
    case_of,
    closed,
    ties,
)
from .tracks import TrackView

OR = " Or: "
"""What an answer puts between the messages of a gap that may be one of several."""

Says = tuple[bool, frozenset[str]]
GapSays = tuple[str, bool, frozenset[str], frozenset[str]]
"""A track, whether its gap is certain, what that depends on, and the messages."""

Silent = tuple[TrackView, tuple[bool, frozenset[str], frozenset[str]]]
Recommend = Callable[[Case], Recommendation]


@attrs.frozen
class ExpectedAnswer:
    """An answer in the verifier's form: options and gaps with certainty and dependencies, and what is missing.

    `error` says what was raised in its place.
    """

    options: dict[Outcome, Says]
    gaps: list[GapSays]
    missing: frozenset[str]
    error: str = ""

    @property
    def certainties(self) -> dict[object, object]:
        """What the answer says, without dependencies."""
        return {
            **{key: says[0] for key, says in self.options.items()},
            **{("gaps", gap[0], number): (gap[1], gap[3]) for number, gap in enumerate(self.gaps)},
        }

    @property
    def dependencies(self) -> dict[object, object]:
        """What the answer depends on."""
        return {
            **{key: says[1] for key, says in self.options.items()},
            **{("gaps", gap[0], number): gap[2] for number, gap in enumerate(self.gaps)},
            ("missing",): self.missing,
        }

    @property
    def names(self) -> tuple[frozenset[object], frozenset[object]]:
        """The options, and the tracks with a gap, that are certain, and those that are possible at all."""
        certain = [key for key, says in self.options.items() if says[0]]
        silent = [gap[0] for gap in self.gaps if gap[1]]
        return frozenset([*certain, *silent]), frozenset([*self.options, *(gap[0] for gap in self.gaps)])


@attrs.define(eq=False)
class Reader:
    """Asks the library and puts its answers into the verifier's form."""

    definitions: Definitions
    recommend: Recommend
    _keys: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Outcome] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        for pathway in self.definitions.pathways.values():
            for statement in pathway.statements:
                for option in statement.options:
                    self._keys[statement.id, option.treatments, option.optional] = (statement.id, option.number)

    def answer(self, facts: Iterable[str], given: Given, kind: str | None) -> ExpectedAnswer:
        """Return the library's answer to a partial case."""
        case = case_of(self.definitions.vocabulary, facts, given, kind)
        try:
            found = self.recommend(case)
        except Exception as error:  # whatever it is, it is no answer, and the verification goes on
            return ExpectedAnswer({}, [], frozenset(), f"no answer: {error!r} is raised")
        options = dict(self._says(option) for option in found.options)
        gaps = [
            (gap.track, gap.certainty is Certainty.CERTAIN, frozenset(gap.depends_on), frozenset(gap.message.split(OR)))
            for gap in found.gaps
        ]
        missing = frozenset(found.missing)
        if (found.status is Status.COMPLETE) == bool(missing):
            missing |= {f"status {found.status}"}
        return ExpectedAnswer(options, in_order(gaps), missing)

    def _says(self, option: OfferedOption) -> tuple[Outcome, Says]:
        key = self._keys[option.statement, option.treatments, option.optional]
        return key, (option.certainty is Certainty.CERTAIN, frozenset(option.depends_on))


@attrs.define(eq=False)
class TrackViews:
    """The tracks that bear on each type, and the answer that they make together."""

    definitions: Definitions
    views: Sequence[TrackView]

    def plan(self, kind: str | None) -> list[TrackView]:
        """Return the tracks that bear on a type; under `None` those of every type in scope."""
        entry = self.definitions.entry
        own = {one.pathway for one in entry.types.values()} if kind is None else {entry.types[kind].pathway}
        return [view for view in self.views if view.pathway.name in own | set(entry.common)]

    def expected(self, known: dict[str, Value | None], plan: Sequence[TrackView], kind: str | None) -> ExpectedAnswer:
        """Return the answer as the union of the tracks' answers."""
        entry = self.definitions.entry
        options: dict[Outcome, Says] = {}
        silent: list[Silent] = []
        missing: set[str] = set()
        for view in plan:
            said = view.answer(tuple([known.get(name) for name in view.space.facts]))
            missing |= said.missing
            if said.gap is not None:
                silent.append((view, said.gap))
            if kind is not None or view.pathway.name in entry.common:
                options.update(said.options)
            else:
                options.update({key: (False, says[1] | {entry.fact}) for key, says in said.options.items()})
                if said.options or said.gap:
                    missing.add(entry.fact)
        gaps = [(view.track.group, *gap) for view, gap in silent] if kind is not None else self._untyped(plan, silent)
        return ExpectedAnswer(options, in_order(gaps), frozenset(missing))

    def _untyped(self, plan: Sequence[TrackView], silent: list[Silent]) -> list[GapSays]:
        """Return a gap per group with the type unknown: certain where every type's tracks of the group are silent."""
        found = []
        for group in self.definitions.groups:
            here = [gap for view, gap in silent if view.track.group == group]
            if here:
                sure = all(gap[0] for gap in here) and len(here) == sum(view.track.group == group for view in plan)
                depends = frozenset({self.definitions.entry.fact}).union(*(gap[1] for gap in here))
                found.append((group, sure, frozenset() if sure else depends, frozenset().union(*(gap[2] for gap in here))))
        return found


def in_order(gaps: list[GapSays]) -> list[GapSays]:
    """Return gaps in an order of their own: that of the answer is no part of what is proven."""
    return gaps if len(gaps) < 2 else sorted(gaps, key=lambda gap: (gap[0], gap[1], sorted(gap[2]), sorted(gap[3])))


def examine_machine(view: TrackView, cases: Sequence[tuple[Given, int]], ledger: Ledger) -> None:
    """Step the real machine through every scenario and partial case of a track, and compare with the graph."""
    machine = TrackMachine(view.track)
    ledger.count(ClaimId.MACHINE, "scenarios", len(view.runs))
    ledger.count(ClaimId.MACHINE, "partial_cases", len(cases))
    for given, _ in cases:
        model = machine.start()
        machine.advance(model, case_of(view.space.vocabulary, view.space.facts, given, view.kind))
        path, state = view.partial_run(given)
        if (model.state, tuple((name, answer) for name, _, answer in model.path)) != (state, path):
            message = f"the machine of {view.name} stands at '{model.state}' where the graph stands at '{state}'"
            where = view.track.states[state].where
            ledger.fail(ClaimId.MACHINE, Failure(view.place(where), message, view.case(given), path))
            return


def examine_answers(
    view: TrackView,
    cases: Sequence[tuple[Given, int]],
    parts: TrackViews,
    reader: Reader,
    ledger: Ledger,
    kinds: Sequence[str | None] | None = None,
) -> None:
    """Compare the library's answers to every partial case of a track with what the statements say.

    `kinds` are the types to ask for, by default each that leads to the pathway, and an unknown one.
    """
    types = [key for key, entry in parts.definitions.entry.types.items() if entry.pathway == view.pathway.name]
    failed: set[str] = set()

    def fail(claim: ClaimId, given: Given, kind: str | None, message: str) -> None:
        if claim not in failed:
            failed.add(claim)
            path, state = view.partial_run(given)
            place = view.place(view.track.states[state].where)
            case = case_data(view.space.vocabulary, view.space.facts, given, kind)
            ledger.fail(claim, Failure(place, f"{view.name}: {message}", case, path))

    for kind in (*types, None) if kinds is None else kinds:
        plan = parts.plan(kind)
        names: dict[Given, tuple[frozenset[object], frozenset[object]]] = {}
        for claim in (ClaimId.ANSWER, ClaimId.MISSING, ClaimId.MONOTONE):
            ledger.count(claim, "scenarios", len(view.runs))
            ledger.count(claim, "partial_cases", len(cases))
        for given, _ in cases:
            says = reader.answer(view.space.facts, given, kind)
            if says.error:
                fail(ClaimId.ANSWER, given, kind, says.error)
                continue
            names[given] = says.names
            expected = parts.expected(dict(zip(view.space.facts, given, strict=True)), plan, kind)
            for claim, said, right in (
                (ClaimId.ANSWER, says.certainties, expected.certainties),
                (ClaimId.MISSING, says.dependencies, expected.dependencies),
            ):
                if said != right and claim not in failed:
                    fail(claim, given, kind, differing(said, right))
        for given, one, more in refinements(view.space, names):
            ledger.count(ClaimId.MONOTONE, "refinements")
            before, after = names[given], names[more]
            if not (before[0] <= after[0] and after[1] <= before[1]) and ClaimId.MONOTONE not in failed:
                gone = before[0] - after[0]
                come = after[1] - before[1]
                fail(
                    ClaimId.MONOTONE,
                    more,
                    kind,
                    f"with {one} known, certain no more: {plainly(gone)}; newly possible: {plainly(come)}",
                )


def refinements(space: Space, found: Iterable[Given]) -> Iterable[tuple[Given, str, Given]]:
    """Yield each partial case with a fact that it leaves open and the case that gives it."""
    known = dict.fromkeys(found)
    for given in known:
        for index, name in enumerate(space.facts):
            if given[index] is None:
                for value in space.vocabulary.facts[name].values:
                    more = (*given[:index], value, *given[index + 1 :])
                    if more in known:
                        yield given, name, more


def differing(said: dict[object, object], right: dict[object, object]) -> str:
    """Return what an answer says and what would be right, where they differ."""
    parts = []
    for key in sorted({*said, *right}, key=str):
        if said.get(key) != right.get(key):
            parts.append(
                f"{plainly(key)}: {plainly(said.get(key, 'not in the answer'))}, not {plainly(right.get(key, 'in it'))}"
            )
    return "; ".join(parts)


def plainly(said: object) -> str:
    """Return part of an answer as text, in a stable order."""
    if isinstance(said, frozenset):
        return f"[{listed(sorted(plainly(one) for one in said))}]"
    if isinstance(said, tuple):
        return " ".join(plainly(one) for one in said)
    return ("certain" if said else "possible") if isinstance(said, bool) else str(said)


def examine_contradictions(
    vocabulary: Vocabulary, ledger: Ledger, read: Callable[[dict[str, Any], Vocabulary], Case] = Case.from_dict
) -> None:
    """Try every combination of values of the facts that rules tie together: refused exactly where nothing completes it."""
    components = {closed(vocabulary, names) for names in ties(vocabulary) if len(names) > 1}
    spaces = [Space.over(vocabulary, names) for names in sorted(components)]
    facts = tuple(name for space in spaces for name in space.facts)
    for values in itertools.product(*((None, *vocabulary.facts[name].values) for name in facts)):
        parts, start = [], 0
        for space in spaces:
            parts.append(space.completions(values[start : start + len(space.facts)]))
            start += len(space.facts)
        data = case_data(vocabulary, facts, values)
        ledger.count(ClaimId.CONTRADICTIONS, "partial_cases")
        try:
            case = read(data, vocabulary)
        except InconsistentCaseError as error:
            ledger.count(ClaimId.CONTRADICTIONS, "contradictions")
            if all(parts):
                ledger.fail(ClaimId.CONTRADICTIONS, Failure("facts", f"refused although a completion exists: {error}", data))
            continue
        if not all(parts):
            ledger.fail(ClaimId.CONTRADICTIONS, Failure("facts", "accepted although no completion exists", data))
            continue
        for space, mask in zip(spaces, parts, strict=True):
            for name, literal in zip(space.facts, space.literals, strict=True):
                follows = next((value for value, rows in literal.items() if not mask & ~rows), None)
                if case.value(name) != follows:
                    message = f"{name} is taken for {case.value(name)}, and what is given says {follows}"
                    ledger.fail(ClaimId.CONTRADICTIONS, Failure("facts", message, data))

"""The claims about answers, over every partial case: the compiled answer, the machine, and what the statements say.

Expected answers come from the tracks' own spaces (`verify_tracks`), joined; `verify_composed` shows that they may be joined.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import Any, Final

import attrs

from ...engine.answer import Certainty, OfferedOption, Recommendation, Status
from ...engine.tables import GapKind
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
from .tracks import COMBINATION, GAP, TrackView

OR = " Or: "
"""What an answer puts between the messages of a gap that may be one of several."""

Says = tuple[bool, frozenset[str]]
GapSays = tuple[str, bool, frozenset[str], frozenset[str]]
"""A track with the kind of its gap, whether that is certain, what it depends on, and the messages."""

Open = tuple[TrackView, Outcome, tuple[bool, frozenset[str], frozenset[str]]]
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
            (
                f"{gap.track} {gap.kind}",
                gap.certainty is Certainty.CERTAIN,
                frozenset(gap.depends_on),
                frozenset(gap.message.split(OR)),
            )
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
    _common: frozenset[Outcome] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        common = self.definitions.entry.common
        self._common = frozenset(one for view in self.views if view.pathway.name in common for one in view.space.outcomes)

    def plan(self, kind: str | None) -> list[TrackView]:
        """Return the tracks that bear on a type; under `None` those of every type in scope."""
        entry = self.definitions.entry
        own = {one.pathway for one in entry.types.values()} if kind is None else {entry.types[kind].pathway}
        return [view for view in self.views if view.pathway.name in own | set(entry.common)]

    def expected(self, known: dict[str, Value | None], plan: Sequence[TrackView], kind: str | None) -> ExpectedAnswer:
        """Return the answer as the union of the tracks' answers; an option of two tracks holds where one of them gives it."""
        entry = self.definitions.entry
        options: dict[Outcome, Says] = {}
        gaps: list[Open] = []
        open_type = False
        for view in plan:
            said = view.answer(tuple([known.get(name) for name in view.space.names]))
            gaps.extend((view, outcome, gap) for outcome, gap in said.gaps.items())
            is_open = kind is None and view.pathway.name not in entry.common
            open_type = open_type or (is_open and bool(said.options or said.gaps))
            for outcome, says in said.options.items():
                before = options.get(outcome)
                certain = says[0] or (before is not None and before[0])
                depends = frozenset[str]() if certain else says[1] | (before[1] if before is not None else frozenset())
                options[outcome] = (certain, depends)
        named = self._untyped(gaps) if kind is None else [_named(*one) for one in gaps]
        missing = {fact for says in options.values() for fact in says[1]} | {fact for *_, gap in gaps for fact in gap[1]}
        if kind is None:
            for outcome, says in options.items():
                if outcome not in self._common:
                    options[outcome] = (False, says[1] | {entry.fact})
        return ExpectedAnswer(options, in_order(named), frozenset(missing | ({entry.fact} if open_type else set())))

    def _untyped(self, gaps: list[Open]) -> list[GapSays]:
        """Return the gaps with the type unknown: silence of a group is one, certain where a track of every type is silent."""
        entry = self.definitions.entry
        every = frozenset(key for key, one in entry.types.items() if one.pathway is not None)
        leads = {name: every if name in entry.common else frozenset(entry.types_of(name)) for name in self.definitions.pathways}
        found = []
        for group in self.definitions.groups:
            here = [(view, gap) for view, outcome, gap in gaps if view.track.group == group and outcome == GAP]
            if here:
                sure = every == frozenset[str]().union(*(leads[view.pathway.name] for view, gap in here if gap[0]))
                open_type = any(view.pathway.name not in entry.common for view, _ in here)
                depends = frozenset({entry.fact} if open_type else ()).union(*(gap[1] for _, gap in here))
                messages = frozenset[str]().union(*(gap[2] for _, gap in here))
                found.append((f"{group} {GapKind.SILENT}", sure, frozenset() if sure else depends, messages))
        for view, outcome, (certain, depends, messages) in gaps:
            if outcome == COMBINATION:
                common = view.pathway.name in entry.common
                more = frozenset[str]() if common else frozenset({entry.fact})
                found.append((f"{view.track.group} {GapKind.COMBINATION}", certain and common, depends | more, messages))
        return found


def _named(view: TrackView, outcome: Outcome, gap: tuple[bool, frozenset[str], frozenset[str]]) -> GapSays:
    kind = GapKind.COMBINATION if outcome == COMBINATION else GapKind.SILENT
    return (f"{view.track.group} {kind}", *gap)


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
        machine.advance(model, case_of(view.space.vocabulary, view.space.names, given, view.kind))
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
) -> None:
    """Compare the library's answers to every partial case of a track with what the statements say, for each type."""
    types = [key for key, entry in parts.definitions.entry.types.items() if entry.pathway == view.pathway.name]
    failed: set[str] = set()

    def fail(claim: ClaimId, given: Given, kind: str | None, message: str) -> None:
        if claim not in failed:
            failed.add(claim)
            path, state = view.partial_run(given)
            place = view.place(view.track.states[state].where)
            case = case_data(view.space.vocabulary, view.space.names, given, kind)
            ledger.fail(claim, Failure(place, f"{view.name}: {message}", case, path))

    for kind in (*types, None):
        plan = parts.plan(kind)
        names: dict[Given, tuple[frozenset[object], frozenset[object]]] = {}
        for claim in (ClaimId.ANSWER, ClaimId.MISSING, ClaimId.MONOTONE):
            ledger.count(claim, "scenarios", len(view.runs))
            ledger.count(claim, "partial_cases", len(cases))
        for given, _ in cases:
            says = reader.answer(view.space.names, given, kind)
            if says.error:
                fail(ClaimId.ANSWER, given, kind, says.error)
                continue
            names[given] = says.names
            expected = parts.expected(dict(zip(view.space.names, given, strict=True)), plan, kind)
            if says == expected:
                continue
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
    """Yield each partial case with a fact that it leaves open and the case that gives it, where both are among those found."""
    known = dict.fromkeys(found)
    for given in known:
        for index, name in enumerate(space.names):
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
    """Try combinations of values of facts that rules tie together: refused exactly where nothing completes it.

    Rules never tie facts of different closures, so each closure is tried alone: every combination of a small one; of a large
    one every combination of up to three facts, one case for each set of rows that any leaves open, and, for each of these
    and each further value, whether the vocabulary calls it consistent.
    """
    for names in sorted({closed(vocabulary, names) for names in ties(vocabulary) if len(names) > 1}):
        space = Space.over(vocabulary, names)
        for values in _combinations(vocabulary, space, ledger):
            mask = space.completions(values)
            data = case_data(vocabulary, names, values)
            ledger.count(ClaimId.CONTRADICTIONS, "partial_cases")
            try:
                case = read(data, vocabulary)
            except InconsistentCaseError as error:
                ledger.count(ClaimId.CONTRADICTIONS, "contradictions")
                if mask:
                    message = f"refused although a completion exists: {error}"
                    ledger.fail(ClaimId.CONTRADICTIONS, Failure("facts", message, data))
                continue
            if not mask:
                ledger.fail(ClaimId.CONTRADICTIONS, Failure("facts", "accepted although no completion exists", data))
                continue
            for name, literal in zip(space.facts, space.literals, strict=True):
                follows = next((value for value, rows in literal.items() if not mask & ~rows), None)
                if case.value(name) != follows:
                    message = f"{name} is taken for {case.value(name)}, and what is given says {follows}"
                    ledger.fail(ClaimId.CONTRADICTIONS, Failure("facts", message, data))


MAX_COMBINATIONS: Final = 50_000
"""The most combinations of facts that rules tie together of which each is read as a case."""


def _combinations(vocabulary: Vocabulary, space: Space, ledger: Ledger) -> Iterable[Given]:
    """Yield the combinations that are read as a case; what the vocabulary says of the others is compared here."""
    domains = [(None, *vocabulary.facts[name].values) for name in space.names]
    if prod(map(len, domains)) <= MAX_COMBINATIONS:
        yield from itertools.product(*domains)
        return
    for chosen in itertools.combinations(range(len(domains)), 3):
        yield from itertools.product(*(domain if at in chosen else (None,) for at, domain in enumerate(domains)))
    (closure,) = space.closures
    for given, _ in space.cases():
        yield given
        left = closure.left(given)
        known = {name: one for name, one in zip(space.names, given, strict=True) if one is not None}
        for name, domain in zip(space.names, domains, strict=True):
            for value in domain[1:] if name not in known else ():
                ledger.count(ClaimId.CONTRADICTIONS, "partial_cases")
                more = {**known, name: value}
                if vocabulary.consistent(more) is not bool(left & closure.literals[name, value]):
                    data = case_data(vocabulary, more, tuple(more.values()))
                    ledger.fail(ClaimId.CONTRADICTIONS, Failure("facts", "not called consistent as its completions say", data))

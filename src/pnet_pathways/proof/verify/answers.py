"""The claims about answers, over every partial case: the compiled answer, the machine, and what the statements say.

Expected answers come from the tracks' own spaces (`verify_tracks`), joined; `verify_composed` shows that they may be joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from ...engine.answer import Certainty, OfferedOption, Recommendation, Status
from ...engine.tables import GapKind
from ...engine.walk import TrackMachine
from ...model.case import Case
from ...model.claims import ClaimId
from ...model.errors import listed
from ...model.pathway import Definitions
from ...model.values import Value
from .claims import Failure, Ledger
from .closures import Given
from .space import (
    Outcome,
    Space,
    case_data,
    case_of,
)
from .tracks import COMBINATION, GAP, TrackView

OR = " Or: "
"""What an answer puts between the messages of a gap that may be one of several."""

Says = tuple[bool, frozenset[str]]
GapSays = tuple[str, bool, frozenset[str], frozenset[str]]
"""A track with the kind of its gap, whether that is certain, what it depends on, and the messages."""

Names = tuple[frozenset[object], frozenset[object]]
"""What is certain in an answer, and what is possible at all."""

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
    def names(self) -> Names:
        """The options, and the tracks with a gap, that are certain, and those that are possible at all."""
        certain = [key for key, says in self.options.items() if says[0]]
        silent = [gap[0] for gap in self.gaps if gap[1]]
        return frozenset([*certain, *silent]), frozenset([*self.options, *(gap[0] for gap in self.gaps)])


@attrs.define(eq=False)
class Reader:
    """Asks the library and puts its answers into the verifier's form.

    `seen` are the cases whose answers were compared, by type and by what they leave open of each track that bears on it.
    """

    definitions: Definitions
    recommend: Recommend
    seen: dict[tuple[str | None, tuple[int, ...]], Names] = attrs.field(factory=dict, init=False)
    _said: dict[int, tuple[OfferedOption, tuple[Outcome, Says]]] = attrs.field(factory=dict, init=False)
    _keys: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Outcome] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        for pathway in self.definitions.pathways.values():
            for statement in pathway.statements:
                for option in statement.options:
                    self._keys[statement.id, option.treatments, option.optional] = (statement.id, option.number)

    def answer(self, case: Case) -> ExpectedAnswer:
        """Return the library's answer to a case."""
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
        found = self._said.get(id(option))
        if found is None:
            key = self._keys[option.statement, option.treatments, option.optional]
            # With the option, so that no other can come to have its id.
            found = (option, (key, (option.certainty is Certainty.CERTAIN, frozenset(option.depends_on))))
            self._said[id(option)] = found
        return found[1]


@attrs.frozen
class _Part:
    """What the tracks of one pathway say of a case together, and the facts on which something of it depends."""

    options: dict[Outcome, Says]
    gaps: list[Open]
    missing: frozenset[str]


@attrs.define(eq=False)
class TrackViews:
    """The tracks that bear on each type, and the answer that they make together."""

    definitions: Definitions
    views: Sequence[TrackView]
    _parts: dict[tuple[tuple[tuple[TrackView, int], ...], bool], _Part] = attrs.field(factory=dict, init=False)

    def plan(self, kind: str | None) -> list[TrackView]:
        """Return the tracks that bear on a type; under `None` those of every type in scope."""
        entry = self.definitions.entry
        own = {one.pathway for one in entry.types.values()} if kind is None else {entry.types[kind].pathway}
        return [view for view in self.views if view.pathway.name in own | set(entry.common)]

    def own(self, view: TrackView, plan: Sequence[TrackView]) -> frozenset[object]:
        """Return what of an answer a track decides alone, of those that bear on a type."""
        others = {name for other in plan if other is not view for name in _names_of(other)}
        return frozenset(_names_of(view)) - others

    def completions(self, known: Mapping[str, Value | None], plan: Sequence[TrackView]) -> tuple[int, ...]:
        """Return, for each track of a plan, the rows that a case leaves open."""
        left: dict[tuple[str, ...], int] = {}
        found = []
        for view in plan:
            mask = view.space.everything
            for number, closure in enumerate(view.space.closures):
                rows = left.get(closure.facts)
                if rows is None:
                    rows = left[closure.facts] = closure.left(tuple([known.get(name) for name in closure.facts]))
                mask &= view.space.opened(number, rows)
            found.append(mask)
        return tuple(found)

    def expected(self, completions: Sequence[int], plan: Sequence[TrackView], kind: str | None) -> ExpectedAnswer:
        """Return the answer as the union of the tracks' answers; an option of two tracks holds where one of them gives it."""
        left: dict[str, list[tuple[TrackView, int]]] = {}
        for view, rows in zip(plan, completions, strict=True):
            left.setdefault(view.pathway.name, []).append((view, rows))
        found = [self._part(name, tuple(here), unknown=kind is None) for name, here in left.items()]
        options: dict[Outcome, Says] = {}
        for part in found:
            options.update(part.options)
        gaps = [gap for part in found for gap in part.gaps]
        named = self._untyped(gaps) if kind is None else [_named(*one) for one in gaps]
        return ExpectedAnswer(options, in_order(named), frozenset[str]().union(*(part.missing for part in found)))

    def _part(self, pathway: str, left: tuple[tuple[TrackView, int], ...], *, unknown: bool) -> _Part:
        """Return what the tracks of a pathway say together, each of the rows that are left of it.

        No two pathways share a statement. While the type is unknown, nothing is certain of a pathway that not all have.
        """
        if (found := self._parts.get((left, unknown))) is not None:
            return found
        entry = self.definitions.entry
        options: dict[Outcome, Says] = {}
        gaps: list[Open] = []
        for view, rows in left:
            said = view.answer(rows)
            gaps.extend((view, outcome, gap) for outcome, gap in said.gaps.items())
            for outcome, says in said.options.items():
                before = options.get(outcome)
                options[outcome] = says if before is None else _either(before, says)
        missing = {fact for says in options.values() for fact in says[1]} | {fact for *_, gap in gaps for fact in gap[1]}
        if unknown and pathway not in entry.common:
            options = {outcome: (False, says[1] | {entry.fact}) for outcome, says in options.items()}
            missing |= {entry.fact} if options or gaps else set()
        found = self._parts[left, unknown] = _Part(options, gaps, frozenset(missing))
        return found

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


def _either(one: Says, other: Says) -> Says:
    """Return what holds of an option of two tracks."""
    return (True, frozenset()) if one[0] or other[0] else (False, one[1] | other[1])


def _names_of(view: TrackView) -> Iterator[object]:
    """Yield what an answer can name of a track: its options, and its gaps."""
    for outcome in view.space.outcomes:
        yield _gap_name(view, outcome) if outcome in (GAP, COMBINATION) else outcome


def _gap_name(view: TrackView, outcome: Outcome) -> str:
    return f"{view.track.group} {GapKind.COMBINATION if outcome == COMBINATION else GapKind.SILENT}"


def _named(view: TrackView, outcome: Outcome, gap: tuple[bool, frozenset[str], frozenset[str]]) -> GapSays:
    return (_gap_name(view, outcome), *gap)


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
        machine.advance(model, view.read(given))
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
    """Compare the library's answers to every partial case of a track with what the statements say, for each type.

    A case that leaves the same open in every track that bears on it as one before, of another track, is not asked again.
    """
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
        names: list[Names | None] = []
        for claim in (ClaimId.ANSWER, ClaimId.MISSING, ClaimId.MONOTONE):
            ledger.count(claim, "scenarios", len(view.runs))
            ledger.count(claim, "partial_cases", len(cases))
        for given, _ in cases:
            completions = parts.completions(dict(zip(view.space.names, given, strict=True)), plan)
            if (before := reader.seen.get((kind, completions))) is not None:
                names.append(before)
                continue
            own = kind == view.kind
            says = reader.answer(view.read(given) if own else case_of(view.space.vocabulary, view.space.names, given, kind))
            if says.error:
                names.append(None)
                fail(ClaimId.ANSWER, given, kind, says.error)
                continue
            names.append(says.names)
            reader.seen[kind, completions] = says.names
            expected = parts.expected(completions, plan, kind)
            if says == expected:
                continue
            for claim, said, right in (
                (ClaimId.ANSWER, says.certainties, expected.certainties),
                (ClaimId.MISSING, says.dependencies, expected.dependencies),
            ):
                if said != right and claim not in failed:
                    fail(claim, given, kind, differing(said, right))
        ledger.count(ClaimId.MONOTONE, "refinements", len(view.space.steps()))
        if (wrong := next(not_monotone(view.space, names, parts.own(view, plan)), None)) is not None:
            fail(ClaimId.MONOTONE, cases[wrong[0]][0], kind, wrong[1])


def not_monotone(
    space: Space, names: Sequence[Names | None], own: frozenset[object] | None = None
) -> Iterator[tuple[int, str]]:
    """Yield each case that, with one more fact, is certain of less or takes more for possible, with what that is.

    `names` are what is certain and possible in each of the space's cases, by its place. A case stands for all that leave the
    same open in its track, and may forget what another track knew: then what is the track's `own` is compared.
    """
    cases = space.cases()
    for one, fact, more in space.steps():
        before, after = names[one], names[more]
        if before is None or after is None or (before[0] <= after[0] and after[1] <= before[1]):
            continue
        gone, come = before[0] - after[0], after[1] - before[1]
        if own is not None and any(a not in (None, b) for a, b in zip(cases[one][0], cases[more][0], strict=True)):
            gone, come = gone & own, come & own
        if gone or come:
            yield more, f"with {fact} known, certain no more: {plainly(gone)}; newly possible: {plainly(come)}"


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

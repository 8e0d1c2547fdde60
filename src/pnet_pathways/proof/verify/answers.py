"""The claims about answers, over every partial case: the compiled answer, and what the statements say.

Expected answers come from the tracks' own spaces (`tracks`), joined; `composed` shows that they may be joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import attrs

from ...engine.answer import Certainty, OfferedOption, Recommendation, Status
from ...engine.tables import GapKind
from ...model.case import Case
from ...model.claims import ClaimId
from ...model.errors import listed
from ...model.pathway import Definitions
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

_REMEMBERED: Final = 4096
"""How much of what the tracks of a pathway say together is kept."""

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

    `seen` are the cases of one type whose answers were compared, by type and by what they leave open of each track that bears
    on it; `told` are the claims that are known to fail, each with the track.
    """

    definitions: Definitions
    recommend: Recommend
    seen: dict[tuple[str | None, tuple[int, ...]], Names] = attrs.field(factory=dict, init=False)
    told: set[tuple[str, ClaimId]] = attrs.field(factory=set, init=False)
    _names: dict[Names, Names] = attrs.field(factory=dict, init=False)
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

    def forget(self) -> None:
        """Forget the cases of a type, once all of its tracks are examined."""
        self.seen.clear()

    def compared(self, kind: str | None, completions: tuple[int, ...], says: ExpectedAnswer) -> Names:
        """Keep what a case's answer names, and return it; few sets of names are new, so that each is kept once."""
        names = says.names
        return self.seen.setdefault((kind, completions), self._names.setdefault(names, names))

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
    _open: dict[frozenset[str], Says] = attrs.field(factory=dict, init=False)

    def plan(self, kind: str | None) -> list[TrackView]:
        """Return the tracks that bear on a type; under `None` those of every type in scope."""
        entry = self.definitions.entry
        own = {one.pathway for one in entry.types.values()} if kind is None else {entry.types[kind].pathway}
        return [view for view in self.views if view.pathway.name in own | set(entry.common)]

    def own(self, view: TrackView, plan: Sequence[TrackView]) -> frozenset[object]:
        """Return what of an answer a track decides alone, of those that bear on a type."""
        others = {name for other in plan if other is not view for name in _names_of(other)}
        return frozenset(_names_of(view)) - others

    def completions(self, names: Sequence[str], plan: Sequence[TrackView]) -> Callable[[Given], tuple[int, ...]]:
        """Return what tells, for each track of a plan, the rows that a case leaves open which gives some facts at most."""
        closures = {closure.facts: closure for view in plan for closure in view.space.closures}
        told = [(closure, [names.index(name) for name in closure.facts if name in names]) for closure in closures.values()]
        slots = {closure.facts: slot for slot, (closure, places) in enumerate(told) if places}
        tracks = []
        for view in plan:
            # What is given of no fact leaves everything open.
            parts = [(slots[one.facts], number) for number, one in enumerate(view.space.closures) if one.facts in slots]
            tracks.append((view.space, parts))
        lefts: list[dict[Given, int]] = [{} for _ in told]

        def left(slot: int, given: Given) -> int:
            closure, places = told[slot]
            key = tuple([given[place] for place in places])
            found = lefts[slot].get(key)
            if found is None:
                known = dict(zip((name for name in closure.facts if name in names), key, strict=True))
                found = lefts[slot][key] = closure.left(tuple([known.get(name) for name in closure.facts]))
            return found

        def of(given: Given) -> tuple[int, ...]:
            rows = {slot: left(slot, given) for slot in slots.values()}
            found = []
            for space, parts in tracks:
                mask = space.everything
                for slot, number in parts:
                    mask &= space.opened(number, rows[slot])
                found.append(mask)
            return tuple(found)

        return of

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

    def forget(self) -> None:
        """Forget what the tracks say together, once all that bear on a type are examined."""
        self._parts.clear()

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
            options = {outcome: self._with_type(says[1]) for outcome, says in options.items()}
            missing |= {entry.fact} if options or gaps else set()
        if len(self._parts) >= _REMEMBERED:
            self._parts.clear()
        found = self._parts[left, unknown] = _Part(options, gaps, frozenset(missing))
        return found

    def _with_type(self, depends: frozenset[str]) -> Says:
        """Return what holds of an option that depends on some facts, and on the type; kept once, since few are new."""
        found = self._open.get(depends)
        if found is None:
            found = self._open[depends] = (False, depends | {self.definitions.entry.fact})
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


def kinds_of(view: TrackView, definitions: Definitions) -> list[str | None]:
    """Return the types under which a track's answers are examined: those that lead to its pathway, and the unknown one."""
    return [*(key for key, entry in definitions.entry.types.items() if entry.pathway == view.pathway.name), None]


def examine_answers(view: TrackView, kinds: Iterable[str | None], parts: TrackViews, reader: Reader, ledger: Ledger) -> None:
    """Compare the library's answers to every partial case of a track with what the statements say, for some types.

    A case that leaves the same open in every track that bears on it as one before, of another track, is not asked again.
    """
    cases = view.space.cases()

    def fail(claim: ClaimId, given: Given, kind: str | None, message: str) -> None:
        if (view.name, claim) not in reader.told:
            reader.told.add((view.name, claim))
            path, state = view.partial_run(given)
            place = view.place(view.track.states[state].where)
            case = case_data(view.space.vocabulary, view.space.names, given, kind)
            ledger.fail(claim, Failure(place, f"{view.name}: {message}", case, path))

    for kind in kinds:
        plan = parts.plan(kind)
        completions_of = parts.completions(view.space.names, plan)
        names: list[Names | None] = []
        for claim in (ClaimId.ANSWER, ClaimId.MISSING, ClaimId.MONOTONE):
            ledger.count(claim, "scenarios", len(view.runs))
            ledger.count(claim, "partial_cases", len(cases))
        for given, _ in cases:
            completions = completions_of(given)
            if (before := reader.seen.get((kind, completions))) is not None:
                names.append(before)
                continue
            own = kind == view.kind
            says = reader.answer(view.read(given) if own else case_of(view.space.vocabulary, view.space.names, given, kind))
            if says.error:
                names.append(None)
                fail(ClaimId.ANSWER, given, kind, says.error)
                continue
            names.append(reader.compared(kind, completions, says))
            expected = parts.expected(completions, plan, kind)
            if says == expected:
                continue
            for claim, said, right in (
                (ClaimId.ANSWER, says.certainties, expected.certainties),
                (ClaimId.MISSING, says.dependencies, expected.dependencies),
            ):
                if said != right and (view.name, claim) not in reader.told:
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
        if before is after or before is None or after is None or (before[0] <= after[0] and after[1] <= before[1]):
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

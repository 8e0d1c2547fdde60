"""From a track's file shape to a `Track`, with every check that a graph needs before anything runs on it.

Each state asks one fact, its answers partition what that fact can still be, every state is reached, nothing dangles,
nothing turns back, and each leaf's offers are options of the statements that stand in the track.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from ..model.claims import ClaimId
from ..model.conditions import facts_of
from ..model.errors import listed, suggest
from ..model.facts import ANY
from ..model.pathway import Choice, Leaf, Question, State, Statement, Strength, Track
from ..model.reference import Where
from ..model.scenario_rows import LeafKind
from ..model.values import NOT_APPLICABLE, GroupValue, Value
from ..model.vocabulary import Vocabulary
from ..model.wording import adverb, offer_of, offer_text
from .schema import StateSpec, TrackSpec
from .yaml_source import Document, Path_

_ADVERBS = {adverb(strength).strip(): strength for strength in Strength if adverb(strength)}


_UNWALKABLE: Final = frozenset({ClaimId.COMPLETE, ClaimId.DETERMINISTIC, ClaimId.DEAD_END, ClaimId.CYCLE})
"""The claims without which the scenarios of a track cannot be walked."""


def read_offer(text: str) -> tuple[Strength, tuple[str, ...], tuple[str, ...]]:
    """Read an offer, ``[usually |rarely ]a[ and b][ optionally c]``, into strength, treatments and optional ones."""
    first, _, rest = text.partition(" ")
    strength = _ADVERBS.get(first)
    body, *optional = (text if strength is None else rest).split(" optionally ")
    return strength or Strength.MAY, tuple(body.split(" and ")), tuple(optional)


def answer_pattern(vocabulary: Vocabulary, asks: str, text: str) -> tuple[GroupValue, ...]:
    """Return what an answer of a question stands for.

    Of a fact: one value. Of a group: ``head and tail`` exactly these members, ``none`` no member, ``any`` at least one;
    ``with head``, ``without tail``, ``with head without tail``, ``with head and body`` every set of members that fits.
    Raises `KeyError` for no answer.
    """
    if asks not in vocabulary.groups or not (text == ANY or text.startswith(("with ", "without "))):
        return (vocabulary.choice(asks, text),)
    group = vocabulary.groups[asks]
    if text == ANY:
        return group.combinations[1:]
    head, without, tail = f" {text}".partition(" without ")
    wanted = group.members_of(head.removeprefix(" with ")) if head else frozenset[str]()
    unwanted = group.members_of(tail) if tail else frozenset[str]()
    if wanted & unwanted or (head and not wanted) or (without and not unwanted):
        raise KeyError(text)
    return tuple(one for one in group.combinations if one >= wanted and not one & unwanted)


@attrs.define
class TrackReader:
    """Builds one track of a pathway file and records its problems in the file's document.

    With `lenient` a graph that breaks a claim of `pnet verify` is built all the same; `walkable` says afterwards whether
    every scenario finds its one way through it. Without `check_agreement` an offer may have another strength than the
    statement gives it; the leaf says so.
    """

    document: Document
    pathway: str
    name: str
    spec: TrackSpec
    statements: Mapping[str, Statement]
    readings: Iterable[str]
    can_gap: bool
    vocabulary: Vocabulary
    lenient: bool = False
    check_agreement: bool = True
    walkable: bool = True
    other_strength: dict[str, list[tuple[str, int]]] = attrs.field(init=False, factory=dict)

    @property
    def path(self) -> Path_:
        return ("tracks", self.name)

    def read(self) -> Track | None:
        """Return the track, or `None` where a mistake keeps it from being one."""
        before = len(self.document.problems)
        states = {name: self._state(name, spec) for name, spec in self.spec.states.items()}
        if self.spec.start not in states:
            self._problem(("start",), f"the start state '{self.spec.start}' does not exist", suggest(self.spec.start, states))
        self._dangling()
        track = Track(self.pathway, self.name, self.spec.title, self.spec.start, states, self.document.where(self.path))
        if len(self.document.problems) == before:
            if not self._cycles(track):
                self._unreachable(track)
                self._answers(track)
            self._offered(track)
        found = self.document.problems[before:]
        return track if not found or (self.lenient and all(problem.code for problem in found)) else None

    def _problem(self, path: Path_, message: str, suggestion: str = "", code: ClaimId | None = None) -> None:
        self.document.problem((*self.path, *path), message, suggestion, code)
        self.walkable = self.walkable and code not in _UNWALKABLE

    # States one by one

    def _state(self, name: str, spec: StateSpec) -> State:
        path: Path_ = ("states", name)
        where = self.document.where((*self.path, *path))
        kinds = [kind for kind in ("asks", "offers", "gap", "does_not_apply") if getattr(spec, kind) is not None]
        if len(kinds) != 1:
            found = f"has {listed(kinds)}" if kinds else "has none of them"
            message = f"the state '{name}' {found}; a state has exactly one of asks, offers, gap, does_not_apply"
            self._problem(path, message)
        if (spec.asks is None) != (spec.answers is None):
            self._problem(path, f"the state '{name}' needs both asks and answers, or neither")
        for number, reading in enumerate(spec.readings):
            if reading not in self.readings:
                self._problem((*path, "readings", number), f"unknown reading '{reading}'", suggest(reading, self.readings))
        if spec.asks is not None:
            if spec.readings:
                self._problem((*path, "readings"), f"'{name}' asks; readings bear on leaves", "name them in the leaves")
            return self._question(name, spec, where)
        for silent in ("gap", "does_not_apply"):
            if getattr(spec, silent) is not None and not getattr(spec, silent).strip():
                self._problem(
                    (*path, silent),
                    f"the leaf '{name}' says nothing",
                    "say what the summary does not say, or why",
                    ClaimId.GAPS,
                )
        if spec.gap is not None and not self.can_gap:
            self._problem((*path, "gap"), f"the track '{self.name}' has no gaps", "use does_not_apply")
        kind = LeafKind.OFFER if spec.offers is not None else LeafKind.GAP if spec.gap is not None else LeafKind.DOES_NOT_APPLY
        message = " ".join((spec.gap or spec.does_not_apply or "").split())
        offers = self._offers(name, spec)
        if spec.combination and kind is LeafKind.DOES_NOT_APPLY:
            self._problem((*path, "combination"), f"the leaf '{name}' does not apply", "a combination needs findings")
        strengths = tuple(self.other_strength.get(name, ()))
        return Leaf(name, kind, offers, message, spec.readings, where, strengths, spec.combination)

    def _question(self, name: str, spec: StateSpec, where: Where) -> Question:
        path: Path_ = ("states", name)
        answers: list[Choice] = []
        vocabulary = self.vocabulary
        asks = spec.asks or ""
        askable = [key for key in (*vocabulary.keys, *vocabulary.facts) if key != vocabulary.entry]
        if asks not in askable:
            message = f"'{name}' asks an unknown fact '{asks}'"
            self._problem((*path, "asks"), message, suggest(asks, askable) or f"facts: {listed(dict.fromkeys(askable))}")
            return Question(name, asks, (asks,), (), where)
        taken: set[GroupValue] = set()
        for key, target in (spec.answers or {}).items():
            values: list[GroupValue] = []
            for part in key.split(" or "):
                try:
                    chosen = answer_pattern(vocabulary, asks, part)
                except KeyError:
                    names = [vocabulary.answer(asks, value) for value in vocabulary.choices(asks)]
                    hint = suggest(part, names) or f"answers: {listed(names)}"
                    self._problem((*path, "answers", key), f"'{asks}' has no answer '{part}'", hint)
                    continue
                if again := [value for value in chosen if value in taken]:
                    same = vocabulary.answer(asks, again[0])
                    message = f"duplicate answer '{part}'" if same == part else f"'{part}' covers '{same}' once more"
                    self._problem((*path, "answers", key), message, "keep one", ClaimId.DETERMINISTIC)
                taken.update(chosen)
                values.extend(chosen)
            answers.append(Choice(key, tuple(values), target))
        return Question(name, asks, vocabulary.facts_of(asks), tuple(answers), where)

    def _offers(self, name: str, spec: StateSpec) -> tuple[tuple[str, int], ...]:
        found: list[tuple[str, int]] = []
        here = {one.id: one for one in self.statements.values() if self.name in dict(one.placements)}
        for identifier, texts in (spec.offers or {}).items():
            path: Path_ = ("states", name, "offers", identifier)
            if identifier not in self.statements:
                self._problem(path, f"unknown statement '{identifier}'", suggest(identifier, self.statements))
            elif identifier not in here:
                tracks = listed(track for track, _ in self.statements[identifier].placements)
                self._problem(
                    path, f"the statement {identifier} does not stand in the track '{self.name}'", f"it stands in {tracks}"
                )
            else:
                if not texts and any(spec.offers.values() if spec.offers else ()):
                    self._problem(path, f"the leaf '{name}' offers nothing of {identifier}", "remove it")
                for number, text in enumerate(texts):
                    offer = self._offer(path, number, text, here[identifier])
                    if offer[1] >= 0 and offer in found:
                        self._problem((*path, number), f"'{text}' of {identifier} is offered twice", "keep one")
                    found.append(offer)
        if spec.offers is not None and not any(spec.offers.values()):
            self._problem(("states", name, "offers"), f"the leaf '{name}' offers nothing", "use gap or does_not_apply")
        return tuple(one for one in found if one[1] >= 0)

    def _offer(self, path: Path_, number: int, text: str, statement: Statement) -> tuple[str, int]:
        strength, treatments, optional = read_offer(text)
        for option in statement.options:
            if (option.treatments, option.optional) == (treatments, optional):
                if option.strength is not strength:
                    self.other_strength.setdefault(str(path[1]), []).append((statement.id, option.number))
                    if self.check_agreement:
                        message = f"'{text}' has another strength than {statement.id} gives it"
                        self._problem((*path, number), message, f"the statement has '{offer_of(option)}'")
                return statement.id, option.number
        offers = [offer_of(option) for option in statement.options]
        hint = suggest(offer_text(strength, treatments, optional), offers) or f"it offers: {'; '.join(offers)}"
        self._problem((*path, number), f"{statement.id} offers no '{text}'", hint)
        return statement.id, -1

    # The graph as a whole

    def _dangling(self) -> None:
        for name, spec in self.spec.states.items():
            for answer, target in (spec.answers or {}).items():
                if target not in self.spec.states:
                    message = f"the answer '{answer}' leads to the state '{target}', which does not exist"
                    hint = suggest(target, self.spec.states) or f"states: {listed(self.spec.states)}"
                    self._problem(("states", name, "answers", answer), message, hint, ClaimId.DEAD_END)

    def _cycles(self, track: Track) -> bool:
        """Record every path that comes back to a state or asks a fact twice; return whether some path comes back."""
        below: dict[str, frozenset[str]] = {}
        entered: dict[str, None] = {}
        circles = False
        # Without recursion, since a broken file can chain thousands of states.
        waiting = [(track.start, False)]
        while waiting:
            name, left = waiting.pop()
            state = track.states[name]
            if left and isinstance(state, Question):
                del entered[name]
                facts = frozenset[str]().union(*(below.get(answer.target, frozenset()) for answer in state.answers))
                if facts & set(state.facts):
                    message = f"'{state.asks}' is asked here and again further down"
                    self._problem(("states", name, "asks"), message, code=ClaimId.CYCLE)
                below[name] = facts | set(state.facts)
            elif isinstance(state, Leaf):
                below[name] = frozenset()
            elif name in entered:
                path = list(entered)
                cycle = " -> ".join([*path[path.index(name) :], name])
                self._problem(("states", name), f"the states turn in a circle: {cycle}", code=ClaimId.CYCLE)
                circles = True
            elif name not in below:
                entered[name] = None
                waiting.append((name, True))
                waiting.extend((answer.target, False) for answer in reversed(state.answers))
        return circles

    def _unreachable(self, track: Track) -> None:
        reached = {state.name for state in track.breadth_first()}
        for name in track.states:
            if name not in reached:
                message = f"no answer leads to the state '{name}'"
                self._problem(("states", name), message, "lead to it or remove it", ClaimId.REACHABLE)

    def _answers(self, track: Track) -> None:
        """Walk every consistent path: each value that is still possible needs an answer, and each answer a value."""
        vocabulary = self.vocabulary
        linked = frozenset[str]().union(*vocabulary.linked_sets)
        taken: set[tuple[str, str]] = set()
        missing: dict[tuple[str, str], None] = {}
        unfit: dict[str, str] = {}
        seen: set[tuple[str, tuple[tuple[str, Value], ...]]] = set()
        waiting: list[tuple[str, dict[str, Value]]] = [(track.start, {})]
        while waiting:
            name, known = waiting.pop()
            # Only linked facts can still rule a value out further down.
            key = (name, tuple(sorted((item for item in known.items() if item[0] in linked), key=lambda item: item[0])))
            state = track.states[name]
            if key in seen or isinstance(state, Leaf):
                continue
            seen.add(key)
            for value in (*vocabulary.choices(state.asks), NOT_APPLICABLE):
                if value is NOT_APPLICABLE and not any(vocabulary.facts[fact].may_not_apply for fact in state.facts):
                    continue
                extended = {**known, **vocabulary.as_facts(state.asks, value)}
                if not vocabulary.consistent({fact: one for fact, one in extended.items() if fact in linked}):
                    continue
                if value is NOT_APPLICABLE:
                    unfit[name] = state.asks
                    continue
                answer = state.choice(value)
                if answer is None:
                    missing[name, vocabulary.answer(state.asks, value)] = None
                else:
                    taken.add((name, answer.name))
                    waiting.append((answer.target, extended))
        for name, answer_text in missing:
            self._problem(
                ("states", name, "answers"), f"'{name}' has no answer for '{answer_text}'", "add one", ClaimId.COMPLETE
            )
        for name, fact in unfit.items():
            needed = listed(facts_of(vocabulary.facts[vocabulary.facts_of(fact)[0]].applies_when))
            message = f"'{fact}' is asked where it may not apply"
            self._problem(("states", name, "asks"), message, f"ask {needed} first")
        if not missing and not unfit:
            self._idle(track, taken)

    def _idle(self, track: Track, taken: set[tuple[str, str]]) -> None:
        """Record the answers that no consistent path takes."""
        for question in (state for state in track.breadth_first() if isinstance(state, Question)):
            for answer in question.answers:
                if (question.name, answer.name) not in taken:
                    message = f"no consistent case gives the answer '{answer.name}' here"
                    self._problem(("states", question.name, "answers", answer.name), message, "remove it", ClaimId.TRANSITIONS)

    def _offered(self, track: Track) -> None:
        offered = {pair for leaf in track.leaves for pair in leaf.offers}
        for statement in self.statements.values():
            if self.name in dict(statement.placements):
                for option in statement.options:
                    if (statement.id, option.number) not in offered:
                        message = f"no leaf of the track '{self.name}' offers '{offer_of(option)}' of {statement.id}"
                        self._problem((), message, "offer it where its condition holds", ClaimId.OFFERED)

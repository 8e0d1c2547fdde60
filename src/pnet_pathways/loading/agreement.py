"""The two encodings side by side: every scenario of a track, its path through the graph, what the conditions say.

A track reads few facts, so its scenarios can all be listed: every combination of these facts, and of those that decide
whether one of them applies, that has a consistent completion.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from ..model.claims import ClaimId
from ..model.conditions import Condition, facts_of
from ..model.errors import Problem, listed
from ..model.frames import Frame, frame_of, places
from ..model.pathway import Leaf, Option, Pathway, State, Track
from ..model.reference import AnswerTrack
from ..model.scenario_rows import LeafKind, Row, TrackScenarios
from ..model.vocabulary import Vocabulary
from ..model.wording import offer_of

MAX_ROWS = 500_000


def conditions_of(pathway: Pathway, track: Track) -> dict[tuple[str, int], tuple[Condition, Condition]]:
    """Return, for each option that stands in a track, its condition there and what it requires."""
    return {(option.statement, option.number): (when, option.requires) for option, when, _ in pathway.placed_in(track.name)}


def reads(pathway: Pathway, track: Track, group: AnswerTrack) -> frozenset[str]:
    """Return the facts that a track reads: its graph's, its conditions', and those that decide what a gap is."""
    found = set(track.facts)
    for option, when, _ in pathway.placed_in(track.name):
        found.update(facts_of(when), facts_of(option.requires))
    if group.gap_when is not None:
        found.update(facts_of(group.gap_when))
    if (combination := pathway.combination(track.name)) is not None:
        found.update(facts_of(combination.when))
    return frozenset(found)


def size(vocabulary: Vocabulary, facts: Iterable[str]) -> int:
    """Return the number of scenarios over some facts and those that decide whether one of them applies."""
    return math.prod(len(block.rows) for block in vocabulary.blocks(vocabulary.deciding(facts)))


def track_scenarios(
    vocabulary: Vocabulary, pathway: Pathway, track: Track, group: AnswerTrack, walked: TrackScenarios | None = None
) -> TrackScenarios:
    """Return every consistent scenario of a track; those of the same graph `walked` before say where each ends."""
    read = reads(pathway, track, group)
    frame = frame_of(vocabulary, vocabulary.deciding(read))
    holds: list[set[tuple[str, int]]] = [set() for _ in frame.rows]
    for pair, (when, requires) in conditions_of(pathway, track).items():
        for number in places(frame.where(when) & frame.where(requires)):
            holds[number].add(pair)
    silent = 0 if group.gap_when is None else frame.where(group.gap_when)
    combination = pathway.combination(track.name)
    combined = 0 if combination is None else frame.where(combination.when)
    if walked is not None and walked.facts == frame.facts:
        ends = {number: (row.path, row.leaf) for number, row in enumerate(walked.rows)}
    else:
        ends = {number: (path, leaf.name) for path, leaf, rows in _endings(frame, track) for number in places(rows)}
    # Rows in which the same options hold share one set.
    sets: dict[frozenset[tuple[str, int]], frozenset[tuple[str, int]]] = {}
    rows: list[Row] = []
    for number, values in enumerate(frame.rows):
        path, leaf = ends[number]
        given = frozenset(holds[number])
        expected = LeafKind.OFFER if given else LeafKind.GAP if silent >> number & 1 else LeafKind.DOES_NOT_APPLY
        rows.append(Row(values, path, leaf, sets.setdefault(given, given), expected, bool(combined >> number & 1)))
    return TrackScenarios(frame.facts, read, tuple(rows))


def _endings(frame: Frame, track: Track) -> Iterator[tuple[tuple[tuple[str, str], ...], Leaf, int]]:
    """Yield each way through a graph with its leaf and the rows that go it. Raises `KeyError` where no answer takes a value."""
    waiting: list[tuple[tuple[tuple[str, str], ...], State, int]] = [((), track.states[track.start], frame.everything)]
    while waiting:
        path, state, rows = waiting.pop()
        if isinstance(state, Leaf):
            yield path, state, rows
            continue
        for value, there in frame.having(state.asks):
            if here := rows & there:
                answer = frame.vocabulary.answer(state.asks, value)
                if (choice := state.choice(value)) is None:
                    raise KeyError(answer)
                waiting.append(((*path, (state.name, answer)), track.states[choice.target], here))


def disagreements(pathway: Pathway, track: Track, table: TrackScenarios) -> Iterator[tuple[Row, str, str]]:
    """Yield each scenario in which graph and statements differ, with what differs and what would be right."""
    names = {(option.statement, option.number): option for option, _, _ in pathway.placed_in(track.name)}
    for row in table.rows:
        leaf = track.states[row.leaf]
        assert isinstance(leaf, Leaf)
        offered = frozenset(leaf.offers)
        if extra := offered - row.holds:
            yield row, f"offers {_offers(names, extra)}, whose condition does not hold", "remove it or change the condition"
        if lacking := row.holds - offered:
            yield row, f"does not offer {_offers(names, lacking)}, whose condition holds", "add it or change the condition"
        if leaf.other_strength:
            offers = _offers(names, frozenset(leaf.other_strength))
            yield row, f"gives {offers} another strength than the statement", "give both the same"
        if not extra and not lacking and leaf.kind is not row.expected:
            yield row, f"is of the kind {leaf.kind}", f"nothing is offered and it should be {row.expected}"
        if leaf.combination and not row.combines:
            yield row, "names a combination, whose condition does not hold", "remove it or change the condition"
        if row.combines and not leaf.combination:
            yield row, "names no combination, although the condition of one holds", "add combination: true or change it"


def _offers(options: dict[tuple[str, int], Option], pairs: frozenset[tuple[str, int]]) -> str:
    return listed(f"{statement} '{offer_of(options[statement, number])}'" for statement, number in sorted(pairs))


def agreement_problems(pathway: Pathway, track: Track, table: TrackScenarios) -> list[Problem]:
    """Return one problem for each leaf and way in which graph and statements differ, with the first such scenario."""
    found: dict[tuple[str, str], Problem] = {}
    for row, what, hint in disagreements(pathway, track, table):
        if (row.leaf, what) not in found:
            answers = listed(f"{track.states[name].asks} {answer}" for name, answer in row.path)  # type: ignore[union-attr]
            where = str(track.states[row.leaf].where)
            message = f"the leaf '{row.leaf}' {what} (e.g. {answers or 'always'})"
            found[row.leaf, what] = Problem(where, message, hint, ClaimId.AGREEMENT)
    return list(found.values())

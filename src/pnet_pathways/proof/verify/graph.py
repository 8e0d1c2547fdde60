"""The claims about graphs and statements, over every scenario of every track."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.claims import ClaimId
from ...model.conditions import facts_of
from ...model.errors import listed
from ...model.pathway import Choice, Definitions, Option, Question
from ...model.scenario_rows import LeafKind
from ...model.wording import offer_of
from .claims import OF_LEAVES, Failure, Ledger
from .space import case_data
from .tracks import TrackView, asked, circles, double_answers, shown


def examine_graph(view: TrackView, ledger: Ledger) -> None:
    """Examine one track's graph, alone and against the statements."""
    _walks(view, ledger)
    _structure(view, ledger)
    if view.sound:
        _reached(view, ledger)
        _agreement(view, ledger)
        _offered(view, ledger)
        _gaps(view, ledger)
    else:
        for claim in OF_LEAVES:
            ledger.not_proven(claim, f"some scenarios reach no leaf in {view.name}")


def _walks(view: TrackView, ledger: Ledger) -> None:
    questions = view.track.questions
    ledger.count(ClaimId.COMPLETE, "tracks")
    ledger.count(ClaimId.COMPLETE, "scenarios", len(view.runs))
    ledger.count(ClaimId.DETERMINISTIC, "states", len(questions))
    ledger.count(ClaimId.DETERMINISTIC, "scenarios", len(view.runs))
    ledger.count(ClaimId.DEAD_END, "answers", sum(len(question.answers) for question in questions))
    ledger.count(ClaimId.CYCLE, "states", len(view.track.states))
    ledger.count(ClaimId.CYCLE, "scenarios", len(view.runs))
    found: dict[tuple[ClaimId, str, str], int] = {}
    for number, one in enumerate(view.runs):
        if one.fault:
            key = (one.fault, one.end, one.detail)
            found[key] = found.get(key, 0) | 1 << number
    for (claim, end, detail), rows in found.items():
        ledger.fail(claim, view.failure(view.track.states[end].where, detail, rows))


def _structure(view: TrackView, ledger: Ledger) -> None:
    """Look at what no scenario comes to; where one does, `_walks` has shown it with a case."""
    broken = {(one.fault, one.end) for one in view.runs}
    for question in view.track.questions:
        if (ClaimId.DETERMINISTIC, question.name) not in broken:
            for one, other, value in double_answers(question):
                taken = shown(view.space.vocabulary, question, value)
                message = f"the answers '{one}' and '{other}' of '{question.name}' both take '{taken}'"
                ledger.fail(ClaimId.DETERMINISTIC, view.failure(question.where, message))
        if (ClaimId.DEAD_END, question.name) not in broken:
            for answer in question.answers:
                if answer.target not in view.track.states:
                    message = f"'{answer.name}' of '{question.name}' leads to '{answer.target}', which does not exist"
                    ledger.fail(ClaimId.DEAD_END, view.failure(question.where, message))
    if not any(claim is ClaimId.CYCLE for claim, _ in broken) and (found := next(circles(view.track), None)):
        ledger.fail(ClaimId.CYCLE, view.failure(found[0].where, found[1]))


def _reached(view: TrackView, ledger: Ledger) -> None:
    track = view.track
    taken = {step for one in view.runs for step in one.path}
    reached = {state for state, _ in taken} | {one.end for one in view.runs}
    ledger.count(ClaimId.REACHABLE, "states", len(track.states))
    ledger.count(ClaimId.REACHABLE, "scenarios", len(view.runs))
    ledger.count(ClaimId.TRANSITIONS, "scenarios", len(view.runs))
    targets = {answer.target: question for question in track.questions for answer in question.answers}
    for state in track.states.values():
        if state.name not in reached:
            above = targets.get(state.name)
            ways = f"no consistent case comes to it from '{above.name}'" if above else "no answer leads to it"
            ledger.fail(ClaimId.REACHABLE, view.failure(state.where, f"the state '{state.name}' is never reached: {ways}"))
    for question in track.questions:
        for answer in question.answers:
            ledger.count(ClaimId.TRANSITIONS, "answers")
            if question.name in reached and not any(
                (question.name, shown(view.space.vocabulary, question, value)) in taken for value in answer.values
            ):
                ledger.fail(ClaimId.TRANSITIONS, _untaken(view, question, answer))


def _untaken(view: TrackView, question: Question, answer: Choice) -> Failure:
    """Return why no case gives an answer: the way to it, and the contradiction that it would be."""
    message = f"no consistent case gives the answer '{answer.name}' of '{question.name}'"
    vocabulary = view.space.vocabulary
    for row, one in zip(view.space.rows, view.runs, strict=True):
        before = [state for state, _ in one.path]
        if question.name in before:
            path = one.path[: before.index(question.name)]
            above = [state for name, _ in path if isinstance(state := view.track.states[name], Question)]
            known = {name: row[name] for state in above for name in asked(vocabulary, state)}
            for value in answer.values:
                extended = {**known, **vocabulary.as_facts(question.asks, value)}
                for rule in vocabulary.rules:
                    if rule.never.evaluate(extended.get) is True:
                        tied = facts_of(rule.never)
                        given = tuple(extended[name] if name in tied else None for name in view.space.facts)
                        case = case_data(vocabulary, view.space.facts, given, view.kind)
                        way = (*path, (question.name, shown(vocabulary, question, value)))
                        return Failure(view.place(question.where), f"{message}: {rule.because}", case, way)
    return Failure(view.place(question.where), message)


def _agreement(view: TrackView, ledger: Ledger) -> None:
    """Compare each leaf with the statements in every scenario that reaches it."""
    ledger.count(ClaimId.AGREEMENT, "scenarios", len(view.runs))
    ledger.count(ClaimId.AGREEMENT, "leaves", len(view.track.leaves))
    options = {(option.statement, option.number): option for option, _ in view.standing}
    leaves = {leaf.name: leaf for leaf in view.track.leaves}
    found: dict[tuple[str, str], int] = {}
    for number, one in enumerate(view.runs):
        leaf = leaves[one.end]
        holds = {(option.statement, option.number) for option, mask in view.standing if mask >> number & 1}
        offered = set(leaf.offers)
        silent = view.gap >> number & 1
        right = LeafKind.OFFER if holds else LeafKind.GAP if silent else LeafKind.DOES_NOT_APPLY
        messages = []
        if extra := offered - holds:
            messages.append(f"offers {_named(options, extra)}, whose condition does not hold {_at(view, extra)}")
        if lacking := holds - offered:
            messages.append(f"does not offer {_named(options, lacking)}, whose condition holds {_at(view, lacking)}")
        if leaf.other_strength:
            keys = set(leaf.other_strength)
            messages.append(f"gives {_named(options, keys)} another strength than the statement {_at(view, keys)}")
        if not messages and leaf.kind is not right:
            messages.append(f"is of the kind {leaf.kind}; nothing is offered and it should be {right}")
        if leaf.combination != bool(view.combined >> number & 1):
            named, holds_too = ("a", "does not hold") if leaf.combination else ("no", "holds")
            messages.append(f"names {named} combination, whose condition {holds_too}")
        for message in messages:
            key = (leaf.name, f"the leaf '{leaf.name}' {message}")
            found[key] = found.get(key, 0) | 1 << number
    for (name, message), rows in found.items():
        ledger.fail(ClaimId.AGREEMENT, view.failure(view.track.states[name].where, message, rows))


def _named(options: dict[tuple[str, int], Option], keys: Iterable[tuple[str, int]]) -> str:
    return listed(f"{key[0]} '{offer_of(options[key])}'" for key in sorted(keys))


def _at(view: TrackView, keys: Iterable[tuple[str, int]]) -> str:
    places = {key[0]: view.pathway.statement(key[0]).where for key in sorted(keys)}
    return f"({listed(f'{statement} at {place or view.place(None)}' for statement, place in places.items())})"


def _offered(view: TrackView, ledger: Ledger) -> None:
    ends = {one.end for one in view.runs}
    offered = {key for leaf in view.track.leaves if leaf.name in ends for key in leaf.offers}
    for option, rows in view.standing:
        ledger.count(ClaimId.OFFERED, "options")
        if (option.statement, option.number) not in offered:
            why = "though its condition holds here" if rows else "and no consistent case meets its condition"
            message = f"no leaf of '{view.name}' that is reached offers '{offer_of(option)}' of {option.statement}, {why}"
            ledger.fail(ClaimId.OFFERED, view.failure(view.pathway.statement(option.statement).where, message, rows))
    ledger.count(ClaimId.OFFERED, "scenarios", len(view.runs))


def _gaps(view: TrackView, ledger: Ledger) -> None:
    for leaf in view.track.leaves:
        if leaf.kind is LeafKind.GAP:
            ledger.count(ClaimId.GAPS, "gaps")
            rows = sum(1 << number for number, one in enumerate(view.runs) if one.end == leaf.name)
            if not rows:
                ledger.fail(ClaimId.GAPS, view.failure(leaf.where, f"no consistent case reaches the gap '{leaf.name}'"))
            elif not leaf.message.strip():
                ledger.fail(ClaimId.GAPS, view.failure(leaf.where, f"the gap '{leaf.name}' does not say what is missing", rows))
    ledger.count(ClaimId.GAPS, "scenarios", view.gap.bit_count())


def examine_shared(definitions: Definitions, ledger: Ledger) -> None:
    """Examine what stands outside the tracks: the treatments in use, and the care course."""
    statements = [statement for one in definitions.pathways.values() for statement in one.statements]
    for alternative in definitions.alternatives:
        statements += [*alternative.statements, *(one for both in alternative.together for one in both.statements)]
    options = [option for statement in statements for option in statement.options]
    used = {treatment for option in options for treatment in (*option.treatments, *option.optional)}
    ledger.count(ClaimId.USED, "treatments", len(definitions.treatments))
    for key, treatment in definitions.treatments.items():
        if key not in used:
            ledger.fail(
                ClaimId.USED, Failure(str(treatment.where or "treatments.yaml"), f"no statement uses the treatment '{key}'")
            )
    course = definitions.care_course
    ledger.count(ClaimId.CARE_COURSE, "states", len(course.states))
    ledger.count(ClaimId.CARE_COURSE, "events", len(course.events))
    reached = [course.start]
    for name in reached:
        reached.extend({one.target: 0 for one in course.events.values() if name in one.sources and one.target not in reached})
    for name, state in course.states.items():
        place = str(state.where or "care_course.yaml")
        if name not in reached:
            ledger.fail(ClaimId.CARE_COURSE, Failure(place, f"no events lead from '{course.start}' to the state '{name}'"))
        if not any(name in event.sources for event in course.events.values()):
            ledger.fail(ClaimId.CARE_COURSE, Failure(place, f"no event leads out of the state '{name}'"))

"""The semantic difference as text, as Markdown for a pull request, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...model.pathway import Definitions
from ...model.text import counted, escape
from ...model.values import plain
from ...proof.scenarios.box_words import box_text
from ...proof.scenarios.boxes import Box
from .answers import (
    AnswerChange,
    Difference,
    PathwayDifference,
    change_text,
)
from .said import OfferedItem
from .shared import Bump, SharedChange, texts

_BESIDE = "Beside options and gaps"
_AREAS = {
    "advice": "advice changed",
    "care_course": "the care course changed",
    "workup": "the work-up changed",
    "background": "the background changed",
    "readings": "alternatives of readings changed",
    "facts": "the bands of a number changed",
}
_CASES = {Bump.MINOR: "cases that were refused are answered", Bump.MAJOR: "cases that were answered are refused"}


def bump_text(difference: Difference) -> str:
    """Return the suggested version step with what asks for it: ``major: answers changed``."""
    bump = difference.bump
    if bump is Bump.NONE:
        return "none: nothing changed"
    if bump is Bump.PATCH:
        return "patch: only words, readings, places of the summary or how states are arranged"
    changes = [change for one in difference.pathways for change in one.changes]
    reasons: list[str] = []
    if difference.answers_bump is bump:
        told = {
            "answers changed": bump is Bump.MAJOR,
            "gaps were filled": bump is Bump.MINOR and any(change.fills_gap for change in changes),
            _CASES[Bump.MINOR]: bump is Bump.MINOR and any(change.newly_possible for change in changes),
        }
        reasons += [reason for reason, holds in told.items() if holds]
    areas = dict.fromkeys(one.area for one in difference.shared if one.bump is bump)
    reasons += [_AREAS.get(area) or _CASES[bump] for area in areas]
    return f"{bump}: {', '.join(dict.fromkeys(reasons))}"


def summary(difference: Difference) -> str:
    """Return in a sentence or two what is proven of options and gaps, and whether anything else changed."""
    compared = counted(difference.compared, "total scenario")
    if difference.changed == 0 and not difference.entry:
        said = f"No scenario changes: {compared} compared, options and gaps are the same in each."
    else:
        get, their = ("gets", "its") if difference.changed == 1 else ("get", "their")
        said = f"{difference.changed:,} of {compared} {get} another answer"
        said += f" from {their} pathway; besides, {_rerouted(difference)}." if difference.entry else "."
    return f"{said} Beside options and gaps, other things changed." if difference.shared else said


def _rerouted(difference: Difference) -> str:
    """Return in words which scenarios get another pathway."""
    if difference.for_every_type:
        return "other pathways apply to all scenarios of every type"
    return f"all scenarios of {' and of '.join(difference.rerouted)} lead elsewhere"


def as_data(difference: Difference) -> dict[str, Any]:
    """Return the difference as plain data."""
    return {
        "old": _version(difference.old),
        "new": _version(difference.new),
        "compared": difference.compared,
        "changed": difference.changed,
        "bump": str(difference.bump),
        "entry": list(difference.entry),
        "rerouted": list(difference.rerouted),
        "shared": [_shared(one) for one in difference.shared],
        "pathways": [
            {
                "pathway": one.pathway,
                "compared": one.compared,
                "changed": one.changed,
                "changes": [_change(difference, change) for change in one.changes],
                "added_states": list(one.states.added),
                "removed_states": list(one.states.removed),
                "renamed_states": [{"old": was, "new": now} for was, now in one.states.renamed],
                "words": list(one.words),
            }
            for one in difference.pathways
        ],
        "disclaimer": difference.new.source.disclaimer,
    }


def _shared(one: SharedChange) -> dict[str, str]:
    return {"path": one.place.path, "before": one.place.before, "after": one.place.after, "bump": str(one.bump)}


def _version(definitions: Definitions) -> dict[str, str]:
    return {"version": definitions.version, "hash": definitions.content_hash}


def _change(difference: Difference, change: AnswerChange) -> dict[str, Any]:
    return {
        "track": change.track,
        "statements": list(change.statements),
        "when": [_box(box) for box in change.boxes],
        "when_text": [box_text(difference.new.vocabulary, box) for box in change.boxes],
        "removed": [_said(one) for one in change.removed],
        "added": [_said(one) for one in change.added],
        "scenarios": change.scenarios,
        "fills_gap": change.fills_gap,
        "newly_possible": change.newly_possible,
    }


def _box(box: Box) -> dict[str, list[object]]:
    return {name: [plain(value) for value in values] for name, values in box.values.items()}


def _said(one: OfferedItem) -> dict[str, Any]:
    if one.is_gap:
        return {"gap": one.gap}
    return {
        "statement": one.statement,
        "treatments": list(one.treatments),
        "optional": list(one.optional),
        "strength": one.strength,
        "intent": one.intent or None,
        "choice": one.choice or None,
    }


def as_text(difference: Difference) -> str:
    """Return the difference as plain text."""
    return "\n".join(_text(difference)) + "\n"


def _text(difference: Difference) -> Iterator[str]:
    yield summary(difference)
    yield f"Suggested version step, {bump_text(difference)}."
    for line in difference.entry:
        yield f"  entry: {line}"
    for one in difference.pathways:
        if lines := list(change_lines(difference, one)):
            yield ""
            yield f"{one.pathway}: {one.changed:,} of {counted(one.compared, 'scenario')}"
            yield from (f"  {line}" for line in lines)
    if difference.shared:
        yield ""
        yield _BESIDE
        yield from (f"  {line}" for line in texts(difference.shared))
    yield ""
    yield difference.new.source.disclaimer


def change_lines(difference: Difference, one: PathwayDifference) -> Iterator[str]:
    """Yield a pathway's list of changes: of each answer when and what, then states and words. What follows on is indented."""
    for change in one.changes:
        yield from (f"{change.track}: {box_text(difference.new.vocabulary, box)}" for box in change.boxes)
        yield f"  {change_text(difference, change)}; {counted(change.scenarios, 'scenario')}"
    yield from one.states.lines()
    yield from (f"words: {word}" for word in one.words)


def as_markdown(difference: Difference) -> str:
    """Return the difference as Markdown, for a pull request."""
    return "\n".join(_markdown(difference)) + "\n"


def _markdown(difference: Difference) -> Iterator[str]:
    yield "## Which answers change"
    yield ""
    yield f"**{summary(difference)}** Suggested version step: {bump_text(difference)}."
    yield ""
    yield from (f"- entry: {escape(line)}" for line in difference.entry)
    for one in difference.pathways:
        if not any(change_lines(difference, one)):
            continue
        yield f"### {escape(one.pathway)}: {one.changed:,} of {counted(one.compared, 'scenario')}"
        yield ""
        if one.changes:
            yield "| track | when | answer | scenarios |"
            yield "| --- | --- | --- | --- |"
            for change in one.changes:
                when = "<br>or ".join(escape(box_text(difference.new.vocabulary, box)) for box in change.boxes)
                yield f"| {escape(change.track)} | {when} | {escape(change_text(difference, change))} | {change.scenarios:,} |"
            yield ""
        yield from (f"- {escape(line)}" for line in one.states.lines())
        yield from (f"- words: {escape(word)}" for word in one.words)
        yield ""
    if difference.shared:
        yield f"### {_BESIDE}"
        yield ""
        yield from (f"- {escape(line)}" for line in texts(difference.shared))
        yield ""
    yield f"*{escape(difference.new.source.disclaimer)}*"

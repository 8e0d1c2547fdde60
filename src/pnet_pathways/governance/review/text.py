"""The status of reviews and what a check of their records found, as text, as Markdown and as data."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from ...loading.reviews import Reviews
from ...model.errors import Problem, printable
from ...model.pathway import Definitions
from ...model.review import Record
from ...model.text import counted, escape, wrap
from ..difference import text as diff_report
from .checks import ACCEPTED, SignatureVerdict, Signed
from .desk import (
    PathwayStatus,
    ReviewDesk,
    comment_id,
    places_of,
)


def status_data(desk: ReviewDesk, found: Sequence[PathwayStatus]) -> dict[str, Any]:
    """Return the status of every pathway, the open comments and the problems of the records as plain data."""
    return {
        "pathways": [
            {
                "pathway": one.pathway.name,
                "version": one.pathway.version,
                "content": desk.definitions.reviewed_hashes[one.pathway.name],
                **one.review.to_dict(),
                "remarks": [{"reviewer": each.reviewer, "text": each.text} for each in one.review.decisions if each.text],
                "difference": None if one.difference is None else diff_report.as_data(one.difference),
                "places": [{"path": place.path, "before": place.before, "after": place.after} for place in one.places],
                "difference_unknown": one.unknown,
                "encodings_disagree": [{"where": problem.where, "message": problem.message} for problem in one.at_odds],
            }
            for one in found
        ],
        "open_comments": [_comment_data(desk, one) for one in desk.reviews.open_comments],
        "problems": [{"where": one.where, "message": one.message} for one in desk.reviews.problems],
        "disclaimer": desk.definitions.source.disclaimer,
    }


def status_text(desk: ReviewDesk, found: Sequence[PathwayStatus]) -> str:
    """Return the status of every pathway, the open comments and the problems of the records as plain text."""
    return "\n".join(_text(desk, found)) + "\n"


def _text(desk: ReviewDesk, found: Sequence[PathwayStatus]) -> Iterator[str]:
    for one in found:
        yield from wrap(f"{one.pathway.name} {one.pathway.version}: ", one.review.words)
        for line in _notes(one):
            yield from wrap("  ", line)
    if comments := desk.reviews.open_comments:
        yield ""
        yield "Open comments"
        for comment in comments:
            yield from wrap("  ", f"{_comment_head(desk, comment)}: {comment.text}")
    if desk.reviews.problems:
        yield ""
        yield "The records are damaged, so that nothing counts as approved"
        for problem in desk.reviews.problems:
            yield from wrap("  ", str(problem))
    yield ""
    yield from wrap("", desk.definitions.source.disclaimer)


def status_markdown(desk: ReviewDesk, found: Sequence[PathwayStatus]) -> str:
    """Return the status of every pathway, the open comments and the problems of the records as Markdown."""
    return "\n".join(_markdown(desk, found)) + "\n"


def _markdown(desk: ReviewDesk, found: Sequence[PathwayStatus]) -> Iterator[str]:
    yield "## Reviews"
    yield ""
    yield "| pathway | version | status |"
    yield "| --- | --- | --- |"
    for one in found:
        cells = (one.pathway.name, one.pathway.version, one.review.words)
        yield f"| {' | '.join(escape(cell) for cell in cells)} |"
    yield ""
    for one in found:
        if notes := list(_notes(one)):
            since = f": since {one.review.last.named}" if one.review.last is not None else ""
            yield f"### {escape(one.pathway.name)}{since}"
            yield ""
            yield from (f"- {escape(line)}" for line in notes)
            yield ""
    if comments := desk.reviews.open_comments:
        yield "### Open comments"
        yield ""
        yield from (f"- {escape(_comment_head(desk, comment))}: {escape(comment.text)}" for comment in comments)
        yield ""
    if desk.reviews.problems:
        yield "### The records are damaged, so that nothing counts as approved"
        yield ""
        yield from (f"- {escape(str(problem))}" for problem in desk.reviews.problems)
        yield ""
    yield f"*{escape(desk.definitions.source.disclaimer)}*"


def _notes(one: PathwayStatus) -> Iterator[str]:
    """Yield what reviewers said with their decisions, where a draft's encodings disagree, and what changed since a decision."""
    for decision in one.review.decisions:
        if decision.text:
            yield f"{decision.reviewer}: {decision.text}"
    for problem in one.at_odds:
        yield f"the encodings disagree: {problem}"
    if one.unknown:
        yield f"what changed cannot be told: {one.unknown}"
    if one.difference is not None:
        yield diff_report.summary(one.difference)
        yield from one.difference.entry
        for pathway in one.difference.pathways:
            yield from (line.strip() for line in diff_report.change_lines(one.difference, pathway))
    for place in one.places:
        yield f"{place.path}: {place.before or 'nothing'} -> {place.after or 'nothing'}"


def _comment_head(desk: ReviewDesk, comment: Record) -> str:
    gone = "" if _still_there(desk.definitions, comment) else ", which is there no longer"
    return f"{comment_id(comment)} on {comment.on} ({comment.pathway}){gone}, by {comment.by}"


def _still_there(definitions: Definitions, comment: Record) -> bool:
    name = comment.pathway
    return name in definitions.pathways and comment.on in places_of(definitions, name)


def _comment_data(desk: ReviewDesk, comment: Record) -> dict[str, Any]:
    return {
        "id": comment_id(comment),
        "pathway": comment.pathway,
        "on": comment.on,
        "still_there": _still_there(desk.definitions, comment),
        "reviewer": comment.reviewer,
        "role": comment.role,
        "date": comment.date,
        "text": comment.text,
    }


def checks_data(reviews: Reviews, problems: Sequence[Problem], verdicts: Sequence[SignatureVerdict]) -> dict[str, Any]:
    """Return what a check of the records found as plain data."""
    return {
        "folder": str(reviews.folder),
        "problems": [{"where": one.where, "message": one.message, "suggestion": one.suggestion} for one in problems],
        "records": [
            {
                "record": one.record.file,
                "reviewer": one.record.reviewer,
                "role": one.record.role,
                "date": one.record.date,
                "signature": str(one.signed),
                "said": one.said,
            }
            for one in verdicts
        ],
    }


def checks_text(
    reviews: Reviews, problems: Sequence[Problem], verdicts: Sequence[SignatureVerdict], taken: Collection[Signed] = ACCEPTED
) -> str:
    """Return what a check of the records found as plain text; `taken` are the verdicts on signatures that are no finding."""
    lines = [line for problem in problems for line in wrap("", str(problem))]
    for one in verdicts:
        said = f": {one.said}" if one.said else ""
        words = "good signature" if one.signed is Signed.GOOD else str(one.signed)
        lines += wrap("", f"{one.record.file}: {words}{said}; names {one.record.by}")
    whole = "it is as it was written" if len(verdicts) == 1 else "they are as they were written"
    found = [counted(len(problems), "problem")] if problems else []
    if refused := sum(one.signed not in taken for one in verdicts):
        found.append(f"{counted(refused, 'signature')} missing, not allowed or bad")
    end = ", ".join(found) or whole
    lines += wrap("", f"{counted(len(verdicts), 'record')} in {printable(str(reviews.folder))}: {end}")
    return "\n".join(lines) + "\n"

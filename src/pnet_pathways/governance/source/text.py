"""The source trace and the drift report, as text and Markdown for people and as data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, Final

from ...model.pathway import Definitions
from ...model.text import counted, escape, sentence_case, wrap
from .comparison import Comparison, PassageVerdict
from .drift import Drift, Edit, PassageChange
from .links import Links
from .locators import OwnerKind
from .touched import Impact

KIND_TITLES: Final = {
    OwnerKind.STATEMENT: "Statements",
    OwnerKind.NOT_STATEMENT: "Not statements",
    OwnerKind.TREATMENT: "Treatments",
    OwnerKind.READING: "Readings",
    OwnerKind.ADVICE: "Advice",
    OwnerKind.CARE_COURSE: "Care course",
    OwnerKind.WORKUP: "Work-up",
    OwnerKind.BACKGROUND: "Background",
}
_TITLES: Final = {
    "changed": "Changed",
    "vanished": "Vanished",
    "displaced": "The same words in another part",
    "reordered": "The same words in another order",
    "new": "New",
    "outside": "Changed outside of the parts",
}
_UNPINNED: Final = (
    "not_statements.yaml pins no text that no statement accounts for (unclaimed), so that is not compared; `pnet source "
    "pin FILE` pins it from the copy that the definitions are made from"
)


def check_data(definitions: Definitions, comparison: Comparison) -> dict[str, Any]:
    """Return the trace as plain data: both directions with counts, and everything that does not fit."""
    return {
        "complete": comparison.complete,
        "updated": {"definitions": str(comparison.known_date), "copy": str(comparison.updated)},
        "locators": {
            kind.name.lower(): dict(zip(("locators", "resolve", "elsewhere"), counts, strict=True))
            for kind, counts in located(comparison).items()
        },
        "parts": {
            part.pathway: {
                "title": part.title,
                "sentences": part.sentences,
                "statements": part.statements,
                "not_statements": part.not_statements,
                "unclaimed": part.unclaimed,
            }
            for part in comparison.parts
        },
        "problems": list(problem_lines(comparison)),
        "links_astray": astray(definitions, comparison),
    }


def astray(definitions: Definitions, comparison: Comparison) -> list[str]:
    """Return, for each passage to which its link does not lead, whose it is."""
    links = Links.of(definitions, comparison.copy)
    found = (one for one in comparison.findings if one.holds and one.span and not links.leads(one.locator, one.span))
    return [one.what for one in found]


def share_text(part: int, whole: int) -> str:
    """Return a share in words: ``3 of 4, 75 %``."""
    # Rounded down: what is not whole never reads as 100 %.
    return f"{part} of {whole}, {100 * part // whole if whole else 0} %"


def dates_text(comparison: Comparison) -> str:
    """Return which version the copy is, compared with that of the definitions."""
    known, updated = comparison.known_date, comparison.updated
    if updated == known:
        return f"The summary was updated on {updated}, the version that the definitions are made from."
    word = "newer" if updated > known else "older"
    return f"The summary was updated on {updated}: {word} than the version of {known} that the definitions are made from."


def located(comparison: Comparison) -> dict[OwnerKind, tuple[int, int, int]]:
    """Return, for each kind, how many locators there are, how many resolve, and how many of these at another place."""
    counts = {kind: [0, 0, 0] for kind in KIND_TITLES}
    for finding in comparison.findings:
        for owner in finding.owners:
            counts[owner.kind][0] += 1
            counts[owner.kind][1] += finding.holds
            counts[owner.kind][2] += finding.verdict is PassageVerdict.MOVED
    return {kind: (every, resolve, elsewhere) for kind, (every, resolve, elsewhere) in counts.items() if every}


def problem_lines(comparison: Comparison) -> Iterator[str]:
    """Yield everything that does not fit, a line each."""
    for finding in comparison.findings:
        if not finding.holds:
            locator = finding.locator
            note = f" ({finding.note})" if finding.note else ""
            yield f"{finding.what}: the passage from '{locator.first}' to '{locator.last}' is {finding.verdict}{note}"
    for new in comparison.new:
        yield (
            f"part {new.pathway}, characters {new.span[0]} to {new.span[1]}: no statement claims '{_short(new.text)}', and "
            "not_statements.yaml does not list it"
        )
    for heading in comparison.headings:
        yield f"the section '{heading.heading}' is not there" + (f"; in its place: '{heading.now}'" if heading.now else "")
    for one in comparison.outside:
        shown = f", such as '{_short(one.new[0].text)}'" if one.new else ""
        yield f"the section '{one.section}': text that no statement accounts for has changed: {one.note}{shown}"
    yield from map(_unknown, comparison.unknown_headings)
    if not comparison.pinned:
        yield _UNPINNED
    yield from comparison.problems


def _unknown(heading: str) -> str:
    return f"'{heading}' looks like a section of treatment that the definitions do not know"


def _short(text: str) -> str:
    return textwrap.shorten(text, 60, placeholder=" ...")


def drift_text(definitions: Definitions, report: Drift) -> str:
    """Return the drift report as plain text. Removed words stand in ``[-...-]``, added ones in ``{+...+}``."""
    lines = list(_summary(report))
    for change in report.changes:
        lines += ["", f"{_TITLES[change.kind]}: {change.what} ({change.section})"]
        lines += _wrap(change.note)
        lines += _wrap(_edited(change, "[-{}-]", "{{+{}+}}") or change.text)
        lines += _wrap(_touches(change))
    lines += ["", *wrap("", definitions.source.disclaimer)]
    return "\n".join(lines) + "\n"


def drift_markdown(definitions: Definitions, report: Drift) -> str:
    """Return the drift report as Markdown. Removed words are struck through, added ones bold."""
    head, *others = _summary(report)
    lines = [f"# {escape(head)}", "", *(f"- {escape(line)}" for line in others)]
    for change in report.changes:
        edits = [(edit, escape(words)) for edit, words in change.edits]
        marks = {Edit.KEPT: "{}", Edit.REMOVED: "~~{}~~", Edit.ADDED: "**{}**"}
        text = " ".join(marks[edit].format(words) for edit, words in edits) or escape(change.text)
        lines += ["", f"## {_TITLES[change.kind]}: {escape(change.what)}", "", f"Section: {escape(change.section)}"]
        lines += ["", escape(change.note)] if change.note else []
        lines += ["", f"> {text}"] if text else []
        lines += ["", escape(sentence_case(_touches(change)))]
    lines += ["", f"*{escape(definitions.source.disclaimer)}*"]
    return "\n".join(lines) + "\n"


def _summary(report: Drift) -> Iterator[str]:
    comparison = report.comparison
    if report.content_changed:
        yield "The content has changed"
    else:
        yield "Passages have only moved" if report.moved else "Nothing has changed"
    yield dates_text(comparison)
    counts = [f"{len(comparison.of(verdict))} {verdict}" for verdict in PassageVerdict]
    yield f"Passages: {', '.join(counts)}; new sentences or items: {len(comparison.new)}"
    if apart := comparison.outside:
        new, gone = sum(len(one.new) for one in apart), sum(one.gone for one in apart)
        yield f"Outside of the parts: {counted(new, 'sentence')} new, {gone} gone"
    for heading in comparison.headings:
        yield f"The section '{heading.heading}' is not there" + (f"; in its place: '{heading.now}'" if heading.now else "")
    yield from map(_unknown, comparison.unknown_headings)
    if comparison.folded:
        yield f"Set differently, and read as the same: {', '.join(comparison.folded)}"
    if not comparison.pinned:
        yield _UNPINNED
    yield from comparison.problems
    if any(change.kind in {"changed", "outside"} and not change.edits for change in report.changes):
        yield "With --old FILE, the copy that the definitions are made from, changes are shown word by word."


def _edited(change: PassageChange, removed: str, added: str) -> str:
    marks = {Edit.KEPT: "{}", Edit.REMOVED: removed, Edit.ADDED: added}
    return " ".join(marks[edit].format(words) for edit, words in change.edits)


def _touches(change: PassageChange) -> str:
    if change.kind in {"new", "outside"}:
        return "what it touches is for a person to say: no statement accounts for these words"
    return f"touches {_named(change.touched)}"


def _named(one: Impact) -> str:
    diagrams = f"diagrams {', '.join(one.diagrams)}" if one.diagrams else "no diagram"
    if not one.statements:
        return f"no statement; {diagrams}"
    tracks = {leaf.rsplit("/", 1)[0] for leaf in one.leaves}
    scenarios = f"{counted(one.scenarios, 'scenario')} of the {'track' if len(tracks) == 1 else 'tracks'}"
    return f"statements {', '.join(one.statements)}; leaves {', '.join(one.leaves)}; {scenarios}; {diagrams}"


def _wrap(text: str) -> list[str]:
    return wrap("  ", text)

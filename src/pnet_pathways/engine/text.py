"""Answers as text and Markdown for people. The JSON contract is `Recommendation.to_dict`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..model.pathway import Definitions
from ..model.reference import DiagnosticTest
from ..model.text import NO_PASSAGES, Passages, escape, passage_lines, wrap
from ..model.values import NOT_APPLICABLE, Value, answer_name
from ..model.wording import chosen_text, in_brackets, option_text
from .answer import (
    Certainty,
    Gap,
    OfferedOption,
    Recommendation,
    Status,
)
from .nearest import Mismatch, NearestStatement
from .workup import WorkupAnswer


def difference_text(definitions: Definitions, one: Mismatch) -> str:
    """Return one fact in which a case differs from a statement: what it is, and what is needed."""
    needs = " or ".join(_value_text(definitions, one.fact, value) for value in one.needs if value is not NOT_APPLICABLE)
    needs = needs or "does not apply"
    return f"{one.fact} is {_value_text(definitions, one.fact, one.value)}, needs {needs}"


def near_text(definitions: Definitions, near: NearestStatement) -> str:
    """Return how a case differs from a statement that comes near: what all must change, or any one of what."""
    return ("; or " if near.any_one else "; ").join(difference_text(definitions, one) for one in near.differs)


def _value_text(definitions: Definitions, fact: str, value: Value | None) -> str:
    if value is None:
        return "unknown"
    if value is NOT_APPLICABLE:
        return "not applicable"
    return definitions.vocabulary.facts[fact].texts[answer_name(value)].label


def heading(answer: Recommendation) -> str:
    """Return the title of an answer."""
    entry = answer.definitions.entry
    return entry.unknown if answer.case.entry is None else entry.types[answer.case.entry].label


def as_text(answer: Recommendation, passages: Passages = NO_PASSAGES) -> str:
    """Return an answer as plain text, wrapped at 100 columns, with the verbatim passages of its statements where given."""
    return "\n".join(_text(answer, passages)) + "\n"


def _passage_quotes(statements: Iterable[str], passages: Passages) -> Iterator[str]:
    for statement in dict.fromkeys(statements):
        for passage in passages.get(statement, ()):
            yield f"> **{escape(statement)}:** “{escape(passage)}”"
            yield ""


def _named(options: Iterable[OfferedOption], gaps: Iterable[Gap]) -> list[str]:
    return [option.statement for option in options] + [near.statement for gap in gaps for near in gap.nearest]


def _text(answer: Recommendation, passages: Passages) -> Iterator[str]:
    definitions = answer.definitions
    yield f"{heading(answer)}: {answer.status.replace('_', ' ')}{_chosen(answer)}"
    if answer.note:
        yield from wrap("  ", answer.note)
    for group in definitions.groups.values():
        options = [option for option in answer.options if option.track == group.name]
        gaps = [gap for gap in answer.gaps if gap.track == group.name]
        ways = answer.other_ways(group.name)
        if options or gaps or ways:
            yield ""
            yield group.title
        for certainty, mark in ((Certainty.CERTAIN, "+"), (Certainty.POSSIBLE, "?")):
            for option in options:
                if option.certainty is certainty:
                    yield from wrap(f"  {mark} ", _option_line(option))
        for gap in gaps:
            yield from _gap_text(definitions, gap)
        for way in ways:
            yield from wrap("  ~ ", way)
        yield from passage_lines(_named(options, gaps), passages)
    if answer.missing:
        yield ""
        yield "Can still change the answer, next question first"
        for fact in answer.missing:
            yield from wrap("  ", f"{fact}: {definitions.question(fact, answer.pathway)}")
    if answer.not_used:
        yield ""
        yield from wrap("", f"Given, but no statement on this type reads it: {', '.join(answer.not_used)}")
    yield ""
    yield from _footer(answer)


def _chosen(answer: Recommendation) -> str:
    """Return in the head of an answer under which alternatives it was given; empty where there are none."""
    return f" ({chosen_text(answer.definitions)})" if answer.readings_chosen else ""


def _reading(answer: Recommendation, key: str) -> str:
    """Return a reading as the basis of an answer names it: with its alternative where one was chosen."""
    return f"{key}={answer.readings_chosen[key]}" if key in answer.readings_chosen else key


def _option_line(option: OfferedOption) -> str:
    extra = [option.statement, *option.readings]
    if option.certainty is Certainty.POSSIBLE:
        extra.append(f"possible, depends on {', '.join(option.depends_on)}")
    return f"{_option_text(option)} [{'; '.join(extra)}]"


def _option_text(option: OfferedOption) -> str:
    return option_text(option.strength, option.label, option.intent, option.choice)


def _gap_text(definitions: Definitions, gap: Gap) -> Iterator[str]:
    word = "gap" if gap.certainty is Certainty.CERTAIN else f"possible gap, depends on {', '.join(gap.depends_on)}"
    readings = f" [{'; '.join(gap.readings)}]" if gap.readings else ""
    yield from wrap("  ! ", f"{word}: {gap.message}{readings}")
    for near in gap.nearest:
        differs = near_text(definitions, near)
        yield from wrap("      ", f"nearest {near.statement}: {differs}")


def _footer(answer: Recommendation) -> Iterator[str]:
    definitions = answer.definitions
    if answer.status is not Status.OUT_OF_SCOPE:
        for advice in definitions.advice:
            yield from wrap("For everyone: ", advice.text)
    for key in answer.readings:
        yield from wrap(f"{_reading(answer, key)}: ", definitions.readings[key].text)
    if unapproved := _unapproved(answer):
        yield from wrap("Not approved: ", unapproved)
    source = definitions.source
    yield from wrap("Source: ", f"{source.title}, {source.publisher}, updated {source.updated}, {source.url}")
    yield from wrap("", source.disclaimer)


def _unapproved(answer: Recommendation) -> str:
    """Return the pathways that bear on an answer and are not approved, by their status; empty where all are."""
    found: dict[str, list[str]] = {}
    for name in answer.bearing:
        if not (review := answer.definitions.review(name)).approved:
            found.setdefault(review.words, []).append(name)
    return "; ".join(f"{', '.join(names)} ({words})" for words, names in found.items())


def as_markdown(answer: Recommendation, passages: Passages = NO_PASSAGES) -> str:
    """Return an answer as GitHub-flavored Markdown, with the verbatim passages of its statements where given."""
    return "\n".join(_markdown(answer, passages)) + "\n"


def _markdown(answer: Recommendation, passages: Passages) -> Iterator[str]:
    definitions = answer.definitions
    yield f"# {escape(heading(answer))}: {escape(answer.status.replace('_', ' ') + _chosen(answer))}"
    yield ""
    if answer.note:
        yield escape(answer.note)
        yield ""
    for group in definitions.groups.values():
        options = [option for option in answer.options if option.track == group.name]
        gaps = [gap for gap in answer.gaps if gap.track == group.name]
        ways = answer.other_ways(group.name)
        if not options and not gaps and not ways:
            continue
        yield f"## {escape(group.title)}"
        yield ""
        if options:
            yield "| option | statement | certainty | depends on | readings |"
            yield "| --- | --- | --- | --- | --- |"
            for option in options:
                cells = (
                    _option_text(option),
                    option.statement,
                    option.certainty,
                    ", ".join(option.depends_on),
                    ", ".join(option.readings),
                )
                yield f"| {' | '.join(escape(cell) for cell in cells)} |"
            yield ""
        for gap in gaps:
            word = "Gap" if gap.certainty is Certainty.CERTAIN else "Possible gap"
            yield f"**{word}:** {escape(gap.message)}"
            yield ""
            for near in gap.nearest:
                differs = near_text(definitions, near)
                yield f"- nearest {escape(near.statement)}: {escape(differs)}"
            yield ""
        for way in ways:
            yield f"*{escape(way)}*"
            yield ""
        yield from _passage_quotes(_named(options, gaps), passages)
    if answer.missing:
        yield "## Can still change the answer"
        yield ""
        for number, fact in enumerate(answer.missing, 1):
            yield f"{number}. {escape(definitions.question(fact, answer.pathway))} ({escape(fact)})"
        yield ""
    if answer.not_used:
        yield f"Given, but no statement on this type reads it: {escape(', '.join(answer.not_used))}"
        yield ""
    yield from _basis(answer)


def _basis(answer: Recommendation) -> Iterator[str]:
    definitions = answer.definitions
    yield "## Basis"
    yield ""
    if answer.status is not Status.OUT_OF_SCOPE:
        yield from (f"- For everyone: {escape(advice.text)}" for advice in definitions.advice)
    for key in answer.readings:
        yield f"- {escape(_reading(answer, key))}: {escape(definitions.readings[key].text)}"
    if unapproved := _unapproved(answer):
        yield f"- Not approved: {escape(unapproved)}"
    source = definitions.source
    yield f"- Source: [{escape(source.title)}]({source.url}), {escape(source.publisher)}, updated {source.updated}"
    yield ""
    yield f"*{escape(source.disclaimer)}*"


def _conditions(test: DiagnosticTest, names: Mapping[str, str]) -> list[str]:
    """Return in words what a test needs: fasting, and another test's result."""
    found = [] if test.fasting_hours is None else [f"fasting for at least {test.fasting_hours} hours"]
    return found if test.after is None else [*found, f"may follow if {test.after.result}: {names[test.after.test]}"]


def workup_text(answer: WorkupAnswer) -> str:
    """Return a work-up as plain text."""
    own = answer.own
    rows = [
        ("Hormone", own.hormone),
        ("Also called", ", ".join(own.also_called)),
        *(("Causes", f"{one.name} ({one.what})") for one in own.syndromes),
        ("Typical site", own.typical_site),
        ("Behavior", own.behavior),
    ]
    lines = [own.name]
    for label, value in rows:
        if value:
            lines.extend(wrap(f"  {label}: ", value))
    lines.append("  May cause:" if own.signs else "  The summary names no signs for it.")
    for sign in own.signs:
        lines.extend(wrap("    - ", sign))
    names = {test.id: test.name for test in (*own.tests, *answer.definitions.workup.general_tests)}
    for title, tests in (("Tests for this type", own.tests), ("General tests", answer.general_tests)):
        lines.append(f"  {title}:" if tests else f"  {title}: none named")
        for test in tests:
            lines.extend(wrap("    - ", f"{test.name}: {test.what}{in_brackets(_conditions(test, names))}"))
    if own.silent_on:
        lines.append(f"  The summary is silent on: {', '.join(one.replace('_', ' ') for one in own.silent_on)}")
    if own.scope_note:
        lines.extend(wrap("  Out of scope: ", own.scope_note))
    source = answer.definitions.source
    lines.append("")
    lines.extend(wrap("Source: ", f"{source.title}, updated {source.updated}, {source.url}"))
    lines.extend(wrap("", source.disclaimer))
    return "\n".join(lines) + "\n"

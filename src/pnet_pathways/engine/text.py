"""Answers as text and Markdown for people. The JSON contract is `Recommendation.to_dict`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..model.text import NO_PASSAGES, Passages, counted, escape, passage_lines, sentence_case, wrap
from ..model.wording import enumerated, in_brackets
from .answer import Certainty, Gap, OfferedOption, Recommendation, Status
from .answer_words import (
    advice_texts,
    chosen_readings,
    depending,
    gap_message,
    gap_title,
    head,
    in_vain,
    marks_used,
    nearest_words,
    open_questions,
    reading_texts,
    reading_titles,
    shortened,
    unapproved,
    ways,
)
from .option_lines import OptionLine, option_lines, type_lines

if TYPE_CHECKING:  # what a case is told needs neither
    from ..model.beside import DiagnosticTest
    from .workup import WorkupAnswer

_SHORTENED = (
    "Shortened: `pnet recommend --all` lists everything, `--explain` says why, `pnet readings ID` shows a reading in full."
)


def as_text(answer: Recommendation, passages: Passages = NO_PASSAGES, *, every: bool = False, explained: bool = False) -> str:
    """Return an answer as plain text, wrapped at 100 columns, with the verbatim passages of its statements where given.

    `every` folds nothing; `explained` adds why each statement applies or does not, and the readings in full.
    """
    return "\n".join(_text(answer, passages, every=every, explained=explained)) + "\n"


def _passage_quotes(statements: Iterable[str], passages: Passages) -> Iterator[str]:
    for statement in dict.fromkeys(statements):
        for passage in passages.get(statement, ()):
            yield f"> **{escape(statement)}:** “{escape(passage)}”"
            yield ""


def _named(options: Iterable[OfferedOption], gaps: Iterable[Gap]) -> list[str]:
    return [option.statement for option in options] + [near.statement for gap in gaps for near in gap.nearest]


def _text(answer: Recommendation, passages: Passages, *, every: bool, explained: bool) -> Iterator[str]:
    yield from wrap("", head(answer))
    if marks := list(marks_used(answer)):
        yield from wrap("", f"({', '.join(f'{mark} {meaning}' for mark, meaning in marks)})")
    if answer.note:
        yield from wrap("  ", answer.note)
    yield from _tracks_text(answer, passages, every=every)
    if questions := open_questions(answer):
        yield ""
        yield "What can still change the answer, next question first"
        for number, question in enumerate(questions, 1):
            yield from wrap(f"{number:3}. ", question)
    if explained and answer.status is not Status.OUT_OF_SCOPE:
        yield ""
        yield "Why (- does not apply)"
        yield ""
        yield from answer.reasons()
    if said := in_vain(answer):
        yield ""
        yield from wrap("", said)
    yield ""
    yield from _footer(answer, every=every, explained=explained)


def _tracks_text(answer: Recommendation, passages: Passages, *, every: bool) -> Iterator[str]:
    for group in answer.definitions.groups.values():
        options = [option for option in answer.options if option.track == group.name]
        gaps = [gap for gap in answer.gaps if gap.track == group.name]
        other_ways = ways(answer, group.name, every=every)
        if options or gaps or other_ways:
            yield ""
            yield group.title
        for line in option_lines(answer, group.name, every=every, merged=True):
            yield from _line_text(answer, line)
        if not every:
            yield from _type_text(answer, group.name)
        for gap in gaps:
            readings = f" [{', '.join(gap.readings)}]" if gap.readings else ""
            yield from wrap("  ! ", f"{gap_title(answer, gap)}: {gap_message(answer, gap, every=every)}{readings}")
            if near := nearest_words(answer, gap, every=every):
                yield from wrap("      ", near)
        for way in other_ways:
            yield from wrap("  ~ ", way)
        yield from passage_lines(_named(options, gaps), passages)


def _line_text(answer: Recommendation, line: OptionLine) -> Iterator[str]:
    statements = enumerated(line.statements, "or") if line.either_way else ", ".join(line.statements)
    basis = "; ".join(filter(None, (statements, ", ".join(line.readings))))
    depends = depending(answer.definitions, line.depends_on)
    if line.either_way:
        yield from wrap("  + ", f"{line.words} [{basis}, {depends}]")
    elif line.certainty is Certainty.CERTAIN:
        yield from wrap("  + ", f"{line.words} [{basis}]")
    else:
        yield from wrap("  ? ", f"{depends}, {line.words} [{basis}]")


def _type_text(answer: Recommendation, track: str) -> Iterator[str]:
    """Yield a line for each type that may be, while it is unknown: how many options it has, and on what else they depend."""
    entry = answer.definitions.entry.fact
    for words, options in type_lines(answer, track):
        facts = dict.fromkeys(fact for option in options for fact in option.depends_on if fact != entry)
        depends = f", {depending(answer.definitions, facts)}" if facts else ""
        statements = ", ".join(dict.fromkeys(option.statement for option in options))
        yield from wrap("  ? ", f"if it is {words}: {counted(len(options), 'option')}{depends} [{statements}]")


def _footer(answer: Recommendation, *, every: bool, explained: bool) -> Iterator[str]:
    for text in advice_texts(answer, every=every or explained):
        yield from wrap("For everyone: ", text)
    for key, text in chosen_readings(answer):
        yield from wrap(f"{key}: ", text)
    if explained:
        for key, text in reading_texts(answer):
            yield from wrap(f"{key}: ", text)
    elif titles := reading_titles(answer):
        yield from wrap("Readings: ", _joined(titles))
    if names := unapproved(answer):
        yield from wrap("Not approved: ", names)
    source = answer.definitions.source
    yield from wrap("Source: ", f"{source.title}, {source.publisher}, updated {source.updated}, {source.url}")
    yield from wrap("", source.disclaimer)
    if not every and not explained and shortened(answer):
        yield from wrap("", _SHORTENED)


def _joined(titles: list[str]) -> str:
    return ("; " if any(" " in title for title in titles) else ", ").join(titles)


def as_markdown(answer: Recommendation, passages: Passages = NO_PASSAGES, *, every: bool = False) -> str:
    """Return an answer as GitHub-flavored Markdown, with the verbatim passages of its statements where given.

    `every` folds nothing.
    """
    return "\n".join(_markdown(answer, passages, every=every)) + "\n"


def _markdown(answer: Recommendation, passages: Passages, *, every: bool) -> Iterator[str]:
    definitions = answer.definitions
    yield f"# {escape(head(answer))}"
    yield ""
    if answer.note:
        yield escape(answer.note)
        yield ""
    for group in definitions.groups.values():
        options = [option for option in answer.options if option.track == group.name]
        gaps = [gap for gap in answer.gaps if gap.track == group.name]
        other_ways = ways(answer, group.name, every=every)
        if not options and not gaps and not other_ways:
            continue
        yield f"## {escape(group.title)}"
        yield ""
        if options:
            yield "| option | applies | depending on | statement | readings |"
            yield "| --- | --- | --- | --- | --- |"
            for cells in _rows(answer, group.name, every=every):
                yield f"| {' | '.join(escape(cell) for cell in cells)} |"
            yield ""
        for gap in gaps:
            title = gap_title(answer, gap)
            readings = f" ({', '.join(gap.readings)})" if gap.readings else ""
            message = gap_message(answer, gap, every=every)
            yield f"**{escape(sentence_case(title))}:** {escape(message + readings)}"
            yield ""
            if near := nearest_words(answer, gap, every=every):
                yield escape(near)
                yield ""
        for way in other_ways:
            yield f"*{escape(way)}*"
            yield ""
        yield from _passage_quotes(_named(options, gaps), passages)
    if questions := open_questions(answer):
        yield "## What can still change the answer, next question first"
        yield ""
        yield from (f"{number}. {escape(question)}" for number, question in enumerate(questions, 1))
        yield ""
    if said := in_vain(answer):
        yield escape(said)
        yield ""
    yield from _basis(answer, every=every)


def _rows(answer: Recommendation, track: str, *, every: bool) -> Iterator[tuple[str, ...]]:
    definitions = answer.definitions
    for line in option_lines(answer, track, every=every, merged=False):
        yield (
            line.words.removeprefix("applies either way: "),
            "either way" if line.either_way else "applies" if line.certainty is Certainty.CERTAIN else "may apply",
            depending(definitions, line.depends_on).removeprefix("depending on "),
            enumerated(line.statements, "or"),
            ", ".join(line.readings),
        )
    if not every:
        for words, options in type_lines(answer, track):
            statements = ", ".join(dict.fromkeys(option.statement for option in options))
            yield f"{counted(len(options), 'option')} if it is {words}", "may apply", "", statements, ""


def _basis(answer: Recommendation, *, every: bool) -> Iterator[str]:
    yield "## Basis"
    yield ""
    yield from (f"- For everyone: {escape(text)}" for text in advice_texts(answer, every=every))
    yield from (f"- {escape(key)}: {escape(text)}" for key, text in chosen_readings(answer))
    if titles := reading_titles(answer):
        yield f"- Readings: {escape(_joined(titles))}"
    if names := unapproved(answer):
        yield f"- Not approved: {escape(names)}"
    source = answer.definitions.source
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

"""The words of the first card: short, what applies first, then how many options hang on which question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from ...engine.answer import Certainty, Gap, OfferedOption, Recommendation, Status
from ...engine.answer_words import gap_message, gap_title, heading, unapproved
from ...engine.option_lines import OptionLine, covered, option_lines
from ...model.text import counted, escape, sentence_case
from ...model.wording import enumerated, lowered

MOST_SUMMARY: Final = 139
"""A card's summary has fewer than 140 characters, says the specification."""
MOST_DETAIL: Final = 1500
_MOST_MESSAGE: Final = 300
_FOLDED: Final = (
    (True, 99, 4, _MOST_MESSAGE),
    (True, 99, 3, 200),
    (False, 99, 2, 120),
    *((False, shown, 2, 120) for shown in range(12, -1, -1)),
)
"""How much a detail shows, the most first: what it is for, lines of what applies, questions, characters of a gap's message."""


@attrs.frozen
class OpenQuestion:
    """A question that can still change an answer, with how many possible options and gaps hang on it."""

    text: str
    label: str
    options: int
    gaps: int

    @property
    def hanging(self) -> str:
        """How much hangs on it, in a sentence."""
        if self.options:
            return counted(self.options, "option hangs on it", "options hang on it")
        return counted(self.gaps, "gap hangs on it", "gaps hang on it")


def questions(answer: Recommendation) -> list[OpenQuestion]:
    """Return the questions that can still change an answer, next first, in the pathway's wording.

    A group of which several members are open asks once.
    """
    definitions = answer.definitions
    vocabulary = definitions.vocabulary
    by_key: dict[str, list[str]] = {}
    for fact in answer.missing:
        by_key.setdefault(vocabulary.key_of(fact), []).append(fact)
    options = [set(one.depends_on) for one in _possible(answer)]
    gaps = [set(gap.depends_on) for gap in answer.gaps]
    found = []
    for key, facts in by_key.items():
        asked = facts[0] if len(facts) == 1 else key
        found.append(
            OpenQuestion(
                definitions.question(asked, answer.pathway),
                vocabulary.label(asked),
                sum(not one.isdisjoint(facts) for one in options),
                sum(not one.isdisjoint(facts) for one in gaps),
            )
        )
    return found


def _possible(answer: Recommendation) -> list[OfferedOption]:
    return [one for one in answer.options if one.certainty is Certainty.POSSIBLE and not covered(answer, one)]


def summary(answer: Recommendation) -> str:
    """Return what the card says in one line: what applies, and the next question with how many options hang on it."""
    head = f"{heading(answer)}: {_counts(answer)}"
    asked = questions(answer)
    if not asked:
        return head
    one = asked[0]
    for text in (f"{head}. Next question: {one.text} {one.hanging}", f"{head}. Next: {one.text} ({one.options or one.gaps})"):
        if len(text) <= MOST_SUMMARY:
            return text
    return f"{head}. Next: {one.label}"


def _counts(answer: Recommendation) -> str:
    if answer.status is Status.OUT_OF_SCOPE:
        return "out of scope"
    sure = sum(one.certainty is Certainty.CERTAIN for one in answer.options) + len(answer.either_way)
    gaps = sum(gap.certainty is Certainty.CERTAIN for gap in answer.gaps)
    open_ = len(_possible(answer))
    said = [counted(sure, "option applies", "options apply") if sure else "no option applies" + (" yet" if open_ else "")]
    said += [f"{open_} may"] if open_ else []
    said += [counted(gaps, "gap")] if gaps else []
    return ", ".join(said)


def detail(answer: Recommendation, record: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return the lines of the card's detail, and the paragraphs that end it before the disclaimer.

    `record` says what of the record was not sent or not found.
    Where all of it is longer than a card takes, less is shown, and the card says how much is left out.
    """
    lines: list[str] = []
    end: tuple[str, ...] = ()
    for use, options, asked, message in _FOLDED:
        end = _basis(answer, use=use)
        lines = _lines(answer, record, options, asked, message)
        room = MOST_DETAIL - sum(len(one) + 2 for one in end) - len(escape(answer.disclaimer)) - 4
        if len("\n".join(lines)) <= room:
            break
    return lines, end


def _lines(answer: Recommendation, record: Sequence[str], options: int, asked: int, message: int) -> list[str]:
    """Return the lines of a detail; between paragraphs one is empty, since a list goes on until then."""
    paragraphs = [[one] for one in record]
    if answer.note:
        paragraphs.append([escape(answer.note)])
    paragraphs += _certain(answer, options)
    if found := questions(answer):
        open_, gaps = len(_possible(answer)), sum(gap.certainty is Certainty.POSSIBLE for gap in answer.gaps)
        may = [f"{counted(open_, 'option')} may still apply"] if open_ else []
        may += [f"{counted(gaps, 'gap')} may still arise"] if gaps else []
        lines = [f"**Open:** {', and '.join(may)}. Next questions:"]
        lines += [f"- {escape(one.text)} {sentence_case(one.hanging)}." for one in found[:asked]]
        if len(found) > asked:
            lines.append(f"- and {counted(len(found) - asked, 'more question')}")
        paragraphs.append(lines)
    paragraphs += [[_gap(answer, gap, message)] for gap in answer.gaps if gap.certainty is Certainty.CERTAIN]
    if names := list(dict.fromkeys(one.reading for one in answer.alternatives)):
        if message == _MOST_MESSAGE:
            titles = answer.definitions.readings
            names = [f"{one} ({escape(lowered(titles[one].title))})" for one in names]
        said = f"**Readings:** read another way, {enumerated(names, most=8)} would change this answer."
        paragraphs.append([said])
    return [line for lines in paragraphs for line in (*lines, "")][:-1]


def _certain(answer: Recommendation, most: int) -> list[list[str]]:
    """Return what applies, a paragraph for each track, each line with its statements."""
    paragraphs: list[list[str]] = []
    hidden: list[str] = []
    left = most
    for group in answer.definitions.groups.values():
        found = [
            line
            for line in option_lines(answer, group.name, every=False, merged=True)
            if line.certainty is Certainty.CERTAIN or line.either_way
        ]
        if shown := [f"- {escape(line.words)} ({_statements(line)})" for line in found[:left]]:
            paragraphs.append([f"**{escape(group.title)}**", *shown])
        hidden += [_statements(line) for line in found[left:]]
        left -= len(shown)
    if hidden:
        names = enumerated(list(dict.fromkeys(hidden)))
        paragraphs.append([f"Options of {names} apply as well; there is no room for them here."])
    return paragraphs


def _statements(line: OptionLine) -> str:
    return enumerated(line.statements, "or") if line.either_way else ", ".join(line.statements)


def _gap(answer: Recommendation, gap: Gap, most: int) -> str:
    track = escape(answer.definitions.groups[gap.track].title)
    message = escape(cut(gap_message(answer, gap, every=False), most))
    return f"**{escape(sentence_case(gap_title(answer, gap)))}, {track}:** {message}"


def _basis(answer: Recommendation, *, use: bool) -> tuple[str, ...]:
    """Return what a card ends with: that nobody approved it and, with `use`, what it is for."""
    names = unapproved(answer)
    said = [f"**Not approved:** {escape(names)}."] if names else []
    return (*said, *([escape(answer.definitions.source.intended_use)] if use else ()))


def cut(text: str, most: int) -> str:
    """Return text of at most so many characters, cut between words where it is longer."""
    if len(text) <= most:
        return text
    kept, space, _ = text[:most].rpartition(" ")
    return f"{(kept if space else text[: most - 1]).rstrip(' .,;:(')}…"

"""The labels of a pathway's nodes: what a question, an answer, an offer, a gap or "does not apply" says, and its tooltip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import attrs

from ...model.pathway import Choice, Combination, Definitions, Leaf, Pathway, Question, Statement
from ...model.reference import Locator
from ...model.scenario_rows import LeafKind
from ...model.text import NO_PASSAGES, Passages
from ...model.wording import option_words, reading_marks, sorted_readings, strength_word
from .deep_links import deep_link
from .group_words import answer_words
from .marks import Offer
from .style import (
    MARK_WORDS,
    PILL,
    TEXT,
    Mark,
    NodeKind,
    colors_of,
    colors_of_mark,
)
from .text import (
    BOLD,
    bold,
    height_of,
    label,
    line,
    lines,
    markup,
    styled,
    width_of,
    wrapped,
)

STATEMENT_SPACE = 3
ANSWER_WIDTHS = (44.0, 62.0, 84.0)
"""How wide the text of answers may be, the narrowest first."""
ANSWER_STEP = 8.0
ANSWER_LINES = 3
"""The lines of an answer, if a wider one can hold it in so few."""
MOST_ANSWER_WIDTH = 112.0
GAP_WORDS = "Gap: nothing specific is listed"
COMBINATION_WORDS = "Gap: no word on these together"
COMBINATION_SIGN = "+ Gap"
"""What stands for them at options, as the legend says."""
DOES_NOT_APPLY = "Does not apply"
OPEN_WORDS = "► open question"
OPEN_LEAD = OPEN_WORDS[0]
"""What stands before an open question, as the legend says."""
NO_MARKS: Mapping[Offer, Mark] = MappingProxyType({})
_READING = re.compile(r"( ?\bR-\d+\b)")
OFFER_LEADS: Mapping[Mark, str] = {
    Mark.VISITED: "► ",
    **{mark: f"{MARK_WORDS[mark][0]} " for mark in (Mark.ADDED, Mark.REMOVED, Mark.CHANGED, Mark.REWORDED)},
}
"""What stands before an option that is marked."""
_CHANGED = {"question": "≠ asks something else", "answer": "≠ leads elsewhere", "leaf": "≠ says something else"}
PADDING = 9.0
LEAF_PADDING = 4.0
TAG_PADDING = 5.0


@attrs.frozen
class Label:
    """A node's label as markup, its height in points, the tooltip, its text, and the node's least width."""

    markup: str
    height: float
    tooltip: str
    plain: tuple[str, ...]
    width: float = 0


def mark_words(mark: Mark, what: str) -> str:
    """Return what a mark says on a ``question``, ``answer`` or ``leaf``; empty where its look says it all."""
    if mark is Mark.OPEN:
        return OPEN_WORDS
    return _CHANGED[what] if mark is Mark.CHANGED else MARK_WORDS.get(mark, "")


def _mark_rows(words: str, mark: Mark, width: float, align: str) -> list[str]:
    """Return a mark's words as rows of a label."""
    color = "" if mark is Mark.OPEN else colors_of_mark(mark)[0]
    return [line(styled(bold(one), TEXT, color), align=align) for one in wrapped(words, width / BOLD)]


def locator_words(locator: Locator) -> str:
    """Return where a passage stands, in a phrase."""
    return f"“{locator.first} … {locator.last}” in {locator.section.partition(' (')[0]}"


def question_label(
    definitions: Definitions, question: Question, width: float, mark: Mark = Mark.PLAIN, pathway: str | None = None
) -> Label:
    """Return a question's label, in a pathway's own words where it has some; its tooltip is the question's help."""
    asked = definitions.question(question.asks, pathway)
    plain, words = [asked], mark_words(mark, "question")
    lead = f"{bold(OPEN_LEAD)} " if mark is Mark.OPEN else ""
    first, *rest = wrapped(asked, width, indent=width_of(f"{OPEN_LEAD} ", bold=True) if lead else 0)
    rows = [line(lead + markup(first), align="CENTER"), *lines(rest, align="CENTER")]
    if words:
        plain.append(words)
        rows += [] if lead else _mark_rows(words, mark, width, "CENTER")
    return Label(
        label(rows),
        height_of(len(rows)) + PADDING,
        f"{asked} {definitions.help(question.asks, pathway)}",
        tuple(plain),
        width + PADDING,
    )


def answer_width(text: str, width: float) -> float:
    """Return how wide the text of an answer is: wider than `width` where it would take too many lines."""
    while width < MOST_ANSWER_WIDTH and len(wrapped(text, width)) > ANSWER_LINES:
        width += ANSWER_STEP
    return width


def answer_label(
    definitions: Definitions,
    question: Question,
    answer: Choice,
    width: float,
    mark: Mark = Mark.PLAIN,
    pathway: str | None = None,
) -> Label:
    """Return an answer's label, its text about so wide; its tooltip names the question, in a pathway's words if it has some."""
    words = answer_words(definitions.vocabulary, question.asks, answer.values)
    asked = definitions.question(question.asks, pathway)
    said = mark_words(mark, "answer")
    return tag_label([words, *([said] if said else [])], answer_width(words, width), f"{asked} {words}")


def noted(found: Label, note: str, *, align: str = "CENTER") -> Label:
    """Return a label with a note in bold as its last line; an empty one leaves it as it is."""
    if not note:
        return found
    rows = line(bold(note), align=align)
    return attrs.evolve(
        found,
        markup=found.markup.removesuffix("</TABLE>>") + rows + "</TABLE>>",
        height=found.height + height_of(1),
        plain=(*found.plain, note),
        width=max(found.width, width_of(note, bold=True) + TAG_PADDING),
    )


def tag_label(texts: Sequence[str], width: float, tooltip: str) -> Label:
    """Return the label of a tag; of several texts the first is bold."""
    strong = len(texts) > 1
    found = [wrapped(text, width / (BOLD if strong else 1)) for text in texts]
    rows = [
        line(bold(part) if strong and not number else markup(part), align="CENTER")
        for number, parts in enumerate(found)
        for part in parts
    ]
    wide = max(width_of(part) for parts in found for part in parts) * (BOLD if strong else 1)
    return Label(label(rows), height_of(len(rows)) + TAG_PADDING, tooltip, tuple(texts), wide + TAG_PADDING)


def leaf_label(
    definitions: Definitions,
    pathway: Pathway,
    leaf: Leaf,
    width: float,
    mark: Mark = Mark.PLAIN,
    offers: Mapping[Offer, Mark] = NO_MARKS,
    passages: Passages = NO_PASSAGES,
) -> Label:
    """Return a leaf's label, its lines wrapped within a width: its statements, or that there is a gap, in a line each.

    What it offers, or the gap's message, stands in the tooltip; in the label too where that is what a comparison marks.
    `plain` is the whole in words. `offers` marks options; `passages` go into the tooltip.
    """
    words = mark_words(mark, "leaf")
    full = mark in MARK_WORDS
    room = width - LEAF_PADDING
    head = _mark_rows(words, mark, room, "LEFT") if words else []
    if leaf.kind is LeafKind.DOES_NOT_APPLY:
        rows = [*head, *lines([DOES_NOT_APPLY, *(wrapped(leaf.message, room) if full else ())])]
        high = height_of(len(rows)) + LEAF_PADDING
        found = Label(label(rows, width=room), high, f"{DOES_NOT_APPLY}. {leaf.message}", (DOES_NOT_APPLY, leaf.message))
    elif leaf.kind is LeafKind.GAP:
        found = _gap_label(definitions, pathway, leaf, room, head, mark)
    else:
        found = _offer_label(definitions, pathway, leaf, room, head, mark, offers, passages)
    return attrs.evolve(found, plain=(words, *found.plain)) if words else found


def combination_of(pathway: Pathway, leaf: Leaf) -> Combination | None:
    """Return the combination of findings that a leaf names, `None` where it names none."""
    if not leaf.combination:
        return None
    named = (one for one in pathway.combinations if leaf.name in {own.name for own in pathway.tracks[one.track].leaves})
    return next(named, None)


def bearing(definitions: Definitions, statement: Statement) -> tuple[str, ...]:
    """Return the readings under another one of which a statement reads otherwise."""
    named = (*statement.readings, *(key for option in statement.options for key in option.readings))
    return sorted_readings(tuple(key for key in named if _rewrites(definitions, key, statement.id)))


def _rewrites(definitions: Definitions, reading: str, statement: str) -> bool:
    return any(statement in one.named for one in definitions.readings[reading].alternatives.values())


def bearing_on_gap(definitions: Definitions, readings: Iterable[str]) -> tuple[str, ...]:
    """Return the readings of a gap that can be read in another way."""
    return tuple(key for key in readings if definitions.readings[key].alternatives)


def _combination_words(pathway: Pathway, leaf: Leaf) -> tuple[str, str]:
    """Return what a leaf says of a combination, and what its tooltip adds; both empty where it names none."""
    found = combination_of(pathway, leaf)
    return ("", "") if found is None else (COMBINATION_WORDS + reading_marks(found.readings), f" Gap. {found.message}")


def _gap_label(definitions: Definitions, pathway: Pathway, leaf: Leaf, width: float, head: list[str], mark: Mark) -> Label:
    text = leaf.message + reading_marks(leaf.readings)
    more, tip = _combination_words(pathway, leaf)
    says = " ".join((GAP_WORDS, *bearing_on_gap(definitions, leaf.readings)))
    if mark in MARK_WORDS:
        said = [*_bold_rows(GAP_WORDS, width, mark), *lines(wrapped(text, width)), *_bold_rows(more, width, mark)]
    else:
        said = _bold_rows("; ".join((says, *(["no word on these together"] if more else []))), width, mark)
    plain = (GAP_WORDS, text, *([more] if more else []))
    height = height_of(len(head) + len(said)) + LEAF_PADDING
    return Label(label([*head, *said], width=width), height, f"Gap. {leaf.message}{tip}", plain)


def _bold_rows(text: str, width: float, mark: Mark) -> list[str]:
    return [line(_pilled(one, mark, strong=True)) for one in wrapped(text, width / BOLD)] if text else []


def _offer_label(
    definitions: Definitions,
    pathway: Pathway,
    leaf: Leaf,
    width: float,
    head: list[str],
    mark: Mark,
    offers: Mapping[Offer, Mark],
    passages: Passages,
) -> Label:
    full = mark in MARK_WORDS
    rows, plain, tips, last = list(head), list[str](), list[str](), ""
    for identifier in dict.fromkeys(identifier for identifier, _ in leaf.offers):
        statement = pathway.statement(identifier)
        tip = statement_tip(statement, passages)
        link = deep_link(definitions, statement.locators[0])
        listed = [one for one in statement.options if (identifier, one.number) in leaf.offers]
        lead = OFFER_LEADS[Mark.VISITED] if any(offers.get((identifier, one.number)) is Mark.VISITED for one in listed) else ""
        says = _statement_words(definitions, statement, len(listed))
        first, *rest = wrapped(says, width, indent=width_of(f"{lead}{identifier} ", bold=True))
        space = STATEMENT_SPACE if full and tips else 0
        rows.append(line(f"{bold(lead + identifier)} {_pilled(first, mark)}", href=link, tooltip=tip, space=space))
        rows += [line(_pilled(one, mark) + "<B> </B>") for one in rest]
        last = rest[-1] if rest else f"{lead}{identifier} {first}"
        plain.append(f"{identifier} {statement.label}{reading_marks(statement.readings)}")
        said: list[str] = []
        for option in listed:
            own = offers.get((identifier, option.number), Mark.PLAIN)
            lead = OFFER_LEADS.get(own, "") + strength_word(option.strength) + ":"
            color = colors_of_mark(own)[0] if own in MARK_WORDS else ""
            words = option_words(definitions, option)
            said.append(f"{strength_word(option.strength)}: {words}")
            plain.append(f"{lead} {words}")
            if full:
                first, *rest = wrapped(words, width, indent=width_of(f"{lead} ", bold=True))
                rows.append(line(styled(f"{bold(lead)} {markup(first)}", TEXT, color)))
                rows.extend(lines(rest, color=color))
                last = words
        tips.append(f"{tip} Listed here: {'; '.join(said)}.")
    more, tip = _combination_words(pathway, leaf)
    if more:
        color = colors_of(NodeKind.GAP)[0] if mark in {Mark.PLAIN, Mark.VISITED} else ""
        sign = styled(bold(f" {COMBINATION_SIGN}"), TEXT, color)
        if width_of(f"{last} {COMBINATION_SIGN}", bold=True) <= width:
            rows[-1] = rows[-1].replace("</TD></TR>", f"{sign}</TD></TR>")
        else:
            rows.append(line(sign))
    plain.extend([more] if more else [])
    height = height_of(len(rows)) + (STATEMENT_SPACE * (len(tips) - 1) if full else 0) + LEAF_PADDING
    return Label(label(rows, width=width), height, " ".join(tips) + tip, tuple(plain))


def _statement_words(definitions: Definitions, statement: Statement, listed: int) -> str:
    """Return what stands behind a statement's id: its label, how many of its options are listed, and the readings."""
    whole = len(statement.options)
    part = "" if listed == whole else f" ({listed} of {whole})"
    return " ".join((f"{statement.label}{part}", *bearing(definitions, statement)))


def _pilled(text: str, mark: Mark, *, strong: bool = False) -> str:
    """Return text as markup in which the ids of readings stand out, unless all is faded."""
    parts, plain = _READING.split(text), bold if strong else markup
    color = "" if mark is Mark.FADED else PILL
    return "".join(styled(bold(part), TEXT, color) if number % 2 else plain(part) for number, part in enumerate(parts) if part)


def statement_tip(statement: Statement, passages: Passages = NO_PASSAGES) -> str:
    """Return the tooltip of a statement: its label, where it stands, and its verbatim passages where they are at hand."""
    where = "; ".join(locator_words(one) for one in statement.locators)
    said = "".join(f" The summary: “{passage}”" for passage in passages.get(statement.id, ()))
    return f"{statement.id}: {statement.label}. {where}.{said}"


def continues_words(definitions: Definitions, question: Question, where: str, pathway: str | None = None) -> str:
    """Return what a node says that stands for a question elsewhere: where that is, and the question."""
    return f"Continued {where}: {definitions.question(question.asks, pathway)}"


def continues_label(text: str, width: float) -> Label:
    """Return the label of a node that leads to another page."""
    rows = lines(wrapped(text, width - PADDING))
    return Label(label(rows, width=width - PADDING), height_of(len(rows)) + PADDING + 4, text, (text,))


def always_label() -> Label:
    """Return the label of what stands in the place of a question before a track's only leaf."""
    return tag_label(["always"], ANSWER_WIDTHS[0], "Asks nothing.")

"""The labels of a pathway's nodes: what a question, an answer, an offer, a gap or "does not apply" says, and its tooltip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import attrs

from ...model.pathway import Choice, Combination, Definitions, Leaf, Pathway, Question, Statement
from ...model.reference import Locator
from ...model.scenario_rows import LeafKind
from ...model.text import NO_PASSAGES, Passages
from ...model.wording import option_words, reading_marks, strength_word
from .deep_links import deep_link
from .group_words import answer_words
from .marks import Offer
from .style import (
    MARK_WORDS,
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

QUESTION_WIDTHS = {1: 150.0, 2: 120.0, 3: 90.0}
NARROW = 76.0
STATEMENT_SPACE = 4
ANSWER_WIDTHS = {1: 84.0}
ANSWER_WIDTH = 52.0
ANSWER_STEP = 12.0
ANSWER_LINES = 3
"""The lines of an answer, if a wider tag can hold it in so few."""
MOST_ANSWER_WIDTH = 112.0
GAP_WORDS = "Gap: the summary does not say"
COMBINATION_WORDS = "Gap: no word on all of these findings together"
DOES_NOT_APPLY = "Does not apply"
OPEN_WORDS = "► open question"
NO_MARKS: Mapping[Offer, Mark] = MappingProxyType({})
OFFER_LEADS: Mapping[Mark, str] = {
    Mark.VISITED: "► ",
    **{mark: f"{MARK_WORDS[mark][0]} " for mark in (Mark.ADDED, Mark.REMOVED, Mark.CHANGED, Mark.REWORDED)},
}
"""What stands before an option that is marked."""
_CHANGED = {"question": "≠ asks something else", "answer": "≠ leads elsewhere", "leaf": "≠ says something else"}
PADDING = 9.0
EDGES_WIDTH = 29.0
TAG_WIDTH = 34.0
TIP = 0.5  # the width that a tag's tip takes on both sides, for its height
ELLIPSE_ROOM = 1.42  # what an ellipse needs more than the box within it
TAG_ROOM = 1.34  # the same for an answer's tag, which Graphviz draws lower than its node


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


def question_width(depth: int) -> float:
    """Return how wide the text of questions is on a page of a depth."""
    return QUESTION_WIDTHS.get(depth, NARROW)


def question_label(
    definitions: Definitions, question: Question, depth: int, mark: Mark = Mark.PLAIN, pathway: str | None = None
) -> Label:
    """Return a question's label, in a pathway's own words where it has some; its tooltip is the question's help."""
    asked = definitions.question(question.asks, pathway)
    rows = lines(wrapped(asked, question_width(depth)), align="CENTER")
    plain = [asked]
    if words := mark_words(mark, "question"):
        rows += _mark_rows(words, mark, question_width(depth), "CENTER")
        plain.append(words)
    return Label(
        label(rows),
        height_of(len(rows)) + PADDING,
        f"{asked} {definitions.help(question.asks, pathway)}",
        tuple(plain),
        question_width(depth) + PADDING,
    )


def answer_width(depth: int, text: str = "") -> float:
    """Return how wide the text of answers is on a page of a depth, and wider where one would take too many lines."""
    width = ANSWER_WIDTHS.get(depth, ANSWER_WIDTH)
    while width < MOST_ANSWER_WIDTH and len(wrapped(text, width / BOLD)) > ANSWER_LINES:
        width += ANSWER_STEP
    return width


def answer_label(
    definitions: Definitions,
    question: Question,
    answer: Choice,
    mark: Mark = Mark.PLAIN,
    pathway: str | None = None,
    *,
    depth: int = 0,
) -> Label:
    """Return an answer's label on a page of a depth; its tooltip names the question, in a pathway's words if it has some."""
    words = answer_words(definitions.vocabulary, question.asks, answer.values)
    asked = definitions.question(question.asks, pathway)
    said = mark_words(mark, "answer")
    return tag_label([words, *([said] if said else [])], answer_width(depth, words), f"{asked} {words}")


def tag_label(texts: Sequence[str], width: float, tooltip: str) -> Label:
    """Return the label of a tag; of several texts the first is bold. The text stays clear of the tag's tip and borders."""
    found = [wrapped(text, width / BOLD) for text in texts]
    strong = len(texts) > 1
    rows = [
        line(bold(part) if strong and not number else markup(part), align="CENTER")
        for number, parts in enumerate(found)
        for part in parts
    ]
    height = height_of(len(rows)) * TAG_ROOM + (12 if strong else 4)
    wide = max(width_of(part) for parts in found for part in parts) * (BOLD if strong else 1)
    return Label(label(rows), height, tooltip, tuple(texts), max(TAG_WIDTH, wide + TIP * height + 8))


def level_width(definitions: Definitions, question: Question, depth: int) -> float:
    """Return the width of a question with its answers and the edges to what follows."""
    tag = max(answer_label(definitions, question, answer, depth=depth).width for answer in question.answers)
    return question_width(depth) + tag + EDGES_WIDTH


def leaf_label(
    definitions: Definitions,
    pathway: Pathway,
    leaf: Leaf,
    width: float,
    mark: Mark = Mark.PLAIN,
    offers: Mapping[Offer, Mark] = NO_MARKS,
    passages: Passages = NO_PASSAGES,
) -> Label:
    """Return a leaf's label, its lines wrapped within a width. `offers` marks options; `passages` go into the tooltip."""
    words = mark_words(mark, "leaf")
    if leaf.kind is LeafKind.OFFER:
        head = _mark_rows(words, mark, width - PADDING, "LEFT") if words else []
        color = colors_of(NodeKind.GAP)[0] if mark in {Mark.PLAIN, Mark.VISITED} else ""
        found = _offer_label(definitions, pathway, leaf, width - PADDING, head, offers, passages, color)
    elif leaf.kind is LeafKind.GAP:
        head = _mark_rows(words, mark, width - PADDING, "LEFT") if words else []
        found = _gap_label(pathway, leaf, width - PADDING, head)
    else:
        room = width / ELLIPSE_ROOM - PADDING
        found = _does_not_apply_label(leaf, room, _mark_rows(words, mark, room, "CENTER") if words else [])
    return attrs.evolve(found, plain=(words, *found.plain)) if words else found


def _does_not_apply_label(leaf: Leaf, width: float, head: list[str]) -> Label:
    rows = [*head, line(bold(DOES_NOT_APPLY), align="CENTER"), *lines(wrapped(leaf.message, width), align="CENTER")]
    height = height_of(len(rows)) * ELLIPSE_ROOM + 4
    return Label(label(rows), height, f"{DOES_NOT_APPLY}. {leaf.message}", (DOES_NOT_APPLY, leaf.message))


def combination_of(pathway: Pathway, leaf: Leaf) -> Combination | None:
    """Return the combination of findings that a leaf names, `None` where it names none."""
    if not leaf.combination:
        return None
    named = (one for one in pathway.combinations if leaf.name in {own.name for own in pathway.tracks[one.track].leaves})
    return next(named, None)


def _combination_words(pathway: Pathway, leaf: Leaf) -> tuple[str, str]:
    """Return what a leaf says of a combination, and what its tooltip adds; both empty where it names none."""
    found = combination_of(pathway, leaf)
    return ("", "") if found is None else (COMBINATION_WORDS + reading_marks(found.readings), f" Gap. {found.message}")


def _gap_label(pathway: Pathway, leaf: Leaf, width: float, head: list[str]) -> Label:
    text = leaf.message + reading_marks(leaf.readings)
    more, tip = _combination_words(pathway, leaf)
    rows = [*head, *_bold_rows(GAP_WORDS, width), *lines(wrapped(text, width)), *_bold_rows(more, width)]
    plain = (GAP_WORDS, text, *([more] if more else []))
    return Label(label(rows, width=width), height_of(len(rows)) + PADDING, f"Gap. {leaf.message}{tip}", plain)


def _bold_rows(text: str, width: float, color: str = "") -> list[str]:
    return [line(bold(one), color=color) for one in wrapped(text, width / BOLD)] if text else []


def _offer_label(
    definitions: Definitions,
    pathway: Pathway,
    leaf: Leaf,
    width: float,
    head: list[str],
    offers: Mapping[Offer, Mark],
    passages: Passages,
    gap_color: str,
) -> Label:
    rows = list(head)
    plain: list[str] = []
    tips: list[str] = []
    for identifier in dict.fromkeys(identifier for identifier, _ in leaf.offers):
        statement = pathway.statement(identifier)
        tip = statement_tip(statement, passages)
        title = f"{identifier}{reading_marks(statement.readings)}"
        link = deep_link(definitions, statement.locators[0])
        for number, part in enumerate(wrapped(title, width / BOLD)):
            rows.append(line(bold(part), href=link, tooltip=tip, space=STATEMENT_SPACE if tips and not number else 0))
        plain.append(title)
        tips.append(tip)
        for option in (one for one in statement.options if (identifier, one.number) in leaf.offers):
            mark = offers.get((identifier, option.number), Mark.PLAIN)
            lead = OFFER_LEADS.get(mark, "") + strength_word(option.strength) + ":"
            color = colors_of_mark(mark)[0] if mark in MARK_WORDS else ""
            words = option_words(definitions, option)
            first, *rest = wrapped(words, width, indent=width_of(f"{lead} ", bold=True))
            rows.append(line(styled(f"{bold(lead)} {markup(first)}", TEXT, color)))
            rows.extend(lines(rest, color=color))
            plain.append(f"{lead} {words}")
    more, tip = _combination_words(pathway, leaf)
    rows.extend(_bold_rows(more, width, gap_color))
    plain.extend([more] if more else [])
    height = height_of(len(rows)) + STATEMENT_SPACE * (len(tips) - 1) + PADDING
    return Label(label(rows, width=width), height, " ".join(tips) + tip, tuple(plain))


def statement_tip(statement: Statement, passages: Passages = NO_PASSAGES) -> str:
    """Return the tooltip of a statement: its label, where it stands, and its verbatim passages where they are at hand."""
    where = "; ".join(locator_words(one) for one in statement.locators)
    said = "".join(f" The summary: “{passage}”" for passage in passages.get(statement.id, ()))
    return f"{statement.id}: {statement.label}. {where}.{said}"


def continues_words(definitions: Definitions, question: Question, where: str, pathway: str | None = None) -> str:
    """Return what a node says that leads to another page: where the question is, and the question."""
    return f"{where}: {definitions.question(question.asks, pathway)}"


def continues_label(text: str, width: float) -> Label:
    """Return the label of a node that leads to another page."""
    rows = lines(wrapped(text, width - PADDING))
    return Label(label(rows, width=width - PADDING), height_of(len(rows)) + PADDING + 4, text, (text,))


def always_label(depth: int) -> Label:
    """Return the label of what stands in the place of a question before a track's only leaf."""
    return attrs.evolve(tag_label(["always"], ANSWER_WIDTH, "Asks nothing."), width=question_width(depth) + PADDING)

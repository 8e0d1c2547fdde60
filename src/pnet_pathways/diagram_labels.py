"""The labels of a pathway's nodes: what a question, an answer, an offer, a gap or "does not apply" says, and its tooltip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from .deep_links import deep_link
from .definition import Answer, Leaf, LeafKind, Option, Pathway, Pathways, Question, Strength
from .diagram_style import Mark
from .diagram_text import BOLD, bold, height_of, label, line, lines, markup, width_of, wrapped
from .facts import answer_name
from .vocabulary import Locator

QUESTION_WIDTHS = {1: 150.0, 2: 120.0, 3: 90.0}
NARROW = 76.0
STATEMENT_SPACE = 4
ANSWER_WIDTH = 52.0
STRENGTH_WORDS = {Strength.USUAL: "usually", Strength.MAY: "may", Strength.RARE: "rarely"}
GAP_WORDS = "Gap: the summary does not say"
OPEN_WORDS = "► open question"
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


def locator_words(locator: Locator) -> str:
    """Return where a passage stands, in a phrase."""
    return f"“{locator.first} … {locator.last}” in {locator.section.partition(' (')[0]}"


def question_width(depth: int) -> float:
    """Return how wide the text of questions is on a page of a depth."""
    return QUESTION_WIDTHS.get(depth, NARROW)


def question_label(definition: Pathways, question: Question, depth: int, mark: Mark = Mark.PLAIN) -> Label:
    """Return a question's label; its tooltip is the question's help."""
    text = definition.fact_texts[question.fact]
    rows = lines(wrapped(text.question, question_width(depth)), align="CENTER")
    plain = [text.question]
    if mark is Mark.OPEN:
        rows.append(line(bold(OPEN_WORDS), align="CENTER"))
        plain.append(OPEN_WORDS)
    return Label(
        label(rows),
        height_of(len(rows)) + PADDING,
        f"{text.question} {text.help}",
        tuple(plain),
        question_width(depth) + PADDING,
    )


def answer_words(definition: Pathways, question: Question, answer: Answer) -> str:
    """Return an answer in the definitions' words."""
    labels = definition.fact_texts[question.fact].labels
    names = [answer_name(value) for value in answer.values]
    parts = [labels.get(name) or " and ".join(labels.get(part, part) for part in name.split(" and ")) for name in names]
    return " or ".join(parts)


def answer_label(definition: Pathways, question: Question, answer: Answer) -> Label:
    """Return an answer's label."""
    words = answer_words(definition, question, answer)
    asked = definition.fact_texts[question.fact].question
    return tag_label([words], ANSWER_WIDTH, f"{asked} {words}")


def tag_label(texts: Sequence[str], width: float, tooltip: str) -> Label:
    """Return the label of a tag; of several texts the first is bold. The text stays clear of the tag's tip."""
    found = [wrapped(text, width / BOLD) for text in texts]
    strong = len(texts) > 1
    rows = [
        line(bold(part) if strong and not number else markup(part), align="CENTER")
        for number, parts in enumerate(found)
        for part in parts
    ]
    height = height_of(len(rows)) * TAG_ROOM + 4
    wide = max(width_of(part) for parts in found for part in parts) * (BOLD if strong else 1)
    return Label(label(rows), height, tooltip, tuple(texts), max(TAG_WIDTH, wide + TIP * height + 8))


def level_width(definition: Pathways, question: Question, depth: int) -> float:
    """Return the width of a question with its answers and the edges to what follows."""
    tag = max(answer_label(definition, question, answer).width for answer in question.answers)
    return question_width(depth) + tag + EDGES_WIDTH


def option_words(definition: Pathways, option: Option) -> str:
    """Return an option in plain words without its strength: treatments joined by "and", and what the text adds."""
    words = " and ".join(definition.treatments[key].label for key in option.treatments)
    words += "".join(f", with or without {definition.treatments[key].label}" for key in option.optional)
    words += f" ({option.intent})" if option.intent else ""
    words += " (one of a choice)" if option.choice else ""
    return words + notes(option.readings)


def notes(readings: Iterable[str]) -> str:
    """Return readings as the marks of numbered notes."""
    found = ", ".join(readings)
    return f" [{found}]" if found else ""


def leaf_label(definition: Pathways, pathway: Pathway, leaf: Leaf, width: float, mark: Mark = Mark.PLAIN) -> Label:
    """Return a leaf's label, its lines wrapped within a width."""
    if leaf.kind is LeafKind.OFFER:
        return _offer_label(definition, pathway, leaf, width - PADDING, mark)
    if leaf.kind is LeafKind.GAP:
        return _gap_label(leaf, width - PADDING)
    head = "Does not apply"
    rows = [line(bold(head), align="CENTER"), *lines(wrapped(leaf.message, width / ELLIPSE_ROOM - PADDING), align="CENTER")]
    return Label(label(rows), height_of(len(rows)) * ELLIPSE_ROOM + 4, f"{head}. {leaf.message}", (head, leaf.message))


def _gap_label(leaf: Leaf, width: float) -> Label:
    text = leaf.message + notes(leaf.readings)
    rows = [*(line(bold(one)) for one in wrapped(GAP_WORDS, width / BOLD)), *lines(wrapped(text, width))]
    return Label(label(rows, width=width), height_of(len(rows)) + PADDING, f"Gap. {leaf.message}", (GAP_WORDS, text))


def _offer_label(definition: Pathways, pathway: Pathway, leaf: Leaf, width: float, mark: Mark) -> Label:
    rows: list[str] = []
    plain: list[str] = []
    tips: list[str] = []
    for identifier in dict.fromkeys(identifier for identifier, _ in leaf.offers):
        statement = pathway.statement(identifier)
        where = "; ".join(locator_words(one) for one in statement.locators)
        tip = f"{identifier}: {statement.label}. {where}."
        head = f"{identifier}{notes(statement.readings)}"
        link = deep_link(definition, statement.locators[0])
        for number, part in enumerate(wrapped(head, width / BOLD)):
            rows.append(line(bold(part), href=link, tooltip=tip, space=STATEMENT_SPACE if rows and not number else 0))
        plain.append(head)
        tips.append(tip)
        for option in (one for one in statement.options if (identifier, one.number) in leaf.offers):
            lead = ("► " if mark is Mark.VISITED else "") + STRENGTH_WORDS[option.strength] + ":"
            words = option_words(definition, option)
            first, *rest = wrapped(words, width, indent=width_of(f"{lead} ", bold=True))
            rows.append(line(f"{bold(lead)} {markup(first)}"))
            rows.extend(lines(rest))
            plain.append(f"{lead} {words}")
    height = height_of(len(rows)) + STATEMENT_SPACE * (len(tips) - 1) + PADDING
    return Label(label(rows, width=width), height, " ".join(tips), tuple(plain))


def continues_label(text: str, width: float) -> Label:
    """Return the label of a node that leads to another page."""
    rows = lines(wrapped(text, width - PADDING))
    return Label(label(rows, width=width - PADDING), height_of(len(rows)) + PADDING + 4, text, (text,))


def always_label(depth: int) -> Label:
    """Return the label of what stands in the place of a question before a track's only leaf."""
    return attrs.evolve(tag_label(["always"], ANSWER_WIDTH, "Asks nothing."), width=question_width(depth) + PADDING)

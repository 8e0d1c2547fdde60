"""One pathway on one page: every statement a row under its condition, gaps in their place, readings and sign-off below.

A row that fits the patient applies; rows are independent of each other, as the statements are. What the graphs ask, in which
order, is on pages of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs
import graphviz

from ...model.conditions import AllOf, Condition, Words, facts_of
from ...model.facts import Fact
from ...model.pathway import Definitions, Option, Pathway, Statement, Strength, Track
from ...model.review import ReviewStatus
from ...model.scenario_rows import LeafKind
from ...model.values import NOT_APPLICABLE, Value, answer_name
from ...model.wording import option_label
from ...proof.scenarios.boxes import Box, cover
from .drawing import Page
from .style import FONT, INK, NOTE, PAGE, SOFT, TITLE, NodeKind, colors_of
from .text import BOLD, bold, leading, markup, styled, wrapped

PAGE_WIDTH: Final = 735.0
"""Points: what A4 and Letter in landscape leave within margins of 10 mm."""
PAGE_HEIGHT: Final = 538.0
BAND: Final = 58.0
FIRST: Final = 120.0
SECOND: Final = 166.0
CODES: Final = 50.0
OPTIONS: Final = PAGE_WIDTH - BAND - FIRST - SECOND - CODES
PAD: Final = 2.0
NOTE_WORDS: Final = "every row that fits applies"
_MIXED: Final = 1.03
"""How much wider text is in which single words are bold."""
_BAND_TEXT: Final = 11.0
_BAND_FILL: Final = "#17425c"
_PILL: Final = "#5b2a86"
_HEAD_FILL: Final = "#f1f5f9"
_RULE: Final = "#c4c9ce"
_STRENGTHS: Final = {Strength.USUAL: "usually", Strength.RARE: "rarely", Strength.MAY: "may include"}
_STRONG: Final = re.compile(r"\b(Usually|usually|May include|may include|Rarely|rarely|either|Either|Gap|R-\d+)\b")


@attrs.frozen
class Row:
    """A row: the conditions that lead to it, what stands there, and the codes at its edge."""

    first: str
    second: str
    kind: NodeKind
    text: str
    code: str
    readings: tuple[str, ...]
    tooltip: str = ""


def one_page(definitions: Definitions, pathway: Pathway, review: str = "") -> Page:
    """Return the page of a pathway."""
    name = pathway.name
    graph = graphviz.Digraph(name)
    graph.attr(rankdir="TB", fontname=FONT, fontsize=f"{NOTE:g}", bgcolor=PAGE, pad="0", ranksep="0.03", id=name)
    graph.attr("node", fontname=FONT, fontsize=f"{NOTE:g}", fontcolor=INK, shape="none", margin="0", height="0", width="0")
    bands = list(_bands(definitions, pathway))
    parts = [
        ("head", _head(definitions, pathway, review)),
        *((key, _band(title, rows, "" if number else NOTE_WORDS)) for number, (key, title, rows) in enumerate(bands)),
    ]
    parts.append(("foot", _foot(definitions, [row for _, _, rows in bands for row in rows])))
    said = []
    for number, (key, table) in enumerate(parts):
        graph.node(key, f"<{table}>", id=f"{name}-{key}", tooltip=" ", **{"class": key})
        if number:
            graph.edge(parts[number - 1][0], key, style="invis")
    for _, title, rows in bands:
        said.append(f"{title}.")
        said.extend(f"{', '.join(filter(None, (row.first, row.second)))}: {row.text}." for row in rows)
    return Page(name, pathway.title, " ".join(said), graph.source)


# Rows


def _bands(definitions: Definitions, pathway: Pathway) -> Iterator[tuple[str, str, list[Row]]]:
    """Yield the bands of a page: the tracks of an answer that can have gaps, then what applies at any time."""
    always: list[Row] = []
    for group in definitions.groups.values():
        tracks = [track for track in pathway.tracks.values() if track.group == group.name]
        rows = [row for track in tracks for row in _track_rows(definitions, pathway, track)]
        if rows and group.gap_when is not None:
            yield group.name, group.title, rows
        else:
            always.extend(rows)
    if pathway.name not in definitions.entry.common:
        always.extend(_pointer(definitions, definitions.pathways[name]) for name in definitions.entry.common)
    if always:
        yield "always", "At any time", always


def _pointer(definitions: Definitions, pathway: Pathway) -> Row:
    """Return the row that leads to the page of a pathway for every type, with what stands there in a line."""
    treatments = dict.fromkeys(
        option_label(definitions, option.treatments, ()) for statement in pathway.statements for option in statement.options
    )
    code = f"{pathway.statements[0].id} to {pathway.statements[-1].id.rpartition('-')[2]}"
    return Row(f"{pathway.title}: see its page", "", NodeKind.CONTINUES, "; ".join(treatments), code, ())


def _track_rows(definitions: Definitions, pathway: Pathway, track: Track) -> list[Row]:
    """Return the rows of a track: its statements in the order of the text, each gap behind those that share its finding."""
    words = _words(definitions, definitions.groups[track.group].title)
    rows = [row for one in pathway.statements for row in _statement_rows(definitions, track, one, words)]
    for row in _gap_rows(definitions, pathway, track, words):
        same = [number for number, one in enumerate(rows) if one.first == row.first]
        rows.insert(same[-1] + 1 if same else len(rows), row)
    return rows


def _statement_rows(definitions: Definitions, track: Track, statement: Statement, words: Words) -> Iterator[Row]:
    when = dict(statement.placements).get(track.name)
    if when is None:
        return
    first, *rest = _parts(definitions, when, words) or ["always"]
    by_need: dict[str, list[Option]] = {}
    for option in statement.options:
        by_need.setdefault(option.requires.describe(words), []).append(option)
    for need, options in by_need.items():
        second = [*rest, *([f"if {need}"] if need != "always" else [])]
        readings = dict.fromkeys((*statement.readings, *(key for one in options for key in one.readings)))
        bearing = tuple(key for key in readings if _rewrites(definitions, key, statement.id))
        yield Row(
            first,
            ", ".join(second),
            NodeKind.OFFER,
            _options_text(definitions, options),
            statement.id,
            bearing,
            statement.label,
        )


def _parts(definitions: Definitions, when: Condition, words: Words) -> list[str]:
    """Return the parts of a condition in words, in the order of asking."""
    parts = when.parts if isinstance(when, AllOf) else (when,)
    order = list(definitions.vocabulary.facts)
    found = sorted(parts, key=lambda part: order.index(next(iter(facts_of(part)))))
    return [_brief(part.describe(words)) for part in found]


def _brief(text: str) -> str:
    """Return "in the head or in the tail" as "in the head or tail": what every alternative begins with is said once."""
    parts = text.split(" or ")
    for size in (3, 2, 1):
        heads = {" ".join(part.split(" ")[:size]) for part in parts}
        if len(parts) > 1 and len(heads) == 1 and all(len(part.split(" ")) > size for part in parts):
            head = heads.pop()
            return " or ".join([parts[0], *(part[len(head) + 1 :] for part in parts[1:])])
    return text


def _rewrites(definitions: Definitions, reading: str, statement: str) -> bool:
    return any(statement in one.named for one in definitions.readings[reading].alternatives.values())


def _options_text(definitions: Definitions, options: Sequence[Option]) -> str:
    """Return options in words: by strength, alternatives of one entry joined by "or"."""
    shared = len(options) > 1 and options[0].optional and len({one.optional for one in options}) == 1
    by_entry: dict[object, list[Option]] = {}
    for option in options:
        by_entry.setdefault(option.choice or option.item, []).append(option)
    said: list[tuple[Strength, str]] = []
    for group in by_entry.values():
        words = ""
        for option in group:
            text = option_label(definitions, option.treatments, () if shared else option.optional)
            text += f" ({option.intent})" if option.intent else ""
            rarely = "rarely, " if option.strength is Strength.RARE and words else ""
            words = f"{words} or {rarely}{text}" if words else text
        if group[0].choice:
            words = f"either {words}"
        said.append((group[0].strength, words))
    by_strength: dict[Strength, list[str]] = {}
    for strength, words in said:
        by_strength.setdefault(strength, []).append(words)
    text = "; ".join(f"{_STRENGTHS[strength]} {'; '.join(words)}" for strength, words in by_strength.items())
    text += f"; each with or without {option_label(definitions, options[0].optional, ())}" if shared else ""
    return f"{text[:1].upper()}{text[1:]}"


def _gap_rows(definitions: Definitions, pathway: Pathway, track: Track, words: Words) -> Iterator[Row]:
    """Yield a row for each finding on which the section is silent, in as few words as say it, then that of a combination."""
    table = definitions.scenarios[pathway.name, track.name]
    silent = {row.values: row for row in table.rows if row.expected is LeafKind.GAP}
    boxes = cover(definitions.vocabulary.facts, table.facts, [row.values for row in table.rows], silent) if silent else ()
    leaves = {leaf.name: leaf for leaf in track.leaves}
    for box in boxes:
        first, second = _box_cells(definitions, box, words)
        inside = [row for row in silent.values() if box.holds(dict(zip(table.facts, row.values, strict=True)))]
        here = [leaves[name] for name in dict.fromkeys(row.leaf for row in inside)]
        bearing = tuple(dict.fromkeys(key for leaf in here for key in leaf.readings if definitions.readings[key].alternatives))
        tip = " ".join(leaf.message for leaf in here)
        yield Row(first, second, NodeKind.GAP, "Gap: nothing specific is listed", "gap", bearing, tip)
    if (combination := pathway.combination(track.name)) is not None:
        first = " and ".join(_parts(definitions, combination.when, words))
        bearing = tuple(key for key in combination.readings if definitions.readings[key].alternatives)
        said = "Gap: each row applies on its own; what is done for both is not said"
        yield Row(first, "", NodeKind.GAP, said, "gap", bearing, combination.message)


def _box_cells(definitions: Definitions, box: Box, words: Words) -> tuple[str, str]:
    """Return the first finding of a box, and the others."""
    vocabulary = definitions.vocabulary
    ordered = [key for key in vocabulary.facts if key in box.values]
    lead = next((key for key in ordered if box.values[key] != (False,)), ordered[0])
    told = {key: words(key, box.values[key]) for key in ordered}
    return told.pop(lead), ", ".join(told.values())


def _words(definitions: Definitions, band: str) -> Words:
    """Return what says in few words that a fact has one of some values; the band's title, which stands beside, is left out."""

    def phrase(fact: Fact, value: Value) -> str:
        said = fact.texts[answer_name(value)].phrase
        return said[len(band) + 1 :] if said.lower().startswith(f"{band.lower()} ") else said

    def words(name: str, values: tuple[Value, ...]) -> str:
        fact = definitions.vocabulary.facts[name]
        return _brief(" or ".join(phrase(fact, value) for value in values if value is not NOT_APPLICABLE))

    return words


# Tables


def _table(rows: Iterable[str], *, border: int = 0) -> str:
    return f'<TABLE BORDER="{border}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" COLOR="{_RULE}">{"".join(rows)}</TABLE>'


def _text(texts: Sequence[str], *, strong: bool = False, color: str = "", size: float = NOTE) -> str:
    """Return lines of text as markup, left-aligned."""
    return "".join(
        f'{styled(bold(one) if strong else _emphasized(one), size, color) if one else " "}<BR ALIGN="LEFT"/>' for one in texts
    )


def _emphasized(text: str) -> str:
    parts = _STRONG.split(text)
    return "".join(_strong(part) if number % 2 else markup(part) for number, part in enumerate(parts) if part)


def _strong(text: str) -> str:
    return styled(bold(text), NOTE, _PILL) if text.startswith("R-") else bold(text)


def _cell(content: str, width: float, lines: int, *, fill: str = "", rows: int = 1, more: str = "") -> str:
    tint = f' BGCOLOR="{fill}"' if fill else ""
    spanned = f' ROWSPAN="{rows}"' if rows > 1 else ""
    size = f'WIDTH="{width:.0f}" HEIGHT="{lines * leading(NOTE) + 2 * PAD:.0f}" CELLPADDING="{PAD:g}"'
    return f'<TD ALIGN="LEFT" VALIGN="TOP" {size}{tint}{spanned}{more}>{content}</TD>'


def _band(title: str, rows: Sequence[Row], note: str) -> str:
    """Return the table of a band: its title, then each row; rows that begin with the same finding share that cell."""
    drawn: list[str] = []
    heads = [number for number, row in enumerate(rows) if not number or rows[number - 1].first != row.first]
    for number, row in enumerate(rows):
        end = next((one for one in heads if one > number), len(rows))
        alone = number in heads and end == number + 1 and not row.second
        rule = _rule(number)
        far = row.kind is NodeKind.CONTINUES
        wide = FIRST + SECOND if alone and not far else FIRST
        head = wrapped(row.first[:1].upper() + row.first[1:], (wide - 2 * PAD) / BOLD)
        second = wrapped(row.second, SECOND - 2 * PAD)
        room = OPTIONS + (SECOND if far else 0)
        said = wrapped(" ".join((row.text, *row.readings)), (room - 2 * PAD) / _MIXED)
        high = max(len(second), len(said), len(head) if alone else 1)
        cells = []
        if not number:
            words = _text(wrapped(title, (BAND - 2 * PAD) / BOLD, _BAND_TEXT), strong=True, color=PAGE, size=_BAND_TEXT)
            words += _text(wrapped(note, BAND - 2 * PAD), color=PAGE) if note else ""
            cells.append(_cell(words, BAND, 1, fill=_BAND_FILL, rows=len(rows) + 1))
        if number in heads:
            more = f'{rule} COLSPAN="2"' if alone and not far else rule
            cells.append(
                _cell(_text(head, strong=True), wide, len(head) if alone else 1, fill=_HEAD_FILL, rows=end - number, more=more)
            )
        if not alone:
            cells.append(_cell(_text(second), SECOND, high, more=rule))
        border, fill = colors_of(row.kind)
        look = f' SIDES="L{"T" if number else ""}" BORDER="1" COLOR="{border}"' + (
            ' STYLE="dashed"' if row.kind is NodeKind.GAP else ""
        )
        look += ' COLSPAN="2"' if far else ""
        cells.append(_cell(_text(said), room, high, fill=fill, more=look))
        cells.append(_cell(_text([row.code], color=SOFT), CODES, high, more=rule))
        drawn.append(f"<TR>{''.join(cells)}</TR>")
    # Cells over two columns leave Graphviz to guess their widths; a last row of a point says them.
    ruler = "".join(f'<TD FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="1"></TD>' for width in (FIRST, SECOND, OPTIONS, CODES))
    return _table([*drawn, f"<TR>{ruler}</TR>"], border=1)


def _rule(number: int) -> str:
    """Return the line above a row that is not the first."""
    return f' BORDER="1" SIDES="T" COLOR="{_RULE}"' if number else ""


def _head(definitions: Definitions, pathway: Pathway, review: str) -> str:
    source = definitions.source
    status = definitions.review(pathway.name)
    reviewed = review or (
        "not yet reviewed by a clinician" if status.status is ReviewStatus.NEVER else f"review: {status.words}"
    )
    right = [
        f"What the {source.title.partition(',')[0]} of {source.updated} lists",
        f"definition {pathway.version}, {definitions.content_hash[:12]}; {reviewed}",
    ]
    title = styled(bold(pathway.title), TITLE)
    about = "".join(f'{styled(markup(one), NOTE, SOFT)}<BR ALIGN="RIGHT"/>' for one in right)
    half = PAGE_WIDTH / 2
    return _table(
        [
            f'<TR><TD ALIGN="LEFT" VALIGN="BOTTOM" WIDTH="{half:.0f}">{title}</TD><TD ALIGN="RIGHT" BALIGN="RIGHT" WIDTH="{half:.0f}">{about}</TD></TR>'
        ]
    )


def _foot(definitions: Definitions, rows: Sequence[Row]) -> str:
    used = {key for row in rows for key in row.readings}
    left, right = PAGE_WIDTH - 232, 226.0
    said = [f"{key} {definitions.readings[key].title}." for key in definitions.readings if key in used]
    words = wrapped(
        "Where an answer hangs on how the text is read: " + " ".join(said)
        if said
        else "No answer here hangs on how the text is read.",
        left - 8,
    )
    readings = "".join(f'{_pilled(one)}<BR ALIGN="LEFT"/>' for one in words)
    sign = [
        "Reviewed by _______________________________",
        "□ approve   □ approve with changes   □ do not approve",
        "Date ______________   Signature ______________",
    ]
    box = "".join(f'{markup(one)}<BR ALIGN="LEFT"/>' for one in sign)
    last = wrapped(definitions.source.disclaimer, PAGE_WIDTH / BOLD - 8)
    disclaimer = "".join(f'{bold(one)}<BR ALIGN="LEFT"/>' for one in last)
    return _table(
        [
            f'<TR><TD ALIGN="LEFT" VALIGN="TOP" WIDTH="{left:.0f}" CELLPADDING="3">{readings}</TD>'
            f'<TD ALIGN="LEFT" VALIGN="TOP" WIDTH="{right:.0f}" BORDER="1" CELLPADDING="4">{box}</TD></TR>',
            f'<TR><TD ALIGN="LEFT" COLSPAN="2" CELLPADDING="3">{disclaimer}</TD></TR>',
        ]
    )


def _pilled(text: str) -> str:
    parts = re.split(r"(R-\d+)", text)
    return "".join(styled(bold(part), NOTE, _PILL) if number % 2 else markup(part) for number, part in enumerate(parts) if part)

"""What the report says of each pathway: statements, gaps and diagrams in words, ready for the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from ...engine.recommend import engine_for
from ...model.conditions import Condition
from ...model.pathway import Alternative, Definitions, Option, Pathway, Reading, Statement, Track
from ...model.reference import Locator
from ...model.review_items import ItemKind, ReviewItem, combination_item, gap_item, review_items
from ...model.scenario_rows import LeafKind
from ...model.text import Passages
from ...model.wording import option_label, option_notes, strength_word
from ...proof.scenarios.box_words import box_text
from ...proof.scenarios.boxes import cover
from ...proof.verify.claims import TrackCount, VerificationReport
from ..diagrams.deep_links import deep_link
from ..diagrams.diagram import OVERVIEW, Diagram, render
from ..diagrams.layout_engine import LayoutEngine
from ..diagrams.page_rows import PageRow
from ..diagrams.plan import Piece
from .consequences import Consequence, consequences, in_all
from .highlight import Marked, highlighted
from .in_words import TrackInWords, tracks_in_words

COMBINED: Final = "findings that stand side by side"


@attrs.frozen
class Figure:
    """One page of a diagram: its name, the diagram's, its title, a short one, a description in words, its picture as SVG.

    `pieces` are the parts of tracks that it shows, `rows` those of the page of a whole pathway.
    """

    name: str
    diagram: str
    title: str
    short: str
    description: str
    svg: str
    pieces: tuple[Piece, ...]
    rows: tuple[PageRow, ...]


@attrs.frozen
class ReportPlace:
    """A passage's place in the summary: its section's heading, the words it begins and ends with, and a link to it.

    `passage` is the passage itself, in pieces, where a copy of the summary is at hand.
    """

    section: str
    words: str
    link: str
    passage: Marked = ()


@attrs.frozen
class OptionRow:
    """An option in words; `notes` holds what else the text says of it and what it requires."""

    words: str
    strength: str
    strength_word: str
    notes: tuple[str, ...]
    readings: tuple[str, ...]


@attrs.frozen
class OtherWay:
    """An alternative of a reading: what it says and what it changes; where it rewrites one statement, how that reads then.

    `changes` is what it changes in all, `tracks` where: each pathway and track with its own count, in words.
    """

    reading: str
    id: str
    text: str
    changes: str
    tracks: tuple[tuple[str, str], ...]
    condition: str = ""
    options: tuple[OptionRow, ...] = ()


@attrs.frozen
class StatementRow:
    """A statement as the table shows it."""

    id: str
    label: str
    tracks: tuple[str, ...]
    condition: str
    options: tuple[OptionRow, ...]
    readings: tuple[str, ...]
    other_ways: tuple[OtherWay, ...]
    places: tuple[ReportPlace, ...]


@attrs.frozen
class GapRow:
    """A gap: the findings under which it arises, each a line, and what the summary does not say.

    Its id is that of `review_items`, its name a few words.
    """

    id: str
    name: str
    track: str
    when: tuple[str, ...]
    message: str
    readings: tuple[str, ...]
    other_ways: tuple[OtherWay, ...]


@attrs.frozen
class ReadingRow:
    """A reading: what it says, the passages that speak for it and against it, and its alternatives with what they rewrite.

    `bears_on` are the items that rest on it, by their pathway's title: what each is called, and its id in the page.
    """

    id: str
    title: str
    text: str
    speaks_for: tuple[ReportPlace, ...]
    against: tuple[ReportPlace, ...]
    alternatives: tuple[tuple[OtherWay, tuple[str, ...]], ...]
    bears_on: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@attrs.frozen
class PathwaySection:
    """One pathway's part of the report.

    `page` shows all of it, `states` its graphs. `review` is what the reviews say of it; `counts` are its tracks as verified,
    empty without a verification.
    """

    name: str
    title: str
    version: str
    section: str
    types: tuple[str, ...]
    review: str
    page: Figure
    states: tuple[Figure, ...]
    in_words: tuple[TrackInWords, ...]
    statements: tuple[StatementRow, ...]
    gaps: tuple[GapRow, ...]
    counts: tuple[TrackCount, ...]

    @property
    def statement_count(self) -> int:
        """The number of its statements."""
        return len(self.statements)

    @property
    def gap_count(self) -> int:
        """The number of its gaps."""
        return len(self.gaps)


def sections(
    definitions: Definitions, engine: LayoutEngine | str, passages: Passages, verification: VerificationReport | None
) -> tuple[PathwaySection, ...]:
    """Return the sections of all pathways, in the definitions' order."""
    return tuple(_section(definitions, one, engine, passages, verification) for one in definitions.pathways.values())


def overview(definitions: Definitions, engine: LayoutEngine | str) -> tuple[Figure, ...]:
    """Return the overview's pages."""
    return tuple(_figures(render(OVERVIEW, definitions=definitions, engine=engine)))


def _section(
    definitions: Definitions,
    pathway: Pathway,
    engine: LayoutEngine | str,
    passages: Passages,
    verification: VerificationReport | None,
) -> PathwaySection:
    entry = definitions.entry
    own = (entry.types[key].label for key in entry.types_of(pathway.name))
    page, *states = _figures(render(pathway, definitions=definitions, engine=engine))
    counts = () if verification is None else tuple(one for one in verification.tracks if one.pathway == pathway.name)
    return PathwaySection(
        name=pathway.name,
        title=pathway.title,
        version=pathway.version,
        section=pathway.section,
        types=(f"every {entry.title}",) if pathway.name in entry.common else tuple(own),
        review=definitions.review(pathway.name).words,
        page=page,
        states=tuple(states),
        in_words=tracks_in_words(definitions, pathway),
        statements=tuple(_statement(definitions, pathway, one, passages) for one in pathway.statements),
        gaps=tuple(row for track in pathway.tracks.values() for row in _gaps(definitions, pathway, track)),
        counts=counts,
    )


def readings(definitions: Definitions, passages: Passages) -> tuple[ReadingRow, ...]:
    """Return the readings in the definitions' order."""
    return tuple(_reading(definitions, one, passages.get(one.id, ())) for one in definitions.readings.values())


def _reading(definitions: Definitions, one: Reading, passages: Sequence[str]) -> ReadingRow:
    locators = (*one.evidence_for, *one.evidence_against)
    found = _places(definitions, locators, passages, (one.title, one.text))
    items = (
        (pathway.title, tuple(_named(pathway, item) for item in review_items(pathway) if one.id in item.readings))
        for pathway in definitions.pathways.values()
    )
    return ReadingRow(
        id=one.id,
        title=one.title,
        text=one.text,
        speaks_for=found[: len(one.evidence_for)],
        against=found[len(one.evidence_for) :],
        alternatives=tuple((_other_way(definitions, other), other.named) for other in one.alternatives.values()),
        bears_on=tuple((title, found) for title, found in items if found),
    )


def _named(pathway: Pathway, item: ReviewItem) -> tuple[str, str]:
    if item.kind is ItemKind.STATEMENT:
        return item.id, f"statement-{item.id}"
    return "gap", f"gap-{pathway.name}-{item.id}"


def _other_way(definitions: Definitions, one: Alternative) -> OtherWay:
    found = consequences(engine_for(definitions), one)
    tracks = tuple((_track_title(definitions, each), each.words) for each in found)
    return OtherWay(one.reading, one.id, one.text, in_all(found), tracks)


def _track_title(definitions: Definitions, one: Consequence) -> str:
    pathway = definitions.pathways[one.pathway]
    return f"{pathway.title}: {pathway.tracks[one.track].title}"


def _ways_of(definitions: Definitions, statement: Statement) -> Iterator[OtherWay]:
    """Yield the alternatives that rewrite a statement, with how it reads then."""
    for one in definitions.alternatives:
        found = next((other for other in one.statements if other.id == statement.id), None)
        if found is not None:
            options = tuple(_option(definitions, option) for option in found.options)
            yield attrs.evolve(_other_way(definitions, one), condition=_condition(definitions, found), options=options)


def _ways_of_gap(definitions: Definitions, pathway: Pathway, readings: Iterable[str]) -> tuple[OtherWay, ...]:
    """Return the alternatives of the readings on which a gap of a pathway rests that rewrite statements of the pathway."""
    there = (one for one in definitions.alternatives if one.reading in set(readings) and pathway.name in one.pathways)
    return tuple(_other_way(definitions, one) for one in there)


def _condition(definitions: Definitions, statement: Statement) -> str:
    """Return when a statement applies, in words; one that stands in two tracks applies under either condition."""
    found: list[Condition] = [statement.condition, *(condition for _, condition in statement.also)]
    return ", or ".join(dict.fromkeys(one.describe(definitions.words) for one in found))


def _figures(diagram: Diagram) -> Iterator[Figure]:
    for number, page in enumerate(diagram.pages, 1):
        # A page of HTML takes the picture without XML's declaration, and has ids of its own.
        picture = diagram.svg(number, prefix="picture-")
        # A pathway's one page comes first, and then its states.
        states = number - 1 if diagram.name != OVERVIEW else number
        several = len(diagram.pages) > (2 if diagram.name != OVERVIEW else 1)
        short = f"{diagram.title} {states}" if states and several and number > 1 else diagram.title
        yield Figure(
            page.name,
            diagram.name,
            page.title,
            short,
            page.description,
            picture[picture.index("<svg") :],
            page.pieces,
            page.rows,
        )


def _statement(definitions: Definitions, pathway: Pathway, statement: Statement, passages: Passages) -> StatementRow:
    condition = _condition(definitions, statement)
    options = tuple(_option(definitions, option) for option in statement.options)
    said = (statement.label, condition, *(text for one in options for text in (one.words, *one.notes)))
    return StatementRow(
        id=statement.id,
        label=statement.label,
        tracks=tuple(pathway.tracks[name].title for name, _ in statement.placements),
        condition=condition,
        options=options,
        readings=statement.readings,
        other_ways=tuple(_ways_of(definitions, statement)),
        places=_places(definitions, statement.locators, passages.get(statement.id, ()), said),
    )


def place(definitions: Definitions, locator: Locator) -> ReportPlace:
    """Return a locator as the report shows it."""
    words = f"{locator.first} … {locator.last}"
    return ReportPlace(locator.section, words, deep_link(definitions, locator))


def _places(
    definitions: Definitions, locators: Sequence[Locator], passages: Sequence[str], said: Sequence[str]
) -> tuple[ReportPlace, ...]:
    """Return locators with their passages, where those are at hand; words that are said of them are marked."""
    found = [place(definitions, locator) for locator in locators]
    marked = [highlighted(passage, said) for passage in passages] or [()] * len(found)
    return tuple(attrs.evolve(one, passage=passage) for one, passage in zip(found, marked, strict=True))


def _option(definitions: Definitions, option: Option) -> OptionRow:
    words = option_label(definitions, option.treatments, option.optional)
    notes = tuple(option_notes(definitions, option))
    return OptionRow(words, str(option.strength), strength_word(option.strength), notes, option.readings)


def _gaps(definitions: Definitions, pathway: Pathway, track: Track) -> Iterator[GapRow]:
    table = definitions.scenarios[pathway.name, track.name]
    rows = [row.values for row in table.rows]
    for leaf in track.leaves:
        if leaf.kind is LeafKind.GAP:
            boxes = cover(
                definitions.vocabulary.facts, table.facts, rows, [row.values for row in table.rows if row.leaf == leaf.name]
            )
            when = tuple(box_text(definitions.vocabulary, box) for box in boxes)
            yield GapRow(
                gap_item(track.name, leaf.name),
                leaf.name.replace("_", " "),
                track.title,
                when,
                leaf.message,
                leaf.readings,
                _ways_of_gap(definitions, pathway, leaf.readings),
            )
    if (combination := pathway.combination(track.name)) is not None:
        when = (combination.when.describe(definitions.words),)
        found = _ways_of_gap(definitions, pathway, combination.readings)
        item = combination_item(track.name)
        yield GapRow(item, COMBINED, track.title, when, combination.message, combination.readings, found)

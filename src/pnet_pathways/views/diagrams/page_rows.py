"""What stands on a pathway's one page: bands of rows, each a condition in few words with what the text lists for it, or a gap.

Statements are rows in the order of the text; a statement whose options differ in what they require has a row for each
requirement. A gap follows the rows that begin with the same finding.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import attrs

from ...loading.chosen_readings import definitions_under
from ...model.conditions import AllOf, Condition
from ...model.facts import Scenario
from ...model.pathway import Alternative, Definitions, Option, Pathway, Statement, Strength, Track
from ...model.scenario_rows import LeafKind, Row, TrackScenarios
from ...model.text import NO_PASSAGES, Passages, sentence_case
from ...model.values import Value
from ...model.wording import option_label, sorted_readings, strength_word
from ...proof.scenarios.boxes import Box, cover
from .deep_links import deep_link
from .labels import statement_tip
from .page_words import PageWords
from .style import NodeKind

ANY_TIME = "At any time"
GAP_WORDS = "Gap: nothing specific is listed"
_BOTH = 2
_T = TypeVar("_T")
COMBINATION_WORDS = "Gap: each row applies on its own; what is done for both is not said"


@attrs.frozen(eq=False)
class PageRow:
    """A row: the finding it begins with, the others, what stands there, the code at its edge, and on which readings it hangs.

    It stands for `options` of a `statement` in a `track`, or for the gap where `box` holds (the `leaves` of its graph), or for
    the gap of a combination, `when`; or it `leads_to` another page, `entry` being the type that does.
    """

    first: str
    second: str
    kind: NodeKind
    text: str
    code: str
    tooltip: str
    readings: tuple[str, ...] = ()
    track: str = ""
    statement: str = ""
    options: tuple[int, ...] = ()
    box: Box | None = None
    leaves: tuple[str, ...] = ()
    when: Condition | None = None
    leads_to: str = ""
    link: str = ""
    entry: str = ""

    @property
    def condition(self) -> str:
        """All its findings in words."""
        return ", ".join(filter(None, (self.first, self.second)))

    @property
    def option_keys(self) -> frozenset[tuple[str, int]]:
        """The options for which the row stands, as a table names them."""
        return frozenset((self.statement, number) for number in self.options)


@attrs.frozen
class Band:
    """Rows under one title."""

    name: str
    title: str
    rows: tuple[PageRow, ...]


def page_bands(
    definitions: Definitions, pathway: Pathway, passages: Passages = NO_PASSAGES, *, brief: bool = False
) -> tuple[Band, ...]:
    """Return the bands of a pathway's page: the tracks of an answer that can have gaps, then what applies at any time.

    A `brief` page does not list what stands on the pages that it leads to.
    """
    found: list[Band] = []
    always: list[PageRow] = []
    for group in definitions.groups.values():
        rows = tuple(
            row
            for track in pathway.tracks.values()
            if track.group == group.name
            for row in _Rows(definitions, pathway, track, passages).rows()
        )
        if rows and (group.gap_when is not None or pathway.name in definitions.entry.common):
            found.append(Band(group.name, group.title, rows))
        else:
            always.extend(rows)
    if pathway.name not in definitions.entry.common:
        always.extend(pointer(definitions, definitions.pathways[name], brief=brief) for name in definitions.entry.common)
    return (*found, *([Band("any-time", ANY_TIME, tuple(always))] if always else []))


def codes_of(pathway: Pathway) -> str:
    """Return which statements a pathway holds: ``GAS-1 to 10``."""
    first, last = pathway.statements[0].id, pathway.statements[-1].id
    return first if first == last else f"{first} to {last.rpartition('-')[2]}"


def pointer(definitions: Definitions, pathway: Pathway, *, brief: bool = False) -> PageRow:
    """Return the row that leads to the page of a pathway for every type, with what stands there in a line, by the alphabet."""
    treatments = {
        option_label(definitions, option.treatments, ()) for statement in pathway.statements for option in statement.options
    }
    return PageRow(
        pathway.title,
        "",
        NodeKind.CONTINUES,
        "See its page" if brief else "See its page: " + "; ".join(sorted(treatments, key=_first_word)),
        codes_of(pathway),
        f"{pathway.title}: a page of its own.",
        leads_to=pathway.name,
    )


def _first_word(label: str) -> str:
    """Return what a label is listed by: all but its article."""
    return re.sub(r"^an? ", "", label.lower())


@attrs.frozen
class _Rows:
    """The rows of one track."""

    definitions: Definitions
    pathway: Pathway
    track: Track
    passages: Passages

    @property
    def table(self) -> TrackScenarios:
        return self.definitions.scenarios[self.pathway.name, self.track.name]

    @property
    def words(self) -> PageWords:
        return PageWords(self.definitions, self.definitions.groups[self.track.group])

    def rows(self) -> list[PageRow]:
        """Return the statements in the order of the text, each gap behind the rows that begin with the same finding."""
        rows = [row for one in self.pathway.statements for row in self._statement(one)]
        for row in self._gaps():
            same = [number for number, one in enumerate(rows) if one.first == row.first]
            rows.insert(same[-1] + 1 if same else len(rows), row)
        if (both := self.pathway.combination(self.track.name)) is not None:
            first, second = _cells(self.words.parts(both.when))
            tip = f"Gap. {both.message}"
            rows.append(
                PageRow(first, second, NodeKind.GAP, COMBINATION_WORDS, "gap", tip, track=self.track.name, when=both.when)
            )
        return rows

    def _statement(self, statement: Statement) -> Iterator[PageRow]:
        when = dict(statement.placements).get(self.track.name)
        if when is None:
            return
        by_need: dict[Condition, list[Option]] = {}
        for option in statement.options:
            by_need.setdefault(option.requires, []).append(option)
        for need, options in by_need.items():
            first, second = _cells(self.words.parts(AllOf((when, need))))
            yield PageRow(
                first,
                second,
                NodeKind.OFFER,
                options_text(self.definitions, options),
                statement.id,
                statement_tip(statement, self.passages),
                self._bearing(functools.partial(_rewrites, statement, options, self.track.name)),
                self.track.name,
                statement.id,
                tuple(option.number for option in options),
                link=deep_link(self.definitions, statement.locators[0]),
            )

    def _bearing(self, changes: _Changes) -> tuple[str, ...]:
        """Return the readings with an alternative that changes something."""
        return sorted_readings(tuple(one.reading for one in self.definitions.alternatives if changes(one)))

    def _gaps(self) -> Iterator[PageRow]:
        """Yield a row for each finding on which the section is silent, in as few words as say it."""
        table, leaves = self.table, {leaf.name: leaf for leaf in self.track.leaves}
        silent = [row for row in table.rows if row.expected is LeafKind.GAP]
        for box in told_boxes(self.definitions, table, silent):
            inside = [row for row in silent if box.holds(_scenario(table, row))]
            here = [leaves[name] for name in dict.fromkeys(row.leaf for row in inside)]
            first, second = _cells(self.words.box(box))
            yield PageRow(
                first,
                second,
                NodeKind.GAP,
                GAP_WORDS,
                "gap",
                " ".join(["Gap.", *(leaf.message for leaf in here)]),
                self._bearing(functools.partial(self._fills, inside)),
                self.track.name,
                box=box,
                leaves=tuple(leaf.name for leaf in here),
            )

    def _fills(self, silent: Sequence[Row], alternative: Alternative) -> bool:
        """Return whether under an alternative the text is no longer silent in some of these scenarios."""
        if self.pathway.name not in alternative.pathways:
            return False
        under = definitions_under(self.definitions, {alternative.reading: alternative.id})
        table, now = self.table, under.scenarios[self.pathway.name, self.track.name]
        shared = [name for name in table.facts if name in now.facts]
        filled = {tuple(_scenario(now, row)[name] for name in shared) for row in now.rows if row.expected is not LeafKind.GAP}
        return any(tuple(_scenario(table, row)[name] for name in shared) in filled for row in silent)


_Changes = Callable[[Alternative], bool]


def _cells(parts: Sequence[str]) -> tuple[str, str]:
    first, *rest = parts or ["always"]
    return sentence_case(first), ", ".join(rest)


def _scenario(table: TrackScenarios, row: Row) -> Scenario:
    return dict(zip(table.facts, row.values, strict=True))


def _rewrites(statement: Statement, options: Sequence[Option], track: str, alternative: Alternative) -> bool:
    """Return whether an alternative changes when a statement applies in a track, or these options of it, or adds one."""
    new = next((one for one in alternative.statements if one.id == statement.id), None)
    if new is None:
        return False
    now = {one.treatments: one for one in new.options}
    if dict(new.placements).get(track) != dict(statement.placements).get(track):
        return True
    added = set(now) - {one.treatments for one in statement.options}
    return bool(added) or any(_changed(one, now.get(one.treatments)) for one in options)


def _changed(option: Option, now: Option | None) -> bool:
    return now is None or attrs.evolve(now, number=option.number, item=option.item, readings=option.readings) != option


def told_boxes(definitions: Definitions, table: TrackScenarios, silent: Sequence[Row]) -> tuple[Box, ...]:
    """Return boxes that hold together of exactly the silent rows, each saying what its own rows have in common.

    A box of the smallest cover can leave out what rules make plain, or take in rows of another box; a reader is told both.
    """
    if not silent:
        return ()
    facts = definitions.vocabulary.facts
    plain = cover(facts, table.facts, [row.values for row in table.rows], [row.values for row in silent])
    told = []
    for number, box in enumerate(plain):
        others = [other for place, other in enumerate(plain) if place != number]
        scenarios = [_scenario(table, row) for row in silent]
        own = [one for one in scenarios if box.holds(one) and not any(other.holds(one) for other in others)]
        told.append(Box({name: values for name in table.facts if (values := _told(name, box, own))}))
    rows = {row.values for row in silent}
    held = {row.values for row in table.rows if any(box.holds(_scenario(table, row)) for box in told)}
    return tuple(told) if held == rows else plain


def _told(name: str, box: Box, own: Sequence[Scenario]) -> tuple[Value, ...]:
    """Return which values of a fact to tell of a box: those it names, or the one that its rows have in common, unless no."""
    found = tuple(dict.fromkeys(one[name] for one in own))
    if name in box.values:
        return tuple(value for value in box.values[name] if value in found)
    return found if len(found) == 1 and _says_something(found[0]) else ()


def _says_something(value: Value) -> bool:
    return isinstance(value, str) or value is True


def options_text(definitions: Definitions, options: Sequence[Option]) -> str:
    """Return options in words: by strength, the alternatives of one entry joined by "or"."""
    by_entry: dict[object, list[Option]] = {}
    for option in options:
        by_entry.setdefault(option.choice or option.item, []).append(option)
    with_all = _same([one.optional for one in options])
    by_strength: dict[Strength, list[str]] = {}
    for entry in by_entry.values():
        by_strength.setdefault(entry[0].strength, []).append(_entry_text(definitions, entry, bare=bool(with_all)))
    text = "; ".join(f"{_strength(strength)} {'; '.join(words)}" for strength, words in by_strength.items())
    return sentence_case(f"{text}; each {_with(definitions, with_all)}" if with_all else text)


def _strength(strength: Strength) -> str:
    return "may include" if strength is Strength.MAY else strength_word(strength)


def _with(definitions: Definitions, optional: tuple[str, ...]) -> str:
    return f"with or without {option_label(definitions, optional, ())}"


def _same(found: Sequence[_T]) -> _T | None:
    """Return what several things have in common, `None` where they differ or there is only one."""
    return found[0] if len(found) > 1 and len(set(found)) == 1 else None


def _entry_text(definitions: Definitions, options: Sequence[Option], *, bare: bool) -> str:
    """Return the alternatives of one entry; `bare` of what all entries can be given with."""
    optional, intent = _same([one.optional for one in options]), _same([one.intent for one in options])
    words = ""
    for option in options:
        text = option_label(definitions, option.treatments, () if bare or optional else option.optional)
        text += f" ({option.intent})" if option.intent and not intent else ""
        if words:
            lead = ", or, rarely," if option.strength is Strength.RARE else " or"
            words += f"{lead} {text}"
        else:
            words = text
    words += f", each {_with(definitions, optional)}" if optional and not bare else ""
    words += f" ({'both' if len(options) == _BOTH else 'all'} {intent})" if intent else ""
    return f"either {words}" if options[0].choice else words

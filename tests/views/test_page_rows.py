"""The rows of the one page say what statements and graphs say: nothing is left out, nothing added."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnet_pathways import load_pathways
from pnet_pathways.loading.chosen_readings import definitions_under
from pnet_pathways.model.pathway import Alternative, Definitions, Pathway
from pnet_pathways.model.scenario_rows import LeafKind, Row, TrackScenarios
from pnet_pathways.testing import cases
from pnet_pathways.views.diagrams.page_rows import Band, PageRow, page_bands, told_boxes
from pnet_pathways.views.diagrams.row_marks import RowMark, mark_bands

PATHWAYS = tuple(load_pathways().pathways.values())
by_name = pytest.mark.parametrize("pathway", PATHWAYS, ids=lambda one: one.name)


@functools.cache
def bands_of(name: str) -> tuple[Band, ...]:
    definitions = load_pathways()
    return page_bands(definitions, definitions.pathways[name])


def rows_of(pathway: Pathway) -> list[PageRow]:
    return [row for band in bands_of(pathway.name) for row in band.rows]


def values_of(table: TrackScenarios, row: Row) -> dict[str, object]:
    return dict(zip(table.facts, row.values, strict=True))


@by_name
def test_every_option_of_every_placement_stands_in_exactly_one_row(pathway: Pathway, definitions: Definitions) -> None:
    stands = [(row.track, *key) for row in rows_of(pathway) for key in row.option_keys]
    wanted = [
        (track, statement.id, option.number)
        for statement in pathway.statements
        for track, _ in statement.placements
        for option in statement.options
    ]
    assert sorted(stands) == sorted(wanted)


@by_name
def test_the_boxes_of_gaps_hold_exactly_where_the_text_is_silent(pathway: Pathway, definitions: Definitions) -> None:
    rows = rows_of(pathway)
    for track in pathway.tracks.values():
        table = definitions.scenarios[pathway.name, track.name]
        boxes = [row.box for row in rows if row.track == track.name and row.box is not None]
        for row in table.rows:
            told = any(box.holds(values_of(table, row)) for box in boxes)  # type: ignore[arg-type]
            assert told == (row.expected is LeafKind.GAP)
        named = {leaf for row in rows if row.track == track.name for leaf in row.leaves}
        assert named == {leaf.name for leaf in track.leaves if leaf.kind is LeafKind.GAP}


def test_no_silent_row_makes_no_box(definitions: Definitions) -> None:
    assert told_boxes(definitions, definitions.scenarios["supportive", "supportive.diarrhea"], []) == ()


def changes(
    definitions: Definitions, pathway: Pathway, row: PageRow, alternative: Alternative
) -> Iterator[tuple[object, object]]:
    """Yield what a row says of each scenario, as it is read and under an alternative, whatever facts either reads."""
    under = definitions_under(definitions, {alternative.reading: alternative.id})
    old, new = (one.scenarios[pathway.name, row.track] for one in (definitions, under))
    holds = _offers if row.statement else _is_silent
    before, after = holds(definitions, pathway, row), holds(under, under.pathways[pathway.name], row)
    shared = [name for name in old.facts if name in new.facts]
    like: dict[tuple[object, ...], list[Row]] = {}
    for other in new.rows:
        there = values_of(new, other)
        like.setdefault(tuple(there[name] for name in shared), []).append(other)
    for scenario in old.rows:
        known = values_of(old, scenario)
        if row.box is not None and not row.box.holds(known):  # type: ignore[arg-type]
            continue
        for other in like[tuple(known[name] for name in shared)]:
            yield before(scenario), after(other)


def _offers(definitions: Definitions, pathway: Pathway, row: PageRow) -> Callable[[Row], object]:
    found = {one.treatments: one for one in pathway.statement(row.statement).options}
    own = {(row.statement, one.number): (one.treatments, one.strength, one.optional, one.intent) for one in found.values()}
    return lambda scenario: frozenset(own[key] for key in scenario.holds if key in own)


def _is_silent(definitions: Definitions, pathway: Pathway, row: PageRow) -> Callable[[Row], object]:
    return lambda scenario: scenario.expected is LeafKind.GAP


@by_name
def test_a_reading_is_marked_where_it_changes_what_a_row_says_and_nowhere_else(
    pathway: Pathway, definitions: Definitions
) -> None:
    for alternative in definitions.alternatives:
        for row in (row for row in rows_of(pathway) if row.statement or row.box is not None):
            differs = any(one != other for one, other in changes(definitions, pathway, row, alternative))
            # Rows of one statement share what changes in it; each alone is marked for its own options.
            if row.statement and differs:
                others = [one for one in rows_of(pathway) if (one.track, one.statement) == (row.track, row.statement)]
                assert any(alternative.reading in one.readings for one in others), (row.code, alternative.name)
            elif row.statement:
                assert alternative.reading not in row.readings, (row.code, alternative.name)
            else:
                assert (alternative.reading in row.readings) == differs, (row.leaves, alternative.name)


@by_name
@settings(max_examples=100)
@given(data=st.data())
def test_a_row_is_marked_for_exactly_the_completions_of_a_case(pathway: Pathway, data: st.DataObject) -> None:
    definitions = load_pathways()
    case = data.draw(cases())
    known = case.entry is None or pathway.name in definitions.entry.bears_on(case.entry)
    if not known:
        return
    is_open = definitions.entry.is_open(pathway.name, case.entry)
    for row, mark in mark_bands(definitions, pathway, bands_of(pathway.name), case).items():
        if row.leads_to:
            assert mark is RowMark.PLAIN
            continue
        table = definitions.scenarios[pathway.name, row.track]
        left = [
            one for one in table.rows if all(case.value(name) in (None, value) for name, value in values_of(table, one).items())
        ]
        holding = [one for one in left if _holds(row, table, one)]
        wanted = (
            RowMark.DOES_NOT_APPLY
            if not holding
            else RowMark.MAY_APPLY
            if is_open or len(holding) < len(left)
            else RowMark.APPLIES
        )
        assert mark is wanted, (row.first, row.second, case.to_dict())


def _holds(row: PageRow, table: TrackScenarios, scenario: Row) -> bool:
    if row.statement:
        return bool(row.option_keys & scenario.holds)
    if row.box is not None:
        return scenario.expected is LeafKind.GAP and row.box.holds(values_of(table, scenario))  # type: ignore[arg-type]
    return scenario.combines


def test_conditions_read_in_few_words(definitions: Definitions) -> None:
    found = [(row.first, row.second, row.text, row.code) for row in rows_of(definitions.pathways["insulinoma"])]
    one = "One tumor in the pancreas"
    assert found[:6] == [
        (one, "in the head or tail, small, resectable", "Usually surgery to remove the tumor", "INS-1"),
        (one, "in the head, large, not resectable", "Usually pancreatoduodenectomy (Whipple procedure)", "INS-2"),
        (one, "in the body or tail, large, resectable", "Usually distal pancreatectomy", "INS-3"),
        (one, "in the head only, large, resectable", "Gap: nothing specific is listed", "gap"),
        (one, "in the body only, small, resectable", "Gap: nothing specific is listed", "gap"),
        (
            "Several tumors in the pancreas",
            "resectable",
            "Usually removal of any tumors in the pancreatic head together with distal pancreatectomy",
            "INS-4",
        ),
    ]
    told = {row.code: row.text for row in rows_of(definitions.pathways["recurrent"])}
    assert told["REC-2"].endswith("hepatic arterial occlusion or chemoembolization, each with or without systemic chemotherapy")
    told = {row.code: row.text for row in rows_of(definitions.pathways["gastrinoma"])}
    assert "either" in told["GAS-5"]
    assert ", or, rarely, total gastrectomy" in told["GAS-5"]
    told = {row.code: row.text for row in rows_of(definitions.pathways["other"])}
    assert told["OTH-2"].endswith("hormone therapy (both palliative)")

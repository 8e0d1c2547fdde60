"""What the report page answers and lights up, without its form: equal to the library, to the byte.

A scenario gives each fact that a pathway can use one value, as `scenarios.scenario_space` counts them; a partial case leaves
any of a track's facts unknown. Tracks are put together by the page, so scenarios of whole pathways, and samples of every
type with any facts known, hold that too.
"""

from __future__ import annotations

import functools
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

from browser.chromium import opened
from browser.findings import (
    ENTRY,
    TYPES,
    VOCABULARY,
    Findings,
    case_of,
    case_or_error,
    drawn,
    every_partial,
    findings_at,
    findings_of,
)
from pnet_pathways import InconsistentCaseError, load_pathways, recommend
from pnet_pathways.engine.answer import Certainty
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.engine.tables import GapKind
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import (
    Definitions,
    Leaf,
    Pathway,
    Question,
)
from pnet_pathways.model.values import NOT_APPLICABLE, answer_name
from pnet_pathways.proof.mutate.golden import read_golden
from pnet_pathways.proof.scenarios.space import scenario_space
from pnet_pathways.views.diagrams.drawing import Page as DiagramPage
from pnet_pathways.views.diagrams.drawing import (
    continues_class,
    edge_class,
    pathway_pages,
    state_class,
)
from pnet_pathways.views.diagrams.entry_page import entry_bands
from pnet_pathways.views.diagrams.marks import mark_of, mark_of_transition, track_path
from pnet_pathways.views.diagrams.page_rows import page_bands
from pnet_pathways.views.diagrams.row_marks import RowMark, mark_bands, mark_entry
from project import DEFINITIONS

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

# Equal texts are sent once: the answers to a few thousand cases would be a hundred megabytes.
ANSWERS: Final = """cases => {
  const numbers = new Map();
  const number = text => numbers.get(text) ?? (numbers.set(text, numbers.size), numbers.size - 1);
  const parts = answer => Object.entries(answer).map(([key, value]) => [key, number(JSON.stringify(value))]);
  const found = cases.map(findings => parts(pnetPathways.answer(findings)));
  return { found, texts: [...numbers.keys()] };
}"""
MARKS: Final = """cases => cases.map(findings => {
  const { lighting, answer, kindOf } = pnetPathways;
  const kind = kindOf(findings);
  const { trace } = answer(findings);
  const marks = page => Object.fromEntries(lighting.marksOn(page, trace));
  return Object.fromEntries(lighting.pagesOf(kind).map(page => [page.name, marks(page)]));
})"""
MARK_WORDS: Final = frozenset({"visited", "open", "faded"})
PATHWAY_PART: Final = ("state-", "edge-", "continues-")

Marks = dict[str, dict[str, str]]
"""For each page the mark of each class."""


@pytest.fixture(scope="module")
def page(browser: Browser, report: Path) -> Page:
    """The report, opened once: nothing here changes it."""
    return opened(browser.new_page(), report)


def answer_of(findings: Findings) -> dict[str, Any]:
    case = case_or_error(findings)
    if isinstance(case, InconsistentCaseError):
        return {"contradictions": [{"facts": str(one.where).split(" and "), "message": one.message} for one in case.problems]}
    return recommend(case).to_dict()


def check_answers(page: Page, cases: Iterable[Findings]) -> None:
    """The page's answer to each case is the library's, with all its keys in order, to the byte once dumped."""
    cases = list(cases)
    seen = page.evaluate(ANSWERS, cases)
    texts = seen["texts"]
    assert len(seen["found"]) == len(cases) > 0
    for findings, parts in zip(cases, seen["found"], strict=True):
        expected = answer_of(findings)
        assert [key for key, _ in parts] == list(expected), findings
        for key, number in parts:
            assert texts[number] == json.dumps(expected[key], ensure_ascii=False, separators=(",", ":")), (findings, key)


def scenarios(definitions: Definitions, pathway: str, kind: str | None) -> Iterator[Findings]:
    """Yield every scenario of each track of a pathway, on one of its types."""
    own = {} if kind is None else {ENTRY: kind}
    for track in definitions.pathways[pathway].tracks:
        table = definitions.scenarios[pathway, track]
        for row in table.rows:
            given = zip(table.facts, row.values, strict=True)
            yield own | {name: answer_name(value) for name, value in given if value is not NOT_APPLICABLE}


@pytest.mark.parametrize("kind", load_pathways().entry.types_in_scope)
def test_every_scenario_of_each_track_is_answered_as_the_library_does(page: Page, definitions: Definitions, kind: str) -> None:
    """The pathways have thousands together; their tracks, and a sample of them, are enough."""
    pathway = definitions.entry.types[kind].pathway
    assert pathway is not None
    check_answers(page, scenarios(definitions, pathway, kind))
    check_answers(page, (findings_of(one.case) for one in scenario_space(pathway, type_=kind).sample(60, seed=4)))


def test_every_scenario_of_what_all_types_share_is_answered_as_the_library_does(page: Page, definitions: Definitions) -> None:
    for pathway in definitions.entry.common:
        check_answers(page, scenarios(definitions, pathway, None))


def test_every_golden_case_is_answered_as_the_library_does_and_so_it_is_with_each_finding_unknown(page: Page) -> None:
    golden = [
        findings_of(one.case)
        for path in sorted((DEFINITIONS / "golden").glob("*.yaml"))
        for one in read_golden(path, VOCABULARY)
    ]
    less = ({name: answer for name, answer in one.items() if name != left} for one in golden for left in one)
    cases = list({tuple(one.items()): one for one in (*golden, *less)}.values())
    check_answers(page, cases)
    answers = [recommend(case_of(one)) for one in cases]
    assert any(one.either_way for one in answers)
    assert any(gap.kind is GapKind.COMBINATION and gap.certainty is Certainty.CERTAIN for one in answers for gap in one.gaps)
    assert any(gap.kind is GapKind.COMBINATION and gap.certainty is Certainty.POSSIBLE for one in answers for gap in one.gaps)


def test_what_applies_either_way_is_found_as_the_library_does(page: Page) -> None:
    """Gastrinomas and others of which the primary is known so far that several statements give the same operation."""
    sites: list[dict[str, str]] = [{"sites": "body"}, {"sites": "tail"}, {"sites.head": "no"}, {"sites": "head"}, {}]
    numbers: list[dict[str, str]] = [{}, {"pancreatic_tumors": "one"}, {"primary_removed": "no"}]
    cases = [
        {ENTRY: kind, "residual_after_surgery": "no", "resectable": "yes", **number, **findings_at(site), **duodenum}
        for kind in ("gastrinoma", "insulinoma", "glucagonoma")
        for number in numbers
        for site in sites
        for duodenum in ({}, {"duodenal_tumors": "no"})
    ]
    cases += [{name: answer for name, answer in one.items() if name != ENTRY} for one in cases]
    cases = [one for one in cases if isinstance(case_or_error(one), Case)]
    check_answers(page, cases)
    assert sum(bool(recommend(case_of(one)).either_way) for one in cases) >= 4


FEW: Final = 500


@pytest.mark.parametrize("kind", ["insulinoma", "vipoma"])
def test_every_partial_case_of_each_track_is_answered_as_the_library_does(
    page: Page, definitions: Definitions, kind: str
) -> None:
    """Every one of a track that has few, of others as many as that; that the tables are exact is shown without a browser."""
    found = {}
    for table in engine_for(definitions).compiled.plans[kind]:
        every = list(every_partial(table.facts, kind))
        some = every if len(every) <= FEW else random.Random(3).sample(every, FEW)  # noqa: S311
        found.update({tuple(sorted(one.items())): one for one in some})
    check_answers(page, found.values())


def test_samples_of_every_type_are_answered_as_the_library_does(page: Page) -> None:
    """Total, partial and contradictory ones, with every type, none, and those out of scope."""
    cases = list(drawn(1000, seed=11))
    kinds = Counter((one.get(ENTRY), isinstance(case_or_error(one), Case)) for one in cases)
    assert len(kinds) == 2 * (1 + len(TYPES))
    assert min(kinds.values()) >= 5
    check_answers(page, cases)


def test_linked_findings_are_refused_with_the_librarys_words(page: Page) -> None:
    """Refused where no completion is consistent: every way to give two or three facts tied by rules, and some of many."""
    draw = random.Random(6)  # noqa: S311
    for linked in VOCABULARY.linked_sets:
        names = [name for name in VOCABULARY.facts if name in linked]
        for count in (2, 3):
            for some in itertools.combinations(names, count):
                check_answers(page, (one for one in every_partial(some) if len(one) == count))
        answers = [(None, *VOCABULARY.facts[name].answers) for name in names]
        drawn_ones = ([draw.choice(one) for one in answers] for _ in range(FEW))
        given = ({name: one for name, one in zip(names, ones, strict=True) if one is not None} for ones in drawn_ones)
        check_answers(page, given)


# Lighting


def drawn_marks(pages: tuple[DiagramPage, ...]) -> Marks:
    """Return the marks that a diagram is drawn with, read from its DOT text."""
    found: Marks = {}
    for page in pages:
        marks = found.setdefault(page.name, {})
        for names in (set(one.split()) for one in re.findall(r'class="?([^"\]]+?)"?(?: \w+=|\])', page.dot)):
            mark = names & MARK_WORDS
            if mark:
                (part,) = (one for one in names - mark if "-" in one or one == "type")
                assert marks.setdefault(part, *mark) in mark
    return found


def path_marks(definitions: Definitions, pathway: Pathway, case: Case) -> Marks:
    """Return the marks that a case's paths give each page of a pathway, piece by piece."""
    found: Marks = {}
    for page in layout(definitions, pathway.name):
        marks = found.setdefault(page.name, {})
        for piece in page.pieces:
            track = piece.track
            path = track_path(track, case).within(piece.root, piece.cut)
            for state in piece.states:
                marks[state_class(track.name, state.name)] = str(mark_of(path, state.name))
                if isinstance(state, Question):
                    for one in state.answers:
                        mark = mark_of_transition(path, state.name, one.name)
                        marks[edge_class(track.name, state.name, one.name)] = str(mark)
                elif state.name == track.start:
                    marks[edge_class(track.name, state.name, "always")] = str(mark_of(path, state.name))
            marks.update({continues_class(track.name, name): str(mark_of(path, name)) for name in piece.cut})
    return found


@functools.cache
def layout(definitions: Definitions, name: str) -> tuple[DiagramPage, ...]:
    return pathway_pages(definitions, definitions.pathways[name])


def walks(pathway: Pathway, kind: str | None) -> list[dict[str, str]]:
    """Return findings for every way through each track, and for every beginning of one."""
    own = {} if kind is None else {ENTRY: kind}
    found = []
    for track in pathway.tracks.values():
        waiting: list[tuple[str, dict[str, str]]] = [(track.start, own)]
        for name, known in waiting:
            found.append(known)
            state = track.states[name]
            if not isinstance(state, Leaf):
                waiting += [
                    (way.target, {**known, **{fact: answer_name(value) for fact, value in given.items()}})
                    for way in state.answers
                    for one in way.values
                    for given in [VOCABULARY.as_facts(state.asks, one)]
                ]
                if state.asks in VOCABULARY.groups:
                    # One member can settle the question of its group.
                    found += [{**known, member: answer} for member in state.facts for answer in ("yes", "no")]
    return found


def check_marks(page: Page, definitions: Definitions, name: str, cases: Iterable[Findings]) -> None:
    """What the page lights up in a pathway's diagram is what the paths of each case say."""
    cases = [one for one in cases if isinstance(case_or_error(one), Case)]
    for findings, seen in zip(cases, page.evaluate(MARKS, cases), strict=True):
        expected = path_marks(definitions, definitions.pathways[name], case_of(findings))
        assert {one: seen[one] for one in expected} == expected, findings


@pytest.mark.parametrize("name", ["insulinoma", "vipoma", "other", "recurrent"])
def test_every_scenario_lights_up_its_paths(page: Page, definitions: Definitions, name: str) -> None:
    kind = next((key for key in definitions.entry.types_of(name)), None)
    check_marks(page, definitions, name, scenarios(definitions, name, kind))


def test_every_beginning_of_a_path_is_lit_up_and_its_question_open(page: Page, definitions: Definitions) -> None:
    for name, pathway in definitions.pathways.items():
        kind = next((key for key in definitions.entry.types_of(name)), None)
        check_marks(page, definitions, name, walks(pathway, kind))


def test_diagrams_drawn_by_the_library_for_a_case_have_the_same_marks(page: Page, definitions: Definitions) -> None:
    """Every page of states that bears on a case, for samples of all types."""
    cases = [{}, *(one for one in drawn(48, seed=5) if isinstance(case_or_error(one), Case))]
    open_seen = faded_seen = 0
    for findings, seen in zip(cases, page.evaluate(MARKS, cases), strict=True):
        case = case_of(findings)
        shown = definitions.entry.bears_on(case.entry) if case.entry else definitions.entry.common
        expected: Marks = {}
        for name in shown:
            expected.update(drawn_marks(pathway_pages(definitions, definitions.pathways[name], case)))
        assert seen == expected, findings
        every = [mark for marks in expected.values() for mark in marks.values()]
        open_seen, faded_seen = open_seen + every.count("open"), faded_seen + every.count("faded")
    assert min(open_seen, faded_seen) > len(cases) / 2


def test_every_answer_in_a_diagram_stands_for_its_finding(page: Page, definitions: Definitions) -> None:
    """Those with one value can be chosen: each node is that answer's, and there is no other."""
    seen = page.evaluate("pnetPathways.data.pages.map(page => [page.diagram, pnetPathways.lighting.choicesOn(page)])")
    found = {(diagram, one["name"], one["asks"], one["answer"]) for diagram, choices in seen for one in choices}
    expected = set()
    for pathway in definitions.pathways.values():
        for track in pathway.tracks.values():
            for question in track.questions:
                for way in (one for one in question.answers if len(one.values) == 1):
                    part = edge_class(track.name, question.name, way.name)
                    expected.add((pathway.name, part, question.asks, VOCABULARY.answer(question.asks, *way.values)))
    assert found == expected


# Rows of the one page

ROWS: Final = """([name, cases]) => {
  const page = pnetPathways.data.pages.find(one => one.diagram === name && one.rows.length);
  return cases.map(findings => pnetPathways.marksOf(page, findings));
}"""


@pytest.mark.parametrize("name", load_pathways().pathways)
def test_rows_stand_to_a_case_as_the_library_marks_them(page: Page, definitions: Definitions, name: str) -> None:
    """For samples of the pathway's types, total and partial, and for every way through its graphs."""
    pathway = definitions.pathways[name]
    kinds = definitions.entry.types_of(name) or definitions.entry.types_in_scope
    samples = ({**one, ENTRY: kinds[number % len(kinds)]} for number, one in enumerate(drawn(160, seed=8)))
    some = walks(pathway, kinds[0])
    cases = [*some[:: max(1, len(some) // 60)], *samples]
    cases = [one for one in cases if one and isinstance(case_or_error(one), Case)]
    bands = page_bands(definitions, pathway)
    rows = [row for band in bands for row in band.rows]
    found: Counter[str] = Counter()
    for findings, seen in zip(cases, page.evaluate(ROWS, [name, cases]), strict=True):
        marks = mark_bands(definitions, pathway, bands, case_of(findings))
        assert seen == ["" if row.leads_to else str(marks[row]) for row in rows], findings
        found.update(seen)
    assert min(found["applies"], found["may-apply"], found["does-not-apply"]) > 40


def test_the_overviews_rows_stand_to_a_case_as_the_library_marks_them(page: Page, definitions: Definitions) -> None:
    few: list[dict[str, Any]] = [{ENTRY: kind} for kind in TYPES] + [{"course": "new"}, {"course": "recurrent"}]
    cases = [*few, *(one for one in drawn(120, seed=11) if one and isinstance(case_or_error(one), Case))]
    bands = entry_bands(definitions)
    blank, *seen = page.evaluate(ROWS, ["overview", [{}, *cases]])
    assert set(blank) == {""}
    shared: Counter[str] = Counter()
    for findings, marks in zip(cases, seen, strict=True):
        wanted = mark_entry(definitions, bands, case_of(findings))
        assert marks == ["" if mark is RowMark.PLAIN else str(mark) for mark in wanted.values()], findings
        shared.update(str(mark) for row, mark in wanted.items() if row.leads_to in definitions.entry.common)
    assert min(shared["applies"], shared["may-apply"], shared["does-not-apply"]) > 0

"""The report on a cohort: each number in a picture and in a table is the count in the data, and small ones are withheld."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Final
from xml.etree import ElementTree

import numpy as np
import pytest

from cohort.test_concordance import ENGINE, TREATMENTS, openness_of
from pnet_pathways import recommend
from pnet_pathways.adapters.cohort.bars import BarColumn, BarRow, bar_widths, bars_page
from pnet_pathways.adapters.cohort.concordance import WARNING, Concordance, concordance
from pnet_pathways.adapters.cohort.concordance_tables import (
    concordance_bars,
    concordance_csv,
    concordance_data,
    concordance_text,
)
from pnet_pathways.adapters.cohort.given import read_given
from pnet_pathways.adapters.cohort.report import CohortReport, Patients
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Question
from pnet_pathways.views.diagrams.diagram import drawn_svg
from pnet_pathways.views.diagrams.drawing import Page, edge_class, state_class
from pnet_pathways.views.diagrams.layout_engine import LayoutEngine
from pnet_pathways.views.diagrams.page_flow import THICKEST
from pnet_pathways.views.diagrams.row_marks import RowMark, mark_bands
from project_vocabulary import VOCABULARY
from random_cases import random_cases
from views.drawn import SVG

CASES: Final = random_cases(9, 900)
DEFINITIONS: Final = ENGINE.definitions


def patients_of(cases: list[Case]) -> Patients:
    missing = {name: np.array([name in recommend(case).missing for case in cases]) for name in VOCABULARY.facts}
    return Patients(ENGINE, openness_of(cases), missing, (("Rows read", "900"),))


def given_to(cases: list[Case], patients: Patients) -> Concordance:
    dice = random.Random(1)  # noqa: S311
    cells = [";".join(dice.sample(TREATMENTS[:6], dice.choice([0, 1, 2]))) for _ in cases]
    sites = [dice.choice(["North", "South"]) for _ in cases]
    return concordance(ENGINE, patients.openness, read_given(cells, DEFINITIONS), patients.marks, {"site": sites})


@pytest.fixture(scope="module")
def whole() -> CohortReport:
    """A report that withholds nothing."""
    patients = patients_of(CASES)
    return CohortReport.of(patients, given_to(CASES, patients), 1)


@pytest.fixture(scope="module")
def guarded() -> CohortReport:
    """A report that withholds small counts."""
    patients = patients_of(CASES)
    return CohortReport.of(patients, given_to(CASES, patients), 11)


def of_pathway(name: str) -> list[Case]:
    """Return the cases that a pathway bears on for certain."""
    entry = DEFINITIONS.entry
    if name in entry.common:
        return [case for case in CASES if entry.in_scope(case.entry)]
    return [case for case in CASES if case.entry in entry.types_of(name)]


def drawn(page: Page) -> dict[str, list[list[str]]]:
    """Return the texts of each group of a picture, by each of its classes."""
    found: dict[str, list[list[str]]] = {}
    root = ElementTree.fromstring(drawn_svg(page, LayoutEngine.BUNDLED))  # noqa: S314 - just drawn
    for group in root.iter(f"{SVG}g"):
        texts = [one.text or "" for one in group.iter(f"{SVG}text")]
        for name in group.get("class", "").split():
            found.setdefault(name, []).append(texts)
    return found


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_each_number_of_a_one_page_is_that_of_the_cases_whose_own_page_is_marked_so(whole: CohortReport) -> None:
    for one in whole.pathways:
        pathway = one.pathway
        expected: dict[str, Counter[RowMark]] = {}
        for case in of_pathway(pathway.name):
            for row, mark in mark_bands(DEFINITIONS, pathway, one.bands, case).items():
                expected.setdefault(f"{row.condition}|{row.code}", Counter())[mark] += 1
        texts = drawn(one.one_page(DEFINITIONS, whole.small))
        rows = [row for band in one.bands for row in band.rows]
        for place, row in enumerate(rows, 1):
            found = expected.get(f"{row.condition}|{row.code}", Counter())
            first, second = (number(text) for text in texts[f"row-{place}"][0][:2])
            assert (first, second) == (found[RowMark.APPLIES], found[RowMark.MAY_APPLY]), (pathway.name, row)


def test_each_number_of_a_graph_is_that_of_the_cases_that_take_this_way(whole: CohortReport) -> None:
    checked = 0
    for one in whole.pathways:
        expected = Counter[str]()
        for case in of_pathway(one.pathway.name):
            for track in one.pathway.tracks.values():
                known = ENGINE.compiled.tables[one.pathway.name, track.name]
                for state, choice in track.path(known.known(known.open_rows(case.values)).get):
                    if choice is not None:
                        expected[edge_class(track.name, state.name, choice.name)] += 1
                    else:
                        expected[state_class(track.name, state.name)] += 1
        for page in one.state_pages(DEFINITIONS, whole.small):
            for name, groups in drawn(page).items():
                texts = [texts for texts in groups if texts]
                if name.startswith("edge-") and "always" not in name:
                    assert number(texts[0][-1]) == expected[name], name
                    checked += 1
                elif name.startswith("state-") and (
                    found := re.search(r"(?:not known: )?([\d,]+)(?: patients?)?$", texts[0][-1])
                ):
                    assert number(found[1]) == expected[name], name
                    checked += 1
    assert checked > 200


def test_lines_are_as_wide_as_many_patients_take_them(whole: CohortReport) -> None:
    one = next(one for one in whole.pathways if one.flow.patients.number > 50)
    total = one.flow.patients.number
    dot = "\n".join(page.dot for page in one.state_pages(DEFINITIONS, whole.small))
    widths: dict[str, float] = {}
    for names, width in re.findall(r'class="?(edge-[\w-]+)"?[^\]]*?penwidth=([\d.]+)', dot):
        widths.setdefault(names, float(width))
    for track, counts in one.states.items():
        for (question, answer), count in counts.answers.items():
            expected = max(0.75, THICKEST * count.number / total)
            assert widths[edge_class(track, question, answer)] == pytest.approx(expected, abs=0.01)


def test_every_patient_of_a_state_leaves_it_or_stops_there(whole: CohortReport) -> None:
    for one in whole.pathways:
        for name, counts in one.states.items():
            for state in one.pathway.tracks[name].states.values():
                here = counts.states.get(state.name)
                if here is not None and isinstance(state, Question):
                    ways = [count.number for (asked, _), count in counts.answers.items() if asked == state.name]
                    stop = counts.stop.get(state.name)
                    assert sum(ways) + (0 if stop is None else stop.number) == here.number


def test_what_is_not_known_and_the_gaps_are_those_of_the_answers(whole: CohortReport) -> None:
    answers = [recommend(case) for case in CASES]
    for name, (matters, other) in whole.unknown.items():
        unknown = [answer for case, answer in zip(CASES, answers, strict=True) if case.given.get(name) is None]
        assert matters.number == sum(name in answer.missing for answer in unknown)
        assert other.number == len(unknown) - matters.number
    for (pathway, track, kind), (certain, possible, everyone) in whole.gaps.items():
        mine = [
            answer for case, answer in zip(CASES, answers, strict=True) if case.entry in DEFINITIONS.entry.types_of(pathway)
        ]
        found = Counter(gap.certainty for answer in mine for gap in answer.gaps if (gap.track, gap.kind) == (track, kind))
        assert everyone.number == len(mine)
        assert (certain.number, possible.number) == (found["certain"], found["possible"])  # type: ignore[index]


def test_no_small_count_stands_anywhere_in_a_guarded_page(guarded: CohortReport) -> None:
    assert guarded.small.withheld
    page = guarded.html()
    cells = re.findall(r"<td[^>]*>([\d,]+)</td>", page)
    assert cells
    assert min(number(cell) for cell in cells if cell != "0") >= 11
    for picture in guarded.pages():
        for texts in drawn(picture).values():
            for group in texts:
                found = [re.fullmatch(r"(?:not known: )?([\d,]+)(?: patients?)?", text) for text in group]
                assert all(one is None or number(one[1]) == 0 or number(one[1]) >= 11 for one in found), group


def test_every_output_of_a_concordance_says_what_it_is_not(whole: CohortReport) -> None:
    found, small = whole.concordance, whole.small
    assert found is not None
    disclaimer = DEFINITIONS.source.disclaimer
    picture = " ".join(text for texts in drawn(concordance_bars(DEFINITIONS, found, small)).values() for text in texts[0])
    rows = concordance_csv(DEFINITIONS, found, small).splitlines()
    assert all(WARNING in row and disclaimer in row for row in rows[1:])
    data = concordance_data(DEFINITIONS, found, small)
    assert (data["warning"], data["disclaimer"]) == (WARNING, disclaimer)
    text = " ".join(concordance_text(DEFINITIONS, found, small).split())
    page = whole.html()
    for words in (WARNING, disclaimer):
        assert words in text
        assert words.replace("'", "&#39;") in page
        assert words in " ".join(picture.split())


def test_the_bars_of_a_concordance_show_its_counts(whole: CohortReport) -> None:
    found = whole.concordance
    assert found is not None
    page = concordance_bars(DEFINITIONS, found, whole.small)
    texts = [text for text in drawn(page)["page"][0] if re.fullmatch(r"[\d,]+", text)]
    expected = [
        count
        for counts in found.treatments.values()
        for count in (sum(one.number for one in counts.values()), *(one.number for one in counts.values()))
    ]
    assert sorted(map(number, texts)) == sorted(expected)


def test_the_same_cohort_gives_the_same_page_and_it_asks_no_network(whole: CohortReport) -> None:
    page = whole.html()
    assert page == whole.html()
    assert "<script" not in page
    assert not re.search(r'(?:src|@import|url\()\s*=?\s*["\']?http', page)


@pytest.mark.parametrize(
    ("numbers", "total", "widths"),
    [
        ((30, 10), 40, [75, 25, 0, 0]),
        ((30, None), 60, [50, 0, 50, 0]),
        ((1, 0), 1000, [1, 0, 0, 99]),
        ((None, None), None, [0, 0, 0, 100]),
        ((999, 1), 1000, [99, 1, 0, 0]),
    ],
)
def test_a_bar_is_divided_as_its_numbers_are(numbers: tuple[int | None, ...], total: int | None, widths: list[int]) -> None:
    assert bar_widths(BarRow("x", numbers, (), total), 100) == widths


def test_texts_of_bars_are_shown_as_text() -> None:
    columns = (BarColumn("<b>", "#000000"),)
    page = bars_page("x", "A & <B>", "<i>", columns, [BarRow("a\\N <u>&", (1,), ("1",), 2)], ["<note>"])
    said = " ".join(texts for texts in drawn(page)["page"][0])
    assert all(text in said for text in ("A & <B>", "<i>", "<b>", "a\\N <u>&", "<note>"))

"""How what was given stands to what the document lists: against the answers themselves, and added up."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from typing import Final

import numpy as np
import pytest

from pnet_pathways import recommend
from pnet_pathways.adapters.cohort.concordance import OUTCOMES, add_concordance, concordance, wilson
from pnet_pathways.adapters.cohort.given import ELSEWHERE, read_given, read_names
from pnet_pathways.adapters.cohort.left_open import Openness
from pnet_pathways.adapters.cohort.small_counts import Count, SmallCounts, fingerprints, total_of
from pnet_pathways.adapters.cohort.standing import Outcome, Standings
from pnet_pathways.engine.answer import Certainty, Recommendation, Status
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.case import Case
from pnet_pathways.model.errors import CohortError
from pnet_pathways.model.values import NOT_APPLICABLE
from project_vocabulary import FACTS, VOCABULARY
from random_cases import random_cases

ENGINE: Final = engine_for()
DEFINITIONS: Final = ENGINE.definitions
TREATMENTS: Final = (*DEFINITIONS.treatments, ELSEWHERE)

BODY: Final = {
    "tumor_type": "gastrinoma",
    "course": "stable",
    "sites": {"body": True},
    "resectable": True,
    "residual_after_surgery": False,
}


def openness_of(cases: list[Case]) -> Openness:
    """Return the findings of cases as a cohort has them."""
    findings = {
        fact.name: np.array(
            [0 if (value := case.given.get(fact.name)) is None else fact.values.index(value) + 1 for case in cases]
        )
        for fact in VOCABULARY.facts.values()
    }
    return Openness(VOCABULARY, findings)


def total_cases(seed: int, count: int) -> list[Case]:
    """Return cases of which everything is known."""
    dice = random.Random(seed)  # noqa: S311
    blocks = [VOCABULARY.rows(linked) for linked in VOCABULARY.tied_sets(FACTS)]
    found = []
    for _ in range(count):
        facts = {name: value for rows in blocks for name, value in dice.choice(rows).items()}
        found.append(
            Case.of_consistent(VOCABULARY, {key: value for key, value in facts.items() if value is not NOT_APPLICABLE})
        )
    return found


def lists(answer: Recommendation, treatment: str, *certainty: Certainty) -> bool:
    return any(treatment in (*one.treatments, *one.optional) for one in answer.options if one.certainty in certainty)


def tracks_listing(answer: Recommendation, treatment: str) -> set[str]:
    """Return the parts of the answer under which the pathways of a case list a treatment for whatever findings."""
    return {
        track.partition(".")[0]
        for pathway in answer.bearing
        for statement in DEFINITIONS.pathways[pathway].statements
        for track, _ in statement.placements
        for option in statement.options
        if treatment in (*option.treatments, *option.optional)
    }


def expected(answer: Recommendation, treatment: str) -> Outcome:
    """Return how a treatment stands to a case of which everything is known, from its answer alone."""
    if answer.status is Status.OUT_OF_SCOPE:
        return Outcome.SILENT
    if lists(answer, treatment, Certainty.CERTAIN):
        return Outcome.LISTED
    where = tracks_listing(answer, treatment)
    return Outcome.SILENT if any(not where or gap.track in where for gap in answer.gaps) else Outcome.NOT_LISTED


def outcomes(cases: list[Case]) -> list[list[Outcome]]:
    """Return how each treatment stands to each case."""
    pairs = np.array(list(itertools.product(range(len(cases)), range(len(TREATMENTS)))))
    found = Standings(ENGINE, openness_of(cases), TREATMENTS).outcomes(pairs[:, 0], pairs[:, 1])
    return [[OUTCOMES[place] for place in row] for row in found.reshape(len(cases), -1).tolist()]


def test_with_everything_known_each_outcome_is_what_the_answer_says() -> None:
    cases = total_cases(3, 1500)
    seen = Counter[Outcome]()
    for case, row in zip(cases, outcomes(cases), strict=True):
        answer = recommend(case)
        assert row == [expected(answer, treatment) for treatment in TREATMENTS], case
        seen.update(row)
    assert set(seen) == {Outcome.LISTED, Outcome.NOT_LISTED, Outcome.SILENT}


def test_with_findings_unknown_an_outcome_is_told_only_if_the_answer_leaves_no_other() -> None:
    """What is certain is listed; what is only possible cannot be told, or is listed where it applies either way."""
    cases = random_cases(5, 1500)
    seen = Counter[Outcome]()
    for case, row in zip(cases, outcomes(cases), strict=True):
        answer = recommend(case)
        if answer.status is Status.OUT_OF_SCOPE:
            assert set(row) == {Outcome.SILENT}
            continue
        for treatment, outcome in zip(TREATMENTS, row, strict=True):
            if lists(answer, treatment, Certainty.CERTAIN):
                assert outcome is Outcome.LISTED
            elif lists(answer, treatment, Certainty.POSSIBLE):
                assert outcome in {Outcome.CANNOT_TELL, Outcome.LISTED}
            else:
                assert outcome is not Outcome.LISTED
            seen[outcome] += 1
    assert set(seen) == set(Outcome)


def test_an_outcome_that_is_told_stays_whatever_turns_out() -> None:
    """Of a case known in part: every completion that is tried has it. So what cannot be told is all that may change."""
    dice = random.Random(7)  # noqa: S311
    whole = [case for case in total_cases(11, 400) if DEFINITIONS.entry.in_scope(case.entry)]
    part = [
        Case.of_consistent(VOCABULARY, {key: value for key, value in case.given.items() if dice.random() < 0.7})
        for case in whole
    ]
    for before, after in zip(outcomes(part), outcomes(whole), strict=True):
        assert all(now in {Outcome.CANNOT_TELL, then} for now, then in zip(before, after, strict=True))


def test_what_applies_either_way_is_listed() -> None:
    """By one statement for one tumor and by another for several: no option is certain, but the treatment is listed."""
    case = Case.from_dict({**BODY, "pancreatic_tumors": "one"}, VOCABULARY)
    open_case = Case.from_dict(BODY, VOCABULARY)
    assert not lists(recommend(open_case), "distal_pancreatectomy", Certainty.CERTAIN)
    assert [one.treatments for one in recommend(open_case).either_way] == [("distal_pancreatectomy",)]
    place = TREATMENTS.index("distal_pancreatectomy")
    assert [row[place] for row in outcomes([case, open_case])] == [Outcome.LISTED] * 2


def test_what_was_given_is_read_by_id_and_local_name_and_nothing_is_dropped() -> None:
    names = read_names(
        "given,treatment\nWhipple,pancreatoduodenectomy\nLAR,somatostatin_analogue\nLAR,hormone_therapy\nPRRT,\n",
        "names.csv",
        DEFINITIONS,
    )
    cells = ["Whipple; chemotherapy", "", None, "PRRT", "LAR;LAR", "debulking;chemotherapy", " ; "]
    found = read_given(cells, DEFINITIONS, names)
    pairs = {
        (patient, found.treatments[place]) for patient, place in zip(found.patients.tolist(), found.given.tolist(), strict=True)
    }
    assert pairs == {
        (0, "pancreatoduodenectomy"),
        (0, "chemotherapy"),
        (3, ELSEWHERE),
        (4, "somatostatin_analogue"),
        (4, "hormone_therapy"),
        (5, "chemotherapy"),
    }
    assert len(found.patients) == len(pairs)
    assert {name: patients.tolist() for name, patients in found.unmapped.items()} == {"debulking": [5]}
    assert sorted(found.nothing.tolist()) == [1, 2, 6]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name,id\n", "names.csv:1: the first line must be 'given,treatment'"),
        ("given,treatment\nx,chemo\n", "names.csv:2: 'chemo' is no treatment of the document"),
        ("given,treatment\nx,chemotherapy\nx,\n", "names.csv:3: 'x' is mapped twice, or to a treatment and to none"),
        (
            "given,treatment\nx,chemotherapy\nx,chemotherapy\n",
            "names.csv:3: 'x' is mapped twice, or to a treatment and to none",
        ),
        ("given,treatment\n,chemotherapy\n", "names.csv:2: there is no name before the treatment"),
        ("given,treatment\nx\n", "names.csv:2: 1 cells; a name and a treatment are needed"),
    ],
)
def test_a_file_of_names_is_refused_with_the_place(text: str, problem: str) -> None:
    with pytest.raises(CohortError) as error:
        read_names(text, "names.csv", DEFINITIONS)
    assert problem in str(error.value)


def test_counts_add_up_by_treatment_group_and_reading() -> None:
    """And are those of the pairs, counted one by one."""
    cases = random_cases(9, 3000)
    dice = random.Random(1)  # noqa: S311
    cells = [";".join(dice.sample(TREATMENTS[:-1], dice.choice([0, 1, 1, 2]))) for _ in cases]
    sites = [dice.choice("abc") for _ in cases]
    given = read_given(cells, DEFINITIONS)
    marks = fingerprints(len(cases))
    found = concordance(ENGINE, openness_of(cases), given, marks, {"site": sites})
    rows = outcomes(cases)
    counted = Counter(
        (sites[patient], given.treatments[place], rows[patient][place])
        for patient, place in zip(given.patients.tolist(), given.given.tolist(), strict=True)
    )
    assert {
        (site, name, outcome): count.number
        for ((site,), name), counts in found.group_treatments.items()
        for outcome, count in counts.items()
    } == dict(counted)
    for outcome in OUTCOMES:
        total = sum(number for (*_, own), number in counted.items() if own is outcome)
        assert found.total[outcome].number == total
        assert sum(counts[outcome].number for counts in found.treatments.values()) == total
        assert sum(counts[outcome].number for counts in found.groups.values()) == total
    pairs = len(given.patients)
    assert found.readings
    for alternative, changes in found.readings.items():
        assert sum(count.number for count in changes.values()) == pairs
        assert found.changed(alternative).number
        for outcome in OUTCOMES:
            assert sum(count.number for (now, _), count in changes.items() if now is outcome) == found.total[outcome].number
    assert found.patients.number == len(cases)
    assert found.nothing.number == cells.count("")


def test_an_alternative_reading_is_that_of_the_engine_under_it() -> None:
    cases = random_cases(21, 800)
    given = read_given(["distal_pancreatectomy;tumor_removal"] * len(cases), DEFINITIONS)
    found = concordance(ENGINE, openness_of(cases), given, fingerprints(len(cases)))
    for alternative, changes in found.readings.items():
        reading, _, name = alternative.partition("=")
        other = concordance(ENGINE.under({reading: name}), openness_of(cases), given, fingerprints(len(cases)))
        assert found.under(alternative) == other.total
        assert alternative not in other.readings
        assert changes


def test_small_counts_hold_over_all_tables_of_a_concordance() -> None:
    """Every sum that its tables have in common is known to what withholds: no withheld count is a rest of shown ones."""
    cases = random_cases(9, 600)
    dice = random.Random(1)  # noqa: S311
    cells = [";".join(dice.sample(TREATMENTS[:6], dice.choice([0, 1, 2]))) for _ in cases]
    given = read_given(cells, DEFINITIONS)
    found = concordance(
        ENGINE, openness_of(cases), given, fingerprints(len(cases)), {"site": [dice.choice("abc") for _ in cases]}
    )
    small = SmallCounts(11)
    add_concordance(small, found)

    def rest(parts: list[Count], total: Count) -> None:
        hidden = [one for one in parts if small.shown(one) is None]
        assert all(small.shown(one) in {None, 0, one.number} for one in parts)
        if small.shown(total) is not None:
            assert len(hidden) != 1 or hidden[0].number >= small.least

    assert small.withheld
    for name, counts in found.treatments.items():
        rest([counts[one] for one in OUTCOMES], total_of(counts.values()))
        for one in OUTCOMES:
            rest([own.get(one, Count()) for (_, key), own in found.group_treatments.items() if key == name], counts[one])
    for one in OUTCOMES:
        rest([counts[one] for counts in found.treatments.values()], found.total[one])
        rest([counts[one] for counts in found.groups.values()], found.total[one])


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_published(part: int, whole: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 1998;17:857-872, table I, method 3."""
    assert [round(one, 4) for one in wilson(part, whole)] == [low, high]

"""Judging a mutant by the scenarios in which it differs finds what asking every golden answer and every scenario would."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator

import attrs
import pytest

from pnet_pathways import Case
from pnet_pathways.engine.recommend import Engine
from pnet_pathways.loading.folder import default_folder, golden_folder
from pnet_pathways.loading.yaml_source import read_yaml
from pnet_pathways.model.conditions import facts_of
from pnet_pathways.model.facts import Scenario
from pnet_pathways.model.pathway import Definitions, Pathway
from pnet_pathways.proof.mutate.alternative_changes import AlternativeChange, alternative_changes
from pnet_pathways.proof.mutate.file_changes import pathway_changes
from pnet_pathways.proof.mutate.golden import CHANGED_BY, GoldenAnswer, differences
from pnet_pathways.proof.mutate.judging import Change, Judge
from pnet_pathways.proof.mutate.mutation import MutationRun
from pnet_pathways.proof.mutate.reading import Marked, engine_of
from pnet_pathways.proof.mutate.report import MutantVerdict
from pnet_pathways.proof.mutate.statement_changes import Parts
from project import DEFINITIONS
from project_vocabulary import VOCABULARY

NAME = "somatostatinoma"
EVERY = 23
"""One change of the pathway in so many is tried, so that all kinds are among them."""


@pytest.fixture(scope="module")
def bench() -> MutationRun:
    return MutationRun(default_folder(), golden_folder(default_folder()))


@pytest.fixture(scope="module")
def mutants(bench: MutationRun) -> list[tuple[Pathway, Definitions]]:
    """Definitions with one thing misread in a pathway, in statements and graph alike."""
    return list(_mutants(bench))


def _mutants(bench: MutationRun) -> Iterator[tuple[Pathway, Definitions]]:
    document = read_yaml(DEFINITIONS / f"{NAME}.yaml", f"{NAME}.yaml")
    parts = Parts(VOCABULARY, tuple(bench.definitions.treatments), ("systemic_chemotherapy",), ("R-1", "R-3"))
    for change in itertools.islice(pathway_changes(document.data, parts), 0, None, EVERY):
        marked = Marked.of(document, change.data)
        read = bench.reader.pathway(marked, bench.definitions)
        if change.path[0] == "statements" and read is not None and not marked.problems:
            alike = attrs.evolve(bench.definitions.pathways[NAME], statements=read.statements)
            changed = bench.reader.with_pathway(alike, compare=False)
            assert changed is not None
            yield alike, changed.definitions


def unmet(engine: Engine, answers: tuple[GoldenAnswer, ...]) -> set[str]:
    """Return the golden answers, of those under no alternative, that an engine made from nothing does not meet."""
    plain = (golden for golden in answers if not golden.under)
    return {golden.name for golden in plain if any(differences(golden, engine.recommend(golden.case), alternatives=False))}


def test_a_golden_answer_tells_a_mutant_exactly_where_some_golden_answer_does(
    bench: MutationRun, mutants: list[tuple[Pathway, Definitions]]
) -> None:
    told = 0
    for _, after in mutants:
        found = bench.judge.told(Change.between(bench.engine, engine_of(after, bench.engine)))
        expected = unmet(Engine(after), tuple(bench.judge.answers))
        assert (found is None) == (not expected)
        assert found is None or found.name in expected
        told += found is not None
    assert 0 < told < len(mutants)


def offered(pathway: Pathway, track: str, scenario: Scenario) -> set[object]:
    """Return what a pathway offers in a scenario of a track, condition by condition, with what an answer shows of it."""
    found: set[object] = set()
    for option, when, _ in pathway.placed_in(track):
        if when.evaluate(scenario.get) and option.requires.evaluate(scenario.get):
            readings = frozenset((*option.readings, *pathway.statement(option.statement).readings))
            shown = option.item, option.treatments, option.optional, option.strength, option.intent, option.choice
            found.add((option.statement, shown, readings))
    return found


def read_by(pathway: Pathway, track: str) -> set[str]:
    return {fact for option, when, _ in pathway.placed_in(track) for one in (when, option.requires) for fact in facts_of(one)}


def test_a_mutant_is_the_same_exactly_where_it_offers_the_same_in_every_scenario(
    bench: MutationRun, mutants: list[tuple[Pathway, Definitions]]
) -> None:
    before, same = bench.definitions.pathways[NAME], 0
    for pathway, after in mutants:
        alike = all(
            offered(before, track, scenario) == offered(pathway, track, scenario)
            for track in before.tracks
            for scenario in VOCABULARY.combinations(VOCABULARY.deciding(read_by(before, track) | read_by(pathway, track)))
        )
        assert (Change.between(bench.engine, engine_of(after, bench.engine)).differing == ()) == alike
        same += alike
    assert 0 < same < len(mutants)


# Alternatives


def of_alternatives(bench: MutationRun, kind: str, what: str) -> Iterator[AlternativeChange]:
    """Yield the changes of alternatives of a kind that say something."""
    parts = Parts(VOCABULARY, ("chemotherapy",), (), tuple(bench.definitions.readings))
    for change in alternative_changes(bench.loader.documents["readings.yaml"].data, parts):
        if change.mutation.kind == kind and what in change.mutation.what:
            yield change


@pytest.mark.parametrize(
    ("kind", "what", "verdict"),
    [
        ("condition negated", "R-20=again: GAS-4", MutantVerdict.GOLDEN),
        ("treatment dropped", "R-7=tumors_only: INS-4: [tumor_removal]", MutantVerdict.LOADER),
        ("together dropped", "R-2=on_its_own: with R-1=literal", MutantVerdict.GOLDEN),
        # Statements on the tumor need one that was not removed, and with several there is one.
        ("condition narrowed", "R-20=again: GAS-4: also needs {primary_removed: false}", MutantVerdict.EQUIVALENT),
    ],
)
def test_what_catches_a_change_of_an_alternative(bench: MutationRun, kind: str, what: str, verdict: MutantVerdict) -> None:
    changes = list(of_alternatives(bench, kind, what))
    assert changes
    assert {mutant.verdict for change in changes for mutant in bench.judged("readings", change)} == {verdict}


def test_without_golden_answers_under_it_a_changed_alternative_survives_unless_an_answer_says_what_changes_it(
    bench: MutationRun,
) -> None:
    (change,) = of_alternatives(bench, "condition negated", "R-21=only_if_said: GAS-1")
    ulcers = Case.from_dict({"tumor_type": "gastrinoma", "symptoms": ["excess_stomach_acid"]})
    expected = {"certain": ["GAS-1: acid_reducing_drug"], CHANGED_BY: []}
    plain = GoldenAnswer("x.yaml", 1, "acid", ulcers, {"certain": expected["certain"]}, {})
    found = []
    for golden in (plain, attrs.evolve(plain, expected=expected)):
        weak = copy.copy(bench)
        weak.judge = Judge(bench.engine, (golden,))
        found += [mutant.verdict for mutant in weak.judged("readings", change)]
    assert found == [MutantVerdict.SURVIVED, MutantVerdict.GOLDEN]

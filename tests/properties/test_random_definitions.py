"""Laws over random definitions: every valid one works like ours, every broken one is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pnet_pathways import (
    Case,
    DefinitionError,
    load_pathways,
    recommend,
    start,
)
from pnet_pathways.engine.answer import Certainty, Recommendation
from pnet_pathways.loading.agreement import disagreements
from pnet_pathways.model.pathway import Definitions, Leaf
from pnet_pathways.model.values import plain
from pnet_pathways.proof.verify import verification
from pnet_pathways.proof.verify.claims import ClaimVerdict
from pnet_pathways.testing import (
    BrokenDefinition,
    DefinitionFiles,
    Mistake,
    broken_pathways,
    cases,
    definition_files,
    partial_cases,
    pathways,
)
from pnet_pathways.testing.definitions import definition_data
from pnet_pathways.testing.model import PlainModel, offered, silent
from project_vocabulary import FACTS, VOCABULARY

ANSWER = {
    *("status", "pathway", "options", "gaps", "missing", "either_way", "alternatives", "trace", "readings", "readings_chosen"),
    *("advice", "source", "disclaimer"),
}
OPTION = {"statement", "track", "treatments", "optional", "strength", "certainty", "depends_on", "readings", "intent", "choice"}
GAP = {"track", "kind", "message", "certainty", "nearest"}
PROVEN = (
    "agreement",
    "alternatives",
    "alternative_answers",
    "alternative_gaps",
    "answer",
    "care_course",
    "complete",
    "cycle",
    "dead_end",
    "deterministic",
    "gaps",
    "machine",
    "missing",
    "monotone",
    "offered",
    "reachable",
    "transitions",
    "used",
)
FEW = settings(max_examples=25)


@FEW
@given(pathways())
def test_graph_and_statements_agree_over_every_scenario(definitions: Definitions) -> None:
    for (name, track), table in definitions.scenarios.items():
        pathway = definitions.pathways[name]
        assert table.rows
        assert not list(disagreements(pathway, pathway.tracks[track], table))


@FEW
@given(pathways())
def test_every_leaf_is_reached_by_a_scenario(definitions: Definitions) -> None:
    for (name, track), table in definitions.scenarios.items():
        assert {row.leaf for row in table.rows} == {leaf.name for leaf in definitions.pathways[name].tracks[track].leaves}


@settings(max_examples=15)
@given(pathways())
def test_every_claim_about_the_definitions_themselves_is_proven(definitions: Definitions) -> None:
    # Made-up definitions have the project's vocabulary, whose contradictions need no proof for each of them.
    assert definitions.vocabulary == VOCABULARY
    with mock.patch.object(verification, "examine_contradictions"):
        report = verification.verify(definitions, composed_cases=0)
    assert {name: report.claim(name).failures for name in PROVEN} == dict.fromkeys(PROVEN, ())
    assert {report.claim(name).verdict for name in PROVEN} == {ClaimVerdict.PASSED}


@FEW
@given(definition_files())
def test_the_same_files_are_the_same_definitions(files: DefinitionFiles) -> None:
    assert files.load().content_hash == files.load().content_hash


@FEW
@given(pathways(), st.data())
def test_the_answer_is_what_the_statements_say(definitions: Definitions, data: st.DataObject) -> None:
    case = data.draw(st.one_of(partial_cases("pathway_1", definitions), cases()))
    answer, model = recommend(case, definitions), PlainModel(definitions, case.known())
    assert (offered(answer), silent(answer)) == (model.options(), model.gaps())


@FEW
@given(pathways(), cases(), st.randoms(use_true_random=False))
def test_a_walk_in_any_order_comes_to_the_answer(definitions: Definitions, case: Case, random: Any) -> None:
    walk = start(definitions=definitions)
    told = list(case.known().items())
    random.shuffle(told)
    for fact, value in told:
        walk.answer(fact, plain(value))
    answer = recommend(case, definitions)
    assert walk.recommendation == answer
    assert sorted(map(repr, walk.trace)) == sorted(map(repr, answer.trace))


@FEW
@given(pathways(), cases(), st.sets(st.sampled_from(sorted(FACTS))))
def test_what_is_certain_stays_certain_when_more_is_known(definitions: Definitions, case: Case, hidden: set[str]) -> None:
    def certain(answer: Recommendation) -> set[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        return {(one.statement, one.treatments, one.optional) for one in answer.options if one.certainty is Certainty.CERTAIN}

    less = Case().with_(**{name: plain(value) for name, value in case.known().items() if name not in hidden})
    after = recommend(case, definitions)
    # A type out of scope withdraws the whole answer: the one thing to learn that does.
    if after.status != "out_of_scope":
        assert certain(recommend(less, definitions)) <= certain(after)


@FEW
@given(pathways(), cases())
def test_an_answer_has_the_keys_of_the_contract(definitions: Definitions, case: Case) -> None:
    data = recommend(case, definitions).to_dict()
    assert data.keys() >= ANSWER
    assert all(option.keys() >= OPTION for option in data["options"])
    assert all(gap.keys() >= GAP for gap in data["gaps"])
    assert data["disclaimer"] == definitions.source.disclaimer != ""


def features(data: dict[str, Any]) -> Iterator[str]:
    """Yield what a definition has of what definitions can have."""
    files = [file for name, file in data.items() if name.startswith("pathway")]
    yield f"{len(files)} pathways"
    yield "common" if data["entry.yaml"]["common"] else "none in common"
    for reading in data["readings.yaml"]["readings"].values():
        for alternative in reading.get("alternatives", {}).values():
            yield from (f"alternative with {key}" for key in ("statements", "together", "gaps") if key in alternative)
    for file in files:
        for statement in file["statements"]:
            yield from (key for key in ("also",) if key in statement)
            yield "always" if statement["when"] == "always" else "not" if "not" in statement["when"] else "condition"
            for option in statement["options"]:
                yield from (key for key in ("requires", "optional", "intent", "strength") if key in option)
        for track in file["tracks"].values():
            targets: list[str] = []
            for state in track["states"].values():
                yield from (key for key in ("gap", "does_not_apply", "offers") if key in state)
                if "combination" in state:
                    yield "combination beside " + ("options" if "offers" in state else "a gap")
                if "asks" in state:
                    yield f"asks {state['asks']}"
                    targets.extend(state["answers"].values())
            if len(set(targets)) < len(targets):
                yield "shared state"


def test_random_definitions_have_all_that_definitions_can_have() -> None:
    seen: set[str] = set()

    @settings(max_examples=200, phases=[Phase.generate], database=None)
    @given(definition_data())
    def collect(data: dict[str, Any]) -> None:
        seen.update(features(data))

    collect()
    kinds = {"also", "always", "not", "condition", "requires", "optional", "intent", "strength", "common", "shared state"}
    asked = {f"asks {fact}" for fact in FACTS if fact != "tumor_type"}
    kinds |= {"combination beside options", "combination beside a gap"}
    kinds |= {f"alternative with {key}" for key in ("statements", "together", "gaps")}
    assert seen >= kinds | asked | {"gap", "does_not_apply", "offers", "1 pathways", "2 pathways", "3 pathways"}


@pytest.mark.parametrize("mistake", Mistake)
@settings(max_examples=6)
@given(st.data())
def test_a_mistake_is_refused_with_its_place_and_nothing_else_goes_wrong(mistake: Mistake, data: st.DataObject) -> None:
    broken = data.draw(broken_pathways(mistake))
    assert broken.mistake is mistake
    with pytest.raises(DefinitionError) as refused:
        broken.load()
    for problem in refused.value.problems:
        if mistake is not Mistake.MISSING_FILE:
            assert re.fullmatch(r"[\w.]+\.yaml:\d+:\d+", problem.where)
        assert problem.message


def test_without_a_choice_many_mistakes_are_made() -> None:
    seen: set[Mistake] = set()

    @settings(max_examples=40, phases=[Phase.generate], database=None)
    @given(broken_pathways())
    def collect(broken: BrokenDefinition) -> None:
        seen.add(broken.mistake)

    collect()
    assert len(seen) > 5


@settings(max_examples=3)
@given(broken_pathways(Mistake.UNUSED_TREATMENT))
def test_a_broken_folder_can_be_written_and_is_refused_there(
    tmp_path_factory: pytest.TempPathFactory, broken: BrokenDefinition
) -> None:
    folder: Path = tmp_path_factory.mktemp("broken") / "definitions"
    broken.write(folder)
    assert {path.name for path in folder.iterdir()} == set(broken.files)
    with pytest.raises(DefinitionError, match="no statement uses the treatment 'treatment_99'"):
        load_pathways(folder)


@FEW
@given(pathways())
def test_every_offer_is_an_option_of_a_statement(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        states = [state for track in pathway.tracks.values() for state in track.states.values()]
        found = {pair for state in states if isinstance(state, Leaf) for pair in state.offers}
        assert found == {(one.id, option.number) for one in pathway.statements for option in one.options}

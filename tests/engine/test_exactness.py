"""Certain, possible and missing are exact: equal to a naive evaluation of every completion, over all partial cases."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle import verdict
from pnet_pathways import Case, InconsistentCaseError, load_pathways
from pnet_pathways.engine.answer import Certainty, Recommendation, Status
from pnet_pathways.engine.recommend import recommend
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import plain
from project_vocabulary import FACTS, VOCABULARY

TYPES = ("gastrinoma", "insulinoma", "glucagonoma", "vipoma", "somatostatinoma", "other", "nonfunctional")


def check(definitions: Definitions, case: Case) -> None:
    """Compare an answer's part for the type's own pathway with the naive verdict."""
    assert case.tumor_type is not None
    pathway = definitions.pathways[definitions.entry.types[case.tumor_type].pathway or ""]
    assert pathway is not None
    answer = recommend(case)
    expected = verdict(definitions, [pathway], case)
    assert said(answer, pathway.name, Certainty.CERTAIN) == expected.certain, case
    assert said(answer, pathway.name, Certainty.POSSIBLE) == expected.possible, case
    own = {fact for fact in answer.missing if fact in pathway.facts}
    common = {fact for one in answer.options if one.pathway != pathway.name for fact in one.depends_on}
    assert expected.missing <= set(answer.missing), case
    assert own <= expected.missing | common, case


def said(answer: Recommendation, pathway: str, certainty: Certainty) -> frozenset[tuple[str, ...]]:
    """Return an answer's outcomes in the oracle's form."""
    options = {
        (option.statement, *option.treatments, "or", *option.optional)
        for option in answer.options
        if option.pathway == pathway and option.certainty is certainty
    }
    return frozenset(options | {("gap", gap.track, str(gap.kind)) for gap in answer.gaps if gap.certainty is certainty})


@pytest.mark.parametrize("kind", ["vipoma", "somatostatinoma", "nonfunctional"])
def test_every_partial_case_of_a_small_pathway(definitions: Definitions, kind: str) -> None:
    pathway = definitions.pathways[definitions.entry.types[kind].pathway or ""]
    assert pathway is not None
    for values in product(*((None, *FACTS[name].values) for name in pathway.facts)):
        given = {name: value for name, value in zip(pathway.facts, values, strict=True) if value is not None}
        if VOCABULARY.consistent(given):
            facts = {name: plain(value) for name, value in given.items()}
            check(definitions, Case(tumor_type=FACTS["tumor_type"].value_of(kind)).with_(**facts))  # type: ignore[arg-type]


@settings(max_examples=250)
@given(data=st.data())
def test_any_partial_case_of_the_large_pathways(data: st.DataObject) -> None:
    definitions = load_pathways()
    kind = data.draw(st.sampled_from(TYPES))
    pathway = definitions.pathways[definitions.entry.types[kind].pathway or ""]
    assert pathway is not None
    # Most facts known, so that the naive evaluation stays small.
    chosen = data.draw(st.sets(st.sampled_from(pathway.facts), max_size=5))
    case = Case(tumor_type=FACTS["tumor_type"].value_of(kind))  # type: ignore[arg-type]
    for name in pathway.facts:
        if name not in chosen:
            value = data.draw(st.sampled_from(FACTS[name].values), label=name)
            try:
                case = case.with_(**{name: plain(value)})
            except InconsistentCaseError:
                continue
    check(definitions, case)


def test_an_outcome_that_facts_change_only_together_depends_on_those_that_decide_it(folder: Path) -> None:
    """With two facts tied to each other no fact changes alone; the answer is no less incomplete for that."""
    path = folder / "facts.yaml"
    rules = """\
  - never: {residual_after_surgery: true, refractory: false}
    because: what remains does not get better
  - never: {residual_after_surgery: false, refractory: true}
    because: what does not get better remains
"""
    path.write_text(path.read_text("utf-8") + rules, "utf-8")
    tied = load_pathways(folder)
    case = {"tumor_type": "gastrinoma", "pancreatic_tumors": "several", "sites": ["head"], "course": "stable"}
    answer = recommend({**case, "spread": [], "symptoms": [], "resectable": False, "duodenal_tumors": False}, tied)
    possible = [option for option in answer.options if option.certainty is Certainty.POSSIBLE]
    assert possible
    assert all(option.depends_on for option in possible)
    assert {"residual_after_surgery", "refractory"} <= set(answer.missing)
    assert answer.status is Status.INCOMPLETE
    settled = recommend({**answer.case.to_dict(), "refractory": True}, tied)
    assert "residual_after_surgery" not in settled.missing
    assert settled.case.value("residual_after_surgery") is True

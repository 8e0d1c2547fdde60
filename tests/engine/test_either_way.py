"""What applies either way: some statement offers it in every completion of a case, although no single one does."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pnet_pathways import Case, Recommendation, load_pathways, recommend
from pnet_pathways.engine.answer import Certainty
from pnet_pathways.engine.text import as_markdown, as_text
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import Value, plain
from pump import PUMP_FAULT, edit

BODY: dict[str, Any] = {
    "tumor_type": "gastrinoma",
    "course": "new",
    "sites": ["body"],
    "duodenal_tumors": False,
    "resectable": True,
    "spread": [],
    "symptoms": [],
}
"""A gastrinoma in the body, one or several unknown."""

Offer = tuple[tuple[str, ...], tuple[str, ...], str, str | None]
FACTS = ("operation", "valve_open", "flow", "vibration", "bearing_temperature")


@pytest.fixture(scope="module")
def pumps(tmp_path_factory: pytest.TempPathFactory) -> Definitions:
    """The second document, in which stopping the pump is also what is done while it runs and shakes."""
    return altered(tmp_path_factory.mktemp("pumps"))


def altered(folder: Path) -> Definitions:
    copy = Path(shutil.copytree(PUMP_FAULT, folder / "pump_fault"))
    edit(
        copy / "centrifugal.yaml",
        "      - {item: 1, treatments: [vent_casing], choice: true}\n"
        "      - {item: 1, treatments: [raise_suction_level], choice: true}\n",
        "      - {item: 1, treatments: [stop_pump]}\n",
    )
    edit(copy / "centrifugal.yaml", "CEN-1: [vent_casing, raise_suction_level]", "CEN-1: [stop_pump]")
    edit(copy / "gear.yaml", "treatments: [stop_pump, check_relief_valve]", "treatments: [stop_pump]")
    edit(copy / "gear.yaml", "GEA-2: [stop_pump and check_relief_valve]", "GEA-2: [stop_pump]", 2)
    treatments = copy / "treatments.yaml"
    unused = r"^  (vent_casing|raise_suction_level|check_relief_valve): .*\n"
    treatments.write_text(re.sub(unused, "", treatments.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    return load_pathways(copy)


def offers(answer: Recommendation, *certainties: Certainty) -> dict[Offer, set[str]]:
    """Return what an answer offers, and by which statements."""
    found: dict[Offer, set[str]] = {}
    for one in answer.options:
        if one.certainty in certainties:
            found.setdefault((one.treatments, one.optional, str(one.strength), one.intent), set()).add(one.statement)
    return found


def told(answer: Recommendation) -> dict[Offer, set[str]]:
    ways = answer.either_way
    return {(one.treatments, one.optional, str(one.strength), one.intent): set(one.statements) for one in ways}


def completions(definitions: Definitions, case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every completion of a case of a pump over the facts that bear on its flow, by trying each combination."""
    vocabulary = definitions.vocabulary
    names = ("pump", *FACTS)
    domains: list[tuple[Value, ...]] = [vocabulary.facts[name].values for name in names]
    domains[0] = tuple(value for value in domains[0] if value in definitions.entry.types_in_scope)
    for row in itertools.product(*domains):
        known = dict(zip(names, row, strict=True))
        kept = all(known[name] == value for name, value in case.items() if name in known)
        if kept and vocabulary.consistent(known):
            yield {**case, **{name: plain(value) for name, value in known.items()}}


CASES = st.fixed_dictionaries(
    {"leaks": st.just([])},
    optional={
        "pump": st.sampled_from(["centrifugal", "gear"]),
        "operation": st.sampled_from(["running", "stopped"]),
        "valve_open": st.booleans(),
        "flow": st.sampled_from(["reduced", "none"]),
        "vibration": st.booleans(),
        "bearing_temperature": st.sampled_from(["cool", "warm"]),
    },
)


@given(CASES)
def test_it_is_what_every_completion_offers_and_no_single_statement_does(pumps: Definitions, case: dict[str, Any]) -> None:
    assume(pumps.vocabulary.consistent({name: value for name, value in case.items() if name in FACTS}))
    answer = recommend(case, pumps)
    every = [offers(recommend(one, pumps), Certainty.CERTAIN) for one in completions(pumps, case)]
    expected = {offer: by for offer, by in offers(answer, Certainty.POSSIBLE).items() if all(offer in one for one in every)}
    for offer in offers(answer, Certainty.CERTAIN):
        expected.pop(offer, None)
    assert told(answer) == expected


def test_the_law_meets_both_kinds_of_cases(pumps: Definitions) -> None:
    stop: Offer = (("stop_pump",), (), "may", None)
    shaking = {"pump": "centrifugal", "operation": "running", "vibration": True, "leaks": []}
    assert stop in offers(recommend(shaking, pumps), Certainty.POSSIBLE)
    assert told(recommend(shaking, pumps)) == {}  # the flow can be full
    either = {"operation": "running", "valve_open": False, "flow": "none", "bearing_temperature": "cool", "leaks": []}
    assert told(recommend(either, pumps)) == {stop: {"CEN-2", "GEA-2"}}  # the kind of pump is open; vacuum is out of scope


def test_a_gastrinoma_in_the_body_one_or_several() -> None:
    (way,) = recommend(BODY).to_dict()["either_way"]
    assert way == {
        "track": "primary",
        "treatments": ["distal_pancreatectomy"],
        "optional": [],
        "strength": "usual",
        "intent": None,
        "statements": ["GAS-3", "GAS-4"],
        "label": recommend(BODY).definitions.treatments["distal_pancreatectomy"].label,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"resectable": None},
        {"pancreatic_tumors": "one"},
        {"pancreatic_tumors": "several"},
        {"sites": {"head": True}},
        {"course": "progressive"},
    ],
)
def test_it_ends_where_one_statement_decides_or_none_may(change: dict[str, Any]) -> None:
    assert recommend({**BODY, **change}).either_way == ()


def test_the_graph_of_facts_is_searched_only_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pnet_pathways.engine.either_way.covers", lambda *_: pytest.fail("searched"))
    assert recommend(BODY).status == "incomplete"


def test_nothing_applies_either_way_out_of_scope_or_where_all_is_known() -> None:
    assert recommend({"tumor_type": "exocrine"}).to_dict()["either_way"] == []
    assert recommend(Case.from_dict({**BODY, "pancreatic_tumors": "one"})).to_dict()["either_way"] == []


def test_text_tells_it_in_place_of_the_options_that_it_covers() -> None:
    text = " ".join(as_text(recommend(BODY)).split())
    assert text.startswith("Gastrinoma: 1 option applies either way (+ applies to this patient) Primary tumor ")
    assert "+ applies either way: usually distal pancreatectomy [GAS-3 or GAS-4; " in text
    assert text.count("usually distal pancreatectomy") == 1
    full = " ".join(as_text(recommend(BODY), every=True).split())
    assert full.count("usually distal pancreatectomy") == 3
    assert "| usually distal pancreatectomy | either way | number of tumors | GAS-3 or GAS-4 |" in as_markdown(recommend(BODY))

"""What a wrong row of a compiled table breaks, and what an option that two tracks answer does where they are joined wrongly."""

from __future__ import annotations

import attrs
import pytest

from pnet_pathways import load_pathways
from pnet_pathways.engine import composition
from pnet_pathways.engine.openings import Evidence
from pnet_pathways.engine.recommend import Engine
from pnet_pathways.engine.tables import Offered, TrackTable
from pnet_pathways.model.claims import ClaimId
from pnet_pathways.model.conditions import AllOf, Is
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.values import Value
from pnet_pathways.proof.verify.alternatives import examine_alternative
from pnet_pathways.proof.verify.answers import Reader, TrackViews, examine_answers, kinds_of
from pnet_pathways.proof.verify.claims import Failure, Ledger
from pnet_pathways.proof.verify.composed import examine_composed, examine_factoring
from pnet_pathways.proof.verify.tracks import TrackView
from pump import PUMP_FAULT


def parts_of(definitions: Definitions) -> TrackViews:
    tracks = [(pathway, track) for pathway in definitions.pathways.values() for track in pathway.tracks.values()]
    return TrackViews(definitions, [TrackView.of(definitions, pathway, track) for pathway, track in tracks])


@pytest.fixture
def pumps() -> Definitions:
    return load_pathways(PUMP_FAULT)


def answers(definitions: Definitions, engine: Engine, name: str) -> dict[ClaimId, Failure]:
    """Return the first failure of each claim on the answers to a track's cases."""
    parts, ledger = parts_of(definitions), Ledger()
    view = next(view for view in parts.views if view.name == name)
    examine_answers(view, kinds_of(view, definitions), parts, Reader(definitions, engine.recommend), ledger)
    return {claim: found[0] for claim, found in ledger.failures.items() if found}


def composed(definitions: Definitions, engine: Engine, name: str) -> list[Failure]:
    """Return what the brute force over a whole pathway finds."""
    ledger = Ledger()
    reader = Reader(definitions, engine.recommend)
    examine_composed(definitions.pathways[name], parts_of(definitions), reader, ledger)
    return ledger.failures[ClaimId.COMPOSED]


# A wrong row in a compiled table: the mask of an option, and that of what a case leaves open.


def row_of(table: TrackTable, **values: Value) -> int:
    """Return the one row of a table with some values, as a mask."""
    places = {table.facts.index(name): value for name, value in values.items()}
    (number,) = (at for at, row in enumerate(table.rows) if all(row.values[place] == one for place, one in places.items()))
    return 1 << number


def turn_round(engine: Engine, key: tuple[str, str], statement: str, **values: Value) -> None:
    """Turn round in one row of a table whether a statement's first option holds."""
    table = engine.compiled.tables[key]
    number = next(number for number, option in enumerate(table.options) if option.statement == statement)
    row = row_of(table, **values)
    table.outcomes = tuple(mask ^ row if at == number else mask for at, mask in enumerate(table.outcomes))


def test_an_option_compiled_into_a_scenario_in_which_it_does_not_hold_is_caught(pumps: Definitions) -> None:
    engine = Engine(pumps)
    turn_round(engine, ("gear", "flow"), "GEA-2", valve_open=True, flow="none", bearing_temperature="cool")
    failure = answers(pumps, engine, "gear.flow")[ClaimId.ANSWER]
    assert failure.message == "gear.flow: GEA-2 0: possible, not in it"
    assert failure.case == {"pump": "gear", "valve_open": True}


def test_an_option_left_out_of_a_scenario_in_which_it_holds_is_caught(pumps: Definitions) -> None:
    engine = Engine(pumps)
    turn_round(engine, ("gear", "flow"), "GEA-2", valve_open=False, flow="none", bearing_temperature="cool")
    failure = answers(pumps, engine, "gear.flow")[ClaimId.ANSWER]
    assert failure.message == "gear.flow: GEA-2 0: not in the answer, not possible"
    assert failure.case == {"pump": "gear", "bearing_temperature": "cool"}


@pytest.mark.parametrize(
    ("lost", "message"),
    [(True, "GEA-2 0: not in the answer, not possible"), (False, "GEA-1 0: possible, not in it")],
    ids=["never", "always"],
)
def test_a_scenario_that_is_never_or_always_left_open_is_caught(
    pumps: Definitions, monkeypatch: pytest.MonkeyPatch, *, lost: bool, message: str
) -> None:
    engine = Engine(pumps)
    table = engine.compiled.tables["gear", "flow"]
    row = row_of(table, valve_open=False, flow="none", bearing_temperature="hot")
    real = Evidence.opened

    def wrong(self: Evidence, left: int) -> int:
        rows = real(self, left)
        return rows if all(self is not one for one in table.evidence) else rows & ~row if lost else rows | row

    assert answers(pumps, Engine(pumps), "gear.flow") == {}
    monkeypatch.setattr(Evidence, "opened", wrong)
    found = answers(pumps, engine, "gear.flow")
    assert found[ClaimId.ANSWER].message == f"gear.flow: {message}"


def test_a_wrong_row_under_an_alternative_is_caught(pumps: Definitions) -> None:
    engine = Engine(pumps)
    under = engine.under({"P-3": "any_pump"})
    values: dict[str, Value] = {"operation": "stopped", "valve_open": True, "flow": "none", "vibration": False}
    turn_round(under, ("centrifugal", "flow"), "CEN-2", **values)
    ledger = Ledger()
    for alternative in pumps.alternatives:
        examine_alternative(pumps, alternative, engine, ledger)
    assert {claim for claim, found in ledger.failures.items() if found} == {ClaimId.ALTERNATIVE_ANSWERS}
    (failure,) = ledger.failures[ClaimId.ALTERNATIVE_ANSWERS]
    assert failure.message == (
        "P-3=any_pump: centrifugal.flow: CEN-2 0: "
        "possible [flow, operation, valve_open, vibration], not possible [flow, operation]"
    )


# An option that two tracks answer


def test_a_statement_that_reads_tied_facts_under_two_tracks_is_caught(pumps: Definitions) -> None:
    """Whether it holds under one of two tracks does not follow from whether it may under each, where both look at one fact."""
    pathway = pumps.pathways["centrifugal"]
    statement = pathway.statement("CEN-4")
    assert factoring(pumps) == []
    ((track, when),) = statement.also
    wrong = attrs.evolve(statement, also=((track, AllOf((when, Is("leaks.seal", (True,))))),))
    statements = tuple(wrong if one is statement else one for one in pathway.statements)
    changed = attrs.evolve(pumps, pathways={**pumps.pathways, "centrifugal": attrs.evolve(pathway, statements=statements)})
    told = [message for message in factoring(changed) if message.startswith("CEN-4")]
    tied = sorted(pumps.vocabulary.tied_to("leaks.seal"))
    assert told == [f"CEN-4 reads {', '.join(tied)}, or facts tied to it, under two tracks"]


def factoring(definitions: Definitions) -> list[str]:
    ledger = Ledger()
    examine_factoring(parts_of(definitions), ledger)
    return [failure.message for failure in ledger.failures[ClaimId.FACTORING]]


def one_of_two(one: Offered | None, other: Offered | None) -> Offered:
    """Read an option of two tracks under the first that may give it, as if the other were not there."""
    found = one if one is not None else other
    assert found is not None
    return found


def test_an_option_of_two_tracks_that_is_read_under_one_alone_is_caught_by_brute_force(
    definitions: Definitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert composed(definitions, Engine(definitions), "vipoma") == []
    monkeypatch.setattr(composition, "_either", one_of_two)
    (failure,) = composed(definitions, Engine(definitions), "vipoma")
    assert failure.message == (
        "vipoma: VIP-3 0: [course, primary_removed, resectable], "
        "not [course, primary_removed, resectable, spread.liver, spread.other]"
    )
    assert failure.case == {"tumor_type": "vipoma"}
    assert answers(definitions, Engine(definitions), "vipoma.spread")[ClaimId.ANSWER].message.startswith(
        "vipoma.spread: VIP-3 0: "
    )

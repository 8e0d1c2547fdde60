"""The claim about codes: held by the library as it is, and refuted by each fault that is put into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from pnet_pathways import load_pathways
from pnet_pathways.engine.recommend import Engine
from pnet_pathways.model.case import Case
from pnet_pathways.model.claims import ClaimId
from pnet_pathways.model.codes import Codes
from pnet_pathways.proof.verify.claims import Failure, Ledger
from pnet_pathways.proof.verify.coded import examine_codes
from random_cases import random_cases

CASES = random_cases(23, 100)


def found(engine: Engine, under: str = "") -> list[Failure]:
    ledger = Ledger()
    examine_codes(engine, CASES, ledger, under)
    assert ledger.examined[ClaimId.CODES]["clusters"] >= len(engine.coded)
    return list(ledger.failures[ClaimId.CODES])


def own_engine() -> Engine:
    """Return an engine with a vocabulary of its own, into which faults can be put."""
    definitions = load_pathways()
    return Engine(attrs.evolve(definitions, vocabulary=attrs.evolve(definitions.vocabulary)))


def test_the_library_as_it_is_fails_nothing() -> None:
    assert found(own_engine()) == []


@pytest.mark.parametrize("reading", ["R-2=on_its_own", "R-18=primary"])
def test_the_same_under_alternatives(reading: str) -> None:
    assert found(own_engine().under(dict([reading.split("=")])), reading) == []


def test_what_a_plan_forgets_is_worked_out_anew() -> None:
    engine = own_engine()
    before = [engine.recommend(case) for case in CASES]
    for plan in engine.coded.values():
        plan.forget()
        assert not plan.answers
        assert not any(one.answers for one in plan.clusters)
    assert [engine.recommend(case) for case in CASES] == before


def test_a_cluster_that_is_asked_without_a_fact_is_found() -> None:
    engine = own_engine()
    cluster: Any = engine.coded["gastrinoma"].clusters[0]
    cluster.mask &= ~engine.definitions.vocabulary.codes.masks["residual_after_surgery"]
    assert [one.message for one in found(engine)] == ["a cluster of gastrinoma is asked without residual_after_surgery"]


def test_a_table_that_is_left_out_is_found() -> None:
    engine = own_engine()
    plan: Any = engine.coded["other"]
    plan.plan = attrs.evolve(plan.plan, tables=plan.plan.tables[::-1])
    assert "the clusters of other are not all its tables, in order" in [one.message for one in found(engine)]


def test_an_answer_that_says_something_else_by_its_code_is_found() -> None:
    engine = own_engine()
    cluster = engine.coded[None].clusters[-1]
    keys = [case.closed & cluster.mask for case in CASES if case.entry is None]
    key = next(key for key in keys if cluster.answers[key].options)
    cluster.answers[key] = attrs.evolve(cluster.answers[key], options=())
    (failure,) = found(engine, "R-2=on_its_own")
    assert failure.message == "R-2=on_its_own: by its code a case is told other options than by the tables of the tracks"
    assert failure.case is not None
    assert Case.from_dict(failure.case, engine.definitions.vocabulary) in CASES


def shared_field(codes: Codes) -> None:
    codes.masks["size"] |= codes.masks["course"]


def one_code_for_two(codes: Codes) -> None:
    codes.fields["size"]["large"] = codes.fields["size"]["small"]


def outside_its_field(codes: Codes) -> None:
    codes.masks["size"] = 0


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (shared_field, "the field of size is that of another fact too"),
        (one_code_for_two, "two values of size have one code, or one lies outside its field"),
        (one_code_for_two, "size is not read back from its code"),
        (outside_its_field, "two values of size have one code, or one lies outside its field"),
    ],
)
def test_a_code_that_loses_something_is_found(fault: Callable[[Codes], None], message: str) -> None:
    engine = own_engine()
    fault(engine.definitions.vocabulary.codes)
    assert message in [one.message for one in found(engine)]

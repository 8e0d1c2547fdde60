"""The claim about codes: nothing is lost in them, and what a code is told is what the tables of the tracks tell.

The tables of the tracks are held against the statements by other claims. Here: a cluster's key holds the fields of all that its
tables look up, so that every key leaves the same open of each table as the case does; and whole answers are compared in
every field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...engine.answer import Recommendation
from ...engine.coded import CodedPlan
from ...engine.recommend import Engine
from ...model.case import Case
from ...model.claims import ClaimId
from ...model.errors import listed
from ...model.vocabulary import Vocabulary
from .claims import Failure, Ledger

_PLACE = "facts.yaml"


def examine_codes(engine: Engine, cases: Iterable[Case], ledger: Ledger, under: str = "") -> None:
    """Examine the codes of an engine, with its answers to some cases; `under` is the alternative that it answers under."""
    examine_clusters(engine, ledger, under)
    examine_coded_answers(engine, cases, ledger, under)


def examine_clusters(engine: Engine, ledger: Ledger, under: str = "") -> None:
    """Examine what the codes hold, and what the clusters of an engine look up in them."""
    prefix = f"{under}: " if under else ""
    if not under:
        for message in _fields(engine.definitions.vocabulary, ledger):
            ledger.fail(ClaimId.CODES, Failure(_PLACE, message))
    for plan in engine.coded.values():
        for message in _clusters(engine.definitions.vocabulary, plan, ledger):
            ledger.fail(ClaimId.CODES, Failure(_PLACE, f"{prefix}{message}"))


def examine_coded_answers(engine: Engine, cases: Iterable[Case], ledger: Ledger, under: str = "") -> None:
    """Compare an engine's answers to some cases by their codes with those of the tables, up to the first that differs."""
    prefix = f"{under}: " if under else ""
    for case in cases:
        ledger.count(ClaimId.CODES, "answers")
        coded, reference = _everything(engine.recommend(case)), _everything(engine.reference(case))
        if coded != reference:
            name = next(name for name, said in coded.items() if said != reference[name])
            message = f"{prefix}by its code a case is told other {name} than by the tables of the tracks"
            ledger.fail(ClaimId.CODES, Failure(_PLACE, message, case.to_dict()))
            return


def _fields(vocabulary: Vocabulary, ledger: Ledger) -> Iterator[str]:
    """Yield how codes lose something: a field that two facts share, or a value without bits of its own."""
    codes, used = vocabulary.codes, 0
    for name, fact in vocabulary.facts.items():
        ledger.count(ClaimId.CODES, "facts")
        mask, bits = codes.masks[name], codes.fields[name]
        if mask & used:
            yield f"the field of {name} is that of another fact too"
        used |= mask
        numbers = [bits.get(value, 0) for value in fact.domain]
        if len({0, *numbers}) <= len(numbers) or any(number & ~mask for number in numbers):
            yield f"two values of {name} have one code, or one lies outside its field"
        for value, number in zip(fact.domain, numbers, strict=True):
            if codes.given(number) != {name: value}:
                yield f"{name} is not read back from its code"


def _clusters(vocabulary: Vocabulary, plan: CodedPlan, ledger: Ledger) -> Iterator[str]:
    """Yield what a plan's clusters leave out: a table, a statement of two tracks, or a fact that a table looks up."""
    kind = plan.plan.type or "an unknown type"
    if [table for one in plan.clusters for table in one.cluster.tables] != list(plan.plan.tables):
        yield f"the clusters of {kind} are not all its tables, in order"
    if sum(len(one.cluster.guests) for one in plan.clusters) != len(plan.plan.guests):
        yield f"the clusters of {kind} part the tracks of a statement"
    for one in plan.clusters:
        ledger.count(ClaimId.CODES, "clusters")
        looked_up = {name for table in one.cluster.tables for evidence in table.evidence for name in evidence.names}
        if missing := looked_up - set(vocabulary.codes.names[one.mask]):
            yield f"a cluster of {kind} is asked without {listed(sorted(missing))}"


def _everything(answer: Recommendation) -> dict[str, object]:
    """Return all that an answer says. The way through the graphs, and what comes nearest, follow from the rows left open."""
    shared = answer.shared
    return {
        "status": shared.status,
        "pathway": shared.pathway,
        "options": shared.options,
        "gaps": [(gap, gap.found) for gap in shared.gaps],
        "missing": shared.missing,
        "trace": [(one.table, one.rows) for one in shared.walked],
        "readings": set(shared.whole_readings),
        "tables": shared.tables,
        "bearing": (shared.bearing, shared.reads, shared.note),
    }

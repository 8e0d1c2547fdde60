"""The compiled form for whole cases: for each cluster of a plan a table by the code of a case, filled as it is asked.

A key is what a case says of all facts that are tied to those which the cluster reads, with what follows from it, so that cases
with one key leave the same scenarios open. What a key is told is made by the tables of the tracks, the reference.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final

from ..model.codes import Closure, Remembered
from .answer import Answering, OfferedOption, SharedAnswer
from .composition import Cluster, ClusterAnswer, Plan, cluster_answer, compose
from .openings import Evidence
from .tables import Offered, TrackTable

Made = Callable[[TrackTable, Offered, bool], OfferedOption]


class CodedCluster:
    """What a cluster of a plan says, by the code of a case."""

    def __init__(self, engine: Answering, cluster: Cluster, made: Made) -> None:
        vocabulary = engine.definitions.vocabulary
        self.cluster = cluster
        self.mask: Final = vocabulary.codes.mask(vocabulary.linked(fact for table in cluster.tables for fact in table.facts))
        self.answers = Remembered(self._answer)
        self.by_rows = Remembered(self._answer_of)
        self._engine = engine
        self._made = made

    @functools.cached_property
    def _evidence(self) -> list[tuple[int, list[tuple[Closure, Evidence]]]]:
        """For each table all its rows, and what the facts that are tied together say of them."""
        tied = self._engine.definitions.vocabulary.codes.tied
        return [
            (table.openings.frame.everything, [(tied[one.names[0]], one) for one in table.evidence])
            for table in self.cluster.tables
        ]

    def _answer(self, code: int) -> ClusterAnswer:
        left: dict[Closure, int] = {}
        rows = []
        for everything, evidence in self._evidence:
            mask = everything
            for closure, one in evidence:
                if closure not in left:
                    left[closure] = closure.left(code)
                mask &= one.opened(left[closure])
            rows.append(mask)
        return self.by_rows[tuple(rows)]

    def _answer_of(self, rows: tuple[int, ...]) -> ClusterAnswer:
        answers = [table.answer_of(left) for table, left in zip(self.cluster.tables, rows, strict=True)]
        return cluster_answer(self._engine.definitions, self.cluster, answers, self._made)


class CodedPlan:
    """What a plan says, by the code of a case."""

    def __init__(self, engine: Answering, plan: Plan, made: Made) -> None:
        self.plan = plan
        self.clusters = tuple(CodedCluster(engine, cluster, made) for cluster in plan.clusters)
        self._lookups = tuple((one.answers, one.mask) for one in self.clusters)
        self.answers = Remembered(self._composed)
        self._engine = engine

    def answer(self, closed: int) -> SharedAnswer:
        """Return what is told to a case; its code is that of all that is known and follows."""
        return self.answers[tuple([answers[closed & mask] for answers, mask in self._lookups])]

    def forget(self) -> None:
        """Forget what was told, when that is asked no more: what a proof asks is more than answering ever does."""
        self.answers.clear()
        for one in self.clusters:
            one.answers.clear()
            one.by_rows.clear()

    def _composed(self, answers: tuple[ClusterAnswer, ...]) -> SharedAnswer:
        return compose(self._engine, self.plan, answers)

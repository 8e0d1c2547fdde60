"""What a verification found: each claim with what was examined, its verdict, and a counterexample for each failure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import attrs

CLAIMS: Final[Mapping[str, str]] = {
    "readable": "The definitions can be read: every file, key, name and value",
    "complete": "Complete: every scenario finds an answer in each state it comes to, up to one leaf per track",
    "deterministic": "Deterministic: the answers of a state partition its fact's values",
    "dead_end": "No dead end: every answer leads to a state that is there",
    "cycle": "No cycle: no path turns back or asks a fact twice",
    "reachable": "Reachable: a consistent case comes to every state",
    "transitions": "Transitions: a consistent case takes every answer",
    "agreement": "Agreement: each leaf says exactly what the statements say",
    "machine": "Machine: the transitions machine goes the graph's way, and waits where a fact is unknown",
    "answer": "Answer: the compiled answer is certain and possible exactly as the statements say",
    "missing": "Missing: a fact is missing exactly where changing it alone changes the answer",
    "monotone": "Monotone in knowledge: a further fact takes no certain away and brings no new possible",
    "offered": "Offered: some leaf offers every option of every statement, in each track it stands in",
    "used": "Used: some statement uses every treatment",
    "gaps": "Gaps: every gap is reached and named",
    "contradictions": "Contradictions: every case without a completion is refused, and no other",
    "factoring": "Factoring: tracks share nothing but facts, so that the parts prove the whole",
    "composed": "Composed: whole answers equal the statements' over all completions, by brute force",
    "care_course": "Care course: every state is reached and can be left",
}
"""Every claim by its id, in the order of the report, with its title."""


class ClaimVerdict(StrEnum):
    """`passed`; `failed`; `not_proven`: another claim that this one rests on failed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_PROVEN = "not_proven"


@attrs.frozen
class Failure:
    """One way in which a claim fails.

    `where` is the place, ``file:line:column``; `case` the smallest counterexample in the case contract (`None` where no
    case can show it), `path` the states that it passes with the answers that lead on.
    """

    where: str
    message: str
    case: Mapping[str, Any] | None = None
    path: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the failure as plain data."""
        steps = [{"state": state, "answer": answer} for state, answer in self.path]
        case = None if self.case is None else dict(self.case)
        return {"where": self.where, "message": self.message, "case": case, "path": steps}


@attrs.frozen
class Claim:
    """One claim: `examined` counts what was really looked at by kind, `reason` says why it is not proven."""

    id: str
    verdict: ClaimVerdict
    examined: Mapping[str, int]
    failures: tuple[Failure, ...] = ()
    reason: str = ""

    @property
    def title(self) -> str:
        """The claim in a sentence."""
        return CLAIMS[self.id]

    def to_dict(self) -> dict[str, Any]:
        """Return the claim as plain data."""
        return {
            "id": self.id,
            "title": self.title,
            "verdict": str(self.verdict),
            "examined": dict(self.examined),
            "reason": self.reason,
            "failures": [failure.to_dict() for failure in self.failures],
        }


@attrs.frozen
class TrackCount:
    """The size of one track's space: its facts, total scenarios, and partial cases (each fact also unknown)."""

    pathway: str
    track: str
    facts: tuple[str, ...]
    scenarios: int
    partial_cases: int


@attrs.frozen
class VerificationReport:
    """Every claim over a set of definitions. What is known only once they are read is empty without."""

    folder: str
    version: str
    content_hash: str
    tracks: tuple[TrackCount, ...]
    claims: tuple[Claim, ...]
    disclaimer: str = ""

    @property
    def passed(self) -> bool:
        """Whether every claim is proven."""
        return all(claim.verdict is ClaimVerdict.PASSED for claim in self.claims)

    def claim(self, identifier: str) -> Claim:
        """Return a claim by its id. Raises `KeyError` for no such claim."""
        return {claim.id: claim for claim in self.claims}[identifier]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, deterministic to the byte once dumped."""
        return {
            "passed": self.passed,
            "version": self.version,
            "content_hash": self.content_hash,
            "claims": [claim.to_dict() for claim in self.claims],
            "tracks": [{**attrs.asdict(track), "facts": list(track.facts)} for track in self.tracks],
            "disclaimer": self.disclaimer,
        }


@attrs.define
class Ledger:
    """Collects counts and failures while claims are examined; `report` closes it."""

    examined: dict[str, dict[str, int]] = attrs.field(factory=lambda: {claim: {} for claim in CLAIMS})
    failures: dict[str, list[Failure]] = attrs.field(factory=lambda: {claim: [] for claim in CLAIMS})
    reasons: dict[str, str] = attrs.field(factory=dict)

    def count(self, claim: str, kind: str, number: int = 1) -> None:
        """Add to what a claim has examined."""
        counts = self.examined[claim]
        counts[kind] = counts.get(kind, 0) + number

    def fail(self, claim: str, failure: Failure) -> None:
        """Record a failure (once)."""
        if failure not in self.failures[claim]:
            self.failures[claim].append(failure)

    def not_proven(self, claim: str, reason: str) -> None:
        """Record that a claim could not be examined; the first reason stays."""
        self.reasons.setdefault(claim, reason)

    def claims(self) -> tuple[Claim, ...]:
        """Return every claim with its verdict."""
        return tuple(self._claim(identifier) for identifier in CLAIMS)

    def _claim(self, identifier: str) -> Claim:
        failures = tuple(self.failures[identifier])
        reason = self.reasons.get(identifier, "")
        verdict = ClaimVerdict.FAILED if failures else ClaimVerdict.NOT_PROVEN if reason else ClaimVerdict.PASSED
        return Claim(identifier, verdict, self.examined[identifier], failures, reason)

"""What a verification found: each claim with what was examined, its verdict, and a counterexample for each failure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import attrs

from ...model.claims import ClaimId

CLAIMS: Final[Mapping[ClaimId, str]] = {
    ClaimId.READABLE: "The definitions can be read: every file, key, name and value",
    ClaimId.COMPLETE: "Complete: every scenario finds an answer in each state it comes to, up to one leaf per track",
    ClaimId.DETERMINISTIC: "Deterministic: the answers of a state partition its fact's values",
    ClaimId.DEAD_END: "No dead end: every answer leads to a state that is there",
    ClaimId.CYCLE: "No cycle: no path turns back or asks a fact twice",
    ClaimId.REACHABLE: "Reachable: a consistent case comes to every state",
    ClaimId.TRANSITIONS: "Transitions: a consistent case takes every answer",
    ClaimId.AGREEMENT: "Agreement: each leaf says exactly what the statements say",
    ClaimId.MACHINE: "Machine: the transitions machine goes the graph's way, and waits where a fact is unknown",
    ClaimId.ANSWER: "Answer: the compiled answer is certain and possible exactly as the statements say",
    ClaimId.MISSING: "Missing: a fact is missing exactly where changing it alone changes the answer",
    ClaimId.MONOTONE: "Monotone in knowledge: a further fact takes no certain away and brings no new possible",
    ClaimId.OFFERED: "Offered: some leaf offers every option of every statement, in each track it stands in",
    ClaimId.USED: "Used: some statement uses every treatment",
    ClaimId.DISTINCT: "Distinct: no case has an option twice, or with two strengths, but where the document means it",
    ClaimId.GAPS: "Gaps: every gap is reached and named",
    ClaimId.CONTRADICTIONS: "Contradictions: every case without a completion is refused, and no other",
    ClaimId.FACTORING: "Factoring: tracks share nothing but facts, so that the parts prove the whole",
    ClaimId.COMPOSED: "Composed: whole answers equal the statements' over all completions, by brute force",
    ClaimId.CODES: "Codes: by the code of a case it is told exactly what the tables of the tracks tell",
    ClaimId.CARE_COURSE: "Care course: every state is reached and can be left",
    ClaimId.ALTERNATIVES: "Alternatives: each statement that one rewrites answers otherwise in some scenario, no other does",
    ClaimId.ALTERNATIVE_ANSWERS: "Answers under alternatives: exactly what the statements then say, and monotone in knowledge",
    ClaimId.ALTERNATIVE_GAPS: "Gaps under alternatives: every gap that arises under one, or under two that meet, is named",
}
"""Every claim by its id, in the order of the report, with its title."""
OF_LEAVES: Final = (ClaimId.COMPLETE, ClaimId.REACHABLE, ClaimId.TRANSITIONS, ClaimId.AGREEMENT, ClaimId.OFFERED, ClaimId.GAPS)
"""The claims that are proven only where every scenario of a track reaches a leaf."""


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

    id: ClaimId
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
            "id": str(self.id),
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
        return {str(claim.id): claim for claim in self.claims}[identifier]

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
    """Collects counts and failures while claims are examined; `claims` closes it."""

    examined: dict[ClaimId, dict[str, int]] = attrs.field(factory=lambda: {claim: {} for claim in CLAIMS})
    failures: dict[ClaimId, list[Failure]] = attrs.field(factory=lambda: {claim: [] for claim in CLAIMS})
    reasons: dict[ClaimId, str] = attrs.field(factory=dict)

    def count(self, claim: ClaimId, kind: str, number: int = 1) -> None:
        """Add to what a claim has examined."""
        counts = self.examined[claim]
        counts[kind] = counts.get(kind, 0) + number

    def fail(self, claim: ClaimId, failure: Failure) -> None:
        """Record a failure (once)."""
        if failure not in self.failures[claim]:
            self.failures[claim].append(failure)

    def add(self, other: Ledger) -> None:
        """Add what another ledger has collected."""
        for claim, counts in other.examined.items():
            for kind, number in counts.items():
                self.count(claim, kind, number)
            for failure in other.failures[claim]:
                self.fail(claim, failure)
        for claim, reason in other.reasons.items():
            self.not_proven(claim, reason)

    def not_proven(self, claim: ClaimId, reason: str) -> None:
        """Record that a claim could not be examined; the first reason stays."""
        self.reasons.setdefault(claim, reason)

    def claims(self) -> tuple[Claim, ...]:
        """Return every claim with its verdict."""
        return tuple(self._claim(identifier) for identifier in CLAIMS)

    def _claim(self, identifier: ClaimId) -> Claim:
        failures = tuple(self.failures[identifier])
        reason = self.reasons.get(identifier, "")
        verdict = ClaimVerdict.FAILED if failures else ClaimVerdict.NOT_PROVEN if reason else ClaimVerdict.PASSED
        return Claim(identifier, verdict, self.examined[identifier], failures, reason)

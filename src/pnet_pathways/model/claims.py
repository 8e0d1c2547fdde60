"""The ids of what ``pnet verify`` proves, each written once: the loader names the claim that a problem breaks."""

from __future__ import annotations

from enum import StrEnum


class ClaimId(StrEnum):
    """A claim about a set of definitions, in the order of the verifier's report."""

    READABLE = "readable"
    COMPLETE = "complete"
    DETERMINISTIC = "deterministic"
    DEAD_END = "dead_end"
    CYCLE = "cycle"
    REACHABLE = "reachable"
    TRANSITIONS = "transitions"
    AGREEMENT = "agreement"
    MACHINE = "machine"
    ANSWER = "answer"
    MISSING = "missing"
    MONOTONE = "monotone"
    OFFERED = "offered"
    USED = "used"
    DISTINCT = "distinct"
    GAPS = "gaps"
    CONTRADICTIONS = "contradictions"
    FACTORING = "factoring"
    COMPOSED = "composed"
    CODES = "codes"
    CARE_COURSE = "care_course"
    ALTERNATIVES = "alternatives"
    ALTERNATIVE_ANSWERS = "alternative_answers"
    ALTERNATIVE_GAPS = "alternative_gaps"

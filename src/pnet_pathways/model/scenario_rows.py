"""Every scenario of a track as a row: its values, its path, its leaf and what holds there."""

from __future__ import annotations

from enum import StrEnum

from .records import frozen
from .values import Value


class LeafKind(StrEnum):
    """What a leaf says."""

    OFFER = "offer"
    GAP = "gap"
    DOES_NOT_APPLY = "does_not_apply"


@frozen
class Row:
    """One scenario of a track.

    `values` are in the order of the table's facts; `path` the questions with their answers; `leaf` where it ends;
    `holds` the options whose conditions hold in this track, `expected` the kind of leaf that follows; `combines` says
    whether findings stand side by side without a word on all of them.
    """

    values: tuple[Value, ...]
    path: tuple[tuple[str, str], ...]
    leaf: str
    holds: frozenset[tuple[str, int]]
    expected: LeafKind
    combines: bool = False


@frozen
class TrackScenarios:
    """All scenarios of a track over `facts`: those it `reads`, and those that decide whether one of them applies."""

    facts: tuple[str, ...]
    reads: frozenset[str]
    rows: tuple[Row, ...]

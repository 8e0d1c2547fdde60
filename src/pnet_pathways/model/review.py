"""Records of reviews, and what they say of a pathway.

On one content of a pathway a reviewer's last word counts: a decision, or its withdrawal. Where reviewers differ, the most
cautious decision does: a pathway is approved only where somebody approved it, nobody decided not to, and nobody's changes are
open. A reviewer takes a decision not to approve back by approving; another reviewer's approval does not outweigh it. A
reviewer is known by the name alone: whether a signature is that person's own, `governance.review` checks.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, Final

import attrs

from .errors import (
    NotApprovedError,
    Problem,
)
from .hashing import digest

FORMAT: Final = "pnet_pathways review 2"
FORMER: Final = "pnet_pathways review 1"
"""The format before there were forms, other decisions than approvals, and withdrawals; its records stay as they are."""


class ReviewStatus(StrEnum):
    """What the reviews say of a pathway: `damaged` where the records themselves cannot be trusted."""

    APPROVED = "approved"
    APPROVED_WITH_CHANGES = "approved_with_changes"
    NOT_APPROVED = "not_approved"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    NEVER = "never_reviewed"
    DAMAGED = "damaged"


class RecordKind(StrEnum):
    """What a record is: a decision on a pathway, the withdrawal of an approval, a comment, or what closes a comment."""

    APPROVAL = "approval"
    APPROVAL_WITH_CHANGES = "approval_with_changes"
    DISAPPROVAL = "disapproval"
    WITHDRAWAL = "withdrawal"
    COMMENT = "comment"
    RESOLUTION = "resolution"


DECISIONS: Final[Mapping[RecordKind, ReviewStatus]] = {
    RecordKind.DISAPPROVAL: ReviewStatus.NOT_APPROVED,
    RecordKind.APPROVAL_WITH_CHANGES: ReviewStatus.APPROVED_WITH_CHANGES,
    RecordKind.APPROVAL: ReviewStatus.APPROVED,
}
"""The records that decide on a pathway, each with the status that it gives; the most cautious first."""
APPROVALS: Final = (RecordKind.APPROVAL_WITH_CHANGES, RecordKind.APPROVAL)
"""The decisions that can be withdrawn."""
LAST_WORDS: Final[Mapping[RecordKind, ReviewStatus]] = {**DECISIONS, RecordKind.WITHDRAWAL: ReviewStatus.WITHDRAWN}
"""What a reviewer's last word on a content can be, each with the status that it gives; what outweighs the others first."""
_DONE: Final[Mapping[RecordKind, str]] = {
    RecordKind.DISAPPROVAL: "not approved",
    RecordKind.APPROVAL_WITH_CHANGES: "approved with changes",
    RecordKind.APPROVAL: "approved",
    RecordKind.WITHDRAWAL: "approval withdrawn",
}
_NAMED: Final[Mapping[RecordKind, str]] = {
    RecordKind.DISAPPROVAL: "the decision not to approve",
    RecordKind.APPROVAL_WITH_CHANGES: "the approval with changes",
    RecordKind.APPROVAL: "the approval",
}


@attrs.frozen(kw_only=True)
class Record:
    """One record of a review.

    `content` is the hash of what the review covers, `snapshot` that of the whole definitions, kept beside the records
    (decisions only). `on` is what a comment is on: a statement, a state, the gap of a combination or a reading. `resolves` is
    the number of the comment that is closed or of the approval that is withdrawn, `form` the digest of the review form from
    which a record was imported. `before` is the `link` of the record before, empty in the first; `key` and `signature` are
    empty where nobody signed with a key.
    """

    format: str = FORMAT
    number: int
    kind: RecordKind
    pathway: str
    version: str
    content: str
    reviewer: str
    role: str
    date: str
    text: str = ""
    snapshot: str = ""
    on: str = ""
    resolves: int = 0
    form: str = ""
    before: str = ""
    key: str = ""
    hash: str = ""
    signature: str = ""

    @property
    def file(self) -> str:
        """The name of the record's file."""
        return f"{self.number:04}-{self.kind}-{self.pathway}.json"

    @property
    def by(self) -> str:
        """Who made it, as what and when."""
        return f"{self.reviewer} ({self.role}) on {self.date}"

    @property
    def done(self) -> str:
        """What a decision or a withdrawal did, as in "approved with changes"."""
        return _DONE[self.kind]

    @property
    def named(self) -> str:
        """What a decision is called, as in "the approval with changes"."""
        return _NAMED[self.kind]

    @classmethod
    def keys(cls, written_as: str) -> tuple[str, ...]:
        """Return the keys of a record's file in a format."""
        return tuple(field.name for field in attrs.fields(cls) if written_as != FORMER or field.name != "form")

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain data."""
        data = {**attrs.asdict(self), "kind": str(self.kind)}
        return {key: data[key] for key in self.keys(self.format)}

    def to_json(self) -> str:
        """Return the text of the record's file."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"

    def own_hash(self) -> str:
        """Return the hash of the record's content, all but the hash itself and the signature over it."""
        return digest({key: value for key, value in self.to_dict().items() if key not in {"hash", "signature"}})

    @property
    def link(self) -> str:
        """The hash of the whole record with its signature, by which the next one names it."""
        return digest(self.to_dict())


@attrs.frozen
class Review:
    """What the reviews say of one pathway.

    `decisions` are the last words of the reviewers on this very content, of one decision each or its withdrawal; `last` is the
    last decision on an earlier content where there is none on this one; `open_comments` the comments that nobody has closed.
    """

    status: ReviewStatus
    decisions: tuple[Record, ...] = ()
    last: Record | None = None
    open_comments: tuple[Record, ...] = ()

    @property
    def approved(self) -> bool:
        """Whether somebody approved this very content, nobody decided not to, and nobody's changes are open."""
        return self.status is ReviewStatus.APPROVED

    @property
    def words(self) -> str:
        """The status in words."""
        if self.status is ReviewStatus.DAMAGED:
            return "not approved, since the records of reviews are damaged"
        if self.last is not None:
            return f"changed since {self.last.named} by {self.last.by}"
        by: dict[str, list[str]] = {_DONE[kind]: [] for kind in LAST_WORDS}
        for one in self.decisions:
            by[one.done].append(f"by {one.by}")
        return "; ".join(f"{done} {' and '.join(names)}" for done, names in by.items() if names) or "never reviewed"

    def to_dict(self) -> dict[str, Any]:
        """Return the status as an answer carries it; approvals without changes have keys of their own."""
        approved = [one for one in self.decisions if one.kind is RecordKind.APPROVAL]
        last = self.last if self.last is not None and self.last.kind is RecordKind.APPROVAL else None
        return {
            "status": str(self.status),
            "approvals": [_by(one) for one in approved],
            "last_approval": None if last is None else _by(last),
            "decisions": [_decision(one) for one in self.decisions],
            "last_decision": None if self.last is None else _decision(self.last),
            "open_comments": len(self.open_comments),
        }


def _decision(one: Record) -> dict[str, str]:
    return {"decision": str(one.kind), **_by(one)}


def _by(one: Record) -> dict[str, str]:
    return {"reviewer": one.reviewer, "role": one.role, "date": one.date, "version": one.version}


NEVER_REVIEWED: Final = Review(ReviewStatus.NEVER)


def check_approved(reviews: Mapping[str, Review], names: Collection[str]) -> None:
    """Raise `NotApprovedError` naming each of some pathways that is not approved, its status and what to do."""
    found = [(name, reviews.get(name, NEVER_REVIEWED)) for name in names]
    problems = [Problem(name, review.words, _remedy(name, review)) for name, review in found if not review.approved]
    if problems:
        raise NotApprovedError(problems)


def _remedy(name: str, review: Review) -> str:
    sign = f"pnet review sign {name}"
    if review.status is ReviewStatus.DAMAGED:
        return "pnet review verify says where"
    if review.status is ReviewStatus.NOT_APPROVED:
        return f"whoever decided so can approve it later with: {sign}; another reviewer's approval does not outweigh it"
    if review.status is ReviewStatus.APPROVED_WITH_CHANGES:
        return (
            f"its changes are open, so that it is not approved yet; once they are settled, whoever asked for them uses: {sign}"
        )
    return f"have it reviewed; a reviewer approves it with: {sign}"

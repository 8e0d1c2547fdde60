"""Records of reviews, and what they say of a pathway."""

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

FORMAT: Final = "pnet_pathways review 1"


class ReviewStatus(StrEnum):
    """What the reviews say of a pathway: `damaged` where the records themselves cannot be trusted."""

    APPROVED = "approved"
    CHANGED = "changed"
    NEVER = "never_reviewed"
    DAMAGED = "damaged"


class RecordKind(StrEnum):
    """What a record is. A resolution closes a comment."""

    APPROVAL = "approval"
    COMMENT = "comment"
    RESOLUTION = "resolution"


@attrs.frozen(kw_only=True)
class Record:
    """One record of a review.

    `content` is the hash of what the review covers, `snapshot` that of the whole definitions, kept beside the records
    (approvals only). `on` is a comment's statement or state, `resolves` the number of the comment that is closed. `before`
    is the `link` of the record before, empty in the first; `key` and `signature` are empty where nobody signed with a key.
    """

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

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain data."""
        return {"format": FORMAT, **attrs.asdict(self), "kind": str(self.kind)}

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

    `approvals` are those of this very content, `last` is the last approval of an earlier one, `open_comments` the comments
    that nobody has closed.
    """

    status: ReviewStatus
    approvals: tuple[Record, ...] = ()
    last: Record | None = None
    open_comments: tuple[Record, ...] = ()

    @property
    def approved(self) -> bool:
        """Whether somebody approved this very content."""
        return self.status is ReviewStatus.APPROVED

    @property
    def words(self) -> str:
        """The status in words."""
        if self.status is ReviewStatus.APPROVED:
            return f"approved by {' and by '.join(dict.fromkeys(one.by for one in self.approvals))}"
        if self.status is ReviewStatus.CHANGED and self.last is not None:
            return f"changed since the approval by {self.last.by}"
        return (
            "never reviewed" if self.status is ReviewStatus.NEVER else "not approved, since the records of reviews are damaged"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the status as an answer carries it."""
        return {
            "status": str(self.status),
            "approvals": [_approval(one) for one in self.approvals],
            "last_approval": None if self.last is None else _approval(self.last),
            "open_comments": len(self.open_comments),
        }


def _approval(one: Record) -> dict[str, str]:
    return {"reviewer": one.reviewer, "role": one.role, "date": one.date, "version": one.version}


NEVER_REVIEWED: Final = Review(ReviewStatus.NEVER)


def check_approved(reviews: Mapping[str, Review], names: Collection[str]) -> None:
    """Raise `NotApprovedError` naming each of some pathways that is not approved, its status and what to do."""
    found = [(name, reviews.get(name, NEVER_REVIEWED)) for name in names]
    problems = [Problem(name, review.words, _remedy(name, review)) for name, review in found if not review.approved]
    if problems:
        raise NotApprovedError(problems)


def _remedy(name: str, review: Review) -> str:
    if review.status is ReviewStatus.DAMAGED:
        return "pnet review verify says where"
    return f"have it reviewed; a reviewer approves it with: pnet review sign {name}"

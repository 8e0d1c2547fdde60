"""What the decisions of several reviewers say together, withdrawals, and records of the former format."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loading.test_reviews import CONTENT, chained, record, said, write
from pnet_pathways import NotApprovedError
from pnet_pathways.governance.review.checks import Signed, signatures
from pnet_pathways.loading.reviews import HEAD, Reviews, head_text, read_reviews, record_files
from pnet_pathways.model.review import FORMER, Record, RecordKind, Review, ReviewStatus, check_approved

OTHER = "d" * 64
YES, CHANGES, NO, BACK = (
    RecordKind.APPROVAL,
    RecordKind.APPROVAL_WITH_CHANGES,
    RecordKind.DISAPPROVAL,
    RecordKind.WITHDRAWAL,
)
FORMER_RECORDS = Path(__file__).parent / "reviews_of_format_1"


def review(*records: Record) -> Review:
    """Return what some records say of the pathway's content."""
    return Reviews(Path("reviews"), tuple(records)).of({"vipoma": CONTENT})["vipoma"]


def by(number: int, kind: RecordKind, reviewer: str = "A", **more: object) -> Record:
    """Return a record of a reviewer."""
    return record(number, kind, "vipoma", reviewer=reviewer, **more)


@pytest.mark.parametrize(
    ("records", "status", "words"),
    [
        ([by(1, YES)], ReviewStatus.APPROVED, "approved by A (surgeon) on 2026-11-23"),
        ([by(1, CHANGES)], ReviewStatus.APPROVED_WITH_CHANGES, "approved with changes by A (surgeon) on 2026-11-23"),
        ([by(1, NO)], ReviewStatus.NOT_APPROVED, "not approved by A (surgeon) on 2026-11-23"),
        ([by(1, YES), by(2, BACK, resolves=1)], ReviewStatus.WITHDRAWN, "approval withdrawn by A (surgeon) on 2026-11-23"),
        (
            [by(1, YES), by(2, NO, "B")],
            ReviewStatus.NOT_APPROVED,
            "not approved by B (surgeon) on 2026-11-23; approved by A (surgeon) on 2026-11-23",
        ),
        (
            [by(1, NO), by(2, YES, "B")],
            ReviewStatus.NOT_APPROVED,
            "not approved by A (surgeon) on 2026-11-23; approved by B (surgeon) on 2026-11-23",
        ),
        (
            [by(1, CHANGES), by(2, YES, "B")],
            ReviewStatus.APPROVED_WITH_CHANGES,
            "approved with changes by A (surgeon) on 2026-11-23; approved by B (surgeon) on 2026-11-23",
        ),
        ([by(1, NO), by(2, YES)], ReviewStatus.APPROVED, "approved by A (surgeon) on 2026-11-23"),
        ([by(1, YES), by(2, NO)], ReviewStatus.NOT_APPROVED, "not approved by A (surgeon) on 2026-11-23"),
        (
            [by(1, YES), by(2, YES, "B"), by(3, BACK, resolves=1)],
            ReviewStatus.APPROVED,
            "approved by B (surgeon) on 2026-11-23; approval withdrawn by A (surgeon) on 2026-11-23",
        ),
        (
            [by(1, CHANGES, content=OTHER)],
            ReviewStatus.CHANGED,
            "changed since the approval with changes by A (surgeon) on 2026-11-23",
        ),
        (
            [by(1, YES, content=OTHER), by(2, NO, "B", content=OTHER)],
            ReviewStatus.CHANGED,
            "changed since the decision not to approve by B (surgeon) on 2026-11-23",
        ),
        (
            [by(1, YES, content=OTHER), by(2, BACK, resolves=1, content=OTHER)],
            ReviewStatus.WITHDRAWN,
            "approval withdrawn by A (surgeon) on 2026-11-23",
        ),
        ([], ReviewStatus.NEVER, "never reviewed"),
    ],
)
def test_the_last_words_of_the_reviewers_give_the_status(records: list[Record], status: ReviewStatus, words: str) -> None:
    found = review(*records)
    assert (found.status, found.words) == (status, words)
    assert found.approved is (status is ReviewStatus.APPROVED)


@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from([YES, CHANGES, NO]), st.sampled_from([CONTENT, OTHER])), max_size=7
    )
)
def test_a_pathway_is_approved_where_somebody_does_and_nobody_decided_otherwise_last(
    given_: Sequence[tuple[str, RecordKind, str]],
) -> None:
    found = review(*(by(number, kind, who, content=what) for number, (who, kind, what) in enumerate(given_, 1)))
    last = {who: kind for who, kind, what in given_ if what == CONTENT}
    assert found.approved is (set(last.values()) == {YES})
    assert (found.status is ReviewStatus.NOT_APPROVED) is (NO in last.values())
    assert {one.reviewer for one in found.decisions} == set(last)
    if not last and given_:
        assert found.last is not None
        assert (found.last.reviewer, found.last.kind, found.last.content) == given_[-1]


def test_who_requires_an_approval_is_told_what_is_open() -> None:
    found = {
        "a": review(by(1, NO), by(2, YES, "B")),
        "b": review(by(1, CHANGES)),
        "c": review(by(1, YES), by(2, BACK, resolves=1)),
    }
    with pytest.raises(NotApprovedError) as raised:
        check_approved(found, ["a", "b", "c"])
    assert str(raised.value) == (
        "3 pathways are not approved:\n"
        "  - a: not approved by A (surgeon) on 2026-11-23; approved by B (surgeon) on 2026-11-23 (whoever decided so can "
        "approve it later with: pnet review sign a; another reviewer's approval does not outweigh it)\n"
        "  - b: approved with changes by A (surgeon) on 2026-11-23 (its changes are open, so that it is not approved yet; once "
        "they are settled, whoever asked for them uses: pnet review sign b)\n"
        "  - c: approval withdrawn by A (surgeon) on 2026-11-23 (have it reviewed; a reviewer approves it with: "
        "pnet review sign c)"
    )


def test_an_answer_carries_every_decision_as_data() -> None:
    one = {"reviewer": "A", "role": "surgeon", "date": "2026-11-23", "version": "1.0.0"}
    assert review(by(1, NO), by(2, CHANGES, "B")).to_dict() == {
        "status": "not_approved",
        "approvals": [],
        "last_approval": None,
        "decisions": [{"decision": "disapproval", **one}, {"decision": "approval_with_changes", **one, "reviewer": "B"}],
        "last_decision": None,
        "open_comments": 0,
    }


@pytest.mark.parametrize(
    "before",
    [
        [by(1, NO)],
        [by(1, RecordKind.COMMENT)],
        [by(1, YES, "B")],
        [by(1, YES, content=OTHER)],
        [by(1, YES), by(2, NO)],
        [by(1, YES), by(2, YES)],
    ],
)
def test_a_withdrawal_of_what_is_not_its_reviewer_s_last_approval_is_found(tmp_path: Path, before: list[Record]) -> None:
    number = len(before) + 1
    folder = write(tmp_path / "reviews", chained(*before, by(number, BACK, resolves=1)))
    assert said(folder) == (
        f"000{number}-withdrawal-vipoma.json: it withdraws record 1, which is not the last decision of its reviewer, "
        "or no approval (put it back as it was written)"
    )


def test_a_withdrawal_and_what_it_withdraws_are_a_whole_chain(tmp_path: Path) -> None:
    folder = write(tmp_path / "reviews", chained(by(1, CHANGES), by(2, BACK, resolves=1), by(3, YES, form="f" * 64)))
    assert said(folder) == ""
    assert read_reviews(folder).of({"vipoma": CONTENT})["vipoma"].approved


# Records of the former format, as the first edition wrote them


def test_records_of_the_former_format_are_read_and_their_signatures_hold() -> None:
    found = read_reviews(FORMER_RECORDS)
    assert found.problems == ()
    assert {one.format for one in found.records} == {FORMER}
    assert [one.to_json() for one in found.records] == [path.read_text("utf-8") for path in record_files(FORMER_RECORDS)]
    assert [one.signed for one in signatures(found)] == [Signed.GOOD, Signed.UNSIGNED, Signed.UNSIGNED]
    assert found.of({"vipoma": CONTENT})["vipoma"].approved


def test_a_chain_goes_on_from_the_former_format(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FORMER_RECORDS, tmp_path / "reviews"))
    last = read_reviews(folder).records[-1]
    new = by(4, BACK, "Reviewer A", resolves=1, before=last.link)
    new = attrs.evolve(new, hash=new.own_hash())
    (folder / new.file).write_text(new.to_json(), "utf-8")
    (folder / HEAD).write_text(head_text(new), "utf-8")
    assert said(folder) == ""
    assert read_reviews(folder).of({"vipoma": CONTENT})["vipoma"].status is ReviewStatus.WITHDRAWN


@pytest.mark.parametrize("key", ["form", "resolves", "kind", "text"])
def test_every_key_of_a_record_is_covered_by_its_hash(key: str) -> None:
    one = by(1, YES, form="f" * 64)
    other: dict[str, Any] = {key: {"kind": NO, "resolves": 9}.get(key, "0")}
    changed = attrs.evolve(one, **other)
    assert changed.own_hash() != one.own_hash()
    assert json.loads(one.to_json())[key] != json.loads(changed.to_json())[key]

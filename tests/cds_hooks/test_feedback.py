"""Feedback: what is read of it, that it is stored once and before it is acknowledged, and stores that fail."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cds_hooks.test_hooks import shared
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.settings import ServiceError, Settings
from pnet_pathways.adapters.service.stores import FEEDBACK, Feedback, open_engine
from service_material import INSTANCE, VIEW, Reply, ask

__all__ = ["shared"]  # a fixture

PATH = f"{VIEW}/feedback"
ENTRY: dict[str, Any] = {"card": INSTANCE, "outcome": "overridden", "outcomeTimestamp": "2026-01-31T12:00:00Z"}
REASON = {"code": "patient-refuses", "system": "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(Settings(feedback=f"sqlite:///{tmp_path}/feedback.sqlite", busy_seconds=0.2))


def send(service: Service, *entries: object) -> Reply:
    return ask(service, PATH, {"feedback": list(entries)})


def stored(service: Service) -> list[dict[str, Any]]:
    assert service.feedback is not None
    with service.feedback.engine.connect() as connection:
        return [dict(row) for row in connection.execute(FEEDBACK.select()).mappings()]


def test_an_entry_is_stored(service: Service) -> None:
    reply = send(service, {**ENTRY, "overrideReason": {"reason": REASON, "userComment": "Mrs. Doe said no"}})
    assert (reply.status, reply.body) == (200, b"")
    (row,) = stored(service)
    assert row.pop("received") > 0
    assert row == {
        "card": INSTANCE,
        "outcome": "overridden",
        "outcome_timestamp": "2026-01-31T12:00:00Z",
        "service": "pnet-patient-view",
        "accepted_suggestions": None,
        "reason_code": "patient-refuses",
        "reason_system": REASON["system"],
        "comment": None,
    }


def test_comments_are_kept_only_if_wanted(tmp_path: Path) -> None:
    service = Service(Settings(feedback=f"sqlite:///{tmp_path}/feedback.sqlite", keep_comments=True))
    assert send(service, {**ENTRY, "overrideReason": {"reason": REASON, "userComment": "not now"}}).status == 200
    assert stored(service)[0]["comment"] == "not now"


def test_both_forms_of_an_override_reason_are_read(service: Service) -> None:
    other = {**ENTRY, "outcomeTimestamp": "2026-01-31T12:00:01Z"}
    assert send(service, {**ENTRY, "overrideReason": {"reason": REASON}}, {**other, "overrideReason": REASON}).status == 200
    assert [row["reason_code"] for row in stored(service)] == ["patient-refuses"] * 2


def test_the_same_entry_is_stored_once(service: Service) -> None:
    accepted = {**ENTRY, "outcome": "accepted", "acceptedSuggestions": [{"id": "s1"}, {"id": "s2"}]}
    for _ in range(3):
        assert send(service, ENTRY, ENTRY, accepted).status == 200
    assert sorted(row["outcome"] for row in stored(service)) == ["accepted", "overridden"]
    assert {row["accepted_suggestions"] for row in stored(service)} == {None, "s1,s2"}


def test_the_public_examples_are_taken(service: Service, shared: Path) -> None:
    for name in ("21", "22", "23"):
        data = json.loads((shared / f"spec-feedback-{name}.json").read_text("utf-8"))
        assert ask(service, PATH, data).status == 200
    assert [row["reason_code"] for row in stored(service) if row["reason_code"]] == ["d7ecf885"]
    assert len(stored(service)) == 3


@pytest.mark.parametrize(
    ("entry", "where", "said"),
    [
        ({**ENTRY, "card": None}, "feedback[0].card", "is missing"),
        ({**ENTRY, "card": "Mrs. Doe"}, "feedback[0].card", "is no id"),
        ({**ENTRY, "card": "x" * 65}, "feedback[0].card", "is no id"),
        ({**ENTRY, "outcome": None}, "feedback[0].outcome", "is missing"),
        ({**ENTRY, "outcome": "ignored"}, "feedback[0].outcome", "takes accepted or overridden, not 'ignored'"),
        ({**ENTRY, "outcome": "accepted"}, "feedback[0].acceptedSuggestions", "is missing"),
        ({**ENTRY, "acceptedSuggestions": [7]}, "feedback[0].acceptedSuggestions[0]", "takes an object"),
        ({**ENTRY, "acceptedSuggestions": [{}]}, "feedback[0].acceptedSuggestions[0].id", "is missing"),
        ({**ENTRY, "outcomeTimestamp": None}, "feedback[0].outcomeTimestamp", "is missing"),
        ({**ENTRY, "outcomeTimestamp": "yesterday"}, "feedback[0].outcomeTimestamp", "is no date and time: 'yesterday'"),
        ({**ENTRY, "outcomeTimestamp": "2026-01-31T12:00:00"}, "feedback[0].outcomeTimestamp", "is no date and time"),
        ({**ENTRY, "outcomeTimestamp": "2" * 99}, "feedback[0].outcomeTimestamp", "is no date and time"),
        ({**ENTRY, "overrideReason": "no"}, "feedback[0].overrideReason", "takes an object"),
        ({**ENTRY, "overrideReason": {"reason": {"code": "a\nb"}}}, "feedback[0].overrideReason.code", "is no code"),
        ({**ENTRY, "overrideReason": {"reason": {"code": 7}}}, "feedback[0].overrideReason.code", "takes text"),
        (7, "feedback[0]", "takes an object, not a number"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_stored(service: Service, entry: object, where: str, said: str) -> None:
    reply = send(service, entry, {**ENTRY, "card": "good"})
    assert reply.status == 400
    assert reply.data["issue"][0]["expression"] == [where]
    assert said in reply.said
    assert stored(service) == []


@pytest.mark.parametrize("data", [{}, {"feedback": []}, {"feedback": {}}, [], {"feedback": [ENTRY] * 1001}])
def test_feedback_without_entries_or_with_too_many_is_refused(service: Service, data: object) -> None:
    assert ask(service, PATH, data).status == 400


def test_a_service_may_keep_none() -> None:
    reply = send(Service(Settings()), ENTRY)
    assert (reply.status, reply.said) == (404, "this service keeps no feedback")


# Stores that fail


def unavailable(service: Service) -> None:
    """Check that an entry is refused for now, that cards are not, and that the operator sees it."""
    reply = send(service, ENTRY)
    assert (reply.status, reply.data["issue"][0]["code"], reply.headers["retry-after"]) == (503, "transient", "5")
    assert ask(service, "/cds-services").status == 200
    assert ask(service, "/health/ready").status == 200


def test_a_store_that_is_locked(service: Service, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "feedback.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        unavailable(service)
        assert ask(service, "/health/ready").data["feedback"] == "unavailable"
        other.rollback()
    assert send(service, ENTRY).status == 200
    assert ask(service, "/health/ready").data["feedback"] == "stored"


def test_a_store_that_is_full(service: Service) -> None:
    assert service.feedback is not None
    with service.feedback.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    service.feedback.engine.dispose()

    @sa.event.listens_for(service.feedback.engine, "connect")
    def _no_more_pages(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    entries = [{**ENTRY, "card": f"card-{number}"} for number in range(1000)]
    assert send(service, *entries).status == 503
    assert stored(service) == []
    unavailable_later = send(service, {**ENTRY, "card": "one"})
    assert unavailable_later.status in {200, 503}
    assert len(stored(service)) == (unavailable_later.status == 200)


def test_a_store_that_is_read_only(service: Service, tmp_path: Path) -> None:
    service.feedback = Feedback(open_engine(f"sqlite:///file:{tmp_path}/feedback.sqlite?mode=ro&uri=true", 0.2, durable=True))
    unavailable(service)


def test_a_store_that_is_gone(service: Service) -> None:
    assert service.feedback is not None
    FEEDBACK.drop(service.feedback.engine)
    unavailable(service)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/at/all/feedback.sqlite", "unable to open database file"),
        ("nonsense", "such as sqlite:///feedback.sqlite"),
        ("oracle://scott:tiger@127.0.0.1/x", "cannot be used"),
    ],
)
def test_a_store_that_cannot_be_opened_keeps_the_service_from_starting(url: str, said: str) -> None:
    with pytest.raises(ServiceError) as caught:
        Service(Settings(feedback=url))
    assert said in str(caught.value)
    assert "tiger" not in str(caught.value)


def test_the_disk_is_waited_for(service: Service) -> None:
    assert service.feedback is not None
    with service.feedback.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"

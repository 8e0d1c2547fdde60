"""Records of answers: any case's record is reproduced, any change of a record is found, and what changed is said in words."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pnet_pathways.governance.answer_records as audit_module
from examples import LARGE_HEAD
from pnet_pathways import (
    AuditError,
    Case,
    audit_record,
    load_pathways,
    recommend,
    replay,
)
from pnet_pathways.governance.answer_records import answer_differences, read_record
from pnet_pathways.governance.review.desk import ReviewDesk
from pnet_pathways.model.hashing import digest
from pnet_pathways.testing import cases, pathways
from review_material import OFFER, STRENGTH, A, Edit, edit

__all__ = ["edit"]  # a fixture

AT = "2026-11-23T10:00:00Z"


@pytest.fixture
def record() -> dict[str, Any]:
    """The record of an answer."""
    return audit_record(recommend(LARGE_HEAD), at=AT)


# Reproduced


@given(cases())
def test_the_record_of_any_case_is_reproduced(case: Case) -> None:
    answer = recommend(case)
    done = replay(audit_record(answer, at=AT))
    assert done.reproduced
    assert done.same_options
    assert done.answer == answer


@given(cases())
def test_a_record_comes_back_from_json_whatever_the_order_of_its_keys(case: Case) -> None:
    text = json.dumps(audit_record(recommend(case), at=AT), sort_keys=True)
    assert replay(json.loads(text)).reproduced


@settings(max_examples=20)
@given(st.data())
def test_records_of_other_definitions_are_reproduced_with_them(data: st.DataObject) -> None:
    definitions = data.draw(pathways())
    answer = recommend(data.draw(cases()), definitions)
    assert replay(audit_record(answer), definitions).reproduced


def test_a_record_holds_what_was_asked_and_answered_and_from_what(record: dict[str, Any]) -> None:
    answer, definitions = recommend(LARGE_HEAD), load_pathways()
    assert {key: value for key, value in record.items() if key not in {"library", "hash"}} == {
        "format": "pnet_pathways answer 1",
        "definition": {"version": definitions.version, "hash": definitions.content_hash},
        "at": AT,
        "case": Case.from_dict(LARGE_HEAD).to_dict(),
        "answer": answer.to_dict(),
    }


def test_a_record_is_the_same_each_time(record: dict[str, Any]) -> None:
    assert audit_record(recommend(LARGE_HEAD), at=AT) == record


def test_a_record_holds_no_time_but_the_one_given() -> None:
    assert audit_record(recommend({}))["at"] is None


@pytest.mark.parametrize("at", ["", "now", "2026-11-23", "2026-11-23T10:00:00", "10:00Z", 5])
def test_a_time_has_its_zone(at: Any) -> None:
    with pytest.raises(AuditError, match=r"is not a time with its zone; write it as 2026-11-23T10:00:00Z"):
        audit_record(recommend({}), at=at)


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        (AT, AT),
        ("2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00Z"),
        ("2026-11-23T10:00:00.5-05:00", "2026-11-23T15:00:00.5Z"),
    ],
)
def test_a_time_is_kept_in_utc(at: str, kept: str) -> None:
    assert audit_record(recommend({}), at=at)["at"] == kept


# Changed records


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in some data."""
    if path:
        yield path
    members = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in members:
        yield from places(value, (*path, key))


@settings(max_examples=300)
@given(st.data())
def test_any_single_change_of_a_record_is_found(data: st.DataObject) -> None:
    record = audit_record(recommend(data.draw(cases())), at=AT)
    changed = copy.deepcopy(json.loads(json.dumps(record)))
    *above, key = data.draw(st.sampled_from(list(places(changed))))
    inner = changed
    for one in above:
        inner = inner[one]
    value: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just([]) | st.just({})
    kind = data.draw(st.sampled_from(["set", "remove", "add"]))
    if kind == "remove":
        del inner[key]
    elif kind == "set":
        inner[key] = data.draw(value.filter(lambda one: json.dumps(one) != json.dumps(inner[key])))
    elif isinstance(inner, list):
        inner.insert(key, data.draw(value))
    else:
        inner[data.draw(st.text(min_size=1, max_size=4).filter(lambda one: one not in inner))] = data.draw(value)
    with pytest.raises(AuditError):
        replay(changed)


@settings(max_examples=200)
@given(st.data())
def test_any_changed_byte_is_found_or_changes_nothing(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    record = audit_record(recommend({"tumor_type": "vipoma"}), at=AT)
    raw = json.dumps(record, indent=1).encode()
    place = data.draw(st.integers(0, len(raw) - 1))
    path = tmp_path_factory.getbasetemp() / "record.json"
    path.write_bytes(raw[:place] + bytes([raw[place] ^ data.draw(st.integers(1, 255))]) + raw[place + 1 :])
    with contextlib.suppress(AuditError):
        assert replay(read_record(path)).record == record


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is not a record of an answer: line 1, column 1: not valid JSON: Expecting value"),
        ("[]", "this is not a record of an answer of the format 'pnet_pathways answer 1'"),
        ('{"tumor_type": "vipoma"}', "this is not a record of an answer of the format"),
        ('{"format": "pnet_pathways answer 2"}', "this is not a record of an answer of the format"),
        ('{"format": "pnet_pathways answer 1"}', "library, definition, at, case, answer, hash is missing"),
        ('{"format": 1, "format": 2}', "duplicate key 'format' (keep one)"),
        ("[" * 100_000, "this is not a record of an answer"),
    ],
)
def test_what_is_no_record_is_refused_with_its_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "record.json"
    path.write_text(text)
    with pytest.raises(AuditError) as raised:
        read_record(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert message in str(raised.value)


def forged(record: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a record with other content and the hash that fits it."""
    body = {**{key: value for key, value in record.items() if key != "hash"}, **changes}
    return {**body, "hash": digest(body)}


def test_an_unknown_key_is_refused_even_with_a_hash_that_fits(record: dict[str, Any]) -> None:
    with pytest.raises(AuditError, match="name is missing, of the wrong kind or unknown"):
        replay(forged(record, name="x"))


def test_an_answer_that_is_none_is_refused_even_with_a_hash_that_fits(record: dict[str, Any]) -> None:
    with pytest.raises(AuditError, match="it does not hold an answer"):
        replay(forged(record, answer={"options": 1}))


# What changed


def test_a_changed_strength_is_said_in_words(record: dict[str, Any], folder: Path, edit: Edit) -> None:
    edit(*STRENGTH)
    edit(*OFFER)
    now = load_pathways(folder)
    done = replay(record, now)
    assert (done.reproduced, done.same_options) == (False, False)
    assert done.changed == (
        "option pancreatoduodenectomy [INS-2], strength: usual then, rare now",
        "alternatives.0.options_removed.0.strength: usual then, rare now",
        f"source.definition_hash: {load_pathways().content_hash} then, {now.content_hash} now",
    )


def test_definitions_changed_elsewhere_leave_options_and_gaps(record: dict[str, Any], folder: Path, edit: Edit) -> None:
    edit("vipoma.yaml", "VIPoma: resection of a primary tumor", "Each VIPoma, removal")
    done = replay(record, load_pathways(folder))
    assert (done.reproduced, done.same_options) == (False, True)
    assert [line.partition(":")[0] for line in done.changed] == ["source.definition_hash"]


def test_another_version_of_the_definitions_is_said(record: dict[str, Any], folder: Path, edit: Edit) -> None:
    edit("source.yaml", "version: 1.0.0", "version: 1.1.0")
    assert "source.definition_version: 1.0.0 then, 1.1.0 now" in replay(record, load_pathways(folder)).changed


def test_an_approval_since_is_said(folder: Path) -> None:
    record = audit_record(recommend(LARGE_HEAD, load_pathways(folder)))
    ReviewDesk.of(folder).sign("insulinoma", A)
    done = replay(record, load_pathways(folder))
    assert done.same_options
    assert "source.review.insulinoma.status: never_reviewed then, approved now" in done.changed


def test_another_library_is_said_beside_the_verdict(record: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "library_version", lambda: "99")
    done = replay(record)
    assert (done.reproduced, done.library) == (True, f"{record['library']} then, 99 now")


def test_a_case_that_the_library_takes_no_longer_is_said(record: dict[str, Any]) -> None:
    done = replay(forged(record, case={"grade": 3}))
    assert (done.answer, done.reproduced, done.same_options) == (None, False, False)
    assert (
        "this version of the library does not take the case: 1 problem in the case:\n  - grade: no such fact" in done.changed[0]
    )


def test_a_difference_that_words_do_not_show_is_one_too(record: dict[str, Any]) -> None:
    answer = copy.deepcopy(record["answer"])
    answer["options"][0]["item"] = float(answer["options"][0]["item"])
    done = replay(forged(record, answer=answer))
    assert done.changed == ("it is written in another way",)


def answers() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an answer twice, as data to edit."""
    data = recommend({**LARGE_HEAD, "resectable": True, "course": "recurrent"}).to_dict()
    return data, json.loads(json.dumps(data))


def test_options_that_went_and_came_are_said() -> None:
    old, new = answers()
    gone = new["options"].pop(0)
    new["options"][0]["treatments"] = ["x", "y"]
    new["options"][0]["optional"] = ["z"]
    found = list(answer_differences(old, new))
    assert f"option no longer given: {gone['treatments'][0]} [{gone['statement']}]" in found
    assert f"option given now and not then: x and y and with or without z [{old['options'][1]['statement']}]" in found


def test_an_order_of_options_is_said() -> None:
    old, new = answers()
    new["options"].reverse()
    assert list(answer_differences(old, new)) == ["the options are in another order"]


def test_gaps_that_went_and_came_are_said() -> None:
    old, new = answers()
    (gap,) = old["gaps"]
    new["gaps"] = []
    assert list(answer_differences(old, new)) == [f"gap no longer given: {gap['track']}, {gap['message']}"]
    assert list(answer_differences(new, old)) == [f"gap given now and not then: {gap['track']}, {gap['message']}"]


def test_another_path_is_said() -> None:
    old, new = answers()
    step = next(one for one in new["trace"] if "leaf" in one)
    step["state"] = "elsewhere"
    (line,) = answer_differences(old, new)
    assert line.startswith(f"path through {step['pathway']}.{step['track']}: ")
    assert line.endswith("> elsewhere (gap) now")


def test_a_track_without_a_path_is_said() -> None:
    old, new = answers()
    new["trace"] = []
    assert all(line.endswith(" then, none now") for line in answer_differences(old, new))


def test_everything_else_is_said_by_its_place() -> None:
    old, new = answers()
    new["status"], new["readings"]["R-99"] = "complete", "new"
    assert list(answer_differences(old, new)) == [
        "status: incomplete then, complete now",
        "readings.R-99: nothing then, new now",
    ]

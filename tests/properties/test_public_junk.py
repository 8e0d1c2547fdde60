"""Junk of every kind, handed to each public function: what cannot be used is refused by an error of the library."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pnet_pathways
from pnet_pathways import (
    CareCourse,
    Case,
    CaseError,
    DefinitionError,
    PnetPathwaysError,
    Recommendation,
    ReviewError,
    SourceError,
    Walk,
    WalkError,
    audit_record,
    load_pathways,
    recommend,
    replay,
    start,
    workup,
)
from pnet_pathways.governance.source import read_copy
from pnet_pathways.model import case as generic
from pnet_pathways.proof.mutate.mutation import mutate
from pnet_pathways.proof.verify.verification import verify

VIPOMA = {"tumor_type": "vipoma", "course": "new"}

HASHABLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.none().map(lambda _: 10**5000),  # too long to be shown
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.dates(),
    st.datetimes(),
    st.sampled_from([object(), object, len, Path("nowhere"), Case(), "tumor_type", "sites", "spread.liver", "R-2", "head"]),
)
JUNK: st.SearchStrategy[Any] = st.recursive(
    HASHABLE,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.sets(HASHABLE, max_size=3),
        st.dictionaries(HASHABLE, inner, max_size=3),
        st.lists(inner, max_size=2).map(iter),
    ),
    max_leaves=5,
)


DOORS: dict[str, Callable[[Any], Any]] = {
    "recommend": recommend,
    "recommend, definitions": lambda junk: recommend(VIPOMA, junk),
    "recommend, readings": lambda junk: recommend(VIPOMA, readings=junk),
    "recommend, an alternative": lambda junk: recommend(VIPOMA, readings={"R-2": junk}),
    "Recommendation.from_dict": Recommendation.from_dict,
    "Recommendation.from_dict, near": lambda junk: Recommendation.from_dict(
        {**recommend({}).to_dict(), "readings_chosen": junk}
    ),
    "Recommendation.from_dict, source": lambda junk: Recommendation.from_dict({**recommend({}).to_dict(), "source": junk}),
    "Recommendation.from_dict, definitions": lambda junk: Recommendation.from_dict(recommend({}).to_dict(), junk),
    "Recommendation.from_json": Recommendation.from_json,
    "start": start,
    "start, definitions": lambda junk: start(VIPOMA, junk),
    "workup": workup,
    "workup, definitions": lambda junk: workup("vipoma", junk),
    "load_pathways": load_pathways,
    "load_pathways, reviews": lambda junk: load_pathways(reviews=junk),
    "audit_record": audit_record,
    "audit_record, at": lambda junk: audit_record(recommend({}), junk),
    "replay": replay,
    "replay, near": lambda junk: replay({**audit_record(recommend({})), "answer": {"x": junk}, "hash": junk}),
    "replay, definitions": lambda junk: replay(audit_record(recommend({})), junk),
    "Case": lambda junk: Case(tumor_type=junk, sites=junk, resectable=junk),
    "Case.from_dict": Case.from_dict,
    "Case.from_dict, a value": lambda junk: Case.from_dict({"sites": junk, "size": junk, "resectable": junk}),
    "Case.from_dict, vocabulary": lambda junk: Case.from_dict(VIPOMA, junk),
    "Case.from_json": Case.from_json,
    "Case.from_facts": lambda junk: Case.from_facts(junk, load_pathways().vocabulary),
    "Case.with_": lambda junk: Case().with_(sites=junk, **{"spread.liver": junk}),
    "Case.value": lambda junk: Case().value(junk),
    "Case.answer": lambda junk: Case().answer(junk),
    "Walk.answer": lambda junk: start(VIPOMA).answer(junk, True),
    "Walk.answer, value": lambda junk: start(VIPOMA).answer("sites", junk),
    "Walk.answer, at": lambda junk: start(VIPOMA).answer("resectable", True, at=junk),
    "Walk.answer, by": lambda junk: start(VIPOMA).answer("resectable", True, by=junk),
    "Walk.from_json": Walk.from_json,
    "Walk.from_json, definitions": lambda junk: Walk.from_json(start().to_json(), junk),
    "CareCourse": CareCourse,
    "CareCourse, found": lambda junk: CareCourse(found=junk),
    "CareCourse.happen": lambda junk: CareCourse().happen(junk),
    "CareCourse.happen, at": lambda junk: CareCourse().happen("treatment_starts", at=junk),
    "CareCourse.happen, by": lambda junk: CareCourse().happen("treatment_starts", by=junk),
    "CareCourse.happen, found": lambda junk: CareCourse().happen("treatment_starts", found=junk),
    "CareCourse.apply": lambda junk: CareCourse().apply(junk),
    "CareCourse.from_json": CareCourse.from_json,
}


@pytest.mark.parametrize("door", DOORS)
@settings(max_examples=60)
@given(junk=JUNK)
def test_what_cannot_be_used_is_refused_by_an_error_of_the_library(door: str, junk: Any) -> None:
    try:
        DOORS[door](junk)
    except PnetPathwaysError as error:
        str(error).encode()  # it can be printed


def test_every_public_function_is_among_them() -> None:
    names = {door.partition(",")[0].partition(".")[0] for door in DOORS}
    functions = {
        name for name in pnet_pathways.__all__ if callable(one := getattr(pnet_pathways, name)) and not isinstance(one, type)
    }
    assert functions <= names


def test_a_walk_that_was_given_junk_can_still_be_saved() -> None:
    """A value that is used up by reading it, such as a generator, is kept as what it held."""
    walk = start(VIPOMA)
    walk.answer("spread", (place for place in ["liver"]))
    assert walk.answers[-1].value == ["liver"]
    assert Walk.from_json(walk.to_json()).case == walk.case


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: recommend({}, "folder"), DefinitionError, "definitions: takes what load_pathways returns, not 'folder'"),  # type: ignore[arg-type]
        (lambda: load_pathways(17), DefinitionError, "path: takes a folder, not 17"),  # type: ignore[arg-type]
        (lambda: load_pathways(""), DefinitionError, "'': there is no such folder of definitions"),
        (lambda: verify(""), DefinitionError, "'': there is no such folder of definitions"),
        (lambda: mutate("x" * 5000), DefinitionError, "there is no such folder of definitions"),
        (lambda: mutate(golden="x" * 5000), DefinitionError, "there are no golden answers here"),
        (lambda: read_copy(Path("a\0b")), SourceError, "the file cannot be read"),
        (lambda: read_copy(Path("\ud800")), SourceError, "the file cannot be read"),
        (lambda: load_pathways("\ud800"), DefinitionError, "there is no such folder of definitions"),
        (lambda: load_pathways("a\0b"), DefinitionError, "there is no such folder of definitions"),
        (lambda: load_pathways("x" * 5000), DefinitionError, "there is no such folder of definitions"),
        (lambda: load_pathways(reviews="\0"), ReviewError, "there is no such folder of reviews"),
        (lambda: workup({}), CaseError, "tumor_type: has no value {}; allowed: gastrinoma"),  # type: ignore[arg-type]
        (lambda: Case.from_json(b"{}"), CaseError, "JSON is read from text, not b'{}'"),  # type: ignore[arg-type]
        (lambda: Case(sites=["head", "head"]), CaseError, "sites: names head more than once (name it once)"),
        (lambda: Case.from_dict({"spread": ("liver", "liver")}), CaseError, "spread: names liver more than once"),
        (lambda: CareCourse().apply({"size": "huge"}), CaseError, "size: has no value 'huge'"),
        (
            lambda: CareCourse().happen("treatment_starts", at="banana"),
            WalkError,
            "at takes a time such as 2026-11-23T10:00:00Z",
        ),
        (lambda: CareCourse().happen("treatment_starts", by=" "), WalkError, "by takes who it was"),
        (lambda: CareCourse().happen([]), WalkError, "there is no event []: events are"),  # type: ignore[arg-type]
        (lambda: CareCourse(found=["size"]), CaseError, "found: takes facts with their values, not ['size']"),  # type: ignore[arg-type]
        (lambda: Case().value("sizes"), CaseError, "sizes: no such fact (did you mean 'size'?)"),
    ],
)
def test_the_message_says_what_would_be_right(call: Callable[[], Any], error: type[PnetPathwaysError], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)


# When


ZONE = datetime.timezone(datetime.timedelta(hours=2))


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"),
        ("2026-11-23T10:00:00.5+02:00", "2026-11-23T10:00:00.5+02:00"),
        ("2024-02-29", "2024-02-29"),
        ("2019-04", "2019-04"),
        ("2019", "2019"),
        (datetime.date(2026, 11, 23), "2026-11-23"),
        (datetime.datetime(2026, 11, 23, 10, tzinfo=ZONE), "2026-11-23T10:00:00+02:00"),
    ],
)
def test_a_time_is_kept_as_precisely_as_it_is_known(at: Any, kept: str) -> None:
    course = CareCourse()
    course.happen("treatment_starts", at=at)
    walk = start(VIPOMA)
    walk.answer("resectable", True, at=at)
    assert course.history[0].at == walk.answers[0].at == kept
    assert CareCourse.from_json(course.to_json()).history[0].at == kept
    assert Walk.from_json(walk.to_json()).answers[0].at == kept


@pytest.mark.parametrize(
    "at",
    [
        "",
        "banana",
        "2019-13",
        "2023-02-29",
        "2026-11-23T10:00:00",
        "20261123",
        "2026-W01",
        "2026-11-23T25:00:00Z",
        "0000",
        2019,
        0.5,
        datetime.datetime(2026, 11, 23, 10),  # noqa: DTZ001
        datetime.time(10),
        "2019-04 ",
        "\u0662\u0660\u0661\u0669",
    ],
)
def test_what_is_no_time_is_refused_and_nothing_happens(at: Any) -> None:
    course, walk = CareCourse(), start(VIPOMA)
    with pytest.raises(WalkError, match="at takes a time"):
        course.happen("treatment_starts", at=at)
    with pytest.raises(WalkError, match="at takes a time"):
        walk.answer("resectable", True, at=at)
    assert (course.history, walk.answers) == ((), ())


def test_a_course_applies_to_a_case_in_any_of_its_forms() -> None:
    course = CareCourse()
    for event in ("treatment_starts", "treatment_ends", "tumor_comes_back"):
        course.happen(event)
    typed = Case(tumor_type="vipoma", size="small")
    told = {"tumor_type": "vipoma", "size": "small"}
    expected = course.apply(typed)
    assert type(expected) is Case
    assert course.apply(told) == course.apply(generic.Case.from_dict(told, load_pathways().vocabulary)) == expected

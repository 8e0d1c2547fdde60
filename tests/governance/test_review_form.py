"""Review forms: what is refused, with all of it at once and in which words, and that no edit stays unseen."""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from form_material import review_form, sealed, write_form
from pnet_pathways import ReviewError
from pnet_pathways.governance.review.form import Decision, Form, Remark, Verdict, read_form, read_forms
from pnet_pathways.model.hashing import portable_digest
from pnet_pathways.model.pathway import Definitions

TODAY = datetime.date(2026, 11, 24)
EDITED = (
    "the file was changed after it was exported: its digest is not that of its content (export it anew from the report page)"
)
Spoil = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def whole(definitions: Definitions) -> dict[str, Any]:
    """A valid form on two pathways."""
    said = {"INS-2": ("change", "Only “large”."), "primary.large_head": ("unsure", ""), "R-2": ("agree", "Yes.\nBoth.")}
    return review_form(definitions, {"insulinoma": "approve_with_changes", "supportive": "approve"}, said)


def refused(path: Path, definitions: Definitions | None) -> list[str]:
    """Return the problems for which a form is refused, without the file's name."""
    with pytest.raises(ReviewError) as raised:
        read_form(path, TODAY, definitions)
    found = [str(one) for one in raised.value.problems]
    assert all(one.startswith(str(path)) for one in found)
    return [one.removeprefix(str(path)).lstrip(",: ") for one in found]


def test_a_form_is_read(definitions: Definitions, whole: dict[str, Any], tmp_path: Path) -> None:
    form = read_form(write_form(tmp_path / "form.json", whole), TODAY, definitions)
    assert (form.reviewer, form.role, form.date, form.hash) == ("Reviewer A", "surgeon", "2026-11-23", definitions.content_hash)
    assert {name: one.decision for name, one in form.pathways.items()} == {
        "insulinoma": Decision.APPROVE_WITH_CHANGES,
        "supportive": Decision.APPROVE,
    }
    assert form.pathways["insulinoma"].items["INS-2"] == Remark(Verdict.CHANGE, "Only “large”.")
    assert form.readings["R-2"].text == "agree: Yes.\nBoth."
    assert form.digest == whole["digest"]


def test_layout_and_the_order_of_keys_are_no_edit(whole: dict[str, Any], definitions: Definitions, tmp_path: Path) -> None:
    path = tmp_path / "form.json"
    path.write_text(json.dumps(whole, indent=4, sort_keys=True), "utf-8")
    assert read_form(path, TODAY, definitions).digest == whole["digest"]


def test_a_form_that_another_program_saved_anew_is_read_or_said_not_to_be_utf_8(
    whole: dict[str, Any], definitions: Definitions, tmp_path: Path
) -> None:
    path = tmp_path / "form.json"
    path.write_text(json.dumps(whole), "utf-8-sig")
    assert read_form(path, TODAY, definitions).digest == whole["digest"]
    path.write_text(json.dumps(whole), "utf-16")
    assert refused(path, None) == ["this is not UTF-8 text (byte 0) (export it anew from the report page)"]


def test_a_digest_is_that_of_a_page_s_script() -> None:
    """Computed in JavaScript: sorted keys, `JSON.stringify`, UTF-8, `crypto.subtle.digest`."""
    data = {"b": ['"\\/\b\f\n\r\t\u0001\u007f\u2028', "é “x” 😀"], "a": {"z": "", "A": "\ud800"}, "R-10": {}, "R-9": []}
    assert portable_digest(data) == "74670f2c10fb3cd53ec88c85083946fbb2cb1b9f3e8930d51f3c06bcee1c284b"


def spoiled(whole: dict[str, Any], spoil: Spoil) -> dict[str, Any]:
    """Return a form with something done to it, sealed anew."""
    form = copy.deepcopy(whole)
    spoil(form)
    return sealed(form)


def put(*path: str, value: object) -> Spoil:
    """Return what puts a value at a place."""

    def change(form: dict[str, Any]) -> None:
        for key in path[:-1]:
            form = form[key]
        form[path[-1]] = value

    return change


def drop(*path: str) -> Spoil:
    """Return what takes a place out."""

    def change(form: dict[str, Any]) -> None:
        for key in path[:-1]:
            form = form[key]
        del form[path[-1]]

    return change


INS_1 = ("pathways", "insulinoma", "items", "INS-1")
NO_LINE = "takes one line of text, at most 200 characters"


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (
            put("extra", value=1),
            "there is no key 'extra' here (keys: format, definitions, reviewer, pathways, readings, digest)",
        ),
        (drop("readings"), "the key 'readings' is missing"),
        (drop("reviewer", "role"), "reviewer: the key 'role' is missing"),
        (put("reviewer", "phone", value="1"), "reviewer: there is no key 'phone' here (keys: name, role, date)"),
        (put("reviewer", value=[]), "reviewer: takes an object"),
        (put("reviewer", "name", value=" "), f"reviewer, name: {NO_LINE}"),
        (put("reviewer", "name", value=7), "reviewer, name: takes text, not 7"),
        (put("reviewer", "role", value="a\nb"), f"reviewer, role: {NO_LINE}"),
        (put("reviewer", "date", value="23.11.2026"), "reviewer, date: '23.11.2026' is not a date (write it as 2026-11-23)"),
        (
            put("reviewer", "date", value="2026-11-25"),
            "reviewer, date: 2026-11-25 has not come yet: today is 2026-11-24 at the latest (give the day of the review)",
        ),
        (put("pathways", value={}), "pathways: no pathway has a decision (decide on one at least)"),
        (put("pathways", value=None), "pathways: takes an object"),
        (
            put("pathways", "vipom", value={"decision": "approve", "items": {}}),
            "vipom: there is no such pathway (did you mean 'vipoma'?)",
        ),
        (put("pathways", "insulinoma", value="approve"), "insulinoma: takes an object"),
        (drop("pathways", "insulinoma", "decision"), "insulinoma: the key 'decision' is missing"),
        (
            put("pathways", "insulinoma", "decision", value="yes"),
            "insulinoma, decision: 'yes' is not one of: approve, approve_with_changes, do_not_approve",
        ),
        (
            put("pathways", "insulinoma", "decision", value="approve"),
            "insulinoma: it is approved while something is to change: INS-2 (decide approve_with_changes or do_not_approve)",
        ),
        (drop(*INS_1), "insulinoma, INS-1: this item is missing (review all of them)"),
        (
            put("pathways", "insulinoma", "items", "INS-77", value={"verdict": "agree", "comment": ""}),
            "insulinoma, INS-77: there is no such item to review (did you mean 'INS-7'?)",
        ),
        (put(*INS_1, value="agree"), "insulinoma, INS-1: takes an object"),
        (drop(*INS_1, "comment"), "insulinoma, INS-1: the key 'comment' is missing"),
        (put(*INS_1, "verdict", value="no"), "insulinoma, INS-1, verdict: 'no' is not one of: agree, change, unsure"),
        (put(*INS_1, "verdict", value=["agree"]), "insulinoma, INS-1, verdict: ['agree'] is not one of: agree, change, unsure"),
        (put(*INS_1, "verdict", value="change"), "insulinoma, INS-1: 'change' needs a comment (say what should change)"),
        (put(*INS_1, "comment", value=None), "insulinoma, INS-1, comment: takes text, not None"),
        (
            put(*INS_1, "comment", value="\x1b[2J"),
            "insulinoma, INS-1, comment: takes text in lines, without control characters",
        ),
        (
            put(*INS_1, "comment", value="\u202eab"),
            "insulinoma, INS-1, comment: takes text in lines, without control characters",
        ),
        (put(*INS_1, "comment", value="\ud800"), "insulinoma, INS-1, comment: takes text in lines, without control characters"),
        (drop("readings", "R-1"), "readings, R-1: this reading is missing (review all of them)"),
        (
            put("readings", "R-9", value={"verdict": "agree", "comment": ""}),
            "readings, R-9: there is no such reading to review (did you mean 'R-7'?)",
        ),
        (put("readings", "R-1", "verdict", value="change"), "R-1: 'change' needs a comment (say what should change)"),
        (put("definitions", "hash", value=1), "definitions, hash: takes text, not 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    definitions: Definitions, whole: dict[str, Any], tmp_path: Path, spoil: Spoil, problem: str
) -> None:
    found = refused(write_form(tmp_path / "form.json", spoiled(whole, spoil)), definitions)
    assert problem in found
    assert EDITED not in found


def test_all_problems_are_told_at_once(definitions: Definitions, whole: dict[str, Any], tmp_path: Path) -> None:
    form = copy.deepcopy(whole)
    for spoil in (
        put("extra", value=1),
        put("reviewer", "name", value=""),
        put(*INS_1, "verdict", value="no"),
        drop("readings", "R-1"),
    ):
        spoil(form)
    assert refused(write_form(tmp_path / "form.json", form), definitions) == [
        "there is no key 'extra' here (keys: format, definitions, reviewer, pathways, readings, digest)",
        EDITED,
        "insulinoma, INS-1, verdict: 'no' is not one of: agree, change, unsure",
        f"reviewer, name: {NO_LINE}",
        "readings, R-1: this reading is missing (review all of them)",
    ]


def test_a_pathway_is_not_approved_while_a_reading_it_rests_on_is_to_change(definitions: Definitions, tmp_path: Path) -> None:
    form = review_form(definitions, {"insulinoma": "approve", "supportive": "approve"}, {"R-2": ("change", "Otherwise.")})
    assert refused(write_form(tmp_path / "form.json", form), definitions) == [
        "insulinoma: it is approved while something is to change: R-2 (decide approve_with_changes or do_not_approve)"
    ]


@pytest.mark.parametrize("decision", ["approve_with_changes", "do_not_approve"])
def test_every_other_decision_goes_with_changes(definitions: Definitions, tmp_path: Path, decision: str) -> None:
    form = review_form(definitions, {"insulinoma": decision}, {"R-2": ("change", "Otherwise."), "INS-1": ("change", "No.")})
    assert read_form(write_form(tmp_path / "form.json", form), TODAY, definitions).pathways["insulinoma"].decision == decision


def test_a_review_of_other_definitions_is_refused_and_its_items_are_not_held_against_it(
    definitions: Definitions, whole: dict[str, Any], tmp_path: Path
) -> None:
    path = write_form(tmp_path / "form.json", whole)
    other = attrs.evolve(definitions, content_hash="e" * 64, version="2.0.0", pathways={})
    assert refused(path, other) == [
        f"definitions: this review is of other definitions: version {definitions.version}, "
        f"hash {definitions.content_hash[:12]}; these are version 2.0.0, hash eeeeeeeeeeee "
        "(build the report anew and review again)"
    ]
    assert refused(path, attrs.evolve(definitions, version="2.0.0"))[0].startswith("definitions: this review is of other")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1, column 1: not valid JSON: Expecting value"),
        ("{", "line 1, column 2: not valid JSON: Expecting property name enclosed in double quotes"),
        ('{"format": "x", "format": "y"}', "duplicate key 'format' (keep one)"),
        ("[" * 100_000, "this JSON is nested too deeply"),
        *(
            (
                text,
                f"this is not a review form: its format is not 'pnet_pathways review form 1'{given} "
                "(export it from the report page that pnet report builds)",
            )
            for text, given in (
                ("[]", ""),
                ("1", ""),
                ("{}", ""),
                ('{"format": "pnet_pathways review draft 1"}', ", but 'pnet_pathways review draft 1'"),
                ('{"format": ["x"]}', ", but ['x']"),
            )
        ),
    ],
)
def test_what_is_no_form_is_said(definitions: Definitions, tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "form.json"
    path.write_text(text)
    assert refused(path, definitions) == [problem]


@pytest.mark.parametrize("comment", ["a\u00a0b", "10\u202fmg", "soft\u00adhyphen", "\tindented\nlines", "👩\u200d⚕️"])
def test_what_word_processors_and_phones_put_into_text_is_taken(definitions: Definitions, tmp_path: Path, comment: str) -> None:
    form = review_form(definitions, {"supportive": "approve"}, {"SUP-1": ("agree", comment)})
    read = read_form(write_form(tmp_path / "form.json", form), TODAY, definitions)
    assert read.pathways["supportive"].items["SUP-1"].comment == comment


def test_several_forms_are_refused_with_the_problems_of_all(whole: dict[str, Any], tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.json", "b.json", "c.json")]
    for path, spoil in zip(
        paths, (drop("readings"), drop("definitions"), put("reviewer", "role", value="surgeon")), strict=True
    ):
        write_form(path, spoiled(whole, spoil))
    with pytest.raises(ReviewError) as raised:
        read_forms(paths, TODAY)
    assert {one.where for one in raised.value.problems} == {str(path) for path in paths[:2]}


# Laws


def values(data: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the place of every value of a form."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from values(value, (*path, key))
    else:
        yield path


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_of_any_value_is_refused(
    definitions: Definitions, whole: dict[str, Any], tmp_path: Path, data: st.DataObject
) -> None:
    form = copy.deepcopy(whole)
    *inner, last = place = data.draw(st.sampled_from(list(values(whole))))
    at = form
    for key in inner:
        at = at[key]
    old = at[last]
    others = st.one_of(st.text(), st.sampled_from([*Decision, *Verdict, "2026-11-22", "f" * 64]), st.none(), st.integers())
    at[last] = data.draw(others.filter(lambda value: value != old))
    problems = refused(write_form(tmp_path / "form.json", form), definitions)
    assert EDITED in problems or place == ("format",) or not isinstance(form["digest"], str)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_value_taken_out_is_refused(
    definitions: Definitions, whole: dict[str, Any], tmp_path: Path, data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from([one for one in values(whole) if one != ("digest",)]))
    assert refused(write_form(tmp_path / "form.json", spoiled(whole, drop(*place))), definitions)


def test_a_form_without_a_digest_is_refused(definitions: Definitions, whole: dict[str, Any], tmp_path: Path) -> None:
    form = {key: value for key, value in whole.items() if key != "digest"}
    assert refused(write_form(tmp_path / "form.json", form), definitions) == ["the key 'digest' is missing"]
    assert refused(write_form(tmp_path / "form.json", {**form, "digest": ""}), definitions) == [EDITED]


def test_a_form_without_definitions_is_read_without_them(whole: dict[str, Any], tmp_path: Path) -> None:
    form = read_form(write_form(tmp_path / "form.json", spoiled(whole, drop(*INS_1))), TODAY)
    assert isinstance(form, Form)
    assert "INS-1" not in form.pathways["insulinoma"].items

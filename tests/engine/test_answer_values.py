"""Answers as values: equal, hashable, copied, pickled, matched and frozen, as people expect of a value."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from changed_answers import saying
from pnet_pathways import (
    AuditError,
    CareCourse,
    Case,
    DefinitionError,
    Recommendation,
    Status,
    Walk,
    load_pathways,
    recommend,
    start,
)
from pnet_pathways.engine.text import as_markdown
from pnet_pathways.loading import folder as module
from pnet_pathways.model import case as generic

CASE: dict[str, object] = {"tumor_type": "insulinoma", "resectable": True, "spread": ["liver"]}
LIKE: tuple[dict[str, object], ...] = (
    {},
    CASE,
    {"tumor_type": "exocrine"},
    {"tumor_type": "vipoma", "symptoms": ["diarrhea"], "size": "small"},
)


@pytest.mark.parametrize("case", LIKE, ids=str)
def test_an_answer_equals_one_that_says_the_same_of_the_same_case(case: dict[str, object]) -> None:
    answer = recommend(case)
    for again in (recommend(Case.from_dict(case)), recommend(case, load_pathways(load_pathways().folder))):
        assert again == answer
        assert hash(again) == hash(answer)
        assert repr(again) == repr(answer)
    assert len({answer, recommend(case)}) == 1


def test_an_answer_differs_where_it_says_something_else() -> None:
    answer = recommend(CASE)
    assert answer != recommend({**CASE, "resectable": False})
    assert answer != recommend(CASE, readings={"R-2": "on_its_own"})
    assert answer != saying(answer, options=answer.options[1:])
    assert answer != "answer"


def test_the_same_said_of_another_case_is_another_answer() -> None:
    one, other = (
        recommend({"tumor_type": "insulinoma", "size": "small", **more}) for more in ({}, {"pancreatic_tumors": "one"})
    )
    assert one.options == other.options
    assert one != other


@pytest.mark.parametrize("readings", [{}, {"R-2": "on_its_own"}], ids=str)
@pytest.mark.parametrize("case", LIKE[:3], ids=str)
def test_an_answer_survives_copying_and_pickling(case: dict[str, object], readings: dict[str, str]) -> None:
    answer = recommend(case, readings=readings)
    for again in (copy.copy(answer), copy.deepcopy(answer), pickle.loads(pickle.dumps(answer))):  # noqa: S301 - our own bytes
        assert again == answer


def test_an_answer_is_read_in_another_process(tmp_path: Path) -> None:
    (tmp_path / "answer").write_bytes(pickle.dumps(recommend(CASE)))
    code = "import pathlib, pickle, sys; print(pickle.loads(pathlib.Path(sys.argv[1]).read_bytes()))"
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "answer"], capture_output=True, text=True, check=True)
    assert done.stdout == f"{recommend(CASE)}\n"


def test_an_answer_of_other_definitions_is_pickled_with_them(folder: Path) -> None:
    file = folder / "treatments.yaml"
    file.write_text(file.read_text("utf-8").replace("label: hormone therapy", "label: therapy with hormones"), "utf-8")
    answer = recommend(CASE, load_pathways(folder))
    assert "therapy with hormones" in repr(answer.options)
    assert pickle.loads(pickle.dumps(answer)) == answer  # noqa: S301


def test_an_answer_from_a_process_with_other_definitions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = pickle.dumps(recommend(CASE))
    other = attrs.evolve(load_pathways(), content_hash="other")
    monkeypatch.setattr(module, "_default", lambda: other)
    with pytest.raises(DefinitionError, match="given with other definitions"):
        pickle.loads(sent)  # noqa: S301


def test_an_answer_is_matched_by_what_it_says() -> None:
    match recommend(CASE):
        case Recommendation(Status.INCOMPLETE, "insulinoma", options, gaps=gaps, missing=missing):
            assert options
            assert (len(gaps), missing[0]) == (1, "course")
        case _:
            pytest.fail("it is not matched")


@pytest.mark.parametrize("name", ["status", "options", "case", "anything"])
def test_an_answer_is_frozen(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(recommend(CASE), name, ())


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ({}, "<Recommendation for no tumor type: incomplete, 105 options, 7 gaps, 23 facts missing>"),
        (
            {"tumor_type": "somatostatinoma", "resectable": False, "primary_removed": False, "spread": []},
            "<Recommendation for somatostatinoma: incomplete,",
        ),
        ({"tumor_type": "exocrine"}, "<Recommendation for exocrine: out of scope, 0 options, 0 gaps, 0 facts missing>"),
    ],
)
def test_a_repr_is_one_short_line(case: dict[str, object], text: str) -> None:
    assert repr(recommend(case)).startswith(text[:30])
    assert len(repr(recommend(case))) < 100


# Notebooks


def test_a_notebook_shows_the_answer_as_people_read_it() -> None:
    answer = recommend(CASE)
    assert answer._repr_markdown_() == as_markdown(answer)
    html = answer._repr_html_()
    assert html.count("<table>") == html.count("</table>") > 1
    assert "<h1>Insulinoma: " in html
    assert "<em>This information" in html or answer.disclaimer[:30] in html


def test_html_in_the_words_of_definitions_is_shown_and_not_run(folder: Path) -> None:
    file = folder / "treatments.yaml"
    text = "<script>alert(1)</script> & <b>more</b>"
    file.write_text(file.read_text("utf-8").replace("label: hormone therapy", f'label: "{text}"'), "utf-8")
    html = recommend({"tumor_type": "vipoma"}, load_pathways(folder))._repr_html_()
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;more&lt;/b&gt;" in html


# From its data


@pytest.mark.parametrize("readings", [{}, {"R-2": "on_its_own"}], ids=str)
@pytest.mark.parametrize("case", LIKE, ids=str)
def test_an_answer_comes_back_from_its_data(case: dict[str, object], readings: dict[str, str]) -> None:
    answer = recommend(case, readings=readings)
    for again in (Recommendation.from_dict(answer.to_dict()), Recommendation.from_json(answer.to_json())):
        assert again == answer
        assert again.to_json() == answer.to_json()


def test_an_answer_of_other_definitions_comes_back_by_those(folder: Path) -> None:
    file = folder / "treatments.yaml"
    file.write_text(file.read_text("utf-8").replace("label: hormone therapy", "label: therapy with hormones"), "utf-8")
    others = load_pathways(folder)
    answer = recommend(CASE, others)
    assert Recommendation.from_dict(answer.to_dict(), others) == answer
    with pytest.raises(AuditError, match="was given by other definitions"):
        Recommendation.from_dict(answer.to_dict())


def test_reviews_since_and_passages_that_were_added_are_no_change() -> None:
    data = recommend(CASE).to_dict()
    data["source"]["review"] = {}
    for statement in data["statements"].values():
        statement["passages"] = ["..."]
    assert Recommendation.from_dict(data) == recommend(CASE)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda data: data["options"].pop(), "was changed since it was given: options"),
        (lambda data: data.update(status="complete", note="x"), "was changed since it was given: status, note"),
        (lambda data: data.update(more=1), "was changed since it was given: more"),
        (lambda data: data["options"][0].update(item=True), "was changed since it was given: options"),
        (lambda data: data.pop("case"), "this is not an answer as to_dict gives it"),
        (lambda data: data.update(source=[]), "this is not an answer as to_dict gives it"),
        (lambda data: data.update(note=object()), "this is not an answer as to_dict gives it"),
    ],
)
def test_data_that_is_not_what_the_answer_says_is_refused(edit: Callable[[dict[str, Any]], Any], message: str) -> None:
    data = recommend(CASE).to_dict()
    edit(data)
    with pytest.raises(AuditError, match=message):
        Recommendation.from_dict(data)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"case": {}}'])
def test_text_that_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(AuditError, match="this is not an answer"):
        Recommendation.from_json(text)


# Sent to another process


def again(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own bytes


def walked() -> Walk:
    walk = start({"tumor_type": "vipoma"})
    walk.answer("course", "new", at="2024", by="Dr A")
    walk.answer("spread", {"liver": True})
    return walk


def cared() -> CareCourse:
    course = CareCourse(found={"spread": {"liver"}})
    course.happen("treatment_starts", at="2024-05", found={"size": "small"})
    return course


SENT: dict[str, Callable[[], Any]] = {
    "a typed case": lambda: Case(tumor_type="vipoma"),
    "a case": lambda: generic.Case.from_dict(CASE, load_pathways().vocabulary),
    "an answer": lambda: recommend(CASE),
    "an answer under an alternative": lambda: recommend(CASE, readings={"R-2": "on_its_own"}),
    "a walk": walked,
    "a care course": cared,
    "the definitions": load_pathways,
    "the vocabulary": lambda: load_pathways().vocabulary,
}


@pytest.mark.parametrize("what", SENT)
def test_what_the_project_s_own_definitions_gave_is_sent_without_them(what: str) -> None:
    thing = SENT[what]()
    sent = pickle.dumps(thing)
    assert len(sent) < 3000
    assert pickle.loads(sent) == thing  # noqa: S301 - our own bytes
    assert copy.deepcopy(thing) == thing


def test_what_other_definitions_gave_is_sent_with_them(folder: Path) -> None:
    file = folder / "facts.yaml"
    file.write_text(file.read_text("utf-8").replace("Is the tumor small or large?", "Is it small or large?"), "utf-8")
    others = load_pathways(folder)
    assert others.vocabulary != load_pathways().vocabulary
    for thing in (generic.Case.from_dict(CASE, others.vocabulary), recommend(CASE, others), start(CASE, others)):
        assert again(thing) == thing
    assert again(others).content_hash == others.content_hash


def test_a_case_in_the_words_of_another_vocabulary_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = pickle.dumps(Case(size="small"))
    own = load_pathways()
    other = attrs.evolve(own, vocabulary=attrs.evolve(own.vocabulary, digest="other"))
    monkeypatch.setattr(module, "_default", lambda: other)
    with pytest.raises(DefinitionError, match="was said in another vocabulary"):
        pickle.loads(sent)  # noqa: S301 - our own bytes


# Walks and care courses


def test_walks_are_shown_and_compared_by_what_was_said() -> None:
    assert repr(start()) == "<Walk for no tumor type: 0 answers, asks tumor_type>"
    assert repr(walked()).startswith("<Walk for vipoma: 2 answers, asks ")
    assert repr(start({"tumor_type": "exocrine"})) == "<Walk for exocrine: 0 answers, nothing left to ask>"
    assert walked() == walked()
    one = walked()
    one.undo()
    assert one != walked()
    assert walked() != "walk"
    assert start({"tumor_type": "vipoma", "course": "new"}) != start({"tumor_type": "vipoma"})
    with pytest.raises(TypeError, match="unhashable"):
        hash(walked())


def test_care_courses_are_shown_and_compared_by_what_happened() -> None:
    assert repr(CareCourse()) == "<CareCourse: diagnosed after 0 events>"
    assert repr(cared()) == "<CareCourse: in_treatment after 1 event>"
    assert cared() == cared() != CareCourse()
    assert CareCourse(found={"size": "small"}) != CareCourse()
    assert CareCourse() != "course"
    assert CareCourse.from_json(cared().to_json()) == cared()
    with pytest.raises(TypeError, match="unhashable"):
        hash(cared())

"""Texts, names, dates and numbers of definition files: none is empty, each is told apart, each day exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args, get_origin

import attrs
import pytest

from pnet_pathways import DefinitionError, load_pathways
from pnet_pathways.loading.schema import FILES, PathwayFile, SourceFile, SourceSpec
from pnet_pathways.loading.text_checks import check_texts
from pnet_pathways.loading.yaml_source import Document
from pnet_pathways.model.pathway import Definitions
from project import DEFINITIONS
from review_material import Edit, edit

__all__ = ["edit"]  # a fixture


def problems(folder: Path) -> list[str]:
    """Return the problems of the definitions in a folder."""
    with pytest.raises(DefinitionError) as raised:
        load_pathways(folder)
    return [str(one) for one in raised.value.problems]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("source.yaml", '"2022-10-07"', '"2022-13-07"', "'2022-13-07' is not a date (a day that exists, as YYYY-MM-DD)"),
        ("source.yaml", '"2022-10-07"', '"2022-02-30"', "'2022-02-30' is not a date"),
        ("source.yaml", '"2022-10-07"', '"20221007"', "'20221007' is not a date"),
        ("source.yaml", '"2022-10-07"', '"October 7, 2022"', "'October 7, 2022' is not a date"),
        ("source.yaml", "October 7, 2022", "October 8, 2022", "'October 8, 2022' is not the date of the summary, 2022-10-07"),
        ("source.yaml", "October 7, 2022", "8 Oct 2022", "'8 Oct 2022' is not the date of the summary"),
        ("source.yaml", "October 7, 2022", "February 30, 2022", "'February 30, 2022' is not a day that exists"),
        ("vipoma.yaml", "title: VIPoma\n", 'title: " "\n', "'title' is empty"),
        ("vipoma.yaml", "title: VIPoma\n", 'title: "VI\\ePoma"\n', r"'title' holds a sign that nobody sees, \x1b"),
        ("vipoma.yaml", "title: VIPoma\n", 'title: "VI\\u202ePoma"\n', r"'title' holds a sign that nobody sees, \u202e"),
        ("vipoma.yaml", "    label: Growth during treatment, or distant spread\n", "    label: ''\n", "'label' is empty"),
        ("vipoma.yaml", "{item: 6, ", "{item: 0, ", "'item' is 0 (it counts from 1)"),
        ("vipoma.yaml", "{item: 6, ", "{item: '6', ", "'item' takes a whole number, not the text '6' (leave out the quotes)"),
        (
            "treatments.yaml",
            "label: targeted therapy",
            "label: Chemotherapy ",
            "'chemotherapy' and 'targeted_therapy' read the same",
        ),
        ("facts.yaml", "label: growing during treatment,", "label: Come back,", "read the same: 'come back'"),
        ("readings.yaml", "  R-1:\n", '  "R 1":\n', "'R 1' is no name here"),
    ],
)
def test_what_a_file_may_not_say_is_told_where_it_stands(
    folder: Path, edit: Edit, file: str, old: str, new: str, said: str
) -> None:
    if (folder / file).read_text("utf-8").count(old) != 1:
        pytest.fail(f"{old!r} is not in {file} once")
    edit(file, old, new)
    found = [one for one in problems(folder) if said in one]
    assert len(found) == 1
    assert re.match(rf"{re.escape(file)}:[0-9]+:[0-9]+: ", found[0])


@pytest.mark.parametrize("name", ["[x]", "-->", "", "two words", "1st", "end;", 'a"b', "naïve", "a-b"])
def test_the_name_of_a_state_is_an_identifier(folder: Path, name: str) -> None:
    """Names reach Mermaid, the ids of SVG and the report as they are."""
    file = folder / "vipoma.yaml"
    quoted = "'" + name + "'"
    file.write_text(re.sub(r"(?<=\s)growing(?=:?\n)", quoted, file.read_text("utf-8")), "utf-8")
    assert [one for one in problems(folder) if f"{name!r} is no name here" in one]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "vipoma.yaml",
            "supportive.fluids:",
            "supportive.a.b:",
            "'supportive.a.b' is no name here (a name takes a name of a track",
        ),
        ("facts.yaml", "  resectable:\n", "  sites.head:\n", "sites.head"),
    ],
)
def test_names_are_such_that_what_is_made_of_them_differs(
    folder: Path, edit: Edit, file: str, old: str, new: str, said: str
) -> None:
    """A class of a picture joins track and state, a fact of a case group and member: no two of them may come out the same."""
    edit(file, old, new)
    assert said in "\n".join(problems(folder))


def test_the_name_of_a_pathway_has_no_hyphen(folder: Path) -> None:
    """The pictures of a pathway `x` are `x` and `x-states`: another pathway of that name would take its place."""
    (folder / "vipoma.yaml").rename(folder / "vipoma-states.yaml")
    for file in folder.glob("*.yaml"):
        text = file.read_text("utf-8").replace("pathway: vipoma\n", "pathway: vipoma-states\n")
        file.write_text(text.replace("pathway: vipoma}", "pathway: vipoma-states}"), "utf-8")
    assert "'vipoma-states' is no name here" in "\n".join(problems(folder))


def test_a_truth_in_quotes_is_told_as_text(folder: Path, edit: Edit) -> None:
    file = folder / "vipoma.yaml"
    file.write_text(file.read_text("utf-8").replace("resectable: true", "resectable: 'true'", 1), "utf-8")
    (found,) = problems(folder)
    assert "takes true or false, not the text 'true' (leave out the quotes)" in found
    assert "did you mean" not in found


def test_all_of_them_are_told_at_once(folder: Path, edit: Edit) -> None:
    edit("source.yaml", '"2022-10-07"', '"2022-13-07"')
    edit("vipoma.yaml", "{item: 6, ", "{item: -6, ")
    edit("treatments.yaml", "label: targeted therapy", "label: chemotherapy")
    assert len(problems(folder)) >= 3  # and options that are not in text order


def _texts(kind: Any) -> list[tuple[type, str]]:
    """Return every text field that a file class holds, anywhere in it."""
    found: list[tuple[type, str]] = []
    for field in attrs.fields(attrs.resolve_types(kind)):
        for inner in [field.type, *get_args(field.type), *(one for two in get_args(field.type) for one in get_args(two))]:
            if attrs.has(inner) and get_origin(inner) is None:
                found += _texts(inner)
        if field.type is str and field.default is attrs.NOTHING:
            found.append((kind, field.name))
    return found


REQUIRED = sorted({pair for kind in (PathwayFile, *FILES.values()) for pair in _texts(kind)}, key=str)


@pytest.mark.parametrize(("kind", "name"), REQUIRED, ids=[f"{kind.__name__}.{name}" for kind, name in REQUIRED])
def test_no_required_text_may_be_empty_but_the_term_that_the_overview_lacks(kind: type, name: str) -> None:
    values = {field.name: () for field in attrs.fields(kind) if field.default is attrs.NOTHING}
    if kind is SourceFile:
        values["source"] = SourceSpec(**{field.name: "2022-10-07" for field in attrs.fields(SourceSpec)})  # type: ignore[assignment]
    document = Document("x.yaml")
    check_texts({"x.yaml": document}, {"x.yaml": kind(**{**values, name: " "})})
    assert bool([one for one in document.problems if f"'{name}' is empty" in one.message]) == (
        (kind.__name__, name) != ("TreatmentSpec", "term")
    )


def test_the_projects_definitions_pass(definitions: Definitions) -> None:
    assert load_pathways(DEFINITIONS).content_hash == definitions.content_hash

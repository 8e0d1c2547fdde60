"""A cohort in memory: every row as `recommend` answers it, or rejected with the reason."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas
import polars
import pyarrow as pa
import pytest

from cohort_files import cohort_table, random_table
from cohort_material import own_steps, said
from pnet_pathways import Case, recommend
from pnet_pathways.adapters.cohort import CohortResult, evaluate
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.errors import CaseError, CohortError

DEFINITIONS = engine_for().definitions
GROUPS = [group.group for group in own_steps().groups]


def facts_of(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id" and value is not None}


def told(result: CohortResult) -> dict[str, dict[str, Any]]:
    """Return what each patient is told, put together from the tables of the result alone."""
    answers = {(one["group"], one["answer"]): one for one in result.answers.to_pylist()}
    options = {one.pop("option"): one for one in result.options.to_pylist()}
    gaps = {one.pop("gap"): one for one in result.gaps.to_pylist()}
    names = list(own_steps().columns)
    found = {}
    for row in result.patients.to_pylist():
        parts = [answers[group, row[group]] for group in GROUPS]
        found[row["id"]] = {
            "status": row["status"],
            "missing": {name for place, name in enumerate(names) if row["missing"] >> place & 1},
            "options": [options[number] for part in parts for number in part["options"]],
            "gaps": [gaps[number] for part in parts for number in part["gaps"]],
        }
    return found


def test_every_row_is_answered_as_recommend_answers_it_or_rejected_as_it_refuses() -> None:
    table = random_table(2_000, seed=1)
    result = evaluate(table)
    answered, rejected = told(result), {one["id"]: one for one in result.rejects.to_pylist()}
    assert result.patients["id"].to_pylist() == [one for one in table["id"].to_pylist() if one not in rejected]
    for number, row in enumerate(table.to_pylist(), 1):
        try:
            case = Case.from_facts(facts_of(row), DEFINITIONS.vocabulary)
        except CaseError as error:
            refused = number, "; ".join(map(str, error.problems))
            found = rejected[row["id"]]
            assert (found["row"], found["reason"]) == refused
            continue
        answer, mine = recommend(case), answered[row["id"]]
        assert (mine["status"], mine["missing"]) == (answer.status.value, set(answer.missing))
        assert (mine["options"], mine["gaps"]) == (said(answer)["options"], said(answer)["gaps"])
    assert len(rejected) > 50


def test_counts_add_up() -> None:
    result = evaluate(random_table(1_000, seed=2))
    counts = result.counts
    assert counts["read"] == 1_000 == counts["answered"] + counts["rejected"]
    assert counts["status"] == {"complete": 0, "incomplete": 0, "out_of_scope": 0} | Counter(
        result.patients["status"].to_pylist()
    )
    assert counts["rejected"] == sum(counts["rejected_by_reason"].values()) == len(result.rejects)
    by_group = Counter[str]()
    for one in result.answers.to_pylist():
        by_group[one["group"]] += one["patients"]
    assert by_group == dict.fromkeys(GROUPS, counts["answered"])


def test_under_another_reading() -> None:
    table = random_table(300, seed=3)
    result = evaluate(table, readings={"R-18": "primary"})
    answered = told(result)
    for row in table.to_pylist():
        if row["id"] in answered:
            answer = recommend(Case.from_facts(facts_of(row), DEFINITIONS.vocabulary), readings={"R-18": "primary"})
            assert [one["statement"] for one in answered[row["id"]]["options"]] == [one.statement for one in answer.options]


def test_data_frames_are_read_through_arrow() -> None:
    table = random_table(200, seed=4)
    assert evaluate(polars.from_arrow(table)).patients.equals(evaluate(table).patients)
    frame = table.to_pandas(types_mapper={pa.bool_(): pandas.BooleanDtype(), pa.string(): pandas.StringDtype()}.get)
    assert evaluate(frame).patients.to_pylist() == evaluate(table).patients.to_pylist()
    with pytest.raises(CohortError, match="this is no table: list"):
        evaluate([{"id": 1}])


def test_an_empty_table_has_an_empty_result() -> None:
    result = evaluate(random_table(3).slice(0, 0))
    assert (len(result.patients), len(result.answers), len(result.rejects), result.counts["read"]) == (0, 0, 0, 0)


def test_text_on_request_and_the_disclaimer() -> None:
    table = cohort_table([{"tumor_type": 2}])
    result = evaluate(table, text=True)
    (row,) = result.patients.to_pylist()
    for group in GROUPS:
        (answer,) = (one for one in result.answers.to_pylist() if (one["group"], one["answer"]) == (group, row[group]))
        assert row[f"{group}_text"] == answer["text"]
    assert result.disclaimer == recommend({}).disclaimer


# What is refused, and what is rejected


def problems(table: pa.Table, **more: Any) -> list[str]:
    with pytest.raises(CohortError) as raised:
        evaluate(table, **more)
    return [str(one) for one in raised.value.problems]


def test_text_where_a_boolean_belongs_is_refused_not_cast() -> None:
    table = pa.table({"id": ["a"], "resectable": ["true"]})
    (problem,) = problems(table)
    assert problem.startswith("resectable: resectable takes true or false, and this column is of type string")
    assert "nothing is cast" in problem


@pytest.mark.parametrize(
    ("column", "found"),
    [
        (pa.array([1]), "size takes one of small, large, and this column is of type int64"),
        (pa.array([True]), "size takes one of small, large, and this column is of type bool"),
    ],
)
def test_other_types_are_refused(column: pa.Array, found: str) -> None:
    assert found in problems(pa.table({"id": ["a"], "size": column}))[0]


def test_all_problems_of_the_columns_are_told_at_once() -> None:
    found = problems(pa.table({"resectble": [True], "sites": ["head"], "course": [1.5]}))
    assert [one.split(":")[0] for one in found] == ["id", "resectble", "sites", "course"]
    assert "did you mean 'resectable'?" in found[1]
    assert "sites.head, sites.body, sites.tail" in found[2]


def test_unknown_columns_are_left_out_only_on_request() -> None:
    table = pa.table({"id": ["a"], "lab_1": [1], "lab_2": [2], "site": ["x"]})
    assert len(problems(table)) == 3
    result = evaluate(table, ignore=["lab_*", "site"])
    assert "ignored: lab_1, lab_2, site" in result.told
    assert result.told[0].startswith("no column for tumor_type, course")


def test_a_misspelled_value_is_rejected_with_a_suggestion() -> None:
    (row,) = evaluate(pa.table({"id": [7], "tumor_type": ["gastrinona"]})).rejects.to_pylist()
    assert (row["row"], row["id"], row["column"]) == (1, 7, "tumor_type")
    assert "did you mean 'gastrinoma'?" in row["reason"]


def test_a_row_that_contradicts_itself_is_rejected_with_the_rule() -> None:
    table = pa.table({"id": ["a"], "primary_removed": [True], "size": ["small"], "spread.liver": [True]})
    (row,) = evaluate(table).rejects.to_pylist()
    with pytest.raises(CaseError) as raised:
        recommend({"primary_removed": True, "size": "small"})
    assert row["reason"] == "; ".join(map(str, raised.value.problems))


def test_all_rows_of_an_id_are_rejected() -> None:
    ids = ["a", "b", "a", None, "c"]
    result = evaluate(pa.table({"id": ids, "tumor_type": ["vipoma", "vipoma", "gastrinona", "vipoma", "vipoma"]}))
    assert result.patients["id"].to_pylist() == ["b", "c"]
    rejects = {one["row"]: one["reason"] for one in result.rejects.to_pylist()}
    assert rejects[1].startswith("2 rows have this id")
    assert "has no value 'gastrinona'" in rejects[3]
    assert rejects[4] == "the row has no id"
    assert result.counts["rejected_by_reason"] == {"duplicate id": 1, "no id": 1, "no such value": 1}


def test_unknown_is_null_and_a_fact_without_a_column() -> None:
    columns = {"id": ["a"], "tumor_type": ["vipoma"]}
    null = evaluate(pa.table(columns | {"resectable": pa.array([None], pa.bool_()), "size": pa.nulls(1)}))
    assert null.patients.equals(evaluate(pa.table(columns)).patients)

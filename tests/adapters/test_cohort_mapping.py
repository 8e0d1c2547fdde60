"""Columns with other names, codes and units, and the example."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cohort_files import random_table
from cohort_material import own_steps
from pnet_pathways import load_pathways
from pnet_pathways.adapters.cohort import evaluate
from pnet_pathways.adapters.cohort.columns import encoder
from pnet_pathways.adapters.cohort.mapping import FactColumn, read_mapping
from pnet_pathways.adapters.cohort.steps import Column
from pnet_pathways.model.errors import CohortError
from pnet_pathways.model.facts import Fact, FactKind
from project import ROOT, tool

VOCABULARY = own_steps().definitions.vocabulary

MAPPING = """
id: patient
facts:
  tumor_type:
    column: histology
    values: {"8151": insulinoma, "8153": gastrinoma}
    unknown: ["9"]
  resectable: {column: operable, values: {"J": true, "N": false}}
  spread.liver: {column: liver, values: {1: true, 0: false}}
  size: how_large
ignore: ["lab_*"]
"""


def test_other_names_and_codes_are_mapped(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    table = pa.table(
        {
            "patient": [1, 2, 3, 4],
            "histology": ["8151", "9", "vipoma", "8152"],
            "operable": ["J", "N", None, "J"],
            "liver": [1, 0, None, 1],
            "how_large": ["small", None, None, None],
            "lab_1": [0.5, 1.5, 2.5, 3.5],
        }
    )
    found = evaluate(table, mapping=tmp_path / "mapping.yaml")
    plain = pa.table(
        {
            "id": [1, 2, 3],
            "tumor_type": ["insulinoma", None, "vipoma"],
            "resectable": [True, False, None],
            "spread.liver": [True, False, None],
            "size": ["small", None, None],
        }
    )
    assert found.patients.equals(evaluate(plain).patients)
    (row,) = found.rejects.to_pylist()
    assert (row["id"], row["column"]) == (4, "tumor_type")
    assert "has no value '8152'" in row["reason"]


def test_every_mistake_of_a_mapping_is_told_with_its_place(tmp_path: Path) -> None:
    lines = ["facts:", "  tumor_typ: x", "  size: {colum: y, factor: 2}", "  course: {values: {a: neww}}", "ignored: [z]"]
    (tmp_path / "mapping.yaml").write_text("\n".join(lines))
    with pytest.raises(CohortError) as raised:
        read_mapping(tmp_path / "mapping.yaml", VOCABULARY)
    found = sorted(map(str, raised.value.problems))
    assert [one.split(": ")[0] for one in found] == [
        f"mapping.yaml:{place}" for place in ("2:3", "3:10", "3:20", "4:21", "5:1")
    ]
    assert "did you mean 'tumor_type'?" in found[0]
    assert "did you mean 'column'?" in found[1]
    assert "has no unit" in found[2]
    assert "did you mean 'new'?" in found[3]


def banded() -> tuple[Fact, Column]:
    """Return a fact of another document that is a number in bands."""
    vocabulary = load_pathways(ROOT / "examples" / "documents" / "pump_fault").vocabulary
    fact = next(one for one in vocabulary.facts.values() if one.kind is FactKind.BANDS)
    return fact, Column(fact.name, fact.values)


def test_numbers_fall_into_the_bands_of_the_case_reader() -> None:
    fact, column = banded()
    limit = fact.limits[0]
    numbers = [limit - 1, limit, limit + 0.5, fact.limits[-1] + 1, None, float("nan"), float("inf")]
    encode = encoder(fact, column, FactColumn(fact.name), pa.float64(), typed=True)
    assert callable(encode)
    wanted = [column.values.index(fact.band_of(one)) + 1 for one in numbers[:4] if one is not None]
    assert encode(pa.array(numbers)).tolist() == [*wanted, 0, column.bad, column.bad]
    smaller = encoder(fact, column, FactColumn(fact.name, factor=0.1), pa.float64(), typed=True)
    assert callable(smaller)
    assert smaller(pa.array([limit * 10 + 1, limit * 10 - 1])).tolist() == [wanted[1], wanted[0]]
    text = encoder(fact, column, FactColumn(fact.name), pa.string(), typed=False)
    assert callable(text)
    assert text(pa.array([str(limit), str(fact.values[0]), "much", None])).tolist() == [wanted[1], 1, column.bad, 0]


def test_slices_and_dictionaries_with_nulls_are_read_as_they_stand() -> None:
    fact, column = VOCABULARY.facts["resectable"], own_steps().columns["resectable"]
    encode = encoder(fact, column, FactColumn("resectable"), pa.bool_(), typed=True)
    assert callable(encode)
    values = [True, None, False, False, None, True] * 3
    for start in range(12):
        part = pa.array(values).slice(start, 5)
        assert encode(part).tolist() == [{True: 1, False: 2, None: 0}[one] for one in part.to_pylist()]
    words = pa.array(["small", None, "large", "tiny", None] * 3).dictionary_encode()
    size = encoder(VOCABULARY.facts["size"], own_steps().columns["size"], FactColumn("size"), words.type, typed=True)
    assert callable(size)
    for start in range(10):
        part = words.slice(start, 5)
        assert size(part).tolist() == [{"small": 1, "large": 2, "tiny": 3, None: 0}[one] for one in part.to_pylist()]


def test_the_example_is_what_its_tool_writes_and_shows_every_kind_of_reject() -> None:
    table = pq.read_table(ROOT / "examples" / "cohort.parquet")
    assert table.equals(tool("write_cohort_example").table())
    counts = evaluate(table).counts
    assert counts["rejected_by_reason"].keys() == {"contradiction", "duplicate id", "no such value"}
    assert counts["read"] == counts["answered"] + counts["rejected"] == len(table)


def test_an_id_that_looks_like_another_is_another() -> None:
    ids = ["1", "01", "1 ", " 1"]
    table = random_table(4, seed=21).set_column(0, "id", pa.array(ids))
    assert "duplicate id" not in evaluate(table).counts["rejected_by_reason"]

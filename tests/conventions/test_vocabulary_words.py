"""Only the generated `pnet.py` knows the vocabulary of the project's document; the rest of the code knows no tumor."""

from __future__ import annotations

import pytest

from conventions.vocabulary_words import ORDINARY, PROGRAM, known_names, names_of
from pnet_pathways.loading.yaml_source import read_yaml
from project import DEFINITIONS, ROOT

NAMES = names_of(read_yaml(DEFINITIONS / "facts.yaml", "facts.yaml").data["facts"])
SOURCES = [
    path for path in sorted((ROOT / "src").rglob("*")) if path.suffix in {".py", ".js", ".jinja"} and path.name != "pnet.py"
]


def test_only_pnet_py_knows_the_vocabulary() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{found}"
        for path in SOURCES
        for found in known_names(path.read_text("utf-8"), path.suffix, NAMES)
    ] == []


def test_the_names_are_those_of_the_facts() -> None:
    """Facts, groups, members, values and types are all looked for, and nothing is excused that is no name."""
    assert len(NAMES) == 43
    assert {"tumor_type", "spread", "lymph_nodes", "spread_resectable", "progressive", "gastrinoma"} <= NAMES
    assert PROGRAM < ORDINARY < NAMES
    assert {path.suffix for path in SOURCES} == {".py", ".js", ".jinja"}


EXAMPLE = '''
def {name}():
    """Say it.

    >>> workup("gastrinoma",
    ...        exocrine=True)
    'insulinoma'
    """
'''


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('case["tumor_type"]', ["1: tumor_type"]),
        ("tumor_type = 1", ["1: tumor_type"]),
        ("def workup(tumor_type): ...", ["1: tumor_type"]),
        ("x = resectable_cases", ["1: resectable"]),
        ("class TumorType: ...", ["1: tumor_type"]),
        ("LYMPH_NODES_2 = 1", ["1: lymph_nodes"]),
        ("x = 1\n# Such as low blood sugar.", ["2: low_blood_sugar"]),
        ('"""What holds for every tumor type, e.g. Gastrinomas."""', ["1: gastrinoma", "1: tumor_type"]),
        ('f"the {x} is mostly-liver"', ["1: mostly_liver"]),
        ('{"spread.liver": True}', ["1: liver", "1: spread"]),
        ("case.symptoms", ["1: symptoms"]),
        ("Case(spread=1)", ["1: spread"]),
        ("def render(*, sites): ...", ["1: sites"]),
        ('("sites", "new", "none")', ["1: sites"]),
        (EXAMPLE.format(name="_workup"), ["5: gastrinoma", "6: exocrine", "7: insulinoma"]),
        ('"""Of a module.\n\n>>> workup("gastrinoma")\n"""', ["3: gastrinoma"]),
    ],
)
def test_a_name_of_the_vocabulary_is_found(text: str, found: list[str]) -> None:
    assert known_names(text, ".py", NAMES) == found


@pytest.mark.parametrize(
    "text",
    [
        "size = 1  # the size of a file",
        '"""Several new sites spread over the body."""',
        'x.head = y.body["none"]',
        "delivered, irresectable = 1, 2",
        EXAMPLE.format(name="workup"),
        'from .pnet import TumorType\n\n__all__ = ["TumorType"]',
    ],
)
def test_an_ordinary_word_an_example_and_a_generated_name_are_none(text: str) -> None:
    assert known_names(text, ".py", NAMES) == []


@pytest.mark.parametrize("suffix", [".js", ".jinja"])
def test_a_script_and_a_template_are_searched_too(suffix: str) -> None:
    text = "const sites = facts['sites'];\nfacts.get(`spread.liver`); // of the tumor type\n// as in new 'head'"
    assert known_names(text, suffix, NAMES) == ["1: sites", "2: liver", "2: spread", "2: tumor_type"]

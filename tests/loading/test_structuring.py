"""From plain data to the file classes: strict, and every mistake at its own place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from pnet_pathways.loading.schema import (
    AnswerReadingsSpec,
    EntryFile,
    GroupSpec,
    OptionSpec,
    PathwayFile,
    ReadingsFile,
    ReadingSpec,
    StateSpec,
    TreatmentsFile,
    TreatmentSpec,
    TypeSpec,
)
from pnet_pathways.loading.schema_reference import CareCourseFile, WorkupFile
from pnet_pathways.loading.structuring import structure
from pnet_pathways.loading.yaml_source import Document, read_yaml

Read = Callable[[str], Document]


@attrs.frozen
class Options:
    """A file of options only."""

    options: tuple[OptionSpec, ...]


@attrs.frozen
class States:
    """A file of states only."""

    states: dict[str, StateSpec]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a text as the file ``x.yaml``."""

    def reader(text: str) -> Document:
        path = tmp_path / "x.yaml"
        path.write_text(text, "utf-8")
        return read_yaml(path, "x.yaml")

    return reader


def mistakes(document: Document, kind: type) -> list[str]:
    """Return the problems of data that must not fit."""
    assert document.problems == []
    assert structure(document, kind) is None
    return [str(problem) for problem in document.problems]


def test_data_of_the_right_shape_becomes_its_file_class(read: Read) -> None:
    document = read("readings:\n  R-1: {title: One, text: First}\n  R-2: {title: Two, text: Second}\n")
    assert structure(document, ReadingsFile) == ReadingsFile(
        {"R-1": ReadingSpec("One", "First"), "R-2": ReadingSpec("Two", "Second")}
    )
    assert document.problems == []


def test_mappings_keep_their_order_and_lists_become_tuples(read: Read) -> None:
    document = read(
        "title: kind\nunknown: Kind unknown\n"
        "tracks: {z: {title: Z}, a: {title: A, gap_when: always}}\n"
        "types: {other: {label: O, readings: [R-2, R-1]}}\n"
        "common: [b, a]\n"
    )
    file = structure(document, EntryFile)
    assert file == EntryFile(
        title="kind",
        unknown="Kind unknown",
        tracks={"z": GroupSpec("Z"), "a": GroupSpec("A", "always")},  # type: ignore[arg-type]
        types={"other": TypeSpec("O", readings=("R-2", "R-1"))},
        common=("b", "a"),
    )
    assert file is not None
    assert list(file.tracks) == ["z", "a"]


def test_what_is_left_out_has_its_default(read: Read) -> None:
    file = structure(read("options:\n  - {item: 1, treatments: [a]}\n"), Options)
    assert file is not None
    (option,) = file.options
    assert (option.strength, option.optional, option.requires, option.readings, option.intent, option.choice) == (
        "may",
        (),
        None,
        (),
        None,
        False,
    )


def test_a_condition_is_passed_on_as_it_is(read: Read) -> None:
    document = read("options:\n  - {item: 1, treatments: [a], requires: {any: [{size: 5}]}}\n")
    file = structure(document, Options)
    assert file is not None
    assert file.options[0].requires is document.data["options"][0]["requires"]


def test_null_is_taken_where_something_may_be_left_out(read: Read) -> None:
    file = structure(read("states:\n  a: {asks: null, gap: Silent.}\n"), States)
    assert file == States({"a": StateSpec(gap="Silent.")})


def test_an_event_sets_words_truths_and_unknown(read: Read) -> None:
    document = read(
        "start: a\nsets: {course: new, resectable: true, size: null}\nstates: {a: {label: A}}\n"
        "events: {e: {label: E, sources: [a], target: a}}\n"
    )
    file = structure(document, CareCourseFile)
    assert file is not None
    assert file.sets == {"course": "new", "resectable": True, "size": None}
    assert file.events["e"].sets == {}


READING = "readings:\n  R-1: {title: One, text: First}\n"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["x.yaml:1:1: the file takes a mapping, not nothing"]),
        ("word", ["x.yaml:1:1: the file takes a mapping, not 'word'"]),
        ("# c\n- a\n", ["x.yaml:2:1: the file takes a mapping, not a list"]),
        ("{}", ["x.yaml:1:1: the key 'readings' is missing"]),
        ("readings:\n", ["x.yaml:1:1: 'readings' takes a mapping, not nothing"]),
        ("readings: []", ["x.yaml:1:1: 'readings' takes a mapping, not a list"]),
        ("readings:\n  R-1: text\n", ["x.yaml:2:3: 'R-1' takes a mapping, not 'text'"]),
        ("readings:\n  R-1: {title: One}\n", ["x.yaml:2:3: the key 'text' is missing"]),
        (READING + "more: 1\n", ["x.yaml:3:1: unknown key 'more' (keys: readings)"]),
        (READING + "reading: 1\n", ["x.yaml:3:1: unknown key 'reading' (did you mean 'readings'?)"]),
        (
            "readings:\n  R-1: {title: One, text: First, Text: Twice}\n",
            ["x.yaml:2:34: unknown key 'Text' (did you mean 'text'?)"],
        ),
        (
            "readings:\n  R-1: {title: 1, text: First}\n",
            ["x.yaml:2:9: 'title' takes text, not 1 (put it in quotes)"],
        ),
        ("readings:\n  R-1: {title: [One], text: First}\n", ["x.yaml:2:9: 'title' takes text, not a list"]),
        ("readings:\n  R-1: {title: {a: b}, text: First}\n", ["x.yaml:2:9: 'title' takes text, not a mapping"]),
        ("readings:\n  R-1: {title: , text: First}\n", ["x.yaml:2:9: 'title' takes text, not nothing"]),
    ],
)
def test_a_mistake_is_reported_where_it_stands(read: Read, text: str, problems: list[str]) -> None:
    assert mistakes(read(text), ReadingsFile) == problems


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{item: one, treatments: [a]}", "x.yaml:2:6: 'item' takes a whole number, not 'one'"),
        ("{item: 1.0, treatments: [a]}", "x.yaml:2:6: 'item' takes a whole number, not 1.0"),
        ("{item: 1, treatments: a}", "x.yaml:2:15: 'treatments' takes a list, not 'a'"),
        ("{item: 1, treatments: {a: b}}", "x.yaml:2:15: 'treatments' takes a list, not a mapping"),
        ("{item: 1, treatments: null}", "x.yaml:2:15: 'treatments' takes a list, not nothing"),
        ("{item: 1, treatments: [a], choice: yes}", "x.yaml:2:32: 'choice' takes true or false, not 'yes'"),
        ("{item: 1, treatments: [a], choice: 1}", "x.yaml:2:32: 'choice' takes true or false, not 1"),
        (
            "{item: 1, treatments: [a], strength: rarely}",
            "x.yaml:2:32: 'strength' has no value 'rarely' (did you mean 'rare'?)",
        ),
        (
            "{item: 1, treatments: [a], strength: strong}",
            "x.yaml:2:32: 'strength' has no value 'strong' (one of usual, rare, may)",
        ),
        (
            "{item: 1, treatments: [a], intent: curative}",
            "x.yaml:2:32: 'intent' has no value 'curative' (one of palliative)",
        ),
        ("word", "x.yaml:2:5: '0' takes a mapping, not 'word'"),
    ],
)
def test_numbers_lists_truths_and_choices_are_strict(read: Read, entry: str, problem: str) -> None:
    assert mistakes(read(f"options:\n  - {entry}\n"), Options) == [problem]


def test_an_entry_of_a_list_is_named_by_its_own_place(read: Read) -> None:
    assert mistakes(read("options:\n  - item: 1\n    treatments: [a, 2]\n"), Options) == [
        "x.yaml:3:21: '1' takes text, not 2 (put it in quotes)"
    ]


def test_a_truth_is_no_whole_number(read: Read) -> None:
    (problem,) = mistakes(read("options:\n  - {item: true, treatments: [a]}\n"), Options)
    assert problem.startswith("x.yaml:2:6: 'item' takes a whole number, not ")


def test_truths_are_shown_as_the_author_wrote_them(read: Read) -> None:
    assert mistakes(read("readings:\n  R-1: {title: true, text: First}\n"), ReadingsFile) == [
        "x.yaml:2:9: 'title' takes text, not true (put it in quotes)"
    ]
    assert mistakes(read("options:\n  - {item: true, treatments: [a]}\n"), Options) == [
        "x.yaml:2:6: 'item' takes a whole number, not true"
    ]


def test_a_fact_is_set_to_no_number(read: Read) -> None:
    text = "start: a\nsets: {course: 1}\nstates: {a: {label: A}}\nevents: {}\n"
    assert mistakes(read(text), CareCourseFile) == ["x.yaml:2:8: 'course' takes a fact's value, not 1"]


def test_every_mistake_is_found_at_once(read: Read) -> None:
    text = (
        "treatments:\n"
        "  a: {label: 1, description: d, term: ''}\n"
        "  b: {description: d, term: '', color: red}\n"
        "  c: {label: l, description: d, term: '', locators: [{section: s, first: f, last: l, start: x, end: 2}]}\n"
    )
    assert set(mistakes(read(text), TreatmentsFile)) == {
        "x.yaml:2:7: 'label' takes text, not 1 (put it in quotes)",
        "x.yaml:3:3: the key 'label' is missing",
        "x.yaml:3:33: unknown key 'color' (keys: label, description, term, locators)",
        "x.yaml:4:54: the key 'sha256' is missing",
        "x.yaml:4:86: 'start' takes a whole number, not 'x'",
    }


def test_a_field_that_is_inherited_is_checked_too(read: Read) -> None:
    locator = "{section: s, first: f, last: l, start: 1, end: 2, sha256: x, field: color}"
    text = (
        "general: {tests: []}\n"
        "types:\n"
        "  other:\n"
        "    {name: n, hormone: null, also_called: [], typical_site: null, behavior: null, signs: [], tests: [],\n"
        "     silent_on: [], locators: [\n"
        f"      {locator}\n"
        "     ]}\n"
    )
    assert mistakes(read(text), WorkupFile) == [
        "x.yaml:6:68: 'field' has no value 'color' (one of hormone, also_called, syndromes, typical_site, behavior, "
        "signs, scope)"
    ]


def test_structuring_leaves_the_data_as_it_was(read: Read) -> None:
    document = read(READING)
    structure(document, ReadingsFile)
    assert document.data == {"readings": {"R-1": {"title": "One", "text": "First"}}}


def test_what_is_left_out_of_a_file_has_its_default_too(read: Read) -> None:
    file = structure(read("title: kind\nunknown: Kind unknown\ntracks: {}\ntypes: {}\n"), EntryFile)
    assert file == EntryFile("kind", "Kind unknown", {}, {}, (), AnswerReadingsSpec((), ()))


def test_a_pathway_file_may_be_empty_of_statements(read: Read) -> None:
    file = structure(read("pathway: p\nversion: '1'\ntitle: P\nsection: s\nstatements: []\ntracks: {}\n"), PathwayFile)
    assert file == PathwayFile("p", "1", "P", "s", (), {})


def test_a_treatment_needs_no_passage(read: Read) -> None:
    file = structure(read("treatments:\n  a: {label: l, description: d, term: ''}\n"), TreatmentsFile)
    assert file == TreatmentsFile({"a": TreatmentSpec("l", "d", "", ())})

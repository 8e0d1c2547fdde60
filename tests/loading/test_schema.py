"""The JSON Schemas made from the file classes: they take every real file, and refuse what structuring refuses."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from pnet_pathways.adapters.fhir.codes import FILE, CodesFile
from pnet_pathways.loading import repeated_options
from pnet_pathways.loading.json_schema import json_schema
from pnet_pathways.loading.schema import FILES, PathwayFile
from pnet_pathways.loading.schema_base import key_of
from pnet_pathways.loading.structuring import structure
from pnet_pathways.loading.yaml_source import Document, read_yaml
from project import DEFINITIONS

NAMES = sorted(path.name for path in DEFINITIONS.glob("*.yaml"))
SHARED = {**FILES, FILE: CodesFile, repeated_options.FILE: repeated_options.RepeatedOptionsFile}
KINDS = {name: SHARED.get(name, PathwayFile) for name in NAMES}


def data_of(name: str) -> Any:
    """Return the plain data of one of the project's files."""
    document = read_yaml(DEFINITIONS / name, name)
    assert document.problems == []
    return document.data


def faults(name: str, data: Any) -> list[str]:
    """Return what a file's schema finds wrong with data."""
    validator = Draft202012Validator(json_schema(KINDS[name]))
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(data)]


def test_every_kind_of_file_is_among_the_real_ones() -> None:
    assert SHARED.keys() < set(NAMES)
    assert PathwayFile in KINDS.values()


@pytest.mark.parametrize("kind", [*SHARED.values(), PathwayFile])
def test_a_schema_is_a_schema(kind: type) -> None:
    Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize("name", NAMES)
def test_every_real_file_fits_its_schema(name: str) -> None:
    assert faults(name, data_of(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_real_file_fits_its_class(name: str) -> None:
    document = Document(name, data_of(name))
    assert structure(document, KINDS[name]) is not None
    assert document.problems == []


def put(*path: str | int, value: Any) -> Callable[[Any], None]:
    """Return a change that sets a value in nested data."""

    def change(data: Any) -> None:
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[Any], None]:
    """Return a change that removes a key from nested data."""

    def change(data: Any) -> None:
        for key in path[:-1]:
            data = data[key]
        del data[path[-1]]

    return change


@pytest.mark.parametrize(
    ("name", "change", "at"),
    [
        ("vipoma.yaml", put("color", value="blue"), ": Additional properties are not allowed ('color' was unexpected)"),
        ("vipoma.yaml", drop("version"), ": 'version' is a required property"),
        ("vipoma.yaml", put("title", value=1), "title: 1 is not of type 'string'"),
        ("vipoma.yaml", put("statements", value={}), "statements: {} is not of type 'array'"),
        ("vipoma.yaml", drop("statements", 0, "label"), "statements.0: 'label' is a required property"),
        (
            "vipoma.yaml",
            put("statements", 0, "options", 0, "strength", value="often"),
            "statements.0.options.0.strength: 'often' is not one of ['usual', 'rare', 'may']",
        ),
        (
            "vipoma.yaml",
            put("statements", 0, "options", 0, "item", value="1"),
            "statements.0.options.0.item: '1' is not of type 'integer'",
        ),
        (
            "vipoma.yaml",
            put("statements", 0, "options", 0, "item", value=True),
            "statements.0.options.0.item: True is not of type 'integer'",
        ),
        (
            "vipoma.yaml",
            put("statements", 0, "options", 0, "treatments", 0, value=3),
            "statements.0.options.0.treatments.0: 3 is not of type 'string'",
        ),
        (
            "vipoma.yaml",
            put("statements", 0, "locators", 0, "where", value=3),
            "statements.0.locators.0: Additional properties are not allowed ('where' was unexpected)",
        ),
        (
            "vipoma.yaml",
            put("tracks", "primary", "states", "resectable", "answers", "yes", value=None),
            "tracks.primary.states.resectable.answers",
        ),
        ("source.yaml", drop("source", "disclaimer"), "source: 'disclaimer' is a required property"),
        ("treatments.yaml", put("treatments", value=[]), "treatments: [] is not of type 'object'"),
        ("facts.yaml", drop("facts", "size", "question"), "facts.size: 'question' is a required property"),
        ("readings.yaml", put("readings", "R-1", value="text"), "readings.R-1: 'text' is not of type 'object'"),
        ("entry.yaml", put("types", "vipoma", "pathway", value=3), "types.vipoma.pathway: 3 is not valid under any"),
        (
            "care_course.yaml",
            put("events", "surgery_leaves_tumor", "sets", "residual_after_surgery", value=1),
            "events.surgery_leaves_tumor.sets.residual_after_surgery: 1 is not valid under any",
        ),
        (
            "workup.yaml",
            put("types", "other", "scope", value="in_scope"),
            "types.other: Additional properties are not allowed ('scope' was unexpected)",
        ),
        (
            "workup.yaml",
            put("types", "other", "locators", 0, "field", value="color"),
            "types.other.locators.0.field: 'color' is not one of",
        ),
    ],
)
def test_what_a_class_refuses_its_schema_refuses_at_the_same_spot(name: str, change: Callable[[Any], None], at: str) -> None:
    broken = copy.deepcopy(data_of(name))
    change(broken)
    (fault,) = faults(name, broken)
    assert fault.startswith(at)
    document = Document(name, broken)
    assert structure(document, KINDS[name]) is None
    assert len(document.problems) == 1


@pytest.mark.parametrize("value", ["sometimes", 5, None, [], {}, True])
def test_a_condition_is_always_or_a_mapping_with_something_in_it(value: object) -> None:
    broken = copy.deepcopy(data_of("vipoma.yaml"))
    broken["statements"][0]["when"] = value
    assert len(faults("vipoma.yaml", broken)) == 1


def classes_of(kind: Any, found: dict[str, type]) -> dict[str, type]:
    """Return every class that a file class is made of, by name."""
    if attrs.has(kind) and kind.__name__ not in found:
        found[kind.__name__] = kind
        attrs.resolve_types(kind)
        for field in attrs.fields(kind):
            classes_of(field.type, found)
    for argument in getattr(kind, "__args__", ()):
        classes_of(argument, found)
    return found


@pytest.mark.parametrize("kind", [*SHARED.values(), PathwayFile])
def test_a_schema_defines_every_class_once_with_its_fields_described(kind: type) -> None:
    schema = json_schema(kind)
    classes = classes_of(kind, {})
    assert schema["$ref"] == f"#/$defs/{kind.__name__}"
    assert list(schema["$defs"]) == sorted(classes)
    for name, one in classes.items():
        shape = schema["$defs"][name]
        fields = attrs.fields(one)
        assert shape["description"], name
        assert shape["additionalProperties"] is False
        assert list(shape["properties"]) == [key_of(field) for field in fields]
        assert shape["required"] == [key_of(field) for field in fields if field.default is attrs.NOTHING]
        assert all(part["description"] for part in shape["properties"].values())


def test_an_annotation_that_no_file_has_is_refused() -> None:
    @attrs.frozen
    class Odd:
        """Odd."""

        chosen: set[str] = attrs.field(metadata={"about": "a set"})

    with pytest.raises(TypeError, match=r"no schema for set\[str\]"):
        json_schema(Odd)

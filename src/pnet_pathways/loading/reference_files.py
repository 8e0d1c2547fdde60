"""Care course, work-up and background: the files that lead to no option, checked and linked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..model.beside import (
    AfterTest,
    Background,
    BackgroundEntry,
    BackgroundTopic,
    CareCourseDefinition,
    CareEvent,
    CareState,
    DiagnosticTest,
    Syndrome,
    Workup,
    WorkupDefinition,
)
from ..model.errors import listed, suggest
from .schema_reference import BackgroundFile, BackgroundTopicSpec, CareCourseFile, TestSpec, WorkupFile, WorkupSpec
from .shared_files import Linker
from .yaml_source import Path_

_COURSE = "care_course.yaml"
_WORKUP = "workup.yaml"
_BACKGROUND = "background.yaml"


def care_course(linker: Linker, file: CareCourseFile) -> CareCourseDefinition:
    """Return the care course."""
    if file.start not in file.states:
        linker.problem(_COURSE, ("start",), f"the start state '{file.start}' does not exist", suggest(file.start, file.states))
    _check_sets(linker, ("sets",), file.sets)
    for key, event in file.events.items():
        linker.known(_COURSE, ("events", key, "sources"), "state", event.sources, file.states)
        if event.target not in file.states:
            path: Path_ = ("events", key, "target")
            message = f"the event '{key}' leads to the state '{event.target}', which does not exist"
            linker.problem(_COURSE, path, message, suggest(event.target, file.states))
        _check_sets(linker, ("events", key, "sets"), event.sets)
    return CareCourseDefinition(
        file.start,
        file.sets,
        {
            key: CareState(
                key,
                one.label,
                linker.locators(_COURSE, ("states", key, "locators"), one.locators),
                linker.documents[_COURSE].where(("states", key)),
            )
            for key, one in file.states.items()
        },
        {
            key: CareEvent(
                key,
                one.label,
                one.sources,
                one.target,
                one.sets,
                linker.locators(_COURSE, ("events", key, "locators"), one.locators),
            )
            for key, one in file.events.items()
        },
        file.subject,
    )


def _check_sets(linker: Linker, path: Path_, sets: Mapping[str, str | bool | None]) -> None:
    vocabulary = linker.vocabulary
    facts = vocabulary.facts
    for key, value in sets.items():
        if key in vocabulary.groups:
            if value is not None:
                members = listed(vocabulary.facts_of(key))
                message = f"the group '{key}' has no value of its own; only null"
                linker.problem(_COURSE, (*path, key), message, f"set its members: {members}")
            continue
        if key not in facts:
            linker.problem(_COURSE, (*path, key), f"unknown fact '{key}'", suggest(key, [*facts, *vocabulary.groups]))
            continue
        names = ["true", "false"] if facts[key].is_boolean else list(facts[key].answers)
        hint = suggest(value, names) or f"one of {listed(names)}"
        if value is not None and (isinstance(value, bool) != facts[key].is_boolean or value not in facts[key].values):
            linker.problem(_COURSE, (*path, key), f"'{key}' has no value {value!r}", hint)


def workup(linker: Linker, file: WorkupFile) -> WorkupDefinition:
    """Return the work-up of every type."""
    known = linker.vocabulary.facts[linker.vocabulary.entry].answers
    for key in known:
        if key not in file.types:
            linker.problem(_WORKUP, ("types",), f"'{key}' has no work-up", "add it")
    for key in file.types:
        if key not in known:
            linker.problem(_WORKUP, ("types", key), f"'{key}' is not known", suggest(key, known) or f"one of {listed(known)}")
    linker.known(_WORKUP, ("general", "not_for"), "type", file.general.not_for, known)
    general = [one.id for one in file.general.tests]
    return WorkupDefinition(
        tuple(_tests(linker, ("general", "tests"), file.general.tests, general)),
        {key: _workup(linker, key, spec, general) for key, spec in file.types.items()},
        file.general.not_for,
    )


def _workup(linker: Linker, key: str, spec: WorkupSpec, general: Iterable[str]) -> Workup:
    path: Path_ = ("types", key)
    known = [*(one.id for one in spec.tests), *general]
    return Workup(
        type=key,
        name=spec.name,
        hormone=spec.hormone,
        also_called=spec.also_called,
        syndromes=tuple(Syndrome(one.name, one.what) for one in spec.syndromes),
        typical_site=spec.typical_site,
        behavior=spec.behavior,
        signs=spec.signs,
        tests=tuple(_tests(linker, (*path, "tests"), spec.tests, known)),
        scope_note=spec.scope_note,
        silent_on=spec.silent_on,
        locators=tuple(
            (one.field, linker.locator(_WORKUP, (*path, "locators", number), one)) for number, one in enumerate(spec.locators)
        ),
    )


def _tests(linker: Linker, path: Path_, specs: Iterable[TestSpec], known: Iterable[str]) -> Iterator[DiagnosticTest]:
    """Yield tests; one that follows another names it by its id."""
    for number, one in enumerate(specs):
        here: Path_ = (*path, number)
        if one.fasting_hours is not None and one.fasting_hours < 1:
            linker.problem(_WORKUP, (*here, "fasting_hours"), f"{one.fasting_hours} hours are no fasting", "leave it out")
        if one.after is not None and (one.after.test == one.id or one.after.test not in known):
            others = [name for name in known if name != one.id]
            hint = suggest(one.after.test, others)
            linker.problem(_WORKUP, (*here, "after", "test"), f"'{one.id}' follows no test '{one.after.test}'", hint)
        yield DiagnosticTest(
            one.id,
            one.name,
            one.what,
            (linker.locator(_WORKUP, (*here, "locator"), one.locator),),
            one.fasting_hours,
            None if one.after is None else AfterTest(one.after.test, one.after.result),
        )


def background(linker: Linker, file: BackgroundFile) -> Background:
    """Return the background."""
    return Background({key: _topic(linker, key, spec) for key, spec in file.topics.items()})


def _topic(linker: Linker, key: str, spec: BackgroundTopicSpec) -> BackgroundTopic:
    known = [*linker.treatments, *linker.vocabulary.facts[linker.vocabulary.entry].answers]
    ids = [one.id for one in spec.entries]
    entries = []
    for number, one in enumerate(spec.entries):
        path: Path_ = ("topics", key, "entries", number)
        if one.id in ids[:number]:
            linker.problem(_BACKGROUND, (*path, "id"), f"the id '{one.id}' stands twice in the topic '{key}'")
        if not one.locators:
            linker.problem(_BACKGROUND, (*path, "locators"), f"'{one.id}' names no passage", "say where it stands")
        linker.known(_BACKGROUND, (*path, "about"), "treatment or type", one.about, known)
        located = linker.locators(_BACKGROUND, (*path, "locators"), one.locators)
        entries.append(BackgroundEntry(one.id, one.text, located, one.about, one.condition, one.examples))
    return BackgroundTopic(key, spec.title, tuple(entries))

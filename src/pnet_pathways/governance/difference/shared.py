"""What differs between two sets of definitions beside options and gaps: the files that all pathways share, place by place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import attrs

from ...model.beside import Background, CareCourseDefinition, WorkupDefinition
from ...model.facts import Fact
from ...model.pathway import Definitions, Reading, Statement
from ...model.values import answer_name
from ...model.vocabulary import Vocabulary
from .cases import refused
from .places import Place, data_differences


class Bump(StrEnum):
    """The version step that a difference asks for."""

    NONE = "none"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


_MOVES: Final = frozenset({"sets", "sources", "target"})
"""What an event of the care course does; the rest of it are words and places of the summary."""
_MORE_THAN_WORDS: Final = ("advice", "care_course", "workup", "background")


@attrs.frozen
class SharedChange:
    """One place of the shared files that differs, or a case that is taken or refused anew, and the version step it asks for."""

    place: Place
    bump: Bump

    @property
    def area(self) -> str:
        """What it is part of: ``advice``, ``treatments``, ``care_course`` ...; ``cases`` where it is a case."""
        return self.place.path.partition(".")[0]

    @property
    def text(self) -> str:
        """The place with what stood and stands there; that a whole entry is there or gone is all that is said of it."""
        path, before, after = self.place.path, self.place.before, self.place.after
        if not after and before.startswith("{"):
            return f"{path}: removed"
        if not before and after.startswith("{"):
            return f"{path}: added"
        return f"{path}: {before or 'nothing'} -> {after or 'nothing'}"


def shared_changes(old: Definitions, new: Definitions) -> tuple[SharedChange, ...]:
    """Return where the shared files differ, and a case for what that takes or refuses anew.

    Where types lead is not part of that: answers tell it.
    """
    before, after = shared_data(old), shared_data(new)
    places = tuple(SharedChange(place, _bump(place)) for place in data_differences("", before, after))
    return (*places, *_cases(old.vocabulary, new.vocabulary))


def _cases(old: Vocabulary, new: Vocabulary) -> Iterator[SharedChange]:
    """Yield a case that is now refused, a major step, and one that is no longer, a minor step; each where there is one.

    No place says so: a rule that is reworded, or that another one implies, refuses nothing anew.
    """
    if old == new:
        return
    for case, before, after, bump in (
        (refused(old, new), "answered", "refused", Bump.MAJOR),
        (refused(new, old), "refused", "answered", Bump.MINOR),
    ):
        if case is not None:
            words = " and ".join(f"{name} {answer_name(value)}" for name, value in case.items())
            yield SharedChange(Place(f"cases.{words}", before, after), bump)


def _bump(place: Place) -> Bump:
    """Return the version step of one place.

    Major: advice that is reworded or gone, another move of the care course, an entry of care course, work-up or background
    that is gone, the limits or the unit of a number, since the same number then gets another answer, how a statement reads
    under an alternative. Minor: a new entry of these. Patch: everything else, which is words, readings and places of the
    summary; where rules or facts refuse or take other cases, a case says so (`_cases`).
    """
    area, *path = place.path.split(".")
    if area == "facts" and path[1:] in (["limits"], ["unit"]):
        return Bump.MAJOR
    if area == "readings" and "alternatives" in path:
        return _alternative_bump(place, path)
    if area not in _MORE_THAN_WORDS:
        return Bump.PATCH
    if area == "care_course" and (path[0] in {"start", "sets"} or (path[0] == "events" and _MOVES & set(path[2:3]))):
        return Bump.MAJOR
    if area == "advice" and path[1:] == ["text"]:
        return Bump.MAJOR
    if "locators" in path:
        return Bump.PATCH
    if not place.after and place.before.startswith("{"):
        return Bump.MAJOR
    return Bump.MINOR if not place.before and place.after.startswith("{") else Bump.PATCH


def _alternative_bump(place: Place, path: Sequence[str]) -> Bump:
    """Return the version step of a place of an alternative: one that is new is minor, its words are no more than words."""
    if path[-1] in {"text", "label"} or "gaps" in path:
        return Bump.PATCH
    return Bump.MINOR if not place.before and place.after.startswith("{") else Bump.MAJOR


def shared_data(definitions: Definitions) -> dict[str, Any]:
    """Return what the shared files say as plain data, but for where types lead."""
    entries = {key: attrs.asdict(one) for key, one in definitions.entry.types.items()}
    data = {
        "version": definitions.version,
        "source": attrs.asdict(definitions.source),
        "sections": dict(definitions.sections),
        "advice": _by_id(definitions.advice),
        "treatments": _by_id(definitions.treatments.values()),
        "readings": {name: _reading(reading) for name, reading in definitions.readings.items()},
        "facts": {name: _fact(fact) for name, fact in definitions.vocabulary.facts.items()},
        "groups": {name: attrs.asdict(group) for name, group in definitions.vocabulary.groups.items()},
        "rules": {rule.because: json.dumps(rule.never.to_data()) for rule in definitions.vocabulary.rules},
        "tracks": {
            name: {"title": one.title, "gap_when": None if one.gap_when is None else json.dumps(one.gap_when.to_data())}
            for name, one in definitions.groups.items()
        },
        "types": {key: {name: entry[name] for name in ("label", "note", "readings")} for key, entry in entries.items()},
        "always_readings": {
            "type_unknown": list(definitions.entry.type_unknown),
            "every_answer": list(definitions.entry.every_answer),
        },
        "care_course": _care_course(definitions.care_course),
        "workup": _workup(definitions.workup),
        "background": _background(definitions.background),
        "parts": {one.pathway: attrs.asdict(one) for one in definitions.parts},
        "not_statements": _by_id(definitions.not_statements),
    }
    # Tuples become lists, whose entries are then compared one by one.
    plain: dict[str, Any] = json.loads(json.dumps(data))
    return plain


def _by_id(entries: Iterable[Any]) -> dict[str, Any]:
    """Return entries by id, without where they stand in a file."""
    return {one.id: _plain(one) for one in entries}


def _plain(entry: Any) -> dict[str, Any]:
    return attrs.asdict(entry, filter=lambda attribute, _: attribute.name not in {"id", "name", "where"})


def _reading(reading: Reading) -> dict[str, Any]:
    alternatives = {
        name: {
            "text": one.text,
            "statements": _statements(one.statements),
            "together": {
                ", ".join(f"{other}={way}" for other, way in both.given.items()): _statements(both.statements)
                for both in one.together
            },
            "gaps": dict(one.gaps),
        }
        for name, one in reading.alternatives.items()
    }
    return {**_plain(attrs.evolve(reading, alternatives={})), "alternatives": alternatives}


def _statements(statements: Iterable[Statement]) -> dict[str, Any]:
    return {
        one.id: {
            "label": one.label,
            "when": {track: json.dumps(when.to_data()) for track, when in one.placements},
            "options": [
                {**attrs.asdict(option), "requires": json.dumps(option.requires.to_data())}
                for option in (attrs.evolve(option, number=0) for option in one.options)
            ],
        }
        for one in statements
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "kind": str(fact.kind),
        "label": fact.label,
        "question": fact.question,
        "help": fact.help,
        "answers": {name: attrs.asdict(text) for name, text in fact.texts.items()},
        "applies_when": json.dumps(fact.applies_when.to_data()),
        "otherwise": answer_name(fact.otherwise),
        "limits": list(fact.limits),
        "unit": fact.unit,
    }


def _care_course(course: CareCourseDefinition) -> dict[str, Any]:
    return {
        "subject": course.subject,
        "start": course.start,
        "sets": _sets(course.sets),
        "states": {name: _plain(state) for name, state in course.states.items()},
        "events": {name: {**_plain(event), "sets": _sets(event.sets)} for name, event in course.events.items()},
    }


def _sets(facts: Mapping[str, str | bool | None]) -> dict[str, object]:
    """Return the facts that are set; that one becomes unknown again is said, since no entry says that it stays."""
    return {name: "unknown" if value is None else value for name, value in facts.items()}


def _workup(workup: WorkupDefinition) -> dict[str, Any]:
    return {
        "general_tests": {one.id: attrs.asdict(one) for one in workup.general_tests},
        "not_for": list(workup.not_for),
        "types": {
            name: {
                **{key: value for key, value in attrs.asdict(one).items() if key not in {"type", "tests", "locators"}},
                "tests": {test.id: attrs.asdict(test) for test in one.tests},
                "locators": [[key, attrs.asdict(locator)] for key, locator in one.locators],
            }
            for name, one in workup.types.items()
        },
    }


def _background(background: Background) -> dict[str, Any]:
    return {name: {"title": topic.title, "entries": _by_id(topic.entries)} for name, topic in background.topics.items()}


def highest(steps: Iterable[Bump]) -> Bump:
    """Return the highest of some version steps; none where there is none."""
    return max(steps, key=list(Bump).index, default=Bump.NONE)


def texts(changes: Iterable[SharedChange]) -> Iterator[str]:
    """Yield the changes in words, each with its version step where it is more than words."""
    for one in changes:
        yield one.text if one.bump is Bump.PATCH else f"{one.text} ({one.bump})"

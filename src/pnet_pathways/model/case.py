"""The case: what is known of one patient, each fact possibly unknown. Frozen, validated, and exact about unknown.

`None` is unknown, never no. A case says nothing about who the patient is.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import attrs

from .errors import (
    CaseError,
    InconsistentCaseError,
    Problem,
    listed,
    shown,
    suggest,
)
from .facts import (
    FACTS,
    LINKED,
    SPREAD_MEMBERS,
    SYMPTOM_MEMBERS,
    Course,
    PancreaticTumors,
    Site,
    Size,
    TumorType,
    Value,
    answer_name,
    broken_rules,
    plain,
    scenarios,
)
from .json_text import JsonTextError, read_json


@attrs.frozen
class Spread:
    """Where the cancer has spread; each member `True`, `False` or unknown (`None`).

    `other` is any organ or place besides the lymph nodes near the pancreas and the liver.
    """

    lymph_nodes: bool | None = None
    liver: bool | None = None
    other: bool | None = None


@attrs.frozen
class Symptoms:
    """What needs supportive care; each member `True`, `False` or unknown (`None`)."""

    excess_stomach_acid: bool | None = None
    stomach_ulcers: bool | None = None
    diarrhea: bool | None = None
    low_blood_sugar: bool | None = None
    high_blood_sugar: bool | None = None


_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {"spread": SPREAD_MEMBERS, "symptoms": SYMPTOM_MEMBERS}
_GROUPS: Final[Mapping[str, type]] = {"spread": Spread, "symptoms": Symptoms}


@attrs.frozen
class Case:
    """The findings of one patient. Every fact is optional; `None` means unknown.

    Values are strict (``1`` or ``"yes"`` is no boolean); enum members and their names are both accepted.
    `spread` and `symptoms` also accept what `from_dict` accepts. Raises `CaseError` with all problems at once, or
    `InconsistentCaseError` where the facts contradict each other.

    >>> Case(tumor_type=TumorType.INSULINOMA, resectable=False).to_dict()
    {'tumor_type': 'insulinoma', 'resectable': False}
    """

    tumor_type: TumorType | None = None
    course: Course | None = None
    pancreatic_tumors: PancreaticTumors | None = None
    sites: frozenset[Site] | None = None
    duodenal_tumors: bool | None = None
    size: Size | None = None
    resectable: bool | None = None
    residual_after_surgery: bool | None = None
    refractory: bool | None = None
    spread: Spread = Spread()
    mostly_liver: bool | None = None
    severe_symptoms: bool | None = None
    symptoms: Symptoms = Symptoms()
    values: tuple[Value | None, ...] = attrs.field(init=False, eq=False, repr=False)
    """Every atomic fact in the order of `FACTS`: its value where it is known or follows from what is known by a rule
    (the size of one tumor says that there is one; the size of several does not apply), else `None`."""

    def __attrs_post_init__(self) -> None:
        given = {name: getattr(self, name) for name in _KEYS}
        known, problems = _read(given)
        contradictions = _contradictions(known)
        if problems:
            raise CaseError([*problems, *contradictions])
        if contradictions:
            raise InconsistentCaseError(contradictions)
        for name in _KEYS:
            object.__setattr__(self, name, _field(name, known))
        known.update(_implied(tuple(known.get(name) for name in _LINKED)))
        object.__setattr__(self, "values", tuple(known.get(name) for name in FACTS))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read a case from the JSON contract; keys left out (or null) are unknown.

        `spread` and `symptoms` as a list are complete (what is not listed is known to be absent); as a mapping
        (``{"liver": true}``) the members left out are unknown. Raises `CaseError` naming each wrong key, value or
        type with what is allowed, and `InconsistentCaseError` for contradictions.
        """
        if not isinstance(data, Mapping):
            raise CaseError([Problem("", f"a case is an object of facts, not {_kind(data)}")])
        unknown = [
            Problem(_name(key), "no such fact", suggest(key, _KEYS) or f"facts: {listed(_KEYS)}")
            for key in data
            if key not in _KEYS
        ]
        if unknown:
            known, problems = _read({key: value for key, value in data.items() if key in _KEYS})
            raise CaseError([*unknown, *problems, *_contradictions(known)])
        return cls(**data)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a case from JSON text. Raises `CaseError` where it is not JSON (with line and column) or repeats a key."""
        try:
            data = read_json(text)
        except JsonTextError as error:
            raise CaseError([error.problem]) from None
        return cls.from_dict(data)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract: known facts only, in the contract's order.

        `spread` and `symptoms` are a list where every member is known, else a mapping of the known members.
        """
        data: dict[str, Any] = {}
        for name in _KEYS:
            if name in _MEMBERS:
                known = {member: getattr(getattr(self, name), member) for member in _MEMBERS[name]}
                known = {member: value for member, value in known.items() if value is not None}
                if len(known) == len(_MEMBERS[name]):
                    data[name] = [member for member, value in known.items() if value]
                elif known:
                    data[name] = known
            elif getattr(self, name) is not None:
                data[name] = plain(getattr(self, name))
        return data

    def value(self, fact: str) -> Value | None:
        """Return an atomic fact's value by its dotted name, `None` where it is unknown and nothing implies it.

        Raises `KeyError` for no fact.
        """
        return self.values[FACTS[fact].code]

    def with_(self, **changes: Any) -> Self:
        """Return the case with some facts set anew (`None`: unknown again).

        Takes the keys and values of `from_dict`, and dotted names (``**{"spread.liver": True}``). A mapping for
        `spread` or `symptoms` sets the members that it names and leaves the others; a list sets them all.
        """
        merged: dict[str, Any] = {}
        for name, given in changes.items():
            group, dot, member = name.partition(".")
            dotted = bool(dot) and group in _MEMBERS
            key, value = (group, {member: given}) if dotted else (name, given)
            base = _as_mapping(key, merged.get(key, getattr(self, key))) if key in _MEMBERS else None
            if key in _MEMBERS and isinstance(value, Mapping):
                # A base that is no group at all is left, to be refused.
                merged[key] = merged[key] if base is None else {**base, **value}
            else:
                merged[key] = value
        return type(self).from_dict({**{name: getattr(self, name) for name in _KEYS}, **merged})

    def known(self) -> dict[str, Value]:
        """Return the given atomic facts by dotted name, in vocabulary order; what they imply is left out."""
        given = _read({name: getattr(self, name) for name in _KEYS})[0]
        return {name: given[name] for name in FACTS if name in given}


_KEYS: Final = tuple(field.name for field in attrs.fields(Case) if field.init)
_LINKED: Final = tuple(name for name in FACTS if any(name in group for group in LINKED))
_LINKED_ROWS: Final = scenarios(_LINKED)


@functools.cache
def _implied(linked: tuple[Value | None, ...]) -> dict[str, Value]:
    """Return what the known ones of the linked facts say of the others: each fact that has one consistent value left."""
    known = {name: one for name, one in zip(_LINKED, linked, strict=True) if one is not None}
    rows = [row for row in _LINKED_ROWS if all(row[name] == one for name, one in known.items())]
    return {name: rows[0][name] for name in _LINKED if all(row[name] == rows[0][name] for row in rows)}


def _kind(value: object) -> str:
    if value is None:
        return "null"
    for types, name in (
        (bool, "a boolean"),
        ((int, float), "a number"),
        (str, "text"),
        ((list, tuple, set, frozenset), "a list"),
        (Mapping, "an object"),
    ):
        if isinstance(value, types):
            return name
    return f"a {type(value).__name__}"


def _as_mapping(group: str, value: object) -> dict[str, Any] | None:
    """Return a group's members by name, `None` where the value is no form of the group."""
    if value is None:
        return {}
    if isinstance(value, _GROUPS[group]):
        return {member: getattr(value, member) for member in _MEMBERS[group]}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset) and all(item in _MEMBERS[group] for item in value):
        return {member: member in value for member in _MEMBERS[group]}
    return None


def _read(given: Mapping[str, Any]) -> tuple[dict[str, Value], list[Problem]]:
    """Return the known atomic facts and every problem of the values."""
    known: dict[str, Value] = {}
    problems: list[Problem] = []
    for key, value in given.items():
        if value is None:
            continue
        if key in _MEMBERS:
            _read_group(key, value, known, problems)
        elif key == "sites":
            _read_sites(value, known, problems)
        elif FACTS[key].is_boolean:
            if isinstance(value, bool):
                known[key] = value
            else:
                problems.append(Problem(key, f"takes true or false, not {_kind(value)} {shown(value)}"))
        else:
            match = [item for item in FACTS[key].values if isinstance(value, str) and value == item]
            if match:
                known[key] = match[0]
            else:
                problems.append(_no_value(key, value, FACTS[key].answers))
    return known, problems


def _name(key: object) -> str:
    return key if isinstance(key, str) else shown(key)


def _contradictions(known: Mapping[str, Value]) -> list[Problem]:
    """Return one problem for each rule that the known facts break."""
    return [
        Problem(
            " and ".join(rule.facts),
            f"{' contradicts '.join(f'{fact} {answer_name(known[fact])}' for fact in rule.facts)}: {rule.reason}",
        )
        for rule in broken_rules(known)
    ]


def _no_value(key: str, value: object, allowed: Iterable[str]) -> Problem:
    allowed = tuple(allowed)
    message = f"has no value {shown(value)}; allowed: {listed(allowed)}"
    return Problem(key, message, suggest(value, allowed) if isinstance(value, str) else f"not {_kind(value)}")


def _read_sites(value: object, known: dict[str, Value], problems: list[Problem]) -> None:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        problems.append(Problem("sites", f"takes a list from {listed(Site)}, not {_kind(value)}", 'e.g. ["head"]'))
        return
    items = list(value)
    wrong = [item for item in items if not (isinstance(item, str) and item in list(Site))]
    problems.extend(_no_value("sites", item, list(Site)) for item in wrong)
    if not wrong:
        known["sites"] = frozenset(Site(item) for item in items)


def _read_group(key: str, value: object, known: dict[str, Value], problems: list[Problem]) -> None:
    members = _MEMBERS[key]
    if isinstance(value, _GROUPS[key]):
        value = _as_mapping(key, value)
    if isinstance(value, Mapping):
        for member, state in value.items():
            if member not in members:
                problems.append(_no_member(key, member, members))
            elif isinstance(state, bool):
                known[f"{key}.{member}"] = state
            elif state is not None:
                problems.append(Problem(f"{key}.{member}", f"takes true or false, not {_kind(state)} {shown(state)}"))
    elif isinstance(value, list | tuple | set | frozenset):
        wrong = [item for item in value if not (isinstance(item, str) and item in members)]
        problems.extend(_no_member(key, item, members) for item in wrong)
        if not wrong:
            known.update({f"{key}.{member}": member in value for member in members})
    else:
        form = f"takes a list (complete) or an object (the rest unknown) of {listed(members)}, not {_kind(value)}"
        problems.append(Problem(key, form, f'e.g. ["{members[0]}"] or {{"{members[0]}": true}}'))


def _no_member(key: str, member: object, members: tuple[str, ...]) -> Problem:
    return Problem(key, f"has no member {shown(member)}; allowed: {listed(members)}", suggest(member, members))


def _field(name: str, known: Mapping[str, Value]) -> object:
    if name == "spread":
        return Spread(**{member: known.get(f"spread.{member}") for member in SPREAD_MEMBERS})  # type: ignore[arg-type]
    if name == "symptoms":
        return Symptoms(**{member: known.get(f"symptoms.{member}") for member in SYMPTOM_MEMBERS})  # type: ignore[arg-type]
    return known.get(name)

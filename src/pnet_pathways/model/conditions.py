"""Conditions on facts: a small algebra, evaluated in Kleene's three-valued logic.

`True` and `False` mean that the condition holds or fails however the unknown facts turn out to be as far as the
connectives can see; `None` means that it is open. Read from and printed to plain data (`condition_from`, `to_data`),
and printed in plain English (`describe`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, Protocol

import attrs

from .errors import (
    Problem,
    listed,
    shown,
    suggest,
)
from .facts import (
    FACTS,
    SPREAD_MEMBERS,
    SYMPTOM_MEMBERS,
    Site,
    Value,
    plain,
)

Truth = bool | None
Lookup = Callable[[str], Value | None]
"""Gives a fact's value by name, `None` where it is unknown."""

Words = Callable[[str, tuple[Value, ...]], str]
"""Gives the phrase for "this fact has one of these values"."""


class Condition(Protocol):
    """What every condition can do."""

    def evaluate(self, value_of: Lookup) -> Truth:
        """Return whether the condition holds (`None`: not known yet)."""
        ...

    def describe(self, words: Words) -> str:
        """Return the condition in plain English."""
        ...

    def atoms(self) -> Iterator[Is]:
        """Yield the single-fact conditions in it, in reading order."""
        ...

    def to_data(self) -> object:
        """Return the condition as plain data, readable by `condition_from`."""
        ...


@attrs.frozen
class Is:
    """A fact has one of some values."""

    fact: str
    values: tuple[Value, ...]

    def evaluate(self, value_of: Lookup) -> Truth:
        value = value_of(self.fact)
        return None if value is None else value in self.values

    def describe(self, words: Words) -> str:
        return words(self.fact, self.values)

    def atoms(self) -> Iterator[Is]:
        yield self

    def to_data(self) -> object:
        values = [plain(value) for value in self.values]
        return {self.fact: values[0] if len(values) == 1 else values}


@attrs.frozen
class Sites:
    """The sites of the tumors in the pancreas include any, all or none of some, or are only some of them."""

    test: Literal["any_of", "all_of", "none_of", "only"]
    sites: frozenset[Site]

    def __attrs_post_init__(self) -> None:
        if not self.sites:
            raise ValueError("a test of sites names at least one")

    @property
    def _same(self) -> Is:
        return Is("sites", tuple(value for value in FACTS["sites"].values if self._holds(value)))

    def _holds(self, value: Value) -> bool:
        if not isinstance(value, frozenset):
            return False
        if self.test == "any_of":
            return bool(value & self.sites)
        if self.test == "all_of":
            return value >= self.sites
        if self.test == "none_of":
            return not value & self.sites
        return bool(value) and value <= self.sites

    def evaluate(self, value_of: Lookup) -> Truth:
        value = value_of("sites")
        return None if value is None else self._holds(value)

    def describe(self, words: Words) -> str:
        single = tuple(frozenset({site}) for site in Site if site in self.sites)
        if self.test == "all_of":
            return words("sites", (self.sites,))
        phrase = words("sites", single)
        if self.test == "any_of":
            return phrase
        return f"{'only' if self.test == 'only' else 'not'} {f'({phrase})' if ' or ' in phrase else phrase}"

    def atoms(self) -> Iterator[Is]:
        yield self._same

    def to_data(self) -> object:
        return {"sites": {self.test: [str(site) for site in Site if site in self.sites]}}


@attrs.frozen
class AllOf:
    """Every part holds. With no part it always holds."""

    parts: tuple[Condition, ...]

    def evaluate(self, value_of: Lookup) -> Truth:
        found: Truth = True
        for part in self.parts:
            truth = part.evaluate(value_of)
            if truth is False:
                return False
            if truth is None:
                found = None
        return found

    def describe(self, words: Words) -> str:
        if not self.parts:
            return "always"
        texts = [part.describe(words) for part in self.parts]
        if len(texts) > 1:
            texts = [f"({text})" if _is_choice(part, text) else text for part, text in zip(self.parts, texts, strict=True)]
        return " and ".join(texts)

    def atoms(self) -> Iterator[Is]:
        for part in self.parts:
            yield from part.atoms()

    def to_data(self) -> object:
        return {"all": [part.to_data() for part in self.parts]} if self.parts else "always"


def _is_choice(part: Condition, text: str) -> bool:
    """Return whether a part reads as a choice, and so needs brackets within a list of parts that all hold."""
    if isinstance(part, AllOf | AnyOf) and len(part.parts) == 1:
        return _is_choice(part.parts[0], text)
    if isinstance(part, AnyOf):
        return True
    return " or " in text and (isinstance(part, Is) or (isinstance(part, Sites) and part.test == "any_of"))


@attrs.frozen
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def evaluate(self, value_of: Lookup) -> Truth:
        found: Truth = False
        for part in self.parts:
            truth = part.evaluate(value_of)
            if truth is True:
                return True
            if truth is None:
                found = None
        return found

    def describe(self, words: Words) -> str:
        texts = [f"({part.describe(words)})" if isinstance(part, AllOf) else part.describe(words) for part in self.parts]
        return " or ".join(texts)

    def atoms(self) -> Iterator[Is]:
        for part in self.parts:
            yield from part.atoms()

    def to_data(self) -> object:
        return {"any": [part.to_data() for part in self.parts]}


@attrs.frozen
class Not:
    """The part does not hold."""

    part: Condition

    def evaluate(self, value_of: Lookup) -> Truth:
        truth = self.part.evaluate(value_of)
        return None if truth is None else not truth

    def describe(self, words: Words) -> str:
        return f"not ({self.part.describe(words)})"

    def atoms(self) -> Iterator[Is]:
        yield from self.part.atoms()

    def to_data(self) -> object:
        return {"not": self.part.to_data()}


ALWAYS = AllOf(())


def facts_of(condition: Condition) -> tuple[str, ...]:
    """Return the names of the facts that a condition reads, each once, in reading order."""
    return tuple(dict.fromkeys(atom.fact for atom in condition.atoms()))


class ConditionSyntaxError(ValueError):
    """Data that is no condition; `problems` holds (path, message, suggestion) for each mistake."""

    def __init__(self, problems: list[tuple[tuple[str | int, ...], str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(Problem(".".join(map(str, path)), message, hint)) for path, message, hint in problems))


_GROUPS: Mapping[str, tuple[str, ...]] = {"spread": SPREAD_MEMBERS, "symptoms": SYMPTOM_MEMBERS}
_TESTS: tuple[Literal["any_of", "all_of", "none_of", "only"], ...] = ("any_of", "all_of", "none_of", "only")


def condition_from(data: object) -> Condition:
    """Read a condition from plain data.

    ``always``; ``{fact: value}`` or ``{fact: [values]}``, several facts in one mapping all holding;
    ``{all: [...]}``, ``{any: [...]}``, ``{not: ...}``; ``{sites: {any_of|all_of|none_of|only: [...]}}``;
    ``{spread: {any_of|all_of|none_of: [...]}}`` and the same for ``symptoms``.
    Raises `ConditionSyntaxError` with every mistake and its path.
    """
    problems: list[tuple[tuple[str | int, ...], str, str]] = []
    condition = _read(data, (), problems)
    if problems:
        raise ConditionSyntaxError(problems)
    return condition


def _read(data: object, path: tuple[str | int, ...], problems: list[tuple[tuple[str | int, ...], str, str]]) -> Condition:
    if data == "always":
        return ALWAYS
    if not isinstance(data, Mapping) or not data:
        problems.append((path, f"a condition is a mapping or 'always', not {shown(data)}", ""))
        return ALWAYS
    parts = [_read_entry(str(key), value, (*path, str(key)), problems) for key, value in data.items()]
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _read_entry(
    key: str, value: object, path: tuple[str | int, ...], problems: list[tuple[tuple[str | int, ...], str, str]]
) -> Condition:
    if key in {"all", "any"}:
        if not isinstance(value, list) or not value:
            problems.append((path, f"'{key}' takes a list of conditions", ""))
            return ALWAYS
        parts = tuple(_read(item, (*path, number), problems) for number, item in enumerate(value))
        return AllOf(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        return Not(_read(value, path, problems))
    if key in _GROUPS or (key == "sites" and isinstance(value, Mapping)):
        return _read_members(key, value, path, problems)
    if key not in FACTS:
        hint = suggest(key, [*FACTS, *_GROUPS, "all", "any", "not"])
        problems.append((path, f"unknown fact '{key}'", hint or f"facts: {listed(FACTS)}"))
        return ALWAYS
    return _read_values(key, value, path, problems)


def _read_values(
    key: str, value: object, path: tuple[str | int, ...], problems: list[tuple[tuple[str | int, ...], str, str]]
) -> Condition:
    fact = FACTS[key]
    if key == "sites":
        problems.append((path, "sites are tested with any_of, all_of, none_of or only", "e.g. sites: {any_of: [head]}"))
        return ALWAYS
    allowed = [(plain(item), item) for item in fact.values]
    chosen: list[Value] = []
    for given in value if isinstance(value, list) and value else [value]:
        # `is` on the type keeps 1 apart from true.
        match = [item for shown, item in allowed if type(shown) is type(given) and shown == given]
        if match:
            chosen.append(match[0])
        else:
            names = ["true", "false"] if fact.is_boolean else list(fact.answers)
            problems.append((path, f"'{key}' has no value {shown(given)}", suggest(given, names) or f"one of {listed(names)}"))
    return Is(key, tuple(item for item in fact.values if item in chosen))


def _read_members(
    key: str, value: object, path: tuple[str | int, ...], problems: list[tuple[tuple[str | int, ...], str, str]]
) -> Condition:
    tests = _TESTS if key == "sites" else _TESTS[:3]
    if not isinstance(value, Mapping) or len(value) != 1:
        problems.append((path, f"'{key}' takes one test: {listed(tests)}", f"e.g. {key}: {{any_of: [...]}}"))
        return ALWAYS
    ((test, given),) = value.items()
    members = tuple(Site) if key == "sites" else _GROUPS[key]
    if test not in tests:
        problems.append(((*path, str(test)), f"unknown test '{test}'", suggest(test, tests) or f"one of {listed(tests)}"))
        return ALWAYS
    if not isinstance(given, list) or not given:
        problems.append(((*path, test), f"'{test}' takes a list of members", f"from {listed(members)}"))
        return ALWAYS
    for number, member in enumerate(given):
        if member not in members:
            hint = suggest(member, members) or f"one of {listed(members)}"
            problems.append(((*path, test, number), f"'{key}' has no member {shown(member)}", hint))
    if key == "sites":
        known = frozenset(Site(member) for member in given if member in members)
        return Sites(test, known) if known else ALWAYS
    parts = tuple(Is(f"{key}.{member}", (True,)) for member in members if member in given)
    if test == "none_of":
        return Not(AnyOf(parts))
    if len(parts) == 1:
        return parts[0]
    return AllOf(parts) if test == "all_of" else AnyOf(parts)

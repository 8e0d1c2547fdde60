"""Read conditions from plain data, with every mistake and its path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from .conditions import ALWAYS, AllOf, AnyOf, Condition, Is, Not
from .errors import Problem, listed, shown, suggest
from .values import Value, plain

Path = tuple[str | int, ...]
Problems = list[tuple[Path, str, str]]

TESTS = ("any_of", "all_of", "none_of", "only")
"""How the members of a group can be tested; `only`: at least one of these, and no other."""


class Names(Protocol):
    """The facts and groups that a condition can name (a `Vocabulary`, or one that is being read)."""

    @property
    def domains(self) -> Mapping[str, tuple[Value, ...]]:
        """The values of each fact, by its dotted name."""
        ...

    @property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """The members of each group."""
        ...


class ConditionSyntaxError(ValueError):
    """Data that is not a condition; `problems` holds (path, message, suggestion) for each mistake."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        super().__init__("; ".join(str(Problem(".".join(map(str, path)), message, hint)) for path, message, hint in problems))


def condition_from(data: object, names: Names) -> Condition:
    """Read a condition from plain data.

    ``always``; ``{fact: value}`` or ``{fact: [values]}``, several facts in one mapping all holding;
    ``{all: [...]}``, ``{any: [...]}``, ``{not: ...}``; ``{group: {any_of|all_of|none_of|only: [members]}}``.
    Raises `ConditionSyntaxError` with every mistake and its path.
    """
    problems: Problems = []
    condition = _read(data, names, (), problems)
    if problems:
        raise ConditionSyntaxError(problems)
    return condition


def _read(data: object, names: Names, path: Path, problems: Problems) -> Condition:
    if data == "always":
        return ALWAYS
    if not isinstance(data, Mapping) or not data:
        problems.append((path, f"a condition is a mapping or 'always', not {shown(data)}", ""))
        return ALWAYS
    parts = [_read_entry(str(key), value, names, (*path, str(key)), problems) for key, value in data.items()]
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _read_entry(key: str, value: object, names: Names, path: Path, problems: Problems) -> Condition:
    if key in {"all", "any"}:
        if not isinstance(value, list) or not value:
            problems.append((path, f"'{key}' takes a list of conditions", ""))
            return ALWAYS
        parts = tuple(_read(item, names, (*path, number), problems) for number, item in enumerate(value))
        return AllOf(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        return Not(_read(value, names, path, problems))
    if key in names.members:
        return _read_members(key, value, names.members[key], path, problems)
    if key not in names.domains:
        hint = suggest(key, [*names.domains, *names.members, "all", "any", "not"])
        problems.append((path, f"unknown fact '{key}'", hint or f"facts: {listed(names.domains)}"))
        return ALWAYS
    return _read_values(key, value, names.domains[key], path, problems)


def _read_values(key: str, value: object, values: tuple[Value, ...], path: Path, problems: Problems) -> Condition:
    allowed = [(plain(item), item) for item in values]
    chosen: list[Value] = []
    for given in value if isinstance(value, list) and value else [value]:
        # The type keeps 1 apart from true.
        match = [item for written, item in allowed if type(written) is type(given) and written == given]
        if match:
            chosen.append(match[0])
        else:
            answers = ["true" if item is True else "false" if item is False else str(item) for item in values]
            hint = suggest(given, answers) or f"one of {listed(answers)}"
            if isinstance(given, str) and given in answers:
                problems.append(
                    (path, f"'{key}' takes {' or '.join(answers)}, not the text {shown(given)}", "leave out the quotes")
                )
                continue
            problems.append((path, f"'{key}' has no value {shown(given)}", hint))
    return Is(key, tuple(item for item in values if item in chosen))


def _read_members(key: str, value: object, members: tuple[str, ...], path: Path, problems: Problems) -> Condition:
    if not isinstance(value, Mapping) or len(value) != 1:
        example = f"e.g. {key}: {{any_of: [{listed(members[:1])}]}}"
        problems.append((path, f"'{key}' takes one test: {listed(TESTS)}", example))
        return ALWAYS
    ((test, given),) = value.items()
    if test not in TESTS:
        problems.append(((*path, str(test)), f"unknown test '{test}'", suggest(test, TESTS) or f"one of {listed(TESTS)}"))
        return ALWAYS
    if not isinstance(given, list) or not given:
        problems.append(((*path, test), f"'{test}' takes a list of members", f"from {listed(members)}"))
        return ALWAYS
    for number, member in enumerate(given):
        if member not in members:
            hint = suggest(member, members) or f"one of {listed(members)}"
            problems.append(((*path, test, number), f"'{key}' has no member {shown(member)}", hint))
    parts = tuple(Is(f"{key}.{member}", (True,)) for member in members if member in given)
    if test == "none_of":
        return Not(AnyOf(parts))
    some = parts[0] if len(parts) == 1 else AllOf(parts) if test == "all_of" else AnyOf(parts)
    others = tuple(Is(f"{key}.{member}", (True,)) for member in members if member not in given)
    return AllOf((some, Not(AnyOf(others)))) if test == "only" and others else some

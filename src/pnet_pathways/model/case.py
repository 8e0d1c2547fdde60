"""The case: what is known, each fact possibly unknown. Frozen, validated, and exact about unknown.

`None` is unknown, never no. A case says nothing about who the patient is.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Self

import attrs

from .errors import MOST_SHOWN, CaseError, InconsistentCaseError, Problem, listed, shown, suggest
from .facts import Fact, FactKind, Group
from .json_text import JsonTextError, read_json
from .records import frozen
from .values import NOT_APPLICABLE, GroupValue, Value, answer_name
from .vocabulary import Contradiction, Vocabulary


@frozen(eq=False, repr=False)
class Case:
    """What is known of one case, in the vocabulary of a document; what is left out is unknown.

    `code` numbers the atomic facts that were given, `closed` those with all that follows from them by rules.
    """

    vocabulary: Vocabulary
    code: int
    closed: int

    def __repr__(self) -> str:
        return f"{type(self).__name__}(given={dict(self.given)!r})"

    def __eq__(self, other: object) -> bool:
        """Whether the same is given in the same vocabulary; a typed case equals one that was read from data."""
        if not isinstance(other, Case):
            return NotImplemented
        return self.code == other.code and self.vocabulary == other.vocabulary

    def __hash__(self) -> int:
        return hash((self.vocabulary, self.code))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.vocabulary, dict(self.given))

    @functools.cached_property
    def given(self) -> Mapping[str, Value]:
        """The atomic facts that were given, in the vocabulary's order."""
        return MappingProxyType(self.vocabulary.codes.given(self.code))

    @functools.cached_property
    def values(self) -> tuple[Value | None, ...]:
        """Every fact in the vocabulary's order: its value where it is known or follows from what is known, else `None`."""
        return self.vocabulary.codes.values(self.closed)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], vocabulary: Vocabulary) -> Self:
        """Read a case from the JSON contract; keys left out (or null) are unknown.

        A group as a list is complete (what is not listed is known to be absent); as a mapping (``{"member": true}``) the
        members left out are unknown. Raises `CaseError` naming each wrong key, value or type with what is allowed, and
        `InconsistentCaseError` for contradictions.
        """
        codes = _vocabulary(vocabulary).codes
        code = codes.read(data)
        closed = None if code is None else codes.closed(code)
        if code is None or closed is None:
            return cls._read(data, vocabulary)
        made = object.__new__(cls)
        # Not `cls(...)`: the constructor of a typed case takes facts.
        Case.__init__(made, vocabulary, code, closed)
        return made

    @classmethod
    def _read(cls, data: Mapping[str, Any], vocabulary: Vocabulary) -> Self:
        """Read a case in any of its forms, and say all that is wrong with what is none."""
        if not isinstance(data, Mapping):
            raise CaseError([Problem("", f"a case is an object of facts, not {_kind(data)}")])
        unknown = [key for key in data if key not in vocabulary.keys]
        # To look for what each of thousands of keys may mean would take minutes, and nobody would read it.
        hints = [_hint(key, vocabulary) for key in unknown[:MOST_SHOWN]]
        if "" in hints:
            hints[hints.index("")] = f"facts: {listed(vocabulary.keys)}"
        problems = [
            Problem(_name(key), "no such fact", hint) for key, hint in itertools.zip_longest(unknown, hints, fillvalue="")
        ]
        given = _Reader(vocabulary, problems).read(data)
        contradicting = list(contradictions(vocabulary, given))
        if problems:
            raise CaseError([*problems, *contradicting])
        if contradicting:
            raise InconsistentCaseError(contradicting)
        return cls.of_consistent(vocabulary, given)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any], vocabulary: Vocabulary) -> Self:
        """Read a case from atomic facts by dotted name; what does not apply or is null is left out.

        Raises the errors of `from_dict`.
        """
        if not isinstance(facts, Mapping):
            raise CaseError([Problem("", f"facts are an object, not {_kind(facts)}")])
        names: Iterable[object] = facts
        if strange := [name for name in names if not isinstance(name, str)]:
            raise CaseError([Problem(shown(name), "no such fact", "facts are named by text") for name in strange])
        data: dict[str, Any] = {}
        for name, value in facts.items():
            if value is not None and value is not NOT_APPLICABLE:
                group, dot, member = name.partition(".")
                if dot:
                    data.setdefault(group, {})[member] = value
                else:
                    data[name] = value
        return cls.from_dict(data, vocabulary)

    @classmethod
    def of_consistent(cls, vocabulary: Vocabulary, given: Mapping[str, Value]) -> Self:
        """Return the case of some atomic facts. Raises `InconsistentCaseError` where they contradict each other."""
        code = vocabulary.codes.encode(given)
        closed = vocabulary.codes.closed(code)
        if closed is None:
            raise InconsistentCaseError(list(contradictions(vocabulary, given)))
        made = object.__new__(cls)
        Case.__init__(made, vocabulary, code, closed)
        return made

    @classmethod
    def from_json(cls, text: str, vocabulary: Vocabulary) -> Self:
        """Read a case from JSON text. Raises `CaseError` with line and column where it is not valid JSON or repeats a key."""
        return cls.from_dict(case_data(text), vocabulary)

    @classmethod
    def from_saved(cls, text: str, vocabulary: Vocabulary) -> Self:
        """Read a case from JSON text, or that under ``case`` of an object without facts, such as a saved answer.

        Raises the errors of `from_json`.
        """
        data = case_data(text)
        holds = isinstance(data, dict) and "case" in data and not any(key in vocabulary.keys for key in data)
        return cls.from_dict(data["case"] if holds else data, vocabulary)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract: given facts only, in the contract's order.

        A group is a list where every member was given, else a mapping of the given members.
        """
        return {key: data for key in self.vocabulary.keys if (data := self.data(key)) is not None}

    def data(self, key: str) -> Any:
        """Return a given fact or group as `to_dict` has it, `None` where nothing of it was given."""
        return self.vocabulary.codes.data(key, self.code)

    def to_json(self) -> str:
        """Return `to_dict` as JSON text, as `json.dumps` writes it."""
        return self.vocabulary.codes.text(self.code)

    @property
    def entry(self) -> str | None:
        """The value of the fact that leads to a pathway, `None` while it is unknown."""
        value = self.values[self.vocabulary.facts[self.vocabulary.entry].code]
        return value if isinstance(value, str) else None

    def value(self, fact: str) -> Value | None:
        """Return an atomic fact's value by its dotted name, `None` where it is unknown and nothing implies it.

        Raises `CaseError` for no fact.
        """
        try:
            return self.values[self.vocabulary.facts[fact].code]
        except (KeyError, TypeError):
            raise _no_fact(fact, self.vocabulary.facts) from None

    def answer(self, key: str) -> GroupValue | None:
        """Return the value of a fact, or the present members of a group; `None` while something of it is unknown.

        Raises `CaseError` for no fact or group.
        """
        try:
            return self.vocabulary.value_of(key, self.value)
        except (KeyError, TypeError):
            raise _no_fact(key, self.vocabulary.keys) from None

    def with_(self, **changes: Any) -> Self:
        """Return the case with some facts set anew (`None`: unknown again).

        Takes the keys and values of `from_dict`, and dotted names (``**{"group.member": True}``). A mapping for a group sets
        the members that it names and leaves the others; a list sets them all.
        """
        merged: dict[str, Any] = {}
        groups = self.vocabulary.groups
        for name, changed in changes.items():
            key, dot, member = name.partition(".")
            key, value = (key, {member: changed}) if dot and key in groups else (name, changed)
            if key in groups and isinstance(value, Mapping):
                base = _as_mapping(groups[key], merged[key] if key in merged else self.data(key))
                # A base that is no form of the group is left, to be refused.
                merged[key] = merged[key] if base is None else {**base, **value}
            else:
                merged[key] = value
        return self.from_dict({**self.to_dict(), **merged}, self.vocabulary)

    def known(self) -> dict[str, Value]:
        """Return the given atomic facts by dotted name, in vocabulary order; what they imply is left out."""
        return dict(self.given)


def _again(kind: type[Case], vocabulary: Vocabulary, given: Mapping[str, Value]) -> Case:
    """Return a case of one kind that was copied or sent from another process."""
    return kind.of_consistent(vocabulary, given)


def case_data(text: str) -> Any:
    """Return the data of a case's JSON text. Raises `CaseError` where it is not valid JSON or repeats a key."""
    try:
        return read_json(text)
    except JsonTextError as error:
        raise CaseError([error.problem]) from None


_KINDS: Final[tuple[tuple[Any, str], ...]] = (
    (bool, "a boolean"),
    ((int, float), "a number"),
    (str, "text"),
    ((list, tuple, set, frozenset), "a list"),
    (Mapping, "an object"),
)


def _vocabulary(given: object) -> Vocabulary:
    """Return a vocabulary that a caller gave. Raises `CaseError` for anything else."""
    if not isinstance(given, Vocabulary):
        raise CaseError([Problem("vocabulary", f"takes that of definitions, not {shown(given)}", "load_pathways().vocabulary")])
    return given


def _no_fact(name: object, known: Collection[str]) -> CaseError:
    return CaseError([Problem(_name(name), "no such fact", suggest(name, known) or f"facts: {listed(known)}")])


def _name(key: object) -> str:
    return key if isinstance(key, str) else shown(key)


def _hint(key: object, vocabulary: Vocabulary) -> str:
    """Return what a key that is no fact may mean, or an empty string."""
    group, dot, member = (key if isinstance(key, str) else "").partition(".")
    if dot and isinstance(key, str) and key in vocabulary.facts:
        return f'a member stands in its group: {{"{group}": {{"{member}": ...}}}}'
    return suggest(key, vocabulary.keys)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return next((name for types, name in _KINDS if isinstance(value, types)), f"a {type(value).__name__}")


def contradictions(vocabulary: Vocabulary, known: Mapping[str, Value]) -> Iterator[Problem]:
    """Yield in words why atomic facts, each with a value of its own, cannot hold together; nothing if they can."""
    for found in vocabulary.contradictions(known):
        names, texts = zip(*_said(vocabulary, found, known), strict=True)
        *others, last = texts
        verb = "contradict" if others[1:] else "contradicts"
        said = f"{' and '.join(others)} {verb} {last}" if others else last
        yield Problem(" and ".join(names), f"{said}: {'; '.join(found.reasons)}")


def _said(vocabulary: Vocabulary, found: Contradiction, known: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Yield each contradicting fact with its value, a whole group as one."""
    for key in dict.fromkeys(vocabulary.key_of(name) for name in found.facts):
        group = vocabulary.groups.get(key)
        named = [name for name in found.facts if vocabulary.key_of(name) == key]
        if group is not None and len(named) == len(group.members):
            present = frozenset(member for member in group.members if known[f"{key}.{member}"] is True)
            yield key, f"{key} {group.answer(present)}"
        else:
            yield from ((name, f"{name} {answer_name(known[name])}") for name in named)


def _as_mapping(group: Group, value: object) -> dict[str, Any] | None:
    """Return a group's members by name, `None` where the value is no form of the group."""
    if value is None:
        return {}
    kind: type[object] = type(value)
    if attrs.has(kind):
        alike = set(attrs.fields_dict(kind)) == set(group.members)
        return {member: getattr(value, member) for member in group.members} if alike else None
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset) and all(item in group.members for item in value):
        return {member: member in value for member in group.members}
    return None


@frozen
class _Reader:
    """Reads the values of a case, and records every problem with them."""

    vocabulary: Vocabulary
    problems: list[Problem]

    def read(self, data: Mapping[str, Any]) -> dict[str, Value]:
        """Return the known atomic facts in the vocabulary's order."""
        known: dict[str, Value] = {}
        for key, value in data.items():
            if value is None or key not in self.vocabulary.keys:
                continue
            if key in self.vocabulary.groups:
                self._group(self.vocabulary.groups[key], value, known)
            else:
                self._fact(self.vocabulary.facts[key], value, known)
        return {name: known[name] for name in self.vocabulary.facts if name in known}

    def _problem(self, key: str, message: str, suggestion: str = "") -> None:
        self.problems.append(Problem(key, message, suggestion))

    def _fact(self, fact: Fact, value: object, known: dict[str, Value]) -> None:
        if fact.is_boolean:
            self._boolean(fact.name, value, known)
            return
        if fact.kind is FactKind.BANDS and isinstance(value, int | float) and not isinstance(value, bool):
            try:
                known[fact.name] = fact.band_of(value)
            except ValueError as error:
                self._problem(fact.name, str(error))
            return
        match = [item for item in fact.values if isinstance(value, str) and value == item]
        if match:
            known[fact.name] = match[0]
            return
        allowed = listed(fact.answers)
        if fact.kind is FactKind.BANDS:
            allowed = f"a number{f' in {fact.unit}' if fact.unit else ''}, or {allowed}"
        hint = suggest(value, fact.answers) if isinstance(value, str) else f"not {_kind(value)}"
        self._problem(fact.name, f"has no value {shown(value)}; allowed: {allowed}", hint)

    def _boolean(self, name: str, value: object, known: dict[str, Value]) -> None:
        if isinstance(value, bool):
            known[name] = value
        elif value is not None:
            self._problem(name, f"takes true or false, not {_kind(value)} {shown(value)}")

    def _group(self, group: Group, value: object, known: dict[str, Value]) -> None:
        if attrs.has(type(value)):
            mapping = _as_mapping(group, value)
            value = value if mapping is None else mapping
        if isinstance(value, Mapping):
            for member, state in value.items():
                if member in group.members:
                    self._boolean(f"{group.name}.{member}", state, known)
                else:
                    self._no_member(group, member)
        elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
            value = list(value)
            wrong = [item for item in value if not (isinstance(item, str) and item in group.members)]
            for item in wrong:
                self._no_member(group, item)
            twice = [member for member in group.members if value.count(member) > 1]
            for member in twice:
                self._problem(group.name, f"names {member} more than once", "name it once")
            if not wrong and not twice:
                known.update({f"{group.name}.{member}": member in value for member in group.members})
        else:
            form = f"takes a list (complete) or an object (the rest unknown) of {listed(group.members)}, not {_kind(value)}"
            self._problem(group.name, form, f'e.g. ["{group.members[0]}"] or {{"{group.members[0]}": true}}')

    def _no_member(self, group: Group, member: object) -> None:
        message = f"has no member {shown(member)}; allowed: {listed(group.members)}"
        self._problem(group.name, message, suggest(member, group.members))

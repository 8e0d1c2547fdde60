"""Conditions on facts: a small algebra, evaluated in Kleene's three-valued logic.

`True` and `False` mean that the condition holds or fails however the unknown facts turn out to be as far as the
connectives can see; `None` means that it is open. Printed to plain data (`to_data`, read again by
`condition_data.condition_from`) and in plain English (`describe`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from .records import frozen
from .values import Value, plain

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
        """Return the condition as plain data, readable by `condition_data.condition_from`."""
        ...


@frozen
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


@frozen
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
    return " or " in text and isinstance(part, Is)


@frozen
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


@frozen
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

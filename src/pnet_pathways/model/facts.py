"""The facts of a document with their finite domains and wording, and the rules that tie them together.

A fact is atomic; a group is several yes/no facts under one question, its members written ``group.member``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum

from .conditions import ALWAYS, AllOf, Condition, Is, Not, facts_of
from .records import frozen
from .values import NOT_APPLICABLE, Value, answer_name

Scenario = Mapping[str, Value]
"""A complete assignment of some facts (each with a value of its domain)."""

NONE = "none"
"""The answer to a group's question that names no member."""

ANY = "any"
"""The answer in a graph that stands for every set of at least one member."""


class FactKind(StrEnum):
    """How a fact is answered; a member of a group is a `yes_no`."""

    YES_NO = "yes_no"
    ONE_OF = "one_of"
    BANDS = "bands"


@frozen
class AnswerText:
    """An answer in words: a `label`, a `phrase` that fits into a sentence, and the `short` word of scenario ids."""

    label: str
    phrase: str
    short: str


@frozen
class Fact:
    """One atomic fact with its finite domain.

    `name` is the dotted name, `values` every value in the order they are asked and printed, `code` the fact's position in
    the vocabulary. Where `applies_when` does not hold the fact has the value `otherwise`: a value that it is forced to
    have, or `NOT_APPLICABLE`. `limits` are the upper bounds (exclusive) of a number's bands but the last; `unit` is theirs.
    """

    name: str
    kind: FactKind
    values: tuple[Value, ...]
    code: int
    question: str
    help: str
    label: str
    texts: Mapping[str, AnswerText]
    group: str = ""
    applies_when: Condition = ALWAYS
    otherwise: Value = NOT_APPLICABLE
    limits: tuple[float, ...] = ()
    unit: str = ""

    @property
    def is_boolean(self) -> bool:
        """Whether the fact is answered yes or no."""
        return self.kind is FactKind.YES_NO

    @property
    def may_not_apply(self) -> bool:
        """Whether the fact has no value where it does not apply."""
        return self.applies_when != ALWAYS and self.otherwise is NOT_APPLICABLE

    @property
    def domain(self) -> tuple[Value, ...]:
        """Every value that a complete scenario can hold, `NOT_APPLICABLE` included where it can occur."""
        return (*self.values, NOT_APPLICABLE) if self.may_not_apply else self.values

    @property
    def answers(self) -> tuple[str, ...]:
        """The answer to the fact's question for each of its values, in the same order."""
        return tuple(answer_name(value) for value in self.values)

    def value_of(self, answer: str) -> Value:
        """Return the value that an answer such as ``yes`` or ``large`` stands for.

        Raises `KeyError` when the fact has no such answer.
        """
        return dict(zip(self.answers, self.values, strict=True))[answer]

    def band_of(self, number: float) -> Value:
        """Return the band that a number falls into. Raises `ValueError` for one that is not finite."""
        if not -math.inf < number < math.inf:
            raise ValueError("the number is not finite")
        return self.values[sum(number >= limit for limit in self.limits)]

    def band(self, answer: str) -> str:
        """Return the numbers of a band in words, such as ``70 to below 90 °C``. Raises `KeyError` for no such band."""
        place = self.values.index(self.value_of(answer))
        bounds = [f"{limit:g}" for limit in self.limits]
        unit = f" {self.unit}" if self.unit else ""
        if place == 0:
            return f"below {bounds[0]}{unit}"
        return (
            f"{bounds[place - 1]}{unit} or more"
            if place == len(bounds)
            else f"{bounds[place - 1]} to below {bounds[place]}{unit}"
        )


@frozen
class Group:
    """Several yes/no facts under one question; `members` are the names within the group, `none` says that none holds.

    Where `none` has a `short` word, the id of a scenario names the whole group in one word.
    """

    name: str
    members: tuple[str, ...]
    question: str
    help: str
    label: str
    none: AnswerText

    @property
    def facts(self) -> tuple[str, ...]:
        """The dotted names of the members."""
        return tuple(f"{self.name}.{member}" for member in self.members)

    @property
    def named_facts(self) -> tuple[tuple[str, str], ...]:
        """Each member with its dotted name."""
        return tuple(zip(self.members, self.facts, strict=True))

    def answer(self, present: frozenset[str]) -> str:
        """Return the answer that names exactly some members: ``head and tail``, or ``none``."""
        return " and ".join(member for member in self.members if member in present) or NONE

    def members_of(self, answer: str) -> frozenset[str]:
        """Return the members that an answer names. Raises `KeyError` for no answer."""
        if answer == NONE:
            return frozenset()
        named = answer.split(" and ")
        if not set(named) <= set(self.members) or len(set(named)) < len(named):
            raise KeyError(answer)
        return frozenset(named)

    @property
    def combinations(self) -> tuple[frozenset[str], ...]:
        """Every set of members, the empty one first, then by how many and in the members' order."""
        numbers = sorted(range(1 << len(self.members)), key=lambda mask: (mask.bit_count(), self._order(mask)))
        return tuple(frozenset(name for bit, name in enumerate(self.members) if mask >> bit & 1) for mask in numbers)

    def _order(self, mask: int) -> tuple[int, ...]:
        return tuple(bit for bit in range(len(self.members)) if mask >> bit & 1)


@frozen
class Rule:
    """A condition that may never hold, with the reason that is shown where it would.

    `about` are the facts that it ties together, in the order in which they are named.
    """

    never: Condition
    because: str
    about: tuple[str, ...]

    def broken_by(self, known: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the fewest known facts that break it, in the order in which it names them; none where it is not broken."""
        facts = {name: known[name] for name in self.about if name in known}
        if self.never.evaluate(facts.get) is not True:
            return ()
        for name in reversed(list(facts)):
            fewer = {key: value for key, value in facts.items() if key != name}
            if self.never.evaluate(fewer.get) is True:
                facts = fewer
        return tuple(facts)


def applicability_rules(fact: Fact, because: str) -> tuple[Rule, ...]:
    """Return the rules that a fact which does not always apply brings with it."""
    about = tuple(dict.fromkeys((*facts_of(fact.applies_when), fact.name)))
    if fact.otherwise is NOT_APPLICABLE:
        absent = Is(fact.name, (NOT_APPLICABLE,))
        return (
            Rule(AllOf((Not(fact.applies_when), Is(fact.name, fact.values))), because, about),
            Rule(AllOf((fact.applies_when, absent)), because, about),
        )
    others = Is(fact.name, tuple(value for value in fact.values if value != fact.otherwise))
    return (Rule(AllOf((Not(fact.applies_when), others)), because, about),)

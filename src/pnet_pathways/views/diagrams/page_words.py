"""Conditions in few words, for the rows of a page: what all alternatives have in common is said once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ...model.conditions import AllOf, AnyOf, Condition, Is, facts_of
from ...model.facts import Fact
from ...model.pathway import Definitions
from ...model.reference import AnswerTrack
from ...model.values import NOT_APPLICABLE, Value, answer_name
from ...model.wording import enumerated
from ...proof.scenarios.boxes import Box

_Said = tuple[tuple[str, ...], str, bool]
"""The facts of which something is said, the words, and whether they say that something is not so."""

_LEAST_TAIL = 2
"""How many words two texts must end with alike to say them once."""


@attrs.frozen
class PageWords:
    """The words of conditions within a band, whose title stands beside them and is not said again."""

    definitions: Definitions
    band: AnswerTrack

    def parts(self, condition: Condition) -> list[str]:
        """Return the parts of a condition, findings that are there before those that are not; none where it always holds."""
        return self._ordered([(facts_of(part), self._described(part), _denies(part)) for part in _flat(condition)])

    def box(self, box: Box) -> list[str]:
        """Return the findings of a box like the parts of a condition; a group all of whose members it settles is one."""
        left, said = dict(box.values), list[_Said]()
        for group in self.definitions.vocabulary.groups.values():
            found = [name for name in group.facts if left.get(name) == (True,)]
            if found and all(name in left and len(left[name]) == 1 for name in group.facts):
                texts = [self._phrase(name, True) for name in found]
                said.append((group.facts, f"{_joined(texts, 'and')} only", False))
                for name in group.facts:
                    del left[name]
        said.extend(((name,), self._values(name, values), values == (False,)) for name, values in left.items())
        return self._ordered(said)

    def _ordered(self, said: Sequence[_Said]) -> list[str]:
        """Return words in the order of asking, but first what is there, then what is not, last what the band is for anyway."""
        order = list(self.definitions.vocabulary.facts)
        implied = () if self.band.gap_when is None else facts_of(self.band.gap_when)

        def rank(one: _Said) -> tuple[bool, bool, int]:
            facts, words, denied = one
            negative = denied or words.startswith(("no ", "not "))
            return negative and facts[0] in implied, negative, min(map(order.index, facts))

        return [words for _, words, _ in sorted(said, key=rank)]

    def _described(self, condition: Condition) -> str:
        if isinstance(condition, Is):
            return self._values(condition.fact, condition.values)
        if isinstance(condition, AnyOf):
            texts = [self._described(part) for part in condition.parts]
            return ", or ".join(texts) if any(" or " in text for text in texts) else _joined(texts, "or")
        if isinstance(condition, AllOf):
            return " and ".join(map(self._described, condition.parts))
        return condition.describe(self._values)

    def _values(self, name: str, values: Sequence[Value]) -> str:
        fact = self.definitions.vocabulary.facts[name]
        told = [value for value in values if value is not NOT_APPLICABLE]
        others = [value for value in fact.values if value not in told]
        if len(others) == 1 and len(told) > len(fact.values) / 2 and len(told) > 1:
            plain = self._phrase(name, others[0])
            if not plain.startswith(("no ", "not ")):
                return f"not {plain}"
        return _joined([self._phrase(name, value) for value in told], "or")

    def _phrase(self, name: str, value: Value) -> str:
        fact: Fact = self.definitions.vocabulary.facts[name]
        said, title = fact.texts[answer_name(value)].phrase, self.band.title.lower()
        return said[len(title) + 1 :] if said.lower().startswith(f"{title} ") else said


def _flat(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _flat(part)
    else:
        yield condition


def _denies(condition: Condition) -> bool:
    return all(atom.values == (False,) for atom in condition.atoms())


def _joined(texts: Sequence[str], word: str) -> str:
    """Return texts as a list; the words that all begin with, or end with, are said once: "in the head or tail"."""
    split = [text.split(" ") for text in texts]
    if len(split) > 1:
        head, tail = _shared(split), 0
        if not head:
            tail = _shared([parts[::-1] for parts in split])
            tail = tail if tail >= _LEAST_TAIL else 0
        split = [
            parts[head if number else 0 : len(parts) - (tail if number < len(split) - 1 else 0)]
            for number, parts in enumerate(split)
        ]
    return enumerated([" ".join(parts) for parts in split], word)


def _shared(split: Sequence[Sequence[str]]) -> int:
    """Return how many words all begin with, at most so many that something is left of each."""
    count = 0
    while all(len(parts) > count + 1 for parts in split) and len({parts[count] for parts in split}) == 1:
        count += 1
    return count

"""The claim about contradictions: a case is refused exactly when nothing completes it, and knows what follows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any, Final

import attrs

from ...model.case import Case
from ...model.claims import ClaimId
from ...model.errors import InconsistentCaseError
from ...model.values import Value
from ...model.vocabulary import Vocabulary
from .claims import Failure, Ledger
from .closures import Given, closed, known_count, ties
from .space import Space, case_data

MAX_COMBINATIONS: Final = 50_000
"""The most combinations of facts that rules tie together of which each is read as a case."""

FACTS_AT_ONCE: Final = 3
"""Where there are more, how many of the facts are combined in every way."""

Read = Callable[[dict[str, Any], Vocabulary], Case]


def examine_contradictions(vocabulary: Vocabulary, ledger: Ledger, read: Read = Case.from_dict) -> None:
    """Try combinations of values of facts that rules tie together: refused exactly where nothing completes it.

    Rules never tie facts of different closures, so each closure is tried alone: every combination of a small one; of a large
    one every combination of up to three facts, one case for each set of rows that any leaves open, and, for each of these
    and each further value, whether the vocabulary calls it consistent. Of each mistake the smallest case is told.
    """
    for names in sorted({closed(vocabulary, names) for names in ties(vocabulary) if len(names) > 1}):
        _Tried(vocabulary, Space.over(vocabulary, names), read, ledger).all()


@attrs.define
class _Tried:
    """Facts that rules tie together; `mistakes` hold for each kind how many facts its smallest case knows, and what it is."""

    vocabulary: Vocabulary
    space: Space
    read: Read
    ledger: Ledger
    mistakes: dict[object, tuple[int, Failure]] = attrs.field(factory=dict)

    def all(self) -> None:
        """Try every case that is to be tried."""
        domains = [self.vocabulary.facts[name].values for name in self.space.names]
        small = prod(len(values) + 1 for values in domains) <= MAX_COMBINATIONS
        for given in itertools.product(*((None, *values) for values in domains)) if small else self._some(domains):
            self.ledger.count(ClaimId.CONTRADICTIONS, "partial_cases")
            self._try(given)
        if not small:
            for given, _ in self.space.cases():
                self._further(given)
        for _, failure in self.mistakes.values():
            self.ledger.fail(ClaimId.CONTRADICTIONS, failure)

    def _some(self, domains: Sequence[tuple[Value, ...]]) -> Iterator[Given]:
        """Yield every combination of up to three facts, and a case for each set of rows that any leaves open."""
        for count in range(FACTS_AT_ONCE + 1):
            for chosen in itertools.combinations(range(len(domains)), count):
                yield from itertools.product(*(values if at in chosen else (None,) for at, values in enumerate(domains)))
        yield from (given for given, _ in self.space.cases() if known_count(given) > FACTS_AT_ONCE)

    def _try(self, given: Given) -> None:
        mask = self.space.completions(given)
        try:
            case = self.read(case_data(self.vocabulary, self.space.names, given), self.vocabulary)
        except InconsistentCaseError as error:
            self.ledger.count(ClaimId.CONTRADICTIONS, "contradictions")
            if mask:
                self._wrong("refused", given, f"refused although a completion exists: {error}")
            return
        if not mask:
            self._wrong("accepted", given, "accepted although no completion exists")
            return
        for name, literal in zip(self.space.facts, self.space.literals, strict=True):
            follows = next((value for value, rows in literal.items() if not mask & ~rows), None)
            if case.value(name) != follows:
                message = f"{name} is taken for {case.value(name)}, and what is given says {follows}"
                self._wrong((name, follows), given, message)

    def _further(self, given: Given) -> None:
        """Compare what the vocabulary calls consistent with each further value."""
        known = {name: one for name, one in zip(self.space.names, given, strict=True) if one is not None}
        (closure,) = self.space.closures
        left = closure.left(given)
        tried = 0
        for place, name in enumerate(self.space.names):
            if given[place] is None:
                for value in self.vocabulary.facts[name].values:
                    tried += 1
                    if self.vocabulary.consistent({**known, name: value}) is not bool(left & closure.literals[name, value]):
                        more = (*given[:place], value, *given[place + 1 :])
                        self._wrong("further", more, "not called consistent as its completions say")
        self.ledger.count(ClaimId.CONTRADICTIONS, "partial_cases", tried)

    def _wrong(self, mistake: object, given: Given, message: str) -> None:
        count = known_count(given)
        if mistake not in self.mistakes or count < self.mistakes[mistake][0]:
            case = case_data(self.vocabulary, self.space.names, given)
            self.mistakes[mistake] = count, Failure("facts", message, case)

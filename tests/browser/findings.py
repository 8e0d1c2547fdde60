"""Findings as the report page has them: each fact's name with its answer, as in the page's address."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pnet_pathways import Case, InconsistentCaseError
from pnet_pathways.model.facts import (
    FACTS,
    LINKED,
    NOT_APPLICABLE,
    TumorType,
    answer_name,
    plain,
    scenarios,
)

Findings = Mapping[str, str]

_LINKED_ROWS: Final = [scenarios(group) for group in LINKED]
_FREE: Final = [name for name in FACTS if name != "tumor_type" and not any(name in group for group in LINKED)]


def findings_of(case: Case) -> dict[str, str]:
    """Return what a case gives."""
    return {name: answer_name(value) for name, value in case.known().items()}


def case_of(findings: Findings) -> Case:
    """Return the case of some findings. Raises `InconsistentCaseError` where they contradict each other."""
    given: dict[str, Any] = {name: plain(FACTS[name].value_of(answer)) for name, answer in findings.items()}
    return Case().with_(**given)


def case_or_error(findings: Findings) -> Case | InconsistentCaseError:
    """Return the case of some findings, or the error of findings that contradict each other."""
    try:
        return case_of(findings)
    except InconsistentCaseError as error:
        return error


def every_partial(facts: Iterable[str], tumor_type: str | None = None) -> Iterator[dict[str, str]]:
    """Yield every way to give some facts a value or leave them unknown, contradictory ones too."""
    names = list(facts)
    own = {} if tumor_type is None else {"tumor_type": tumor_type}
    for answers in itertools.product(*((None, *FACTS[name].answers) for name in names)):
        yield {**own, **{name: answer for name, answer in zip(names, answers, strict=True) if answer is not None}}


def drawn(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Yield findings of every type and of none: of a total case, some of one, and any at all, which may contradict."""
    draw = random.Random(seed)  # noqa: S311
    for number in range(count):
        kept = (1.0, 0.3, 0.6, 0.8)[number % 4]
        kind = draw.choice([None, *TumorType])
        if number % 8 == 7:
            given = {name: draw.choice(fact.answers) for name, fact in FACTS.items() if name != "tumor_type"}
        else:
            linked = {name: value for rows in _LINKED_ROWS for name, value in draw.choice(rows).items()}
            values = {**linked, **{name: draw.choice(FACTS[name].values) for name in _FREE}}
            given = {name: answer_name(value) for name, value in values.items() if value is not NOT_APPLICABLE}
        some = {name: given[name] for name in FACTS if name in given and draw.random() < kept}
        yield some if kind is None else {"tumor_type": str(kind), **some}

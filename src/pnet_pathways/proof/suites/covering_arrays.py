"""Covering arrays by `covertable` (the extra ``suites``): few scenarios in which every two or three facts meet in every way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...model.errors import SuiteError
from ...model.facts import Rule
from ...model.values import Value
from ..scenarios.space import ScenarioSpace


def covering_array(space: ScenarioSpace, strength: int, salt: str = "") -> list[dict[str, Value]]:
    """Return scenarios meant to contain every combination of `strength` facts' values; `salt` varies the order of search.

    What comes back is checked to be scenarios, and what they lack is for the caller to see.
    Raises `SuiteError` where covertable is not installed.
    """
    try:
        from covertable import make
    except ImportError:
        raise SuiteError("pairs and triples need covertable: pip install 'pnet-pathways[suites]'") from None
    # Plain names and numbers: covertable reads a dot in a name as access to a part.
    names = {fact: f"f{place}" for place, fact in enumerate(space.facts)}
    values = {fact: space.values_of(fact) for fact in space.facts}
    factors = {names[fact]: list(range(len(values[fact]))) for fact in space.facts}
    rules = [rule for rule in space.definitions.vocabulary.rules if set(rule.about) <= names.keys()]
    constraints = [_constraint(rule, names, values) for rule in rules]
    made: list[dict[str, int]] = make(factors, strength=strength, salt=salt, constraints=constraints)
    rows = [{fact: values[fact][row[name]] for fact, name in names.items()} for row in made]
    return [row for row in rows if space.definitions.vocabulary.consistent(row)]


def _constraint(rule: Rule, names: Mapping[str, str], values: Mapping[str, tuple[Value, ...]]) -> dict[str, Any]:
    def allowed(row: Mapping[str, int]) -> bool:
        return not rule.never.evaluate(lambda fact: values[fact][row[names[fact]]])

    evaluate: Callable[[Mapping[str, int]], bool] = allowed
    return {"operator": "fn", "requires": [names[fact] for fact in rule.about], "evaluate": evaluate}

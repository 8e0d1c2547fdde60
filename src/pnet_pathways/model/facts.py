"""The vocabulary: every fact a case can hold, its finite domain, and which facts contradict each other.

A fact is atomic: `spread` and `symptoms` are one fact per member, written ``spread.liver``. Wording for people (questions,
help, phrases) is data in ``facts.yaml``; here is only what a computer must know.
Implements the case contract; the summary's section is "Stages of Pancreatic Neuroendocrine Tumors" (what treatment is
based on).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, StrEnum
from typing import Final

import attrs


class TumorType(StrEnum):
    """Which tumor it is."""

    GASTRINOMA = "gastrinoma"
    INSULINOMA = "insulinoma"
    GLUCAGONOMA = "glucagonoma"
    VIPOMA = "vipoma"
    SOMATOSTATINOMA = "somatostatinoma"
    OTHER = "other"
    NONFUNCTIONAL = "nonfunctional"
    ACTH_PRODUCING = "acth_producing"
    EXOCRINE = "exocrine"


class Course(StrEnum):
    """Just diagnosed, growing during treatment, or come back."""

    NEW = "new"
    PROGRESSIVE = "progressive"
    RECURRENT = "recurrent"


class PancreaticTumors(StrEnum):
    """How many tumors were found in the pancreas."""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"


class Site(StrEnum):
    """A part of the pancreas."""

    HEAD = "head"
    BODY = "body"
    TAIL = "tail"


class Size(StrEnum):
    """The clinician's judgement of a single tumor's size; the summary gives no measure."""

    SMALL = "small"
    LARGE = "large"


class NotApplicable(Enum):
    """The value of a fact that cannot apply (the size, unless there is exactly one tumor in the pancreas)."""

    NOT_APPLICABLE = "does not apply"


NOT_APPLICABLE: Final = NotApplicable.NOT_APPLICABLE

Value = bool | StrEnum | frozenset[Site] | NotApplicable

SITE_SETS: Final[tuple[frozenset[Site], ...]] = tuple(
    frozenset(chosen) for count in range(4) for chosen in itertools.combinations(Site, count)
)


@attrs.frozen
class Fact:
    """One atomic fact with its finite domain.

    `name` is the dotted name, `values` every value in the order they are asked and printed, `code` its position in
    `FACTS`. `may_not_apply` is true for the one fact (the size) whose value can be `NOT_APPLICABLE`.
    """

    name: str
    values: tuple[Value, ...]
    code: int
    may_not_apply: bool = False

    @property
    def is_boolean(self) -> bool:
        """Whether the fact is answered yes or no."""
        return self.values == (True, False)

    @property
    def domain(self) -> tuple[Value, ...]:
        """Every value a complete scenario can hold, `NOT_APPLICABLE` included where it can occur."""
        return (*self.values, NOT_APPLICABLE) if self.may_not_apply else self.values

    @property
    def answers(self) -> tuple[str, ...]:
        """The answer to the fact's question for each of its values, in the same order."""
        return tuple(answer_name(value) for value in self.values)

    def value_of(self, answer: str) -> Value:
        """Return the value that an answer such as ``yes``, ``head and tail`` or ``large`` stands for.

        Raises `KeyError` when the fact has no such answer.
        """
        return dict(zip(self.answers, self.values, strict=True))[answer]


def answer_name(value: Value) -> str:
    """Return the answer that stands for a value: ``yes``, ``small``, ``head and tail``, ``nowhere``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return " and ".join(site for site in Site if site in value) or "nowhere"
    return str(value.value)


def plain(value: Value) -> object:
    """Return a value as JSON holds it: a boolean, a string, a list of sites, or null where it does not apply."""
    if isinstance(value, bool):
        return value
    if isinstance(value, frozenset):
        return [str(site) for site in Site if site in value]
    return None if isinstance(value, NotApplicable) else str(value)


SPREAD_MEMBERS: Final = ("lymph_nodes", "liver", "other")
SYMPTOM_MEMBERS: Final = ("excess_stomach_acid", "stomach_ulcers", "diarrhea", "low_blood_sugar", "high_blood_sugar")

_YES_NO: Final = (True, False)
_DOMAINS: Final[Mapping[str, tuple[Value, ...]]] = {
    "tumor_type": tuple(TumorType),
    "course": tuple(Course),
    "pancreatic_tumors": tuple(PancreaticTumors),
    "sites": SITE_SETS,
    "duodenal_tumors": _YES_NO,
    "size": tuple(Size),
    "resectable": _YES_NO,
    "residual_after_surgery": _YES_NO,
    "refractory": _YES_NO,
    **{f"spread.{member}": _YES_NO for member in SPREAD_MEMBERS},
    "mostly_liver": _YES_NO,
    "severe_symptoms": _YES_NO,
    **{f"symptoms.{member}": _YES_NO for member in SYMPTOM_MEMBERS},
}

FACTS: Final[Mapping[str, Fact]] = {
    name: Fact(name, values, code, may_not_apply=name == "size") for code, (name, values) in enumerate(_DOMAINS.items())
}
"""Every atomic fact by name, in the order of the case contract."""


@attrs.frozen
class Rule:
    """A rule that two known facts must keep, with the reason shown when they do not."""

    facts: tuple[str, str]
    reason: str
    allows: Callable[[Value, Value], bool]


def _one_site(tumors: Value, sites: Value) -> bool:
    return tumors != PancreaticTumors.ONE or (isinstance(sites, frozenset) and len(sites) == 1)


def _no_site(tumors: Value, sites: Value) -> bool:
    return tumors != PancreaticTumors.NONE or sites == frozenset()


def _some_site(tumors: Value, sites: Value) -> bool:
    return tumors != PancreaticTumors.SEVERAL or sites != frozenset()


def _size_of_one(tumors: Value, size: Value) -> bool:
    return (tumors == PancreaticTumors.ONE) == (size is not NOT_APPLICABLE)


def _size_at_one_site(size: Value, sites: Value) -> bool:
    return size is NOT_APPLICABLE or (isinstance(sites, frozenset) and len(sites) == 1)


def _liver_spread(mostly: Value, liver: Value) -> bool:
    return liver is True or mostly is False


RULES: Final[tuple[Rule, ...]] = (
    Rule(("pancreatic_tumors", "sites"), "one tumor in the pancreas has exactly one site", _one_site),
    Rule(("pancreatic_tumors", "sites"), "where no tumor was found in the pancreas there is no site", _no_site),
    Rule(("pancreatic_tumors", "sites"), "several tumors in the pancreas have at least one site", _some_site),
    Rule(("pancreatic_tumors", "size"), "the size is that of a single tumor in the pancreas", _size_of_one),
    Rule(("size", "sites"), "the size is that of a single tumor, which has exactly one site", _size_at_one_site),
    Rule(("mostly_liver", "spread.liver"), "cancer that mostly affects the liver has spread to the liver", _liver_spread),
)
"""What the facts of one case must keep. Any case that keeps them pairwise has a consistent completion: the tests prove it."""

LINKED: Final[tuple[frozenset[str], ...]] = (
    frozenset({"pancreatic_tumors", "sites", "size"}),
    frozenset({"spread.liver", "mostly_liver"}),
)
"""The groups of facts that a rule ties together, transitively; facts of different groups never constrain each other."""

DEPENDENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "pancreatic_tumors": ("sites", "size"),
    "spread.liver": ("mostly_liver",),
}
"""Facts that apply only under some values of the key, so that a change of the key may take them away."""

Scenario = Mapping[str, Value]
"""A complete assignment of some facts (each with a value of its domain)."""


def applies(fact: str, scenario: Scenario) -> bool:
    """Return whether a fact can apply at all in a scenario that holds the fact it depends on."""
    if fact == "size":
        return scenario["pancreatic_tumors"] == PancreaticTumors.ONE
    if fact == "sites":
        return scenario["pancreatic_tumors"] != PancreaticTumors.NONE
    if fact == "mostly_liver":
        return scenario["spread.liver"] is True
    return True


def linked(facts: Iterable[str]) -> tuple[str, ...]:
    """Return the facts with all those that rules tie to them, in vocabulary order."""
    wanted = set(facts)
    for group in LINKED:
        if wanted & group:
            wanted |= group
    return tuple(name for name in FACTS if name in wanted)


def broken_rules(values: Mapping[str, Value]) -> list[Rule]:
    """Return the rules that known values (any subset of the facts) break; empty when they are consistent."""
    return [
        rule
        for rule in RULES
        if rule.facts[0] in values and rule.facts[1] in values and not rule.allows(values[rule.facts[0]], values[rule.facts[1]])
    ]


def scenarios(facts: Iterable[str]) -> list[dict[str, Value]]:
    """Return every consistent scenario over the facts and those linked to them, in a fixed order."""
    rows: list[dict[str, Value]] = [{}]
    for name in linked(facts):
        rows = [{**row, name: value} for row in rows for value in FACTS[name].domain]
        rows = [row for row in rows if not broken_rules(row)]
    return rows

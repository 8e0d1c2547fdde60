"""A box in plain words that hold of exactly its scenarios.

How many tumors, where and how large are tied by rules, so that these three are said together: the words may leave out what
a rule says anyway, and nothing else.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from ...model.facts import (
    NOT_APPLICABLE,
    SITE_SETS,
    PancreaticTumors,
    Scenario,
    Site,
    Size,
    Value,
    scenarios,
)
from ...model.pathway import Definitions
from .boxes import Box

_TUMOURS: Final = ("pancreatic_tumors", "sites", "size")
_PLACED: Final = tuple(scenarios(_TUMOURS))
"""Every number of tumors in the pancreas with sites and a size that it can have."""

_Sites = frozenset[Site]
_NOWHERE: Final[_Sites] = frozenset()


def box_text(definitions: Definitions, box: Box) -> str:
    """Return a box in plain words: ``one tumor in the pancreas, in the head, large``.

    Everything between commas holds together. Of sites, ``in the head`` is said of one tumor; else ``at least one tumor in
    the head`` leaves open where others are, ``only in the head and in the tail`` names every site, ``no tumor in the head``
    holds of none in the pancreas too. ``always`` where nothing is narrowed, ``never`` where no scenario lies in the box.
    """
    inside = [one for one in _PLACED if all(one[name] in box.values.get(name, (one[name],)) for name in _TUMOURS)]
    if not inside:
        return "never"
    others = (definitions.words(name, values) for name, values in box.values.items() if name not in _TUMOURS)
    parts = [*_tumors(definitions, box, inside), *others]
    return ", ".join(f"({text})" if " or " in text else text for text in parts) or "always"


def _tumors(definitions: Definitions, box: Box, inside: Sequence[Scenario]) -> Iterator[str]:
    """Yield what a box says of number, sites and size, of which some scenarios lie in it."""
    numbers = tuple(number for number in PancreaticTumors if any(one["pancreatic_tumors"] is number for one in inside))
    sizes = {one["size"] for one in inside} if "size" in box.values else {NOT_APPLICABLE, *Size}
    # Where one size is left that applies, it says itself that there is one tumor.
    if "pancreatic_tumors" in box.values or numbers == (PancreaticTumors.NONE,) or sizes in ({NOT_APPLICABLE}, set(Size)):
        yield definitions.words("pancreatic_tumors", numbers)
    elif NOT_APPLICABLE in sizes:
        numbers = tuple(PancreaticTumors)
    sites = {one["sites"] for one in inside}
    possible = [value for value in SITE_SETS if any(_has(one, numbers, value) for one in _PLACED)]
    left = [value for value in possible if value in sites]
    if len(left) < len(possible):
        yield _where(definitions, numbers, possible, left)
    left_out = [size for size in Size if size not in sizes]
    if len(left_out) == 1 and PancreaticTumors.ONE in numbers:
        (size,) = left_out
        (other,) = set(Size) - {size}
        yield f"not {definitions.words('size', (size,))}" if NOT_APPLICABLE in sizes else definitions.words("size", (other,))


def _has(one: Scenario, numbers: Sequence[Value], sites: _Sites) -> bool:
    return one["pancreatic_tumors"] in numbers and one["sites"] == sites


def _where(definitions: Definitions, numbers: Sequence[Value], possible: Sequence[_Sites], left: Sequence[_Sites]) -> str:
    """Return in words that the tumors of the pancreas, so many, are at one of the sites left of the possible ones."""
    if numbers == (PancreaticTumors.ONE,):
        return definitions.words("sites", tuple(left))
    found = [value for value in possible if value]
    if [value for value in left if value] == found:
        return definitions.words(
            "pancreatic_tumors", tuple(number for number in numbers if number is not PancreaticTumors.NONE)
        )
    if (text := _one_form(definitions, possible, left)) is not None:
        return text
    parts = [definitions.words("pancreatic_tumors", (PancreaticTumors.NONE,))] if _NOWHERE in left else []
    placed = [value for value in left if value]
    text = _one_form(definitions, possible, placed) or " or ".join(
        f"only {definitions.words('sites', (value,))}" for value in placed
    )
    return " or ".join([text, *parts])


def _one_form(definitions: Definitions, possible: Sequence[_Sites], left: Sequence[_Sites]) -> str | None:
    """Return the shortest words that say by themselves which of the possible sites are left; `None` where none do."""
    if len(left) == 1 and left[0]:
        return f"only {definitions.words('sites', (left[0],))}"
    for count in (1, 2):
        for some in itertools.combinations(Site, count):
            words = [definitions.words("sites", (frozenset({site}),)) for site in some]
            if left == [value for value in possible if value & set(some)]:
                return f"at least one tumor {' or '.join(words)}"
            if left == [value for value in possible if not value & set(some)]:
                return f"no tumor {' and none '.join(words)}"
    return None

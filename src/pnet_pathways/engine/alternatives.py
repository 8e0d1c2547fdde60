"""What an alternative of a reading would change in an answer: two answers to one case, compared.

Options are told apart by statement, item and treatments, gaps by their track. What an option depends on is not compared: two
readings can leave it open on account of other facts, and it stays possible.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Final, TypeVar

import attrs

from ..model.pathway import Alternative, Definitions
from .alternative_words import track_words
from .answer import AlternativeAnswer, Gap, OfferedOption, OptionChange, SharedAnswer

_T = TypeVar("_T")

COMPARED: Final = ("certainty", "strength", "optional", "intent", "choice")
"""What can differ in an option that both answers give."""


def bearing_alternatives(definitions: Definitions, bearing: Collection[str]) -> Iterator[Alternative]:
    """Yield the alternatives that rewrite a statement of one of some pathways, but for those chosen already."""
    for one in definitions.alternatives:
        if definitions.readings_chosen.get(one.reading) != one.id and not set(bearing).isdisjoint(one.pathways):
            yield one


def alternative_answer(alternative: Alternative, answer: SharedAnswer, other: SharedAnswer) -> AlternativeAnswer:
    """Return what an alternative changes in an answer; `other` is that under it."""
    was, now = _by_key(answer.options, _option_key), _by_key(other.options, _option_key)
    silent, still = _by_key(answer.gaps, _gap_key), _by_key(other.gaps, _gap_key)
    fields = ((option, _fields(option, now[key])) for key, option in was.items() if key in now)
    found = AlternativeAnswer(
        reading=alternative.reading,
        alternative=alternative.id,
        text=alternative.text,
        options_added=tuple(option for key, option in now.items() if key not in was),
        options_removed=tuple(option for key, option in was.items() if key not in now),
        options_changed=tuple(OptionChange(option, differing) for option, differing in fields if differing),
        gaps_added=tuple(gap for key, gap in still.items() if key not in silent),
        gaps_removed=tuple(gap for key, gap in silent.items() if key not in still),
        gaps_changed=tuple(
            (gap, still[key].certainty)
            for key, gap in silent.items()
            if key in still and still[key].certainty is not gap.certainty
        ),
    )
    definitions = answer.engine.definitions
    words = {track: track_words(definitions, found, track) for track in definitions.groups}
    return attrs.evolve(found, words={track: text for track, text in words.items() if text})


def _fields(option: OfferedOption, other: OfferedOption) -> dict[str, tuple[Any, Any]]:
    both = {name: (getattr(option, name), getattr(other, name)) for name in COMPARED}
    return {name: (was, now) for name, (was, now) in both.items() if was != now}


def _option_key(option: OfferedOption) -> tuple[object, ...]:
    return option.statement, option.item, option.treatments


def _gap_key(gap: Gap) -> tuple[object, ...]:
    return gap.track, gap.kind


def _by_key(entries: Iterable[_T], key: Callable[[_T], tuple[object, ...]]) -> dict[tuple[object, ...], _T]:
    """Return entries by their key and, where several have the same, by their order among those."""
    found: dict[tuple[object, ...], _T] = {}
    seen: dict[tuple[object, ...], int] = {}
    for one in entries:
        count = seen[key(one)] = seen.get(key(one), 0) + 1
        found[(*key(one), count)] = one
    return found

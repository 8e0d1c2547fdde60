"""What an alternative would change in one track of an answer, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from ..model.pathway import Definitions
from ..model.wording import strength_word
from .answer import AlternativeAnswer, Certainty, OfferedOption, OptionChange

_MOST_NAMED: Final = 3


def track_words(definitions: Definitions, one: AlternativeAnswer, track: str) -> str:
    """Return what an alternative changes in a track of an answer; empty where that is nothing."""
    gone = [option for option in one.options_removed if option.track == track]
    changed = [change for change in one.options_changed if change.option.track == track]
    silent = any(gap.track == track for gap in (*one.gaps_removed, *(gap for gap, _ in one.gaps_changed)))
    effects = "; ".join(_effects(definitions, one, track, gone, changed))
    if not effects:
        return ""
    if gone or changed or silent:
        return f"Only as {one.reading} is read here. Read the other way ({one.alternative}): {effects}."
    return f"{one.reading} read the other way ({one.alternative}): {effects}."


def _effects(
    definitions: Definitions,
    one: AlternativeAnswer,
    track: str,
    gone: Sequence[OfferedOption],
    changed: Sequence[OptionChange],
) -> Iterator[str]:
    added = [option for option in one.options_added if option.track == track]
    for verb, options in (("adds", added), ("removes", gone)):
        sure = [option.label for option in options if option.certainty is Certainty.CERTAIN]
        perhaps = [option.label for option in options if option.certainty is Certainty.POSSIBLE]
        if sure:
            yield f"{verb} {_several(sure)}"
        if perhaps:
            yield f"{verb} {_several(perhaps)}, which may apply"
    yield from (f"{change.option.label} {' and '.join(_differing(definitions, change))}" for change in changed[:_MOST_NAMED])
    if len(changed) > _MOST_NAMED:
        yield f"{len(changed) - _MOST_NAMED} more change"
    for gap in one.gaps_added:
        if gap.track == track:
            yield "leaves a gap" if gap.certainty is Certainty.CERTAIN else "may leave a gap"
    if any(gap.track == track for gap in one.gaps_removed):
        yield "removes the gap"
    for gap, certainty in one.gaps_changed:
        if gap.track == track:
            yield "the gap is there for certain" if certainty is Certainty.CERTAIN else "the gap is only possible"


def _differing(definitions: Definitions, change: OptionChange) -> Iterator[str]:
    for name, (_, now) in change.fields.items():
        yield _became(definitions, name, now)


def _became(definitions: Definitions, name: str, now: Any) -> str:
    if name == "certainty":
        return "applies" if now is Certainty.CERTAIN else "only may apply"
    if name == "strength":
        return f"is put with '{strength_word(now)}'"
    if name == "intent":
        return f"is {now}" if now else "has no stated purpose"
    if name == "choice":
        return "is one of a choice" if now else "is no longer one of a choice"
    labels = [definitions.treatments[key].label for key in now]
    return f"comes with or without {_several(labels)}" if labels else "comes alone"


def _several(names: Iterable[str]) -> str:
    """Return names joined as in a sentence, the first few of them where there are many."""
    every = list(dict.fromkeys(names))
    if len(every) > _MOST_NAMED + 1:
        every = [*every[:_MOST_NAMED], f"{len(every) - _MOST_NAMED} more options"]
    return " and ".join(filter(None, (", ".join(every[:-1]), every[-1])))

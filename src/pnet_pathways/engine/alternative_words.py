"""What an alternative would change in one track of an answer, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from ..model.pathway import Definitions
from ..model.wording import option_label, strength_word
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
    for certainty, adds, removes in (
        (Certainty.CERTAIN, "adds {}", "drops {}"),
        (Certainty.POSSIBLE, "{} may apply", "rules out {}"),
    ):
        for verb, options in ((adds, added), (removes, gone)):
            if labels := [option.label for option in options if option.certainty is certainty]:
                yield verb.format(_several(labels))
    alike: dict[str, list[str]] = {}
    for change in changed:
        label = option_label(definitions, change.option.treatments, ())
        alike.setdefault(" and ".join(_differing(definitions, change)), []).append(label)
    for differing, labels in alike.items():
        yield f"{_several(labels)} {differing if len(set(labels)) == 1 else _plural(differing)}"
    for gap in one.gaps_added:
        if gap.track == track:
            yield "leaves a gap" if gap.certainty is Certainty.CERTAIN else "may leave a gap"
    if any(gap.track == track for gap in one.gaps_removed):
        yield "closes the gap"
    for gap, certainty in one.gaps_changed:
        if gap.track == track:
            yield "the gap is there for certain" if certainty is Certainty.CERTAIN else "the gap is only possible"


def _plural(differing: str) -> str:
    """Return what is said of one option as it is said of several."""
    verbs = {"applies": "apply", "is": "are"}
    return " and ".join(
        " ".join((verbs.get(verb, verb), *rest)) for verb, *rest in (part.split(" ") for part in differing.split(" and "))
    )


def _differing(definitions: Definitions, change: OptionChange) -> Iterator[str]:
    for name, (was, now) in change.fields.items():
        yield _became(definitions, name, was, now)


def _became(definitions: Definitions, name: str, was: Any, now: Any) -> str:
    if name == "certainty":
        return "applies" if now is Certainty.CERTAIN else "may apply, no longer for certain"
    if name == "strength":
        return f"is put with '{strength_word(now)}'"
    if name == "intent":
        return f"is {now}" if now else f"is not {was}"
    if name == "choice":
        return "is one of a choice" if now else "is no longer one of a choice"
    labels = [definitions.treatments[key].label for key in now]
    return f"is given with or without {_several(labels)}" if labels else "is given alone"


def _several(names: Iterable[str]) -> str:
    """Return names joined as in a sentence, the first few of them where there are many."""
    every = list(dict.fromkeys(names))
    if len(every) > _MOST_NAMED + 1:
        every = [*every[:_MOST_NAMED], f"{len(every) - _MOST_NAMED} more options"]
    apart = any(" together with " in name or ", " in name for name in every)
    return (", and " if apart else " and ").join(filter(None, (", ".join(every[:-1]), every[-1])))

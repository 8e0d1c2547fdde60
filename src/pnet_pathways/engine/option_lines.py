"""How the options of one track read: what one statement lists in one line, alternatives joined by "or"."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

import attrs

from ..model.pathway import Definitions, Strength
from ..model.wording import option_label, sorted_readings, strength_word
from .answer import Certainty, EitherWay, OfferedOption, Recommendation

_LEADS: Final = {Strength.USUAL: "usually", Strength.RARE: "rarely", Strength.MAY: "may include"}
_T = TypeVar("_T")


@attrs.frozen
class OptionLine:
    """Options in one line: in words, how certain, which statements give them, on which facts and readings they hang."""

    words: str
    certainty: Certainty
    statements: tuple[str, ...]
    depends_on: tuple[str, ...]
    readings: tuple[str, ...]
    either_way: bool = False


def option_lines(answer: Recommendation, track: str, *, every: bool, merged: bool) -> Iterator[OptionLine]:
    """Yield the lines of a track: what applies, what applies either way, what may apply.

    `merged` puts all that a statement lists with one strength into one line. Unless `every` is set, what applies either way
    stands for the options that it covers, and options of types that are not known yet are left to `type_lines`.
    """
    listed = [option for option in answer.options if option.track == track]
    yield from _lines(answer.definitions, [one for one in listed if one.certainty is Certainty.CERTAIN], merged=merged)
    for way in answer.either_way:
        if way.track == track:
            yield _either_way_line(answer, way)
    possible = [option for option in listed if option.certainty is Certainty.POSSIBLE]
    if not every:
        possible = [option for option in possible if not covered(answer, option) and not of_open_type(answer, option)]
    yield from _lines(answer.definitions, possible, merged=merged)


def covered(answer: Recommendation, option: OfferedOption) -> bool:
    """Return whether an option is told with what applies either way."""
    same = (option.treatments, option.optional, option.strength, option.intent)
    return option.certainty is Certainty.POSSIBLE and any(
        same == (way.treatments, way.optional, way.strength, way.intent) for way in answer.either_way
    )


def of_open_type(answer: Recommendation, option: OfferedOption) -> bool:
    """Return whether an option is that of a type while the type is not known."""
    return answer.definitions.entry.is_open(option.pathway, answer.case.entry)


def type_lines(answer: Recommendation, track: str) -> Iterator[tuple[str, list[OfferedOption]]]:
    """Yield, while the type is unknown, for each pathway its types in words and the options that it gives in a track."""
    definitions = answer.definitions
    found = [one for one in answer.options if one.track == track and of_open_type(answer, one) and not covered(answer, one)]
    for pathway, options in _grouped(found, lambda option: option.pathway):
        values = definitions.entry.types_of(pathway)
        yield definitions.words(definitions.entry.fact, values), options


def _lines(definitions: Definitions, options: Iterable[OfferedOption], *, merged: bool) -> Iterator[OptionLine]:
    for (statement, depends_on), of_statement in _grouped(options, lambda one: (one.statement, one.depends_on)):
        items = [group for _, group in _grouped(of_statement, lambda one: one.choice or str(one.item))]
        for strength, same in (
            _grouped(items, lambda group: group[0].strength) if merged else ((_lead(one), [one]) for one in items)
        ):
            readings = tuple(reading for group in same for option in group for reading in option.readings)
            yield OptionLine(
                words=f"{_LEADS[strength]} {'; '.join(item_words(definitions, group) for group in same)}",
                certainty=same[0][0].certainty,
                statements=(statement,),
                depends_on=depends_on,
                readings=sorted_readings(readings),
            )


def _lead(group: Sequence[OfferedOption]) -> Strength:
    return group[0].strength


def item_words(definitions: Definitions, options: Sequence[OfferedOption]) -> str:
    """Return the alternatives of one list entry, or of one choice, in words, without the strength of the first."""
    together = len(options) > 1
    intents, optionals = {one.intent for one in options}, {one.optional for one in options}
    each = together and len(optionals) == 1 and options[0].optional
    words = ""
    for option in options:
        text = option_label(definitions, option.treatments, () if together else option.optional)
        if option.optional and together and not each:
            # In parentheses, so that it is not taken to go with the other alternatives too.
            text += f" (with or without {option_label(definitions, option.optional, ())})"
        if option.intent and (not together or len(intents) > 1):
            text += f" ({option.intent})"
        if words:
            other = f", {strength_word(option.strength)}, " if option.strength is not options[0].strength else " "
            words += f" or{other}{text}"
        else:
            words = f"either {text}" if option.choice and together else text
    if each:
        words += f", each with or without {option_label(definitions, options[0].optional, ())}"
    if together and len(intents) == 1 and options[0].intent:
        words += f" ({'both' if len(options) == 2 else 'all'} {options[0].intent})"
    return words


def _either_way_line(answer: Recommendation, way: EitherWay) -> OptionLine:
    options = [option for option in answer.options if option.statement in way.statements and covered(answer, option)]
    intent = f" ({way.intent})" if way.intent else ""
    return OptionLine(
        words=f"applies either way: {_LEADS[way.strength]} {way.label}{intent}",
        certainty=Certainty.CERTAIN,
        statements=way.statements,
        depends_on=tuple(dict.fromkeys(fact for option in options for fact in option.depends_on)),
        readings=sorted_readings(tuple(reading for option in options for reading in option.readings)),
        either_way=True,
    )


_K = TypeVar("_K", bound=Hashable)


def _grouped(entries: Iterable[_T], key: Callable[[_T], _K]) -> list[tuple[_K, list[_T]]]:
    """Return entries by a key, in the order in which the keys first stand."""
    found: dict[_K, list[_T]] = {}
    for one in entries:
        found.setdefault(key(one), []).append(one)
    return list(found.items())

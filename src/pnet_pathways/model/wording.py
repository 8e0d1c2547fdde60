"""How an option reads in words: its treatments, how often the summary says it is given, what else it says of it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Final

from .pathway import Definitions, Option, Strength
from .vocabulary import Vocabulary

ONE_OF_A_CHOICE: Final = "one of a choice"
_STRENGTHS: Final = {Strength.USUAL: "usually", Strength.RARE: "rarely", Strength.MAY: "may"}


def strength_word(strength: str) -> str:
    """Return a strength in a word: ``usually``, ``rarely`` or ``may``."""
    return _STRENGTHS[Strength(strength)]


def adverb(strength: str) -> str:
    """Return the word before an option, with its space; empty where the text says that treatment may include it."""
    return "" if Strength(strength) is Strength.MAY else f"{strength_word(strength)} "


def joined(together: Iterable[str], word: str, optional: Iterable[str], extra: str = ", with or without ") -> str:
    """Return treatments given together, joined by a word, and behind them the optional ones, each led in by `extra`."""
    return word.join(together) + "".join(f"{extra}{one}" for one in optional)


def option_label(
    definitions: Definitions, treatments: tuple[str, ...], optional: tuple[str, ...], word: str = " together with "
) -> str:
    """Return an option's treatments in plain words."""
    label = {key: definitions.treatments[key].label for key in (*treatments, *optional)}
    return joined((label[key] for key in treatments), word, (label[key] for key in optional))


def text_notes(intent: str | None, choice: str | None) -> list[str]:
    """Return what the text says of an option beside its treatments: its intent, and whether it is one of a choice."""
    return ([intent] if intent else []) + ([ONE_OF_A_CHOICE] if choice else [])


def option_notes(definitions: Definitions, option: Option) -> list[str]:
    """Return what a statement says of an option beside its treatments: what it requires, its intent, whether it is a choice."""
    needs = option.requires.describe(definitions.words)
    return ([f"if {needs}"] if needs != "always" else []) + text_notes(option.intent, option.choice)


def in_brackets(notes: Iterable[str]) -> str:
    """Return notes in one pair of brackets, to stand behind a text; empty where there are none."""
    found = ", ".join(notes)
    return f" ({found})" if found else ""


def option_text(strength: str, label: str, intent: str | None, choice: str | None) -> str:
    """Return an option in one phrase: strength, treatments in words, and what the text adds."""
    return f"{adverb(strength)}{label}{in_brackets(text_notes(intent, choice))}"


def option_words(definitions: Definitions, option: Option) -> str:
    """Return an option as a diagram shows it, without its strength: treatments joined by "and", notes and readings."""
    label = option_label(definitions, option.treatments, option.optional, " and ")
    notes = "".join(in_brackets([note]) for note in text_notes(option.intent, option.choice))
    return label + notes + reading_marks(option.readings)


def offer_text(strength: str, treatments: Iterable[str], optional: Iterable[str]) -> str:
    """Return an option in the notation of the graph's leaves: ``usually a and b optionally c``."""
    return adverb(strength) + joined(treatments, " and ", optional, " optionally ")


def offer_of(option: Option) -> str:
    """Return a statement's option in the notation of the graph's leaves."""
    return offer_text(option.strength, option.treatments, option.optional)


def chosen_text(definitions: Definitions) -> str:
    """Return the alternatives under which definitions stand, in words: ``R-2 read as on_its_own and ...``."""
    return " and ".join(f"{reading} read as {name}" for reading, name in definitions.readings_chosen.items())


def reading_marks(readings: Iterable[str]) -> str:
    """Return readings as the marks of numbered notes, to stand behind a text; empty where there are none."""
    found = ", ".join(readings)
    return f" [{found}]" if found else ""


def lowered(text: str) -> str:
    """Return a title as it stands within a sentence, unless it begins with an abbreviation."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def fact_names(vocabulary: Vocabulary, facts: Iterable[str]) -> list[str]:
    """Return the short names of facts; one member of a group reads ``group: member``.

    A group is named as a whole where several of its members, or itself, are among the facts.
    """
    by_key: dict[str, list[str]] = {}
    for name in facts:
        by_key.setdefault(name if name in vocabulary.groups else vocabulary.key_of(name), []).append(name)
    return [
        f"{vocabulary.label(key)}: {vocabulary.label(names[0])}"
        if len(names) == 1 and names[0] != key
        else vocabulary.label(key)
        for key, names in by_key.items()
    ]


def enumerated(names: Sequence[str], last: str = "and", most: int = 0) -> str:
    """Return names as a sentence lists them, ``a, b and c``; of more than `most` (0: no bound) the first and how many more."""
    if 0 < most < len(names) - 1:
        names = [*names[:most], f"{len(names) - most} more"]
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


@functools.lru_cache(maxsize=1024)
def sorted_readings(readings: tuple[str, ...]) -> tuple[str, ...]:
    """Return readings, each once, in the order of their numbers."""
    return tuple(sorted(set(readings), key=_number))


def _number(reading: str) -> tuple[int, str]:
    digits = reading.rpartition("-")[2]
    return (int(digits) if digits.isdecimal() else 0, reading)

"""How an option reads in words: joined treatments, strength, notes, readings in order."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from pnet_pathways.model.conditions import ALWAYS
from pnet_pathways.model.pathway import Definitions, Option, Strength
from pnet_pathways.model.wording import (
    adverb,
    in_brackets,
    offer_of,
    option_label,
    option_notes,
    option_text,
    option_words,
    reading_marks,
    sorted_readings,
    strength_word,
)

BARE = Option("X-1", 0, 1, ("tumor_removal", "chemotherapy"), ("hormone_therapy",), Strength.USUAL, ALWAYS, (), None, None)


@pytest.fixture
def names(definitions: Definitions) -> dict[str, str]:
    return {key: definitions.treatments[key].label for key in (*BARE.treatments, *BARE.optional)}


def test_a_label_joins_treatments_given_together_and_those_with_or_without(
    definitions: Definitions, names: dict[str, str]
) -> None:
    label = option_label(definitions, ("tumor_removal", "chemotherapy"), ("hormone_therapy",))
    assert label == "{tumor_removal} together with {chemotherapy}, with or without {hormone_therapy}".format(**names)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "chemotherapy"),
        ({"strength": "usual"}, "usually chemotherapy"),
        ({"strength": "rare"}, "rarely chemotherapy"),
        ({"intent": "palliative"}, "chemotherapy (palliative)"),
        ({"choice": "GAS-5"}, "chemotherapy (one of a choice)"),
        ({"strength": "rare", "intent": "palliative", "choice": "X"}, "rarely chemotherapy (palliative, one of a choice)"),
    ],
)
def test_an_option_is_one_phrase(changes: dict[str, Any], text: str) -> None:
    said: dict[str, Any] = {"strength": "may", "intent": None, "choice": None, **changes}
    assert option_text(label="chemotherapy", **said) == text


@pytest.mark.parametrize(
    ("strength", "word", "before"), [("usual", "usually", "usually "), ("rare", "rarely", "rarely "), ("may", "may", "")]
)
def test_a_strength_is_one_word_and_may_does_not_stand_before_an_option(strength: str, word: str, before: str) -> None:
    assert (strength_word(strength), adverb(strength)) == (word, before)


def test_an_offer_is_in_the_notation_of_leaves() -> None:
    assert offer_of(BARE) == "usually tumor_removal and chemotherapy optionally hormone_therapy"
    assert offer_of(attrs.evolve(BARE, optional=(), strength=Strength.MAY)) == "tumor_removal and chemotherapy"


def test_a_diagram_tells_an_option_with_notes_and_readings(definitions: Definitions, names: dict[str, str]) -> None:
    plain = "{tumor_removal} and {chemotherapy}, with or without {hormone_therapy}".format(**names)
    assert option_words(definitions, BARE) == plain
    full = attrs.evolve(BARE, intent="palliative", choice="X", readings=("R-2", "R-10"))
    assert option_words(definitions, full) == f"{plain} (palliative) (one of a choice) [R-2, R-10]"


def test_the_notes_of_an_option_begin_with_what_it_requires(definitions: Definitions) -> None:
    (needs,) = {one.requires for one in definitions.statement("SOM-1").options}
    option = attrs.evolve(BARE, requires=needs, intent="palliative", choice="X")
    assert option_notes(definitions, option) == ["if primary tumor resectable", "palliative", "one of a choice"]
    assert option_notes(definitions, BARE) == []


def test_what_is_not_said_leaves_no_brackets() -> None:
    assert (in_brackets(["a", "b"]), in_brackets([])) == (" (a, b)", "")
    assert (reading_marks(["R-1", "R-2"]), reading_marks([])) == (" [R-1, R-2]", "")


def test_readings_stand_once_in_the_order_of_their_numbers() -> None:
    assert sorted_readings(("R-10", "R-2", "R-10", "Q-2", "other", "R-1")) == ("other", "R-1", "Q-2", "R-2", "R-10")

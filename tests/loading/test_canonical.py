"""Where the order of keys has a meaning, another order is another vocabulary and other definitions."""

from __future__ import annotations

from pathlib import Path

from pnet_pathways import load_pathways, recommend
from pnet_pathways.model.pathway import Definitions
from slips import G
from small_vocabulary import BLACK, FACTS, WHITE, read


def test_another_order_of_facts_members_or_answers_is_another_vocabulary(tmp_path: Path) -> None:
    """The order is that of asking, and so of what an answer lists as missing."""
    indoors = FACTS[FACTS.index("  indoors:\n") : FACTS.index("  vaccinated:\n")]
    vaccinated = FACTS[FACTS.index("  vaccinated:\n") : FACTS.index("rules:\n")]
    light = "      light: {label: light, phrase: light, below: 5}\n"
    dog, cat = "      dog: {label: dog, phrase: a dog}\n", "      cat: {label: cat, phrase: a cat}\n"
    texts = [
        FACTS,
        FACTS.replace(indoors + vaccinated, vaccinated + indoors),
        FACTS.replace(BLACK + WHITE, WHITE + BLACK),
        FACTS.replace(dog + cat, cat + dog),
        FACTS.replace(light, light.replace("label: light, phrase: light, below: 5", "below: 5, phrase: light, label: light")),
    ]
    first, *others, same = [read(text, tmp_path)[0] for text in texts]
    assert first is not None
    assert None not in others
    assert first not in others
    assert same == first


def test_another_order_of_states_changes_the_hash(folder: Path, definitions: Definitions) -> None:
    """A gap's messages stand in the order of the states."""
    text = (folder / G).read_text("utf-8")
    first, second, end = (
        text.index(f"      {name}:\n")
        for name in ("duodenum_not_resectable", "body_or_tail_not_resectable", "body_or_tail_and_duodenum_not_resectable")
    )
    (folder / G).write_text(text[:first] + text[second:end] + text[first:second] + text[end:], "utf-8")
    changed = load_pathways(folder)
    case = {"tumor_type": "gastrinoma"}
    assert recommend(case, changed).gaps[0].message != recommend(case, definitions).gaps[0].message
    assert changed.content_hash != definitions.content_hash

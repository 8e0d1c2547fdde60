"""``pnet source locate``: the locator of a passage, ready to be pasted."""

from __future__ import annotations

import shutil
from pathlib import Path

import attrs
import pytest
from ruamel.yaml import YAML

from commands import output, pnet
from pnet_pathways.governance.source.links import Links
from pnet_pathways.governance.source.locate import locate
from pnet_pathways.model.errors import SourceError
from source_material import Material


@pytest.fixture
def copy(made_up: Material, tmp_path: Path) -> Path:
    """The made-up summary in a file."""
    path = tmp_path / "copy.txt"
    path.write_text(made_up.text)
    return path


def test_every_passage_of_the_definitions_is_located_as_it_stands_there(material: Material) -> None:
    ids = {heading: key for key, heading in material.definitions.sections.items()}
    for anchor in material.anchors:
        start, end = anchor.span
        lines = [YAML(typ="safe").load(one)[0] for one in locate(material.folder, material.copy, material.text[start:end])]
        (found,) = (one for one in lines if one["start"] == start)
        assert (found["end"], found["sha256"]) == (end, anchor.locator.sha256)
        assert found["section"] == ids[anchor.locator.section]
        assert material.text[start:end].startswith(found["first"])
        assert material.text[start:end].endswith(found["last"])


def test_first_and_last_words_are_enough_and_the_line_can_be_pasted(made_up: Material, copy: Path) -> None:
    locator = made_up.definitions.statement("GAS-4").locators[0]
    for gap in (" ... ", "...", " \u2026 "):
        line = output("source", "locate", copy, f"{locator.first}{gap}{locator.last}", "--pathways", made_up.folder)
        (found,) = YAML(typ="safe").load(line)
        assert (found["start"], found["sha256"]) == (locator.start, locator.sha256)


def test_words_that_stand_in_several_places_get_a_line_each(made_up: Material, copy: Path) -> None:
    words = "Use our clinical trial ... trials is also available."
    done = pnet("source", "locate", copy, words, "--pathways", made_up.folder)
    assert len(done.stdout.splitlines()) == 4
    assert "the words stand in 4 places; keep the line of the one that you mean" in done.stderr


def test_unfinished_definitions_are_no_obstacle(made_up: Material, copy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made_up.folder, tmp_path / "pathways"))
    (folder / "vipoma.yaml").write_text("statements: [")
    assert output("source", "locate", copy, "Use our clinical trial", "--pathways", folder).startswith("- {section: ")


def test_words_that_cannot_be_located_say_why(made_up: Material, copy: Path) -> None:
    start, _ = made_up.span("GAS-4")
    section = made_up.definitions.sections["recurrent"]
    there = " ".join(made_up.text[start:].split()[:3])
    for words, message in (
        (f"{there} zzz", f"does not stand in it; '{there}' does, and goes on '"),
        ("zzz", "'zzz' does not stand in it; capitals count"),
        *((words, "is no passage: give its words, or") for words in (" ", "...", "\u2026 zzz", "zzz ...", "a ... ... b")),
        ("Contents", "at character 0 they stand before the first section that source.yaml names"),
        (f"Use our clinical trial ... {section} ", "they go on into another section"),
    ):
        done = pnet("source", "locate", copy, words, "--pathways", made_up.folder)
        assert done.exit_code == 2, words
        assert message in " ".join(done.stderr.split()), words


def test_a_passage_across_the_pages_own_words_is_refused(made_up: Material) -> None:
    locator = made_up.definitions.statement("GAS-4").locators[0]
    text = f"{made_up.text[: locator.start + 30]} Enlarge {made_up.text[locator.start + 30 :]}"
    with pytest.raises(SourceError, match="words of the page stand between them"):
        locate(made_up.folder, type(made_up.copy)("new.txt", text), f"{locator.first} ... {locator.last}")


def test_a_passage_that_begins_like_another_gets_words_for_its_link(made_up: Material) -> None:
    links = Links.of(made_up.definitions, made_up.copy)
    for anchor in made_up.anchors:
        lines = locate(made_up.folder, made_up.copy, made_up.text[slice(*anchor.span)])
        (found,) = (one for line in lines for one in YAML(typ="safe").load(line) if one["start"] == anchor.span[0])
        words = {name: found.get(name, "") for name in ("link_from", "link_to")}
        located = attrs.evolve(anchor.locator, first=found["first"], last=found["last"], **words)
        assert links.mended(located, anchor.span) == located

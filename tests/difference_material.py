"""What the tests of differences share: edits of the definitions, what they change, and how a diagram shows it."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path
from xml.etree import ElementTree

import attrs

from pnet_pathways import load_pathways
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.governance.difference.marks import PathwayChanges, Side, TrackChanges, pathway_changes
from pnet_pathways.governance.difference.picture import SideBySide, side_by_side
from pnet_pathways.loading.agreement import track_scenarios
from pnet_pathways.model.pathway import Definitions, Pathway, Track
from pnet_pathways.proof.scenarios.space import scenario_space
from project import DEFINITIONS
from project_vocabulary import VOCABULARY

SVG = "{http://www.w3.org/2000/svg}"
GAP = """      large_head:
        gap: >-
          For one large tumor in the head this section names only the case that it cannot be removed. It lists nothing
          specific for a large, resectable tumor in the head alone.
        readings: [R-2]
"""
NEITHER = "          new or stable or recurrent: neither\n          progressive: growing\n"
SPLIT = "          new or stable: neither\n          progressive: growing\n          recurrent: back\n"
Edits = tuple[tuple[str, str, str], ...]
HELD = "when: {pancreatic_tumors: one, sites: {any_of: [head]}, size: large, resectable: false}"
IN_HEAD = "{pancreatic_tumors: one, sites: {only: [head]}, size: large, resectable: true}"
FILLED: Edits = (
    ("insulinoma.yaml", GAP, "      large_head:\n        offers: {INS-2: [usually pancreatoduodenectomy]}\n"),
    ("insulinoma.yaml", HELD, HELD.replace("{p", "{any: [{p") + f", {IN_HEAD}]}}"),
)
FILLED_SCENARIOS = 4 * 46
"""Of every course, since the tumor is there, with each of 23 ways in which it has spread or not and severe symptoms or none."""
PUMP = "treatments: [proton_pump_inhibitor]"
STRENGTH: Edits = (
    ("supportive.yaml", PUMP, f"{PUMP}, strength: usual"),
    ("supportive.yaml", "SUP-1: [proton_pump_inhibitor,", "SUP-1: [usually proton_pump_inhibitor,"),
)
ADDED: Edits = (
    ("vipoma.yaml", NEITHER, SPLIT),
    ("vipoma.yaml", "      neither:\n", "      back:\n        does_not_apply: It came back.\n      neither:\n"),
)
GUARD: Edits = (("gastrinoma.yaml", "when: {duodenal_tumors: true}", "when: {duodenal_tumors: false}"),)
MESSAGE: Edits = (("vipoma.yaml", "does_not_apply: No spread, and", "does_not_apply: There is no spread, and"),)
RENAMED: Edits = (
    ("vipoma.yaml", "none: growth_without_spread", "none: growth"),
    ("vipoma.yaml", "      growth_without_spread:", "      growth:"),
)
TITLE: Edits = (("vipoma.yaml", "title: Primary tumor", "title: The tumor"),)


def total(definitions: Definitions, *names: str) -> int:
    """Return how many scenarios some pathways have, by default all of them."""
    return sum(scenario_space(name, definitions).count for name in names or definitions.pathways)


def fill_the_gap(folder: Path) -> None:
    """Let INS-2 hold for a removable tumor too that is in the head only, in both encodings."""
    edited(folder, FILLED)


def edited(folder: Path, edits: Edits) -> Definitions:
    """Return definitions in which texts, each of which is there once, are replaced."""
    for name, old, new in edits:
        path = folder / name
        text = path.read_text()
        assert text.count(old) == 1, (old, text.count(old))
        path.write_text(text.replace(old, new))
    return load_pathways(folder, check_agreement=False)


@functools.cache
def variant(edits: Edits) -> Definitions:
    """Return edited definitions; made once, since reading them takes time."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return edited(Path(shutil.copytree(DEFINITIONS, Path(folder) / "pathways")), edits)


@functools.cache
def pictures(edits: Edits) -> tuple[SideBySide, ...]:
    return side_by_side(compare(load_pathways(), variant(edits)))


def changes(edits: Edits, name: str) -> PathwayChanges:
    return pathway_changes(load_pathways(), variant(edits), name)


def both(found: PathwayChanges) -> tuple[Side, Side]:
    assert found.old is not None
    assert found.new is not None
    return found.old, found.new


def marked(found: PathwayChanges, track: str) -> tuple[TrackChanges, TrackChanges]:
    old, new = both(found)
    return old.tracks[track], new.tracks[track]


def classes(element: ElementTree.Element) -> list[str]:
    return element.get("class", "").split()


def text_of(element: ElementTree.Element) -> str:
    return " ".join(" ".join("".join(one.itertext()) for one in element.iter(f"{SVG}text")).split())


def with_track(definitions: Definitions, pathway: Pathway, track: Track) -> Definitions:
    """Return definitions with another track in a pathway, and its scenarios listed anew."""
    changed = attrs.evolve(pathway, tracks={**pathway.tracks, track.name: track})
    rows = track_scenarios(VOCABULARY, changed, track, definitions.groups[track.group])
    return attrs.evolve(
        definitions,
        pathways={**definitions.pathways, pathway.name: changed},
        scenarios={**definitions.scenarios, (pathway.name, track.name): rows},
    )

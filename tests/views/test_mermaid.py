"""Pathways as Mermaid text."""

from __future__ import annotations

import re

import pytest

from pnet_pathways.model.errors import RenderError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.diagrams.diagram import render
from pnet_pathways.views.diagrams.labels import COMBINATION_WORDS
from views.drawn import drawn


def test_mermaid_has_every_transition_and_the_disclaimer(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        text = render(pathway).mermaid()
        edges = sum(len(question.answers) for track in pathway.tracks.values() for question in track.questions)
        assert len(re.findall(r"-->\|", text)) == edges
        assert text.count("subgraph ") == len(pathway.tracks)
        assert "no substitute for clinical judgment" in text


def test_mermaid_marks_the_path_of_a_case() -> None:
    text = render("vipoma", {"tumor_type": "vipoma", "resectable": True}).mermaid()
    assert 'primary__resectable ==>|"yes"| primary__completely_resectable' in text
    assert "class primary__completely_resectable visited" in text
    assert "class spread__spread open" in text
    assert "class primary__not_completely_resectable faded" in text


def test_mermaid_says_the_path_of_a_case_in_words() -> None:
    """A mark is nothing to those who hear the flowchart."""
    text = render("vipoma", {"tumor_type": "vipoma", "primary_removed": False, "resectable": True}).mermaid()
    (said,) = re.findall(r"\n  accDescr: (.*)\n", text)
    assert "removed by surgery? yes. It ends at VIP-2 VIPoma: resection of a primary tumor" in said
    assert "The path of the case: It stops at the open question Where has it spread?" in said
    assert "accDescr" not in render("vipoma").mermaid()


def test_mermaid_says_the_gap_of_a_combination() -> None:
    text = drawn("gastrinoma").mermaid()
    assert re.search(rf'primary__head_and_duodenum\[".*{COMBINATION_WORDS}.*"\]:::combination\n', text)
    assert text.count(":::combination") > 1


def test_the_overview_has_no_mermaid() -> None:
    with pytest.raises(RenderError, match="the overview has no Mermaid text; pathways have: gastrinoma"):
        drawn("overview").mermaid()

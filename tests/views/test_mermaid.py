"""Pathways as Mermaid text."""

from __future__ import annotations

import re

import pytest

from pnet_pathways.model.errors import RenderError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.diagrams.diagram import render
from views.drawn import drawn


def test_mermaid_has_every_transition_and_the_disclaimer(definitions: Definitions) -> None:
    for pathway in definitions.pathways.values():
        text = render(pathway).mermaid()
        edges = sum(len(question.answers) for track in pathway.tracks.values() for question in track.questions)
        assert len(re.findall(r"-->\|", text)) == edges
        assert text.count("subgraph ") == len(pathway.tracks)
        assert "no substitute for clinical judgement" in text


def test_mermaid_marks_the_path_of_a_case() -> None:
    text = render("vipoma", {"tumor_type": "vipoma", "resectable": True}).mermaid()
    assert 'primary__removable ==>|"yes"| primary__removable_tumor' in text
    assert "class primary__removable_tumor visited" in text
    assert "class spread__liver open" in text
    assert "class primary__not_removable faded" in text


def test_the_overview_has_no_mermaid() -> None:
    with pytest.raises(RenderError, match="the overview has no Mermaid text; pathways have: gastrinoma"):
        drawn("overview").mermaid()

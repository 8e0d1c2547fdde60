"""The legend shows what is on its page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pnet_pathways.views.diagrams.diagram import render
from pnet_pathways.views.diagrams.layout_engine import lay_out
from pnet_pathways.views.diagrams.style import NodeKind, node_style
from views.drawn import ANNEX, layout


def legend(found: dict[str, Any], part: str) -> list[dict[str, Any]]:
    return [one for one in found["objects"] if re.fullmatch(rf"legend-{part}-\d+", one["name"])]


@pytest.mark.parametrize("name", ANNEX)
def test_the_legend_shows_each_kind_as_it_is_drawn_on_the_page(name: str) -> None:
    kinds = {str(kind): node_style(kind) for kind in NodeKind}
    drawn_as = [{key: one.get(key, "") for key in LOOKS} for one in legend(layout(name), "kinds")]
    for node in layout(name)["objects"]:
        kind = node.get("class", "").split(" ")[0]
        if kind in kinds and not node["name"].startswith("event-"):  # words on an arrow
            assert {key: kinds[kind].get(key, "") for key in LOOKS} in drawn_as, kind


LOOKS = ("shape", "style", "color", "fillcolor", "penwidth", "peripheries")


def test_with_a_case_the_legend_shows_what_its_marks_look_like() -> None:
    page = render("vipoma", {"tumor_type": "vipoma"}).pages[1]
    found = json.loads(lay_out(page.dot, "json"))
    shown = [(one["_ldraw_"][-1]["text"], one["penwidth"], one.get("peripheries")) for one in legend(found, "marks")]
    assert shown == [
        ("on its path: bold", "3", None),
        ("► open question: double frame", "2", "2"),
        ("► option of a leaf that it reaches", "3", None),
        ("off its path: pale", "0.8", None),
    ]
    assert not legend(layout("vipoma-states"), "marks")


def test_the_legend_carries_no_class_that_marks_a_state_or_transition() -> None:
    for page in render("vipoma", {"tumor_type": "vipoma"}).pages[1:]:
        for node in json.loads(lay_out(page.dot, "json"))["objects"]:
            if node["name"].startswith("legend"):
                assert node["class"] == "legend"

"""Two review forms side by side."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from form_material import review_form, sealed, write_form
from pnet_pathways import ReviewError
from pnet_pathways.governance.review.compare import (
    Comparison,
    compare_forms,
    comparison_data,
    comparison_markdown,
    comparison_text,
)
from pnet_pathways.governance.review.form import read_forms
from pnet_pathways.model.pathway import Definitions

TODAY = datetime.date(2026, 11, 24)
OTHER = {"name": "Reviewer B", "role": "gastro|enterologist", "date": "2026-11-24"}


def compared(folder: Path, *forms: dict[str, Any]) -> Comparison:
    """Return two forms compared, by way of their files."""
    paths = [write_form(folder / f"{number}.json", form) for number, form in enumerate(forms)]
    first, second = read_forms(paths, TODAY)
    return compare_forms(first, second)


@pytest.fixture
def two(definitions: Definitions, tmp_path: Path) -> Comparison:
    """Two reviews that differ in everything in which they can."""
    return compared(
        tmp_path,
        review_form(
            definitions,
            {"insulinoma": "approve_with_changes", "supportive": "approve"},
            {"INS-2": ("change", "Only <large>."), "INS-3": ("unsure", ""), "R-2": ("unsure", "Which?"), "R-1": ("agree", " ")},
        ),
        review_form(
            definitions,
            {"vipoma": "do_not_approve", "insulinoma": "do_not_approve"},
            {"INS-2": ("change", "Never."), "insulinoma/INS-3": ("unsure", ""), "VIP-1": ("unsure", "?")},
            OTHER,
        ),
    )


def test_text_shows_both_sides_and_what_only_one_reviewed(two: Comparison) -> None:
    assert comparison_text(two) == (
        "A: Reviewer A (surgeon) on 2026-11-23\n"
        "B: Reviewer B (gastro|enterologist) on 2026-11-24\n"
        "\n"
        "insulinoma\n"
        "  decision\n"
        "    A: approve with changes\n"
        "    B: do not approve\n"
        "  INS-2\n"
        "    A: change: Only <large>.\n"
        "    B: change: Never.\n"
        "\n"
        "Readings\n"
        "  R-2\n"
        "    A: unsure: Which?\n"
        "    B: agree\n"
        "\n"
        "Only A reviewed supportive (approve).\n"
        "Only B reviewed vipoma (do not approve), R-10, R-14, R-15, R-29.\n"
        "3 differences in what both reviewed.\n"
    )


def test_markdown_shows_the_same_escaped(two: Comparison) -> None:
    assert comparison_markdown(two) == (
        "## Two reviews compared\n"
        "\n"
        "| pathway | on | Reviewer A (surgeon) on 2026-11-23 | Reviewer B (gastro&#124;enterologist) on 2026-11-24 |\n"
        "| --- | --- | --- | --- |\n"
        "| insulinoma | decision | approve with changes | do not approve |\n"
        "| insulinoma | INS-2 | change: Only &#60;large&#62;. | change: Never. |\n"
        "| readings | R-2 | unsure: Which? | agree |\n"
        "\n"
        "- Only Reviewer A reviewed supportive (approve).\n"
        "- Only Reviewer B reviewed vipoma (do not approve), R-10, R-14, R-15, R-29.\n"
        "- 3 differences in what both reviewed.\n"
    )


def test_data_shows_the_same(two: Comparison) -> None:
    data = json.loads(json.dumps(comparison_data(two)))
    assert data["same"] is False
    assert [(one["reviewer"], len(one["digest"])) for one in data["forms"]] == [("Reviewer A", 64), ("Reviewer B", 64)]
    assert data["differing"] == [
        {"pathway": "insulinoma", "on": "decision", "said": ["approve_with_changes", "do_not_approve"]},
        {
            "pathway": "insulinoma",
            "on": "INS-2",
            "said": [{"verdict": "change", "comment": "Only <large>."}, {"verdict": "change", "comment": "Never."}],
        },
        {
            "pathway": None,
            "on": "R-2",
            "said": [{"verdict": "unsure", "comment": "Which?"}, {"verdict": "agree", "comment": ""}],
        },
    ]
    assert data["only"] == [
        {"pathways": {"supportive": "approve"}, "readings": []},
        {"pathways": {"vipoma": "do_not_approve"}, "readings": ["R-10", "R-14", "R-15", "R-29"]},
    ]


def test_reviews_that_say_the_same_are_the_same_whoever_made_them(definitions: Definitions, tmp_path: Path) -> None:
    said = {"SUP-1": ("agree", "Well put.")}
    found = compared(
        tmp_path,
        review_form(definitions, {"supportive": "approve"}, said),
        review_form(definitions, {"supportive": "approve"}, said, OTHER),
    )
    assert found.same
    assert comparison_text(found).endswith("\n\nBoth say the same.\n")
    assert comparison_markdown(found).endswith("\n\n- Both say the same.\n")


@pytest.mark.parametrize(
    ("decisions", "remarks"),
    [
        ({"supportive": "do_not_approve"}, {}),
        ({"supportive": "approve"}, {"SUP-1": ("unsure", "")}),
        ({"supportive": "approve"}, {"SUP-1": ("agree", "But why?")}),
        ({"supportive": "approve", "vipoma": "approve"}, {}),
        ({"vipoma": "approve"}, {}),
    ],
)
def test_any_difference_is_one_from_either_side(
    definitions: Definitions, tmp_path: Path, decisions: dict[str, str], remarks: dict[str, tuple[str, str]]
) -> None:
    forms = [review_form(definitions, {"supportive": "approve"}), review_form(definitions, decisions, remarks)]
    assert not compared(tmp_path, *forms).same
    assert not compared(tmp_path, *reversed(forms)).same


def test_reviews_of_different_definitions_are_not_compared(definitions: Definitions, tmp_path: Path) -> None:
    form = review_form(definitions, {"supportive": "approve"})
    other = sealed({**form, "definitions": {"version": "2.0.0", "hash": "e" * 64}})
    with pytest.raises(ReviewError) as raised:
        compared(tmp_path, form, other)
    assert [str(one) for one in raised.value.problems] == [
        f"these are reviews of different definitions: version {definitions.version}, hash {definitions.content_hash[:12]}, "
        "and version 2.0.0, hash eeeeeeeeeeee"
    ]

"""What shows that pathways are approved or not, and what asks for an approval."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cli.test_cli import case, error, output, pnet
from examples import LARGE_HEAD
from pnet_pathways import load_pathways
from pnet_pathways.engine.recommend import recommend
from pnet_pathways.engine.text import as_markdown, as_text
from pnet_pathways.governance.review.desk import ReviewDesk
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.diagrams.diagram import render
from review_material import OFFER, STRENGTH, A, B, Edit, edit, flat

__all__ = ["case", "edit"]  # fixtures


# What shows the status


def test_answers_say_which_pathways_are_not_approved(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.sign("insulinoma", A)
    desk.sign("recurrent", A)
    answer = recommend(LARGE_HEAD, load_pathways(folder))
    assert "Not approved: supportive (never reviewed)\nSource: " in as_text(answer)
    assert "- Not approved: supportive (never reviewed)\n- Source: " in as_markdown(answer)
    desk.sign("supportive", B)
    answer = recommend(LARGE_HEAD, load_pathways(folder))
    assert "Not approved" not in as_text(answer) + as_markdown(answer)


def test_answers_say_which_pathways_changed_since_their_approval(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit(*STRENGTH)
    edit(*OFFER)
    text = flat(as_text(recommend(LARGE_HEAD, load_pathways(folder))))
    assert "Not approved: insulinoma (changed since the approval by Reviewer A (surgeon) on 2026-11-23) Source:" in text


def test_pathways_show_their_review(folder: Path) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    arguments = ("pathways", "vipoma", "--pathways", str(folder))
    assert "\nReview: approved by Reviewer A (surgeon) on 2026-11-23\n" in output(*arguments)
    assert json.loads(output(*arguments, "--format", "json"))["review"]["status"] == "approved"
    listed = json.loads(output("pathways", "--pathways", str(folder), "--format", "json"))["pathways"]
    assert [one["name"] for one in listed if one["review"]["status"] == "approved"] == ["vipoma"]


def test_pathways_show_their_review_of_another_folder(folder: Path, tmp_path: Path) -> None:
    ReviewDesk.of(folder, tmp_path / "elsewhere").sign("vipoma", A)
    arguments = ("pathways", "vipoma", "--pathways", str(folder))
    assert "\nReview: never reviewed\n" in output(*arguments)
    assert "\nReview: approved by Reviewer A" in output(*arguments, "--reviews", str(tmp_path / "elsewhere"))


def test_a_diagram_carries_the_review_in_place_of_the_line_for_signing(folder: Path, edit: Edit) -> None:
    line = "□ do not approve"
    assert line in render("vipoma", definitions=load_pathways(folder)).dot()
    ReviewDesk.of(folder).sign("vipoma", A)
    drawn = words_of_page(load_pathways(folder))
    assert line not in drawn
    assert "Review: approved by Reviewer A (surgeon) on 2026-11-23" in drawn
    edit("vipoma.yaml", "VIPoma: resection of a primary tumor", "Each VIPoma, removal")
    assert "Review: changed since the approval by Reviewer A" in words_of_page(load_pathways(folder))


def words_of_page(definitions: Definitions) -> str:
    """Return what VIPoma's page says, whatever its lines."""
    return " ".join(re.sub(r"<[^>]*>", " ", render("vipoma", definitions=definitions).dot()).split())


def test_a_patient_s_diagram_says_that_nobody_reviewed_it() -> None:
    drawn = render("vipoma", case={"tumor_type": "vipoma"}).dot()
    assert "not yet reviewed by a clinician" in drawn
    assert "□" not in drawn


def test_a_long_review_takes_several_lines(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    for number in range(6):
        desk.sign("vipoma", type(A)(f"Reviewer {number} of a name that is rather long", "surgeon", "2026-11-23"))
    drawn = render("vipoma", definitions=load_pathways(folder)).dot()
    assert "Review: approved by Reviewer 0 of a name" in drawn
    assert "Reviewer 5 of a name that is rather long" in flat(drawn)


# What requires an approval


@pytest.mark.parametrize(
    "command", [("recommend", "{case}"), ("ask", "{case}"), ("render", "insulinoma", "--format", "dot", "--output", "{folder}")]
)
def test_an_approval_can_be_required(folder: Path, tmp_path: Path, case: str, command: tuple[str, ...]) -> None:
    arguments = [one.format(case=case, folder=tmp_path / "drawn") for one in (*command, "--pathways", str(folder))]
    assert pnet(*arguments, stdin="quit\n").exit_code == 0
    said = error(*arguments, "--require-approved", stdin="quit\n")
    assert "insulinoma: never reviewed (have it reviewed; a reviewer approves it with: pnet review sign insulinoma)" in said
    ReviewDesk.of(folder).sign("all", A)
    assert pnet(*arguments, "--require-approved", stdin="quit\n").exit_code == 0


def test_the_report_requires_every_pathway(folder: Path, tmp_path: Path) -> None:
    page, elsewhere = tmp_path / "report.html", tmp_path / "elsewhere"
    arguments = ("report", "--no-verify", "--output", str(page), "--pathways", str(folder), "--reviews", str(elsewhere))
    ReviewDesk.of(folder, elsewhere).sign("insulinoma", A)
    assert error(*arguments, "--require-approved").startswith("pnet: 7 pathways are not approved:")
    assert not page.exists()
    ReviewDesk.of(folder, elsewhere).sign("all", A)
    assert output(*arguments, "--require-approved") == f"{page}\n"


def test_a_walk_from_nothing_requires_every_pathway(folder: Path) -> None:
    ReviewDesk.of(folder).sign("insulinoma", A)
    assert error("ask", "--require-approved", "--pathways", str(folder)).startswith("pnet: 7 pathways are not approved:")


def test_a_walk_that_is_resumed_requires_what_its_start_does(folder: Path, tmp_path: Path) -> None:
    """Its answers can be taken back, which leads to the start again."""
    walk, definitions = str(tmp_path / "walk.json"), ("--pathways", str(folder))
    output("ask", "--save", walk, *definitions, stdin="insulinoma\nquit\n")
    for name in ("insulinoma", "supportive", "recurrent"):
        ReviewDesk.of(folder).sign(name, A)
    assert "5 pathways are not approved" in error("ask", "--resume", walk, "--require-approved", *definitions)


def test_a_drawn_answer_out_of_scope_requires_what_it_rests_on(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text('{"tumor_type": "exocrine"}')
    arguments = ("render", "--format", "dot", "--output", str(tmp_path), "--case", str(tmp_path / "case.json"))
    definitions = ("--pathways", str(folder))
    assert "2 pathways are not approved" in error(*arguments, *definitions, "--require-approved")
    ReviewDesk.of(folder).sign("supportive", A)
    ReviewDesk.of(folder).sign("recurrent", A)
    assert output(*arguments, *definitions, "--require-approved") == output(*arguments, *definitions)


def test_the_overview_requires_no_approval(tmp_path: Path) -> None:
    output("render", "overview", "--format", "dot", "--output", str(tmp_path), "--require-approved")

"""What a review tells of the changes since the last approval."""

from __future__ import annotations

import json
import re
from pathlib import Path

import attrs
import pytest

from pnet_pathways import load_pathways
from pnet_pathways.governance.difference.answers import compare
from pnet_pathways.governance.difference.places import Place
from pnet_pathways.governance.difference.shared import Bump
from pnet_pathways.governance.difference.text import summary
from pnet_pathways.governance.review.checks import snapshot_text
from pnet_pathways.governance.review.desk import ReviewDesk
from pnet_pathways.governance.review.text import status_text
from pnet_pathways.loading.reviews import HEAD, SNAPSHOTS
from pnet_pathways.model.review import ReviewStatus
from pnet_pathways.proof.scenarios.space import scenario_space
from review_material import OFFER, STRENGTH, A, B, Edit, edit, statuses

__all__ = ["edit"]  # a fixture


def test_a_changed_strength_is_told_with_its_scenarios(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit(*STRENGTH)
    edit(*OFFER)
    found = statuses(folder)
    assert {name for name, one in found.items() if not one.review.approved} == {"insulinoma"}
    one = found["insulinoma"]
    assert one.review.status is ReviewStatus.CHANGED
    condition = load_pathways().statement("INS-2").condition
    hit = sum(condition.evaluate(scenario.get) is True for scenario in scenario_space("insulinoma"))
    assert one.difference is not None
    assert one.difference.changed == hit
    assert one.places == (
        Place("pathway.statements.INS-2.options.0.strength", "usual", "rare"),
        Place(
            "pathway.tracks.primary.states.large_head_not_resectable.offers.INS-2",
            '["usually pancreatoduodenectomy"]',
            '["rarely pancreatoduodenectomy"]',
        ),
    )


def test_a_changed_comment_or_layout_is_no_change(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit("insulinoma.yaml", "# Second encoding", "# Another comment")
    edit(STRENGTH[0], STRENGTH[1], "{item: 2,   strength: usual, treatments: [ pancreatoduodenectomy ]}")
    assert all(one.review.approved for one in statuses(folder).values())


def test_what_nobody_sees_in_a_text_voids_no_approval_and_is_no_difference(folder: Path) -> None:
    vipoma, facts = folder / "vipoma.yaml", folder / "facts.yaml"
    facts.write_text(facts.read_text("utf-8").replace("phrase: a VIPoma", "phrase: a \u00e9 VIPoma"), "utf-8")
    before = load_pathways(folder)
    ReviewDesk.of(folder).sign("all", A)
    facts.write_text(facts.read_text("utf-8").replace("\u00e9", "e\u0301"), "utf-8")
    text = vipoma.read_text("utf-8").replace("title: Primary tumor", 'title: "Primary\u00a0tu\u00admor "')
    vipoma.write_text(re.sub(r"(: >-\n.*)", r"\1  ", text), "utf-8")
    after = load_pathways(folder)
    assert after.content_hash == before.content_hash
    assert all(one.review.approved and not one.places for one in statuses(folder).values())
    assert "No scenario changes" in summary(compare(before, after))
    assert compare(before, after).bump is Bump.NONE


def test_a_change_in_words_alone_changes_no_scenario(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    edit("facts.yaml", "{label: VIPoma, phrase: a VIPoma}", "{label: VIPoma, phrase: one VIPoma}")
    one = statuses(folder)["vipoma"]
    assert one.difference is not None
    assert summary(one.difference).startswith("No scenario changes")
    assert one.places == (Place("type_answers.vipoma.phrase", "a VIPoma", "one VIPoma"),)


def test_a_passage_that_moved_voids_no_approval(folder: Path) -> None:
    ReviewDesk.of(folder).sign("all", A)
    for path in folder.glob("*.yaml"):
        moved = re.sub(r"(start|end): ([0-9]+)", lambda found: f"{found[1]}: {int(found[2]) + 1000}", path.read_text("utf-8"))
        path.write_text(moved, "utf-8")
    assert load_pathways(folder).content_hash != load_pathways().content_hash
    assert all(one.review.approved for one in statuses(folder).values())


def test_tracks_in_another_order_of_the_text_are_told(folder: Path, edit: Edit) -> None:
    """The order of tracks within an answer follows the text."""
    ReviewDesk.of(folder).sign("supportive", A)
    start = load_pathways(folder).statement("SUP-4").locators[0].start
    edit("supportive.yaml", f"start: {start}, end: ", "start: 1, end: ")
    (place,) = statuses(folder)["supportive"].places
    assert place.path == "text_order"


def test_facts_in_another_order_of_asking_are_told(folder: Path) -> None:
    ReviewDesk.of(folder).sign("all", A)
    path = folder / "facts.yaml"
    text = path.read_text("utf-8")
    body, tail, end = (text.index(f"\n{line}") for line in ("      body:", "      tail:", "    none: {label: nowhere"))
    path.write_text(text[:body] + text[tail:end] + text[body:tail] + text[end:], "utf-8")
    found = statuses(folder)
    (told,) = found["glucagonoma"].places
    assert told.path == "facts"
    assert "pancreatic_tumors, sites.head, sites.body, sites.tail" in told.before
    assert told.after == told.before.replace("sites.body, sites.tail", "sites.tail, sites.body")
    assert found["supportive"].review.approved


def test_the_difference_is_that_since_the_last_approval(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    edit("vipoma.yaml", "VIPoma: resection of a primary tumor", "Each VIPoma, removal")
    ReviewDesk.of(folder).sign("vipoma", B)
    edit("vipoma.yaml", "Each VIPoma, removal", "All VIPomas, removal")
    one = statuses(folder)["vipoma"]
    assert one.places == (Place("pathway.statements.VIP-2.label", "Each VIPoma, removal", "All VIPomas, removal"),)
    assert one.review.words == "changed since the approval by Reviewer B (gastroenterologist) on 2026-11-24"


def test_the_changes_of_another_pathway_are_none_of_this_one(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit("vipoma.yaml", "VIPoma: resection of a primary tumor", "Each VIPoma, removal")
    edit(*STRENGTH)
    edit(*OFFER)
    one = statuses(folder)["vipoma"]
    assert one.difference is not None
    assert ([each.pathway for each in one.difference.pathways], one.difference.changed) == (["vipoma"], 0)


@pytest.mark.parametrize(
    ("new", "line", "concerned"),
    [
        (
            "pathway: insulinoma,",
            "nonfunctional leads to insulinoma and no longer to other",
            {"insulinoma", "other"},
        ),
        (
            "note: not discussed,",
            "nonfunctional leads to out of scope and no longer to other",
            {"other", "supportive", "recurrent"},
        ),
    ],
)
def test_a_type_that_leads_elsewhere_is_told_with_the_pathways_it_concerns(
    folder: Path, edit: Edit, new: str, line: str, concerned: set[str]
) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit("entry.yaml", "Nonfunctional tumor, pathway: other,", f"Nonfunctional tumor, {new}")
    desk = ReviewDesk.of(folder)
    found = desk.status()
    told = {one.pathway.name: one.difference.entry for one in found if one.difference is not None and one.difference.entry}
    assert told == dict.fromkeys(concerned, (line,))
    text = " ".join(status_text(desk, found).split())
    assert text.count("besides, all scenarios of nonfunctional lead elsewhere") == len(concerned)
    assert text.count(f" lead elsewhere. {line} ") == len(concerned)
    assert "every answer is the same" not in text


def test_a_change_of_what_holds_for_every_type_is_told_of_that_alone(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit("entry.yaml", "common: [supportive, recurrent]", "common: [supportive, recurrent, vipoma]")
    found = {name: one.difference.entry for name, one in statuses(folder).items() if one.difference is not None}
    line = "common to every type is supportive, recurrent, vipoma, and no longer supportive, recurrent"
    assert {name: entry for name, entry in found.items() if entry} == {"vipoma": (line,)}


def test_without_the_snapshot_the_change_is_told_without_its_difference(folder: Path, edit: Edit) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    edit("vipoma.yaml", "VIPoma: resection of a primary tumor", "Each VIPoma, removal")
    (folder / "reviews" / SNAPSHOTS / f"{record.snapshot}.json").unlink()
    one = statuses(folder)["vipoma"]
    assert (one.review.status, one.difference, one.places) == (ReviewStatus.CHANGED, None, ())
    assert "this snapshot of reviewed definitions cannot be read" in one.unknown


def test_a_snapshot_that_this_version_cannot_load_is_said(folder: Path, edit: Edit) -> None:
    files = {**ReviewDesk.of(folder).files, "entry.yaml": {"tracks": {}}}
    from pnet_pathways.loading.content_hashes import content_hash

    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    reviews = folder / "reviews"
    (reviews / SNAPSHOTS / f"{content_hash(files)}.json").write_text(snapshot_text(files), "utf-8")
    other = attrs.evolve(record, snapshot=content_hash(files), content="0" * 64)
    other = attrs.evolve(other, hash=other.own_hash())
    (reviews / record.file).write_text(other.to_json(), "utf-8")
    (reviews / HEAD).write_text(json.dumps({"number": 1, "hash": other.link}, indent=2) + "\n")
    assert "the key 'types' is missing" in statuses(folder)["vipoma"].unknown

"""Sign-off: approving, commenting, what changed since an approval, and what a check of the folder finds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import attrs
import pytest

from pnet_pathways import (
    DefinitionError,
    PnetPathwaysError,
    ReviewError,
    load_pathways,
)
from pnet_pathways.governance.difference.places import Place
from pnet_pathways.governance.difference.text import summary
from pnet_pathways.governance.review.checks import (
    Signed,
    folder_problems,
    read_snapshot,
    signatures,
    snapshot_text,
)
from pnet_pathways.governance.review.desk import (
    Author,
    PathwayStatus,
    ReviewDesk,
    places_of,
)
from pnet_pathways.governance.review.signing import Signer
from pnet_pathways.governance.review.text import (
    checks_data,
    checks_text,
    status_data,
    status_markdown,
    status_text,
)
from pnet_pathways.loading.files import write_whole
from pnet_pathways.loading.reviews import HEAD, SNAPSHOTS, head_text, read_reviews
from pnet_pathways.model.review import RecordKind, ReviewStatus
from project_vocabulary import scenarios
from review_material import OFFER, STRENGTH, A, B, Edit, edit, signer

__all__ = ["edit", "signer"]  # fixtures


def statuses(folder: Path) -> dict[str, PathwayStatus]:
    """Return the status of every pathway by name."""
    return {one.pathway.name: one for one in ReviewDesk.of(folder).status()}


def problems(folder: Path) -> str:
    """Return what a check of the reviews of a folder finds."""
    return "\n".join(map(str, folder_problems(ReviewDesk.of(folder).reviews)))


# Approving


def test_signing_one_pathway_approves_it_alone(folder: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A, "agreed")
    assert (record.file, record.text) == ("0001-approval-vipoma.json", "agreed")
    assert {name for name, one in statuses(folder).items() if one.review.approved} == {"vipoma"}
    assert statuses(folder)["vipoma"].review.words == "approved by Reviewer A (surgeon) on 2026-11-23"


def test_signing_all_approves_every_pathway(folder: Path) -> None:
    records = ReviewDesk.of(folder).sign("all", A)
    assert [one.number for one in records] == list(range(1, 9))
    assert all(one.review.approved for one in statuses(folder).values())
    assert all(load_pathways(folder).review(name).approved for name in load_pathways(folder).pathways)


def test_a_snapshot_is_kept_once_for_each_content(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit("vipoma.yaml", "# Second encoding", "# Another comment")
    ReviewDesk.of(folder).sign("vipoma", B)
    assert len(list((folder / "reviews" / SNAPSHOTS).iterdir())) == 1
    edit("vipoma.yaml", "Every VIPoma, removal", "Each VIPoma, removal")
    ReviewDesk.of(folder).sign("vipoma", B)
    assert len(list((folder / "reviews" / SNAPSHOTS).iterdir())) == 2


def test_a_snapshot_holds_what_was_approved(folder: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    files = read_snapshot(folder / "reviews" / SNAPSHOTS / f"{record.snapshot}.json")
    assert files == ReviewDesk.of(folder).files
    assert record.snapshot == load_pathways(folder).content_hash


def test_a_snapshot_is_the_same_for_files_that_mean_the_same(folder: Path, edit: Edit) -> None:
    before = snapshot_text(ReviewDesk.of(folder).files)
    edit("vipoma.yaml", "{item: 6, treatments: [chemotherapy]}", "{treatments: [chemotherapy], item: 6}")
    edit("vipoma.yaml", "version: 1.0.0\ntitle: VIPoma", "title: VIPoma # here\nversion: 1.0.0")
    assert snapshot_text(ReviewDesk.of(folder).files) == before


def test_a_desk_that_stays_open_goes_on_with_the_chain(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.sign("vipoma", A)
    desk.sign("other", B)
    assert problems(folder) == ""
    assert [one.number for one in ReviewDesk.of(folder).reviews.records] == [1, 2]


def test_definitions_that_cannot_be_used_cannot_be_approved(folder: Path, edit: Edit) -> None:
    edit("vipoma.yaml", "          VIP-2: [removal_of_tumor_and_lymph_nodes]", "          VIP-3: [debulking_surgery]")
    with pytest.raises(DefinitionError):
        ReviewDesk.of(folder)
    with pytest.raises(DefinitionError, match="there is no such folder"):
        ReviewDesk.of(folder / "nowhere")


def test_a_draft_whose_encodings_disagree_cannot_be_approved(folder: Path, edit: Edit) -> None:
    edit(*OFFER)
    desk = ReviewDesk.of(folder, check_agreement=False)
    assert [one.pathway.name for one in desk.status() if one.at_odds] == ["insulinoma"]
    assert not any(one.passes for one in desk.status())
    with pytest.raises(ReviewError, match="gives INS-2 'usually pancreatoduodenectomy' another strength than the statement"):
        desk.sign("insulinoma", A)
    assert not desk.reviews.folder.exists()


def test_an_unknown_pathway_is_refused_with_the_nearest_name(folder: Path) -> None:
    with pytest.raises(ReviewError, match=r"vipom: there is no such pathway \(did you mean 'vipoma'\?\)"):
        ReviewDesk.of(folder).sign("vipom", A)
    assert not (folder / "reviews").exists()


def test_nothing_is_added_to_damaged_records(folder: Path) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    (folder / "reviews" / HEAD).unlink()
    before = sorted(folder.parent.rglob("*"))
    for attempt in (
        lambda: ReviewDesk.of(folder).sign("other", A),
        lambda: ReviewDesk.of(folder).comment("other", "OTH-1", A, "?"),
        lambda: ReviewDesk.of(folder).resolve("C-1", A),
    ):
        with pytest.raises(ReviewError, match="the file that names the last record is missing"):
            attempt()
    assert sorted(folder.parent.rglob("*")) == before


def test_records_are_written_all_or_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ReviewDesk.of(folder).sign("all", A)
    before = read_reviews(folder / "reviews")

    def fail_at_the_end(path: Path, content: str | bytes) -> None:
        if path.name == HEAD:
            raise OSError(28, "No space left on device", str(path))
        write_whole(path, content)

    monkeypatch.setattr("pnet_pathways.governance.review.desk.write_whole", fail_at_the_end)
    with pytest.raises(OSError, match="No space left"):
        ReviewDesk.of(folder).sign("all", B)
    assert read_reviews(folder / "reviews") == before


@pytest.mark.parametrize(
    ("reviewer", "role", "date", "where"),
    [
        ("", "surgeon", "2026-11-23", ["reviewer"]),
        ("A", " ", "2026-11-23", ["role"]),
        ("A\nB", "surgeon", "2026-11-23", ["reviewer"]),
        ("A\ud800", "surgeon", "2026-11-23", ["reviewer"]),
        ("A" * 201, "surgeon", "2026-11-23", ["reviewer"]),
        ("A", "surgeon", "23.11.2026", ["date"]),
        ("A", "surgeon", "20261123", ["date"]),
        ("", "", "today", ["reviewer", "role", "date"]),
    ],
)
def test_who_reviews_is_one_line_and_has_a_date(reviewer: str, role: str, date: str, where: list[str]) -> None:
    with pytest.raises(ReviewError) as raised:
        Author(reviewer, role, date)
    assert [one.where for one in raised.value.problems] == where


@pytest.mark.parametrize("text", ["\ud800", "\x1b[2J", "a\x00"])
def test_a_comment_that_no_file_can_hold_or_a_terminal_would_obey_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(ReviewError, match="comment: takes text in lines, without control characters"):
        ReviewDesk.of(folder).sign("vipoma", A, text)


def test_a_comment_may_have_several_lines(folder: Path) -> None:
    assert ReviewDesk.of(folder).sign("vipoma", A, "One:\n\ttwo")[0].text == "One:\n\ttwo"


# What changed since


def test_a_changed_strength_is_told_with_its_scenarios(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit(*STRENGTH)
    edit(*OFFER)
    found = statuses(folder)
    assert {name for name, one in found.items() if not one.review.approved} == {"insulinoma"}
    one = found["insulinoma"]
    assert one.review.status is ReviewStatus.CHANGED
    pathway = load_pathways().pathways["insulinoma"]
    condition = pathway.statement("INS-2").condition
    hit = sum(condition.evaluate(scenario.get) is True for scenario in scenarios(pathway.facts))
    assert one.difference is not None
    assert one.difference.changed == hit
    assert one.places == (
        Place("pathway.statements.INS-2.options.0.strength", "usual", "rare"),
        Place(
            "pathway.tracks.primary.states.large_head_not_removable.offers.INS-2",
            '["usually pancreatoduodenectomy"]',
            '["rarely pancreatoduodenectomy"]',
        ),
    )


def test_a_changed_comment_or_layout_is_no_change(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit("insulinoma.yaml", "# Second encoding", "# Another comment")
    edit(STRENGTH[0], STRENGTH[1], "{item: 2,   strength: usual, treatments: [ pancreatoduodenectomy ]}")
    assert all(one.review.approved for one in statuses(folder).values())


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
    place = Place("facts", "pancreatic_tumors, sites.head, sites.body", "pancreatic_tumors, sites.head, sites.tail")
    (told,) = found["glucagonoma"].places
    assert (told.path, told.before[: len(place.before)], told.after[: len(place.after)]) == attrs.astuple(place)
    assert found["vipoma"].review.approved


def test_the_difference_is_that_since_the_last_approval(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    edit("vipoma.yaml", "Every VIPoma, removal", "Each VIPoma, removal")
    ReviewDesk.of(folder).sign("vipoma", B)
    edit("vipoma.yaml", "Each VIPoma, removal", "All VIPomas, removal")
    one = statuses(folder)["vipoma"]
    assert one.places == (Place("pathway.statements.VIP-2.label", "Each VIPoma, removal", "All VIPomas, removal"),)
    assert one.review.words == "changed since the approval by Reviewer B (gastroenterologist) on 2026-11-24"


def test_the_changes_of_another_pathway_are_none_of_this_one(folder: Path, edit: Edit) -> None:
    ReviewDesk.of(folder).sign("all", A)
    edit("vipoma.yaml", "Every VIPoma, removal", "Each VIPoma, removal")
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
    edit("vipoma.yaml", "Every VIPoma, removal", "Each VIPoma, removal")
    (folder / "reviews" / SNAPSHOTS / f"{record.snapshot}.json").unlink()
    one = statuses(folder)["vipoma"]
    assert (one.review.status, one.difference, one.places) == (ReviewStatus.CHANGED, None, ())
    assert "this snapshot of approved definitions cannot be read" in one.unknown


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


# Comments


def test_a_comment_is_open_until_it_is_resolved(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.sign("gastrinoma", A)
    desk.comment("gastrinoma", "GAS-2", B, "Why only this?")
    found = ReviewDesk.of(folder)
    assert [(one.on, one.text) for one in found.reviews.open_comments] == [("GAS-2", "Why only this?")]
    assert found.definitions.review("gastrinoma").approved
    record = desk.resolve("C-2", A, "The section says so.")
    assert (record.kind, record.resolves, record.pathway) == (RecordKind.RESOLUTION, 2, "gastrinoma")
    assert ReviewDesk.of(folder).reviews.open_comments == ()


def test_a_state_can_be_commented_on(folder: Path) -> None:
    assert ReviewDesk.of(folder).comment("vipoma", "supportive.fluids.fluids", A, "?").on == "supportive.fluids.fluids"


def test_every_statement_and_state_is_a_place() -> None:
    pathway = load_pathways().pathways["vipoma"]
    states = sum(len(track.states) for track in pathway.tracks.values())
    assert len(set(places_of(pathway))) == len(pathway.statements) + states


@pytest.mark.parametrize(
    ("on", "text", "message"),
    [
        ("VIP-9", "?", "'vipoma' has no such statement or state (did you mean 'VIP-5'?)"),
        ("removable", "?", "(did you mean 'primary.removable'?)"),
        ("x", "?", "(e.g. VIP-1, supportive.fluids.fluids)"),
        ("VIP-1", " ", "a comment says something"),
    ],
)
def test_a_comment_is_on_something_and_says_something(folder: Path, on: str, text: str, message: str) -> None:
    with pytest.raises(ReviewError) as raised:
        ReviewDesk.of(folder).comment("vipoma", on, A, text)
    assert message in str(raised.value)


def test_what_is_no_open_comment_cannot_be_resolved(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    with pytest.raises(ReviewError, match=r"C-1: there is no such open comment \(no comment is open\)"):
        desk.resolve("C-1", A)
    desk.comment("vipoma", "VIP-1", A, "?")
    desk.comment("vipoma", "VIP-2", A, "?")
    desk.resolve("C-1", A)
    with pytest.raises(ReviewError, match=r"C-1: there is no such open comment \(open: C-2\)"):
        desk.resolve("C-1", A)


def test_a_comment_outlives_its_pathway(folder: Path) -> None:
    desk = ReviewDesk.of(folder)
    desk.comment("vipoma", "VIP-1", A, "?")
    without = {name: one for name, one in desk.definitions.pathways.items() if name != "vipoma"}
    hashes = {name: one for name, one in desk.definitions.reviewed_hashes.items() if name != "vipoma"}
    later = attrs.evolve(
        ReviewDesk.of(folder), definitions=attrs.evolve(desk.definitions, pathways=without, reviewed_hashes=hashes)
    )
    assert "C-1 on VIP-1 (vipoma), which is there no longer, by Reviewer A" in status_text(later, later.status())
    assert later.resolve("C-1", A).content == desk.definitions.reviewed_hashes["vipoma"]


# Checks of the folder


def test_a_folder_as_it_was_written_has_no_problem(folder: Path) -> None:
    assert problems(folder) == ""
    desk = ReviewDesk.of(folder)
    desk.sign("all", A)
    desk.comment("vipoma", "VIP-1", B, "?")
    (folder / "reviews" / "README.md").write_text("about")
    assert problems(folder) == ""


@pytest.mark.parametrize(
    ("old", "new"), [('"strength": "usual"', '"strength": "rare"'), ("\n", "\n\n"), ("{", '{"x": 1, '), ("{", "[")]
)
def test_an_edited_snapshot_is_named(folder: Path, old: str, new: str) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    path = folder / "reviews" / SNAPSHOTS / f"{record.snapshot}.json"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert problems(folder).startswith(f"{path.name}: this ")


def test_a_removed_snapshot_is_named(folder: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    (folder / "reviews" / SNAPSHOTS / f"{record.snapshot}.json").unlink()
    assert problems(folder).startswith(f"{record.snapshot}.json: this snapshot of approved definitions cannot be read")


def test_an_edited_snapshot_is_approved_by_nobody(folder: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    path = folder / "reviews" / SNAPSHOTS / f"{record.snapshot}.json"
    path.write_text("{}")
    with pytest.raises(ReviewError, match="was edited"):
        ReviewDesk.of(folder).sign("other", A)


def test_an_approval_of_what_its_snapshot_does_not_hold_is_named(folder: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", A)
    forged = attrs.evolve(record, content="0" * 64)
    forged = attrs.evolve(forged, hash=forged.own_hash())
    reviews = folder / "reviews"
    (reviews / forged.file).write_text(forged.to_json(), "utf-8")
    (reviews / HEAD).write_text(head_text(forged), "utf-8")
    assert problems(folder) == f"{record.file}: what it approves is not the pathway 'vipoma' of its snapshot"


def test_what_does_not_belong_into_the_folder_is_named(folder: Path) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    reviews = folder / "reviews"
    (reviews / "notes.txt").write_text("x")
    (reviews / SNAPSHOTS / "old.json").write_text("{}")
    found = problems(folder)
    assert "notes.txt: this is not a record of a review" in found
    assert "snapshots/old.json: no approval names this snapshot" in found


# Signatures


def test_signed_and_unsigned_records_are_told_apart(folder: Path, signer: Signer) -> None:
    desk = ReviewDesk.of(folder)
    desk.sign("vipoma", attrs.evolve(A, signer=signer))
    desk.sign("vipoma", B)
    reviews = ReviewDesk.of(folder).reviews
    assert [one.signed for one in signatures(reviews)] == [Signed.GOOD, Signed.UNSIGNED]
    assert signatures(reviews, {signer.key: "a@example.org"})[0].said == "the key of a@example.org"
    assert [one.signed for one in signatures(reviews, {})] == [Signed.NOT_ALLOWED, Signed.UNSIGNED]


def test_a_forged_signature_is_bad(folder: Path, signer: Signer, tmp_path: Path) -> None:
    (record,) = ReviewDesk.of(folder).sign("vipoma", attrs.evolve(A, signer=signer))
    reviews = ReviewDesk.of(folder).reviews
    forged = attrs.evolve(reviews, records=(attrs.evolve(record, signature=signer.sign("another")),))
    (verdict,) = signatures(forged)
    assert (verdict.signed, verdict.said) == (Signed.BAD, "the signature does not fit what is signed")


# Reports


@pytest.fixture
def desk(folder: Path, edit: Edit) -> ReviewDesk:
    """A desk with everything there is to report: approved, changed, never reviewed, an open comment."""
    first = ReviewDesk.of(folder)
    first.sign("insulinoma", A)
    first.sign("vipoma", B)
    first.comment("vipoma", "VIP-1", B, "Is <this> so?")
    edit(*STRENGTH)
    edit(*OFFER)
    return ReviewDesk.of(folder)


def test_the_text_tells_status_changes_comments_and_disclaimer(desk: ReviewDesk) -> None:
    text = " ".join(status_text(desk, desk.status()).split())
    assert "gastrinoma 1.0.0: never reviewed" in text
    assert "insulinoma 1.0.0: changed since the approval by Reviewer A (surgeon) on 2026-11-23" in text
    assert "96 of 1,056 total scenarios get another answer." in text
    assert "usually pancreatoduodenectomy (Whipple procedure) [INS-2] -> rarely pancreatoduodenectomy" in text
    assert "pathway.statements.INS-2.options.0.strength: usual -> rare" in text
    assert "vipoma 1.0.0: approved by Reviewer B" in text
    assert "C-3 on VIP-1 (vipoma), by Reviewer B (gastroenterologist) on 2026-11-24: Is <this> so?" in text
    assert text.endswith(desk.definitions.source.disclaimer)


def test_the_markdown_tells_the_same_escaped(desk: ReviewDesk) -> None:
    text = status_markdown(desk, desk.status())
    assert "| insulinoma | 1.0.0 | changed since the approval by Reviewer A (surgeon) on 2026-11-23 |" in text
    assert "### insulinoma: since the approval\n\n- 96 of 1,056 total scenarios get another answer.\n" in text
    assert "Is &#60;this&#62; so?" in text
    assert desk.definitions.source.disclaimer in text


def test_the_data_tells_the_same(desk: ReviewDesk) -> None:
    data = json.loads(json.dumps(status_data(desk, desk.status())))
    found = {one["pathway"]: one for one in data["pathways"]}
    assert [found[name]["status"] for name in ("gastrinoma", "insulinoma", "vipoma")] == [
        "never_reviewed",
        "changed",
        "approved",
    ]
    assert found["insulinoma"]["difference"]["changed"] == 96
    assert found["insulinoma"]["places"][0] == {
        "path": "pathway.statements.INS-2.options.0.strength",
        "before": "usual",
        "after": "rare",
    }
    assert found["vipoma"]["difference"] is None
    assert [(one["id"], one["still_there"]) for one in data["open_comments"]] == [("C-3", True)]
    assert (data["problems"], data["disclaimer"]) == ([], desk.definitions.source.disclaimer)


def test_damaged_records_are_told_in_every_form(folder: Path) -> None:
    ReviewDesk.of(folder).sign("vipoma", A)
    (folder / "reviews" / HEAD).unlink()
    desk = ReviewDesk.of(folder)
    found = desk.status()
    assert {one.review.status for one in found} == {ReviewStatus.DAMAGED}
    message = "the file that names the last record is missing"
    assert message in status_text(desk, found)
    assert message in status_markdown(desk, found)
    assert message in status_data(desk, found)["problems"][0]["message"]


def test_a_difference_that_cannot_be_told_is_said(desk: ReviewDesk) -> None:
    for path in (desk.reviews.folder / SNAPSHOTS).iterdir():
        path.unlink()
    assert "what changed cannot be told: " in " ".join(status_text(desk, desk.status()).split())


def test_a_check_is_told_as_text_and_data(folder: Path, signer: Signer) -> None:
    ReviewDesk.of(folder).sign("vipoma", attrs.evolve(A, signer=signer))
    desk = ReviewDesk.of(folder)
    verdicts = signatures(desk.reviews, {signer.key: "a@example.org"})
    text = checks_text(desk.reviews, (), verdicts)
    assert "0001-approval-vipoma.json: good signature: the key of a@example.org; names Reviewer A" in " ".join(text.split())
    assert "it is as it was written" in " ".join(text.split())
    assert checks_data(desk.reviews, (), verdicts)["records"][0] == {
        "record": "0001-approval-vipoma.json",
        "reviewer": "Reviewer A",
        "role": "surgeon",
        "date": "2026-11-23",
        "signature": "good",
        "said": "the key of a@example.org",
    }


def test_an_error_of_reviews_is_one_of_the_library() -> None:
    assert issubclass(ReviewError, PnetPathwaysError)

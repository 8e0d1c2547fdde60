"""Edited copies of the summary: each gets the right verdict, in both directions."""

from __future__ import annotations

import re
from itertools import pairwise

import attrs
import pytest

from pnet_pathways import load_pathways
from pnet_pathways.governance.source import Copy, PassageVerdict, compare
from pnet_pathways.governance.source.copies import fold
from pnet_pathways.governance.source.locators import OwnerKind
from pnet_pathways.model.errors import SourceError
from pnet_pathways.model.hashing import text_digest
from pnet_pathways.model.pathway import Definitions
from source_material import Material, statements_of


def middle(text: str, start: int, end: int) -> int:
    """Return the place before a word near the middle of a passage."""
    return text.index(" ", (start + end) // 2) if " " in text[(start + end) // 2 : end] else text.rindex(" ", start, end)


def test_the_source_document_is_claimed_in_full_both_ways(source_text: str) -> None:
    """Required: every locator resolves, and every sentence of the parts is a statement's or on record as none."""
    comparison = compare(load_pathways(), Copy("summary", source_text))
    assert comparison.complete
    assert {finding.verdict for finding in comparison.findings} == {PassageVerdict.SAME}
    assert [part.pathway for part in comparison.parts] == [
        "supportive", "gastrinoma", "insulinoma", "glucagonoma", "vipoma", "somatostatinoma", "other", "recurrent",
    ]  # fmt: skip
    assert all(part.sentences == part.statements + part.not_statements for part in comparison.parts)
    assert sum(part.sentences for part in comparison.parts) > 100


def test_the_copy_that_the_definitions_are_made_from_is_the_same(material: Material) -> None:
    comparison = material.compare(material.text)
    assert comparison.complete
    assert {finding.verdict for finding in comparison.findings} == {PassageVerdict.SAME}
    assert comparison.updated == comparison.known_date


@pytest.mark.parametrize("old", [False, True], ids=["alone", "with the old copy"])
def test_a_changed_word_changes_exactly_the_passages_that_hold_it(material: Material, old: bool) -> None:
    for anchor in material.statements:
        place = middle(material.text, *anchor.span)
        comparison = material.compare(f"{material.text[:place]} hitherto{material.text[place:]}", old=old)
        holding = {one.locator for one in material.anchors if one.span[0] < place < one.span[1]}
        assert {finding.locator for finding in comparison.findings if not finding.holds} == holding, anchor
        assert {finding.verdict for finding in comparison.findings if not finding.holds} == {PassageVerdict.CHANGED}
        assert not comparison.new
        for finding in comparison.of(PassageVerdict.CHANGED):
            # Of words cited from a statement, what is shown begins or ends with a sentence.
            assert "hitherto" in finding.text or not statements_of(finding.owners)


@pytest.mark.parametrize("edge", ["first", "last"])
def test_a_statement_with_another_beginning_or_end_is_changed(material: Material, edge: str) -> None:
    for anchor in material.statements:
        start, end = anchor.span
        cut = start + len(anchor.locator.first) if edge == "first" else end - len(anchor.locator.last)
        edited = f"Hitherto {material.text[cut:end]}" if edge == "first" else f"{material.text[start:cut]}hitherto."
        comparison = material.compare(material.text[:start] + edited + material.text[end:])
        changed = {name for finding in comparison.of(PassageVerdict.CHANGED) for name in statements_of(finding.owners)}
        assert changed == statements_of(anchor.owners), anchor
        assert not comparison.new


def test_every_word_of_a_changed_statement_may_differ(material: Material) -> None:
    """Without the old copy, what nobody claims between two neighbors is the lost passage in other words."""
    start, end = material.span("GAS-3")
    comparison = material.compare(f"{material.text[:start]}Nothing here is as it was.{material.text[end:]}")
    (finding,) = comparison.of(PassageVerdict.CHANGED)
    assert (statements_of(finding.owners), finding.text) == ({"GAS-3"}, "Nothing here is as it was.")
    assert not comparison.new


def test_with_the_old_copy_words_that_have_nothing_in_common_are_new_and_the_passage_has_vanished(material: Material) -> None:
    start, end = material.span("GAS-3")
    comparison = material.compare(f"{material.text[:start]}Nothing here is as it was.{material.text[end:]}", old=True)
    assert [statements_of(finding.owners) for finding in comparison.of(PassageVerdict.VANISHED)] == [{"GAS-3"}]
    assert [new.text for new in comparison.new] == ["Nothing here is as it was."]


def test_two_neighbors_that_both_change_are_told_apart(material: Material) -> None:
    text = material.text
    for name in ("GAS-4", "GAS-3"):
        place = middle(text, *material.span(name))
        text = f"{text[:place]} hitherto{text[place:]}"
    changed = material.compare(text).of(PassageVerdict.CHANGED)
    assert [statements_of(finding.owners) for finding in changed] == [{"GAS-3"}, {"GAS-4"}]
    assert all(finding.text.count("hitherto") == 1 for finding in changed)


def test_a_removed_statement_has_vanished(material: Material) -> None:
    for anchor in material.statements:
        start, end = anchor.span
        comparison = material.compare(material.text[:start] + material.text[end:].lstrip())
        vanished = {name for finding in comparison.of(PassageVerdict.VANISHED) for name in statements_of(finding.owners)}
        # Two types can have the very same sentence; one of them is gone.
        twins = {
            name
            for one in material.statements
            if one.locator.sha256 == anchor.locator.sha256
            for name in statements_of(one.owners)
        }
        assert len(vanished) == 1, anchor
        assert vanished <= twins, anchor
        assert not comparison.new
        assert not comparison.complete


def test_a_new_item_is_reported_once_with_the_statement_before_it(material: Material) -> None:
    for anchor in material.statements:
        end = anchor.span[1]
        comparison = material.compare(f"{material.text[:end]} Homely rest.{material.text[end:]}")
        assert [(new.text, statements_of(new.after)) for new in comparison.new] == [
            ("Homely rest.", statements_of(anchor.owners))
        ]
        # What a reading cites can go on past the statement.
        around = {one.locator for one in material.anchors if one.span[0] < end < one.span[1]}
        assert {finding.locator for finding in comparison.findings if not finding.holds} == around
        assert not any(one.claims for one in material.anchors if one.locator in around)
        assert sum(part.unclaimed for part in comparison.parts) == 1


def test_a_new_item_at_the_very_beginning_of_a_part_follows_nothing(made_up: Material) -> None:
    heading = made_up.definitions.pathways["gastrinoma"].section
    text = made_up.text.replace(f"{heading} For", f"{heading} Homely rest. For", 1)
    (new,) = made_up.compare(text).new
    assert (new.text, new.pathway, new.after) == ("Homely rest.", "gastrinoma", ())


def test_a_sentence_in_another_order_of_its_part_needs_a_person(material: Material) -> None:
    (start, end), (before, _) = material.span("GAS-4"), material.span("GAS-2")
    text = material.text[:before] + material.text[start:end] + " " + material.text[before : start - 1] + material.text[end:]
    comparison = material.compare(text)
    assert not comparison.complete
    noted = [finding for finding in comparison.findings if finding.note]
    assert [(statements_of(one.owners), one.verdict, one.note) for one in noted] == [
        ({"GAS-4"}, PassageVerdict.REORDERED, "the order has changed: now after statement GAS-1")
    ]


def test_a_sentence_moved_to_another_type_is_no_mere_move(material: Material) -> None:
    (start, end), (target, _) = material.span("GAS-4"), material.span("INS-3")
    text = f"{material.text[: start - 1]}{material.text[end:target]}{material.text[start:end]} {material.text[target:]}"
    comparison = material.compare(text)
    (finding,) = comparison.of(PassageVerdict.DISPLACED)
    assert (statements_of(finding.owners), finding.note) == ({"GAS-4"}, "now in the part 'insulinoma'")
    assert not comparison.complete


def test_a_sentence_moved_to_another_type_of_the_same_section_is_no_mere_move(material: Material) -> None:
    (start, end), (target, _) = material.span("VIP-4"), material.span("SOM-2")
    text = f"{material.text[: start - 1]}{material.text[end:target]}{material.text[start:end]} {material.text[target:]}"
    (finding,) = material.compare(text).of(PassageVerdict.DISPLACED)
    assert (statements_of(finding.owners), finding.note) == ({"VIP-4"}, "now in the part 'somatostatinoma'")


def test_a_sentence_moved_out_of_the_parts_is_no_mere_move(material: Material) -> None:
    start, end = material.span("SUP-4")
    text = f"{material.text[: start - 1]}{material.text[end:]} {material.text[start:end]}"
    notes = {one.note: statements_of(one.owners) for one in material.compare(text).of(PassageVerdict.DISPLACED)}
    assert notes.pop("now outside of the claimed parts") == {"SUP-4"}
    # What the background cites from the same words is followed by its section.
    assert notes == {f"now in the section '{material.definitions.pathways['recurrent'].section}'": set()}


def test_an_explanation_moved_to_another_section_is_no_mere_move(material: Material) -> None:
    locator = material.definitions.treatments["total_gastrectomy"].locators[0]
    passage = material.text[locator.start : locator.end]
    text = material.text[: locator.start] + material.text[locator.end + 1 :] + " " + passage
    for edited, note in (
        (text, f"now in the section '{material.definitions.pathways['recurrent'].section}'"),
        (f"{passage} {material.text.replace(passage, '')}", "now before the first section"),
    ):
        displaced = material.compare(edited).of(PassageVerdict.DISPLACED)
        assert {one.note for one in displaced} == {note}
        assert {owner.kind for one in displaced for owner in one.owners} == {OwnerKind.TREATMENT, OwnerKind.BACKGROUND}


def test_any_two_neighbors_that_change_places_are_another_order(material: Material) -> None:
    """What a sentence follows can be what it means, so no exchange is a mere move."""
    for one, other in pairwise(anchor for anchor in material.anchors if anchor.claims):
        area = {part.section for part in material.definitions.parts if part.section == one.locator.section}
        if other.locator.section not in area or material.text[slice(*one.span)] == material.text[slice(*other.span)]:
            continue
        (start, end), (begin, stop) = one.span, other.span
        text = material.text
        text = text[:start] + text[begin:stop] + text[end:begin] + text[start:end] + text[stop:]
        comparison = material.compare(text)
        assert not comparison.complete, one
        assert comparison.of(PassageVerdict.REORDERED, PassageVerdict.DISPLACED), one


@pytest.mark.parametrize("edge", ["middle", "first", "last", "all"])
def test_a_changed_explanation_of_a_treatment_is_found_by_what_is_left_of_it(material: Material, edge: str) -> None:
    locator = material.definitions.treatments["total_gastrectomy"].locators[0]
    start, end = locator.start, locator.end
    inner = (start + len(locator.first), end - len(locator.last))
    cut = {"middle": (inner[0], inner[0]), "first": (start, inner[0]), "last": (inner[1], end), "all": (start, end)}[edge]
    words = " hitherto" if edge in {"middle", "first"} else " hitherto." if edge == "last" else ""
    comparison = material.compare(material.text[: cut[0]] + words + material.text[cut[1] :])
    (finding,) = [one for one in comparison.findings if one.locator == locator]
    assert finding.verdict is (PassageVerdict.VANISHED if edge == "all" else PassageVerdict.CHANGED)
    assert ("hitherto" in finding.text) is (edge != "all")


def test_a_renamed_section_is_reported_and_its_passages_still_hold(material: Material) -> None:
    for name in ("gastrinoma", "insulinoma", "glucagonoma"):
        heading = material.definitions.pathways[name].section
        renamed = f"How {heading.split()[-1]} Is Treated"
        comparison = material.compare(material.text.replace(heading, renamed))
        assert [one.heading for one in comparison.headings] == [heading]
        assert comparison.headings[0].now == renamed
        assert all(finding.holds for finding in comparison.findings)
        assert not comparison.new
        assert not comparison.complete


def test_a_renamed_section_in_which_nothing_is_claimed_is_reported(material: Material) -> None:
    heading = material.definitions.sections["stages"]
    comparison = material.compare(material.text.replace(heading, "How Far It Has Come"))
    assert [(one.heading, one.now) for one in comparison.headings] == [(heading, "")]
    assert {one.verdict for one in comparison.findings} <= {PassageVerdict.MOVED, PassageVerdict.SAME, PassageVerdict.DISPLACED}


def test_a_section_that_is_gone_takes_its_passages_with_it(material: Material) -> None:
    first, last = (material.definitions.pathways[name].section for name in ("insulinoma", "glucagonoma"))
    start, end = material.text.rindex(f"{first} For"), material.text.rindex(f"{last} For")
    comparison = material.compare(material.text[:start] + material.text[end:])
    assert [(one.heading, one.now) for one in comparison.headings] == [(first, "")]
    assert f"the section '{first}' is not there" in comparison.problems
    gone = {name for one in comparison.of(PassageVerdict.VANISHED) for name in statements_of(one.owners)}
    assert gone
    assert all(name.startswith(("INS-", "GLU-")) for name in gone)


@pytest.mark.parametrize(
    ("part", "words", "message"),
    [
        ("somatostatinoma", "begins", "the part 'somatostatinoma' does not begin with"),
        ("supportive", "begins", "the part 'supportive' does not begin with"),
        ("recurrent", "ends", "the part 'recurrent' does not end before"),
    ],
)
def test_a_part_whose_edge_is_not_found_is_reported(material: Material, part: str, words: str, message: str) -> None:
    parts = tuple(
        attrs.evolve(one, **{words: "Wholly unheard of"}) if one.pathway == part else one for one in material.definitions.parts
    )
    definitions = _with(material.definitions, parts=parts)
    comparison = compare(definitions, material.copy)
    assert [problem for problem in comparison.problems if message in problem]
    assert not comparison.complete


def test_a_pathway_without_a_part_is_reported(material: Material) -> None:
    definitions = _with(material.definitions, parts=material.definitions.parts[1:])
    assert "not_statements.yaml names no part for the pathway 'supportive'" in compare(definitions, material.copy).problems


def test_a_sentence_that_is_listed_nowhere_is_unclaimed(material: Material) -> None:
    """The way back can fail: each entry of not_statements.yaml is needed."""
    for number, claim in enumerate(material.definitions.not_statements):
        rest = material.definitions.not_statements
        definitions = _with(material.definitions, not_statements=rest[:number] + rest[number + 1 :])
        comparison = compare(definitions, material.copy)
        assert comparison.new, claim.id
        assert not comparison.complete


def test_words_claimed_twice_are_reported(made_up: Material) -> None:
    locator = made_up.definitions.statement("INS-1").locators[0]
    first, *others = made_up.definitions.not_statements
    definitions = _with(made_up.definitions, not_statements=(attrs.evolve(first, locators=(*first.locators, locator)), *others))
    (problem,) = compare(definitions, made_up.copy).problems
    assert problem == (f"statement INS-1 and not a statement {first.id} claim the same words (character {locator.start})")


def test_claims_that_overlap_are_reported(made_up: Material) -> None:
    locator = made_up.definitions.statement("INS-1").locators[0]
    begin = locator.end - len(locator.last)
    tail = attrs.evolve(locator, first=locator.last, start=begin, sha256=text_digest(made_up.text[begin : locator.end]))
    first, *others = made_up.definitions.not_statements
    definitions = _with(made_up.definitions, not_statements=(attrs.evolve(first, locators=(*first.locators, tail)), *others))
    (problem,) = compare(definitions, made_up.copy).problems
    assert re.search(rf"claim the same words \(character {begin}\)", problem)


def test_what_is_listed_as_no_statement_must_stand_in_a_part(material: Material) -> None:
    locator = material.definitions.advice[0].locators[0]
    first, *others = material.definitions.not_statements
    definitions = _with(
        material.definitions, not_statements=(attrs.evolve(first, locators=(*first.locators, locator)), *others)
    )
    (problem,) = compare(definitions, material.copy).problems
    assert "stands outside of the claimed parts" in problem


@pytest.mark.parametrize("spaced", [False, True], ids=["without", "with"])
def test_spaces_at_punctuation_count_for_nothing(material: Material, spaced: bool) -> None:
    text = re.sub(r"(?<=\w)([.,;)])", r" \1", fold(material.text)) if spaced else fold(material.text)
    text = text.replace(" .)", ".)")
    comparison = material.compare(text)
    assert comparison.complete
    assert {kind for finding in comparison.findings for kind in (owner.kind for owner in finding.owners)} == set(OwnerKind)


def test_an_old_copy_that_the_definitions_are_not_made_from_is_refused(material: Material) -> None:
    old = Copy("old.txt", f"Foreword {material.text}")
    with pytest.raises(SourceError, match=r"old\.txt: the definitions were not made from this copy: .*the passage begins"):
        compare(material.definitions, material.copy, old)


@pytest.mark.parametrize(("share", "why"), [(0.02, "only the beginning of it"), (0.5, "only the beginning"), (1, "cut short")])
def test_a_truncated_download_is_refused(material: Material, share: float, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        material.compare(material.text[: int(share * material.text.rindex("Updated: "))])


def test_a_page_that_is_not_the_summary_is_refused(material: Material) -> None:
    with pytest.raises(SourceError, match="this is not the summary that the definitions come from"):
        material.compare("Page not found. Updated: October 7, 2022")


def _with(definitions: Definitions, **changes: object) -> Definitions:
    return attrs.evolve(definitions, **changes)  # type: ignore[arg-type]


def test_a_part_that_is_nowhere_to_be_found_is_reported(made_up: Material) -> None:
    """Neither its first words nor any of its passages are there."""
    start, end = (made_up.text.index(words) for words in ("Supportive care Supportive care is", "New types of treatment are"))
    comparison = made_up.compare(made_up.text[:start] + made_up.text[end:])
    assert comparison.parts[0].sentences == 0
    assert [problem for problem in comparison.problems if problem.startswith("the part 'supportive' does not begin with")]

"""Definitions of any length are drawn without overlaps."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from pnet_pathways.model.pathway import Definitions, Pathway
from pnet_pathways.views.diagrams.care_course import care_course_page
from pnet_pathways.views.diagrams.drawing import pathway_pages
from pnet_pathways.views.diagrams.layout_engine import lay_out
from pnet_pathways.views.diagrams.text import width_of, wrapped
from views.drawn import A4, LETTER, boxes_of, check_overlap, check_print, size_of, with_texts, words_of


def longer(pathway: Pathway, length: int) -> Pathway:
    """Return a pathway of which the message of every other leaf is of a length."""
    tracks = {}
    for name, track in pathway.tracks.items():
        states: dict[str, Any] = dict(track.states)
        for number, leaf in enumerate(one for one in track.leaves if one.message):
            if number % 2 == 0:
                states[leaf.name] = attrs.evolve(leaf, message=words_of(length))
        tracks[name] = attrs.evolve(track, states=states)
    return attrs.evolve(pathway, tracks=tracks)


def test_the_helper_gives_words_of_the_length_asked_for() -> None:
    assert [len(words_of(length)) for length in (50, 127, 600)] == [50, 127, 600]


@pytest.mark.parametrize("length", [50, 200, 400, 550, 600])
@pytest.mark.parametrize("name", ["gastrinoma", "insulinoma", "vipoma"])
def test_messages_of_any_length_are_drawn_without_overlaps(name: str, length: int, definitions: Definitions) -> None:
    for page in pathway_pages(definitions, longer(definitions.pathways[name], length)):
        found = json.loads(lay_out(page.dot, "json"))
        check_overlap(boxes_of(found))
        assert size_of(found)[0] <= LETTER[0], page.name


@pytest.mark.parametrize("length", [50, 200, 400, 600])
def test_questions_of_any_length_are_drawn_without_overlaps(length: int, definitions: Definitions) -> None:
    longest = with_texts(definitions, question=words_of(length), facts=("resectable",))
    for name in ("gastrinoma", "vipoma"):
        for page in pathway_pages(longest, definitions.pathways[name]):
            found = json.loads(lay_out(page.dot, "json"))
            check_overlap(boxes_of(found))
            assert size_of(found)[0] <= LETTER[0], page.name


@pytest.mark.parametrize("length", [50, 600])
def test_labels_of_any_length_are_drawn_without_overlaps(length: int, definitions: Definitions) -> None:
    words, course = words_of(length), definitions.care_course
    changed = attrs.evolve(
        with_texts(definitions, answer=words),
        treatments={name: attrs.evolve(one, label=words) for name, one in definitions.treatments.items()},
        care_course=attrs.evolve(
            course,
            states={name: attrs.evolve(one, label=words) for name, one in course.states.items()},
            events={name: attrs.evolve(one, label=words) for name, one in course.events.items()},
        ),
    )
    for page in [care_course_page(changed), *pathway_pages(changed, definitions.pathways["vipoma"])]:
        check_overlap(boxes_of(json.loads(lay_out(page.dot, "json"))))


def test_long_titles_are_wrapped_and_pages_still_fit_the_paper(definitions: Definitions) -> None:
    vipoma = definitions.pathways["vipoma"]
    sixty = "of a track that somebody named at length " * 7 + "and then some"
    tracks = {name: attrs.evolve(track, title=sixty) for name, track in vipoma.tracks.items()}
    for page in pathway_pages(definitions, attrs.evolve(vipoma, title=words_of(127), tracks=tracks)):
        found = json.loads(lay_out(page.dot, "json"))
        check_overlap(boxes_of(found))
        assert size_of(found)[0] <= LETTER[0]
        check_print(found, A4)
        check_print(found, LETTER)


def test_a_word_that_is_too_long_is_broken_and_nothing_is_lost() -> None:
    word = "m" * 40
    lines = wrapped(f"a {word} b", 60)
    assert "".join(lines).replace(" ", "") == f"a{word}b"
    assert all(width_of(line) <= 60 for line in lines)

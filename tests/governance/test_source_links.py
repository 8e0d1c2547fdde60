"""Links to passages: where they lead in a copy, and the words that lead to one that begins or ends like others."""

from __future__ import annotations

import pytest

from pnet_pathways.governance.source import Copy
from pnet_pathways.governance.source.anchors import anchors_of
from pnet_pathways.governance.source.links import Links
from pnet_pathways.model.hashing import text_digest
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.reference import Locator
from pnet_pathways.views.diagrams.deep_links import link_texts

TEXT = (
    "Lamps These are lamps here. For one small lid: Wipe it. Oil the lid now. If old lamps squeak, turn them. "
    "Stoves These are stoves here. For one small lid: Wipe it. Oil the lid now. If old stoves squeak, turn them."
)
HEADINGS = tuple((TEXT.index(word), TEXT.index(word) + len(word)) for word in ("Lamps", "Stoves"))
LINKS = Links(Copy("page", TEXT), HEADINGS)


def passage(words: str, first: str, last: str, behind: str = "Lamps") -> tuple[Locator, tuple[int, int]]:
    """Return a locator of words behind others, and where they stand."""
    start = TEXT.index(words, TEXT.index(behind))
    span = (start, start + len(words))
    return Locator("", first, last, *span, text_digest(words)), span


def shown(locator: Locator) -> str:
    found = LINKS.destination(locator)
    assert found is not None
    return TEXT[slice(*found)]


def test_words_of_its_own_are_enough_for_a_passage_that_stands_first() -> None:
    locator, span = passage("For one small lid: Wipe it.", "For one small", "Wipe it.")
    assert LINKS.leads(locator, span)
    assert LINKS.mended(locator, span) == locator


@pytest.mark.parametrize(
    ("words", "first", "last", "link_from", "seen"),
    [
        # What stands right before it tells it apart.
        (
            "For one small lid: Wipe it.",
            "For one small",
            "Wipe it.",
            "stoves here. For one small",
            "For one small lid: Wipe it",
        ),
        # Here that is the same as well: the link begins further up.
        ("Oil the lid now.", "Oil", "lid now.", "stoves here. For one small", "For one small lid: Wipe it. Oil the lid now"),
        # The first words are those of another passage, more of them are not.
        ("If old stoves squeak, turn them.", "If old", "turn them.", "If old stoves", "If old stoves squeak, turn them"),
    ],
)
def test_a_passage_like_others_gets_words_that_lead_to_it(words: str, first: str, last: str, link_from: str, seen: str) -> None:
    locator, span = passage(words, first, last, behind="Stoves")
    mended = LINKS.mended(locator, span)
    assert not LINKS.leads(locator, span)
    assert LINKS.leads(mended, span)
    assert (mended.link_from, shown(mended)) == (link_from, seen)
    assert (mended.words, mended.start, mended.end) == (locator.words, locator.start, locator.end)
    assert LINKS.mended(mended, span) == mended


def test_an_end_that_comes_too_early_gets_more_words() -> None:
    copy = Copy("page", "Rest helps. Wipe the lamp and dry the lamp. Then, with a soft cloth, dry the lamp.")
    links, text = Links(copy, ()), copy.text
    span = (text.index("Wipe"), len(text))
    locator = Locator("", "Wipe the lamp", "dry the lamp.", *span, "")
    assert links.destination(locator) == (span[0], text.index(". Then"))
    mended = links.mended(locator, span)
    assert (mended.link_from, mended.link_to) == ("Wipe the lamp", "cloth, dry the lamp.")
    assert links.destination(mended) == (span[0], span[1] - 1)


def test_nothing_is_made_up_where_no_words_lead_to_a_passage() -> None:
    text = "Wipe it. Wipe it. Wipe it."
    links = Links(Copy("page", text), ())
    locator = Locator("", "Wipe it.", "Wipe it.", 18, 26, "")
    assert not links.leads(locator, (18, 26))
    assert links.mended(locator, (18, 26)) == locator


def test_a_link_leads_nowhere_whose_words_are_not_there() -> None:
    locator = Locator("", "No such", "words.", 0, 5, "")
    assert LINKS.destination(locator) is None
    assert not LINKS.leads(locator, (0, 5))


@pytest.mark.parametrize(
    ("link_from", "link_to", "texts"),
    [
        ("Overview section. Care may", "", ("Overview section.", "Care may", "the lid")),
        ("Care may include", "wipe the lid.", ("", "Care may include", "wipe the lid")),
        ("section. Oil the lid.", "", ("section.", "Oil the lid", "")),
    ],
)
def test_words_of_a_link_take_the_place_of_the_first_and_last(
    link_from: str, link_to: str, texts: tuple[str, str, str]
) -> None:
    assert link_texts(Locator("", "Oil", "the lid.", 0, 30, "", link_from, link_to)) == texts


def test_every_link_leads_to_its_passage_with_no_more_words_than_it_needs(definitions: Definitions, source_text: str) -> None:
    links = Links.of(definitions, Copy("the summary", source_text))
    for anchor in anchors_of(definitions):
        assert links.leads(anchor.locator, anchor.span), anchor.locator
        assert links.mended(anchor.locator, anchor.span) == anchor.locator


def test_the_links_of_each_type_lead_into_its_own_section(definitions: Definitions, source_text: str) -> None:
    links = Links.of(definitions, Copy("the summary", source_text))
    edges = sorted((start, heading) for heading, (start, _) in Copy("", source_text).section_starts(definitions).items())
    for pathway in definitions.pathways.values():
        for locator in (one for statement in pathway.statements for one in statement.locators):
            found = links.destination(locator)
            assert found is not None
            assert max(edge for edge in edges if edge[0] <= found[0])[1] == locator.section

"""Helpers for text: lines, escaping, passages and places."""

from __future__ import annotations

import pytest

from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.text import NO_PASSAGES, WIDTH, counted, escape, instant, locator_text, passage_lines, wrap


def test_wrapped_lines_keep_within_the_width_and_stand_below_the_first() -> None:
    first, *rest = wrap("- note: ", "progesterone-like " * 20)
    assert first.startswith("- note: progesterone-like ")
    assert rest
    assert all(len(line) <= WIDTH for line in (first, *rest))
    assert all(line.startswith("        progesterone-like") for line in rest)


def test_a_count_is_singular_for_one_alone() -> None:
    assert [counted(number, "track") for number in (0, 1, 1001)] == ["0 tracks", "1 track", "1,001 tracks"]
    assert [counted(number, "leaf", "leaves") for number in (0, 1, 2)] == ["0 leaves", "1 leaf", "2 leaves"]


def test_passages_are_told_once_and_only_where_they_are_at_hand() -> None:
    passages = {"A-1": ("One passage.", "Another."), "A-2": ()}
    told = ["      A-1: “One passage.”", "      A-1: “Another.”"]
    assert passage_lines(["A-1", "A-2", "A-1", "A-3"], passages) == told
    assert passage_lines(["A-1"], NO_PASSAGES) == []


def test_a_locator_is_one_line(definitions: Definitions) -> None:
    locator = definitions.statement("INS-1").locators[0]
    text = locator_text(locator)
    assert text.startswith(f"{locator.section}: ")
    assert f"{locator.first} … {locator.last}" in text
    assert f"{locator.start} to {locator.end}" in text


@pytest.mark.parametrize("mark", list("\\`*_[]#"))
def test_a_special_character_is_escaped_by_a_backslash(mark: str) -> None:
    assert escape(f"a{mark}b") == f"a\\{mark}b"


@pytest.mark.parametrize(("mark", "entity"), [("<", "&#60;"), (">", "&#62;"), ("|", "&#124;")])
def test_a_special_character_of_html_or_of_tables_becomes_an_entity(mark: str, entity: str) -> None:
    assert escape(f"a{mark}b") == f"a{entity}b"


def test_escaping_keeps_plain_text_and_collapses_white_space() -> None:
    assert escape("The summary's  text,\nin one line (always).") == "The summary's text, in one line (always)."


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"),
        ("2026-11-23t10:00:00z", "2026-11-23T10:00:00Z"),
        ("2026-11-23T10:00:00-00:00", "2026-11-23T10:00:00Z"),
        ("2026-11-23T00:30:00+01:00", "2026-11-22T23:30:00Z"),
        ("2026-11-23T10:00:00.120Z", "2026-11-23T10:00:00.12Z"),
        ("2024-02-29T10:00:00Z", "2024-02-29T10:00:00Z"),
    ],
)
def test_an_instant_has_one_form(given: str, kept: str) -> None:
    assert instant(given) == kept
    assert instant(kept) == kept


@pytest.mark.parametrize(
    "given",
    [
        "", "noon", "2026-11-23", "2026-11-23T10:00:00", "2026-11-23T10:00Z", "2026-11-23 10:00:00Z", "20261123T100000Z",
        "2026-W48-1T10:00:00Z", "2026-13-01T10:00:00Z", "2025-02-29T10:00:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T10:00:00+0100",
        "2026-11-23T10:00:00+25:00", "2026-11-23T10:00:00,5Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
        "2026-11-23T10:00:00Z\n", "\uff12026-11-23T10:00:00Z",
    ],
)  # fmt: skip
def test_what_is_no_instant_is_none(given: str) -> None:
    assert instant(given) is None

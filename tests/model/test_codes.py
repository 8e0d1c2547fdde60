"""Cases as whole numbers: nothing is lost, what follows is exact, and only what is plainly right is read the short way."""

from __future__ import annotations

import functools
import itertools
from enum import StrEnum
from typing import Any

import pytest

from pnet_pathways import Case, CaseError, InconsistentCaseError, Size, Spread
from pnet_pathways.model import codes as codes_module
from pnet_pathways.model.case import Case as GenericCase
from pnet_pathways.model.codes import Remembered
from pnet_pathways.model.values import Value
from project_vocabulary import FACTS, LINKED, VOCABULARY

CODES, GROUPS = VOCABULARY.codes, VOCABULARY.groups
VALUES = [(name, value) for name, fact in FACTS.items() for value in fact.domain]


class Text(str):
    """Text that is not quite a `str`."""

    __slots__ = ()


class Word(StrEnum):
    LARGE = "large"


SCALARS: list[Any] = [None, True, False, 1, 0, 1.0, 0.0, "", "yes", "true", "small", Text("small"), Word.LARGE, Size.LARGE]
OTHERS: list[Any] = ["insulinoma", "none", "liver", float("nan"), object(), b"liver", range(0), Spread(liver=True)]
LISTS: list[Any] = [[], ["liver"], ["liver", "liver"], ["head", "tail"], ["liver", True], [["liver"]], [1], [None]]
SETS: list[Any] = [("liver",), {"liver"}, frozenset({"head"}), {True: True}, {"nowhere": None}, {"nowhere": True}]
MAPPINGS: list[Any] = [{}, {"liver": True}, {"liver": 1}, {"liver": None}, {"head": False, "tail": None}, {"liver": "yes"}]
FORMS = [*SCALARS, *OTHERS, *LISTS, *SETS, *MAPPINGS]


def outcome(kind: type[GenericCase], reader: str, data: Any) -> object:
    """Return what becomes of data: the case's facts, or the error in words."""
    try:
        return getattr(kind, reader)(data, VOCABULARY).given
    except CaseError as error:
        return type(error), str(error)


# Fields


def test_every_fact_has_a_field_of_its_own_and_every_value_bits_of_its_own() -> None:
    assert sum(CODES.masks.values()) == (1 << sum(mask.bit_count() for mask in CODES.masks.values())) - 1
    for name, fact in FACTS.items():
        bits = CODES.fields[name]
        assert list(bits) == list(fact.domain)
        assert len({0, *bits.values()}) == len(fact.domain) + 1
        assert all(one & CODES.masks[name] == one for one in bits.values())


def test_every_pair_of_values_is_read_back_from_its_code() -> None:
    for one, other in itertools.combinations(VALUES, 2):
        if one[0] != other[0]:
            given = dict([one, other])
            code = CODES.encode(given)
            assert CODES.given(code) == given
            assert CODES.values(code) == tuple(given.get(name) for name in FACTS)
            assert CODES.names[code] == tuple(given)
    assert CODES.given(0) == {}


# What follows


@pytest.mark.parametrize("linked", LINKED, ids=min)
def test_what_follows_from_every_partial_case_is_exactly_what_rules_imply(linked: frozenset[str]) -> None:
    """Every partial case that is consistent, and every one that a single further value makes none."""
    followed = functools.cache(lambda left: CODES.encode(VOCABULARY.implied(known_by[left])))
    found, known_by = [(0, VOCABULARY.left(linked, {}))], {VOCABULARY.left(linked, {}): dict[str, Value]()}
    for name in (name for name in FACTS if name in linked):
        literals = [(CODES.fields[name][value], value, VOCABULARY.left(linked, {name: value})) for value in FACTS[name].values]
        for code, rows in list(found):
            for bits, value, having in literals:
                if left := rows & having:
                    known_by.setdefault(left, {**known_by[rows], name: value})
                    found.append((code | bits, left))
                else:
                    assert CODES.closed(code | bits) is None
    assert all(CODES.closed(code) == code | followed(left) for code, left in found)
    (closure,) = {CODES.tied[name] for name in linked}
    assert all(closure.left(code) == left for code, left in found)
    assert len(found) > 200


# Reading


@pytest.mark.parametrize("key", [*VOCABULARY.keys, "spread.liver", "nothing", 1, None])
@pytest.mark.parametrize("kind", [Case, GenericCase])
def test_every_form_of_every_key_is_read_or_refused_as_by_the_reader_that_knows_all(key: Any, kind: type[GenericCase]) -> None:
    for form in FORMS:
        data = {key: form}
        assert outcome(kind, "from_dict", data) == outcome(kind, "_read", data), data


@pytest.mark.parametrize("group", GROUPS)
def test_every_list_and_mapping_of_a_group_is_read_as_by_the_reader_that_knows_all(group: str) -> None:
    members = GROUPS[group].members
    lists = [list(some) for count in range(len(members) + 1) for some in itertools.permutations(members, count)]
    mappings = [
        dict(zip(members, states, strict=True)) for states in itertools.product((True, False, None), repeat=len(members))
    ]
    for form in (*lists, *mappings):
        code = CODES.read({group: form})
        assert code is not None
        assert CODES.given(code) == GenericCase._read({group: form}, VOCABULARY).given


@pytest.mark.parametrize("data", [None, [], "insulinoma", {"size": "small", "pancreatic_tumors": "several"}, {"size": "tiny"}])
def test_what_is_no_case_is_refused_in_the_same_words(data: Any) -> None:
    assert outcome(Case, "from_dict", data) == outcome(Case, "_read", data)


def test_facts_that_contradict_each_other_are_no_case() -> None:
    with pytest.raises(InconsistentCaseError, match="the size is that of a single tumor"):
        Case.of_consistent(VOCABULARY, {"size": "small", "pancreatic_tumors": "several"})


# Remembering


def test_a_table_that_is_full_starts_anew_and_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes_module, "REMEMBERED", 3)
    asked: list[int] = []

    def square(number: int) -> int:
        asked.append(number)
        return number * number

    squares = Remembered(square)
    assert [squares[number] for number in (1, 2, 3, 1, 2, 3)] == [1, 4, 9, 1, 4, 9]
    assert asked == [1, 2, 3]
    assert [squares[number] for number in (4, 1)] == [16, 1]
    assert (asked, len(squares)) == ([1, 2, 3, 4, 1], 2)

"""Frozen classes behave as those of attrs do."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest

from pnet_pathways.model.conditions import AllOf, AnyOf
from pnet_pathways.model.records import frozen
from pnet_pathways.model.reference import Locator, Treatment, Where


@frozen
class Ours:
    """Made quickly."""

    name: str
    parts: tuple[object, ...] = ()
    where: str = attrs.field(default="", eq=False)
    memo: int = attrs.field(default=0, repr=False, eq=False)


@attrs.frozen
class Theirs:
    """Made by attrs."""

    name: str
    parts: tuple[object, ...] = ()
    where: str = attrs.field(default="", eq=False)
    memo: int = attrs.field(default=0, repr=False, eq=False)


@frozen
class Nothing:
    """Has no field."""


@frozen(eq=False)
class Itself:
    """Equals itself alone."""

    name: str


VALUES: tuple[tuple[Any, ...], ...] = (("a",), ("a", (1,)), ("a", (), "there"), ("a", (), "there", 4), ("b",), (("a",),))


def made(kind: Any) -> list[Any]:
    return [kind(*values) for values in VALUES]


def test_they_compare_hash_and_show_as_those_of_attrs() -> None:
    ours, theirs = made(Ours), made(Theirs)
    assert [[one == other for other in ours] for one in ours] == [[one == other for other in theirs] for one in theirs]
    assert [[one != other for other in ours] for one in ours] == [[one != other for other in theirs] for one in theirs]
    assert len(set(ours)) == len(set(theirs))
    assert [repr(one) for one in ours] == [repr(one).replace("Theirs", "Ours") for one in theirs]
    assert all(one != other for one, other in zip(ours, theirs, strict=True))
    assert Ours.__eq__(ours[0], theirs[0]) is NotImplemented


def test_they_are_frozen_slotted_copied_matched_and_have_the_fields_of_attrs() -> None:
    for one in made(Ours):
        assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == attrs.evolve(one) == one  # noqa: S301
        assert not hasattr(one, "__dict__")
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            one.name = "c"
    assert Ours.__match_args__ == Theirs.__match_args__
    assert [one.name for one in attrs.fields(Ours)] == [one.name for one in attrs.fields(Theirs)]


def test_one_without_fields_and_one_that_is_compared_by_what_it_is() -> None:
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())
    assert repr(Nothing()) == "Nothing()"
    one = Itself("a")
    assert one != Itself("a")
    assert {one, Itself("a")} != {one}
    assert repr(one) == "Itself(name='a')"


def test_two_kinds_with_the_same_fields_differ() -> None:
    both: list[object] = [AllOf(()), AnyOf(())]
    assert both[0] != both[1]
    assert hash(both[0]) != hash(both[1])


def test_own_methods_stay() -> None:
    assert min(Where("b", 1, 1), Where("a", 2, 1)) == Where("a", 2, 1)
    assert str(Where("a.yaml", 2, 1)) == "a.yaml:2:1"
    assert Locator("s", "f", "l", 1, 2, "h").words == ("s", "f", "l", "h")
    assert Treatment.__eq__ is Locator.__eq__

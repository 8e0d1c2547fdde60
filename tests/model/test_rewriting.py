"""How alternatives combine: part by part, with a word where the parts do not say it."""

from __future__ import annotations

import attrs
import pytest

from pnet_pathways.model.conditions import ALWAYS, Is
from pnet_pathways.model.pathway import Alternative, Option, Statement, Strength, Together
from pnet_pathways.model.rewriting import CONDITION, changes_of, clashes, combined, parts_of

A, B, C = Is("a", (True,)), Is("b", (True,)), Is("c", (True,))


def option(item: int, *treatments: str, number: int = 0, strength: Strength = Strength.MAY) -> Option:
    return Option("S-1", number, item, treatments, (), strength, ALWAYS, (), None, None)


BASE = Statement("S-1", "p", "a holds", "t", A, (option(1, "x"), option(1, "y", number=1), option(2, "z", number=2)), (), ())


def alternative(reading: str, *statements: Statement, together: tuple[Together, ...] = ()) -> Alternative:
    return Alternative(reading, "other", "", statements, together)


CONDITION_CHANGED = alternative("R-1", attrs.evolve(BASE, when=B))
OPTION_GONE = alternative("R-2", attrs.evolve(BASE, options=(option(1, "x"), option(2, "z", number=1))))
STRONGER = alternative(
    "R-3",
    attrs.evolve(BASE, options=(option(1, "x", strength=Strength.USUAL), option(1, "y", number=1), option(2, "z", number=2))),
)
ANOTHER_CONDITION = alternative("R-4", attrs.evolve(BASE, when=C))


def test_the_parts_of_a_statement_are_its_condition_and_its_options_by_item_and_order() -> None:
    assert list(parts_of(BASE)) == [CONDITION, (1, 0), (1, 1), (2, 0)]
    assert changes_of(BASE, BASE) == {}
    assert list(changes_of(BASE, CONDITION_CHANGED.statements[0])) == [CONDITION]
    assert changes_of(BASE, OPTION_GONE.statements[0]) == {(1, 1): None}


def test_nothing_chosen_leaves_a_statement_the_very_same() -> None:
    assert combined(BASE, ()) == (BASE, ())
    assert combined(attrs.evolve(BASE, id="S-2"), [CONDITION_CHANGED])[0].when == A


def test_different_parts_combine_and_options_are_numbered_anew() -> None:
    found, clashing = combined(BASE, [CONDITION_CHANGED, OPTION_GONE, STRONGER])
    assert not clashing
    assert found.when == B
    assert [(one.number, one.item, one.treatments, one.strength) for one in found.options] == [
        (0, 1, ("x",), Strength.USUAL),
        (1, 2, ("z",), Strength.MAY),
    ]


def test_the_same_change_twice_is_no_clash() -> None:
    again = attrs.evolve(CONDITION_CHANGED, reading="R-5")
    assert not list(clashes(BASE, [CONDITION_CHANGED, again]))


def test_alternatives_of_one_reading_never_clash_since_one_of_them_is_chosen() -> None:
    other = attrs.evolve(ANOTHER_CONDITION, reading="R-1", id="third")
    assert not list(clashes(BASE, [CONDITION_CHANGED, other]))


def test_a_part_changed_in_different_ways_is_a_clash_and_named_once() -> None:
    (clash,) = clashes(BASE, [CONDITION_CHANGED, OPTION_GONE, ANOTHER_CONDITION, STRONGER])
    assert (clash.statement, clash.part_text, clash.alternatives) == ("S-1", "the condition", ("R-1=other", "R-4=other"))
    weaker = attrs.evolve(STRONGER, reading="R-6", statements=OPTION_GONE.statements)
    dropped_too = alternative("R-7", attrs.evolve(BASE, options=(option(1, "x"), option(1, "w", number=1), option(2, "z"))))
    (clash,) = clashes(BASE, [weaker, dropped_too])
    assert clash.part_text == "an option of item 1"


@pytest.mark.parametrize("first", [0, 1])
def test_together_says_how_a_statement_then_reads_whichever_of_them_says_it(first: int) -> None:
    both = Together({"R-4": "other"} if first == 0 else {"R-1": "other"}, (attrs.evolve(BASE, when=ALWAYS),))
    pair = [CONDITION_CHANGED, ANOTHER_CONDITION]
    pair[first] = attrs.evolve(pair[first], together=(both,))
    assert not list(clashes(BASE, pair))
    assert combined(BASE, pair)[0].when == ALWAYS
    assert combined(BASE, [pair[0]])[0].when == B
    # What a third one changes elsewhere still holds.
    found, _ = combined(BASE, [*pair, STRONGER])
    assert (found.when, found.options[0].strength) == (ALWAYS, Strength.USUAL)


def test_together_can_restore_a_part_and_rewrite_one_that_neither_changes() -> None:
    both = Together({"R-4": "other"}, (attrs.evolve(BASE, options=OPTION_GONE.statements[0].options),))
    found, clashing = combined(BASE, [attrs.evolve(CONDITION_CHANGED, together=(both,)), ANOTHER_CONDITION])
    assert not clashing
    assert found.when == A
    assert len(found.options) == 2


def test_three_that_clash_only_jointly_are_told_once() -> None:
    pairs = [
        attrs.evolve(CONDITION_CHANGED, together=(Together({"R-4": "other"}, (attrs.evolve(BASE, when=ALWAYS),)),)),
        ANOTHER_CONDITION,
        alternative(
            "R-8",
            attrs.evolve(BASE, when=Is("d", (True,))),
            together=(
                Together({"R-1": "other"}, (attrs.evolve(BASE, when=A),)),
                Together({"R-4": "other"}, (attrs.evolve(BASE, when=B),)),
            ),
        ),
    ]
    (clash,) = clashes(BASE, pairs)
    assert clash.alternatives == ("R-1=other", "R-4=other", "R-8=other")

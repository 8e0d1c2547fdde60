"""Treatments that some statement offers in every completion of a case, although no single statement does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..model.case import Case
from ..model.conditions import AllOf, AnyOf, Condition, Is
from ..model.pathway import Definitions
from ..model.values import Value
from .answer import Certainty, EitherWay, OfferedOption, SharedAnswer


def open_ways(shared: SharedAnswer) -> tuple[tuple[EitherWay, tuple[Condition, ...]], ...]:
    """Return what may apply to a case whatever turns out, in the order of the answer, with the conditions of its options."""
    definitions = shared.engine.definitions
    return tuple(
        (
            EitherWay(
                track=group[0].track,
                treatments=group[0].treatments,
                optional=group[0].optional,
                strength=group[0].strength,
                intent=group[0].intent,
                statements=tuple(dict.fromkeys(option.statement for option in group)),
                label=group[0].label,
            ),
            tuple(offering(definitions, option) for option in group),
        )
        for group in _candidates(shared.options)
    )


def _candidates(options: Sequence[OfferedOption]) -> Iterator[list[OfferedOption]]:
    """Yield the options that are the same but for their statement, where two or more offer them and none is certain to."""
    found: dict[object, list[OfferedOption]] = {}
    for option in options:
        found.setdefault((option.treatments, option.optional, option.strength, option.intent), []).append(option)
    for group in found.values():
        several = len({option.statement for option in group}) > 1
        if several and all(option.certainty is Certainty.POSSIBLE for option in group):
            yield group


def offering(definitions: Definitions, option: OfferedOption) -> Condition:
    """Return the condition under which a statement offers an option: where it stands, what it requires, and on which types."""
    statement = definitions.pathways[option.pathway].statement(option.statement)
    requires = [
        one.requires
        for one in statement.options
        if (one.item, one.treatments, one.optional) == (option.item, option.treatments, option.optional)
    ]
    entry = definitions.entry
    types = () if option.pathway in entry.common else (Is(entry.fact, entry.types_of(option.pathway)),)
    return AllOf((*types, statement.condition, AnyOf(tuple(requires))))


def covers(definitions: Definitions, case: Case, conditions: Sequence[Condition]) -> bool:
    """Return whether one of some conditions holds in every completion of a case; its type stays within the scope."""
    known = {name: value for name in definitions.vocabulary.facts if (value := case.value(name)) is not None}
    return not _escapes(definitions, conditions, known)


def _escapes(definitions: Definitions, conditions: Sequence[Condition], known: Mapping[str, Value]) -> bool:
    """Return whether known facts have a consistent completion in which none of some conditions holds."""
    truths = [condition.evaluate(known.get) for condition in conditions]
    if True in truths:
        return False
    left = [condition for condition, truth in zip(conditions, truths, strict=True) if truth is None]
    if not left:
        return True
    vocabulary, entry = definitions.vocabulary, definitions.entry
    fact = next(atom.fact for atom in left[0].atoms() if atom.fact not in known)
    values: Sequence[Value] = vocabulary.facts[fact].domain
    if fact == entry.fact:
        values = tuple(value for value in values if value in entry.types_in_scope)
    completions = ({**known, fact: value} for value in values)
    return any(vocabulary.consistent(more) and _escapes(definitions, left, more) for more in completions)

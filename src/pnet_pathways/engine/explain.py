"""An answer in plain text: which statements apply because of which facts, which do not and why, what is still open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..model.case import Case
from ..model.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Not,
)
from ..model.pathway import Definitions, Option, Statement
from ..model.text import wrap
from ..model.values import NOT_APPLICABLE
from ..model.wording import adverb, chosen_text, enumerated, fact_names, lowered, option_label
from .tables import TrackTable


def explain_case(
    definitions: Definitions,
    plan: Iterable[TrackTable],
    case: Case,
    missing: tuple[str, ...],
    other_ways: Callable[[str], Iterable[str]],
) -> str:
    """Return the explanation of a case, track by track, statement by statement, in the order of the answer.

    `other_ways` gives, for one of the answer's tracks, what other readings would change there.
    """
    lines: list[str] = []
    if definitions.readings_chosen:
        lines.extend([*wrap("Under ", f"{chosen_text(definitions)}."), ""])
    lines.extend([*explained_tracks(definitions, plan, case, other_ways), ""])
    own = definitions.entry.pathway_of(case.entry)
    if missing:
        lines.append("What would still change the answer, next question first:")
        for fact in missing:
            (name,) = fact_names(definitions.vocabulary, [fact])
            lines.extend(wrap("  ? ", f"{definitions.question(fact, own)} [{name}]"))
        lines.append("")
    lines.extend(wrap("", definitions.source.disclaimer))
    return "\n".join(lines) + "\n"


def explained_tracks(
    definitions: Definitions, plan: Iterable[TrackTable], case: Case, other_ways: Callable[[str], Iterable[str]] | None = None
) -> list[str]:
    """Return in lines which statements apply and which do not, each with the facts that make it so; tracks stand apart."""
    tables = list(plan)
    lines: list[str] = []
    for group in definitions.groups.values():
        members = [table for table in tables if table.track.group == group.name]
        if not members:
            continue
        lines.extend([*([""] if lines else []), f"{group.title}:"])
        for table in members:
            # While the type is unknown, what its own section says is open.
            open_type = definitions.entry.is_open(table.pathway.name, case.entry)
            for statement in table.pathway.statements:
                if statement.track == table.track.name:
                    lines.extend(_statement(definitions, statement, case, open_type))
            for gap in table.answer(case.values).gaps:
                word = "Gap" if gap.certain and not open_type else "Possible gap"
                lines.extend(wrap(f"  ! {word}: ", " Or: ".join(gap.messages)))
        for way in other_ways(group.name) if other_ways else ():
            lines.extend(wrap("  ~ ", way))
    return lines


def _statement(definitions: Definitions, statement: Statement, case: Case, open_type: bool) -> Iterator[str]:
    truth = statement.condition.evaluate(case.value)
    label = f"{statement.id}, {lowered(statement.label)}"
    reasons = list(dict.fromkeys(_reasons(definitions, statement.condition, case, truth)))
    if truth is False:
        yield from wrap("  - ", f"{label}: does not apply, since {' and '.join(reasons)}.")
        return
    if truth and not open_type:
        yield from wrap("  + ", f"{label}: applies, since {', '.join(reasons) or 'it has no condition'}.")
    else:
        asked = ([definitions.vocabulary.label(definitions.entry.fact)] if open_type else []) + (
            reasons if truth is None else []
        )
        yield from wrap("  ? ", f"{label}: may apply, depending on {enumerated(list(dict.fromkeys(asked)))}.")
    for option in statement.options:
        yield from wrap("      ", _option(definitions, option, case))


def _option(definitions: Definitions, option: Option, case: Case) -> str:
    label = option_label(definitions, option.treatments, option.optional)
    allowed = option.requires.evaluate(case.value)
    intent = f" ({option.intent})" if option.intent else ""
    if allowed is False:
        return f"withheld: {label}, since {' and '.join(_reasons(definitions, option.requires, case, False))}"
    needs = "" if allowed else f", if {option.requires.describe(definitions.words)}"
    return f"{adverb(option.strength) or 'may include '}{label}{intent}{needs}"


def _reasons(
    definitions: Definitions, condition: Condition, case: Case, truth: bool | None, *, turned: bool = False
) -> Iterator[str]:
    """Yield the facts that make a condition what it is, in words; for an open one the names of those still asked.

    `turned` says that an odd number of negations stands above.
    """
    if isinstance(condition, Not):
        inner = None if truth is None else not truth
        yield from _reasons(definitions, condition.part, case, inner, turned=not turned)
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            if part.evaluate(case.value) is truth:
                yield from _reasons(definitions, part, case, truth, turned=turned)
    else:
        (atom,) = condition.atoms()
        value = case.value(atom.fact)
        if value is None:
            yield from fact_names(definitions.vocabulary, [atom.fact])
        elif value is NOT_APPLICABLE:
            yield f"{definitions.vocabulary.label(atom.fact)} does not apply"
        else:
            needs = (
                ""
                if truth or turned or definitions.vocabulary.facts[atom.fact].is_boolean
                else condition.describe(definitions.words)
            )
            yield definitions.words(atom.fact, (value,)) + (f", where it needs {needs}" if needs else "")

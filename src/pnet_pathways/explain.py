"""An answer in plain text: which statements apply because of which facts, which do not and why, what is still open."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from .case import Case
from .compile import TrackTable
from .conditions import Condition, Is
from .definition import Option, Pathways, Statement, Strength
from .facts import FACTS, NOT_APPLICABLE, Value

_ADVERB = {Strength.USUAL: "usually ", Strength.RARE: "rarely ", Strength.MAY: "may be "}


def option_label(definition: Pathways, treatments: tuple[str, ...], optional: tuple[str, ...]) -> str:
    """Return an option in plain words."""
    together = " together with ".join(definition.treatments[key].label for key in treatments)
    return together + "".join(f", with or without {definition.treatments[key].label}" for key in optional)


def explain_case(definition: Pathways, plan: Iterable[TrackTable], case: Case, missing: tuple[str, ...]) -> str:
    """Return the explanation of a case, track by track, statement by statement, in the order of the answer."""
    tables = list(plan)
    lines: list[str] = []
    for group in definition.groups.values():
        members = [table for table in tables if table.track.group == group.name]
        if not members:
            continue
        lines.append(f"{group.title}:")
        for table in members:
            answer = table.answer(case.values)
            for statement in table.pathway.statements:
                if statement.track == table.track.name:
                    lines.extend(_statement(definition, statement, case))
            if answer.silence is not None:
                word = "Gap" if answer.silence.certain else "Possible gap"
                lines.extend(_wrapped(f"  ! {word}: ", " Or: ".join(leaf.message for leaf in answer.silence.leaves)))
        lines.append("")
    if missing:
        lines.append("What would still change the answer, next question first:")
        lines.extend(f"  ? {definition.fact_texts[fact].question} [{fact}]" for fact in missing)
        lines.append("")
    lines.extend(_wrapped("", definition.source.disclaimer))
    return "\n".join(lines) + "\n"


def _statement(definition: Pathways, statement: Statement, case: Case) -> Iterator[str]:
    truth = statement.condition.evaluate(case.value)
    label = f"{statement.id}, {statement.label[:1].lower()}{statement.label[1:]}"
    reasons = _reasons(definition, statement.condition, case, truth)
    if truth is False:
        yield from _wrapped("  - ", f"{label}: does not apply, since {reasons}.")
        return
    verdict = f"applies, since {reasons or 'it has no condition'}" if truth else f"may apply, depending on {reasons}"
    yield from _wrapped("  + " if truth else "  ? ", f"{label}: {verdict}.")
    for option in statement.options:
        yield from _wrapped("      ", _option(definition, option, case))


def _option(definition: Pathways, option: Option, case: Case) -> str:
    label = option_label(definition, option.treatments, option.optional)
    allowed = option.requires.evaluate(case.value)
    intent = f" ({option.intent})" if option.intent else ""
    if allowed is False:
        return f"withheld: {label}, since {_reasons(definition, option.requires, case, False)}"
    needs = "" if allowed else f", if {option.requires.describe(definition.words)}"
    return f"{_ADVERB[option.strength]}{label}{intent}{needs}"


def _reasons(definition: Pathways, condition: Condition, case: Case, truth: bool | None) -> str:
    """Return the facts that decide a condition, or for an open one those still asked."""
    found: dict[str, None] = {}
    for atom in condition.atoms():
        value, held = case.value(atom.fact), atom.evaluate(case.value)
        if truth is None:
            if held is None:
                found[atom.fact] = None
        elif value is not None and held is truth:
            found[_phrase(definition, atom, value, truth)] = None
    return ", ".join(found) if truth else " and ".join(found)


def _phrase(definition: Pathways, atom: Is, value: Value, truth: bool) -> str:
    if value is NOT_APPLICABLE:
        return f"{atom.fact} does not apply"
    if truth or FACTS[atom.fact].is_boolean:
        return definition.words(atom.fact, (value,))
    return f"{definition.words(atom.fact, (value,))}, where it needs {definition.words(atom.fact, _needs(atom))}"


def _needs(atom: Is) -> tuple[Value, ...]:
    """Return the values to show for an atom; of sites the single ones say enough."""
    if atom.fact == "sites":
        return tuple(value for value in atom.values if isinstance(value, frozenset) and len(value) == 1)
    return atom.values


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(text, 118, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False)

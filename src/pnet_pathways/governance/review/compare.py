"""Two review forms side by side: where two reviewers differ, and what only one of them reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ...model.errors import Problem, ReviewError, listed
from ...model.text import counted, escape, wrap
from .form import Decision, Form, Remark


@attrs.frozen
class Differing:
    """Something on which two forms say two things: of a `pathway` (empty for a reading), `on` an item (empty: the decision)."""

    pathway: str
    on: str
    said: tuple[Decision | Remark, Decision | Remark]


@attrs.frozen
class Only:
    """What only one of two forms reviews: pathways, each with its decision, and readings."""

    pathways: Mapping[str, Decision]
    readings: tuple[str, ...]


@attrs.frozen
class Comparison:
    """Two forms, where they differ in what both review, and what only the one and only the other does."""

    forms: tuple[Form, Form]
    differing: tuple[Differing, ...]
    only: tuple[Only, Only]

    @property
    def same(self) -> bool:
        """Whether both review the same and say the same."""
        return not self.differing and not any(one.pathways or one.readings for one in self.only)


def compare_forms(first: Form, second: Form) -> Comparison:
    """Compare two forms. Raises `ReviewError` where they review different definitions."""
    if first.hash != second.hash:
        one, other = (f"version {form.version}, hash {form.hash[:12]}" for form in (first, second))
        raise ReviewError([Problem("", f"these are reviews of different definitions: {one}, and {other}")])
    differing: list[Differing] = []
    for name, own in first.pathways.items():
        if (others := second.pathways.get(name)) is not None:
            if own.decision is not others.decision:
                differing.append(Differing(name, "", (own.decision, others.decision)))
            differing.extend(_differing(name, own.items, others.items))
    differing.extend(_differing("", first.readings, second.readings))
    return Comparison((first, second), tuple(differing), (_only(first, second), _only(second, first)))


def _differing(pathway: str, first: Mapping[str, Remark], second: Mapping[str, Remark]) -> Iterator[Differing]:
    for key, one in first.items():
        if key in second and one.text != second[key].text:
            yield Differing(pathway, key, (one, second[key]))


def _only(form: Form, other: Form) -> Only:
    pathways = {name: one.decision for name, one in form.pathways.items() if name not in other.pathways}
    return Only(pathways, tuple(key for key in form.readings if key not in other.readings))


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data."""
    return {
        "same": comparison.same,
        "forms": [
            {"reviewer": one.reviewer, "role": one.role, "date": one.date, "digest": one.digest} for one in comparison.forms
        ],
        "differing": [
            {"pathway": one.pathway or None, "on": one.on or "decision", "said": [_data(said) for said in one.said]}
            for one in comparison.differing
        ],
        "only": [
            {"pathways": {name: str(said) for name, said in one.pathways.items()}, "readings": list(one.readings)}
            for one in comparison.only
        ],
    }


def _data(said: Decision | Remark) -> object:
    return str(said) if isinstance(said, Decision) else {"verdict": str(said.verdict), "comment": said.comment}


def comparison_text(comparison: Comparison) -> str:
    """Return a comparison as plain text."""
    return "\n".join(_text(comparison)) + "\n"


def _text(comparison: Comparison) -> Iterator[str]:
    names = _names(comparison)
    heads = [f"{mark}: " for mark in "AB"]
    for head, name in zip(heads, names, strict=True):
        yield from wrap(head, name)
    for title, found in _by_pathway(comparison.differing):
        yield ""
        yield title
        for one in found:
            yield f"  {one.on or 'decision'}"
            for head, said in zip(heads, one.said, strict=True):
                yield from wrap(f"    {head}", said.text)
    yield ""
    for line in _end(comparison, "AB"):
        yield from wrap("", line)


def comparison_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown."""
    return "\n".join(_markdown(comparison)) + "\n"


def _markdown(comparison: Comparison) -> Iterator[str]:
    first, second = (escape(name) for name in _names(comparison))
    yield "## Two reviews compared"
    yield ""
    if comparison.differing:
        yield f"| pathway | on | {first} | {second} |"
        yield "| --- | --- | --- | --- |"
        for one in comparison.differing:
            cells = (one.pathway or "readings", one.on or "decision", *(said.text for said in one.said))
            yield f"| {' | '.join(escape(cell) for cell in cells)} |"
        yield ""
    yield from (f"- {escape(line)}" for line in _end(comparison, (form.reviewer for form in comparison.forms)))


def _names(comparison: Comparison) -> list[str]:
    return [f"{one.reviewer} ({one.role}) on {one.date}" for one in comparison.forms]


def _by_pathway(differing: Iterable[Differing]) -> Iterator[tuple[str, list[Differing]]]:
    found: dict[str, list[Differing]] = {}
    for one in differing:
        found.setdefault(one.pathway or "Readings", []).append(one)
    yield from found.items()


def _end(comparison: Comparison, marks: Iterable[str]) -> Iterator[str]:
    """Yield what only one of the forms reviews, and in how much they differ."""
    for mark, only in zip(marks, comparison.only, strict=True):
        pathways = [f"{name} ({decision.text})" for name, decision in only.pathways.items()]
        if pathways or only.readings:
            yield f"Only {mark} reviewed {listed([*pathways, *only.readings])}."
    if comparison.same:
        yield "Both say the same."
    else:
        yield f"{counted(len(comparison.differing), 'difference')} in what both reviewed."

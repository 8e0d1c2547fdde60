"""Where types lead before and now, and what changed in that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ...model.pathway import Definitions
from ...model.values import Value

Leads = Callable[[Mapping[str, Value]], bool]
"""Whether the type of a scenario leads to a pathway, where the scenario holds the type at all."""


def entry_changes(old: Definitions, new: Definitions) -> Iterator[tuple[str, set[str], str]]:
    """Yield each change in which pathways bear on a type: in words, the pathways that it concerns, and the type.

    The type is empty where it is about every one.
    """
    common = {*old.entry.common, *new.entry.common}
    for kind in dict.fromkeys([*old.entry.types, *new.entry.types]):
        was, now = leads_to(old, kind), leads_to(new, kind)
        if was == now:
            continue
        # What is common to every type holds for none that is out of scope.
        names = {name for name in (was, now) if name} | (common if not was or not now else set())
        if was is None:
            yield f"{kind} is new and leads to {now or 'out of scope'}", names, kind
        elif now is None:
            yield f"{kind} is gone; it led to {was or 'out of scope'}", names, kind
        else:
            yield f"{kind} leads to {now or 'out of scope'} and no longer to {was or 'out of scope'}", names, kind
    if set(old.entry.common) != set(new.entry.common):
        was_text, now_text = (", ".join(one.entry.common) or "nothing" for one in (old, new))
        names = set(old.entry.common) ^ set(new.entry.common)
        yield f"common to every type is {now_text}, and no longer {was_text}", names, ""


def leads_to(definitions: Definitions, kind: str) -> str | None:
    """Return the pathway of a type, empty where it is out of scope, `None` where there is no such type."""
    found = definitions.entry.types.get(kind)
    return None if found is None else found.pathway or ""


def leads_here(old: Definitions, new: Definitions, name: str) -> Leads:
    """Return what tells the scenarios of the types on which a pathway bears, before or now."""
    types = {*old.entry.types_under(name), *new.entry.types_under(name)}
    facts = {old.entry.fact, new.entry.fact}
    return lambda scenario: all(scenario[fact] in types for fact in facts if fact in scenario)

"""What the resources say, gathered: certain values with sources, suggestions, and statements of which the newest counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from ...model.values import Value
from ...model.vocabulary import Vocabulary
from .codes import Facts
from .elements import Span, newer
from .findings import Conflict, Found, Reason, Source, Suggestion, Unmapped

FORM_TOPIC: Final = "form "
"""How the topics of a form's questions begin."""


@attrs.frozen
class Dated:
    """A statement of a `topic` (a part of a stage, a question of a form) that a newer one replaces.

    Of the same date one of a `stronger` basis counts. `outcome` tells statements apart that differ.
    """

    topic: str
    span: Span | None
    stronger: bool
    outcome: object
    means: Facts
    suggests: Facts
    reason: Reason | None
    source: Source


@attrs.define
class Gathering:
    """Everything that was gathered from the resources of one patient."""

    vocabulary: Vocabulary
    certain: dict[str, dict[Value, list[Source]]] = attrs.field(factory=dict)
    likely: dict[tuple[str, Value, Reason], list[Source]] = attrs.field(factory=dict)
    unmapped: list[Unmapped] = attrs.field(factory=list)
    dated: list[Dated] = attrs.field(factory=list)
    conflicts: list[Conflict] = attrs.field(factory=list)

    def find(self, facts: Facts, source: Source) -> None:
        """Record values that are certain."""
        for name, value in facts:
            self.certain.setdefault(name, {}).setdefault(value, []).append(source)

    def suggest(self, facts: Facts, reason: Reason, source: Source) -> None:
        """Record values that a clinician must confirm."""
        for name, value in facts:
            self.likely.setdefault((name, value, reason), []).append(source)

    def leave(self, resource: str, path: str, reason: Reason, text: str = "") -> None:
        """Record what becomes no fact."""
        self.unmapped.append(Unmapped(resource, path, reason, text))

    @property
    def on_subject(self) -> bool:
        """Whether the type is said or suggested, or a form of our own was answered."""
        entry = self.vocabulary.entry
        return entry in self.certain or any(name == entry for name, _, _ in self.likely) or self.form_answered

    @property
    def form_answered(self) -> bool:
        """Whether a form of our own was answered."""
        return any(one.topic.startswith(FORM_TOPIC) for one in self.dated)

    def settle(self) -> None:
        """Let the newest statement of each topic count, and find the conflicts."""
        for topic in dict.fromkeys(one.topic for one in self.dated):
            self._settle_topic([one for one in self.dated if one.topic == topic])
        for name, values in self.certain.items():
            if len(values) > 1:
                # By source, so that the order of the resources does not matter.
                said = sorted(((name, value, min(sources)) for value, sources in values.items()), key=lambda one: one[2])
                self.conflicts.append(Conflict(tuple(said), "they cannot both be true"))
        self._contradictions()

    def _settle_topic(self, statements: list[Dated]) -> None:
        # The one that is surely the latest decides: comparing each with each would take minutes for what a form can hold.
        last = max((one.span for one in statements if one.span is not None), default=None)
        counting = [one for one in statements if not newer(last, one.span)]
        if any(one.stronger for one in counting):
            counting = [one for one in counting if one.stronger]
        kept = set(map(id, counting))
        for one in statements:
            if id(one) not in kept:
                self.leave(one.source.resource, one.source.path, Reason.SUPERSEDED, one.source.display or one.source.code)
        if len({one.outcome for one in counting}) > 1:
            self.conflicts.append(_differing(counting))
            return
        for one in counting:
            self.find(one.means, one.source)
            self.suggest(one.suggests, Reason.NEEDS_JUDGEMENT, one.source)
            if one.reason is not None:
                self.leave(one.source.resource, one.source.path, one.reason, one.source.display or one.source.code)

    def _contradictions(self) -> None:
        """Find values of different facts that the rules of the vocabulary exclude together."""
        known = {name: next(iter(values)) for name, values in self.certain.items() if len(values) == 1}
        if self.vocabulary.consistent(known):
            return
        for found in self.vocabulary.contradictions(known):
            said = [(name, known[name], min(self.certain[name][known[name]])) for name in found.facts]
            self.conflicts.append(Conflict(tuple(said), "; ".join(found.reasons)))

    def facts(self) -> dict[str, Found]:
        """Return what is certain, in the order of the vocabulary."""
        certain = self.certain
        return {
            name: Found(value, tuple(sorted(set(sources))))
            for name in self.vocabulary.facts
            if name in certain
            for value, sources in certain[name].items()
        }

    def suggestions(self) -> Iterator[Suggestion]:
        """Yield what a clinician must confirm, in the order of the vocabulary; what is certain anyway is left out."""
        order = {name: number for number, name in enumerate(self.vocabulary.facts)}
        for name, value, reason in sorted(self.likely, key=lambda one: (order[one[0]], str(one[1]), one[2])):
            if value not in self.certain.get(name, ()):
                yield Suggestion(name, value, reason, tuple(sorted(set(self.likely[name, value, reason]))))


def _differing(statements: Iterable[Dated]) -> Conflict:
    """Return the conflict between statements of one topic and the same date."""
    ordered = sorted(statements, key=lambda one: one.source)
    names = dict.fromkeys(name for one in ordered for name, _ in (*one.means, *one.suggests))
    name = next(iter(names), "")
    first: dict[object, tuple[str, Value | None, Source]] = {}
    for one in ordered:
        values: Mapping[str, Value] = dict((*one.means, *one.suggests))
        first.setdefault(one.outcome, (name, values.get(name), one.source))
    return Conflict(tuple(first.values()), "they differ, and none is newer")

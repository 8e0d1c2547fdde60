"""A box in plain words that hold of exactly its scenarios."""

from __future__ import annotations

from ...model.facts import Fact
from ...model.values import NOT_APPLICABLE, Value, answer_name
from ...model.vocabulary import Vocabulary
from .boxes import Box


def box_text(vocabulary: Vocabulary, box: Box) -> str:
    """Return a box in plain words: ``in the head, large, no spread``.

    Everything between commas holds together, and each part says which values one fact can have: ``large``, ``not small``
    (any other, or it does not apply), ``one or several``; or that no member of a group holds. ``always`` where nothing is
    narrowed, ``never`` where no scenario lies in the box.
    """
    if not _occurs(vocabulary, box):
        return "never"
    empty = [group for group in vocabulary.groups.values() if all(box.values.get(name) == (False,) for name in group.facts)]
    in_one = {name: group.none.phrase if name == group.facts[0] else "" for group in empty for name in group.facts}
    texts = {name: _fact_text(vocabulary.facts[name], values) for name, values in box.values.items()}
    parts = [text for text in (texts | in_one).values() if text]
    return ", ".join(f"({text})" if " or " in text else text for text in parts) or "always"


def _occurs(vocabulary: Vocabulary, box: Box) -> bool:
    """Return whether some scenario lies in a box."""
    for linked in vocabulary.linked_sets:
        named = {name: values for name, values in box.values.items() if name in linked}
        if named and not any(all(row[name] in values for name, values in named.items()) for row in vocabulary.rows(linked)):
            return False
    return all(box.values.values())


def _fact_text(fact: Fact, values: tuple[Value, ...]) -> str:
    """Return in words that a fact has one of some values."""
    left_out = [value for value in fact.domain if value not in values]
    if len(left_out) == 1 and len(values) > 1 and left_out[0] is not NOT_APPLICABLE:
        return f"not {_phrase(fact, left_out[0])}"
    return " or ".join(_phrase(fact, value) for value in values)


def _phrase(fact: Fact, value: Value) -> str:
    return f"{fact.label} does not apply" if value is NOT_APPLICABLE else fact.texts[answer_name(value)].phrase

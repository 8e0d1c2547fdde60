"""Plain phrases for conditions, for tests that need no definitions."""

from __future__ import annotations

from pnet_pathways.model.values import Value, answer_name


def default_words(fact: str, values: tuple[Value, ...]) -> str:
    """Return a phrase made of the fact's name and the answers: ``size is small``."""
    return f"{fact.replace('_', ' ').replace('.', ': ')} is {' or '.join(answer_name(value) for value in values)}"

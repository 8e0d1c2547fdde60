"""The verbatim passages of the summary beside the statements, from a copy that the user has at hand."""

from __future__ import annotations

from ...model.errors import SourceError
from ...model.pathway import Definitions
from .anchors import anchors_of, place
from .copies import Copy, collapse


def passages(definitions: Definitions, text: str, name: str = "the copy of the summary") -> dict[str, tuple[str, ...]]:
    """Return each statement's passages, verbatim, from the text of a copy of the summary; `name` is used in messages.

    The passages that speak for and against a reading are there too, by its id, where the copy holds all of them.
    Raises `SourceError` naming every statement whose passage does not stand there in the very words.
    """
    copy = Copy(name, collapse(text)).without(definitions.furniture)
    copy.require_summary(definitions)
    anchors = [anchor for anchor in anchors_of(definitions) if anchor.is_statement]
    placed = {anchor.locator: span for anchor, span in place(anchors, copy).items()}
    statements = [one for pathway in definitions.pathways.values() for one in pathway.statements]
    lost = [one.id for one in statements if any(locator not in placed for locator in one.locators)]
    if lost:
        raise SourceError(
            f"{name}: it does not hold the passages of {', '.join(lost)} in the words that the definitions were made from; "
            "`pnet source drift` says what has changed"
        )
    everywhere = {anchor.locator: span for anchor, span in place(anchors_of(definitions), copy).items()} | placed
    cited = {one.id: one.locators for one in statements}
    for reading in definitions.readings.values():
        evidence = (*reading.evidence_for, *reading.evidence_against)
        if all(locator in everywhere for locator in evidence):
            cited[reading.id] = evidence
    return {key: tuple(copy.words(*everywhere[one]) for one in locators) for key, locators in cited.items()}

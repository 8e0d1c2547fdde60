"""Codes for what an answer says of an option, for treatments and for the reasons of a reading: as code systems and codings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ...engine.answer import Certainty
from ...engine.tables import GapKind
from ...model.pathway import Definitions, Option, Strength
from .findings import Reason
from .publication import Publication, Resource

ANSWER: Final = "answer"
TREATMENTS: Final = "treatments"
REASONS: Final = "reasons"

GAP: Final = "gap"
EITHER_WAY: Final = "either-way"
ALTERNATIVE: Final = "alternative"

_ANSWERS: Final[Mapping[str, tuple[str, str]]] = {
    Certainty.CERTAIN: ("Applies", "It applies in every completion of what is known."),
    Certainty.POSSIBLE: ("May apply", "It applies in some completions of what is known, and not in all."),
    Strength.USUAL: ("Usually", "The text says that it is usual."),
    Strength.RARE: ("Rarely", "The text says that it is rare."),
    Strength.MAY: ("May include", "The text lists it among what may be done."),
    GAP: ("Gap", "The text does not say what is done here."),
    GapKind.SILENT: ("Silent", "No statement of the text leaves an option."),
    GapKind.COMBINATION: ("Combination", "Statements apply side by side, and the text does not say what is done for all."),
    EITHER_WAY: ("Applies either way", "One of some statements applies in every completion, though it is open which one."),
    ALTERNATIVE: ("Another reading", "What the answer would be if the text were read in another way."),
}


def option_id(option: Option) -> str:
    """Return the id of an option: its statement and its number within it, from 1 on."""
    return f"{option.statement}.{option.number + 1}"


def coding(publication: Publication, system: str, code: str) -> dict[str, str]:
    """Return a code of one of the systems here, with its display."""
    return {
        "system": publication.url("CodeSystem", system),
        "code": code,
        "display": _concepts(publication.definitions, system)[code][0],
    }


def concept(publication: Publication, system: str, code: str) -> Resource:
    """Return a concept with one code of one of the systems here."""
    return {"coding": [coding(publication, system, code)]}


def code_systems(publication: Publication) -> Iterator[Resource]:
    """Yield the code systems of answers, treatments and reasons."""
    titles = {
        ANSWER: (
            "What an answer says of an option",
            "How certain an option is, how the text puts it, and what else an answer tells.",
        ),
        TREATMENTS: ("Treatments", "What the options of the pathways are made of."),
        REASONS: ("Why a record became no fact", "What keeps a patient's record from saying something for certain."),
    }
    for name, (title, description) in titles.items():
        concepts = _concepts(publication.definitions, name)
        yield publication.resource(
            "CodeSystem",
            name,
            title=title,
            description=description,
            caseSensitive=True,
            content="complete",
            count=len(concepts),
            concept=[
                {"code": code, "display": display} | ({"definition": definition} if definition else {})
                for code, (display, definition) in concepts.items()
            ],
        )


def _concepts(definitions: Definitions, system: str) -> Mapping[str, tuple[str, str]]:
    """Return the codes of a system, each with its display and definition."""
    if system == TREATMENTS:
        return {one.id: (one.label, one.description) for one in definitions.treatments.values()}
    if system == REASONS:
        return {one.value: (one.words, "") for one in Reason}
    options = (
        option for pathway in definitions.pathways.values() for statement in pathway.statements for option in statement.options
    )
    intents = dict.fromkeys(option.intent for option in options if option.intent)
    return {**_ANSWERS, **{intent: (intent.capitalize(), "The text says so of the purpose.") for intent in intents}}

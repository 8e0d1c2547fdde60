"""Libraries: the CQL of every pathway, and its ELM where a translator has made it of just this text."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...engine.recommend import engine_for
from ...model.pathway import Definitions
from .cql_answer import ANSWER, answer_text
from .cql_library import AS_READ, LibraryText, Vocabularies
from .cql_pathway import PathwayLogic
from .publication import Publication, Resource, camel

_CQL: Final = "text/cql"
_ELM: Final = "application/elm+json"
_LIST: Final = {"name": "missing", "use": "out", "min": 0, "max": "*", "type": "string"}
_KIND: Final = "http://terminology.hl7.org/CodeSystem/library-type"


def cql_folder(folder: str | Path) -> Path:
    """Return where the translated CQL of a folder of definitions is kept: in its ``cql``."""
    return Path(folder) / "cql"


@functools.lru_cache(maxsize=8)
def logic_of(definitions: Definitions) -> Mapping[str, PathwayLogic]:
    """Return what the Library of each pathway says, made once for a set of definitions."""
    engine = engine_for(definitions)
    return {name: PathwayLogic(engine, pathway) for name, pathway in definitions.pathways.items()}


@functools.lru_cache(maxsize=8)
def texts(definitions: Definitions) -> Mapping[str, str]:
    """Return the CQL of each Library as text, by the Library's name."""
    shared, logic = Vocabularies(definitions.vocabulary), logic_of(definitions)
    names = {name: camel(name) for name in logic}
    found = {camel(name): LibraryText(shared, one).text(camel(name)) for name, one in logic.items()}
    return {**found, camel(ANSWER): answer_text(definitions, logic, names, camel(ANSWER))}


def translated(definitions: Definitions, name: str) -> str | None:
    """Return the ELM that is kept beside the definitions, if it was made of the CQL that they give now."""
    folder = cql_folder(definitions.folder)
    cql, elm = folder / f"{name}.cql", folder / f"{name}.elm.json"
    if not definitions.folder or not cql.is_file() or not elm.is_file():
        return None
    return elm.read_text("utf-8") if cql.read_text("utf-8") == texts(definitions)[name] else None


def libraries(publication: Publication) -> Iterator[Resource]:
    """Yield the Library of each pathway, then that of the whole answer."""
    definitions = publication.definitions
    for name, logic in logic_of(definitions).items():
        yield _library(
            publication,
            name,
            f"{definitions.pathways[name].title}: logic",
            pathway=name,
            depends_on=[publication.url("Questionnaire", "facts")],
            parameters=[*_parameters(logic), _LIST],
        )
    urls = [publication.url("Library", name) for name in definitions.pathways]
    yield _library(publication, ANSWER, "All types: logic", pathway=None, depends_on=urls, parameters=[_LIST])


def _library(
    publication: Publication,
    name: str,
    title: str,
    *,
    pathway: str | None,
    depends_on: Sequence[str],
    parameters: list[dict[str, Any]],
) -> Resource:
    elm = translated(publication.definitions, camel(name))
    without = "" if elm is not None else " Its CQL is not translated to ELM: an engine that runs ELM alone needs a translator."
    return publication.resource(
        "Library",
        name,
        title=title,
        description=(
            "Which options and gaps are certain and which are possible for what is known of a patient, and which unknown "
            f"facts can change that, exactly.{without}"
        ),
        pathway=pathway,
        type={"coding": [{"system": _KIND, "code": "logic-library"}]},
        relatedArtifact=[{"type": "depends-on", "resource": url} for url in depends_on],
        parameter=parameters,
        content=[
            _content(_CQL, texts(publication.definitions)[camel(name)]),
            *([] if elm is None else [_content(_ELM, elm)]),
        ],
        **(publication.approval(pathway) if pathway is not None else {}),
    )


def _parameters(logic: PathwayLogic) -> Iterator[dict[str, Any]]:
    readings = dict.fromkeys(one.reading for one in logic.alternatives)
    for reading in readings:
        known = [AS_READ, *(one.id for one in logic.alternatives if one.reading == reading)]
        documentation = f"How the text is read: {', '.join(known)}. Without it: {AS_READ}."
        yield {"name": reading, "use": "in", "min": 0, "max": "1", "documentation": documentation, "type": "string"}


def _content(kind: str, text: str) -> dict[str, str]:
    return {"contentType": kind, "data": base64.b64encode(text.encode()).decode()}

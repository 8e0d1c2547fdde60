"""The CQL of a whole answer: what the Libraries of all pathways say together, also while the type is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ...engine.tables import GapKind
from ...model.pathway import Definitions
from .cql_facts import literal, quoted
from .cql_pathway import PathwayLogic
from .cql_text import comment, define, laid_out, those

ANSWER: Final = "answer"
"""The name of the Library of the whole answer."""


def answer_text(definitions: Definitions, logic: Mapping[str, PathwayLogic], names: Mapping[str, str], name: str) -> str:
    """Return the Library's CQL; `names` are those of the Libraries of the pathways, `name` its own."""
    return "\n".join(_lines(definitions, logic, names, name)) + "\n"


def _lines(definitions: Definitions, logic: Mapping[str, PathwayLogic], names: Mapping[str, str], name: str) -> Iterator[str]:
    yield from comment(
        "What the text lists for what is known of a patient, of all types. Parameters are those of the Libraries of the "
        f"pathways. Written by the library, not by hand. {definitions.source.disclaimer}"
    )
    yield f"library {name} version {literal(definitions.version)}"
    yield ""
    yield "using FHIR version '4.0.1'"
    yield ""
    for pathway, library in names.items():
        yield f"include {library} version {literal(definitions.pathways[pathway].version)}"
    yield ""
    yield "context Patient"
    yield ""
    yield 'define "answer":'
    yield "  First(({ 1 }) A"
    yield "    let"
    lets = [f'{quoted(pathway)}: {library}."answer"' for pathway, library in names.items()]
    for list_ in ("gaps_certain", "gaps_possible", "missing"):
        lets.append(f"{quoted(f'all {list_}')}: {_all_of(names, list_)}")
    gaps, first = _gaps(definitions, logic), quoted(next(iter(names)))
    for gap, pathways in gaps.items():
        said = dict.fromkeys(one for each in pathways.values() for one in each)
        for list_ in ("gaps_certain", "gaps_possible"):
            lets.append(f"{quoted(f'{gap} in {list_}')}: {_among(quoted(f'all {list_}'), said)}")
        # Silence of a track is one gap for all types.
        sure = _whatever_the_type(definitions, pathways) if gap.endswith(f" {GapKind.SILENT.value}") else ""
        conditions = f"{first}.open_type and not {first}.contradictory and {sure}" if sure else "false"
        lets.append(f"{quoted(f'{gap} whatever the type')}: {conditions}")
    for number, line in enumerate(lets, 1):
        yield from laid_out(line + ("," if number < len(lets) else ""), "      ")
    yield "    return all Tuple {"
    elements = {"contradictory": f"{first}.contradictory"}
    for list_ in ("certain", "possible", "elsewhere"):
        elements[list_] = _all_of(names, list_)
    sure_gaps = ((gap, f"{quoted(f'{gap} in gaps_certain')} or {quoted(f'{gap} whatever the type')}") for gap in gaps)
    open_gaps = ((gap, f"{quoted(f'{gap} in gaps_possible')} and not {quoted(f'{gap} whatever the type')}") for gap in gaps)
    elements["gaps_certain"], elements["gaps_possible"] = those(sure_gaps), those(open_gaps)
    missing = [fact for fact in definitions.vocabulary.facts if any(fact in one.matters for one in logic.values())]
    elements["missing"] = those((fact, _among(quoted("all missing"), [fact])) for fact in missing)
    for number, (element, text) in enumerate(elements.items(), 1):
        yield from laid_out(f"{element}: {text}{',' if number < len(elements) else ''}", "      ")
    yield "    })"
    yield ""
    for element in elements:
        yield from define(element.replace("_", " "), f'"answer".{element}')


def _gaps(definitions: Definitions, logic: Mapping[str, PathwayLogic]) -> dict[str, dict[str, list[str]]]:
    """Return the gaps by track of the answer and kind, each with what it is called in the Libraries of which pathways."""
    found: dict[str, dict[str, list[str]]] = {}
    for group in definitions.groups:
        for pathway, one in logic.items():
            for gap in one.gaps:
                if gap.track.partition(".")[0] == group:
                    found.setdefault(f"{group} {gap.kind.value}", {}).setdefault(pathway, []).append(gap.said)
    return found


def _all_of(names: Iterable[str], list_: str) -> str:
    return f"flatten {{ {', '.join(f'{quoted(pathway)}.{list_}' for pathway in names)} }}"


def _among(list_: str, items: Iterable[str]) -> str:
    """Return whether a list holds one of some items."""
    return " or ".join(f"IndexOf({list_}, {literal(one)}) >= 0" for one in items)


def _whatever_the_type(definitions: Definitions, gaps: Mapping[str, Sequence[str]]) -> str:
    """Return whether each type has a pathway that is sure to have one of its gaps; empty where one has none that can."""
    entry = definitions.entry
    bearing = dict.fromkeys(tuple(one for one in entry.bears_on(type_) if one in gaps) for type_ in entry.types_in_scope)
    if () in bearing:
        return ""
    parts = (" or ".join(_among(f"{quoted(one)}.gaps_of_type", gaps[one]) for one in some) for some in bearing)
    return " and ".join(f"({one})" for one in parts)

"""Let cql-execution answer every consistent partial case there is, and write the certificate that it answers as `recommend`.

Of a pathway whose facts have more partial cases than can be run, every partial case of the facts of each of its tracks is
taken, and every combination of what its tracks can say unless these are too many too.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests"))

from cql_material import Run, answers, compared, expected  # noqa: E402
from outside_engines import FOLDER, Engines, installed_engines  # noqa: E402
from pnet_pathways.adapters.fhir.publication import camel  # noqa: E402
from pnet_pathways.adapters.fhir.writing_cql import cql_folder, texts  # noqa: E402
from pnet_pathways.engine.recommend import Engine, engine_for  # noqa: E402
from pnet_pathways.engine.tables import TrackTable  # noqa: E402
from pnet_pathways.loading.files import write_whole  # noqa: E402
from pnet_pathways.loading.folder import load_pathways  # noqa: E402
from pnet_pathways.model.case import Case  # noqa: E402
from pnet_pathways.model.pathway import Definitions  # noqa: E402
from pnet_pathways.model.values import Value  # noqa: E402
from pnet_pathways.model.vocabulary import Vocabulary  # noqa: E402

MOST = 25_000
"""As many partial cases of a whole pathway are run; of one with more, those of its tracks."""
AT_ONCE = 4_000
ENGINES = ("cql-execution", "cql-exec-fhir", "@cqframework/cql")

Given = dict[str, Value]


def partial_cases(vocabulary: Vocabulary, facts: Iterable[str]) -> Iterator[Given]:
    """Yield every consistent partial case of some facts."""
    wanted = set(facts)
    blocks = []
    for linked in vocabulary.tied_sets(wanted):
        cases: list[Given] = [{}]
        for name in vocabulary.facts:
            if name in linked and name in wanted:
                values = (None, *vocabulary.facts[name].values)
                more = ({**case, name: value} if value is not None else case for case in cases for value in values)
                cases = [case for case in more if vocabulary.left(linked, case)]
        blocks.append(cases)
    for parts in itertools.product(*blocks):
        yield {name: value for part in parts for name, value in part.items()}


def count_of(vocabulary: Vocabulary, facts: Iterable[str]) -> int:
    """Return how many consistent partial cases some facts have."""
    wanted = set(facts)
    sets = vocabulary.tied_sets(wanted)
    return math.prod(sum(1 for _ in partial_cases(vocabulary, wanted & linked)) for linked in sets)


def spaces(engine: Engine, pathway: str) -> dict[str, tuple[tuple[str, ...], list[Given]]]:
    """Return the cases to run for a pathway: by what they are all of, the facts and what is given of them."""
    vocabulary = engine.definitions.vocabulary
    entry = engine.definitions.entry.fact
    tables = [table for (name, _), table in engine.compiled.tables.items() if name == pathway]
    whole = in_order(vocabulary, (fact for table in tables for fact in table.facts if fact != entry))
    if count_of(vocabulary, whole) <= MOST:
        return {"every partial case of the pathway": (whole, list(partial_cases(vocabulary, whole)))}
    found = {}
    for table in tables:
        facts = in_order(vocabulary, (fact for fact in table.facts if fact != entry))
        found[f"every partial case of track {table.track.name}"] = (facts, list(partial_cases(vocabulary, facts)))
    sayings = [list(first_cases(table, found[f"every partial case of track {table.track.name}"][1])) for table in tables]
    if math.prod(map(len, sayings)) <= MOST:
        together = (combined(parts, vocabulary) for parts in itertools.product(*sayings))
        found["every combination of what the tracks say"] = (whole, [case for case in together if case is not None])
    return found


def first_cases(table: TrackTable, cases: Sequence[Given]) -> Iterator[Given]:
    """Yield, for each of the answers that a track can give, the first of some cases with it."""
    seen = set()
    for given in cases:
        answer = table.answer(Case.of_consistent(table.vocabulary, given).values)
        gaps = tuple((gap.kind, gap.certain, gap.depends_on) for gap in answer.gaps)
        said = (tuple((one.option.number, one.option.statement, one.certain, one.depends_on) for one in answer.offered), gaps)
        if said not in seen:
            seen.add(said)
            yield given


def combined(parts: Sequence[Given], vocabulary: Vocabulary) -> Given | None:
    """Return cases of several tracks as one, if they agree."""
    found: Given = {}
    for name, value in (one for part in parts for one in part.items()):
        if found.setdefault(name, value) != value:
            return None
    return found if vocabulary.consistent(found) else None


def in_order(vocabulary: Vocabulary, facts: Iterable[str]) -> tuple[str, ...]:
    """Return some facts in the vocabulary's order."""
    wanted = set(facts)
    return tuple(name for name in vocabulary.facts if name in wanted)


def compare(engines: Engines, engine: Engine, pathway: str, cases: Sequence[Given]) -> int:
    """Return how many cases the engine answers as `recommend` does; the first that it does not is printed."""
    definitions, equal = engine.definitions, 0
    entry = definitions.entry
    type_ = {} if pathway in entry.common else {entry.fact: entry.types_of(pathway)[0]}
    vocabulary = definitions.vocabulary
    for start in range(0, len(cases), AT_ONCE):
        batch = [
            Case.of_consistent(vocabulary, {name: given[name] for name in vocabulary.facts if name in given})
            for given in ({**type_, **one} for one in cases[start : start + AT_ONCE])
        ]
        (found,) = answers(engines, definitions, [Run(pathway, batch)])
        for case, said in zip(batch, found, strict=True):
            if compared(said) == compared(expected(engine, pathway, case)):
                equal += 1
            else:
                print("differs:", pathway, case.to_dict(), file=sys.stderr)
        print(f"{pathway}: {min(start + AT_ONCE, len(cases)):,} of {len(cases):,}, {equal:,} equal", file=sys.stderr)
    return equal


def hashes(definitions: Definitions) -> dict[str, Any]:
    """Return the hashes of what a certificate is about: it is stale when one of them moves."""
    folder = cql_folder(definitions.folder)
    return {
        "definitions": definitions.content_hash,
        "libraries": {
            name: {
                "cql": hashlib.sha256((folder / f"{name}.cql").read_bytes()).hexdigest(),
                "elm": hashlib.sha256((folder / f"{name}.elm.json").read_bytes()).hexdigest(),
            }
            for name in texts(definitions)
        },
    }


def versions(engines: Engines) -> dict[str, str]:
    """Return the engines and their versions."""
    packages = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))["packages"]
    node = subprocess.run([engines.node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return {**{name: packages[f"node_modules/{name}"]["version"] for name in ENGINES}, "node": node.removeprefix("v")}


def main() -> None:
    """Run all cases of the project's document and write the certificate, if all are equal."""
    definitions = load_pathways(ROOT / "pathways" / "pdq_pnet_patient")
    engine, engines = engine_for(definitions), installed_engines()
    parts: list[dict[str, Any]] = []
    for pathway in definitions.pathways:
        for what, (facts, cases) in spaces(engine, pathway).items():
            equal = compare(engines, engine, pathway, cases)
            parts.append({"library": camel(pathway), "what": what, "facts": list(facts), "cases": len(cases), "equal": equal})
    certificate = {
        "claim": (
            "On each of these partial cases the Library, run by an engine that others wrote, lists the options, with their "
            "certainty and track, the gaps and the missing facts that recommend lists for the pathway, as the text is read. "
            "Facts that are not named are unknown, the type is the pathway's. Contradictory cases are left out."
        ),
        "engines": versions(engines),
        **hashes(definitions),
        "compared": parts,
        "cases": sum(one["cases"] for one in parts),
        "equal": sum(one["equal"] for one in parts),
    }
    if certificate["cases"] != certificate["equal"]:
        raise SystemExit("not certified: some answers differ")
    write_whole(cql_folder(definitions.folder) / "certificate.json", json.dumps(certificate, indent=2) + "\n")


if __name__ == "__main__":
    main()

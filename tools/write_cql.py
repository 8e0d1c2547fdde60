"""Write the CQL of each document anew, and its ELM by the translator of `tests/engines`, into the folder `cql` beside it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pnet_pathways.adapters.fhir.writing_cql import cql_folder, texts
from pnet_pathways.loading.files import write_whole
from pnet_pathways.loading.folder import load_pathways
from pnet_pathways.model.pathway import Definitions

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (ROOT / "pathways" / "pdq_pnet_patient", ROOT / "examples" / "documents" / "pump_fault")
sys.path.append(str(ROOT / "tests"))

from outside_engines import Engines, installed_engines  # noqa: E402


def translated(engines: Engines, definitions: Definitions) -> dict[str, str]:
    """Return the ELM of each Library as the text of its file; any word of the translator's is an error."""
    # What includes others comes first, so that each is translated once.
    libraries = dict(reversed(list(texts(definitions).items())))
    done = engines.run("translate.mjs", {"libraries": libraries})
    if done["problems"]:
        raise SystemExit("\n".join(done["problems"]))
    return {name: elm_text(done["libraries"][name]) for name in texts(definitions)}


def elm_text(elm: object) -> str:
    """Return ELM as the text of its file."""
    return json.dumps(elm, ensure_ascii=False, separators=(",", ":")) + "\n"


def main() -> None:
    """Write all of it."""
    engines = installed_engines()
    for folder in DOCUMENTS:
        definitions = load_pathways(folder)
        elm = translated(engines, definitions)
        target = cql_folder(folder)
        target.mkdir(exist_ok=True)
        for old in (*target.glob("*.cql"), *target.glob("*.elm.json")):
            old.unlink()
        for name, text in texts(definitions).items():
            write_whole(target / f"{name}.cql", text)
            write_whole(target / f"{name}.elm.json", elm[name])


if __name__ == "__main__":
    main()

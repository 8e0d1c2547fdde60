"""Writes the committed diagrams anew: SVG and DOT of the overview and of every pathway, and nothing else in the folder."""

from __future__ import annotations

from pathlib import Path

from pnet_pathways import load_pathways
from pnet_pathways.views.diagrams.diagram import DiagramFormat, diagrams_of, render

DIAGRAMS = Path(__file__).parents[1] / "diagrams"


def main() -> None:
    """Write the diagrams, and remove those that there are no more."""
    definitions = load_pathways()
    folder = DIAGRAMS / Path(definitions.folder).name
    written = set()
    for name in diagrams_of(definitions):
        for kind in (DiagramFormat.SVG, DiagramFormat.DOT):
            written.update(render(name, definitions=definitions).write(folder, kind))
    for path in folder.iterdir():
        if path.suffix in {".svg", ".dot"} and path not in written:
            path.unlink()


if __name__ == "__main__":
    main()

"""Write how wide the characters of the bundled fonts are, read from the fonts themselves, into widths.json beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from fontTools.ttLib import TTFont

from pnet_pathways.loading.files import write_whole

FOLDER = Path(__file__).resolve().parents[1] / "src" / "pnet_pathways" / "views" / "diagrams" / "fonts"
PATH = FOLDER / "widths.json"
FONTS = {"regular": "LiberationSans-Regular.ttf", "bold": "LiberationSans-Bold.ttf"}


def widths() -> str:
    """Return the table as JSON: of each font its units per em, and its advance widths in them.

    The widths stand in runs of characters that follow each other, each by the code point of its first.
    """
    return "{\n" + ",\n".join(f' "{name}": {_font(FOLDER / file)}' for name, file in FONTS.items()) + "\n}\n"


def _font(path: Path) -> str:
    with TTFont(path, lazy=True) as font:
        units, advances = font["head"].unitsPerEm, font["hmtx"]
        by_character = {character: advances[glyph][0] for character, glyph in font.getBestCmap().items()}
    runs = ",\n".join(f'   "{first:04X}": {json.dumps(run)}' for first, run in _runs(by_character))
    return f'{{\n  "units_per_em": {units},\n  "advances": {{\n{runs}\n  }}\n }}'


def _runs(by_character: Mapping[int, int]) -> Iterator[tuple[int, list[int]]]:
    for first in (one for one in sorted(by_character) if one - 1 not in by_character):
        last = first
        while last + 1 in by_character:
            last += 1
        yield first, [by_character[one] for one in range(first, last + 1)]


if __name__ == "__main__":
    write_whole(PATH, widths())

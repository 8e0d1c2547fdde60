"""How wide text is in the bundled fonts, read from the fonts themselves (TrueType tables ``cmap``, ``hhea``, ``hmtx``)."""

from __future__ import annotations

import functools
import struct
from collections.abc import Mapping
from importlib.resources import files

from .errors import RenderError

_REGULAR, _BOLD = "LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"


def exact_width(text: str, size: float, *, bold: bool = False) -> float | None:
    """Return the width of a text in the unit of `size`; `None` where the font lacks one of its characters.

    Raises `RenderError` where the bundled fonts are missing.
    """
    widths = _widths(_BOLD if bold else _REGULAR)
    found = [widths.get(ord(character)) for character in text]
    known = [width for width in found if width is not None]
    return sum(known) * size if len(known) == len(found) else None


@functools.cache
def _widths(name: str) -> Mapping[int, float]:
    """Return the advance width of each character, as a share of the font size."""
    try:
        font = (files(__package__) / "fonts" / name).read_bytes()
    except OSError as error:
        raise RenderError(f"a bundled font is missing ({error}): install the package anew") from None
    tables = {
        tag.decode("ascii"): offset
        for tag, _, offset, _ in struct.iter_unpack(">4sIII", font[12 : 12 + 16 * struct.unpack_from(">H", font, 4)[0]])
    }
    (units,) = struct.unpack_from(">H", font, tables["head"] + 18)
    (count,) = struct.unpack_from(">H", font, tables["hhea"] + 34)
    advances = [width / units for width, _ in struct.iter_unpack(">Hh", font[tables["hmtx"] : tables["hmtx"] + 4 * count])]
    # Glyphs beyond the table's end are as wide as its last.
    return {character: advances[min(glyph, count - 1)] for character, glyph in _glyphs(font, tables["cmap"]).items() if glyph}


def _glyphs(font: bytes, cmap: int) -> dict[int, int]:
    """Return the glyph of each character of the basic plane, from the ``cmap`` subtable of format 4."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    places = [cmap + struct.unpack_from(">I", font, cmap + 8 + 8 * number)[0] for number in range(count)]
    table = next(place for place in places if struct.unpack_from(">H", font, place)[0] == 4)
    segments = struct.unpack_from(">H", font, table + 6)[0] // 2

    def column(number: int, code: str) -> tuple[int, ...]:
        gap = 2 if number else 0  # two bytes of padding follow the first column
        return struct.unpack_from(f">{segments}{code}", font, table + 14 + 2 * segments * number + gap)

    found = {}
    rows = zip(column(0, "H"), column(1, "H"), column(2, "h"), column(3, "H"), strict=True)
    for number, (last, first, delta, offset) in enumerate(rows):
        for character in range(first, last + 1):
            glyph = character
            if offset:
                place = table + 16 + 2 * segments * 3 + 2 * number + offset + 2 * (character - first)
                (glyph,) = struct.unpack_from(">H", font, place)
            found[character] = (glyph + delta) & 0xFFFF if glyph else 0
    return found

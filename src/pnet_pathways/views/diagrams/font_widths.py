"""How wide text is in the bundled fonts, read from the fonts themselves."""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping
from importlib.resources import files

from ...model.errors import RenderError
from .layout_engine import INSTALL

_REGULAR, _BOLD = "LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"


def exact_width(text: str, size: float, *, bold: bool = False) -> float | None:
    """Return the width of a text in the unit of `size`; `None` where the font lacks one of its characters.

    Raises `RenderError` where the bundled fonts, or the package that reads them, are missing.
    """
    widths = _widths(_BOLD if bold else _REGULAR)
    found = [widths.get(ord(character)) for character in text]
    known = [width for width in found if width is not None]
    return sum(known) * size if len(known) == len(found) else None


@functools.cache
def _widths(name: str) -> Mapping[int, float]:
    """Return the advance width of each character, as a share of the font size."""
    try:
        from fontTools.ttLib import TTFont
    except ImportError as error:
        raise RenderError(f"a package for diagrams is missing ({error}): {INSTALL}") from None
    try:
        data = (files(__package__) / "fonts" / name).read_bytes()
    except OSError as error:
        raise RenderError(f"a bundled font is missing ({error}): install the package anew") from None
    with TTFont(io.BytesIO(data), lazy=True) as font:
        units, advances = font["head"].unitsPerEm, font["hmtx"]
        return {character: advances[glyph][0] / units for character, glyph in font.getBestCmap().items()}

"""How wide text is in the bundled fonts, from the table beside them that `make fonts` reads from the fonts themselves."""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Mapping
from importlib.resources import files

from ...model.errors import RenderError


def exact_width(text: str, size: float, *, bold: bool = False) -> float | None:
    """Return the width of a text in the unit of `size`; `None` where the font lacks one of its characters.

    Raises `RenderError` where the table of the bundled fonts is missing.
    """
    widths = character_widths(bold=bold)
    found = [widths.get(character) for character in text]
    known = [width for width in found if width is not None]
    return sum(known) * size if len(known) == len(found) else None


def lacking(text: str, *, bold: bool = False) -> list[str]:
    """Return the signs of a text that the font lacks, each once; marks of format and line breaks are never drawn."""
    widths = character_widths(bold=bold)
    return [sign for sign in dict.fromkeys(text) if sign not in widths and unicodedata.category(sign) not in {"Cc", "Cf"}]


def character_widths(*, bold: bool = False) -> Mapping[str, float]:
    """Return the advance width of each character that a font has, as a share of the font size.

    Raises `RenderError` where the table of the bundled fonts is missing.
    """
    return _fonts()["bold" if bold else "regular"]


@functools.cache
def _fonts() -> Mapping[str, Mapping[str, float]]:
    try:
        text = (files(__package__) / "fonts" / "widths.json").read_text("utf-8")
    except OSError as error:
        raise RenderError(f"the widths of the bundled fonts are missing ({error}): install the package anew") from None
    return {
        name: {
            chr(int(first, 16) + place): advance / font["units_per_em"]
            for first, run in font["advances"].items()
            for place, advance in enumerate(run)
        }
        for name, font in json.loads(text).items()
    }

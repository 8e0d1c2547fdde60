"""A table of a report: as it stands in the page, in text and in CSV."""

from __future__ import annotations

import attrs


@attrs.frozen
class Table:
    """A table: its title, the heads of its columns, and its rows, of which the first cell names what the row is about."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

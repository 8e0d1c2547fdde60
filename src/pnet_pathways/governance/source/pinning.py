"""Pinning sentences that no statement accounts for: the block ``unclaimed`` of not_statements.yaml."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ...loading.files import write_together
from ...loading.folder import load_pathways
from ...model.errors import SourceError
from .anchors import anchors_of, place
from .comparison import compare
from .copies import Copy
from .outside import pins
from .parts import layout
from .relocate import prove

_NAME: Final = "not_statements.yaml"
_BLOCK = re.compile(r"^unclaimed:.*\n?(?:[ \t]+.*\n?|[ \t]*\r?\n)*", re.MULTILINE)
_WIDTH: Final = 110


def pin(folder: Path, copy: Copy) -> int:
    """Pin the sentences of a copy that no statement of a folder's definitions accounts for; return how many sentences that are.

    Only the block ``unclaimed`` changes, and the result must load.
    Raises `SourceError` where the copy is not the summary or its passages and parts don't fit the definitions yet.
    """
    definitions = load_pathways(folder, check_agreement=False)
    if not compare(definitions, copy).fits:
        raise SourceError(
            f"{copy.name}: passages or parts do not fit the definitions; settle first what `pnet source check` says of it"
        )
    anchors, copy = anchors_of(definitions), copy.without(definitions.furniture)
    placed = place(anchors, copy)
    found = pins(layout(definitions, copy, anchors, placed), copy, [*placed.values(), *copy.apart])
    path = folder / _NAME
    text = path.read_bytes().decode("utf-8")
    names = {heading: key for key, heading in definitions.sections.items()}
    edited = _with_block(text, {names[heading]: mine for heading, mine in found.items()})
    if edited != text:
        contents = {path: edited.encode()}
        prove(folder, contents)
        write_together(contents)
    return sum(map(len, found.values()))


def _with_block(text: str, found: Mapping[str, tuple[str, ...]]) -> str:
    lines = ["unclaimed:"]
    for key, mine in found.items():
        lines += [f"  {key}: >-", *textwrap.wrap(" ".join(mine), _WIDTH, initial_indent="    ", subsequent_indent="    ")]
    end = "\r\n" if "\r\n" in text else "\n"
    block = "".join(line + end for line in lines)
    if there := _BLOCK.search(text):
        return text[: there.start()] + block + text[there.end() :]
    return f"{text.rstrip()}{end}{end}{block}"

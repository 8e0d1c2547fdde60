"""A copy of the summary with the definitions made from it: the real one, and a made-up one that is always at hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import attrs
import pytest

from pnet_pathways import load_pathways
from pnet_pathways.governance.source import (
    Comparison,
    Copy,
    collapse,
    compare,
)
from pnet_pathways.governance.source.anchors import Anchor, Span, anchors_of
from pnet_pathways.governance.source.locators import Owner, OwnerKind
from pnet_pathways.governance.source.pinning import pin
from pnet_pathways.model.pathway import Definitions
from project import DEFINITIONS
from synthetic_summary import rehash, synthetic_text


@attrs.frozen
class Material:
    """Definitions in a folder, and the text that they are made from."""

    definitions: Definitions
    folder: Path
    text: str

    @property
    def copy(self) -> Copy:
        """The copy that the definitions are made from."""
        return Copy("old.txt", self.text)

    def compare(self, text: str, *, old: bool = False) -> Comparison:
        """Compare an edited text with the definitions."""
        return compare(self.definitions, Copy("new.txt", collapse(text)), self.copy if old else None)

    def span(self, statement: str) -> Span:
        """Return where a statement's first passage stands."""
        locator = self.definitions.statement(statement).locators[0]
        return locator.start, locator.end

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """The distinct passages."""
        return anchors_of(self.definitions)

    @property
    def statements(self) -> tuple[Anchor, ...]:
        """The passages of statements."""
        return tuple(anchor for anchor in self.anchors if anchor.is_statement)


def statements_of(owners: Iterable[Owner]) -> set[str]:
    """Return the statements among the owners of a passage."""
    return {owner.name for owner in owners if owner.kind is OwnerKind.STATEMENT}


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Material:
    """A made-up summary: most tests run on it where the source document is not at hand."""
    folder = Path(shutil.copytree(DEFINITIONS, tmp_path_factory.mktemp("made_up") / "pathways"))
    text = synthetic_text(load_pathways())
    rehash(folder, text)
    pin(folder, Copy("made up", text))
    return Material(load_pathways(folder, check_agreement=False), folder, text)


@pytest.fixture(scope="session", params=["made_up", "summary"])
def material(request: pytest.FixtureRequest) -> Material:
    """Both in turn."""
    if request.param == "made_up":
        made: Material = request.getfixturevalue("made_up")
        return made
    return Material(load_pathways(), DEFINITIONS, request.getfixturevalue("source_text"))

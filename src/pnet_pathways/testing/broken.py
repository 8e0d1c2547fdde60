"""Strategies for broken definitions: valid ones with one named mistake, each of which loading must refuse."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs
from hypothesis import strategies as st

from ..model.pathway import Definitions
from .definitions import DefinitionFiles, definition_data
from .mistakes import EDITS, Mistake


@attrs.frozen
class BrokenDefinition:
    """The files of a folder of definitions with one mistake."""

    mistake: Mistake
    files: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """Write the files into a folder. Raises `OSError` where that fails."""
        DefinitionFiles(self.files).write(folder)

    def load(self) -> Definitions:
        """Load the files, which raises `DefinitionError`."""
        return DefinitionFiles(self.files).load()


def broken_pathways(*mistakes: Mistake) -> st.SearchStrategy[BrokenDefinition]:
    """Return a strategy for definitions with exactly one mistake, of the kinds given (all by default)."""
    return _broken(mistakes or tuple(Mistake))


@st.composite
def _broken(draw: st.DrawFn, mistakes: tuple[Mistake, ...]) -> BrokenDefinition:
    mistake = draw(st.sampled_from(mistakes))
    data = draw(definition_data().filter(lambda made: mistake in _IN_TEXT or any(True for _ in EDITS[mistake](made))))
    if mistake in _IN_TEXT:
        return BrokenDefinition(mistake, _IN_TEXT[mistake](draw, dict(DefinitionFiles.of(data).files)))
    broken = copy.deepcopy(data)
    draw(st.sampled_from(list(EDITS[mistake](broken))))()
    return BrokenDefinition(mistake, DefinitionFiles.of(broken).files)


# Mistakes in the text of a file


def _no_yaml(draw: st.DrawFn, files: dict[str, str]) -> dict[str, str]:
    name = draw(st.sampled_from(sorted(files)))
    return {**files, name: files[name].rstrip()[:-1]}


def _repeated_key(draw: st.DrawFn, files: dict[str, str]) -> dict[str, str]:
    name = draw(st.sampled_from(sorted(files)))
    data = json.loads(files[name])
    key = draw(st.sampled_from(sorted(data)))
    again = f', "{key}": {json.dumps(data[key])}}}\n'
    return {**files, name: files[name].rstrip()[:-1] + again}


def _missing_file(draw: st.DrawFn, files: dict[str, str]) -> dict[str, str]:
    name = draw(st.sampled_from(sorted(files)))
    return {key: text for key, text in files.items() if key != name}


_IN_TEXT: dict[Mistake, Callable[[st.DrawFn, dict[str, str]], dict[str, str]]] = {
    Mistake.NO_YAML: _no_yaml,
    Mistake.REPEATED_KEY: _repeated_key,
    Mistake.MISSING_FILE: _missing_file,
}

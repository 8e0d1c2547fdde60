"""The vocabulary on which made-up definitions stand: the project's own."""

from __future__ import annotations

import functools
from typing import Any

from ..loading.folder import default_folder, load_pathways
from ..loading.yaml_source import read_yaml
from ..model.vocabulary import Vocabulary


def base_vocabulary() -> Vocabulary:
    """Return the project's vocabulary."""
    return load_pathways().vocabulary


@functools.cache
def base_facts() -> dict[str, Any]:
    """Return the data of the project's ``facts.yaml``."""
    data: dict[str, Any] = read_yaml(default_folder() / "facts.yaml", "facts.yaml").data
    return data

"""Hashes of plain data, and the version that records carry."""

from __future__ import annotations

import importlib.metadata
import json
from typing import Any

import pytest

import pnet_pathways
from pnet_pathways.model.hashing import RepeatedKeyError, digest, unique_keys
from pnet_pathways.model.version import library_version


def test_a_hash_is_that_of_the_content_and_not_of_its_order() -> None:
    assert digest({"a": 1, "b": [True]}) == digest({"b": [True], "a": 1}) != digest({"a": 1, "b": [1]})


def test_a_key_that_stands_twice_is_named() -> None:
    with pytest.raises(RepeatedKeyError, match="the key 'b' stands twice"):
        json.loads('{"a": 1, "b": 2, "b": 3}', object_pairs_hook=unique_keys)


def test_the_version_is_that_of_the_installed_library() -> None:
    assert library_version() == importlib.metadata.version("pnet-pathways") == pnet_pathways.__version__


def test_a_library_that_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert library_version() == "0+unknown"

"""Hashes of plain data, and the version that records carry."""

from __future__ import annotations

import importlib.metadata

import pnet_pathways
from pnet_pathways.model.hashing import digest, text_digest
from pnet_pathways.model.version import library_version


def test_a_hash_is_that_of_the_content_and_not_of_its_order() -> None:
    assert digest({"a": 1, "b": [True]}) == digest({"b": [True], "a": 1}) != digest({"a": 1, "b": [1]})


def test_a_text_is_hashed_as_it_stands() -> None:
    assert text_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" != digest("abc")


def test_the_version_is_that_of_the_installed_library() -> None:
    assert library_version() == importlib.metadata.version("pnet-pathways") == pnet_pathways.__version__

"""The folder of definitions: which files it needs, what is loaded, and the hash of what the definitions mean."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pnet_pathways import TumorType, load_pathways
from pnet_pathways.loading.folder import default_folder
from pnet_pathways.loading.schema import FILES, OPTIONAL
from pnet_pathways.model.pathway import Definitions
from slips import G, V, place, problems, replace

# Files


@pytest.mark.parametrize("name", [name for name in FILES if name not in OPTIONAL])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert problems(folder) == [f"{folder}: the file {name} is missing"]


def test_every_missing_file_is_named_beside_the_mistakes_in_the_others(folder: Path) -> None:
    (folder / "facts.yaml").unlink()
    (folder / "entry.yaml").unlink()
    replace(folder, V, "version: 1.0.0", "version: 1.0")
    assert problems(folder) == [
        f"{folder}: the file facts.yaml is missing",
        f"{folder}: the file entry.yaml is missing",
        f"{place(folder, V, '»version: 1.0')}: 'version' takes text, not 1.0 (put it in quotes)",
    ]


def test_a_missing_pathway_is_reported_where_its_type_leads_to_it(folder: Path) -> None:
    (folder / "somatostatinoma.yaml").unlink()
    where = place(folder, "entry.yaml", "label: Somatostatinoma, »pathway: somatostatinoma")
    found = problems(folder)
    assert found[0] == f"{where}: there is no pathway 'somatostatinoma' (did you mean 'gastrinoma'?)"
    # Alternatives that rewrite its statements name what is not there.
    assert all(text.startswith("readings.yaml:") and "unknown statement 'SOM-" in text for text in found[1:])


def test_loading_leaves_the_folders_below_alone_and_reads_every_yaml_file_of_the_folder(folder: Path) -> None:
    hashed = load_pathways(folder).content_hash
    for below in ("golden", "cases", "reviews"):
        shutil.rmtree(folder / below, ignore_errors=True)
    assert load_pathways(folder).content_hash == hashed
    for below in ("golden", "cases", "reviews"):
        (folder / below).mkdir()
        (folder / below / "stray.yaml").write_text("no: definition\n")
    assert load_pathways(folder).content_hash == hashed
    (folder / "stray.yaml").write_text("no: definition\n")
    assert "stray.yaml:1:1: unknown key 'no'" in "\n".join(problems(folder))


@pytest.mark.parametrize(
    ("name", "said"), [("nowhere", "there is no such folder of definitions"), ("entry.yaml", "this is no folder")]
)
def test_a_folder_that_is_none_is_refused(folder: Path, name: str, said: str) -> None:
    assert problems(folder / name) == [f"{folder / name}: {said}"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file takes a mapping, not nothing"),
        ("- a\n", "the file takes a mapping, not a list"),
        ("#" * 1_000_001, "the file has 1,000,001 bytes; at most 1,000,000 are read"),
        ("a: [\n", "this is not valid YAML: did not find expected node content"),
    ],
    ids=["empty", "list", "too large", "no YAML"],
)
@pytest.mark.parametrize("name", ["source.yaml", V])
def test_a_file_that_is_no_definition_is_refused(folder: Path, name: str, content: str, message: str) -> None:
    (folder / name).write_text(content, "utf-8")
    where = f"{name}:2:1" if content == "a: [\n" else f"{name}:1:1"
    assert problems(folder) == [f"{where}: {message}"]


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / V).write_bytes(b"title: \xe4\n")
    assert problems(folder) == [f"{V}:1:1: the file is not UTF-8 text (byte 7)"]


def test_what_is_not_yaml_by_its_name_is_left_alone(folder: Path) -> None:
    (folder / "README.md").write_text("a: [", "utf-8")
    (folder / "vipoma.yaml.orig").write_text("a: [", "utf-8")
    load_pathways(folder)


def test_an_editors_lock_file_is_left_alone(folder: Path) -> None:
    """While a file is being edited, Emacs keeps a dangling link of this name beside it."""
    (folder / ".#vipoma.yaml").symlink_to("someone@somewhere.1234")
    load_pathways(folder)


# What is loaded


def test_the_projects_own_definitions_are_loaded_once_and_shared() -> None:
    assert load_pathways() is load_pathways()
    assert load_pathways().folder == str(default_folder())


def test_a_folder_is_read_anew_each_time(folder: Path) -> None:
    before = load_pathways(folder)
    replace(folder, V, "\ntitle: VIPoma\n", "\ntitle: VIPOMA\n")
    assert load_pathways(str(folder)).pathways["vipoma"].title == "VIPOMA"
    assert before.pathways["vipoma"].title == "VIPoma"


def test_every_tumor_type_leads_somewhere_or_says_why_not(definitions: Definitions) -> None:
    assert list(definitions.entry.types) == list(TumorType)
    for kind, entry in definitions.entry.types.items():
        assert definitions.entry.pathway_of(kind) == entry.pathway
        assert entry.pathway in definitions.pathways or entry.note


def test_the_subject_is_put_into_the_headings(definitions: Definitions) -> None:
    section = definitions.pathways["other"].section
    assert section.startswith("Treatment of Other Pancreatic")
    assert section.endswith("Neuroendocrine Tumors (Islet Cell Tumors)")
    assert all("{" not in pathway.section for pathway in definitions.pathways.values())


def test_a_statement_knows_its_place_and_its_tracks(folder: Path) -> None:
    loaded = load_pathways(folder)
    statement = loaded.statement("VIP-3")
    assert str(statement.where) == place(folder, V, "- »id: VIP-3")
    assert [track for track, _ in statement.placements] == ["primary", "spread"]
    with pytest.raises(KeyError, match="VIP-9"):
        loaded.statement("VIP-9")


# The hash of what the definitions mean


def test_the_order_of_keys_that_mean_the_same_does_not_change_the_hash(folder: Path, definitions: Definitions) -> None:
    replace(folder, V, "pathway: vipoma\nversion: 1.0.0\n", "version: 1.0.0\npathway: vipoma\n")
    assert load_pathways(folder).content_hash == definitions.content_hash


def test_comments_and_layout_do_not_change_the_hash(folder: Path, definitions: Definitions) -> None:
    replace(folder, V, "\ntitle: VIPoma\n", "\n# a remark\ntitle:   'VIPoma'\n\n")
    assert load_pathways(folder).content_hash == definitions.content_hash


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (V, "\ntitle: VIPoma\n", "\ntitle: VIPOMA\n"),
        ("readings.yaml", "title: Sites are literal\n", "title: Sites\n"),
        ("source.yaml", 'pmid: "26389340"', 'pmid: "26389341"'),
        (V, "start: 36236", "start: 36235"),
    ],
    ids=["wording", "reading", "source", "passage"],
)
def test_any_change_of_content_changes_the_hash(folder: Path, definitions: Definitions, file: str, old: str, new: str) -> None:
    replace(folder, file, old, new)
    assert load_pathways(folder).content_hash != definitions.content_hash


def test_another_order_of_asking_changes_the_hash(folder: Path, definitions: Definitions) -> None:
    """The answers' order decides which fact is asked next, so the definitions do not mean the same."""
    old = "          none: none_duodenum\n          one: one_duodenum\n          several: several_duodenum\n"
    new = "          several: several_duodenum\n          one: one_duodenum\n          none: none_duodenum\n"
    replace(folder, G, old, new)
    changed = load_pathways(folder)
    assert changed.pathways["gastrinoma"].tracks["primary"].facts != definitions.pathways["gastrinoma"].tracks["primary"].facts
    assert changed.content_hash != definitions.content_hash


def test_definitions_are_shown_in_a_few_words(definitions: Definitions) -> None:
    """An error of a test that holds them would otherwise print the whole document."""
    assert repr(definitions) == f"<Definitions {definitions.version} of 8 pathways, hash {definitions.content_hash[:12]}>"

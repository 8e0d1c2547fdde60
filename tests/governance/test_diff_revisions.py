"""The difference between git revisions, and what is said where there is none to compare."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from difference_material import FILLED_SCENARIOS, fill_the_gap, total
from pnet_pathways import DefinitionError, load_pathways
from pnet_pathways.cli.main import app
from pnet_pathways.loading.folder import PROJECT_FOLDER
from pnet_pathways.loading.revisions import load_from


def git(folder: Path, *command: str) -> None:
    """Run git in a folder, as somebody."""
    who = ["-c", "user.name=someone", "-c", "user.email=someone@example.org"]
    subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_revisions_can_be_compared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = folder.parent
    git(top, "init")
    git(top, "add", ".")
    git(top, "commit", "-m", "before")
    fill_the_gap(folder)
    git(top, "commit", "-a", "-m", "after")
    monkeypatch.chdir(top)
    done = CliRunner().invoke(app, ["diff", "HEAD~1", "HEAD", "--exit-code"])
    assert done.exit_code == 1
    assert f"{FILLED_SCENARIOS} of {total(load_pathways()):,} total scenarios get another answer." in done.stdout
    assert CliRunner().invoke(app, ["diff", "HEAD", str(folder), "--exit-code"]).exit_code == 0


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_revisions_from_before_and_after_the_definitions_moved_can_be_compared(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = tmp_path / "repository"
    shutil.copytree(folder, top / "pathways")
    git(top, "init")
    git(top, "add", ".")
    git(top, "commit", "-m", "before")
    shutil.rmtree(top / "pathways")
    shutil.copytree(folder, top / PROJECT_FOLDER)
    (top / PROJECT_FOLDER / "other.yaml").unlink()
    git(top, "add", ".")
    git(top, "commit", "-m", "moved, and broken")
    monkeypatch.chdir(top)
    assert set(load_from("HEAD~1").pathways) >= {"other"}
    # The newer place is read where it is there, and an older one not even then when it does not load.
    with pytest.raises(DefinitionError, match=r"entry\.yaml.*other"):
        load_from("HEAD")
    # Only the project's own definitions are looked for elsewhere.
    with pytest.raises(DefinitionError, match="HEAD: the revision has no definitions in elsewhere"):
        load_from("HEAD", folder="elsewhere")


@pytest.fixture
def repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the project's definitions in `pathways`, committed once."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    git(folder.parent, "init")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "-m", "before")
    monkeypatch.chdir(folder.parent)
    return folder.parent


def test_a_revision_is_read_as_committed_whatever_its_attributes_say_of_archives(repository: Path) -> None:
    source = repository / "pathways" / "source.yaml"
    source.write_text(source.read_text("utf-8") + "# $Format:%H$\n", "utf-8")
    (repository / ".gitattributes").write_text("other.yaml export-ignore\n*.yaml export-subst\n", "utf-8")
    git(repository, "add", ".")
    git(repository, "commit", "-m", "attributes")
    committed, there = load_from("HEAD"), load_from("pathways")
    assert committed.content_hash == there.content_hash
    assert list(committed.pathways) == list(there.pathways)


@pytest.mark.parametrize("named", ["pathways", "pathways/", "./pathways"])
def test_from_a_subfolder_the_folder_is_still_seen_from_the_top(
    repository: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "pathways" / "golden")
    assert load_from("HEAD", folder=named).content_hash == load_from(str(repository / "pathways")).content_hash


def test_a_folder_that_is_seen_from_a_subfolder_is_named_as_it_is_seen_from_the_top(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "inner").mkdir()
    git(repository, "mv", "pathways", "inner/pathways")
    git(repository, "commit", "-m", "moved")
    monkeypatch.chdir(repository / "inner")
    with pytest.raises(DefinitionError, match=r"HEAD: .* no definitions in pathways .*top of the repository: inner/pathways"):
        load_from("HEAD", folder="pathways")


def test_submodules_and_links_are_named_and_not_read_as_nothing(repository: Path) -> None:
    """The commit that a submodule points to is not among the repository's own objects."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, check=True, capture_output=True, text=True)
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{head.stdout.strip()},module")
    (repository / "pathways" / "linked.yaml").symlink_to("other.yaml")
    git(repository, "add", "pathways/linked.yaml")
    git(repository, "commit", "-m", "a submodule and a link")
    for folder in ("module", "module/pathways"):
        with pytest.raises(DefinitionError, match="HEAD:module: is a submodule"):
            load_from("HEAD", folder=folder)
    with pytest.raises(DefinitionError, match=r"HEAD:pathways/linked\.yaml: is a symbolic link"):
        load_from("HEAD", folder="pathways")


def test_neither_folder_nor_revision_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DefinitionError, match="neither a folder nor a git revision"):
        load_from("no-such-thing")


def test_without_git_only_folders_can_be_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DefinitionError, match="no such folder, and git cannot be run"):
        load_from("HEAD")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_folder_of_a_revision_that_holds_something_else_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("words")
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "pages")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DefinitionError) as raised:
        load_from("HEAD", folder="docs")
    assert {one.where for one in raised.value.problems} == {"HEAD:docs"}

"""Writing files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pnet_pathways.loading.files import write_whole


def test_text_is_written_as_utf8(tmp_path: Path) -> None:
    write_whole(tmp_path / "new.txt", "tumor: “head”\n")
    assert (tmp_path / "new.txt").read_bytes() == "tumor: “head”\n".encode()


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    write_whole(tmp_path / "new.bin", b"\r\n\x00\xff")
    assert (tmp_path / "new.bin").read_bytes() == b"\r\n\x00\xff"


def test_an_old_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "walk.json").write_text("something much longer than the new content")
    write_whole(tmp_path / "walk.json", "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("walk.json", "new")]


@pytest.mark.parametrize("step", ["replace", "chmod", "fdopen"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (tmp_path / "walk.json").write_text("old")

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "walk.json", "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("walk.json", "old")]


def test_a_write_that_is_interrupted_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "walk.json").write_text("old")

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "walk.json", "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("walk.json", "old")]


def test_text_that_cannot_be_encoded_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "walk.json").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "walk.json", "\ud800")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("walk.json", "old")]


def test_a_folder_is_not_replaced_by_a_file_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "walk.json").mkdir()
    with pytest.raises(IsADirectoryError, match="is a folder") as caught:
        write_whole(tmp_path / "walk.json", "new")
    assert caught.value.filename == str(tmp_path / "walk.json")
    assert [path.name for path in tmp_path.iterdir()] == ["walk.json"]


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "missing" / "walk.json", "new")


def test_a_file_in_the_working_folder_can_be_named_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_whole(Path("walk.json"), "new")
    assert (tmp_path / "walk.json").read_text() == "new"


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "walk.json"
    path.write_text("old")
    path.chmod(0o600)
    write_whole(path, "new")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_keeps_leading_to_its_target(tmp_path: Path) -> None:
    (tmp_path / "there.json").write_text("old")
    (tmp_path / "link.json").symlink_to("there.json")
    write_whole(tmp_path / "link.json", "new")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "there.json").read_text() == "new"


def test_a_missing_folder_is_named_with_the_file_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        write_whole(tmp_path / "nowhere" / "walk.json", "new")
    assert caught.value.filename == str(tmp_path / "nowhere" / "walk.json")

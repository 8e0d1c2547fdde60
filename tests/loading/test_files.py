"""Writing files whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pnet_pathways.loading.files import check_place, write_new, write_whole, writing_whole


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


# What is no regular file, and what is private


def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_whole(tmp_path / "pipe", "new")
    reader.join()
    assert read == [b"new"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_device_is_written_into_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(os.devnull)
    for name in (Path(os.devnull), tmp_path / "link"):
        write_whole(name, "new")
        assert stat.S_ISCHR(name.stat().st_mode)
    with pytest.raises(OSError, match="No space left") as caught:
        write_whole(Path("/dev/full"), "new")
    assert caught.value.filename == "/dev/full"


def test_an_open_file_is_written_into_where_it_stands(tmp_path: Path) -> None:
    with (tmp_path / "open").open("wb") as file:
        file.write(b"before\n")
        file.flush()
        for name in (f"/dev/fd/{file.fileno()}", f"/proc/self/fd/{file.fileno()}"):
            write_whole(Path(name), "new\n")
        (tmp_path / "link").symlink_to(f"/dev/fd/{file.fileno()}")
        write_whole(tmp_path / "link", "last\n")
        file.write(b"after\n")
    assert (tmp_path / "open").read_text() == "before\nnew\nnew\nlast\nafter\n"


def test_links_in_a_circle_are_named(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    for write in (write_whole, check_place_of):
        with pytest.raises(OSError, match="leads in a circle") as caught:
            write(tmp_path / "one", "new")
        assert caught.value.filename == str(tmp_path / "one")


def check_place_of(path: Path, _: str) -> None:
    check_place(path)


def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("there")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_text() == "new"


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o027, 0o077])
@pytest.mark.parametrize("write", [write_whole, write_new])
def test_a_new_file_is_as_the_umask_allows_and_a_private_one_its_owners(
    tmp_path: Path, umask: int, write: Callable[..., None]
) -> None:
    before = os.umask(umask)
    try:
        write(tmp_path / "open", "new")
        write(tmp_path / "private", "new", private=True)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"open": 0o666 & ~umask, "private": 0o600}


def test_a_private_file_that_is_replaced_is_never_wider_than_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "walk.json"
    for umask, mode in ((0o022, 0o640), (0o077, 0o600)):
        path.write_text("old")
        path.chmod(0o640)
        before = os.umask(umask)
        try:
            write_whole(path, "new", private=True)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_an_error_of_another_file_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught, writing_whole(tmp_path / "new"):
        (tmp_path / "other").read_text()
    assert caught.value.filename == str(tmp_path / "other")


def test_a_name_as_long_as_names_can_be_is_written(tmp_path: Path) -> None:
    write_whole(tmp_path / ("n" * 255), "new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["new"]


# New files


@pytest.mark.parametrize("there", ["file", "folder", "link to nothing"])
def test_a_new_file_takes_the_place_of_nothing(tmp_path: Path, there: str) -> None:
    path = tmp_path / "record.json"
    if there == "file":
        path.touch()
    elif there == "folder":
        path.mkdir()
    else:
        path.symlink_to("gone")
    before = path.lstat()
    with pytest.raises(FileExistsError) as caught:
        write_new(path, "new")
    assert caught.value.filename == str(path)
    assert path.lstat() == before


def test_a_new_file_that_fails_is_not_left_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_new(tmp_path / "record.json", "new")
    assert list(tmp_path.iterdir()) == []

"""Writing files whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

_OPENED: Final = re.compile(r"/proc/(\d+)(?:/task/\d+)?/fd|/dev/fd")
"""The folders in which the files that a process has opened are listed."""
_LINKS: Final = 40
_TEMPORARY: Final = ".pnet-"


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file through a temporary one beside it and a rename, so that a failure leaves the old one as it was.

    Nothing takes the place of what is no regular file (a device, a pipe): it is written into. A `private` file, such as one
    with a patient's case, is its owner's alone unless an older one was not. Raises `OSError` where that cannot be done.
    """
    with writing_whole(path, private=private) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def write_new(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file that is not there yet, and nothing where it is: of several who do so at once, one succeeds.

    Raises `FileExistsError` where there is anything of that name, and `OSError` where it cannot be written.
    """
    with _named(path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                _keep(file)
        except BaseException:
            path.unlink()
            raise


def check_place(path: Path) -> None:
    """Raise `OSError` where no file can be written at `path`: it is a folder, its folder is missing, or links lead in a circle.

    For whoever works for long before there is something to write.
    """
    there = _there(path)
    if there is not None and stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder; name a file", str(path))
    if there is None and not Path(os.path.realpath(path)).parent.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def check_folder(path: Path) -> None:
    """Raise `OSError` where there can be no folder at `path`: it is something else, or links lead in a circle."""
    there = _there(path, "folder")
    if there is not None and not stat.S_ISDIR(there.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "is no folder; name a folder", str(path))


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, where they are missing. Raises `OSError` where that cannot be done."""
    check_folder(path)
    path.mkdir(parents=True, exist_ok=True)


@contextmanager
def writing_whole(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Give a binary file to write piece by piece, which becomes `path` at the end and vanishes where something fails.

    A file that is replaced keeps its permissions; a link keeps leading to its target. What is no regular file is written
    into, piece by piece. Raises `OSError` where the folder or the file cannot be written, or `path` is a folder.
    """
    check_place(path)
    there = _there(path)
    with _named(path):
        opened = _opened(path)
        if opened is not None or (there is not None and not stat.S_ISREG(there.st_mode)):
            with path.open("wb") if opened is None else os.fdopen(os.dup(opened), "wb") as file:
                yield file
            return
        if there is not None and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        old = None if there is None else stat.S_IMODE(there.st_mode) & 0o777
        with _beside(Path(os.path.realpath(path)), old, private) as file:
            yield file


@contextmanager
def _beside(target: Path, old: int | None, private: bool) -> Iterator[BinaryIO]:
    """Give a temporary file beside a target, which takes its place at the end and vanishes where something fails."""
    temporary = target.with_name(f"{_TEMPORARY}{secrets.token_hex(8)}")
    mode = (0o600 if private else 0o666) if old is None else old | 0o200
    try:
        # The system takes away what the umask forbids.
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            yield file
            _keep(file)
        if old is not None and not private:
            temporary.chmod(old)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _keep(file: BinaryIO) -> None:
    """Have the system write a file down, so that a crash soon after does not leave an empty one under a name."""
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Have errors of the system name `path`: a temporary name, or none, would mean nothing to whoever reads the message."""
    try:
        yield
    except OSError as error:
        ours = error.filename is None or _TEMPORARY in str(error.filename)
        if error.errno is None or not ours or isinstance(error, BrokenPipeError):
            raise
        raise type(error)(error.errno, error.strerror, str(path)) from None


def _there(path: Path, wanted: str = "file") -> os.stat_result | None:
    """Return what the system says of the file to which `path` leads, `None` where there is none."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise OSError(errno.ELOOP, f"is a link that leads in a circle; name a {wanted}", str(path)) from None


def _opened(path: Path) -> int | None:
    """Return which of its own open files a process is told by a name such as ``/dev/stdout``, `None` where it is none."""
    for _ in range(_LINKS):
        listed = _OPENED.fullmatch(os.path.realpath(path.parent))
        if listed is not None and path.name.isdecimal():
            return int(path.name) if listed[1] in {None, str(os.getpid())} else None
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    return None


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files, all or none: where one cannot be put in place, those before it get their old content back.

    Raises `OSError` where a file cannot be read or written.
    """
    before = {path: path.read_bytes() for path in contents}
    written: list[Path] = []
    try:
        for path, content in contents.items():
            write_whole(path, content)
            written.append(path)
    except BaseException:
        for path in written:
            write_whole(path, before[path])
        raise

"""Writing files whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file through a temporary one beside it and a rename, so that a failure leaves the old one as it was.

    Raises `OSError` where the folder cannot be written, or `path` is one.
    """
    with writing_whole(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def check_place(path: Path) -> None:
    """Raise `OSError` where no file can be written at `path`: it is a folder, or its folder is missing.

    For whoever works for long before there is something to write.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder; name a file", str(path))
    if not path.resolve().parent.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


@contextmanager
def writing_whole(path: Path) -> Iterator[BinaryIO]:
    """Give a binary file to write piece by piece, which becomes `path` at the end and vanishes where something fails.

    A file that is replaced keeps its permissions; a link keeps leading to its target. Raises `OSError` where the folder
    cannot be written, or `path` is one.
    """
    check_place(path)
    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        # The temporary name would mean nothing to whoever reads the message.
        raise type(error)(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink()
        raise


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

"""How a command ends where something around it ends it: a signal, a reader that has left, a disk that is full."""

from __future__ import annotations

import errno
import io
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn, TextIO

OUTPUT: Final = "standard output"
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ROOM: Final = 60
"""The columns that a table takes at the least."""


class Output(io.FileIO):
    """Standard output. Where its reader has left, the rest goes nowhere; where nothing can be written, the command ends.

    The exit code says then what it always says: a closed pipe is no error of ours, a full disk is 2.
    """

    reader_left = False

    def write(self, data: Any) -> int:
        """Write bytes, all that the system takes, and return how many those were."""
        try:
            while (count := super().write(data)) is None:  # a pipe that does not block
                select.select([], [self], [])
        except BrokenPipeError:
            self.reader_left = True
            _into_nothing(self)
            return len(data)
        except OSError as error:
            _into_nothing(self)
            print(f"pnet: {OUTPUT}: {'is closed' if error.errno == errno.EBADF else error.strerror}", file=sys.stderr)
            sys.exit(2)
        return count


class Messages(io.FileIO):
    """Standard error. Where nothing can be written the messages are lost, but not what the exit code says."""

    def write(self, data: Any) -> int:
        """Write bytes, and return how many there were."""
        try:
            return super().write(data)
        except OSError:
            _into_nothing(self)
            return len(data)


def terminal_columns() -> int | None:
    """Return the columns of the terminal, as ``COLUMNS`` or standard output says; `None` for a file or pipe."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(1).columns
    except OSError:
        return None


def is_narrow() -> bool:
    """Whether the terminal has no room for tables: what would be one is a list then."""
    return (terminal_columns() or _ROOM) < _ROOM


def reader_left() -> bool:
    """Whether nobody reads standard output any more."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return isinstance(raw, Output) and raw.reader_left


@contextmanager
def orderly() -> Iterator[None]:
    """Run a command whose streams are as said above, and which a signal ends with 128 + its number, temporary files gone."""
    _open_what_is_closed()
    # What has no character in a terminal's encoding gets a stand-in, never a traceback.
    sys.stderr = _text(Messages(2, "wb", closefd=False), sys.stderr)
    sys.stdout = _text(Output(1, "wb", closefd=False), sys.stdout)
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    sys.unraisablehook = _end_later
    try:
        yield
    finally:
        sys.stdout.flush()
        if _lost:
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.exit(_lost[-1])


def _end(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)


_lost: list[int] = []
"""The exit code of an end that came where nothing can be raised."""


def _end_later(unraisable: Any) -> None:
    """Have an end come again that came where nothing can be raised: in a destructor, or a callback of a weak reference."""
    end = unraisable.exc_value
    if not isinstance(end, SystemExit) or not isinstance(end.code, int):
        sys.__unraisablehook__(unraisable)
        return
    _lost.append(end.code)
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(_lost[-1]))
    signal.setitimer(signal.ITIMER_REAL, 0.01)


def _text(raw: io.FileIO, as_before: TextIO | None) -> io.TextIOWrapper:
    encoding = as_before.encoding if as_before else "utf-8"
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors="replace", line_buffering=raw.isatty())


def _into_nothing(stream: io.FileIO) -> None:
    """Have a stream lose what is written to it; what is still held back would fail again at the end."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


def _open_what_is_closed() -> None:
    """Open closed standard streams: else the next file that is opened becomes one. None of them can be written to."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process runs

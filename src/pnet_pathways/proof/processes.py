"""Work that processes share: none of them outlives an interruption, nor the process that began them."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from typing import Any, Final, TypeVar

from ..model.errors import PnetPathwaysError

_T = TypeVar("_T")

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Workers:
    """Processes that wait for work; see `workers`."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def submit(self, work: Callable[..., _T], *arguments: object) -> Future[_T]:
        """Hand a function of a module, with its arguments, to the next process that is free."""
        # An interruption in the middle of a start would leave a process that nobody knows.
        unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        try:
            return self._pool.submit(work, *arguments)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)


@contextlib.contextmanager
def workers(count: int, begin: Callable[..., object], *arguments: object) -> Iterator[Workers]:
    """Give processes that share work; each begins by calling a function of a module with some arguments.

    They start with the first work. Raises `PnetPathwaysError` where one of them is ended from outside.
    """
    before = active_children()
    with ProcessPoolExecutor(count, get_context(_method()), _start, (begin, arguments)) as pool:
        try:
            yield Workers(pool)
        except BrokenProcessPool:
            message = "a process that shared the work ended before it was done, perhaps for lack of memory; try one worker"
            raise PnetPathwaysError(message) from None
        except BaseException:
            for one in active_children():
                if one not in before:
                    one.kill()
            raise


def _method() -> str | None:
    """Return how processes are started: as copies of this one, the quickest way, unless it has threads that may hold locks."""
    threads = Path("/proc/self/task")
    if not threads.is_dir():
        return None
    return "fork" if len(list(threads.iterdir())) == 1 else "spawn"


def _start(begin: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    # An interruption at the terminal reaches every process; the first ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    begin(*arguments)


def _end_with_parent() -> None:
    """Wait for the process that began this one, and end with it, however that ended."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

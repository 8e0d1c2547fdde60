"""The server: uvicorn, with connections that cannot be held open for nothing, and a stop that drops no call."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import attrs
import orjson
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState
from uvicorn.supervisors import multiprocess

from .app import Service
from .messages import JSON, CallError
from .metrics import SHARED
from .settings import CASE, SETTINGS, Settings

HEADER_SECONDS: Final = 10.0
"""How long a connection may take to send the head of its next call."""
LINGER_SECONDS: Final = 1.0
"""How long a connection stays open after the service was told to stop: a call may be on its way."""
MOST_CONNECTIONS: Final = 4096
_STOP_SECONDS: Final = 30
_START_SECONDS: Final = 60
"""How long a process may take until it answers at all: a busy machine takes its time."""
_APPLICATION: Final = f"{__name__}:application"


class State(ServerState):
    """What the connections of a server share; `stopping`: it was told to stop."""

    stopping = False


class Connection(HttpToolsProtocol):
    """One connection. What uvicorn leaves open: a head that never comes, and a call that comes while it stops."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._stopping = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a call; beyond the most connections, hang up."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        elif isinstance(self.server_state, State) and self.server_state.stopping:
            # Taken just before the door closed: whoever went from connection to connection did not see this one.
            self.shutdown()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        """Wait for the head no more; the body has a limit of its own."""
        self._wait_no_more()
        super().on_headers_complete()
        if self._stopping and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        """Wait for the next call; also what is left of a body that was too large has only so long."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._wait()

    def shutdown(self) -> None:
        """Finish what is under way, and a call that is on its way; then close."""
        self._stopping = True
        if self.cycle is None or self.cycle.response_complete:  # type: ignore[redundant-expr]
            self._wait(LINGER_SECONDS)
        else:
            self.cycle.keep_alive = False

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        body = orjson.dumps(CallError(400, [msg]).outcome)
        head = f"HTTP/1.1 400 Bad Request\r\nContent-Type: {JSON}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _wait(self, seconds: float = HEADER_SECONDS) -> None:
        self._wait_no_more()
        self._timer = self.loop.call_later(seconds, self._give_up)

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


class Server(uvicorn.Server):
    """A server that takes the connections that wait at its door before it closes: they were told that it is open."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.server_state: State = State()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and drop no call."""
        self.server_state.stopping = True
        loop = asyncio.get_running_loop()

        def made() -> Connection:
            return Connection(self.config, self.server_state, self.lifespan.state, loop)

        for listener in [one for server in self.servers for one in server.sockets]:
            with socket.socket(fileno=os.dup(listener.fileno())) as door:
                for _ in range(MOST_CONNECTIONS):
                    try:
                        connection, _address = door.accept()
                    except OSError:  # nobody waits any more
                        break
                    connection.setblocking(False)
                    await loop.connect_accepted_socket(made, connection)
        await super().shutdown(sockets)


class Worker(multiprocess.Process):
    """One process that answers."""

    @property
    def server(self) -> uvicorn.Server:
        """Its server."""
        if self._server is None:
            self._server = Server(self.config)
        return self._server


class Workers(multiprocess.Multiprocess):
    """The processes that answer, and the one that starts and stops them."""

    ended_by = 0

    def handle_int(self) -> None:
        """Stop, and remember why."""
        self.ended_by = signal.SIGINT
        super().handle_int()

    def handle_term(self) -> None:
        """Stop, and remember why."""
        self.ended_by = signal.SIGTERM
        super().handle_term()

    def terminate_all(self) -> None:
        """Tell all to stop; a connection that only this process would still hold is never answered, so it listens no more."""
        for one in self.sockets:
            one.close()
        super().terminate_all()


def _allow_many_connections() -> None:
    """Let the process hold as many connections as the system permits it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter('{"time": "%(asctime)s", "level": "%(levelname)s", "said": %(message)s}'))
    logger = logging.getLogger("pnet_pathways.service")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)


def application() -> Service:
    """Return the service in a process of the server."""
    _log_to_stderr()
    return Service(Settings.from_json(os.environ[SETTINGS]))


def configuration(app: Any, host: str, port: int, workers: int = 1) -> uvicorn.Config:
    """Return how uvicorn serves the application: no log of paths, no websockets, no word of what it is."""
    http: type[asyncio.Protocol] = Connection
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=host,
        port=port,
        workers=workers,
        http=http,
        ws="none",
        loop="asyncio",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=5,
        timeout_worker_healthcheck=_START_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
        backlog=MOST_CONNECTIONS,
    )


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until told to stop by a signal, which ends the process with 128 and its number.

    Raises the library's errors for settings that cannot be used, before anything listens.
    """
    _allow_many_connections()
    with tempfile.TemporaryDirectory(prefix="pnet-service-") as folder:
        if settings.protected and not settings.replays:
            settings = attrs.evolve(settings, replays=f"sqlite:///{folder}/used-tokens.sqlite")
        if workers > 1:
            os.environ[SHARED] = folder
        made = Service(settings)
        if made.pages:
            page = Path(folder) / "case.html"
            page.write_bytes(made.pages[CASE].whole)
            settings = attrs.evolve(settings, smart_page=str(page))
        os.environ[SETTINGS] = settings.to_json()
        config = configuration(_APPLICATION, host, port, workers)
        if workers > 1:
            multiprocess.Process = Worker  # type: ignore[misc]  # uvicorn makes its processes by this name
            all_of_them = Workers(config, sockets=[config.bind_socket()])
            all_of_them.run()
            if all_of_them.ended_by:
                sys.exit(128 + all_of_them.ended_by)
        else:
            Server(config).run()

"""What is kept: feedback on cards, and the ids of tokens that were used. Nothing of a patient."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from ...model.errors import Problem, shown
from .settings import ServiceError, UnavailableError

_METADATA: Final = sa.MetaData()
FEEDBACK: Final = sa.Table(
    "feedback",
    _METADATA,
    sa.Column("card", sa.String(64), primary_key=True),
    sa.Column("outcome", sa.String(16), primary_key=True),
    sa.Column("outcome_timestamp", sa.String(64), primary_key=True),
    sa.Column("service", sa.String(64), nullable=False),
    sa.Column("accepted_suggestions", sa.String(4096)),
    sa.Column("reason_code", sa.String(128)),
    sa.Column("reason_system", sa.String(256)),
    sa.Column("comment", sa.String(4096)),
    sa.Column("received", sa.Float, nullable=False),
)
USED: Final = sa.Table(
    "used_tokens",
    _METADATA,
    sa.Column("iss", sa.String(512), primary_key=True),
    sa.Column("jti", sa.String(128), primary_key=True),
    sa.Column("expires", sa.Float, nullable=False, index=True),
)
_KEPT: Final = 3600.0
"""Seconds for which a used token is remembered after it expired: a clock may be set back."""
_TIDY_EVERY: Final = 300.0


def open_engine(url: str, busy_seconds: float, *, durable: bool) -> sa.Engine:
    """Return the engine of a database. SQLite gets a write-ahead log; `durable` waits for the disk at every commit."""
    try:
        parsed = sa.make_url(url)
        sqlite = parsed.get_backend_name() == "sqlite"
        arguments = {"timeout": busy_seconds} if sqlite else {}
        engine = sa.create_engine(parsed, connect_args=arguments, pool_pre_ping=not sqlite)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        hint = "such as sqlite:///feedback.sqlite"
        raise ServiceError([Problem("database", f"{shown(_without_password(url))} cannot be used: {error}", hint)]) from None
    if sqlite:

        @sa.event.listens_for(engine, "connect")
        def _connected(connection: Any, _: object) -> None:
            # The driver's own transactions begin too late: a read that becomes a write would fail at once, not wait.
            connection.isolation_level = None
            connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")

        @sa.event.listens_for(engine, "begin")
        def _begun(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _without_password(url: str) -> str:
    try:
        return sa.make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return url.partition("@")[2] or url


def prepare(engine: sa.Engine, table: sa.Table, setting: str) -> None:
    """Make a table where there is none. Raises `ServiceError` where the database cannot be used."""
    try:
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr]
        table.create(engine, checkfirst=True)
    except SQLAlchemyError as error:
        place = engine.url.render_as_string(hide_password=True)
        said = getattr(error, "orig", None) or error
        engine.dispose()
        raise ServiceError([Problem(setting, f"{place} cannot be used: {said}", "name another database")]) from None


@attrs.frozen
class Feedback:
    """The feedback on cards. What `add` returned from is on the disk."""

    engine: sa.Engine

    def __attrs_post_init__(self) -> None:
        """Have the connections closed when this is gone."""
        weakref.finalize(self, self.engine.dispose)

    def add(self, rows: Iterable[dict[str, Any]]) -> int:
        """Store entries, each once, and return how many were new. Raises `UnavailableError` where that cannot be done now."""
        received = time.time()
        wanted = {(one["card"], one["outcome"], one["outcome_timestamp"]): {**one, "received": received} for one in rows}
        for attempt in range(2):
            try:
                with self.engine.begin() as connection:
                    new = [row for key, row in wanted.items() if not self._has(connection, key)]
                    if new:
                        connection.execute(sa.insert(FEEDBACK), new)
            except IntegrityError:
                if attempt:
                    raise UnavailableError("the feedback cannot be stored now") from None
            except SQLAlchemyError:
                raise UnavailableError("the feedback cannot be stored now") from None
            else:
                return len(new)
        raise UnavailableError("the feedback cannot be stored now")

    @staticmethod
    def _has(connection: sa.Connection, key: tuple[str, str, str]) -> bool:
        columns = FEEDBACK.c
        same = sa.and_(columns.card == key[0], columns.outcome == key[1], columns.outcome_timestamp == key[2])
        return connection.execute(sa.select(columns.card).where(same)).first() is not None

    def answers(self) -> bool:
        """Return whether the database can be read."""
        try:
            with self.engine.connect() as connection:
                connection.execute(sa.select(FEEDBACK.c.card).limit(1))
        except SQLAlchemyError:
            return False
        return True


@attrs.define
class Replays:
    """The tokens that were used, shared by all processes of the service."""

    engine: sa.Engine
    now: Callable[[], float] = time.time
    _tidied: float = 0.0

    def __attrs_post_init__(self) -> None:
        """Have the connections closed when this is gone."""
        weakref.finalize(self, self.engine.dispose)

    def use(self, iss: str, jti: str, expires: float) -> bool:
        """Return whether a token is used for the first time. Raises `UnavailableError` where that cannot be told."""
        try:
            with self.engine.begin() as connection:
                if abs(self.now() - self._tidied) > _TIDY_EVERY:
                    connection.execute(sa.delete(USED).where(USED.c.expires < self.now() - _KEPT))
                    self._tidied = self.now()
                connection.execute(sa.insert(USED), {"iss": iss, "jti": jti, "expires": expires})
        except IntegrityError:
            return False
        except SQLAlchemyError:
            raise UnavailableError("whether this token was used before cannot be told now") from None
        return True

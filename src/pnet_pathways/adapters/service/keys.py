"""The public keys of an issuer: from a file or a URL, kept for a while, fetched anew when keys rotate."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from .settings import IssuerSpec, UnavailableError

FRESH: Final = 600.0
"""Seconds for which keys are used without asking again."""
AT_MOST_EVERY: Final = 60.0
"""Seconds between two fetches, however many unknown keys are named."""
STALE: Final = 24 * 3600.0
"""Seconds for which keys are used while they cannot be fetched."""
MOST_BYTES: Final = 64 * 1024
_FETCH_SECONDS: Final = 5.0
_CURVES: Final = {"P-256": "ES256", "P-384": "ES384"}
_RSA: Final = frozenset({"RS256", "RS384"})
_SHORTEST_RSA: Final = 2048


@attrs.frozen
class Key:
    """A public key with the algorithms that it may be used with."""

    key: ECKey | RSAKey
    algorithms: frozenset[str]


def read_keys(data: bytes) -> dict[str, Key]:
    """Return the keys of a JWKS by their `kid`; those that cannot sign a token are left out, and a `kid` that stands twice.

    Raises `ValueError` for what is no JWKS.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES} bytes")
    found = orjson.loads(data)
    listed = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise ValueError('it is no JWKS: an object with the list "keys"')  # noqa: TRY004 - text of the wrong form
    kids = [one["kid"] for one in listed if isinstance(one, dict) and isinstance(one.get("kid"), str)]
    keys = {}
    for one in listed:
        if isinstance(one, dict) and kids.count(one.get("kid")) == 1 and (key := _key(one)) is not None:
            keys[one["kid"]] = key
    return keys


def _key(data: Mapping[str, Any]) -> Key | None:
    if data.get("use", "sig") != "sig":
        return None
    try:
        if data.get("kty") == "EC" and data.get("crv") in _CURVES:
            key: ECKey | RSAKey = ECKey.import_key({name: data[name] for name in ("kty", "crv", "x", "y")})
            allowed = frozenset({_CURVES[data["crv"]]})
        elif data.get("kty") == "RSA" and _bits(data["n"]) >= _SHORTEST_RSA:
            key = RSAKey.import_key({name: data[name] for name in ("kty", "n", "e")})
            allowed = _RSA
        else:
            return None
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    algorithms = allowed & {data["alg"]} if "alg" in data else allowed
    return Key(key, algorithms) if algorithms else None


def _bits(number: str) -> int:
    """Return how long a number in base64url is."""
    return int.from_bytes(base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()


def fetch(url: str) -> bytes:
    """Return what an address holds: no redirect is followed, no more is read than keys can be. Raises `ValueError`."""
    deadline = time.monotonic() + _FETCH_SECONDS
    data = b""
    try:
        with httpx.stream("GET", url, timeout=_FETCH_SECONDS, headers={"Accept": "application/json"}) as answer:
            if answer.status_code != httpx.codes.OK:
                raise ValueError(f"it answers {answer.status_code}")
            for part in answer.iter_bytes(4096):
                data += part
                if len(data) > MOST_BYTES:
                    raise ValueError(f"it is larger than {MOST_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise ValueError("it is too slow")
    except httpx.HTTPError as error:
        raise ValueError(type(error).__name__) from None
    return data


@attrs.define
class IssuerKeys:
    """The keys of one issuer, kept; safe to share between threads."""

    spec: IssuerSpec
    clock: Callable[[], float] = time.monotonic
    fetch: Callable[[str], bytes] = fetch
    _keys: dict[str, Key] | None = None
    _fetched: float = 0.0
    _tried: float | None = None
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def key(self, kid: str) -> Key | None:
        """Return the key of an id, `None` where the issuer has none. Raises `UnavailableError` where that cannot be told."""
        if self._keys is None or self.clock() - self._fetched >= FRESH or kid not in self._keys:
            self._refresh()
        if self._keys is None or self.clock() - self._fetched >= STALE:
            raise UnavailableError("the keys of the issuer cannot be read now")
        return self._keys.get(kid)

    def _refresh(self) -> None:
        """Fetch the keys, unless that was tried a moment ago, or another thread does and there are some."""
        if not self._lock.acquire(blocking=self._keys is None):
            return
        try:
            if self._tried is not None and self.clock() - self._tried < AT_MOST_EVERY:
                return
            self._tried = self.clock()
            try:
                spec = self.spec
                self._keys = read_keys(Path(spec.jwks_file).read_bytes() if spec.jwks_file else self.fetch(spec.jwks_url))
            except (ValueError, OSError):
                return
            self._fetched = self.clock()
        finally:
            self._lock.release()

"""The token of a call: everything that a CDS service must check of it, checked here; the library verifies the signature."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
from joserfc import jws
from joserfc.errors import JoseError

from ...model.errors import shown
from ...model.json_text import JsonTextError, read_json
from .keys import IssuerKeys
from .settings import IssuerSpec
from .stores import Replays

ALGORITHMS: Final = ("ES384", "RS384", "ES256", "RS256")
LONGEST: Final = 8192
"""Characters of a token."""
AGE: Final = 600
"""Seconds for which a token may be good, and since when it may have been made."""
SKEW: Final = 5
"""Seconds by which a client's clock may be ahead."""
_LONGEST_JTI: Final = 128


class RefusedError(Exception):
    """A token that is refused: the `check` that it failed, and what was expected. `forbidden`: it is good, but not for this."""

    def __init__(self, check: str, message: str, *, forbidden: bool = False) -> None:
        super().__init__(f"{check}: {message}")
        self.check = check
        self.forbidden = forbidden


@attrs.frozen
class Tokens:
    """Checks tokens: against the issuers on the list, their keys, and the tokens that were used."""

    issuers: Mapping[str, IssuerKeys]
    replays: Replays
    now: Callable[[], float] = time.time

    @classmethod
    def of(cls, specs: tuple[IssuerSpec, ...], replays: Replays) -> Tokens:
        """Return the checks for issuers."""
        return cls({spec.iss: IssuerKeys(spec) for spec in specs}, replays)

    def check(self, authorization: str | None, audience: str) -> None:
        """Check the header ``Authorization`` of a call to the address `audience`.

        Raises `RefusedError`, and `UnavailableError` where the keys or the tokens that were used cannot be read.
        """
        token = _bearer(authorization)
        header, claims, signed = _parts(token)
        self._header(header)
        issuer = self.issuers.get(_text(claims, "iss"))
        if issuer is None:
            raise RefusedError("iss", "this issuer is not on the list of this service")
        self._signature(header, token, issuer, signed)
        expires = self._times(claims)
        _audience(claims, audience)
        jti = _text(claims, "jti")
        if len(jti) > _LONGEST_JTI:
            raise RefusedError("jti", f"has more than {_LONGEST_JTI} characters")
        _tenant(claims, issuer.spec)
        if not self.replays.use(issuer.spec.iss, jti, expires):
            raise RefusedError("jti", "this token was used before; make a new one for each call")

    @staticmethod
    def _header(header: Mapping[str, Any]) -> None:
        if "crit" in header:
            raise RefusedError("crit", "no extension of the header is understood")
        if header.get("alg") not in ALGORITHMS:
            raise RefusedError("alg", f"expected one of {', '.join(ALGORITHMS)}, got {shown(header.get('alg'))}")
        if header.get("typ") != "JWT":
            raise RefusedError("typ", f"expected 'JWT', got {shown(header.get('typ'))}")
        if not isinstance(header.get("kid"), str) or not header["kid"]:
            raise RefusedError("kid", "the header names no key")

    @staticmethod
    def _signature(header: Mapping[str, Any], token: str, issuer: IssuerKeys, signed: bytes) -> None:
        spec = issuer.spec
        if "jku" in header and header["jku"] != (spec.jku or spec.jwks_url):
            raise RefusedError("jku", "is not the address of the keys that is on the list for this issuer")
        key = issuer.key(header["kid"])
        if key is None:
            raise RefusedError("kid", "the issuer has no such key")
        if header["alg"] not in key.algorithms:
            raise RefusedError("alg", f"this key is for {', '.join(sorted(key.algorithms))}, not for {header['alg']}")
        registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
        registry.max_header_length = LONGEST
        try:
            found = jws.deserialize_compact(token, key.key, registry=registry)
        except (JoseError, ValueError):
            raise RefusedError("signature", "does not fit the key") from None
        if found.payload != signed:
            raise RefusedError("signature", "does not fit the key")

    def _times(self, claims: Mapping[str, Any]) -> float:
        """Check when the token was made and how long it is good; return until when."""
        now = self.now()
        expires, made = _number(claims, "exp"), _number(claims, "iat")
        if expires <= now:
            raise RefusedError("exp", f"the token expired {_seconds(now - expires)} ago")
        if made > now + SKEW:
            raise RefusedError("iat", f"the token was made {_seconds(made - now)} from now; is a clock wrong?")
        if made < now - AGE:
            raise RefusedError("iat", f"the token was made {_seconds(now - made)} ago; at most {AGE} s are taken")
        if expires - made > AGE:
            raise RefusedError("exp", f"the token is good for {_seconds(expires - made)}; at most {AGE} s are taken")
        if "nbf" in claims and _number(claims, "nbf") > now + SKEW:
            raise RefusedError("nbf", "the token is not good yet")
        return expires


def _seconds(span: float) -> str:
    return f"{span:.0f} s"


def _bearer(authorization: str | None) -> str:
    if authorization is None:
        raise RefusedError("token", "there is none; send the header Authorization: Bearer and a token")
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise RefusedError("token", "the header Authorization must be Bearer and a token")
    if len(token) > LONGEST:
        raise RefusedError("token", f"has more than {LONGEST} characters")
    return token


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Return a token's header and claims, not verified yet, and the bytes of the claims."""
    parts = token.split(".")
    if len(parts) != 3:
        raise RefusedError("token", "is no JWT: it has not three parts")
    header, claims = _decoded(parts[0]), _decoded(parts[1])
    return _object(header), _object(claims), claims


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part.encode("ascii") + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError("token", "is no JWT: a part is not base64url") from None


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = read_json(data.decode("utf-8"))
    except (UnicodeDecodeError, JsonTextError):
        raise RefusedError("token", "is no JWT: a part is not JSON") from None
    if not isinstance(found, dict):
        raise RefusedError("token", "is no JWT: a part is no object")
    return found


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise RefusedError(name, "is missing" if value is None else f"takes text, not {shown(value)}")
    return value


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
        raise RefusedError(name, "is missing" if value is None else f"takes a number of seconds, not {shown(value)}")
    return float(value)


def _audience(claims: Mapping[str, Any], expected: str) -> None:
    got = claims.get("aud")
    if got not in (expected, [expected]):
        raise RefusedError("aud", f"expected {expected}, got {'none' if got is None else shown(got)}")


def _tenant(claims: Mapping[str, Any], spec: IssuerSpec) -> None:
    if spec.tenants and claims.get("tenant") not in spec.tenants:
        raise RefusedError("tenant", "this issuer may not speak for this tenant", forbidden=True)

"""Tokens: each that must be refused is, with the check that it failed; nothing but a token that passes all is taken."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.settings import Settings, UnavailableError
from pnet_pathways.adapters.service.stores import USED, Replays, open_engine, prepare
from service_material import (
    ES384,
    ISS,
    OTHER,
    PUBLIC,
    RS384,
    VIEW,
    WHOLE,
    Reply,
    ask,
    bearer,
    issuers_file,
    jwks,
    protected,
    token,
    view,
)

NOW = time.time()
JKU = "https://ehr.example.org/jwks.json"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return protected(tmp_path_factory.mktemp("service"))


def call(service: Service, text: str, path: str = VIEW) -> Reply:
    return ask(service, path, view(WHOLE), headers=bearer(text))


def part(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def unsigned() -> str:
    _, claims, _ = token().split(".")
    return f"{part({'alg': 'none', 'typ': 'JWT', 'kid': 'es'})}.{claims}."


def with_public_key_as_secret() -> str:
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'es'})}.{token().split('.')[1]}"
    code = hmac.digest(ES384.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(code).decode().rstrip('=')}"


def tampered() -> str:
    head, claims, signature = token().split(".")
    data = json.loads(base64.urlsafe_b64decode(claims + "=="))
    return f"{head}.{part({**data, 'sub': 'other'})}.{signature}"


def claims(**more: Any) -> Callable[[], str]:
    return lambda: token(more)


def times(**seconds: float) -> Callable[[], str]:
    """Return what makes a token whose times are so many seconds from now."""
    return lambda: token({name: int(time.time() + one) for name, one in seconds.items()})


def header(**more: Any) -> Callable[[], str]:
    return lambda: token(None, more)


def without(name: str) -> Callable[[], str]:
    return lambda: token(without=(name,))


TAKEN: dict[str, Callable[[], str]] = {
    "ES384": token,
    "RS384": lambda: token(None, {"alg": "RS384", "kid": "rs"}, key=RS384),
    "RS256 of the same key": lambda: token(None, {"alg": "RS256", "kid": "rs"}, key=RS384),
    "audience as a list": claims(aud=[PUBLIC + VIEW]),
    "an issuer's clock a little ahead": lambda: token({"iat": int(time.time()) + 3}),
    "times with fractions": lambda: token({"iat": time.time() - 0.5, "exp": time.time() + 299.5}),
    "further claims": claims(sub="ehr", tenant="any", nbf=int(NOW)),
}
REFUSED: dict[str, tuple[Callable[[], str], str, str]] = {
    "alg none": (unsigned, "alg", "got 'none'"),
    "HS256 with the public key": (with_public_key_as_secret, "alg", "got 'HS256'"),
    "expired": (times(exp=-60, iat=-300), "exp", "the token expired "),
    "no exp": (without("exp"), "exp", "is missing"),
    "exp as text": (claims(exp="1800000000"), "exp", "takes a number of seconds, not '"),
    "exp true": (claims(exp=True), "exp", "takes a number of seconds, not True"),
    "exp in a year": (times(exp=31_536_000), "exp", "at most 600 s are taken"),
    "wrong aud": (claims(aud="https://other.example.org"), "aud", f"expected {PUBLIC}{VIEW}, got 'https://other.example.org'"),
    "aud of another path": (claims(aud=f"{PUBLIC}/cds-services"), "aud", f"expected {PUBLIC}{VIEW}, got"),
    "no aud": (without("aud"), "aud", "got none"),
    "aud with another": (claims(aud=[PUBLIC + VIEW, "https://other.example.org"]), "aud", "got ["),
    "wrong iss": (claims(iss="https://other.example.org"), "iss", "is not on the list"),
    "no iss": (without("iss"), "iss", "is missing"),
    "iss as a list": (claims(iss=[ISS]), "iss", "takes text, not ["),
    "no jti": (without("jti"), "jti", "is missing"),
    "jti no text": (claims(jti=7), "jti", "takes text, not 7"),
    "jti too long": (claims(jti="x" * 129), "jti", "has more than 128 characters"),
    "no iat": (without("iat"), "iat", "is missing"),
    "iat in the future": (times(iat=120, exp=300), "iat", "is a clock wrong?"),
    "iat a day old": (times(iat=-86_400), "iat", "at most 600 s are taken"),
    "not good yet": (times(nbf=120), "nbf", "not good yet"),
    "unknown kid": (header(kid="other"), "kid", "the issuer has no such key"),
    "no kid": (without("kid"), "kid", "the header names no key"),
    "another key under the same kid": (lambda: token(key=OTHER), "signature", "does not fit the key"),
    "key id of RS for ES": (header(kid="rs"), "alg", "this key is for RS256, RS384, not for ES384"),
    "tampered": (tampered, "signature", "does not fit the key"),
    "typ at+jwt": (header(typ="at+jwt"), "typ", "expected 'JWT', got 'at+jwt'"),
    "no typ": (without("typ"), "typ", "got None"),
    "crit": (
        lambda: f"{part({'alg': 'ES384', 'typ': 'JWT', 'kid': 'es', 'crit': ['exp']})}.{part({})}.x",
        "crit",
        "no extension",
    ),
    "foreign jku": (header(jku="https://evil.example.org/jwks.json"), "jku", "is not the address of the keys"),
    "not a JWT": (lambda: "opaque", "token", "is no JWT: it has not three parts"),
    "parts that are not base64": (lambda: "a!.b.c", "token", "is no JWT: a part is not base64url"),
    "parts that are not JSON": (lambda: "YQ.YQ.YQ", "token", "is no JWT: a part is not JSON"),
    "parts that are no objects": (lambda: f"{part([])}.{part([])}.x", "token", "is no JWT: a part is no object"),
    "a claim twice": (lambda: f"{part({'alg': 'ES384'})}.eyJhIjoxLCJhIjoyfQ.x", "token", "is no JWT: a part is not JSON"),
    "too long": (claims(pad="x" * 9000), "token", "has more than 8192 characters"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_good_token_is_taken(service: Service, name: str) -> None:
    assert call(service, TAKEN[name]()).status == 200


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_is_refused_with_the_check_that_it_failed(service: Service, name: str) -> None:
    make, check, said = REFUSED[name]
    text = make()
    reply = call(service, text)
    assert (reply.status, reply.data["issue"][0]["code"]) == (401, "login")
    assert reply.said.startswith(f"{check}: ")
    assert said in reply.said
    challenge = reply.headers["www-authenticate"]
    assert challenge.startswith(f'Bearer error="invalid_token", error_description="{check}: ')
    assert challenge.isascii()
    assert text not in reply.body.decode() + challenge


def test_the_specified_tokens_are_all_here() -> None:
    assert len(TAKEN) + len(REFUSED) + 1 >= 28


def test_a_token_is_good_once(service: Service) -> None:
    text = token()
    assert call(service, text).status == 200
    reply = call(service, text)
    assert (reply.status, reply.said) == (401, "jti: this token was used before; make a new one for each call")


def test_a_token_that_is_refused_does_not_use_up_its_id(service: Service) -> None:
    bad = token({"jti": "once", "aud": "https://other.example.org"})
    assert call(service, bad).status == 401
    assert call(service, token({"jti": "once"})).status == 200


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", token()])
def test_without_a_bearer_token_there_is_no_answer(service: Service, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for path in ("/cds-services", VIEW, f"{VIEW}/feedback"):
        reply = ask(service, path, None if path == "/cds-services" else view(WHOLE), headers=headers)
        assert reply.status == 401
        assert reply.said.startswith("token: ")


def test_discovery_and_feedback_have_audiences_of_their_own(service: Service) -> None:
    assert ask(service, "/cds-services", headers=bearer(token(path="/cds-services"))).status == 200
    feedback = f"{VIEW}/feedback"
    assert call(service, token(path=feedback), feedback).status == 404  # this service keeps none
    assert call(service, token(), feedback).status == 401


def test_health_and_the_description_need_no_token(service: Service) -> None:
    assert [ask(service, path).status for path in ("/health/live", "/health/ready", "/openapi.json")] == [200, 200, 200]
    described = ask(service, "/openapi.json").data
    assert described["security"] == [{"client": []}]
    free = {path for path, one in described["paths"].items() if one.get("get", {}).get("security") == []}
    assert free == {"/health/live", "/health/ready", "/openapi.json"}


def test_the_host_that_a_client_names_is_no_audience(service: Service) -> None:
    evil = token({"aud": f"https://evil.example.org{VIEW}"})
    reply = ask(service, VIEW, view(WHOLE), headers={**bearer(evil), "Host": "evil.example.org"})
    assert reply.status == 401


def test_a_message_cannot_break_out_of_the_header(service: Service) -> None:
    reply = call(service, token({"aud": 'x"\r\nSet-Cookie: a=b\\ \u00fc'}))
    assert reply.status == 401
    assert "\n" not in reply.headers["www-authenticate"]
    assert reply.headers["www-authenticate"].count('"') == 4


def test_a_tenant_must_be_on_the_issuers_list(tmp_path: Path) -> None:
    service = protected(tmp_path, tenants=["north"])
    assert call(service, token({"tenant": "north"})).status == 200
    for tenant in ({"tenant": "south"}, {}, {"tenant": ["north"]}):
        reply = call(service, token(tenant))
        assert (reply.status, reply.data["issue"][0]["code"]) == (403, "forbidden")


def test_a_jku_must_be_the_one_on_the_list(tmp_path: Path) -> None:
    service = protected(tmp_path, jku=JKU)
    assert call(service, token(None, {"jku": JKU})).status == 200
    assert call(service, token()).status == 200
    assert call(service, token(None, {"jku": f"{JKU}?"})).status == 401


@pytest.mark.parametrize(
    "keys",
    [
        b"{}",
        b'{"keys": 7}',
        b"not json",
        b" " * 70_000,
        json.dumps({"keys": [{"kty": "RSA", "kid": "es", "n": "gQ" * 85 + "E", "e": "AQAB"}]}).encode(),
        jwks(ECKey.generate_key("P-521", {"kid": "es"})),
        json.dumps({"keys": [{"kid": "es", "kty": "oct", "k": "c2VjcmV0"}, {"kid": "es2"}, 7]}).encode(),
        json.dumps({"keys": [{**ES384.as_dict(private=False), "use": "enc"}]}).encode(),
        json.dumps({"keys": [{**ES384.as_dict(private=False), "alg": "ES256"}]}).encode(),
        json.dumps({"keys": [ES384.as_dict(private=False), OTHER.as_dict(private=False)]}).encode(),
        json.dumps({"keys": [{**ES384.as_dict(private=False), "x": "AAAA"}]}).encode(),
    ],
)
def test_a_key_that_is_not_fit_verifies_nothing(tmp_path: Path, keys: bytes) -> None:
    reply = call(protected(tmp_path, keys=keys), token())
    assert reply.status in {401, 503}
    if reply.status == 401:
        assert reply.said == "kid: the issuer has no such key"
    else:
        assert reply.headers["retry-after"] == "60"


# Tokens that were used


def replays(folder: Path, now: Callable[[], float] = time.time) -> Replays:
    engine = open_engine(f"sqlite:///{folder}/used.sqlite", 0.2, durable=False)
    prepare(engine, USED, "replays")
    return Replays(engine, now)


def test_used_tokens_are_shared_by_processes(tmp_path: Path) -> None:
    one, other = replays(tmp_path), replays(tmp_path)
    assert one.use(ISS, "a", NOW + 300)
    assert not other.use(ISS, "a", NOW + 300)
    assert other.use("https://other.example.org", "a", NOW + 300)
    assert other.use(ISS, "b", NOW + 300)


def test_a_clock_that_is_set_back_does_not_make_a_token_new(tmp_path: Path) -> None:
    clock = [NOW]
    used = replays(tmp_path, lambda: clock[0])
    assert used.use(ISS, "a", NOW + 300)
    clock[0] = NOW + 1800
    assert used.use(ISS, "b", NOW + 2000)
    clock[0] = NOW
    assert not used.use(ISS, "a", NOW + 300)


def test_long_after_it_expired_a_token_is_forgotten(tmp_path: Path) -> None:
    clock = [NOW]
    used = replays(tmp_path, lambda: clock[0])
    assert used.use(ISS, "a", NOW + 300)
    clock[0] = NOW + 7200
    assert used.use(ISS, "b", NOW + 7500)
    with used.engine.connect() as connection:
        assert [row.jti for row in connection.execute(USED.select())] == ["b"]


def test_where_the_used_tokens_cannot_be_read_no_token_is_taken(tmp_path: Path) -> None:
    service = protected(tmp_path)
    assert service.tokens is not None
    USED.drop(service.tokens.replays.engine)
    with pytest.raises(UnavailableError):
        service.tokens.replays.use(ISS, "a", NOW)
    reply = call(service, token())
    assert (reply.status, reply.headers["retry-after"]) == (503, "60")


def test_settings_of_a_protected_service_are_complete(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"replays: is missing[^\n]*\n.*public-url: is missing|public-url: is missing"):
        Service(Settings(issuers=str(issuers_file(tmp_path))))

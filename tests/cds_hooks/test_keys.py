"""The keys of an issuer: kept, rotated, out of reach, too large, too slow, moved; and what is fetched and when."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.keys import AT_MOST_EVERY, FRESH, MOST_BYTES, STALE, IssuerKeys, fetch
from pnet_pathways.adapters.service.settings import IssuerSpec, Settings, UnavailableError
from service_material import ES384, ISS, PUBLIC, RS384, VIEW, WHOLE, ask, bearer, issuers_file, jwks, key_server, token, view

URL = "https://ehr.example.org/jwks.json"


class Client:
    """A client's key server and a clock, both in the test's hands."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.answer: bytes | None = jwks(ES384)
        self.fetches = 0
        self.keys = IssuerKeys(IssuerSpec(ISS, URL), clock=lambda: self.now, fetch=self.fetch)

    def fetch(self, url: str) -> bytes:
        assert url == URL
        self.fetches += 1
        if self.answer is None:
            raise ValueError("down")
        return self.answer

    def has(self, kid: str) -> bool:
        return self.keys.key(kid) is not None


def test_keys_are_kept_for_a_while() -> None:
    client = Client()
    assert [client.has("es") for _ in range(50)] == [True] * 50
    assert client.fetches == 1
    client.now += FRESH
    assert client.has("es")
    assert client.fetches == 2


def test_a_new_key_is_found_at_once_and_the_old_one_is_forgotten() -> None:
    client = Client()
    assert client.has("es")
    client.now += AT_MOST_EVERY
    client.answer = jwks(RS384)
    assert client.has("rs")
    assert not client.has("es")
    assert client.fetches == 2


def test_unknown_keys_cause_one_fetch_a_minute() -> None:
    client = Client()
    for number in range(600):
        assert not client.has(f"unknown-{number}")
        client.now += 1
    assert client.fetches == 600 / AT_MOST_EVERY
    assert client.has("es")


def test_while_the_keys_are_out_of_reach_those_at_hand_are_used_for_a_day() -> None:
    client = Client()
    assert client.has("es")
    client.answer = None
    for _ in range(23):
        client.now += 3600
        assert client.has("es")
    assert client.fetches == 24
    client.now += 3600
    assert client.now - 1000 >= STALE
    with pytest.raises(UnavailableError):
        client.has("es")
    client.answer = jwks(ES384)
    client.now += AT_MOST_EVERY
    assert client.has("es")


def test_without_any_keys_it_is_said_and_tried_once_a_minute() -> None:
    client = Client()
    client.answer = None
    for _ in range(120):
        with pytest.raises(UnavailableError):
            client.has("es")
        client.now += 1
    assert client.fetches == 2


def test_an_answer_that_is_no_jwks_is_as_good_as_none() -> None:
    client = Client()
    assert client.has("es")
    client.answer = b"<html>"
    client.now += FRESH
    assert client.has("es")


def test_many_threads_fetch_once() -> None:
    client = Client()
    slow = client.fetch

    def fetch_slowly(url: str) -> bytes:
        time.sleep(0.05)
        return slow(url)

    client.keys.fetch = fetch_slowly
    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append(client.has("es"))) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (found, client.fetches) == ([True] * 20, 1)


def test_a_file_is_read_anew_when_keys_rotate(tmp_path: Path) -> None:
    clock = [0.0]
    path = tmp_path / "keys.json"
    path.write_bytes(jwks(ES384))
    keys = IssuerKeys(IssuerSpec(ISS, jwks_file=str(path)), clock=lambda: clock[0])
    assert keys.key("es") is not None
    path.write_bytes(jwks(RS384))
    clock[0] += AT_MOST_EVERY
    assert keys.key("rs") is not None
    path.unlink()
    clock[0] += FRESH
    assert keys.key("rs") is not None


# Over the wire


def test_keys_are_fetched_over_http() -> None:
    with key_server([(200, jwks())]) as (url, asked):
        assert fetch(url) == jwks()
        assert asked == ["/keys"]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (302, b"", "it answers 302"),
        (404, b"", "it answers 404"),
        (500, jwks(), "it answers 500"),
        (200, b" " * (MOST_BYTES + 1), f"it is larger than {MOST_BYTES} bytes"),
        (200, b" " * (20 * MOST_BYTES), f"it is larger than {MOST_BYTES} bytes"),
    ],
)
def test_anything_else_is_refused_and_no_redirect_followed(status: int, body: bytes, said: str) -> None:
    with key_server([(status, body)]) as (url, asked), pytest.raises(ValueError, match=said):
        fetch(url)
    assert asked == ["/keys"]


def test_a_server_that_trickles_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pnet_pathways.adapters.service.keys._FETCH_SECONDS", 0.3)
    begin = time.monotonic()
    with key_server([(200, b" " * MOST_BYTES)], seconds=0.1) as (url, _), pytest.raises(ValueError, match="it is too slow"):
        fetch(url)
    assert time.monotonic() - begin < 5


def test_a_server_that_is_down_is_named_by_the_kind_of_error_alone() -> None:
    with pytest.raises(ValueError, match=r"^ConnectError$"):
        fetch("http://127.0.0.1:1/keys")


def test_a_client_rotates_its_key_while_the_service_runs(tmp_path: Path) -> None:
    new = ECKey.generate_key("P-384", {"kid": "new"})
    with key_server([(200, jwks(ES384)), (200, jwks(new))]) as (url, asked):
        replays = f"sqlite:///{tmp_path}/used.sqlite"
        service = Service(Settings(issuers=str(issuers_file(tmp_path, jwks_url=url)), public_url=PUBLIC, replays=replays))
        assert service.tokens is not None
        clock = [0.0]
        service.tokens.issuers[ISS].clock = lambda: clock[0]

        def status(text: str) -> int:
            return ask(service, VIEW, view(WHOLE), headers=bearer(text)).status

        assert status(token()) == 200
        assert status(token(None, {"kid": "new"}, key=new)) == 401
        clock[0] += AT_MOST_EVERY
        assert status(token(None, {"kid": "new"}, key=new)) == 200
        assert status(token()) == 401
        assert len(asked) == 2


def test_the_token_of_a_call_goes_nowhere_but_to_the_checks(tmp_path: Path) -> None:
    """The key server of a client sees a plain GET."""
    with key_server([(200, jwks())]) as (url, asked):
        replays = f"sqlite:///{tmp_path}/used.sqlite"
        service = Service(Settings(issuers=str(issuers_file(tmp_path, jwks_url=url)), public_url=PUBLIC, replays=replays))
        text = token(None, {"jku": url})
        assert ask(service, VIEW, view(WHOLE), headers=bearer(text)).status == 200
        assert asked == ["/keys"]

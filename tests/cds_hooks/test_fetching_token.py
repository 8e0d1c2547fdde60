"""Where the access token of a call goes: to the listed server, and nowhere else."""

from __future__ import annotations

import logging
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from browser.ehr import Ehr
from cds_hooks.fetching_material import TOKEN, Raw, http, limit, naming, raw_server
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.hooks import HOOKS, read_call
from pnet_pathways.adapters.service.messages import CallError
from service_material import TUMOR, VIEW, ask, running, searchset


def test_the_token_goes_nowhere_else(
    asking: Service, ehr: Ehr, raw: Raw, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{ehr.port}")
    told = [ask(asking, path).body.decode() for path in ("/cds-services", "/openapi.json", "/metrics")]
    with caplog.at_level(logging.DEBUG):
        for answer in (
            http(searchset(TUMOR)),
            http(b"", "302 Found", f"Location: {ehr.iss}/Condition"),
            http(b"", "307 Found", "Location: http://[/"),
            http(b"", "401 No", 'WWW-Authenticate: Bearer error="invalid_token"'),
            b"HTTP/1.1 nonsense",
        ):
            raw.says(answer)
            told.append(ask(asking, VIEW, naming(raw.base)).body.decode())
            assert all(f"Authorization: Bearer {TOKEN}\r\n" in head for head in raw.heads)
            assert len(raw.heads) == 3
    assert "the FHIR server answers 302" in told[-4]
    assert not [text for text in (*told, caplog.text, repr(asking.settings)) if TOKEN in text]
    assert "patient=p" not in caplog.text
    assert ehr.seen == []


def test_a_call_does_not_show_its_token() -> None:
    call = read_call(naming("https://fhir.example.org"), HOOKS["pnet-patient-view"])
    assert call.token == TOKEN
    assert TOKEN not in repr(call)
    with pytest.raises(CallError) as caught:
        read_call(naming("x", access_token=[TOKEN], patient_=7), HOOKS["pnet-patient-view"])
    assert [one.where for one in caught.value.problems] == ["fhirAuthorization.access_token"]
    assert TOKEN not in str(caught.value.outcome)


def test_no_cookie_of_a_call_goes_along_with_the_next(asking: Service, raw: Raw) -> None:
    for _ in range(2):
        raw.says(http(searchset(TUMOR), "200 OK", "Set-Cookie: patient=p; Path=/"))
        ask(asking, VIEW, naming(raw.base))
        assert len(raw.heads) == 3
        assert not any("cookie" in head.lower() for head in raw.heads)


def test_the_process_logs_neither_patient_nor_token(tmp_path: Path, ehr: Ehr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PNET_FETCH_FROM", f"{ehr.iss} https://fhir.example.org")
    with running(tmp_path) as process:
        found = httpx.post(process.url + VIEW, json=naming(ehr.iss), timeout=20)
        refused = httpx.post(process.url + VIEW, json=naming(ehr.iss, patient="unknown-4731"), timeout=20)
        numbers = httpx.get(process.url + "/metrics", timeout=20).text
    assert (found.status_code, len(found.json()["cards"]), refused.status_code) == (200, 1, 412)
    assert 'pnet_searches_total{found="whole"} 1.0' in numbers
    assert 'pnet_searches_total{found="failed"} 3.0' in numbers
    log = process.log.read_text("utf-8")
    assert log.count('"route": "patient-view"') == 2
    assert not [text for text in (TOKEN, "unknown-4731", "/fhir", str(ehr.port), "insulinoma") if text in log]


# By https


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of localhost with its key, signed by itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "asked"), [("localhost", True, 1), ("localhost", False, 0), ("127.0.0.1", True, 0)]
)
def test_a_server_must_prove_its_name(
    asking: Service, certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str, *, trusted: bool, asked: int
) -> None:
    """A name that was pointed elsewhere: whoever answers there has no certificate of it, and gets no token."""
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with raw_server(tls) as raw:
        raw.says(http(searchset(TUMOR)))
        base = f"https://{host}:{raw.port}/fhir"
        limit(asking, fetch_from=(base,))
        reply = ask(asking, VIEW, naming(base, {"observations": None, "forms": None}))
    assert len(raw.heads) == asked
    assert reply.status == (200 if asked else 412)
    assert asked or "the connection to the FHIR server failed" in reply.said

"""The service at loopback: 200 calls a second with ES384 tokens, and whether its memory stays flat.

Run with `make bench`, or `python benchmarks/service.py --calls 50000`. Bounded in count and time. The machine makes the calls
as well, so the times are upper bounds.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
from figures import tell
from joserfc import jws
from joserfc.jwk import ECKey

ROOT = Path(__file__).resolve().parents[1]
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    PORT = free.getsockname()[1]
PATH = "/cds-services/pnet-patient-view"
PUBLIC = "https://cds.example.org"
ISS = "https://ehr.example.org"
RATE = 200
CONNECTIONS = 16
KEY = ECKey.generate_key("P-384", {"kid": "es"})
CALL = (ROOT / "examples" / "cds-hooks" / "insulinoma.json").read_bytes()


def token() -> str:
    """Return a fresh token."""
    now = int(time.time())
    claims = {"iss": ISS, "aud": PUBLIC + PATH, "iat": now, "exp": now + 500, "jti": str(uuid.uuid4())}
    registry = jws.JWSRegistry(algorithms=["ES384"])
    return jws.serialize_compact({"alg": "ES384", "typ": "JWT", "kid": "es"}, json.dumps(claims), KEY, registry=registry)


def request(authorization: str) -> bytes:
    """Return a call as it goes over the wire."""
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(CALL)}\r\n"
    return f"{head}Authorization: Bearer {authorization}\r\n\r\n".encode() + CALL


async def client(due: Iterator[float], calls: Iterator[bytes], times: list[float], statuses: list[int]) -> None:
    """Make calls on one connection, each when it is due."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    for moment, call in zip(due, calls, strict=False):
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        begin = max(moment, 0.0) if moment else time.perf_counter()
        writer.write(call)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = next(int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(length)
        times.append(time.perf_counter() - begin)
        statuses.append(int(head.split()[1]))
    writer.close()


async def load(count: int, rate: int) -> tuple[list[float], list[int], float]:
    """Make calls at a rate (0: as fast as they are answered); return times, statuses and how long it took."""
    calls = iter([request(token()) for _ in range(count)])
    begin = time.perf_counter() + 0.1
    due = iter([begin + number / rate for number in range(count)]) if rate else itertools.repeat(0.0)
    times: list[float] = []
    statuses: list[int] = []
    await asyncio.gather(*(client(due, calls, times, statuses) for _ in range(CONNECTIONS)))
    return times, statuses, time.perf_counter() - begin


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def row(label: str, times: list[float], statuses: list[int], took: float, pid: int) -> None:
    """Tell one row of the table."""
    ordered = sorted(times)
    p50, p99 = (ordered[int(len(ordered) * part)] * 1000 for part in (0.5, 0.99))
    errors = sum(status != 200 for status in statuses)
    rate = len(times) / took
    beside = (
        f"{len(times):,} calls, half within {p50:.1f} ms, 99 % within {p99:.1f} ms, {errors} errors, {memory_mb(pid):.0f} MB"
    )
    tell(f"service: {label}", rate, "calls a second", beside)


def main() -> None:
    """Tell the measurements."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--calls", type=int, default=5000, help="calls for the memory, as fast as they are answered")
    parser.add_argument("--workers", default="1")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "keys.json").write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}), "utf-8")
        issuers = {"format": 1, "issuers": [{"iss": ISS, "jwks_file": "keys.json"}]}
        (folder / "issuers.yaml").write_text(json.dumps(issuers), "utf-8")
        options = ["--issuers", "issuers.yaml", "--public-url", PUBLIC, "--feedback", "none", "--workers", given.workers]
        command = [sys.executable, "-m", "pnet_pathways", "serve", "--port", str(PORT), *options]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 60
            while not _ready():
                ended = process.poll() is not None or time.monotonic() > deadline
                assert not ended, (folder / "log").read_text("utf-8")
                time.sleep(0.1)
            row("warm up", *asyncio.run(load(200, 0)), process.pid)
            row(f"{RATE} calls a second", *asyncio.run(load(RATE * given.seconds, RATE)), process.pid)
            for part in range(5):
                row(f"as fast as answered, part {part + 1}", *asyncio.run(load(given.calls // 5, 0)), process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _ready() -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{PORT}/health/ready").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    main()

"""Write what the service answers to each call in examples/cds-hooks beside it; read what changes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from pnet_pathways import load_pathways
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.hooks import HOOKS
from pnet_pathways.adapters.service.settings import Settings
from pnet_pathways.loading.files import write_whole

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "cds-hooks"
ENDING = ".expected.json"
SOURCE_URL = "<address of the summary>"
"""What stands for it in the files."""
SETTINGS = Settings(report_url="https://pnet.example.org/report.html", form_url="https://pnet.example.org/launch.html")


def calls() -> list[Path]:
    """Return the calls."""
    return sorted(path for path in FOLDER.glob("*.json") if not path.name.endswith(ENDING))


def expected_file(path: Path) -> Path:
    """Return the file that holds what a call is answered with."""
    return path.with_name(f"{path.stem}{ENDING}")


def expected(path: Path, service: Service) -> dict[str, Any]:
    """Return what the service answers to a call, as the files hold it: the status and the body."""
    body = path.read_bytes()
    hook = json.loads(body)["hook"]
    id_ = next(one.id for one in HOOKS.values() if one.hook == hook)
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/cds-services/{id_}",
        "headers": [(b"content-type", b"application/json")],
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(service(scope, receive, send))
    text = sent[1]["body"].decode().replace(load_pathways().source.url, SOURCE_URL)
    return {"status": sent[0]["status"], "body": json.loads(text)}


def main() -> None:
    """Write the files."""
    service = Service(SETTINGS)
    for path in calls():
        write_whole(expected_file(path), json.dumps(expected(path, service), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

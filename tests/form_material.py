"""Review forms for tests: whole and valid ones for any pathways, as the report page exports them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review_items import readings_to_review, review_items

REVIEWER = {"name": "Reviewer A", "role": "surgeon", "date": "2026-11-23"}
AGREE = ("agree", "")


def review_form(
    definitions: Definitions,
    decisions: Mapping[str, str],
    remarks: Mapping[str, tuple[str, str]] | None = None,
    reviewer: Mapping[str, str] = REVIEWER,
) -> dict[str, Any]:
    """Return a form with a decision on some pathways, and verdict and comment of some items and readings: the rest is agreed.

    `remarks` are by id, or by ``pathway/id`` where pathways have an item of the same id.
    """
    said = remarks or {}

    def remark(*keys: str) -> dict[str, str]:
        verdict, comment = next((said[key] for key in keys if key in said), AGREE)
        return {"verdict": verdict, "comment": comment}

    return sealed(
        {
            "format": "pnet_pathways review form 1",
            "definitions": {"version": definitions.version, "hash": definitions.content_hash},
            "reviewer": dict(reviewer),
            "pathways": {
                name: {
                    "decision": decision,
                    "items": {one.id: remark(f"{name}/{one.id}", one.id) for one in review_items(definitions.pathways[name])},
                }
                for name, decision in decisions.items()
            },
            "readings": {one.id: remark(one.id) for one in readings_to_review(definitions, decisions)},
        }
    )


def sealed(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form with the digest that its content has, written apart from the library's own."""
    rest = {key: value for key, value in form.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**rest, "digest": hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()}


def write_form(path: Path, form: Mapping[str, Any]) -> Path:
    """Write a form as a file."""
    path.write_bytes(json.dumps(form, ensure_ascii=False).encode("utf-8", "backslashreplace"))
    return path

"""Answers that say something else than the library does, for tests that must notice."""

from __future__ import annotations

from typing import Any

import attrs

from pnet_pathways.engine.answer import Recommendation


def saying(answer: Recommendation, **changes: Any) -> Recommendation:
    """Return an answer that says something else."""
    return attrs.evolve(answer, shared=attrs.evolve(answer.shared, **changes))

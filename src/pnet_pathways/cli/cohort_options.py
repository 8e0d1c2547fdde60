"""What the commands of ``pnet cohort`` share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from ..model.errors import CohortError, Problem, listed
from .common import errors_to_stderr

MappingFile = Annotated[
    Path | None, typer.Option("--mapping", help="YAML file that maps other names, codes and units of columns.")
]


@contextmanager
def cohort_errors() -> Iterator[None]:
    """Turn the library's errors, and a missing extra, into a message and exit code 2."""
    with errors_to_stderr():
        if absent := [name for name in ("numpy", "pyarrow") if find_spec(name) is None]:
            raise CohortError([Problem("", f"cohorts need {listed(absent)}", "pip install 'pnet-pathways[cohort]'")])
        yield

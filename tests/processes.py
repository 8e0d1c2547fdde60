"""The command line as a process of its own, for what only a process shows: signals, streams, terminals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pnet_pathways

COMMAND = (sys.executable, "-c", "from pnet_pathways.cli.main import main; main()")


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a command that runs this checkout."""
    return {**os.environ, "PYTHONPATH": str(Path(pnet_pathways.__file__).parents[1]), **more}


def started(*arguments: str | Path, **how: Any) -> subprocess.Popen[str]:
    """Start a command with its streams as pipes, or as `how` says."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment()}
    return subprocess.Popen([*COMMAND, *map(str, arguments)], text=True, **{**streams, **how})


def shell(line: str, **how: Any) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which ``pnet`` is the command."""
    quoted = " ".join(f"'{word}'" for word in COMMAND)
    script = f'set -o pipefail; pnet() {{ {quoted} "$@"; }}; {line}'
    return subprocess.run(["bash", "-c", script], env=environment(), capture_output=True, text=True, check=False, **how)

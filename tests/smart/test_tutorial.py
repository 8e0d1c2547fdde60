"""The tutorial, done as printed: every file saved, every command run in one shell, in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from project import ROOT
from service_material import free_port

TUTORIAL: Final = ROOT / "docs" / "tutorial-cds-hooks.md"
BLOCK: Final = re.compile(r"```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)
NAME: Final = re.compile(r"`([\w-]+\.(?:json|py|yaml))`")
PORT: Final = "8080"
LINE: Final = "==== next ===="


def steps(port: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the files with their texts, and each command with what it is said to print."""
    text = TUTORIAL.read_text("utf-8").replace(PORT, port)
    files, commands = {}, []
    begin = 0
    for block in BLOCK.finditer(text):
        if block["kind"] == "console":
            for part in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
                command, _, printed = part.partition("\n")
                commands.append((command, printed.strip("\n")))
        elif block["kind"] != "sh":
            # The paragraph before a file names it first.
            files[NAME.findall(text[begin : block.start()].rstrip().rpartition("\n\n")[2])[0]] = block["text"]
        begin = block.end()
    return files, commands


def test_the_tutorial_works_as_printed(tmp_path: Path) -> None:
    files, commands = steps(str(free_port()))
    assert set(files) == {"call.json", "cards.py", "feedback.py", "keys.py", "issuers.yaml", "smart.yaml", "service.yaml"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PNET_")}
    # Nothing that was started outlives a failure.
    begin = "trap 'kill $(jobs -p) 2> /dev/null' EXIT\n"
    script = begin + "\n".join(f"{command}\necho '{LINE}'" for command, _ in commands)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**kept, "PATH": path, "PYTHONPATH": str(ROOT / "src")},
        timeout=300,
        check=False,
    )
    printed = [one.strip("\n") for one in done.stdout.split(f"{LINE}\n")[:-1]]
    log = (tmp_path / "service.log").read_text("utf-8")
    assert list(zip((command for command, _ in commands), printed, strict=True)) == commands, log
    assert (tmp_path / "pnet-feedback.sqlite").is_file()

"""What ends a command from outside: a reader that leaves, a full disk, a signal; and what ``--output`` may be."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import pnet
from fhir_material import VIPOMA, condition
from processes import shell, started
from project import DEFINITIONS
from review_material import flat

CASE = DEFINITIONS / "cases" / "vipoma-distant-not-removable.json"
PRINTING = (
    "--version",
    "--help",
    "recommend --help",
    "pathways",
    "facts --format json",
    f"recommend {CASE}",
    f"coverage vipoma {CASE}",
    "scenarios vipoma",
    "scenarios vipoma --output -",
    "scenarios vipoma --format parquet",
    "schema",
    "background",
)
"""Commands that print in every way there is: by themselves, by typer, as a table, as bytes."""
FILES = (
    ("scenarios", "vipoma", "--output"),
    ("report", "--no-verify", "--output"),
    ("fhir", "package", "--draft", "--output"),
    ("fhir", "cohort", "Condition.ndjson", "--output"),
)
"""Commands that write a file, up to its name."""
FOLDERS = (
    ("render", "--format", "dot", "--output"),
    ("fhir", "write", "--draft", "--output"),
    ("diff", str(DEFINITIONS), "--diagram"),
    ("cohort", "evaluate", "rows.csv", "--output"),
    ("cohort", "evaluate", "rows.csv", "--force", "--output"),
    ("cohort", "sql", "--output"),
)
"""Commands that write a folder, up to its name."""


@pytest.fixture(autouse=True)
def export(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where the export of a patient lies."""
    folder = tmp_path_factory.mktemp("export")
    line = {**condition("1", VIPOMA), "subject": {"reference": "Patient/a"}}
    (folder / "Condition.ndjson").write_text(json.dumps(line), "utf-8")
    (folder / "rows.csv").write_text("id,tumor_type\n1,vipoma\n", "utf-8")
    monkeypatch.chdir(folder)


# Standard output


@pytest.mark.parametrize("arguments", PRINTING)
def test_a_reader_that_leaves_is_no_error(arguments: str) -> None:
    done = shell(f"pnet {arguments} | true")
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if not line.startswith("pnet: vipoma: ")] == []


@pytest.mark.parametrize("arguments", PRINTING)
def test_what_cannot_be_printed_is_said_and_is_no_finding(arguments: str) -> None:
    for where, why in ((">/dev/full", "No space left on device"), (">&-", "is closed")):
        done = shell(f"pnet {arguments} {where}")
        assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"pnet: standard output: {why}")
        assert "Traceback" not in done.stderr


def test_a_check_says_what_it_found_though_nobody_reads_it(folder: Path) -> None:
    text = (folder / "vipoma.yaml").read_text("utf-8")
    (folder / "vipoma.yaml").write_text(text.replace("version: ", "version: 9", 1), "utf-8")
    done = shell(f"pnet diff {DEFINITIONS} {folder} --exit-code | true")
    assert done.returncode == shell(f"pnet diff {DEFINITIONS} {folder} --exit-code").returncode


@pytest.mark.parametrize("code", [0, 2])
def test_messages_that_cannot_be_printed_leave_the_exit_code(code: int) -> None:
    arguments = "recommend nowhere.json" if code else "scenarios vipoma"
    for where in ("2>/dev/full", "2>&-"):
        assert shell(f"pnet {arguments} {where}").returncode == code


def test_closed_streams_are_no_files_of_others(tmp_path: Path) -> None:
    """What is opened first gets the number of a closed stream: standard output must not be a file that is being written."""
    file = tmp_path / "walk.json"
    shell(f"pnet ask --save {file} <&- >&- 2>&-")
    assert not file.exists()


# Names for --output


@pytest.mark.parametrize("command", FILES)
def test_a_dash_is_standard_output_wherever_a_file_is_written(command: tuple[str, ...], tmp_path: Path) -> None:
    def written(target: str | Path) -> bytes:
        done = pnet(*command, target)
        assert done.exit_code == 0, done.output
        return done.stdout_bytes

    written(tmp_path / "file")
    assert written("-") == (tmp_path / "file").read_bytes()


def test_a_picture_goes_to_standard_output_and_several_do_not() -> None:
    assert pnet("render", "vipoma", "--format", "mermaid", "--output", "-").stdout.startswith("---\ntitle:")
    done = pnet("render", "--format", "dot", "--output", "-")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "cannot go to standard output; name a folder" in done.stderr


def test_many_artifacts_do_not_go_to_standard_output() -> None:
    done = pnet("fhir", "write", "--draft", "--output", "-")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "many files cannot go to standard output" in done.stderr


def test_a_record_does_not_mix_with_the_answer() -> None:
    done = pnet("recommend", CASE, "--record", "-")
    assert (done.exit_code, done.stdout) == (2, "")


@pytest.mark.parametrize("command", FILES)
def test_a_full_disk_names_the_file(command: tuple[str, ...]) -> None:
    done = pnet(*command, "/dev/full")
    assert done.exit_code == 2
    assert "pnet: /dev/full: No space left on device" in done.stderr
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


@pytest.mark.parametrize("command", FILES)
def test_links_in_a_circle_are_named(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    done = pnet(*command, tmp_path / "one")
    assert done.exit_code == 2
    assert done.stderr == f"pnet: {tmp_path / 'one'}: is a link that leads in a circle; name a file\n"


@pytest.mark.parametrize("command", FOLDERS)
def test_what_can_be_no_folder_is_named(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "thesis").write_text("years of work")
    (tmp_path / "one").symlink_to("one")
    os.mkfifo(tmp_path / "pipe")
    for name, why in (
        ("thesis", "is no folder; name a folder"),
        ("pipe", "is no folder; name a folder"),
        ("one", "is a link that leads in a circle; name a folder"),
    ):
        done = pnet(*command, tmp_path / name)
        assert (done.exit_code, done.stdout) == (2, "")
        assert flat(done.stderr) == f"pnet: {tmp_path / name}: {why}"
    assert (tmp_path / "thesis").read_text() == "years of work"


@pytest.mark.parametrize("command", FOLDERS)
def test_no_folder_is_named_by_a_dash(command: tuple[str, ...]) -> None:
    done = pnet(*command, "-")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "cannot go to standard output" in done.stderr
    assert not Path("-").exists()


def test_standard_output_is_appended_to_where_the_shell_appends(tmp_path: Path) -> None:
    (tmp_path / "all").write_text("before\n")
    done = shell(f"pnet scenarios vipoma --output /dev/stdout >>{tmp_path / 'all'}")
    assert done.returncode == 0
    first, second, *_ = (tmp_path / "all").read_text().splitlines()
    assert (first, second.split(",")[0]) == ("before", "id")


def test_a_file_on_a_full_disk_is_not_left_in_pieces(tmp_path: Path) -> None:
    """A small disk in memory; where none can be mounted, `/dev/full` above says the same of the message."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", tmp_path], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        (tmp_path / "report.html").write_text("old")
        done = pnet("report", "--no-verify", "--output", tmp_path / "report.html")
        assert (done.exit_code, done.stderr) == (2, f"pnet: {tmp_path / 'report.html'}: No space left on device\n")
        assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("report.html", "old")]
    finally:
        subprocess.run(["umount", tmp_path], check=True)


# Patients' files


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o600), (0o077, 0o600), (0o277, 0o400)])
def test_files_with_a_case_are_their_owners_alone(umask: int, mode: int, tmp_path: Path) -> None:
    commands = [
        ("recommend", CASE, "--record", tmp_path / "record.json"),
        ("ask", "--save", tmp_path / "walk.json"),
        ("fhir", "cohort", "Condition.ndjson", "--output", tmp_path / "cohort"),
        ("render", "vipoma", "--case", CASE, "--format", "mermaid", "--output", tmp_path),
    ]
    before = os.umask(umask)
    try:
        for command in commands:
            pnet(*command, text="vipoma\n")
    finally:
        os.umask(before)
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("record.json", "walk.json", "cohort", "vipoma.mmd"), mode)


# Signals


def _begun(folder: Path) -> Callable[[], bool]:
    return lambda: any(one.name.startswith(".pnet-") for one in folder.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_a_file_is_written_leaves_nothing(number: int, tmp_path: Path) -> None:
    with started("scenarios", "all", "--output", tmp_path / "all.csv") as process:
        wait_for(_begun(tmp_path), process)
        process.send_signal(number)
        assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 128 + number
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "command",
    [("verify",), ("report", "--output", "page.html"), ("render", "--format", "svg"), ("ask",)],
    ids=lambda one: one[0],
)
def test_a_signal_ends_a_command_with_its_number_and_without_a_word(
    command: tuple[str, ...], number: int, tmp_path: Path
) -> None:
    with started(*command, cwd=tmp_path, stdin=subprocess.PIPE) as process:
        wait_for(lambda: _handles(process.pid, number), process)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (128 + number, "")
    assert [one for one in tmp_path.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize(
    ("command", "count"),
    [(("mutate", "--only", "gastrinoma", "--workers", "2"), 2), (("verify", "--workers", "3"), 2)],
    ids=["mutate", "verify"],
)
def test_workers_end_with_the_command_that_began_them(command: tuple[str, ...], count: int, number: int) -> None:
    with started(*command) as process:
        wait_for(lambda: len(_children(process.pid)) == count, process)
        workers = _children(process.pid)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (-number if number == signal.SIGKILL else 128 + number, "")
    wait_for(lambda: not any(_runs(one) for one in workers))


@pytest.mark.parametrize("after", ["time.sleep(60)", "pass"])
def test_a_signal_where_nothing_can_be_raised_is_not_lost(after: str) -> None:
    program = f"""
import os, signal, time
from pnet_pathways.cli.streams import orderly
class Kept:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
with orderly():
    Kept()
    {after}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (143, "", "")


def test_a_signal_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    done = shell(f"trap '' INT; pnet scenarios vipoma --output {tmp_path / 'all.csv'} & sleep 0.1; kill -INT $!; wait $!")
    assert done.returncode == 0
    assert (tmp_path / "all.csv").exists()


def test_an_output_that_is_a_pipe_is_written_into(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text("utf-8")))
    reader.start()
    assert pnet("scenarios", "vipoma", "--format", "jsonl", "--output", tmp_path / "pipe").exit_code == 0
    reader.join()
    assert len([json.loads(line) for line in read[0].splitlines()]) > 1
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def wait_for(state: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    """Wait until something is so, two minutes at most, as long as a process that brings it about runs."""
    end = time.monotonic() + 120
    while not state():
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < end, "what was waited for has not come about"
        time.sleep(0.01)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _handles(pid: int, number: int) -> bool:
    caught = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1 and int(caught.split()[1], 16) >> (number - 1) & 1)

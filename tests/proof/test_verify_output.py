"""The report's forms, and the command that prints them."""

from __future__ import annotations

import io
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from broken_definitions import build, read
from pnet_pathways.cli.common import progress_bar
from pnet_pathways.cli.main import app
from pnet_pathways.cli.tables import print_verification
from pnet_pathways.model.claims import ClaimId
from pnet_pathways.proof.verify import verification as verify
from pnet_pathways.proof.verify.claims import (
    CLAIMS,
    Claim,
    ClaimVerdict,
    Failure,
    TrackCount,
    VerificationReport,
)
from pnet_pathways.proof.verify.text import as_junit, as_markdown, examined_text

HOSTILE = Failure(
    "vipoma.yaml:1:1", 'a <leaf> & "more"\x00 | `code`', {"tumor_type": "vipoma", "sites": ["head"]}, (("site", "head"),)
)


def report_of(*verdicts: ClaimVerdict) -> VerificationReport:
    """Return a report with a claim of each verdict, in order, and passed ones after them."""
    claims = []
    for number, identifier in enumerate(CLAIMS):
        verdict = verdicts[number] if number < len(verdicts) else ClaimVerdict.PASSED
        failures = (HOSTILE, Failure("x.yaml:2:1", "nowhere")) if verdict is ClaimVerdict.FAILED else ()
        reason = "a reason" if verdict is ClaimVerdict.NOT_PROVEN else ""
        claims.append(Claim(identifier, verdict, {"scenarios": 1000, "partial_cases": 2} if number else {}, failures, reason))
    tracks = (TrackCount("vipoma", "primary", ("resectable",), 2, 3),)
    return VerificationReport("folder", "1.0.0", "0123456789abcdef", tracks, tuple(claims), "No guideline.")


BROKEN = report_of(ClaimVerdict.FAILED, ClaimVerdict.NOT_PROVEN)

# The common JUnit XML schema: what each element may have, and the order of its children.
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped", "disabled", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package"},
    "testcase": {"name", "classname", "time", "assertions", "status"},
    "failure": {"message", "type"},
    "skipped": {"message"},
    "system-out": set(),
}
REQUIRED = {"testsuite": {"name", "tests"}, "testcase": {"name", "classname"}}
CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase", "system-out", "system-err"],
    "testcase": ["skipped", "error", "failure", "system-out", "system-err"],
}


def check_junit(element: ET.Element) -> None:
    assert set(element.attrib) <= ATTRIBUTES[element.tag]
    assert REQUIRED.get(element.tag, set()) <= set(element.attrib)
    order = CHILDREN.get(element.tag, [])
    places = [order.index(child.tag) for child in element]
    assert places == sorted(places)
    for child in element:
        check_junit(child)


@pytest.mark.parametrize("report", [report_of(), BROKEN])
def test_junit_keeps_to_the_schema(report: VerificationReport) -> None:
    root = ET.fromstring(as_junit(report))  # noqa: S314
    assert root.tag == "testsuites"
    check_junit(root)


def test_junit_counts_what_it_holds() -> None:
    root = ET.fromstring(as_junit(BROKEN))  # noqa: S314
    (suite,) = root
    for element in (root, suite):
        assert element.attrib["tests"] == str(len(list(suite.iter("testcase")))) == str(len(CLAIMS))
        assert element.attrib["failures"] == str(len(list(suite.iter("failure")))) == "1"
        assert element.attrib["skipped"] == str(len(list(suite.iter("skipped")))) == "1"


def test_junit_shows_place_case_and_path_and_leaves_out_what_xml_cannot_hold() -> None:
    failure = next(ET.fromstring(as_junit(BROKEN)).iter("failure"))  # noqa: S314
    assert failure.attrib["message"] == 'a <leaf> & "more"\N{REPLACEMENT CHARACTER} | `code`'
    assert failure.text is not None
    assert failure.text.splitlines()[1:3] == [
        "path: site -> head",
        'case: {"tumor_type": "vipoma", "sites": ["head"]}',
    ]


def test_markdown_shows_claims_failures_and_tracks() -> None:
    text = as_markdown(BROKEN)
    assert "| vipoma.primary | resectable | 2 | 3 |" in text
    assert '```json\n{\n  "tumor_type": "vipoma",' in text
    assert "<leaf>" not in text
    assert "| not proven | 1,000 scenarios, 2 partial cases; a reason |" in text
    assert text.endswith("*No guideline.*\n")


def test_markdown_of_what_could_not_be_read_has_no_tracks_and_no_empty_lines_for_them() -> None:
    unread = VerificationReport("folder", "", "", (), BROKEN.claims)
    assert as_markdown(unread).startswith("# Verification: Definitions\n")
    assert "| track |" not in as_markdown(unread)
    assert list(ET.fromstring(as_junit(unread))[0])[-1].tag == "testcase"  # noqa: S314


def test_text_keeps_places_and_cases_in_one_line() -> None:
    file = io.StringIO()
    print_verification(BROKEN, file)
    lines = file.getvalue().splitlines()
    assert '  case: {"tumor_type": "vipoma", "sites": ["head"]}' in lines
    assert "readable: x.yaml:2:1: nowhere" in lines
    assert f"1 of {len(CLAIMS)} claims failed, 1 could not be proven, {len(CLAIMS) - 2} passed." in lines
    assert lines[-1] == "No guideline."


def test_one_of_a_kind_is_said_in_the_singular() -> None:
    claim = Claim(ClaimId.AGREEMENT, ClaimVerdict.PASSED, {"scenarios": 1, "partial_cases": 1, "leaves": 1, "tracks": 0})
    assert examined_text(claim) == "1 scenario, 1 partial case, 1 leaf, 0 tracks"


def test_text_says_so_when_everything_is_proven() -> None:
    file = io.StringIO()
    print_verification(report_of(), file)
    assert f"All {len(CLAIMS)} claims are proven." in file.getvalue()


def test_a_claim_is_found_by_its_id() -> None:
    assert BROKEN.claim("complete").verdict is ClaimVerdict.NOT_PROVEN
    with pytest.raises(KeyError):
        BROKEN.claim("completeness")


# The command.

run = CliRunner().invoke


@pytest.fixture
def unreadable(folder: Path) -> str:
    (folder / "vipoma.yaml").write_text("pathway: [", "utf-8")
    return str(folder)


@pytest.mark.parametrize("format", ["text", "json", "junit", "markdown"])
def test_a_failed_verification_ends_with_exit_code_1_in_every_format(format: str, unreadable: str) -> None:
    result = run(app, ["verify", unreadable, "--format", format])
    assert result.exit_code == 1
    assert "vipoma.yaml:2:1" in result.stdout
    assert "this is not valid YAML" in result.stdout
    assert result.stderr == ""


def test_a_proven_set_ends_with_exit_code_0_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "verify", lambda path, *, progress, **_: report_of() if path is progress is None else BROKEN)
    result = run(app, ["verify", "--format", "json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == report_of().to_dict()


def test_a_folder_that_is_not_there_is_wrong_usage() -> None:
    result = run(app, ["verify", "no-such-folder"])
    assert result.exit_code == 2
    assert "no such folder" in result.stderr


def test_a_broken_graph_is_shown_with_claim_case_path_and_place(tmp_path: Path) -> None:
    result = run(app, ["verify", str(build("complete", tmp_path / "complete"))])
    assert result.exit_code == 1
    finds = read("complete")["finds"]
    assert f"\ncomplete: {finds['file']}:" in result.stdout
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert f"case: {json.dumps(finds['case'])}" in lines
    assert f"path: {', '.join(f'{state} -> {answer}' for state, answer in finds['path'])}" in lines


def test_the_bar_is_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with progress_bar() as told:
        assert told is None
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar() as told:
        assert told is not None
        told("graph of vipoma.primary", 1, 2)
    assert "graph of vipoma.primary" in terminal.getvalue()

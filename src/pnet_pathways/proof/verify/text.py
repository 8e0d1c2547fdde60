"""A verification report as text, Markdown and JUnit XML. (As JSON: `VerificationReport.to_dict`)."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from ...model.text import counted, escape
from .claims import (
    Claim,
    ClaimVerdict,
    Failure,
    VerificationReport,
)

VERDICT_WORDS = {ClaimVerdict.PASSED: "passed", ClaimVerdict.FAILED: "FAILED", ClaimVerdict.NOT_PROVEN: "not proven"}
_SINGULAR = {"leaves": "leaf"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def examined_text(claim: Claim) -> str:
    """Return what a claim examined: ``501 scenarios, 4,861 partial cases``."""
    kinds = {kind: kind.replace("_", " ") for kind in claim.examined}
    return ", ".join(
        counted(number, _SINGULAR.get(kinds[kind], kinds[kind].removesuffix("s")), kinds[kind])
        for kind, number in claim.examined.items()
    )


def path_text(failure: Failure) -> str:
    """Return the path of a counterexample: ``first -> yes, second -> no``."""
    return ", ".join(f"{state} -> {answer}" for state, answer in failure.path)


def case_text(failure: Failure) -> str:
    """Return the counterexample as JSON in one line, ready to paste; empty where there is none."""
    return "" if failure.case is None else json.dumps(failure.case, ensure_ascii=False)


def summary_text(report: VerificationReport) -> str:
    """Return the outcome in one line."""
    counts = {verdict: sum(claim.verdict is verdict for claim in report.claims) for verdict in ClaimVerdict}
    if report.passed:
        return f"All {len(report.claims)} claims are proven."
    return (
        f"{counts[ClaimVerdict.FAILED]} of {len(report.claims)} claims failed, "
        f"{counts[ClaimVerdict.NOT_PROVEN]} could not be proven, {counts[ClaimVerdict.PASSED]} passed."
    )


def head_text(report: VerificationReport) -> str:
    """Return which definitions a report is about."""
    return f"Definitions {report.version}, hash {report.content_hash[:12]}" if report.version else "Definitions"


def failure_lines(failure: Failure) -> Iterator[str]:
    """Yield a counterexample in lines: where and what, its path, its case."""
    yield f"{failure.where}: {failure.message}"
    if failure.path:
        yield f"path: {path_text(failure)}"
    if failure.case is not None:
        yield f"case: {case_text(failure)}"


def as_markdown(report: VerificationReport) -> str:
    """Return a report as GitHub-flavored Markdown."""
    lines = [f"# Verification: {escape(head_text(report))}", "", escape(summary_text(report)), ""]
    lines += ["| claim | verdict | examined |", "| --- | --- | --- |"]
    for claim in report.claims:
        note = f"{examined_text(claim)}{'; ' if claim.examined and claim.reason else ''}{claim.reason}"
        lines.append(f"| {escape(claim.title)} | {VERDICT_WORDS[claim.verdict]} | {escape(note)} |")
    for claim in report.claims:
        for failure in claim.failures:
            lines += ["", f"**{claim.id}**, {escape(failure.where)}: {escape(failure.message)}"]
            if failure.path:
                lines += ["", f"Path: {escape(path_text(failure))}"]
            if failure.case is not None:
                lines += ["", "```json", json.dumps(failure.case, indent=2, ensure_ascii=False), "```"]
    if report.tracks:
        lines += ["", "| track | facts | scenarios | partial cases |", "| --- | --- | --- | --- |"]
        for track in report.tracks:
            cells = (f"{track.pathway}.{track.track}", ", ".join(track.facts), str(track.scenarios), str(track.partial_cases))
            lines.append(f"| {' | '.join(escape(cell) for cell in cells)} |")
    if report.disclaimer:
        lines += ["", f"*{escape(report.disclaimer)}*"]
    return "\n".join(lines) + "\n"


def as_junit(report: VerificationReport) -> str:
    """Return a report as JUnit XML: a test suite with a test case per claim."""
    counts: dict[str, Any] = {
        "tests": str(len(report.claims)),
        "failures": str(sum(claim.verdict is ClaimVerdict.FAILED for claim in report.claims)),
        "errors": "0",
        "skipped": str(sum(claim.verdict is ClaimVerdict.NOT_PROVEN for claim in report.claims)),
    }
    root = ET.Element("testsuites", name="pnet verify", **counts)
    suite = ET.SubElement(root, "testsuite", name=head_text(report), **counts)
    for claim in report.claims:
        case = ET.SubElement(suite, "testcase", classname="pnet.verify", name=claim.id)
        if claim.verdict is ClaimVerdict.FAILED:
            text = "\n\n".join("\n".join(failure_lines(failure)) for failure in claim.failures)
            ET.SubElement(case, "failure", message=_xml(claim.failures[0].message), type=claim.id).text = _xml(text)
        elif claim.verdict is ClaimVerdict.NOT_PROVEN:
            ET.SubElement(case, "skipped", message=_xml(claim.reason))
        ET.SubElement(case, "system-out").text = _xml(f"{claim.title}\n{examined_text(claim)}")
    if report.disclaimer:
        ET.SubElement(suite, "system-out").text = _xml(report.disclaimer)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _xml(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)

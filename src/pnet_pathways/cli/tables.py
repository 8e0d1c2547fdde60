"""Print the reports of verification and of the source trace as tables in a terminal."""

from __future__ import annotations

import textwrap
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..governance.source.comparison import Comparison
from ..governance.source.text import KIND_TITLES, dates_text, located, problem_lines, share_text
from ..model.text import WIDTH
from ..proof.verify.claims import ClaimVerdict, VerificationReport
from ..proof.verify.text import VERDICT_WORDS, examined_text, failure_lines, head_text, summary_text
from .common import shown_text


def print_verification(report: VerificationReport, file: IO[str] | None = None) -> None:
    """Print a verification report as a table with the failures below it, to standard output by default."""
    console = Console(file=file)
    if not console.is_terminal:
        console = Console(file=file, width=WIDTH)
    styles = {ClaimVerdict.PASSED: "green", ClaimVerdict.FAILED: "bold red", ClaimVerdict.NOT_PROVEN: "yellow"}
    table = Table("claim", "verdict", "examined", title=head_text(report), title_justify="left", pad_edge=False)
    for claim in report.claims:
        note = f"{examined_text(claim)}{'; ' if claim.examined and claim.reason else ''}{claim.reason}"
        table.add_row(
            shown_text(claim.title), Text(VERDICT_WORDS[claim.verdict], style=styles[claim.verdict]), shown_text(note)
        )
    console.print(table)
    # Places and cases are to be copied: they are never broken over lines.
    for claim in report.claims:
        for failure in claim.failures:
            first, *more = failure_lines(failure)
            console.print(shown_text(f"\n{claim.id}: {first}"), soft_wrap=True)
            for line in more:
                console.print(shown_text(f"  {line}"), soft_wrap=True)
    console.print(shown_text(f"\n{summary_text(report)}"))
    for line in textwrap.wrap(report.disclaimer, WIDTH):
        console.print(shown_text(line), soft_wrap=True)


def print_source_check(comparison: Comparison) -> None:
    """Print a source trace: a table for each direction, what does not fit, and the verdict."""
    console = Console(width=WIDTH, highlight=False)
    counted = located(comparison)
    total = [sum(column) for column in zip(*counted.values(), strict=True)]
    table = _table("Definitions to summary", "locators", "resolve", "at another place")
    for kind, counts in counted.items():
        table.add_row(shown_text(KIND_TITLES[kind]), *map(str, counts))
    table.add_section()
    table.add_row("All", *map(str, total))
    console.print(table)
    console.print()
    rows = [(part.sentences, part.statements, part.not_statements, part.unclaimed) for part in comparison.parts]
    table = _table("Summary to definitions", "sentences and items", "statements", "not statements", "unclaimed")
    for part, row in zip(comparison.parts, rows, strict=True):
        table.add_row(shown_text(part.title), *map(str, row))
    table.add_section()
    table.add_row("All", *(str(sum(column)) for column in zip(*rows, strict=True)))
    console.print(table)
    console.print()
    for problem in problem_lines(comparison):
        for line in textwrap.wrap(problem, WIDTH, initial_indent="! ", subsequent_indent="  ", break_on_hyphens=False):
            console.print(shown_text(line))
    sentences = sum(part.sentences for part in comparison.parts)
    claimed = sentences - sum(part.unclaimed for part in comparison.parts)
    locators = share_text(total[1], total[0])
    console.print(shown_text(f"Locators that resolve: {locators}; sentences claimed: {share_text(claimed, sentences)}"))
    if total[2]:
        console.print(shown_text("Passages at another place: `pnet source drift FILE --update-locators` re-anchors them."))
    console.print(shown_text(dates_text(comparison)))


def _table(first: str, *others: str) -> Table:
    table = Table(header_style="bold", pad_edge=False)
    table.add_column(first)
    for other in others:
        table.add_column(other, justify="right")
    return table

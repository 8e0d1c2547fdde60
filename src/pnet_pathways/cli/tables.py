"""Print tables in a terminal, as lists where it is narrow: lists, the reports of verification and of the source trace."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..model.errors import printable
from ..model.text import WIDTH
from ..model.wording import enumerated
from .streams import is_narrow, terminal_columns

if TYPE_CHECKING:
    from ..governance.source.comparison import Comparison
    from ..model.pathway import Definitions
    from ..proof.verify.claims import VerificationReport


def shown_text(text: str) -> Text:
    """Return text for a table or a line of `rich`, escaped as what is printed is."""
    return Text(printable(text, lines=True))


def print_verification(report: VerificationReport, file: IO[str] | None = None) -> None:
    """Print a verification report as a table with the failures below it, to standard output by default."""
    from ..proof.verify.claims import ClaimVerdict
    from ..proof.verify.text import VERDICT_WORDS, examined_text, failure_lines, head_text, summary_text

    console = _console(file)
    styles = {ClaimVerdict.PASSED: "green", ClaimVerdict.FAILED: "bold red", ClaimVerdict.NOT_PROVEN: "yellow"}
    rows = [
        (
            shown_text(claim.title),
            Text(VERDICT_WORDS[claim.verdict], style=styles[claim.verdict]),
            shown_text(f"{examined_text(claim)}{'; ' if claim.examined and claim.reason else ''}{claim.reason}"),
        )
        for claim in report.claims
    ]
    console.print(shown_text(head_text(report)), style="italic")
    _print_rows(console, ("claim", "verdict", "examined"), rows)
    # Places and cases are to be copied: they are never broken over lines.
    for claim in report.claims:
        for failure in claim.failures:
            first, *more = failure_lines(failure)
            console.print(shown_text(f"\n{claim.id}: {first}"), soft_wrap=True)
            for line in more:
                console.print(shown_text(f"  {line}"), soft_wrap=True)
    console.print(shown_text(f"\n{summary_text(report)}"))
    console.print(shown_text(report.disclaimer))


def print_source_check(definitions: Definitions, comparison: Comparison) -> None:
    """Print a source trace: a table for each direction, what does not fit, and the verdict."""
    from ..governance.source.text import KIND_TITLES, astray, dates_text, located, problem_lines, share_text

    console = _console()
    counted = located(comparison)
    total = [sum(column) for column in zip(*counted.values(), strict=True)]
    rows = [(KIND_TITLES[kind], *map(str, counts)) for kind, counts in counted.items()]
    _print_counts(
        console, ("Definitions to summary", "locators", "resolve", "at another place"), [*rows, ("All", *map(str, total))]
    )
    console.print()
    parts = [(part.sentences, part.statements, part.not_statements, part.unclaimed) for part in comparison.parts]
    rows = [(part.title, *map(str, row)) for part, row in zip(comparison.parts, parts, strict=True)]
    every = ("All", *(str(sum(column)) for column in zip(*parts, strict=True)))
    head = ("Summary to definitions", "sentences and items", "statements", "not statements", "unclaimed")
    _print_counts(console, head, [*rows, every])
    console.print()
    for problem in problem_lines(comparison):
        for line in textwrap.wrap(problem, console.width, initial_indent="! ", subsequent_indent="  ", break_on_hyphens=False):
            console.print(shown_text(line))
    sentences = sum(part.sentences for part in comparison.parts)
    claimed = sentences - sum(part.unclaimed for part in comparison.parts)
    locators = share_text(total[1], total[0])
    console.print(shown_text(f"Locators that resolve: {locators}; sentences claimed: {share_text(claimed, sentences)}"))
    if total[2]:
        console.print(shown_text("Passages at another place: `pnet source drift FILE --update-locators` re-anchors them."))
    if missed := astray(definitions, comparison):
        console.print(shown_text(f"Links that do not lead to their passage: {len(missed)} ({enumerated(missed, most=3)})."))
        console.print(shown_text("`pnet source locate` prints locators with words for their links, link_from and link_to."))
    console.print(shown_text(dates_text(comparison)))


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, apart: bool = False) -> None:
    """Print rows under a head, the first column whole; `apart` puts a line between rows. Narrow terminals get a list."""
    _print_rows(_console(), head, [[shown_text(cell) for cell in row] for row in rows], apart=apart)


def _print_counts(console: Console, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of counts, of which the last sums up the others."""
    _print_rows(console, head, [[shown_text(cell) for cell in row] for row in rows], counts=True)


def _print_rows(
    console: Console, head: Sequence[str], rows: Sequence[Sequence[Text]], *, counts: bool = False, apart: bool = False
) -> None:
    if is_narrow():
        for first, *others in rows:
            console.print(first, style="bold")
            for title, cell in zip(head[1:], others, strict=True):
                console.print(Padding(Text.assemble(f"{title}: ", cell), (0, 0, 0, 2)))
        return
    table = Table(header_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_lines=apart)
    for number, title in enumerate(head):
        longest = max(len(word) for cell in (title, *(row[number].plain for row in rows)) for word in cell.split())
        table.add_column(title, justify="right" if counts and number else "left", overflow="fold", min_width=min(longest, 24))
    for number, row in enumerate(rows):
        table.add_row(*row, end_section=counts and number == len(rows) - 2)
    console.print(table)


def _console(file: IO[str] | None = None) -> Console:
    """Return a console as wide as the terminal, and `WIDTH` for a file or pipe."""
    return Console(file=file, width=terminal_columns() or WIDTH, highlight=False)

"""What a concordance says, in tables, in a picture, and as data; everywhere with the warning and the disclaimer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ...model.pathway import Definitions
from ...model.text import sentence_case, wrap
from ...model.wording import option_label
from ...views.diagrams.drawing import Page
from .bars import BarColumn, BarRow, bars_page
from .concordance import OUTCOME_WORDS, OUTCOMES, WARNING, Concordance, Counts, wilson
from .given import ELSEWHERE
from .pictures import shown_words, withheld_words
from .small_counts import NOBODY, WITHHELD, SmallCounts, total_of
from .standing import Outcome
from .tables import Table

COLORS: Final[Mapping[Outcome, str]] = {
    Outcome.LISTED: "#00694c",
    Outcome.NOT_LISTED: "#8a3568",
    Outcome.SILENT: "#e39a4a",
    Outcome.CANNOT_TELL: "#9db4c4",
}
_SHARES: Final = ("listed_share", "listed_low", "listed_high")
ELSEWHERE_WORDS: Final = "a treatment that the summary does not name"


def treatment_words(definitions: Definitions, treatment: str) -> str:
    """Return a treatment in words."""
    return ELSEWHERE_WORDS if treatment == ELSEWHERE else option_label(definitions, (treatment,), ())


def share_words(small: SmallCounts, counts: Counts) -> str:
    """Return which share was listed with its interval of 95 %; empty where a number is withheld, or there is none."""
    found = share(small, counts)
    return "" if found is None else "{:.1%} ({:.1%} to {:.1%})".format(*found)


def share(small: SmallCounts, counts: Counts) -> tuple[float, float, float] | None:
    """Return the share of what was listed among all that was given, and Wilson's interval of 95 %."""
    part, whole = small.shown(counts.get(Outcome.LISTED, NOBODY)), small.shown(total_of(counts.values()))
    return None if part is None or not whole else (part / whole, *wilson(part, whole))


def concordance_bars(definitions: Definitions, found: Concordance, small: SmallCounts) -> Page:
    """Return the picture: for each treatment that was given, a bar with its outcomes; the most given first."""
    columns = (BarColumn("given"), *(BarColumn(OUTCOME_WORDS[one], COLORS[one]) for one in OUTCOMES))
    rows = []
    for treatment, counts in by_number(found, small):
        total = total_of(counts.values())
        numbers = tuple(small.shown(counts[one]) for one in OUTCOMES)
        words = tuple(shown_words(small, one) for one in (total, *(counts[one] for one in OUTCOMES)))
        rows.append(BarRow(sentence_case(treatment_words(definitions, treatment)), numbers, words, small.shown(total)))
    title = "What was given, and what the summary lists"
    notes = (WARNING, withheld_words(small), definitions.source.disclaimer)
    return bars_page("cohort-concordance", title, "Given", columns, rows, notes)


def by_number(found: Concordance, small: SmallCounts) -> list[tuple[str, Counts]]:
    """Return the treatments with their counts, the most given first; those of which the number is withheld last, by name."""

    def order(one: tuple[str, Counts]) -> tuple[int, str]:
        return -(small.shown(total_of(one[1].values())) or 0), one[0]

    return sorted(found.treatments.items(), key=order)


def concordance_tables(definitions: Definitions, found: Concordance, small: SmallCounts) -> tuple[Table, ...]:
    """Return the tables: by treatment, by group, under other readings, and what could not be compared."""
    heads = ("Given", *(sentence_case(OUTCOME_WORDS[one]) for one in OUTCOMES), "Listed, with 95 % interval")

    def cells(counts: Counts) -> tuple[str, ...]:
        numbers = (total_of(counts.values()), *(counts.get(one, NOBODY) for one in OUTCOMES))
        return (*(shown_words(small, one) for one in numbers), share_words(small, counts))

    treatments = [(sentence_case(treatment_words(definitions, key)), *cells(counts)) for key, counts in by_number(found, small)]
    tables = [Table("By treatment", ("Treatment", *heads), (*treatments, ("All", *cells(found.total))))]
    if found.by:
        rows = tuple((" · ".join(key), *cells(counts)) for key, counts in found.groups.items())
        tables.append(Table(f"By {' and '.join(found.by)}", (" · ".join(map(sentence_case, found.by)), *heads), rows))
    if found.readings:
        rows = tuple((name, shown_words(small, found.changed(name)), *_under(found, small, name)) for name in found.readings)
        title = "If one sentence of the summary is read in another way"
        tables.append(Table(title, ("Reading", "Stand otherwise", *heads[1:-1]), rows))
    tables.append(Table("What is not in these tables", ("Of the patients", "Patients"), tuple(_left_out(found, small))))
    return tuple(tables)


def _under(found: Concordance, small: SmallCounts, name: str) -> tuple[str, ...]:
    """Return what stands under an alternative, by outcome; withheld where it would tell of few that stand otherwise."""
    if small.shown(found.changed(name)) is None:
        return (WITHHELD,) * len(OUTCOMES)
    return tuple(shown_words(small, count) for count in found.under(name).values())


def _left_out(found: Concordance, small: SmallCounts) -> Iterator[tuple[str, str]]:
    yield "nothing given", shown_words(small, found.nothing)
    for name, count in found.unmapped.items():
        yield f"'{name}' is no treatment of the summary and no name that was mapped", shown_words(small, count)


def concordance_text(definitions: Definitions, found: Concordance, small: SmallCounts) -> str:
    """Return a concordance as text."""
    lines = [*wrap("", WARNING), ""]
    for table in concordance_tables(definitions, found, small):
        widths = [max(len(row[place]) for row in (table.heads, *table.rows)) for place in range(len(table.heads))]
        lines.append(table.title)
        for row in (table.heads, *table.rows):
            first, *others = (
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            lines.append("  ".join((first, *others)).rstrip())
        lines.append("")
    lines += [*wrap("", withheld_words(small)), *wrap("", definitions.source.disclaimer)]
    return "\n".join(lines) + "\n"


def concordance_rows(found: Concordance, small: SmallCounts) -> Iterator[dict[str, Any]]:
    """Yield the rows of the data: what each is about, its counts (`None`: withheld), and the share that was listed."""

    def row(
        part: str, counts: Counts, treatment: str | None = None, key: tuple[str, ...] = (), reading: str = ""
    ) -> dict[str, Any]:
        head: dict[str, Any] = {
            "part": part,
            "treatment": treatment,
            **dict(zip(found.by, key or (None,) * len(found.by), strict=True)),
        }
        own = share(small, counts)
        numbers = {str(one): small.shown(counts.get(one, NOBODY)) for one in OUTCOMES}
        changed = small.shown(found.changed(reading)) if reading else None
        shares = dict(zip(_SHARES, own or (None,) * len(_SHARES), strict=True))
        given = small.shown(total_of(counts.values()))
        return {**head, "reading": reading or None, "given": given, **numbers, "stand_otherwise": changed, **shares}

    yield row("all", found.total)
    for treatment, counts in found.treatments.items():
        yield row("treatment", counts, treatment)
    for key, counts in found.groups.items():
        yield row("group", counts, key=key)
    for (key, treatment), counts in sorted(found.group_treatments.items()):
        yield row("treatment by group", counts, treatment, key)
    for name in found.readings:
        if small.shown(found.changed(name)) is None:
            nothing = dict.fromkeys(("treatment", *found.by, "given", *map(str, OUTCOMES), "stand_otherwise", *_SHARES))
            yield {"part": "reading", **nothing, "reading": name}
        else:
            yield row("reading", found.under(name), reading=name)


def concordance_data(definitions: Definitions, found: Concordance, small: SmallCounts) -> dict[str, Any]:
    """Return a concordance as data for JSON; a count that is withheld is null."""
    return {
        "warning": WARNING,
        "disclaimer": definitions.source.disclaimer,
        "definition_hash": definitions.content_hash,
        "readings_chosen": dict(definitions.readings_chosen),
        "min_cell": small.least,
        "patients": small.shown(found.patients),
        "nothing_given": small.shown(found.nothing),
        "unmapped": {name: small.shown(count) for name, count in found.unmapped.items()},
        "rows": list(concordance_rows(found, small)),
    }


def concordance_csv(definitions: Definitions, found: Concordance, small: SmallCounts) -> str:
    """Return a concordance as CSV; the last column says on each row what it is not. A count that is withheld is ``*``."""
    text = io.StringIO()
    note = f"{WARNING} {definitions.source.disclaimer}"
    left = [{"part": f"unmapped: {name}", "given": small.shown(count)} for name, count in found.unmapped.items()]
    rows = [*concordance_rows(found, small), {"part": "nothing given", "given": small.shown(found.nothing)}, *left]
    counts = {"given", *map(str, OUTCOMES)}
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*rows[0], "note"])
    for row in rows:
        shown = {key: WITHHELD if value is None and key in counts else value for key, value in row.items()}
        writer.writerow([*(shown.get(key, "") for key in rows[0]), note])
    return text.getvalue()

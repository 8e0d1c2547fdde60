"""What became of every mutant of a set of definitions: counts by kind, and each one that nothing caught."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import attrs

from ...model.text import counted


class Encodings(StrEnum):
    """What a mutant changes: one encoding (a slip), or graph and statements alike (a misreading)."""

    ONE = "one"
    BOTH = "both"


class MutantVerdict(StrEnum):
    """What became of a mutant: caught by one of three, the same in every answer, or not caught."""

    LOADER = "loader"
    AGREEMENT = "agreement"
    GOLDEN = "golden"
    EQUIVALENT = "equivalent"
    SURVIVED = "survived"


@attrs.frozen
class Mutant:
    """One mutant and its verdict. `by` names the golden answer that caught it, empty where none did."""

    kind: str
    where: str
    what: str
    encodings: Encodings
    verdict: MutantVerdict
    by: str = ""


@attrs.frozen
class MutationReport:
    """Every mutant with its verdict, in file order; `golden` counts the golden answers used."""

    mutants: tuple[Mutant, ...]
    golden: int

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The mutants that nothing caught although some answer differs."""
        return tuple(one for one in self.mutants if one.verdict is MutantVerdict.SURVIVED)

    @property
    def equivalent(self) -> tuple[Mutant, ...]:
        """The mutants that change no option and no gap of any scenario."""
        return tuple(one for one in self.mutants if one.verdict is MutantVerdict.EQUIVALENT)

    def counts(self) -> dict[tuple[str, Encodings], Counter[MutantVerdict]]:
        """Return how many mutants of each kind and encoding had each verdict, sorted by kind."""
        found: dict[tuple[str, Encodings], Counter[MutantVerdict]] = {}
        for one in self.mutants:
            found.setdefault((one.kind, one.encodings), Counter())[one.verdict] += 1
        return dict(sorted(found.items()))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data: the counts, and each survivor and equivalent mutant in full."""
        return {
            "mutants": len(self.mutants),
            "golden_answers": self.golden,
            "verdicts": {str(verdict): sum(one.verdict is verdict for one in self.mutants) for verdict in MutantVerdict},
            "kinds": [
                {"kind": kind, "encodings": str(encodings), **{str(verdict): found[verdict] for verdict in MutantVerdict}}
                for (kind, encodings), found in self.counts().items()
            ],
            "survivors": [_mutant_dict(one) for one in self.survivors],
            "equivalent": [_mutant_dict(one) for one in self.equivalent],
        }

    def to_text(self) -> str:
        """Return the report as plain text: the totals, a line for each kind, and the survivors with file and line."""
        width = max((len(kind) for kind, _ in self.counts()), default=4)
        lines = [
            self._summary(),
            "",
            f"{'kind':<{width}}  encodings  " + "  ".join(f"{verdict:>10}" for verdict in MutantVerdict),
        ]
        for (kind, encodings), found in self.counts().items():
            lines.append(f"{kind:<{width}}  {encodings:<9}  " + "  ".join(f"{found[verdict]:>10}" for verdict in MutantVerdict))
        return "\n".join([*lines, "", *self._survivor_lines(), _LEGEND]) + "\n"

    def to_markdown(self) -> str:
        """Return the report as Markdown."""
        lines = [
            "# Mutation testing of the definitions",
            "",
            self._summary(),
            "",
            f"| kind | encodings | {' | '.join(MutantVerdict)} |",
            f"|---|---|{'---:|' * len(MutantVerdict)}",
        ]
        for (kind, encodings), found in self.counts().items():
            lines.append(f"| {kind} | {encodings} | {' | '.join(str(found[verdict]) for verdict in MutantVerdict)} |")
        return "\n".join([*lines, "", *(f"- {line}" for line in self._survivor_lines()), "", _LEGEND]) + "\n"

    def _summary(self) -> str:
        total = Counter(one.verdict for one in self.mutants)
        killed = total[MutantVerdict.LOADER] + total[MutantVerdict.AGREEMENT] + total[MutantVerdict.GOLDEN]
        return (
            f"{counted(len(self.mutants), 'mutant')}: {killed:,} killed, {total[MutantVerdict.EQUIVALENT]:,} equivalent, "
            f"{total[MutantVerdict.SURVIVED]:,} survived ({counted(self.golden, 'golden answer')})."
        )

    def _survivor_lines(self) -> Iterator[str]:
        for one in self.survivors:
            yield f"survived: {one.where}: {one.kind} ({one.encodings}): {one.what}"


_LEGEND = (
    "encodings: 'one' changes the statements or the graph, 'both' both of them alike. loader, agreement, golden: what "
    "caught it. equivalent: no option and no gap differs in any scenario."
)


def _mutant_dict(mutant: Mutant) -> dict[str, str]:
    return {key: str(value) for key, value in attrs.asdict(mutant).items() if key not in {"verdict", "by"}}

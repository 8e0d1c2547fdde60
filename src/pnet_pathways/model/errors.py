"""Errors of the library: one base, and each error carries *all* the problems that were found.

The texts are part of the public interface: what is wrong, where, why, and what would be right.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Self

import attrs

from .claims import ClaimId

MOST_SHOWN: Final = 50
"""So many problems a message tells one by one; of the rest it says how many there are."""
_LONGEST: Final = 2000
_LONGEST_PLACE: Final = 400
_JOINERS: Final = "\u200c\u200d"
"""Signs without a width that some scripts and pictures are written with."""


def printable(text: str, *, lines: bool = False, most: int | None = None) -> str:
    """Return text that a terminal shows and does not obey: control signs, and those that turn or hide text, are escaped.

    With `lines` line feeds and tabs stay. What is longer than `most` is cut in its middle, where no place or name ends.
    """
    if most is not None and len(text) > most:
        half = most // 2
        text = f"{text[:half]}... ({len(text) - 2 * half:,} characters left out) ...{text[-half:]}"
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or _harmless(one, lines=lines) else _escaped(one) for one in text)


def _harmless(sign: str, *, lines: bool) -> bool:
    import unicodedata

    return sign in _JOINERS or unicodedata.category(sign) == "Zs" or (lines and sign in "\n\t")


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape", "backslashreplace").decode()


@attrs.frozen(order=True)
class Problem:
    """One thing that is wrong.

    `where` names the place (a key of a case, or ``file:line:column``), `message` what is wrong and why,
    `suggestion` what would be right (empty when there is nothing to suggest), `code` the claim of `pnet verify` that it
    breaks (`None` where it keeps a file from being read at all).
    """

    where: str
    message: str
    suggestion: str = ""
    code: ClaimId | None = attrs.field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        where = printable(self.where, most=_LONGEST_PLACE)
        message, suggestion = (printable(one, most=_LONGEST) for one in (self.message, self.suggestion))
        text = f"{where}: {message}" if where else message
        return f"{text} ({suggestion})" if suggestion else text


class PnetPathwaysError(Exception):
    """Base of every error that this library raises on purpose. What others wrote is escaped in its text."""

    def __str__(self) -> str:
        return printable(super().__str__(), most=_LONGEST)

    def at(self, place: str) -> Self:
        """Return the error with the place that it is about, such as a file, before its message."""
        return type(self)(f"{place}: {super().__str__()}")


class ProblemsError(PnetPathwaysError):
    """An error made of one or more problems."""

    one = "problem"
    many = "problems"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{count} {self.one if count == 1 else self.many}:"
        more = [f"  - and {count - MOST_SHOWN:,} more"] if count > MOST_SHOWN else []
        return "\n".join([head, *(f"  - {problem}" for problem in self.problems[:MOST_SHOWN]), *more])

    def at(self, place: str) -> Self:
        """Return the error with a place, such as a file, before that of each problem."""
        names = [": ".join(part for part in (place, one.where) if part) for one in self.problems]
        named = type(self).__new__(type(self))
        vars(named).update(vars(self))  # what a subclass holds beside them
        named.problems = tuple(attrs.evolve(one, where=name) for one, name in zip(self.problems, names, strict=True))
        return named


class CaseError(ProblemsError):
    """A case that cannot be read: a wrong key, value or type. `problems` holds all of them."""

    one = "problem in the case"
    many = "problems in the case"


class InconsistentCaseError(CaseError):
    """A case whose facts contradict each other; each problem names the facts and the rule."""

    one = "contradiction in the case"
    many = "contradictions in the case"


class DefinitionError(ProblemsError):
    """Pathway definitions that cannot be used; each problem names file, line and column."""

    one = "problem in the definitions"
    many = "problems in the definitions"


class WalkError(PnetPathwaysError):
    """A step that a walk or the care course does not allow, or a saved one that cannot be resumed."""


class RenderError(PnetPathwaysError):
    """A diagram that cannot be drawn: the layout engine is missing (the message says what to install) or refuses it."""


class SuiteError(PnetPathwaysError):
    """A suite, a sample or a file of scenarios that cannot be made: no such pathway, too few scenarios, no package for it."""


class SourceError(PnetPathwaysError):
    """A copy of the summary that cannot be used, or that does not hold what the definitions name."""


class ReadingError(ProblemsError):
    """Readings that cannot be chosen: there is no such reading, or it has no such alternative; `problems` holds all of them."""

    one = "problem with the chosen readings"
    many = "problems with the chosen readings"


class ReviewError(ProblemsError):
    """A record of reviews that cannot be made, or records that are damaged; each problem names the place."""

    one = "problem with the reviews"
    many = "problems with the reviews"


class NotApprovedError(ProblemsError):
    """Pathways that were required to be approved and are not; each problem names one, its status and what to do."""

    one = "pathway is not approved"
    many = "pathways are not approved"

    @property
    def pathways(self) -> tuple[str, ...]:
        """The names of the pathways that are not approved."""
        return tuple(problem.where for problem in self.problems)


class FhirError(ProblemsError):
    """FHIR resources that cannot be used; each problem names its FHIR path."""

    one = "problem in the FHIR resources"
    many = "problems in the FHIR resources"


class CohortError(ProblemsError):
    """A cohort that cannot be used: its tables, folder or mapping; each problem names the place."""

    one = "problem with the cohort"
    many = "problems with the cohort"


class PublicationError(ProblemsError):
    """FHIR artifacts that cannot be written: their address or folder cannot be used; each problem names which and why."""

    one = "problem with the publication"
    many = "problems with the publication"


class AuditError(PnetPathwaysError):
    """A record of an answer that cannot be used: it is none, it is damaged, or it was changed."""


def shown(value: object) -> str:
    """Return a value as it stands in a message, cut where it is long; whole numbers too long for Python are named so."""
    import reprlib

    try:
        return reprlib.repr(value) if isinstance(value, str) else repr(value)[:80]
    except ValueError:
        return "a number too long to show"
    except RecursionError:
        return "a value nested too deeply to show"


def suggest(given: object, allowed: Iterable[str]) -> str:
    """Return "did you mean 'x'?" for the nearest allowed name, or an empty string."""
    import difflib

    names = {name.casefold(): name for name in allowed}
    near = difflib.get_close_matches(shown(given).strip("'").casefold(), names, n=1, cutoff=0.6)
    return f"did you mean '{names[near[0]]}'?" if near else ""


def listed(names: Iterable[str]) -> str:
    """Return names as one comma-separated text, in the order given."""
    return ", ".join(str(name) for name in names)

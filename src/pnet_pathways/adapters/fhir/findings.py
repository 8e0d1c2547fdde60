"""What a reading of FHIR resources consists of: sources, what was found, suggested and left unmapped, and conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import attrs

from ...model.case import Case
from ...model.errors import Problem, ProblemsError
from ...model.pathway import Definitions
from ...model.values import Value, answer_name, plain
from .publication import Publication
from .responses import to_questionnaire_response


class Reason(StrEnum):
    """Why something in the resources became no fact, or only a suggestion."""

    NO_MAPPING = "no_mapping"
    TEXT_ONLY = "text_only"
    EDITION_UNKNOWN = "edition_unknown"
    ORGAN_NOT_SAID = "organ_not_said"
    TYPE_NOT_SAID = "type_not_said"
    ENTERED_IN_ERROR = "entered_in_error"
    REFUTED = "refuted"
    UNCONFIRMED = "unconfirmed"
    NOT_ACTIVE = "not_active"
    NOT_FINAL = "not_final"
    OTHER_SUBJECT = "other_subject"
    MODIFIER_NOT_UNDERSTOOD = "modifier_not_understood"
    IMPLICIT_RULES = "implicit_rules"
    ABSENT = "absent"
    NO_MEASURE_IN_SUMMARY = "no_measure_in_summary"
    NEEDS_JUDGEMENT = "needs_judgement"
    NOT_READ = "not_read"
    SUPERSEDED = "superseded"
    INCOMPLETE = "incomplete"

    @property
    def words(self) -> str:
        """The reason in words."""
        return _WORDS[self]


_WORDS = {
    Reason.NO_MAPPING: "the code map does not hold this code",
    Reason.TEXT_ONLY: "text without a code",
    Reason.EDITION_UNKNOWN: "the code's meaning depends on an edition that is not said",
    Reason.ORGAN_NOT_SAID: "it does not say which organ",
    Reason.TYPE_NOT_SAID: "it does not say which type of tumor",
    Reason.ENTERED_IN_ERROR: "entered in error",
    Reason.REFUTED: "refuted",
    Reason.UNCONFIRMED: "not confirmed",
    Reason.NOT_ACTIVE: "not active now",
    Reason.NOT_FINAL: "not final, or not done",
    Reason.OTHER_SUBJECT: "about somebody or something else",
    Reason.MODIFIER_NOT_UNDERSTOOD: "a modifier extension may change its meaning",
    Reason.IMPLICIT_RULES: "implicit rules may change its meaning",
    Reason.ABSENT: "no value",
    Reason.NO_MEASURE_IN_SUMMARY: "the document gives no measure to hold it against",
    Reason.NEEDS_JUDGEMENT: "a clinician must judge it",
    Reason.NOT_READ: "not read",
    Reason.SUPERSEDED: "a newer or stronger record took its place",
    Reason.INCOMPLETE: "something is missing in what was sent",
}


class Source(NamedTuple):
    """Where something stands: the resource (``Condition/c1``), the path in it, and the code with its row in the code map.

    `code_map` names the row, or the rule of reading; it is empty where a form of our own was answered.
    """

    resource: str
    path: str
    system: str = ""
    code: str = ""
    display: str = ""
    version: str = ""
    code_map: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the source as plain data; what is empty is left out."""
        return {key: value for key, value in self._asdict().items() if value}

    def __str__(self) -> str:
        return f"{self.resource} {self.path}"


@attrs.frozen
class Found:
    """A value that is certain, with everything that says so."""

    value: Value
    sources: tuple[Source, ...]


@attrs.frozen
class Suggestion:
    """A value that a clinician must confirm, why it is not certain, and everything that speaks for it."""

    fact: str
    value: Value
    reason: Reason
    sources: tuple[Source, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the suggestion as plain data."""
        sources = [source.to_dict() for source in self.sources]
        return {"fact": self.fact, "value": plain(self.value), "reason": self.reason.value, "sources": sources}


class Unmapped(NamedTuple):
    """Something in the resources that became no fact: where it stands, why, and what it says."""

    resource: str
    path: str
    reason: Reason
    text: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return it as plain data."""
        return {"resource": self.resource, "path": self.path, "reason": self.reason.value, "text": self.text}


@attrs.frozen
class Conflict:
    """Records that cannot all be true: each `fact` with a value and the source that says so, and why they clash."""

    said: tuple[tuple[str, Value | None, Source], ...]
    because: str

    @property
    def fact(self) -> str:
        """The fact that they disagree on, or the first of several that contradict each other."""
        return self.said[0][0]

    @property
    def values(self) -> tuple[Value | None, ...]:
        """The values, in the order of the sources; `None` where a record gives the fact no value, yet excludes the other."""
        return tuple(value for _, value, _ in self.said)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources, in the order of the values."""
        return tuple(source for _, _, source in self.said)

    @property
    def problem(self) -> Problem:
        """The conflict as a problem that names every source."""
        where = " and ".join(dict.fromkeys(source.resource for source in self.sources))
        return Problem(where, f"{'; '.join(map(_said, self.said))}: {self.because}")


def _said(one: tuple[str, Value | None, Source]) -> str:
    fact, value, source = one
    code = f" {source.code}" if source.code else ""
    display = f" “{source.display}”" if source.display else ""
    head = f"{fact} {answer_name(value)}" if value is not None else f"{fact} not so".strip()
    return f"{head} ({source}{code}{display})"


class ConflictingRecords(ProblemsError):  # noqa: N818 - it is the records that conflict
    """Records of one patient that cannot all be true. `conflicts` holds for each the fact, the values and their sources.

    `on_subject` is that of a reading.
    """

    one = "conflict between records"
    many = "conflicts between records"

    def __init__(self, conflicts: Iterable[Conflict], *, on_subject: bool = True) -> None:
        self.on_subject = on_subject
        self.conflicts = tuple(sorted(conflicts, key=lambda one: one.problem))
        super().__init__(one.problem for one in self.conflicts)


@attrs.frozen(eq=False)
class Reading:
    """What FHIR resources say of one patient, in the facts of the document.

    `case` holds the certain `facts` only. `suggested` is evidence that a clinician must confirm, `unmapped` everything else
    that was looked at, each with its reason. `complete` is false where something was not fetched: a search that
    failed, a page that follows. `patient` is a reference to the patient as it was sent, empty where nothing names one.
    `on_subject` says whether the patient is one whom the document is about: the type is said or suggested, a record says that
    there is such a tumor without its type, or a form of our own was answered.
    """

    definitions: Definitions = attrs.field(repr=False)
    case: Case
    facts: Mapping[str, Found]
    suggested: tuple[Suggestion, ...]
    unmapped: tuple[Unmapped, ...]
    patient: str = ""
    on_subject: bool = True

    @property
    def complete(self) -> bool:
        """Whether nothing is known to be missing in what was sent."""
        return not any(one.reason is Reason.INCOMPLETE for one in self.unmapped)

    def to_questionnaire_response(
        self, publication: Publication | None = None, *, subject: str = "", authored: str = ""
    ) -> dict[str, Any]:
        """Return the certain facts as the answered form of all facts; see `responses.to_questionnaire_response`."""
        return to_questionnaire_response(
            self.case, publication or Publication(self.definitions), subject=subject, authored=authored
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the reading as plain data for JSON."""
        return {
            "case": self.case.to_dict(),
            "facts": {
                name: {"value": plain(found.value), "sources": [source.to_dict() for source in found.sources]}
                for name, found in self.facts.items()
            },
            "suggested": [one.to_dict() for one in self.suggested],
            "unmapped": [one.to_dict() for one in self.unmapped],
            "complete": self.complete,
            "definitions": {"version": self.definitions.version, "hash": self.definitions.content_hash},
            "disclaimer": self.definitions.source.disclaimer,
        }

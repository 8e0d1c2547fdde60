"""Elements of FHIR resources with their types checked where they are read; every mistake is recorded with its FHIR path."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from ...model.errors import Problem, shown

_NAMES = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
_LATEST = datetime.max.replace(tzinfo=UTC)
_EARLIEST = datetime.min.replace(tzinfo=UTC)

Span = tuple[datetime, datetime]
"""The first and the last moment that a FHIR date can mean: ``2022`` is any time of that year."""


@attrs.define
class Elements:
    """Reads the elements of one resource after the other; `problems` are the mistakes in all of them.

    `place` is the path of the resource in the input, such as ``Bundle.entry[3].resource``.
    """

    problems: list[Problem] = attrs.field(factory=list)
    place: str = ""

    def problem(self, path: str, message: str, suggestion: str = "") -> None:
        """Record a mistake at a path in the resource."""
        where = f"{self.place}.{path}" if self.place and path else self.place or path
        self.problems.append(Problem(where, message, suggestion))

    def get(self, data: Mapping[str, Any], key: str, kind: type, within: str = "") -> Any:
        """Return a member of an object, `None` where it is absent, null or of the wrong kind."""
        value = data.get(key)
        if value is None or type(value) is kind:
            return value
        if kind is not bool and isinstance(value, kind):
            return value
        self.problem(f"{within}.{key}" if within else key, f"takes {_NAMES[kind]}, not {shown(value)}")
        return None

    def objects(self, data: Mapping[str, Any], key: str, within: str = "") -> list[tuple[str, dict[str, Any]]]:
        """Return each object of a list with its path."""
        if data.get(key) is None:
            return []
        start = f"{within}.{key}" if within else key
        found = []
        for number, item in enumerate(self.get(data, key, list, within) or ()):
            path = f"{start}[{number}]"
            if isinstance(item, dict):
                found.append((path, item))
            else:
                self.problem(path, f"takes an object, not {shown(item)}")
        return found

    def coding(self, data: Mapping[str, Any], path: str) -> tuple[str, str, str]:
        """Return system, code and display of a coding, empty where they are missing."""
        system, code, display = data.get("system", ""), data.get("code", ""), data.get("display", "")
        if type(system) is type(code) is type(display) is str:
            return system, code, display
        said = [self.get(data, key, str, path) or "" for key in ("system", "code", "display")]
        return said[0], said[1], said[2]

    def words(self, data: Mapping[str, Any], key: str, within: str = "") -> str:
        """Return the words of a concept: its text, or the display or code of its first coding; empty where it has none."""
        concept = self.get(data, key, dict, within)
        if concept is None:
            return ""
        path = f"{within}.{key}" if within else key
        said = [self.get(concept, "text", str, path)]
        for where, one in self.objects(concept, "coding", path):
            _, code, display = self.coding(one, where)
            said += [display, code]
        return next((one for one in said if one), "")

    def status(self, data: Mapping[str, Any], key: str, system: str) -> str | None:
        """Return the code of a status concept in its own code system.

        `None` where the concept is absent, ``?`` where it holds no code of that system, or several that differ.
        """
        concept = data.get(key)
        if concept is None:
            return None
        if type(concept) is not dict:
            self.get(data, key, dict)
            return "?"
        coding = concept.get("coding")
        if type(coding) is list and len(coding) == 1 and type(one := coding[0]) is dict and one.get("system") == system:
            # The plain form, first because every Condition has it twice.
            return (
                code if type(code := one.get("code")) is str and code else self.get(one, "code", str, f"{key}.coding[0]") or "?"
            )
        codes = set()
        for path, one in self.objects(concept, "coding", key):
            address, code, _ = self.coding(one, path)
            if address == system:
                codes.add(code)
        return codes.pop() if len(codes) == 1 else "?"

    def reference(self, data: Mapping[str, Any], key: str, within: str = "") -> str | None:
        """Return what a reference refers to: empty where it says it by other means than `reference`; `None` where absent."""
        value = data.get(key)
        if value is None:
            return None
        if type(value) is dict and type(found := value.get("reference")) is str:
            return found
        if self.get(data, key, dict, within) is None:
            return ""
        return self.get(value, "reference", str, f"{within}.{key}" if within else key) or ""

    def span(self, data: Mapping[str, Any], key: str, within: str = "") -> Span | None:
        """Return what a date, dateTime or instant can mean, `None` where it is absent."""
        text = self.get(data, key, str, within)
        if text is None:
            return None
        found = date_span(text)
        if found is None:
            self.problem(f"{within}.{key}" if within else key, f"is no date: {shown(text)}", "such as 2022-10-07")
        return found

    def effective(self, data: Mapping[str, Any]) -> Span | None:
        """Return when an observation was true: a moment, or the end of a period."""
        for key in ("effectiveDateTime", "effectiveInstant"):
            if key in data:
                return self.span(data, key)
        period = self.get(data, "effectivePeriod", dict)
        if period is None:
            return None
        key = "end" if "end" in period else "start"
        return self.span(period, key, "effectivePeriod")


def date_span(text: str) -> Span | None:
    """Return the first and last moment that a FHIR date can mean, `None` for text that is none.

    >>> [moment.isoformat() for moment in date_span("2022-02")]
    ['2022-02-01T00:00:00+00:00', '2022-02-28T23:59:59.999999+00:00']
    """
    try:
        if len(text) == 4 and text.isascii() and text.isdigit():
            start = datetime(int(text), 1, 1, tzinfo=UTC)
            return start, _before(start.replace(year=start.year + 1))
        if len(text) == 7:
            start = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
            return start, _before((start + timedelta(days=31)).replace(day=1))
        start = datetime.fromisoformat(text)
        if len(text) == 10:
            start = start.replace(tzinfo=UTC)
            return start, _before(start + timedelta(days=1))
        start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return start, start


def _before(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=1)


def newer(one: Span | None, other: Span | None) -> bool:
    """Whether a date is later than another whatever the two leave open; without a date nothing is."""
    return one is not None and other is not None and one[0] > other[1]

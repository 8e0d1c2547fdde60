"""Review forms: what a reviewer exported from the report page as one file, read with every problem at once.

A form holds a decision on each pathway that was reviewed, and a verdict on each of its items (`model.review_items`) and on each
reading on which one of them rests. It is bound to the definitions by their hash, and its `digest` shows an edited file.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import attrs

from ...model.errors import Problem, ReviewError, listed, shown, suggest
from ...model.hashing import portable_digest
from ...model.json_text import JsonTextError, read_json
from ...model.pathway import Definitions
from ...model.review_items import readings_to_review, review_items
from .author import date_problems, name_problems, text_problems

FORMAT: Final = "pnet_pathways review form 1"


class Decision(StrEnum):
    """What a reviewer decides on a pathway."""

    APPROVE = "approve"
    APPROVE_WITH_CHANGES = "approve_with_changes"
    DO_NOT_APPROVE = "do_not_approve"

    @property
    def text(self) -> str:
        """The decision as people write it."""
        return self.replace("_", " ")


class Verdict(StrEnum):
    """What a reviewer says of an item or a reading."""

    AGREE = "agree"
    CHANGE = "change"
    UNSURE = "unsure"


@attrs.frozen
class Remark:
    """A verdict, and the comment on it, which may be empty."""

    verdict: Verdict
    comment: str = ""

    @property
    def text(self) -> str:
        """Both as one text."""
        return f"{self.verdict}: {self.comment.strip()}" if self.comment.strip() else str(self.verdict)

    @property
    def worth_a_comment(self) -> bool:
        """Whether it says more than agreement."""
        return self.text != Verdict.AGREE


@attrs.frozen
class PathwayForm:
    """What a form says of one pathway, with a remark on each of its items by id."""

    decision: Decision
    items: Mapping[str, Remark]


@attrs.frozen(kw_only=True)
class Form:
    """A review form. `hash` is the content hash of the definitions that were reviewed, `version` their version."""

    version: str
    hash: str
    reviewer: str
    role: str
    date: str
    pathways: Mapping[str, PathwayForm]
    readings: Mapping[str, Remark]
    digest: str


def read_form(path: Path, today: datetime.date, definitions: Definitions | None = None) -> Form:
    """Read a form and check it, with `definitions` also that it is a whole review of them.

    Raises `ReviewError` with every problem, `OSError` where the file cannot be read.
    """
    try:
        data = read_json(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        message = f"this is not UTF-8 text (byte {error.start})"
        raise ReviewError([Problem(str(path), message, "export it anew from the report page")]) from None
    except JsonTextError as error:
        where = ", ".join(filter(None, [str(path), error.problem.where]))
        raise ReviewError([attrs.evolve(error.problem, where=where)]) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        given = f", but {shown(data['format'])}" if isinstance(data, dict) and "format" in data else ""
        message = f"this is not a review form: its format is not '{FORMAT}'{given}"
        raise ReviewError([Problem(str(path), message, "export it from the report page that pnet report builds")])
    reader = _Reader(str(path), today)
    form = reader.form(data)
    if definitions is not None:
        reader.check_definitions(form, definitions)
    reader.check_approvals(form, definitions)
    if reader.problems:
        raise ReviewError(reader.problems)
    return form


def read_forms(paths: Iterable[Path], today: datetime.date) -> list[Form]:
    """Read several forms. Raises what `read_form` raises, with the problems of all."""
    forms: list[Form] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            forms.append(read_form(path, today))
        except ReviewError as error:
            problems.extend(error.problems)
    if problems:
        raise ReviewError(problems)
    return forms


@attrs.define
class _Reader:
    """Reads a form's data and gathers the problems. What is wrong is read as something harmless, to go on to the rest."""

    file: str
    today: datetime.date
    problems: list[Problem] = attrs.field(factory=list)

    def form(self, data: dict[str, Any]) -> Form:
        """Return what the data says."""
        rest = {key: value for key, value in data.items() if key != "digest"}
        self._keys(data, ["format", "definitions", "reviewer", "pathways", "readings", "digest"])
        digest = self._text(data, "digest")
        if isinstance(data.get("digest"), str) and portable_digest(rest) != digest:
            message = "the file was changed after it was exported: its digest is not that of its content"
            self._add(message, "export it anew from the report page")
        of = self._object(data, "definitions", ["version", "hash"])
        by = self._object(data, "reviewer", ["name", "role", "date"])
        form = Form(
            version=self._text(of, "version", "definitions"),
            hash=self._text(of, "hash", "definitions"),
            reviewer=self._text(by, "name", "reviewer"),
            role=self._text(by, "role", "reviewer"),
            date=self._text(by, "date", "reviewer"),
            pathways={name: self._pathway(one, name) for name, one in self._object(data, "pathways").items()},
            readings={key: self._remark(one, key) for key, one in self._object(data, "readings").items()},
            digest=digest,
        )
        for key in ("name", "role"):
            if isinstance(by.get(key), str):
                self.problems += name_problems(self._place("reviewer", key), by[key])
        if isinstance(by.get("date"), str):
            self.problems += date_problems(self._place("reviewer", "date"), form.date, self.today)
        if data.get("pathways") == {}:
            self._add("no pathway has a decision", "decide on one at least", "pathways")
        return form

    def check_definitions(self, form: Form, definitions: Definitions) -> None:
        """Check that a form is a whole review of some definitions; what is in others says nothing of what is in these."""
        if form.hash != definitions.content_hash or form.version != definitions.version:
            theirs, ours = (
                f"version {one[0]}, hash {one[1][:12]}"
                for one in ((form.version, form.hash), (definitions.version, definitions.content_hash))
            )
            message = f"this review is of other definitions: {theirs}; these are {ours}"
            self._add(message, "build the report anew and review again", "definitions")
            return
        known = [name for name in form.pathways if name in definitions.pathways]
        for name in form.pathways:
            if name not in known:
                hint = suggest(name, definitions.pathways) or f"pathways: {listed(definitions.pathways)}"
                self._add("there is no such pathway", hint, name)
        for name in known:
            wanted = [one.id for one in review_items(definitions.pathways[name])]
            self._compare_ids(form.pathways[name].items, wanted, "item", name)
        wanted = [one.id for one in readings_to_review(definitions, known)]
        self._compare_ids(form.readings, wanted, "reading", "readings")

    def check_approvals(self, form: Form, definitions: Definitions | None) -> None:
        """Check that nothing is approved while something of it is to change, as far as it is known what it rests on."""
        for name, one in form.pathways.items():
            if one.decision is Decision.APPROVE:
                remarks = dict(one.items)
                if definitions is not None and name in definitions.pathways:
                    rests_on = [each.id for each in readings_to_review(definitions, [name])]
                    remarks.update({key: form.readings[key] for key in rests_on if key in form.readings})
                if changes := [key for key, remark in remarks.items() if remark.verdict is Verdict.CHANGE]:
                    message = f"it is approved while something is to change: {listed(changes)}"
                    self._add(message, f"decide {Decision.APPROVE_WITH_CHANGES} or {Decision.DO_NOT_APPROVE}", name)

    def _pathway(self, data: object, name: str) -> PathwayForm:
        if not isinstance(data, dict):
            self._add("takes an object", "", name)
            return PathwayForm(Decision.DO_NOT_APPROVE, {})
        self._keys(data, ["decision", "items"], name)
        items = self._object(data, "items", None, name)
        decision = self._one_of(data, "decision", Decision, name)
        remarks = {key: self._remark(one, name, key) for key, one in items.items()}
        return PathwayForm(Decision.DO_NOT_APPROVE if decision is None else Decision(decision), remarks)

    def _remark(self, data: object, *place: str) -> Remark:
        if not isinstance(data, dict):
            self._add("takes an object", "", *place)
            return Remark(Verdict.AGREE)
        self._keys(data, ["verdict", "comment"], *place)
        verdict = self._one_of(data, "verdict", Verdict, *place)
        comment = self._text(data, "comment", *place)
        self.problems += text_problems(self._place(*place, "comment"), comment)
        if verdict == Verdict.CHANGE and isinstance(data.get("comment"), str) and not comment.strip():
            self._add("'change' needs a comment", "say what should change", *place)
        return Remark(Verdict.AGREE if verdict is None else Verdict(verdict), comment)

    def _object(self, data: Mapping[str, Any], key: str, keys: list[str] | None = None, *place: str) -> Mapping[str, Any]:
        """Return the object under a key, with just some keys where they are given; an empty one where there is none."""
        found = data.get(key, {})
        if not isinstance(found, dict):
            self._add("takes an object", "", *place, key)
            return {}
        if keys is not None and key in data:
            self._keys(found, keys, *place, key)
        return found

    def _keys(self, data: Mapping[str, Any], keys: list[str], *place: str) -> None:
        for key in keys:
            if key not in data:
                self._add(f"the key '{key}' is missing", "", *place)
        for key in data:
            if key not in keys:
                self._add(f"there is no key {shown(key)} here", suggest(key, keys) or f"keys: {listed(keys)}", *place)

    def _text(self, data: Mapping[str, Any], key: str, *place: str) -> str:
        value = data.get(key, "")
        if not isinstance(value, str):
            self._add(f"takes text, not {shown(value)}", "", *place, key)
            return ""
        return value

    def _one_of(self, data: Mapping[str, Any], key: str, allowed: type[StrEnum], *place: str) -> str | None:
        value = data.get(key)
        if isinstance(value, str) and value in list(allowed):
            return value
        if key in data:
            self._add(f"{shown(value)} is not one of: {listed(allowed)}", "", *place, key)
        return None

    def _compare_ids(self, given: Iterable[str], wanted: list[str], what: str, *place: str) -> None:
        for key in wanted:
            if key not in given:
                self._add(f"this {what} is missing", "review all of them", *place, key)
        for key in given:
            if key not in wanted:
                self._add(f"there is no such {what} to review", suggest(key, wanted), *place, key)

    def _place(self, *place: str) -> str:
        return ", ".join([self.file, *place])

    def _add(self, message: str, suggestion: str, *place: str) -> None:
        self.problems.append(Problem(self._place(*place), message, suggestion))

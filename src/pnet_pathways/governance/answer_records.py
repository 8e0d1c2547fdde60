"""Records of answers: what was asked, what was answered and from which definitions, so that it can be shown later.

A record holds the case, which says nothing about who the patient is, and no time but the one that the caller gives. Its hash
finds accidents and careless edits; whoever edits with care can make a new one, so keep records where nobody can.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from ..engine.answer import Recommendation
from ..engine.recommend import recommend
from ..loading.folder import given_definitions
from ..model.errors import AuditError, CaseError, ReadingError, shown
from ..model.hashing import digest
from ..model.json_text import read_json
from ..model.pathway import Definitions
from ..model.text import INSTANT_HINT, instant
from ..model.version import library_version
from ..model.wording import joined
from .difference.places import data_differences

FORMAT: Final = "pnet_pathways answer 1"
_KEYS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "format": str,
    "library": str,
    "definition": dict,
    "at": (str, type(None)),
    "case": dict,
    "answer": dict,
    "hash": str,
}
Data = Mapping[str, Any]


@attrs.frozen
class Replay:
    """A record's case answered anew. `changed` says in words what differs in the answer, and is empty where it is reproduced.

    `answer` is `None` where the library takes the case no longer; `library` says which version answered then and now, where
    it is another.
    """

    record: Data = attrs.field(repr=False)
    answer: Recommendation | None = attrs.field(repr=False)
    library: str
    changed: tuple[str, ...]

    @property
    def reproduced(self) -> bool:
        """Whether the answer is the recorded one, to the byte."""
        return not self.changed

    @property
    def same_options(self) -> bool:
        """Whether options and gaps are the recorded ones, whatever else differs."""
        if self.answer is None:
            return False
        then, now = self.record["answer"], self.answer.to_dict()
        return _written([then["options"], then["gaps"]]) == _written([now["options"], now["gaps"]])


def audit_record(answer: Recommendation, at: str | None = None) -> dict[str, Any]:
    """Return the record of an answer as plain data, for `replay`.

    `at` is the time of the answer as RFC 3339 writes it, with its zone (``2026-11-23T10:00:00Z``); it is kept in UTC, and the
    clock is never read. Raises `AuditError` where it is no such time.

    >>> from pnet_pathways import recommend
    >>> record = audit_record(recommend({"tumor_type": "vipoma"}), at="2026-11-23T10:00:00Z")
    >>> replay(record).reproduced
    True
    """
    given: object = answer
    if not isinstance(given, Recommendation):
        raise AuditError(f"a record is made of an answer (Recommendation), not of {shown(given)}")
    moment = instant(at) if isinstance(at, str) else None
    if at is not None and moment is None:
        raise AuditError(f"{shown(at)} is not a time with its zone; {INSTANT_HINT}")
    definitions = answer.definitions
    body = {
        "format": FORMAT,
        "library": library_version(),
        "definition": {"version": definitions.version, "hash": definitions.content_hash},
        "at": moment,
        "case": answer.case.to_dict(),
        "answer": answer.to_dict(),
    }
    return {**body, "hash": digest(body)}


def read_record(path: Path) -> dict[str, Any]:
    """Read a record from a file. Raises `AuditError` where it is none, and `OSError` where it cannot be read."""
    try:
        data = read_json(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise AuditError(f"{path}: this is not a record of an answer: it is not UTF-8 text (byte {error.start})") from None
    except ValueError as error:
        raise AuditError(f"{path}: this is not a record of an answer: {error}") from None
    try:
        return dict(_checked(data))
    except AuditError as error:
        raise AuditError(f"{path}: {error}") from None


def replay(record: Data, definitions: Definitions | None = None) -> Replay:
    """Answer the case of a record anew and say what changed.

    `definitions` are the project's own by default. Raises `AuditError` where this is not a record, or where it was changed
    since it was made.
    """
    recorded = _checked(record)
    try:
        return _replay(recorded, given_definitions(definitions))
    except (KeyError, TypeError, AttributeError) as error:
        raise AuditError(f"this record of an answer is damaged: it does not hold an answer ({error!r})") from None


def _replay(recorded: Data, definitions: Definitions) -> Replay:
    library = "" if recorded["library"] == library_version() else f"{recorded['library']} then, {library_version()} now"
    try:
        answer = recommend(recorded["case"], definitions, readings=recorded["answer"].get("readings_chosen"))
    except CaseError as error:
        return Replay(recorded, None, library, (f"this version of the library does not take the case: {error}",))
    except ReadingError as error:
        return Replay(recorded, None, library, (f"these definitions do not hold the alternatives that were chosen: {error}",))
    old, new = recorded["answer"], answer.to_dict()
    if _written(old) == _written(new):
        return Replay(recorded, answer, library, ())
    # That 1 is not true, for example, is no difference in words.
    return Replay(recorded, answer, library, tuple(answer_differences(old, new)) or ("it is written in another way",))


def answer_differences(old: Data, new: Data) -> Iterator[str]:
    """Yield in words what differs between two answers as plain data: options and gaps first, then everything else."""
    yield from _entries("option", old["options"], new["options"], _option)
    yield from _entries("gap", old["gaps"], new["gaps"], _gap)
    yield from _paths(old["trace"], new["trace"])
    for key in dict.fromkeys([*old, *new]):
        if key not in {"options", "gaps", "trace"}:
            for place in data_differences(key, old.get(key), new.get(key)):
                yield f"{place.path}: {_shown(place.before)} then, {_shown(place.after)} now"


def _checked(data: object) -> Data:
    """Return a record. Raises `AuditError` where the data is none, or not as it was made."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise AuditError(f"this is not a record of an answer of the format '{FORMAT}'")
    wrong = [key for key, kind in _KEYS.items() if not isinstance(data.get(key, Ellipsis), kind)]
    wrong += [str(key) for key in data if key not in _KEYS]
    if wrong:
        raise AuditError(f"this record of an answer is damaged: {', '.join(wrong)} is missing, of the wrong kind or unknown")
    try:
        own = digest({key: value for key, value in data.items() if key != "hash"})
    except (TypeError, ValueError, RecursionError):
        raise AuditError("this record of an answer is damaged: it holds what is no JSON") from None
    if own != data["hash"]:
        raise AuditError("this record of an answer was changed since it was made: its hash is not that of its content")
    return data


def _written(data: object) -> str:
    return json.dumps(data, sort_keys=True)


def _option(option: Data) -> str:
    given = joined(option["treatments"], " and ", option["optional"], " and with or without ")
    return f"{given} [{option['statement']}]"


def _gap(gap: Data) -> str:
    return f"{gap['track']}, {gap['message']}"


def _entries(kind: str, old: Sequence[Data], new: Sequence[Data], key: Callable[[Data], str]) -> Iterator[str]:
    was, now = {key(one): one for one in old}, {key(one): one for one in new}
    for name in was:
        if name not in now:
            yield f"{kind} no longer given: {name}"
    for name, entry in now.items():
        if name not in was:
            yield f"{kind} given now and not then: {name}"
            continue
        for place in data_differences("", was[name], entry):
            yield f"{kind} {name}, {place.path}: {_shown(place.before)} then, {_shown(place.after)} now"
    if was.keys() == now.keys() and list(was) != list(now):
        yield f"the {kind}s are in another order"


def _paths(old: Sequence[Data], new: Sequence[Data]) -> Iterator[str]:
    was, now = _tracks(old), _tracks(new)
    for name in dict.fromkeys([*was, *now]):
        if was.get(name) != now.get(name):
            yield f"path through {name}: {was.get(name, 'none')} then, {now.get(name, 'none')} now"


def _tracks(trace: Sequence[Data]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for step in trace:
        said = step["leaf"] if "leaf" in step else f"{step['asks']} {step['answer'] or 'open'}"
        found.setdefault(f"{step['pathway']}.{step['track']}", []).append(f"{step['state']} ({said})")
    return {name: " > ".join(steps) for name, steps in found.items()}


def _shown(text: str) -> str:
    return text or "nothing"

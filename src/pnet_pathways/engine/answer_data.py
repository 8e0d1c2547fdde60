"""The parts of an answer as the JSON contract has them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs

from ..model.pathway import Definitions
from ..model.values import plain
from .answer_parts import AlternativeAnswer, EitherWay, Gap, OfferedOption
from .tables import Step

if TYPE_CHECKING:
    from ..model.reference import Locator
    from .nearest import NearestStatement


def review_dict(definitions: Definitions, names: Iterable[str]) -> dict[str, Any]:
    """Return what the reviews say of some pathways, as an answer carries it."""
    return {name: definitions.review(name).to_dict() for name in names}


def source_dict(definitions: Definitions) -> dict[str, Any]:
    """Return the source as an answer carries it."""
    source = definitions.source
    return {
        "title": source.title,
        "publisher": source.publisher,
        "updated": source.updated,
        "url": source.url,
        "definition_version": definitions.version,
        "definition_hash": definitions.content_hash,
    }


def locator_dict(locator: Locator) -> dict[str, Any]:
    """Return a locator as plain data; the words that its link has are no part of the contract."""
    return attrs.asdict(locator, filter=lambda field, _: not field.name.startswith("link_"))


def option_dict(option: OfferedOption) -> dict[str, Any]:
    """Return an option as the JSON contract has it."""
    return _fields(option)


def either_way_dict(one: EitherWay) -> dict[str, Any]:
    """Return what applies either way as the JSON contract has it."""
    return _fields(one)


def _fields(one: attrs.AttrsInstance) -> dict[str, Any]:
    return {key: _plain(value) for key, value in attrs.asdict(one, recurse=False).items()}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, StrEnum) else value


def gap_dict(gap: Gap) -> dict[str, Any]:
    """Return a gap as the JSON contract has it."""
    return {
        "track": gap.track,
        "kind": str(gap.kind),
        "message": gap.message,
        "certainty": str(gap.certainty),
        "depends_on": list(gap.depends_on),
        "readings": list(gap.readings),
        "nearest": [nearest_dict(near) for near in gap.nearest],
    }


def nearest_dict(near: NearestStatement) -> dict[str, Any]:
    """Return what comes nearest to applying in a gap as the JSON contract has it."""
    return {
        "statement": near.statement,
        "any_one": near.any_one,
        "differs": [
            {
                "fact": one.fact,
                "is": None if one.value is None else plain(one.value),
                "needs": [plain(value) for value in one.needs],
            }
            for one in near.differs
        ],
    }


def alternative_dict(one: AlternativeAnswer) -> dict[str, Any]:
    """Return what an alternative would change as the JSON contract has it."""
    return {
        "reading": one.reading,
        "alternative": one.alternative,
        "text": one.text,
        "words": dict(one.words),
        "options_added": [_option_brief(option) for option in one.options_added],
        "options_removed": [_option_brief(option) for option in one.options_removed],
        "options_changed": [
            {
                **_option_key(change.option),
                **{field: {"from": _plain(was), "to": _plain(now)} for field, (was, now) in change.fields.items()},
            }
            for change in one.options_changed
        ],
        "gaps_added": [_gap_brief(gap) for gap in one.gaps_added],
        "gaps_removed": [_gap_brief(gap) for gap in one.gaps_removed],
        "gaps_changed": [
            {"track": gap.track, "kind": str(gap.kind), "certainty": {"from": str(gap.certainty), "to": str(now)}}
            for gap, now in one.gaps_changed
        ],
    }


def _option_key(option: OfferedOption) -> dict[str, Any]:
    return {"statement": option.statement, "item": option.item, "track": option.track, "treatments": list(option.treatments)}


def _option_brief(option: OfferedOption) -> dict[str, Any]:
    fields = ("optional", "strength", "certainty", "intent", "choice", "label")
    return _option_key(option) | {name: _plain(getattr(option, name)) for name in fields}


def _gap_brief(gap: Gap) -> dict[str, Any]:
    return {"track": gap.track, "kind": str(gap.kind), "message": gap.message, "certainty": str(gap.certainty)}


def step_dict(step: Step) -> dict[str, Any]:
    """Return a step of the trace as the JSON contract has it."""
    head = {"pathway": step.pathway, "track": step.track, "state": step.state}
    return {**head, "leaf": str(step.leaf)} if step.leaf else {**head, "asks": step.fact, "answer": step.answer}


def statement_dict(definitions: Definitions, identifier: str) -> dict[str, Any]:
    """Return what an answer says of a statement: its pathway, label and places in the summary."""
    statement = definitions.statement(identifier)
    return {
        "pathway": statement.pathway,
        "label": statement.label,
        "locators": [locator_dict(locator) for locator in statement.locators],
    }


def comparable(data: Mapping[str, Any]) -> dict[str, str]:
    """Return an answer's data as JSON text by key, without what reviews say and without passages that were added."""
    source = {key: value for key, value in data["source"].items() if key != "review"}
    statements = {
        key: {name: value for name, value in one.items() if name != "passages"} for key, one in data["statements"].items()
    }
    whole = {**data, "source": source, "statements": statements}
    return {key: json.dumps(value, sort_keys=True) for key, value in whole.items()}

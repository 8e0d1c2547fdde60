"""What definitions say, apart from comments, layout and an order that means nothing: of a whole folder, and of one pathway.

A review of a pathway covers its own file and what its diagrams and answers show of the shared ones. Neither another
pathway nor work-up, background or care course is part of that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..model.condition_data import condition_from
from ..model.conditions import facts_of
from ..model.pathway import Option, Pathway
from ..model.reference import AnswerTrack, Locator
from ..model.vocabulary import Vocabulary
from .agreement import reads
from .canonical import meaning_digest, sorted_data
from .vocabulary import plain_facts

Files = Mapping[str, Any]
"""Plain data by file name, as read from a folder of definitions."""


def content_hash(files: Files) -> str:
    """Return the SHA-256 of what a folder of definitions means."""
    return meaning_digest(files)


def reviewed_hash(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a review of a pathway covers."""
    return meaning_digest(content)


def sorted_files(files: Files) -> dict[str, Any]:
    """Return the files with the keys of every mapping sorted, but where their order has a meaning."""
    return {name: sorted_data(files[name]) for name in sorted(files)}


def reviewed_content(
    pathway: Pathway, files: Files, groups: Mapping[str, AnswerTrack], vocabulary: Vocabulary
) -> dict[str, Any]:
    """Return what a review of a pathway covers, as plain data.

    Its file; the types that lead to it (for one that holds for every type: which are in scope); wording of its
    facts and of those that rules tie to them; its treatments, tracks and sections; its readings, and those with an
    alternative that rewrites one of its statements; the source and what it raises for everyone. Where in the summary a
    passage stands is no part of it, but for the order of tracks that follows.
    """
    entry, source, own = files["entry.yaml"], files["source.yaml"], files[f"{pathway.name}.yaml"]
    common = pathway.name in entry.get("common", ())
    types = {key: spec for key, spec in entry["types"].items() if spec.get("pathway") == pathway.name}
    in_scope = [key for key, spec in entry["types"].items() if spec.get("pathway") is not None]
    always = entry.get("readings") or {}
    facts, used = plain_facts(files["facts.yaml"]), _facts(pathway, groups, vocabulary)
    treatments = _only(files["treatments.yaml"]["treatments"], _treatments(pathway))
    readings = {*_readings(pathway), *(one for spec in types.values() for one in spec.get("readings", ()))}
    readings.update(one for ids in always.values() for one in ids)
    recorded = _only(files["readings.yaml"]["readings"], readings | _rewriting(files["readings.yaml"]["readings"], pathway))
    tracks = {track.group for track in pathway.tracks.values()}
    content = {
        "pathway": own,
        "text_order": _text_order(pathway),
        "types": types,
        "common": sorted(in_scope) if common else None,
        "type_answers": _only(facts[vocabulary.entry]["answers"], types),
        "facts": _only(facts, used),
        "rules": [
            rule
            for rule in files["facts.yaml"].get("rules", ())
            if set(facts_of(condition_from(rule["never"], vocabulary))) & set(used)
        ],
        "treatments": treatments,
        "readings": recorded,
        "always_readings": always,
        "tracks": _only(entry["tracks"], tracks),
        "source": source["source"],
        "sections": _only(source["sections"], {own["section"], *_sections([own, treatments, recorded, source["advice"]])}),
        "advice": source["advice"],
    }
    return {key: _without_places(value) for key, value in content.items()}


def _text_order(pathway: Pathway) -> list[str]:
    """Return the names of the tracks by where the summary comes to speak of each: the order within an answer's track."""
    starts = {
        name: min(
            (locator.start for option, _, _ in pathway.placed_in(name) for locator in _locators(pathway, option)), default=0
        )
        for name in pathway.tracks
    }
    return sorted(starts, key=starts.__getitem__)


def _locators(pathway: Pathway, option: Option) -> tuple[Locator, ...]:
    return pathway.statement(option.statement).locators


def _is_locator(data: Mapping[str, Any]) -> bool:
    # A mapping of states may have this key too, but not with a text.
    return isinstance(data.get("sha256"), str)


def _without_places(data: object) -> object:
    """Return data with locators that say which words they mean, and not where these stand."""
    if isinstance(data, dict):
        left = {"start", "end", "link_from", "link_to"} if _is_locator(data) else set()
        return {key: _without_places(value) for key, value in data.items() if key not in left}
    return [_without_places(item) for item in data] if isinstance(data, list) else data


def _only(data: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key in keys}


def _facts(pathway: Pathway, groups: Mapping[str, AnswerTrack], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the facts that the pathway's tracks read, and those that rules tie to them."""
    return vocabulary.linked({fact for track in pathway.tracks.values() for fact in reads(pathway, track, groups[track.group])})


def _treatments(pathway: Pathway) -> set[str]:
    options = [option for statement in pathway.statements for option in statement.options]
    return {one for option in options for one in (*option.treatments, *option.optional)}


def _readings(pathway: Pathway) -> set[str]:
    given = [statement.readings for statement in pathway.statements]
    given += [option.readings for statement in pathway.statements for option in statement.options]
    given += [leaf.readings for track in pathway.tracks.values() for leaf in track.leaves]
    return {one for readings in given for one in readings}


def _rewriting(readings: Mapping[str, Any], pathway: Pathway) -> set[str]:
    """Return the readings with an alternative that rewrites a statement of the pathway."""
    own = {statement.id for statement in pathway.statements}

    def named(alternative: Mapping[str, Any]) -> set[str]:
        parts = [alternative, *alternative.get("together", ())]
        return {statement["id"] for part in parts for statement in part["statements"]}

    return {key for key, spec in readings.items() if any(own & named(one) for one in spec.get("alternatives", {}).values())}


def _sections(data: object) -> Iterator[str]:
    """Yield the section of every locator in some data."""
    if isinstance(data, dict):
        if _is_locator(data):
            yield data["section"]
        for value in data.values():
            yield from _sections(value)
    elif isinstance(data, list):
        for value in data:
            yield from _sections(value)

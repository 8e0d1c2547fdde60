"""Lists of pathways and facts, as data and as text for people."""

from __future__ import annotations

from typing import Any

from ..model.conditions import ALWAYS, facts_of
from ..model.facts import Fact
from ..model.pathway import Definitions, Leaf, Pathway, Question, Statement
from ..model.scenario_rows import LeafKind
from ..model.text import NO_PASSAGES, Passages, counted, locator_text, passage_lines, wrap
from ..model.values import answer_name, plain
from ..model.vocabulary import Vocabulary
from ..model.wording import in_brackets, offer_of, option_notes, reading_marks


def pathways_data(definitions: Definitions) -> dict[str, Any]:
    """Return the list of pathways."""
    from ..engine.answer import source_dict

    return {
        "pathways": [
            {
                "name": pathway.name,
                "title": pathway.title,
                "version": pathway.version,
                "section": pathway.section,
                "types": list(definitions.entry.types_of(pathway.name)),
                "common": pathway.name in definitions.entry.common,
                "statements": len(pathway.statements),
                "tracks": list(pathway.tracks),
                "gaps": len(_gap_leaves(pathway)) + len(pathway.combinations),
                "review": definitions.review(pathway.name).to_dict(),
            }
            for pathway in definitions.pathways.values()
        ],
        "out_of_scope": {key: entry.note for key, entry in definitions.entry.types.items() if entry.pathway is None},
        "source": source_dict(definitions),
        "disclaimer": definitions.source.disclaimer,
    }


def _gap_leaves(pathway: Pathway) -> list[tuple[str, Leaf]]:
    """Return the leaves that name a gap, each with its track."""
    return [(track.name, leaf) for track in pathway.tracks.values() for leaf in track.leaves if leaf.kind is LeafKind.GAP]


def pathway_data(definitions: Definitions, name: str) -> dict[str, Any]:
    """Return one pathway: statements with their conditions in words, tracks, gaps."""
    from ..engine.answer import source_dict

    pathway = definitions.pathways[name]
    return {
        "name": pathway.name,
        "title": pathway.title,
        "version": pathway.version,
        "section": pathway.section,
        "review": definitions.review(name).to_dict(),
        "statements": [_statement_data(definitions, statement) for statement in pathway.statements],
        "tracks": {track.name: _track_data(pathway, track.name) for track in pathway.tracks.values()},
        "combinations": [
            {"track": one.track, "when": one.when.to_data(), "message": one.message, "readings": list(one.readings)}
            for one in pathway.combinations
        ],
        "source": source_dict(definitions),
        "disclaimer": definitions.source.disclaimer,
    }


def _statement_data(definitions: Definitions, statement: Statement) -> dict[str, Any]:
    from ..engine.answer import locator_dict

    return {
        "id": statement.id,
        "label": statement.label,
        "tracks": [track for track, _ in statement.placements],
        "condition": statement.condition.describe(definitions.words),
        "when": statement.condition.to_data(),
        "options": [
            {
                "treatments": list(option.treatments),
                "optional": list(option.optional),
                "strength": str(option.strength),
                "requires": option.requires.to_data(),
                "intent": option.intent,
                "choice": option.choice,
                "item": option.item,
                "readings": list(option.readings),
            }
            for option in statement.options
        ],
        "readings": list(statement.readings),
        "locators": [locator_dict(locator) for locator in statement.locators],
    }


def _track_data(pathway: Pathway, name: str) -> dict[str, Any]:
    track = pathway.tracks[name]
    states: dict[str, Any] = {}
    for state in track.states.values():
        if isinstance(state, Question):
            answers = {answer.name: answer.target for answer in state.answers}
            states[state.name] = {"asks": state.asks, "answers": answers}
        else:
            offers = [
                f"{identifier}: {offer_of(pathway.statement(identifier).options[number])}"
                for identifier, number in state.offers
            ]
            states[state.name] = {
                "leaf": str(state.kind),
                "offers": offers,
                "message": state.message,
                "readings": list(state.readings),
                "combination": state.combination,
            }
    return {"title": track.title, "start": track.start, "states": states}


def facts_data(definitions: Definitions) -> dict[str, Any]:
    """Return every fact and group with its question, help and values, and when it applies and why."""
    vocabulary = definitions.vocabulary
    return {
        key: _group_data(vocabulary, key) if key in vocabulary.groups else _fact_data(vocabulary, key)
        for key in vocabulary.keys
    }


def _fact_data(vocabulary: Vocabulary, name: str) -> dict[str, Any]:
    fact = vocabulary.facts[name]
    data: dict[str, Any] = {
        "kind": str(fact.kind),
        "label": fact.label,
        "question": fact.question,
        "help": fact.help,
        "values": [plain(value) for value in fact.values],
        "answers": {answer: text.label for answer, text in fact.texts.items()},
    }
    if fact.limits:
        data |= {"limits": list(fact.limits), "unit": fact.unit}
    if fact.applies_when != ALWAYS:
        data |= {
            "applies_when": fact.applies_when.to_data(),
            "otherwise": plain(fact.otherwise),
            "because": _because(vocabulary, fact),
        }
    return data


def _because(vocabulary: Vocabulary, fact: Fact) -> str:
    """Return why a fact does not always apply: the reason of the first rule that ties it to what it depends on."""
    about = {*facts_of(fact.applies_when), fact.name}
    return next((rule.because for rule in vocabulary.rules if set(rule.about) == about), "")


def _group_data(vocabulary: Vocabulary, name: str) -> dict[str, Any]:
    group = vocabulary.groups[name]
    return {
        "kind": "group",
        "label": group.label,
        "question": group.question,
        "help": group.help,
        "members": {member: _fact_data(vocabulary, fact) for member, fact in group.named_facts},
        "none": group.none.label,
    }


def print_pathways(definitions: Definitions) -> None:
    """Print the list of pathways."""
    from .common import tell
    from .tables import print_table

    rows = []
    for row in pathways_data(definitions)["pathways"]:
        types = "every type" if row["common"] else ", ".join(row["types"])
        rows.append((row["name"], row["title"], types, str(row["statements"]), str(len(row["tracks"])), str(row["gaps"])))
    print_table(("pathway", "title", "types", "statements", "tracks", "gaps"), rows)
    for key, entry in definitions.entry.types.items():
        if entry.pathway is None:
            tell("\n".join(wrap("", f"{key}: out of scope. {entry.note}")), nl=True)
    tell("\n".join(wrap("", definitions.source.disclaimer)), nl=True)


def print_facts(definitions: Definitions) -> None:
    """Print every fact with its question and values."""
    from .tables import print_table

    vocabulary = definitions.vocabulary
    rows = []
    for key in vocabulary.keys:
        asked = "\n".join(filter(None, (vocabulary.question(key), vocabulary.help(key), _applies(definitions, key))))
        rows.append((key, asked, _values(vocabulary, key)))
    print_table(("fact", "question", "values"), rows, apart=True)


def _values(vocabulary: Vocabulary, key: str) -> str:
    if key in vocabulary.groups:
        return f"a list from {', '.join(vocabulary.groups[key].members)}"
    fact = vocabulary.facts[key]
    if fact.is_boolean:
        return "true, false"
    if fact.limits:
        bands = ", ".join(f"{answer} ({fact.band(answer)})" for answer in fact.answers)
        return f"a number{f' in {fact.unit}' if fact.unit else ''}, or {bands}"
    return ", ".join(fact.answers)


def _applies(definitions: Definitions, key: str) -> str:
    fact = definitions.vocabulary.facts[definitions.vocabulary.facts_of(key)[0]]
    if fact.applies_when == ALWAYS:
        return ""
    otherwise = "" if fact.may_not_apply else f"; otherwise {answer_name(fact.otherwise)}"
    because = _because(definitions.vocabulary, fact)
    return f"Applies when: {fact.applies_when.describe(definitions.words)}{otherwise} ({because})."


def pathway_text(definitions: Definitions, name: str, passages: Passages = NO_PASSAGES) -> str:
    """Return one pathway's statements, tracks and gaps as text, with the statements' verbatim passages where given."""
    pathway = definitions.pathways[name]
    lines = [f"{pathway.title} ({pathway.name} {pathway.version}), section: {pathway.section}"]
    lines += [*wrap("Review: ", definitions.review(name).words), "", "Statements"]
    for statement in pathway.statements:
        tracks = " and ".join(track for track, _ in statement.placements)
        lines.append(f"  {statement.id}  {statement.label} [{tracks}]")
        lines.extend(wrap("      when: ", statement.condition.describe(definitions.words)))
        for option in statement.options:
            lines.extend(wrap("      - ", offer_of(option) + in_brackets(option_notes(definitions, option))))
        readings = dict.fromkeys([*statement.readings, *(key for option in statement.options for key in option.readings)])
        if readings:
            lines.append(f"      readings: {', '.join(readings)}")
        for locator in statement.locators:
            lines.extend(wrap("      source: ", locator_text(locator)))
        lines.extend(passage_lines([statement.id], passages))
    lines += ["", "Tracks"]
    for track in pathway.tracks.values():
        asked = ", ".join(track.facts) or "nothing"
        counts = f"{counted(len(track.questions), 'question')}, {counted(len(track.leaves), 'leaf', 'leaves')}"
        lines.extend(wrap("  ", f"{track.name}: {track.title}; {counts}; asks {asked}"))
    lines += ["", "Gaps"]
    gaps = _gap_leaves(pathway)
    for track_name, leaf in gaps:
        lines.extend(wrap("  ! ", f"{track_name}, {leaf.name}: {leaf.message}{reading_marks(leaf.readings)}"))
    for one in pathway.combinations:
        lines.extend(wrap("  ! ", f"{one.track}, combination: {one.message}{reading_marks(one.readings)}"))
    if not gaps and not pathway.combinations:
        lines.append("  none")
    lines += ["", *wrap("", definitions.source.disclaimer)]
    return "\n".join(lines) + "\n"

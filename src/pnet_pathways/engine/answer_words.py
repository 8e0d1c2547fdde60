"""The sentences of an answer, for text and Markdown alike: head, gaps, what comes near, what can change it, its basis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model.pathway import Definitions
from ..model.text import counted
from ..model.values import NOT_APPLICABLE, Value
from ..model.wording import chosen_text, enumerated, fact_names, lowered
from .answer import OR, Certainty, Gap, Recommendation, Status
from .nearest import Mismatch, NearestStatement
from .option_lines import covered
from .tables import GapKind

_MESSAGES = 2
_NEAREST = 2
_TITLES = 10


def heading(answer: Recommendation) -> str:
    """Return the title of an answer: the type."""
    entry = answer.definitions.entry
    return entry.unknown if answer.case.entry is None else entry.types[answer.case.entry].label


def head(answer: Recommendation) -> str:
    """Return an answer's first line: the type and how much applies, may apply, and is not said."""
    chosen = f" ({chosen_text(answer.definitions)})" if answer.readings_chosen else ""
    return f"{heading(answer)}: {_summary(answer)}{chosen}"


def _summary(answer: Recommendation) -> str:
    if answer.status is Status.OUT_OF_SCOPE:
        return "out of scope"
    options = [one for one in answer.options if not covered(answer, one)]
    sure = sum(one.certainty is Certainty.CERTAIN for one in options)
    gaps = sum(gap.certainty is Certainty.CERTAIN for gap in answer.gaps)
    open_, open_gaps = len(options) - sure, len(answer.gaps) - gaps
    said = [counted(sure, "option applies", "options apply")] if sure else []
    said += (
        [counted(len(answer.either_way), "option applies either way", "options apply either way")] if answer.either_way else []
    )
    said += [counted(gaps, "gap")] if gaps else []
    still = [f"{counted(open_, 'option')} may still apply"] if open_ else []
    still += [f"{counted(open_gaps, 'gap')} may still arise"] if open_gaps else []
    return "; ".join(filter(None, (", ".join(said), ", and ".join(still)))) or "nothing listed, and no gap"


def marks_used(answer: Recommendation) -> Iterator[tuple[str, str]]:
    """Yield the marks that an answer as text uses, each with its meaning."""
    sure = {one.certainty for one in answer.options if not covered(answer, one)}
    if Certainty.CERTAIN in sure or answer.either_way:
        yield "+", "applies to this patient"
    if Certainty.POSSIBLE in sure:
        yield "?", "may apply"
    if answer.gaps:
        yield "!", "gap: what the section does not say"
    if answer.alternatives:
        yield "~", "hangs on how the text is read"


def depending(definitions: Definitions, facts: Iterable[str]) -> str:
    """Return on which facts something depends, by their short names; empty where it is on none."""
    names = fact_names(definitions.vocabulary, facts)
    return f"depending on {enumerated(names)}" if names else ""


# Gaps


def gap_title(answer: Recommendation, gap: Gap) -> str:
    """Return what stands before a gap's message: that it is one or may be one, and of which kind."""
    kind = " (combination)" if gap.kind is GapKind.COMBINATION else ""
    if gap.certainty is Certainty.CERTAIN:
        return f"gap{kind}"
    return f"possible gap{kind}, {depending(answer.definitions, gap.depends_on)}"


def gap_message(answer: Recommendation, gap: Gap, *, every: bool) -> str:
    """Return what a gap says, and which other sections list something all the same."""
    messages = gap.message.split(OR)
    if every or len(messages) <= (1 if answer.case.entry is None else _MESSAGES):
        said = OR.join(messages)
    elif answer.case.entry is None:
        name = answer.definitions.vocabulary.label(answer.definitions.entry.fact)
        certain = f"Whatever the {name}, its section lists nothing specific here."
        said = certain if gap.certainty is Certainty.CERTAIN else f"The section on the {name} may list nothing specific here."
    else:
        said = f"{OR.join(messages[:_MESSAGES])} Or in {counted(len(messages) - _MESSAGES, 'other situation')}."
    return " ".join(filter(None, (said, _elsewhere(answer, gap))))


def _elsewhere(answer: Recommendation, gap: Gap) -> str:
    """Return which other sections list something, where this one is silent."""
    if gap.kind is not GapKind.SILENT:
        return ""
    definitions = answer.definitions
    others = [option for option in answer.options if option.pathway in definitions.entry.common and option.track != gap.track]
    sure = [option for option in others if option.certainty is Certainty.CERTAIN]
    tracks = dict.fromkeys(option.track for option in sure or others)
    if not tracks:
        return ""
    titles = [definitions.groups[track].title for track in tracks]
    names = enumerated([lowered(title) for title in titles])
    section = "Another section lists" if len(titles) == 1 else "Other sections list"
    possible = {"Another section lists": "Another section may list", "Other sections list": "Other sections may list"}
    return f"{section if sure else possible[section]} options: {names}."


# What comes near


def nearest_words(answer: Recommendation, gap: Gap, *, every: bool) -> str:
    """Return which statements come nearest to a gap: what the one or two that matter first need, and the ids of the others.

    First come those that another reading brings in, then those of which most is there already. Left out are those that
    differ in unknown facts alone, since they are listed among what may apply.
    """
    definitions = answer.definitions
    if every:
        return "; ".join(near_text(definitions, one) for one in gap.nearest)
    if answer.case.entry is None:
        return ""
    brought = {
        option.statement
        for other in answer.alternatives
        if any(one.track == gap.track for one in other.gaps_removed)
        for option in other.options_added
    }
    near = [one for one in gap.nearest if one.known]
    first = sorted(near, key=lambda one: (one.statement not in brought, -_agreeing(answer, one)))[:_NEAREST]
    said = [near_text(definitions, one) for one in first]
    rest = [one.statement for one in near if one not in first]
    return "; ".join([*said, *([f"also near: {', '.join(rest)}"] if rest else [])])


def _agreeing(answer: Recommendation, near: NearestStatement) -> int:
    """Return how many facts of a statement are known and need no change."""
    statement = answer.definitions.statement(near.statement)
    key_of = answer.definitions.vocabulary.key_of
    read = {key_of(fact) for fact in statement.facts if answer.case.value(fact) is not None}
    return len(read - {key_of(one.fact) for one in near.differs})


def near_text(definitions: Definitions, near: NearestStatement) -> str:
    """Return under which findings a statement that comes near would apply: all of what differs, or any one of it."""
    needs = (" or " if near.any_one else " and ").join(need_text(definitions, one) for one in near.differs)
    several = len(near.differs) > 1 and not near.any_one
    return f"{near.statement} would apply if the {'findings' if several else 'finding'} were {needs}"


def need_text(definitions: Definitions, one: Mismatch) -> str:
    """Return a fact as a statement needs it, and what it is here where that is not plain from it."""
    fact = definitions.vocabulary.facts[one.fact]
    values = tuple(value for value in one.needs if value is not NOT_APPLICABLE)
    if not values:
        return f"“{fact.label} not applicable”"
    here = _here(definitions, one.fact, one.value) if one.value is None or not fact.is_boolean else ""
    return f"“{definitions.words(one.fact, values)}”{here}"


def _here(definitions: Definitions, fact: str, value: Value | None) -> str:
    if value is None:
        return " (not known yet)"
    if value is NOT_APPLICABLE:
        return " (here not applicable)"
    return f" (here “{definitions.words(fact, (value,))}”)"


# What can change the answer, and on what it rests


def open_questions(answer: Recommendation) -> list[str]:
    """Return the questions that can still change an answer, next first; a group of which several members are open asks once."""
    vocabulary = answer.definitions.vocabulary
    by_key: dict[str, list[str]] = {}
    for fact in answer.missing:
        by_key.setdefault(vocabulary.key_of(fact), []).append(fact)
    asked = [facts[0] if len(facts) == 1 else key for key, facts in by_key.items()]
    return [answer.definitions.question(one, answer.pathway) for one in asked]


def in_vain(answer: Recommendation) -> str:
    """Return what was given although nothing reads it, in a sentence; empty where all is read."""
    names = fact_names(answer.definitions.vocabulary, answer.not_used)
    return f"Given, but no statement on this type uses it: {', '.join(names)}" if names else ""


def advice_texts(answer: Recommendation, *, every: bool) -> list[str]:
    """Return what the summary raises for everyone, each in its first sentence unless `every` is set; none out of scope."""
    if answer.status is Status.OUT_OF_SCOPE:
        return []
    texts = [one.text for one in answer.definitions.advice]
    return texts if every else [f"{text.partition('. ')[0].rstrip('.')}." for text in texts]


def chosen_readings(answer: Recommendation) -> list[tuple[str, str]]:
    """Return the readings that were chosen, as they are named on the command line, each with how the text is then read."""
    return [(f"{key}={name}", answer.definitions.readings[key].text) for key, name in answer.readings_chosen.items()]


def reading_titles(answer: Recommendation) -> list[str]:
    """Return the readings that bear on an answer, but for those chosen: each with its title, where they are not too many."""
    readings = answer.definitions.readings
    titles = {key: readings[key].title for key in answer.readings if key not in answer.readings_chosen}
    if len(titles) > _TITLES:
        return list(titles)
    return [f"{key} {lowered(title)}" for key, title in titles.items()]


def reading_texts(answer: Recommendation) -> list[tuple[str, str]]:
    """Return the readings that bear on an answer, each with its text, but for those chosen."""
    readings = answer.definitions.readings
    return [(key, readings[key].text) for key in answer.readings if key not in answer.readings_chosen]


def unapproved(answer: Recommendation) -> str:
    """Return the pathways that bear on an answer and are not approved, by their status; empty where all are."""
    found: dict[str, list[str]] = {}
    for name in answer.bearing:
        if not (review := answer.definitions.review(name)).approved:
            found.setdefault(review.words, []).append(name)
    return "; ".join(f"{', '.join(names)} ({words})" for words, names in found.items())


def ways(answer: Recommendation, track: str, *, every: bool) -> list[str]:
    """Return what other readings change in a track; while the type is unknown only which readings, unless `every` is set."""
    told = answer.other_ways(track)
    if not told or every or answer.case.entry is not None:
        return list(told)
    readings = dict.fromkeys(one.reading for one in answer.alternatives if track in one.words)
    verb = "changes" if len(readings) == 1 else "change"
    return [f"{enumerated(list(readings))}, read the other way, {verb} what applies here."]


def shortened(answer: Recommendation) -> bool:
    """Return whether an answer as text leaves something to the full one."""
    nearest = any(len(gap.nearest) > _NEAREST or gap.message.count(OR) >= _MESSAGES for gap in answer.gaps)
    return answer.case.entry is None or nearest or bool(answer.either_way)

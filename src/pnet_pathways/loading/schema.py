"""The shape of the definition files as attrs classes: what cattrs structures, and what the JSON Schema is made from.

A field's metadata holds its one-line description (``about``) for the schema; a field without a default is required.
"""

from __future__ import annotations

from typing import Literal

import attrs

from .schema_base import ConditionData, LocatorSpec
from .schema_base import described as _field
from .schema_reference import BackgroundFile, CareCourseFile, WorkupFile


@attrs.frozen
class OptionSpec:
    """Treatments given together."""

    item: int = _field("running number of the list entry within the section", positive=True)
    treatments: tuple[str, ...] = _field("treatment ids, all given together")
    strength: Literal["usual", "rare", "may"] = _field("how the text puts it", default="may")
    optional: tuple[str, ...] = _field("treatment ids given with or without", default=())
    requires: ConditionData | None = _field("what this option alone requires", default=None)
    readings: tuple[str, ...] = _field("readings that bear on this option", default=())
    intent: Literal["palliative"] | None = _field("palliative where the text says so", default=None)
    choice: bool = _field("one of an 'either ... or'", default=False)


@attrs.frozen
class AlsoSpec:
    """A second track that the statement stands in."""

    track: str = _field("name of the track")
    when: ConditionData = _field("the condition under that track")


@attrs.frozen
class StatementSpec:
    """One condition of the summary and the options it gives."""

    id: str = _field("e.g. GAS-1, in text order", names="id")
    label: str = _field("the condition in own words")
    track: str = _field("name of the track it stands in")
    when: ConditionData = _field("the condition on facts, or 'always'")
    options: tuple[OptionSpec, ...] = _field("the options, in text order")
    locators: tuple[LocatorSpec, ...] = _field("where it stands in the summary")
    readings: tuple[str, ...] = _field("readings that bear on the whole statement", default=())
    also: tuple[AlsoSpec, ...] = _field("further tracks that it stands in", default=())


@attrs.frozen
class CombinationSpec:
    """Findings that stand side by side, each with its own statement, without a word on all of them."""

    track: str = _field("name of the track")
    when: ConditionData = _field("the condition on facts")
    message: str = _field("what the section does not say, own words")
    readings: tuple[str, ...] = _field("readings that bear on it", default=())


@attrs.frozen
class StateSpec:
    """A question (`asks` and `answers`) or a leaf (`offers`, `gap` or `does_not_apply`)."""

    asks: str | None = _field("the fact or group that the state asks", default=None)
    answers: dict[str, str] | None = _field("answer, or several joined by ' or ', to the next state", default=None)
    offers: dict[str, tuple[str, ...]] | None = _field("statement id to its options that hold here", default=None)
    gap: str | None = _field("what the summary does not say", default=None)
    does_not_apply: str | None = _field("why the track does not apply", default=None)
    combination: bool = _field("whether findings stand side by side here without a word on all of them", default=False)
    readings: tuple[str, ...] = _field("readings that bear on the leaf", default=())


@attrs.frozen
class TrackSpec:
    """One graph."""

    title: str = _field("title for people")
    start: str = _field("name of the first state")
    states: dict[str, StateSpec] = _field("the states by name", names="name")


@attrs.frozen
class WordingSpec:
    """A fact or group in a pathway's own words."""

    question: str = _field("the question")
    help: str = _field("help for whoever answers; left out: that of the fact", default="")


@attrs.frozen
class PathwayFile:
    """A pathway: one section of the summary, encoded twice."""

    pathway: str = _field("name; the file is named after it", names="name")
    version: str = _field("version of this definition, e.g. 1.0.0")
    title: str = _field("title for people")
    section: str = _field("id of the section, from source.yaml")
    statements: tuple[StatementSpec, ...] = _field("the statements, in text order")
    tracks: dict[str, TrackSpec] = _field("the graphs by track name", names="track")
    wording: dict[str, WordingSpec] = _field("facts and groups that this pathway words in its own way", factory=dict)
    combinations: tuple[CombinationSpec, ...] = _field("findings side by side; at most one per track", default=())


@attrs.frozen
class AdviceSpec:
    """Advice for everyone."""

    id: str = _field("name", names="id")
    text: str = _field("own words")
    locators: tuple[LocatorSpec, ...] = _field("where it stands in the summary")


@attrs.frozen
class SourceSpec:
    """The summary."""

    title: str = _field("title of the summary")
    publisher: str = _field("who publishes it")
    updated: str = _field("date of the summary's version, YYYY-MM-DD")
    site: str = _field("address of the site")
    page: str = _field("path of the page on it")
    pmid: str = _field("PubMed id")
    subject: str = _field("what {subject} in a heading stands for")
    intended_use: str = _field("what the library is for")
    disclaimer: str = _field("what every answer carries")


@attrs.frozen
class SourceFile:
    """source.yaml: the summary, its sections and what it raises for everyone."""

    version: str = _field("version of the whole set of definitions")
    source: SourceSpec = _field("the summary")
    sections: dict[str, str] = _field("section id to heading", names="id")
    advice: tuple[AdviceSpec, ...] = _field("what the summary raises for everyone")


@attrs.frozen
class TreatmentSpec:
    """A treatment."""

    label: str = _field("plain words, fit for 'usually ...'")
    description: str = _field("one line in own words")
    term: str = _field("the overview's term, empty where the overview has none", may_be_empty=True)
    locators: tuple[LocatorSpec, ...] = _field("where the summary explains it", default=())


@attrs.frozen
class TreatmentsFile:
    """treatments.yaml: the vocabulary of treatments."""

    treatments: dict[str, TreatmentSpec] = _field("treatments by id", names="id")


@attrs.frozen
class AnswerSpec:
    """An answer's wording."""

    label: str = _field("the answer itself")
    phrase: str = _field("the answer within a sentence")
    short: str = _field("its word in the ids of scenarios; left out: made of the names", default="")
    below: int | float | None = _field("of a band: the number that it stays below; the last band has none", default=None)


@attrs.frozen
class MemberSpec:
    """A member of a group: a yes/no fact."""

    label: str = _field("short name")
    question: str = _field("the question where it is asked alone")
    answers: dict[str, AnswerSpec] = _field("wording of yes and no", names="name")
    help: str = _field("help for whoever answers", default="")


@attrs.frozen
class FactSpec:
    """A fact, or a group of yes/no facts under one question."""

    kind: Literal["yes_no", "one_of", "group", "bands"] = _field("how it is answered; bands are those of a number")
    label: str = _field("short name")
    question: str = _field("the question")
    help: str = _field("help for whoever answers", default="")
    entry: bool = _field("whether it leads to a pathway; one fact does", default=False)
    answers: dict[str, AnswerSpec] = _field("wording of each answer, in the order of asking", names="id", factory=dict)
    members: dict[str, MemberSpec] = _field("members of a group, in the order of asking", names="name", factory=dict)
    none: AnswerSpec | None = _field(
        "of a group: wording of 'none of them'; with short, an id of a scenario names the whole group in one word", default=None
    )
    unit: str = _field("of bands: the unit of the number", default="")
    applies_when: ConditionData | None = _field("when it applies, by facts above it; left out: always", default=None)
    otherwise: str | None = _field("the answer that holds where it does not apply; left out: it has none there", default=None)
    because: str = _field("why, shown where a case contradicts it", default="")


@attrs.frozen
class RuleSpec:
    """A condition that may never hold."""

    never: ConditionData = _field("the condition on facts")
    because: str = _field("why, shown where a case contradicts it")


@attrs.frozen
class FactsFile:
    """facts.yaml: the vocabulary, in the order of asking."""

    format: Literal[2] = _field("the format of this file")
    facts: dict[str, FactSpec] = _field("facts and groups by name", names="name")
    rules: tuple[RuleSpec, ...] = _field("what the facts of one case must keep", default=())


@attrs.frozen
class RewrittenSpec:
    """A statement, whole, as it reads under an alternative; track, locators and readings stay those of the statement."""

    id: str = _field("id of the statement")
    when: ConditionData = _field("the condition on facts, or 'always'")
    options: tuple[OptionSpec, ...] = _field("the options, in text order")
    label: str | None = _field("the condition in own words; left out: that of the statement", default=None)
    also: tuple[AlsoSpec, ...] = _field("further tracks that it then stands in", default=())


@attrs.frozen
class TogetherSpec:
    """How statements read where alternatives of other readings are chosen too."""

    with_others: dict[str, str] = _field("the other readings, each with its alternative", key="with")
    statements: tuple[RewrittenSpec, ...] = _field("the statements as they then read")


@attrs.frozen
class AlternativeSpec:
    """Another way to read an ambiguity."""

    text: str = _field("how the text is then read, in own words")
    statements: tuple[RewrittenSpec, ...] = _field("the statements as they then read")
    together: tuple[TogetherSpec, ...] = _field("what holds with alternatives of other readings chosen too", default=())
    gaps: dict[str, str] = _field("by track of the answer: what the summary then does not say", factory=dict)


@attrs.frozen
class ReadingSpec:
    """A reading."""

    title: str = _field("a few words")
    text: str = _field("how the text is read and why")
    evidence_for: tuple[LocatorSpec, ...] = _field("passages that speak for this reading", key="for", default=())
    evidence_against: tuple[LocatorSpec, ...] = _field("passages that speak against it", key="against", default=())
    alternatives: dict[str, AlternativeSpec] = _field("other ways to read the text, by id", names="id", factory=dict)


@attrs.frozen
class ReadingsFile:
    """readings.yaml: how ambiguities are read."""

    readings: dict[str, ReadingSpec] = _field("readings by id", names="id")


@attrs.frozen
class GroupSpec:
    """A track of the answer."""

    title: str = _field("title for people")
    gap_when: ConditionData | None = _field("when silence is a gap; left out: never", default=None)


@attrs.frozen
class TypeSpec:
    """Where one answer to the entry question leads."""

    label: str = _field("name for people")
    pathway: str | None = _field("pathway it leads to; left out: out of scope", default=None)
    note: str = _field("why it is out of scope", default="")
    readings: tuple[str, ...] = _field("readings that bear on it", default=())


@attrs.frozen
class AnswerReadingsSpec:
    """Readings that bear on whole answers."""

    type_unknown: tuple[str, ...] = _field("shown where the entry fact is unknown", default=())
    every_answer: tuple[str, ...] = _field("shown with every answer", default=())


@attrs.frozen
class EntryFile:
    """entry.yaml: from the entry fact to pathways, and the answer's tracks."""

    title: str = _field("what the entry fact is called")
    unknown: str = _field("what an answer says where it is unknown")
    tracks: dict[str, GroupSpec] = _field("the answer's tracks, in order", names="name")
    types: dict[str, TypeSpec] = _field("where each value of the entry fact leads")
    common: tuple[str, ...] = _field("pathways that hold for every type", default=())
    readings: AnswerReadingsSpec = _field("readings that bear on whole answers", factory=AnswerReadingsSpec)


@attrs.frozen
class PartSpec:
    """A part of the summary in which every sentence is claimed."""

    title: str = _field("title for people")
    section: str = _field("id of the section, from source.yaml")
    begins: str = _field("the words it begins with; left out: it begins after the section's heading", default="")
    ends: str = _field("the words before which it ends; left out: where the next part or section begins", default="")


@attrs.frozen
class NotStatementSpec:
    """Sentences of the parts that are no pathway statement."""

    id: str = _field("name", names="id")
    reason: str = _field("why they are none, in own words")
    locators: tuple[LocatorSpec, ...] = _field("where they stand in the summary")


@attrs.frozen
class NotStatementsFile:
    """not_statements.yaml: the parts that are claimed in full, and what in them is no statement."""

    parts: dict[str, PartSpec] = _field("parts by the name of the pathway whose statements stand there, in text order")
    not_statements: tuple[NotStatementSpec, ...] = _field("what is no statement, with the reason", default=())
    furniture: tuple[str, ...] = _field(
        "words of the page around the summary, such as its navigation, that no locator may span and no change of which counts",
        default=(),
    )
    unclaimed: dict[str, str] = _field("by section, short hashes of what nobody claims; see `pnet source pin`", factory=dict)


FILES: dict[str, type] = {
    "source.yaml": SourceFile,
    "treatments.yaml": TreatmentsFile,
    "facts.yaml": FactsFile,
    "readings.yaml": ReadingsFile,
    "entry.yaml": EntryFile,
    "care_course.yaml": CareCourseFile,
    "workup.yaml": WorkupFile,
    "background.yaml": BackgroundFile,
    "not_statements.yaml": NotStatementsFile,
}
"""The files of every folder of definitions, besides one ``<pathway>.yaml`` for each pathway (`PathwayFile`)."""

OPTIONAL = frozenset({"background.yaml"})
"""Those of `FILES` that a folder need not hold."""

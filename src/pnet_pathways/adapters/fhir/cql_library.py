"""The CQL of one pathway: what its sections list for a patient's facts, exactly, however few of them are known.

Everything is said in one query, `answer`, name by name: some engines evaluate a definition anew at each place that uses it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from ...model.pathway import Statement
from ...model.values import Value
from ...model.vocabulary import Vocabulary
from .cql_facts import RawCases, given_name, literal, may_name, quoted
from .cql_pathway import PathwayLogic
from .cql_text import FORM, comment, define, given, known, laid_out, let, those

AS_READ: Final = "as_read"
"""What a parameter says where a reading is not read otherwise."""


@attrs.frozen(eq=False)
class Vocabularies:
    """What the Libraries of one document share: which facts may be what, and what contradicts what, in CQL."""

    vocabulary: Vocabulary
    _raw: dict[frozenset[str], RawCases] = attrs.field(init=False, factory=dict)
    _texts: dict[str, str] = attrs.field(init=False, factory=dict)

    def raw(self, linked: frozenset[str]) -> RawCases:
        """Return the partial cases of linked facts, made once."""
        if linked not in self._raw:
            self._raw[linked] = RawCases(self.vocabulary, linked)
        return self._raw[linked]

    @functools.cached_property
    def atoms(self) -> dict[str, tuple[str, Value]]:
        """Every fact and value that it may have, by what the clause is called."""
        return {may_name(name, value): (name, value) for name, fact in self.vocabulary.facts.items() for value in fact.domain}

    def may_be(self, name: str) -> str:
        """Return when a fact may have a value, by the name of the clause."""
        if name not in self._texts:
            fact, value = self.atoms[name]
            self._texts[name] = self.raw(self.vocabulary.tied_to(fact)).clause(fact, value).text
        return self._texts[name]

    @functools.cached_property
    def contradictions(self) -> tuple[str, ...]:
        """What contradicts what was given, one clause for each set of linked facts."""
        texts = (self.raw(linked).contradictory for linked in self.vocabulary.linked_sets)
        return tuple(one.text for one in texts if one.mask)

    @functools.cached_property
    def open_type(self) -> str:
        """When the entry fact is not known, neither given nor implied."""
        fact = self.vocabulary.entry
        if len(self.vocabulary.tied_to(fact)) == 1:
            return f"{quoted(given_name(fact))} is null"
        names = [quoted(may_name(fact, value)) for value in self.vocabulary.facts[fact].values]
        return " or ".join(f"({one} and {other})" for one, other in itertools.combinations(names, 2))

    def is_one_of(self, types: Iterable[str]) -> str:
        """Return when the entry fact, known, is one of some."""
        return " or ".join(quoted(may_name(self.vocabulary.entry, one)) for one in types)


@attrs.frozen(eq=False)
class LibraryText:
    """The CQL of a pathway, as text."""

    shared: Vocabularies
    logic: PathwayLogic

    def text(self, name: str) -> str:
        """Return the Library's CQL; `name` is what it is called."""
        body = [*self._bears(), *self._readings(), *self._tracks(), *self._results()]
        lets = [*self._facts("\n".join(body)), *body]
        return "\n".join(itertools.chain(self._header(name), [FORM], self._answer(lets), self._defines())) + "\n"

    def _header(self, name: str) -> Iterator[str]:
        pathway, definitions = self.logic.pathway, self.logic.engine.definitions
        yield from comment(
            f"{pathway.title}: what the text lists for what is known of a patient. Written by the library, not by hand. "
            f"{definitions.source.disclaimer}"
        )
        yield f"library {name} version {literal(pathway.version)}"
        yield ""
        yield "using FHIR version '4.0.1'"
        yield ""
        for reading, ids in self._known_readings().items():
            about = definitions.readings[reading]
            yield from comment(f"{reading}. {about.title}. {literal(AS_READ)}: {about.text}")
            for one in ids[1:]:
                yield from comment(f"{literal(one)}: {about.alternatives[one].text}")
            yield f"parameter {quoted(reading)} String default {literal(AS_READ)}"
            yield ""
        yield "context Patient"
        yield ""

    def _known_readings(self) -> dict[str, list[str]]:
        """Return what the parameter of each reading can be."""
        found: dict[str, list[str]] = {}
        for one in self.logic.alternatives:
            found.setdefault(one.reading, [AS_READ]).append(one.id)
        return found

    def _facts(self, body: str) -> Iterator[str]:
        """Yield what was given, what it leaves open as far as it is used, and whether it can be so at all."""
        yield "// What was given: yes or no, or a code of the code system of facts; null where nothing was."
        for name, fact in self.shared.vocabulary.facts.items():
            yield f"{let(name, 'given')}: {given(fact, 'S')}"
        yield "// What some completion of it has, by the rules that tie facts together."
        for name in self.shared.atoms:
            if quoted(name) in body:
                yield f"{quoted(name)}: {self.shared.may_be(name)}"
        yield "// Given what no patient can have, or two answers to one question; then nothing is listed."
        clauses = ['"said twice"', *(f"({one}) is true" for one in self.shared.contradictions)]
        yield f'"contradicting": {" or ".join(clauses)}'

    def _bears(self) -> Iterator[str]:
        """Yield whether the pathway bears on the case; null while that is open."""
        types = self.logic.engine.definitions.entry.types_under(self.logic.pathway.name)
        open_ = "true" if self.logic.is_common else "null"
        yield "// Whether these sections bear on the patient; null while the type is unknown and not every type has them."
        yield f'"open type": {self.shared.open_type}'
        yield f'"bears": not "contradicting" and (if "open type" then {open_} else ({self.shared.is_one_of(types)}))'

    def _readings(self) -> Iterator[str]:
        if self.logic.alternatives:
            yield "// How the text is read."
        for one in self.logic.alternatives:
            yield f"{quoted(one.name)}: Coalesce({quoted(one.reading)} = {literal(one.id)}, false)"

    def _tracks(self) -> Iterator[str]:
        """Yield when each outcome can hold and when it can fail; of those that do so in the same cases, the first."""
        for track, clauses in self.logic.tracks.items():
            yield from comment(f"Track {track}: {clauses.table.track.title}")
            told: set[str] = set()
            for name, key, option in self.logic.outcomes(track):
                if option is not None and option.statement.id not in told:
                    told.add(option.statement.id)
                    yield from comment(_about(option.statement))
                speaker = self.logic.speaker(track, key)
                if speaker == name:
                    can_hold, can_fail = self.logic.can_hold_and_fail(track, key)
                    yield f"{let(name, 'can hold')}: {can_hold}"
                    yield f"{let(name, 'can fail')}: {can_fail}"
                if option is not None and len(option.tracks) > 1:
                    yield f"{quoted(name)}: {_truth(speaker)}"

    def _results(self) -> Iterator[str]:
        """Yield what holds: true where it is certain, null where it is possible."""
        yield "// What holds: true in every completion, null in some."
        for option in self.logic.options:
            names = [quoted(option.within(track)) for track in option.tracks]
            if len(names) == 1:
                truth = _truth(self.logic.speaker(option.tracks[0], option.key))
                yield f'{let(option.id, "holds")}: "bears" and {truth}'
            else:
                yield f'{let(option.id, "holds")}: "bears" and ({" or ".join(names)})'
                home, guest = names[0], " or ".join(names[1:])
                moved = f"{home} is false or ({home} is null and ({guest}) is true)"
                yield f"{let(option.id, 'stands elsewhere')}: {moved}"
        for gap in self.logic.gaps:
            yield f"{let(gap.id, 'arises')}: {_truth(self.logic.speaker(gap.track, gap.kind))}"
            yield f'{let(gap.id, "holds")}: "bears" and {let(gap.id, "arises")}'
        yield "// Unknown facts that can change it: two completions that differ in them alone differ in an option or a gap."
        for fact, by_track in self.logic.matters.items():
            parts = []
            if fact == self.shared.vocabulary.entry and self.logic.type_matters:
                parts.append(f'("bears" is null and ({self.logic.type_matters}))')
            for track, text in by_track.items():
                parts.append(let(fact, f"matters in {track}"))
                yield f"{parts[-1]}: {text}"
            yield f'{let(fact, "matters")}: "bears" is not false and ({" or ".join(parts)})'

    def _answer(self, lets: list[str]) -> Iterator[str]:
        yield 'define "answer":'
        yield '  First(({ "said" }) S'
        yield "    let"
        last = max(number for number, line in enumerate(lets) if not line.startswith("//"))
        for number, line in enumerate(lets):
            if line.startswith("//"):
                yield f"      {line}"
            else:
                yield from laid_out(f"{line},"[: len(line) + (number < last)], "      ")
        yield "    return all Tuple {"
        options, gaps = self.logic.options, self.logic.gaps
        elements = {"contradictory": '"contradicting"', "open_type": '"open type"'}
        for name, wanted in (("certain", "is true"), ("possible", "is null")):
            elements[name] = those((one.id, f"{let(one.id, 'holds')} {wanted}") for one in options)
            elements[f"gaps_{name}"] = those((one.said, f"{let(one.id, 'holds')} {wanted}") for one in gaps)
        # Certain if the patient's type is one that has these sections.
        elements["gaps_of_type"] = those((one.said, f"{let(one.id, 'arises')} is true") for one in gaps)
        elements["elsewhere"] = those((one.id, let(one.id, "stands elsewhere")) for one in options if len(one.tracks) > 1)
        elements["missing"] = those((fact, let(fact, "matters")) for fact in self.logic.matters)
        for number, (name, text) in enumerate(elements.items(), 1):
            yield from laid_out(f"{name}: {text}{',' if number < len(elements) else ''}", "      ")
        yield "    })"
        yield ""

    def _defines(self) -> Iterator[str]:
        for name, fact in self.shared.vocabulary.facts.items():
            yield from define(f"given {name}", given(fact, '"said"'))
        yield from define("contradictory", '"answer".contradictory')
        unknown = [
            f"if {' or '.join(f'{quoted(reading)} = {literal(id_)}' for id_ in ids)} then null "
            f"else {literal(reading + '=')} + {quoted(reading)}"
            for reading, ids in self._known_readings().items()
        ]
        yield from define("unknown readings", known(unknown))
        for option in self.logic.options:
            if len(option.tracks) > 1:
                where = f'if {literal(option.id)} in "answer".elsewhere then {literal(option.tracks[1])}'
                yield from define(f"{option.id} track", f"{where} else {literal(option.tracks[0])}")
            yield from outcome_defines(option.id, literal(option.id), "")
        for gap in self.logic.gaps:
            yield from outcome_defines(gap.id, literal(gap.said), "gaps_")
        yield from define("missing", '"answer".missing')


def _truth(name: str) -> str:
    return f"{let(name, 'can hold')} and (if {let(name, 'can fail')} then null else true)"


def _about(statement: Statement) -> str:
    places = "; ".join(f"{one.section} {one.start} to {one.end}" for one in statement.locators)
    return f"{statement.id}: {statement.label} ({places})"


def outcome_defines(name: str, item: str, prefix: str) -> Iterator[str]:
    """Yield whether an option or gap is certain, whether it is possible, and both in one."""
    for certainty in ("certain", "possible"):
        yield from define(f"{name} {certainty}", f'{item} in "answer".{prefix}{certainty}')
    certain, possible = (quoted(f"{name} {one}") for one in ("certain", "possible"))
    yield from define(name, f"if {certain} then true else if {possible} then null else false")

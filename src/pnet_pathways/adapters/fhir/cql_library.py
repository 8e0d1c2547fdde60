"""The CQL of one pathway: what its sections list for a patient's facts, exactly, however few of them are known.

Everything is said in one query, `answer`, name by name: some engines evaluate a definition anew at each place that uses it.
"""

from __future__ import annotations

import functools
import itertools
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from ...engine.recommend import Engine
from ...engine.tables import GapKind, TrackTable
from ...model.conditions import AllOf, Condition, Not
from ...model.facts import Fact
from ...model.pathway import Alternative, Pathway, Statement
from ...model.values import Value
from ...model.vocabulary import Vocabulary
from .cql_covers import Clause
from .cql_facts import RawCases, code, given_name, literal, may_name, quoted
from .cql_tracks import Choice, OptionKey, Outcome, TrackClauses, alternatives_of, keyed, named

AS_READ: Final = "as_read"
"""What a parameter says where a reading is not read otherwise."""

_WIDTH: Final = 128
_FORM: Final = """\
// The patient's answered forms of all facts, each question with its one answer, at most three levels deep.
define "forms":
  [QuestionnaireResponse] F
    where (F.status.value = 'completed' or F.status.value = 'amended')
      and EndsWith("Address"(F.questionnaire.value), '/Questionnaire/facts')

// Those that no other is newer than: one, but for forms of which none is known to be newer.
define "newest forms":
  "forms" F
    where not exists ("forms" G where G.authored.value after F.authored.value)

// What they say, as a code of the code system of facts (`size.small`), or as yes or no to a question (`sites.head=yes`).
define "answered":
  flatten (
    "newest forms" F
      let
        "code system": "Base"(F.questionnaire.value) + '/CodeSystem/facts',
        "first": F.item,
        "second": flatten ("first" I where I.item is not null return all I.item),
        "third": flatten ("second" I where I.item is not null return all I.item)
      where F.item is not null
      return all (
        (flatten { "first", "second", "third" }) I
          let
            "link": I.linkId.value,
            "value": First(I.answer).value,
            "yes": ("value" as FHIR.boolean).value,
            "coding": "value" as FHIR.Coding
          where Count(I.answer) = 1
          return all Tuple {
            link: "link",
            said:
              if "yes" is not null then "link" + (if "yes" then '=yes' else '=no')
              else if "coding".system.value = "code system" and StartsWith("coding".code.value, "link" + '.')
                then "coding".code.value
              else null
          }
      )
  )

define function "Address"(canonical String):
  if PositionOf('|', canonical) >= 0 then Substring(canonical, 0, PositionOf('|', canonical)) else canonical

define function "Base"(canonical String):
  Substring("Address"(canonical), 0, Length("Address"(canonical)) - Length('/Questionnaire/facts'))

define function "Yes or no"(answers List<String>, link String):
  if IndexOf(answers, link + '=yes') >= 0 then true else if IndexOf(answers, link + '=no') >= 0 then false else null

define function "One of"(answers List<String>, codes List<String>):
  First(codes C where IndexOf(answers, C) >= 0 return all C)

define "said":
  "answered" A where A.said is not null return all A.said

// Two different answers to one question.
define "said twice":
  Count("answered" A where A.said is not null return A.said)
    != Count("answered" A where A.said is not null return A.link)

"""


@attrs.frozen(eq=False)
class Vocabularies:
    """What the Libraries of one document share: which facts may be what, and what contradicts what, in CQL."""

    vocabulary: Vocabulary
    _raw: dict[frozenset[str], RawCases] = attrs.field(init=False, factory=dict)

    def raw(self, linked: frozenset[str]) -> RawCases:
        """Return the partial cases of linked facts, made once."""
        if linked not in self._raw:
            self._raw[linked] = RawCases(self.vocabulary, linked)
        return self._raw[linked]

    @functools.cached_property
    def atoms(self) -> dict[str, tuple[str, Value]]:
        """Every fact and value that it may have, by what the clause is called."""
        return {may_name(name, value): (name, value) for name, fact in self.vocabulary.facts.items() for value in fact.domain}

    @functools.lru_cache(maxsize=1024)  # noqa: B019  (one for each document that is published)
    def may_be(self, name: str) -> str:
        """Return when a fact may have a value, by the name of the clause."""
        fact, value = self.atoms[name]
        return self.raw(self.vocabulary.tied_to(fact)).clause(fact, value).text

    @functools.cached_property
    def contradictions(self) -> tuple[str, ...]:
        """What contradicts what was given, one clause for each set of linked facts."""
        texts = (self.raw(linked).contradictory for linked in self.vocabulary.linked_sets)
        return tuple(one.text for one in texts if one.mask)


@attrs.frozen
class OptionName:
    """An option as a Library calls it: `id` is its statement and number, ``INS-5.2``.

    An option that only other readings list carries their names: ``INS-4.1 R-7=tumors_only``. `tracks` are those under which
    it can stand, the first one first.
    """

    id: str
    key: OptionKey
    statement: Statement
    choice: Choice
    tracks: tuple[str, ...]


@attrs.frozen(eq=False)
class PathwayCql:
    """The CQL of a pathway."""

    engine: Engine
    shared: Vocabularies
    pathway: Pathway

    @functools.cached_property
    def tracks(self) -> dict[str, TrackClauses]:
        """What is said of each track."""
        bearing = alternatives_of(self.engine.definitions)
        return {
            name: TrackClauses.of(self.engine, self.pathway.name, name, bearing.get((self.pathway.name, name), []))
            for name in self.pathway.tracks
        }

    @functools.cached_property
    def options(self) -> tuple[OptionName, ...]:
        """Every option that some readings list, in the order of the statements."""
        found: dict[OptionKey, OptionName] = {}
        for track, clauses in self.tracks.items():
            for key, option, choice in clauses.listed():
                old = found.get(key)
                if old is None or len(choice) < len(old.choice):
                    id_ = " ".join([f"{option.statement}.{option.number + 1}", *([named(choice)] if choice else ())])
                    found[key] = OptionName(id_, key, self.pathway.statement(option.statement), choice, ())
                found[key] = attrs.evolve(found[key], tracks=(*(old.tracks if old else ()), track))
        order = [one.id for one in self.pathway.statements]

        def place(one: OptionName) -> tuple[int, int, int]:
            number = int(one.id.split(" ")[0].rpartition(".")[2])
            return order.index(one.statement.id), len(one.choice), number

        placed = (attrs.evolve(one, tracks=self._in_order(one)) for one in found.values())
        return tuple(sorted(placed, key=place))

    def _in_order(self, option: OptionName) -> tuple[str, ...]:
        first = [track for track, _ in option.statement.placements]
        return tuple(sorted(option.tracks, key=lambda track: first.index(track) if track in first else len(first)))

    @functools.cached_property
    def gaps(self) -> tuple[tuple[str, str, GapKind], ...]:
        """Every gap that can arise under some readings: what it is called, its track and kind."""
        return tuple(
            (f"gap {track} {kind.value}", track, kind)
            for track, clauses in self.tracks.items()
            for kind in GapKind
            if any(one.can_hold for one in clauses.outcomes(kind))
        )

    @functools.cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """The alternatives that bear on the pathway."""
        used = {one.name for clauses in self.tracks.values() for choice in clauses.choices for one in choice}
        return tuple(one for one in self.engine.definitions.alternatives if one.name in used)

    @property
    def _entry(self) -> str:
        return self.engine.definitions.entry.fact

    # The text

    def text(self, name: str) -> str:
        """Return the Library's CQL; `name` is what it is called."""
        body = [*self._readings(), *self._tracks(), *self._results()]
        head = [*self._facts("\n".join(body)), *self._bears()]
        parts = (self._header(name), [_FORM], self._answer([*head, *body]), self._defines())
        return "\n".join(itertools.chain.from_iterable(parts)) + "\n"

    def _header(self, name: str) -> Iterator[str]:
        pathway = self.pathway
        yield from _comment(
            f"{pathway.title}: what the text lists for what is known of a patient. Written by the library, not by hand. "
            f"{self.engine.definitions.source.disclaimer}"
        )
        yield f"library {name} version {literal(pathway.version)}"
        yield ""
        yield "using FHIR version '4.0.1'"
        yield ""
        for reading in dict.fromkeys(one.reading for one in self.alternatives):
            about = self.engine.definitions.readings[reading]
            yield from _comment(f"{reading}. {about.title}. {literal(AS_READ)}: {about.text}")
            for one in self.alternatives:
                if one.reading == reading:
                    yield from _comment(f"{literal(one.id)}: {one.text}")
            yield f"parameter {quoted(reading)} String default {literal(AS_READ)}"
            yield ""
        yield "context Patient"
        yield ""

    def _answer(self, lets: Sequence[str]) -> Iterator[str]:
        yield 'define "answer":'
        yield '  First(({ "said" }) S'
        yield "    let"
        last = max(number for number, line in enumerate(lets) if line and not line.lstrip().startswith("//"))
        for number, line in enumerate(lets):
            is_let = line and not line.startswith("//")
            yield f"      {line}{',' if is_let and number < last else ''}".rstrip()
        yield "    return all Tuple {"
        yield '      contradictory: "contradicting",'
        for name, wanted in (("certain", "is true"), ("possible", "is null")):
            options = ((one.id, f"{_let(one.id, 'holds')} {wanted}") for one in self.options)
            yield f"      {name}: {_those(options)},"
            gaps = ((gap.removeprefix("gap "), f"{_let(gap, 'holds')} {wanted}") for gap, *_ in self.gaps)
            yield f"      gaps_{name}: {_those(gaps)},"
        sure = ((gap.removeprefix("gap "), f"{_let(gap, 'arises')} is true") for gap, *_ in self.gaps)
        yield f"      gaps_of_type: {_those(sure)},"
        moved = ((one.id, _let(one.id, "stands elsewhere")) for one in self.options if len(one.tracks) > 1)
        yield f"      elsewhere: {_those(moved)},"
        facts = ((fact, _let(fact, "matters")) for fact in self._missing_facts)
        yield f"      missing: {_those(facts)}"
        yield "    })"
        yield ""

    def _facts(self, body: str) -> Iterator[str]:
        """Yield what was given, what it leaves open as far as it is used, and whether it can be so at all."""
        vocabulary = self.shared.vocabulary
        used = [name for name in self.shared.atoms if quoted(name) in body]
        yield "// What was given: yes or no, or a code of the code system of facts; null where nothing was."
        for name, fact in vocabulary.facts.items():
            yield f"{_let(name, 'given')}: {_given(fact, 'S')}"
        yield "// What some completion of it has, by the rules that tie facts together."
        for name in used:
            yield f"{quoted(name)}: {self.shared.may_be(name)}"
        yield "// Given what no patient can have, or two answers to one question; then nothing is listed."
        clauses = ['"said twice"', *(f"({one}) is true" for one in self.shared.contradictions)]
        yield f'"contradicting": {" or ".join(clauses)}'

    def _bears(self) -> Iterator[str]:
        """Yield whether the pathway bears on the case; null while that is open."""
        entry, fact = self.engine.definitions.entry, self._entry
        types = entry.types_under(self.pathway.name)
        given = quoted(given_name(fact))
        ours = " or ".join(f"{given} = {literal(code(fact, one))}" for one in types)
        open_ = "true" if self.pathway.name in entry.common else "null"
        yield "// Whether these sections bear on the patient; null while the type is unknown and not every type has them."
        yield f'"bears": not "contradicting" and (if {given} is null then {open_} else ({ours}))'

    def _readings(self) -> Iterator[str]:
        if self.alternatives:
            yield "// How the text is read."
        for one in self.alternatives:
            yield f"{quoted(one.name)}: Coalesce({quoted(one.reading)} = {literal(one.id)}, false)"

    def _tracks(self) -> Iterator[str]:
        for name, clauses in self.tracks.items():
            yield from _comment(f"Track {name}: {clauses.table.track.title}")
            names: dict[Shape, str] = {}
            statements: set[str] = set()
            for option in self.options:
                if name in option.tracks:
                    if option.statement.id not in statements:
                        statements.add(option.statement.id)
                        yield from _comment(_about(option.statement))
                    suffix = f" in {name}" if len(option.tracks) > 1 else ""
                    conditions = [_condition(table, option.key, name) for table in clauses.tables]
                    yield from self._outcome(clauses, option.key, f"{option.id}{suffix}", names, conditions)
                    if suffix:
                        shape = _shape(clauses.outcomes(option.key))
                        yield f"{quoted(f'{option.id}{suffix}')}: {_open(names[shape])}"
            for gap, track, kind in self.gaps:
                if track == name:
                    yield from self._outcome(clauses, kind, gap, names, None)

    def _outcome(
        self,
        clauses: TrackClauses,
        key: OptionKey | GapKind,
        name: str,
        names: dict[Shape, str],
        conditions: Sequence[Condition | None] | None,
    ) -> Iterator[str]:
        """Yield when an outcome can hold and when it can fail, unless another is said to do so in the same cases."""
        outcomes = clauses.outcomes(key)
        shape = _shape(outcomes)
        if shape in names:
            return
        names[shape] = name
        said = conditions or [None] * len(outcomes)
        pairs = list(zip(outcomes, said, strict=True))
        can_hold = [clauses.cases.clause(one.can_hold, when) for one, when in pairs]
        can_fail = [clauses.cases.clause(one.can_fail, None if when is None else Not(when)) for one, when in pairs]
        yield f"{_let(name, 'can hold')}: {clauses.select(can_hold, _text)}"
        yield f"{_let(name, 'can fail')}: {clauses.select(can_fail, _text)}"

    def _results(self) -> Iterator[str]:
        """Yield what holds: true where it is certain, null where it is possible."""
        shapes = {name: self._names(name) for name in self.tracks}
        yield "// What holds: true in every completion, null in some."
        for option in self.options:
            if len(option.tracks) > 1:
                truths = [quoted(f"{option.id} in {track}") for track in option.tracks]
                yield f'{_let(option.id, "holds")}: "bears" and ({" or ".join(truths)})'
                home, guest = truths[0], " or ".join(truths[1:])
                yield (f"{_let(option.id, 'stands elsewhere')}: {home} is false or ({home} is null and ({guest}) is true)")
            else:
                (track,) = option.tracks
                name = shapes[track][_shape(self.tracks[track].outcomes(option.key))]
                yield f'{_let(option.id, "holds")}: "bears" and {_open(name)}'
        for gap, track, kind in self.gaps:
            name = shapes[track][_shape(self.tracks[track].outcomes(kind))]
            yield f"{_let(gap, 'arises')}: {_open(name)}"
            yield f'{_let(gap, "holds")}: "bears" and {_let(gap, "arises")}'
        yield "// Unknown facts that can change it: two completions that differ in them alone differ in an option or a gap."
        for fact in self._missing_facts:
            parts = list(self._matters(fact))
            yield f'{_let(fact, "matters")}: "bears" is not false and ({" or ".join(parts)})'

    def _names(self, track: str) -> dict[Shape, str]:
        """Return what the outcomes of a track are called, by when they can hold and fail."""
        clauses, found = self.tracks[track], dict[Shape, str]()
        for option in self.options:
            if track in option.tracks:
                suffix = f" in {track}" if len(option.tracks) > 1 else ""
                found.setdefault(_shape(clauses.outcomes(option.key)), f"{option.id}{suffix}")
        for gap, where, kind in self.gaps:
            if where == track:
                found.setdefault(_shape(clauses.outcomes(kind)), gap)
        return found

    @functools.cached_property
    def _missing_facts(self) -> tuple[str, ...]:
        return tuple(fact for fact in self.shared.vocabulary.facts if next(self._matters(fact), None) is not None)

    def _matters(self, fact: str) -> Iterator[str]:
        """Yield when a fact can change an option or a gap, by track."""
        if fact == self._entry and self.pathway.name not in self.engine.definitions.entry.common:
            lets = [f"{_let(name, 'can hold')}" for track in self.tracks for name in self._names(track).values()]
            yield f'("bears" is null and ({" or ".join(lets)}))'
        for track, clauses in self.tracks.items():
            plain: list[list[Outcome]] = [clauses.outcomes(kind) for _, where, kind in self.gaps if where == track]
            # An option that stands elsewhere for certain turns on nothing here.
            tied: dict[str, list[list[Outcome]]] = {}
            for option in self.options:
                if track in option.tracks:
                    others = " or ".join(quoted(f"{option.id} in {one}") for one in option.tracks if one != track)
                    like = self._like(option, track)
                    (tied.setdefault(like or others, []) if others else plain).append(clauses.outcomes(option.key))
            for others, outcomes in (("", plain), *tied.items()):
                text = self._turns(clauses, outcomes, fact)
                if text != "false":
                    yield f"({text})" if not others else f"(({text}) and ({others}) is not true)"

    def _like(self, option: OptionName, track: str) -> str:
        """Return the name, elsewhere, of the first option that holds there in the same cases."""
        (*_, other) = (one for one in option.tracks if one != track) if len(option.tracks) > 1 else ("",)
        if not other:
            return ""
        shape = _shape(self.tracks[other].outcomes(option.key))
        alike = (
            one.id for one in self.options if other in one.tracks and _shape(self.tracks[other].outcomes(one.key)) == shape
        )
        return quoted(f"{next(alike)} in {other}") if len(option.tracks) == 2 else ""

    @staticmethod
    def _turns(clauses: TrackClauses, outcomes: Sequence[Sequence[Outcome]], fact: str) -> str:
        targets = [
            functools.reduce(int.__or__, (one[place].turns_on.get(fact, 0) for one in outcomes), 0)
            for place in range(len(clauses.choices))
        ]
        return clauses.select([clauses.cases.clause(target) for target in targets], _text)

    def _defines(self) -> Iterator[str]:
        for name, fact in self.shared.vocabulary.facts.items():
            yield from _define(f"given {name}", _given(fact, '"said"'))
        yield from _define("contradictory", '"answer".contradictory')
        known: dict[str, list[str]] = {}
        for one in self.alternatives:
            known.setdefault(one.reading, [AS_READ]).append(one.id)
        unknown = [
            f"if {' or '.join(f'{quoted(reading)} = {literal(id_)}' for id_ in ids)} then null "
            f"else {literal(reading + '=')} + {quoted(reading)}"
            for reading, ids in known.items()
        ]
        yield from _define("unknown readings", _known(unknown))
        for option in self.options:
            if len(option.tracks) > 1:
                where = f'if {literal(option.id)} in "answer".elsewhere then {literal(option.tracks[1])}'
                yield from _define(f"{option.id} track", f"{where} else {literal(option.tracks[0])}")
            yield from _outcome_defines(option.id, literal(option.id), "")
        for gap, *_ in self.gaps:
            yield from _outcome_defines(gap, literal(gap.removeprefix("gap ")), "gaps_")
        yield from _define("missing", '"answer".missing')


Shape = tuple[tuple[int, int], ...]
"""When an outcome can hold and when it can fail, under each choice of readings."""


def _shape(outcomes: Sequence[Outcome]) -> Shape:
    return tuple((one.can_hold, one.can_fail) for one in outcomes)


def _let(name: str, word: str) -> str:
    return quoted(f"{name} {word}")


def _given(fact: Fact, said: str) -> str:
    """Return what was given of a fact, null where nothing was."""
    if fact.is_boolean:
        return f'"Yes or no"({said}, {literal(fact.name)})'
    return f'"One of"({said}, {{ {", ".join(literal(code(fact.name, value)) for value in fact.values)} }})'


def _text(clause: Clause) -> str:
    return clause.text


def _open(name: str) -> str:
    return f"{_let(name, 'can hold')} and (if {_let(name, 'can fail')} then null else true)"


def _condition(table: TrackTable, key: OptionKey, track: str) -> Condition | None:
    """Return the condition of an option in a track, as a table's readings have it."""
    option = keyed(table).get(key)
    if option is None:
        return None
    when = next(when for one, when, _ in table.pathway.placed_in(track) if one == option)
    return AllOf((when, option.requires))


def _about(statement: Statement) -> str:
    places = "; ".join(f"{one.section} {one.start} to {one.end}" for one in statement.locators)
    return f"{statement.id}: {statement.label} ({places})"


def _those(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the list of the names whose condition is true."""
    return _known([f"if {condition} then {literal(name)} else null" for name, condition in pairs])


def _known(items: Sequence[str]) -> str:
    return f"({{ {', '.join(items)} }}) X where X is not null return all X" if items else "List<String>{}"


def _define(name: str, text: str) -> Iterator[str]:
    yield f"define {quoted(name)}:"
    yield f"  {text}"
    yield ""


def _outcome_defines(name: str, item: str, prefix: str) -> Iterator[str]:
    for certainty in ("certain", "possible"):
        yield from _define(f"{name} {certainty}", f'{item} in "answer".{prefix}{certainty}')
    certain, possible = (quoted(f"{name} {one}") for one in ("certain", "possible"))
    yield from _define(name, f"if {certain} then true else if {possible} then null else false")


def _comment(text: str) -> Iterator[str]:
    for line in textwrap.wrap(" ".join(text.split()), _WIDTH - 3):
        yield f"// {line}"

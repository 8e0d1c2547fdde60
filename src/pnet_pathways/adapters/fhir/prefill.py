"""What a form is filled in with beforehand: the rules of reading, as FHIRPath over what a populator fetches of the patient.

Only what the reader takes for certain is said, and what FHIRPath cannot say as exactly stays unknown: which of several
records is the newest (they must agree), and what two records say against each other.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from ...model.facts import Fact
from ...model.values import Value
from .codes import BEHAVIORS, CodeMap, Facts, Row
from .conditions import CLINICAL, HISTOLOGY, METASTATIC, RECURRING, UNCERTAIN_BEHAVIOR, VERIFICATION
from .publication import Publication
from .terms import code_of, display

Variable = tuple[str, str, str]
"""Name, language and expression."""

_FHIRPATH: Final = "text/fhirpath"
_QUERY: Final = "application/x-fhir-query"
_NO_MODIFIER: Final = "implicitRules.empty() and modifierExtension.empty()"
_CLINICAL_CODE: Final = f"clinicalStatus.coding.where(system = '{CLINICAL}').code.distinct()"
_HISTOLOGY: Final = f"extension.where(url = '{HISTOLOGY}').value.ofType(CodeableConcept)"
_PARTS: Final = "select($this | component.where(modifierExtension.empty()))"
_VALUES: Final = "value.ofType(CodeableConcept).coding"
_TRUE: Final = "true"
_IN_CODE: Final = frozenset({"disorder", "secondary", "finding", "history"})


@attrs.frozen
class _Code:
    """A row of the code map with its code; four digits that stand for every behavior digit are a `stem`."""

    system: str
    code: str
    stem: bool
    row: Row


@attrs.frozen
class Prefill:
    """Writes the expressions of the form of all facts, whose answers are of the code system `system`."""

    codes: CodeMap
    publication: Publication
    system: str
    form: str

    def expression(self, fact: str) -> str:
        """Return the expression of a fact's item: its value where everything that says something of it says the same.

        Of several answers it is the Coding of one; an engine that cannot make a Coding leaves the item open.
        """
        about, name = self.publication.definitions.vocabulary.facts[fact], f"%{_variable_name(fact)}"
        if about.is_boolean:
            return f"iif({name}.count() = 1, {name})"
        codings = [f"iif({name} = {_literal(about, value)}, {self._coding_of(about, value)})" for value in about.values]
        return f"iif({name}.count() = 1, {' | '.join(codings)})"

    def _coding_of(self, fact: Fact, value: Value) -> str:
        parts = (self.system, code_of(fact, value), display(fact, value))
        return f"%factory.Coding({', '.join(map(_text, parts))})"

    def variables(self) -> Iterator[Variable]:
        """Yield what the expressions use, each after what it uses itself."""
        if self._rows:
            yield _search("Condition")
            yield _search("Observation")
        yield _search("QuestionnaireResponse")
        if self._rows:
            for name, expression in self._records():
                yield name, _FHIRPATH, expression
        for name, expression in self._answers():
            yield name, _FHIRPATH, expression
        for fact in self.publication.definitions.vocabulary.facts:
            yield _variable_name(fact), _FHIRPATH, self._said(fact)

    # Forms that were answered before

    def _answers(self) -> Iterator[tuple[str, str]]:
        ours, all_facts = self.publication.url("Questionnaire", ""), self.publication.url("Questionnaire", self.form)
        yield (
            "forms",
            f"%QuestionnaireResponses.entry.resource.where({_NO_MODIFIER} and status in ('completed' | 'amended') "
            f"and questionnaire.startsWith('{ours}'))",
        )
        is_of_all = f"(questionnaire = '{all_facts}' or questionnaire.startsWith('{all_facts}|'))"
        # Which answer is newer FHIRPath cannot say: with forms of pathways among them, none is taken.
        yield "answers", f"iif(%forms.all{is_of_all}, %forms)"

    # Records

    def _records(self) -> Iterator[tuple[str, str]]:
        confirmed = f"verificationStatus.coding.where(system = '{VERIFICATION}').code.distinct() = 'confirmed'"
        active = self._clinical({"active", *RECURRING})
        yield (
            "conditions",
            f"%Conditions.entry.resource.ofType(Condition).where({_NO_MODIFIER} "
            f"and (verificationStatus.empty() or {confirmed}) "
            f"and (clinicalStatus.empty() or abatement.empty() or ({active}).not()))",
        )
        yield "active", f"%conditions.where(iif(clinicalStatus.empty(), abatement.empty(), {active}))"
        places = [one for one in self._rows if one.row.organ and one.row.axis == "topography"]
        in_organ = self._coding(places)
        organ = _any([self._says(one for one in self._rows if one.row.organ), _exists("bodySite.coding", in_organ)])
        yield "inOrgan", _where("%conditions", organ)
        own = [one for one in self._rows if one.row.axis in {"disorder", "morphology"}]
        typed = [one for one in own if one.row.type_said]
        anywhere = self._says(one for one in typed if one.row.needs != "organ")
        only_there = self._says(one for one in typed if one.row.needs == "organ")
        yield "typed", f"{_where('%conditions', anywhere)} | {_where('%inOrgan', only_there)}"
        tumors = self._says(one for one in self._rows if one in own or one.row.axis == "secondary")
        yield "tumors", f"%typed | {_where('%inOrgan', tumors)}"
        secondary = _any(
            [
                self._says(one for one in self._rows if one.row.axis == "secondary"),
                self._says(self._morphologies, METASTATIC[-1]),
            ]
        )
        uncertain = self._says(self._morphologies, UNCERTAIN_BEHAVIOR[-1])
        yield "secondary", _where("%conditions", secondary)
        yield "primary", _where("%active.exclude(%secondary)", _all([self._says(own), _not(uncertain)]))
        yield (
            "observations",
            f"%Observations.entry.resource.ofType(Observation).where({_NO_MODIFIER} "
            "and status in ('final' | 'amended' | 'corrected'))",
        )
        yield "tumorReferences", "%tumors.select('Condition/' + id)"
        histologies = f"{_PARTS}.where({self._asks('morphology')}).{_VALUES}"
        yield "histologies", f"%observations.where(focus.empty() or {_FOCUS}).{histologies}"
        there = _exists("bodySite.coding", in_organ)
        yield "histologiesInOrgan", f"{_where('%observations', there)}.where(focus.empty() or {_FOCUS}).{histologies}"
        about = f"(focus.empty() and %tumors.exists()) or {_FOCUS}"
        for part in self._stage_parts:
            rows = [one for one in self._rows if one.row.axis == "stage" and one.row.part == part]
            values = f"{_PARTS}.where({self._asks('stage')}).{_VALUES}.where({self._coding(rows)})"
            name, dated = f"stage{_camel(part)}", "effective.ofType(dateTime)"
            yield f"{name}Records", f"%observations.where(({about}) and {values}.exists())"
            latest = "iif($total.empty() or $this > $total, $this, $total)"
            yield f"{name}Latest", f"%{name}Records.{dated}.aggregate({latest})"
            # A day between them: a date without an hour can be of any time zone.
            older = f"{dated} < %{name}Latest.toDateTime() - 1 day"
            yield name, f"%{name}Records.where(iif({older}, false, true)).{values}"

    def _clinical(self, codes: Iterable[str]) -> str:
        return f"{_CLINICAL_CODE}.count() = 1 and {_CLINICAL_CODE}.where({_one_of('$this', sorted(codes))}).exists()"

    def _asks(self, what: str) -> str:
        """Return whether an Observation, or a component, asks something by its first mapped code."""
        asked = [one for one in self._rows if one.row.axis == "observation"]
        here = self._coding([one for one in asked if one.row.asks == what])
        others = self._coding([one for one in asked if one.row.asks != what])
        return _all([_exists("code.coding", here), _not(_exists("code.coding", others))])

    # What is said of a fact

    def _said(self, fact: str) -> str:
        """Return the values that something says of a fact, each once."""
        about = self.publication.definitions.vocabulary.facts[fact]
        evidence = [(value, _any(list(self._evidence(fact, value)))) for value in about.values] if self._rows else []
        found = [f"iif({said}, {_literal(about, value)})" for value, said in evidence if said]
        answer = f"%answers.repeat(item).where(linkId = '{fact}' and answer.count() = 1).answer.value"
        if about.is_boolean:
            found.append(f"{answer}.ofType(boolean)")
        else:
            code = _one_of("code", [code_of(about, value) for value in about.values])
            found.append(f"{answer}.ofType(Coding).where(system = '{self.system}' and {code}).code")
        return " | ".join(found)

    def _evidence(self, fact: str, value: Value) -> Iterator[str]:
        """Yield the ways in which records say that a fact has a value."""
        one = (fact, value)
        entry = fact == self.publication.definitions.vocabulary.entry
        said = [code for code in self._rows if one in code.row.means and code.row.axis not in {"topography", "stage"}]
        records = "%conditions" if entry else "%active"
        for needs, where in ((None, ""), ("type", ".intersect(%typed)"), ("organ", ".intersect(%inOrgan)")):
            yield _exists(f"{records}{where}", self._says(code for code in said if code.row.needs == needs))
        places = [code for code in self._rows if code.row.axis == "topography"]
        for needs, where in ((None, "%primary"), ("type", "%primary.intersect(%typed)")):
            here = [code for code in places if one in code.row.means and code.row.needs == needs]
            yield _exists(f"{where}.bodySite.coding", self._coding(here))
        spread = [code for code in places if one in code.row.secondary]
        yield _exists("%active.intersect(%secondary).bodySite.coding", self._coding(spread))
        if one in self.codes.recurrence:
            yield _exists("%tumors.exclude(%secondary)", self._clinical(RECURRING))
        if entry:
            values = [code for code in said if code.row.axis in {"morphology", "disorder"}]
            yield _exists("%histologies", self._coding([code for code in values if code.row.needs != "organ"]))
            yield _exists("%histologiesInOrgan", self._coding([code for code in values if code.row.needs == "organ"]))
        yield from self._stage(one)

    @functools.cached_property
    def _stage_parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.row.part for one in self._rows if one.row.axis == "stage"))

    def _stage(self, one: tuple[str, Value]) -> Iterator[str]:
        """Yield how stages say a value: all of the same part that may be the newest must come to the same."""
        stages = [code for code in self._rows if code.row.axis == "stage"]
        outcomes = dict.fromkeys(_outcome(code.row) for code in stages if one in code.row.means)
        for outcome in outcomes:
            same = self._coding([code for code in stages if _outcome(code.row) == outcome])
            other = [code for code in stages if code.row.part == outcome[0] and _outcome(code.row) != outcome]
            where = f"%stage{_camel(outcome[0])}"
            yield _all([_exists(where, same), _not(_exists(where, self._coding(other)))])

    # Codings

    @functools.cached_property
    def _rows(self) -> list[_Code]:
        rows = [_Code(system, code, False, row) for system, found in self.codes.rows.items() for code, row in found.items()]
        return rows + [_Code(system, code, True, row) for (system, code), row in self.codes.stems.items()]

    @property
    def _morphologies(self) -> list[_Code]:
        return [one for one in self._rows if one.row.axis == "morphology"]

    def _says(self, rows: Iterable[_Code], behaviors: str = BEHAVIORS) -> str:
        """Return whether a Condition has one of the rows, in its code or as its histology."""
        found = list(rows)
        in_code = [
            one for one in found if one.row.axis in _IN_CODE or (one.row.axis == "morphology" and (one.stem or "/" in one.code))
        ]
        in_histology = [one for one in found if one.row.axis in {"morphology", "disorder"}]
        both = [one for one in in_code if one in in_histology]
        said = (
            (f"(code | {_HISTOLOGY}).coding", both),
            ("code.coding", [one for one in in_code if one not in both]),
            (f"{_HISTOLOGY}.coding", [one for one in in_histology if one not in both]),
        )
        return _any([_exists(where, self._coding(rows, behaviors)) for where, rows in said])

    def _coding(self, rows: Sequence[_Code], behaviors: str = BEHAVIORS) -> str:
        """Return whether a coding has one of the rows; a morphology with one of some behavior digits."""
        found = []
        for system in dict.fromkeys(one.system for one in rows):
            here = [one for one in rows if one.system == system]
            found.append(_all([f"system = '{system}'", _any(list(self._codes(system, here, behaviors)))]))
        return _any(found)

    def _codes(self, system: str, rows: Sequence[_Code], behaviors: str) -> Iterator[str]:
        exact = [
            one
            for one in rows
            if not one.stem and (behaviors == BEHAVIORS or one.code[-2:] in {f"/{digit}" for digit in behaviors})
        ]
        plain = [one.code for one in exact if not one.row.version and not one.row.says]
        if plain:
            yield _one_of("code", plain)
        for one in exact:
            if one.row.version or one.row.says:
                version = f"version.startsWith('{one.row.version}')" if one.row.version else ""
                says = f"display.lower().replace('-', '').contains('{one.row.says}')" if one.row.says else ""
                yield _all([f"code = '{one.code}'", _any([version, says])])
        if stems := [one.code for one in rows if one.stem]:
            own = [code for code in self.codes.rows.get(system, ()) if code[:4] in stems and code[4:5] == "/"]
            matches = f"code.matches('^({'|'.join(stems)})/[{behaviors}]$')"
            yield _all([matches, _not(_one_of("code", own))]) if own else matches


_FOCUS: Final = "focus.reference.where($this in %tumorReferences).exists()"


def _outcome(row: Row) -> tuple[str, Facts, Facts, str]:
    return row.part, row.means, row.suggests, row.reason or ""


def _search(kind: str) -> Variable:
    return f"{kind}s", _QUERY, f"{kind}?patient={{{{%patient.id}}}}"


def _variable_name(fact: str) -> str:
    """Return the name of a fact's variable: an id of FHIR that is an identifier of FHIRPath too."""
    return f"said{_camel(fact)}"


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))


def _literal(fact: Fact, value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else f"'{code_of(fact, value)}'"


def _text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _one_of(what: str, codes: Sequence[str]) -> str:
    """Return that something is one of some codes: as one pattern, which engines read much faster than a long union."""
    if len(codes) == 1:
        return f"{what} = '{codes[0]}'"
    return f"{what}.matches('^({'|'.join(codes)})$')".replace(".", "[.]").replace("[.]matches", ".matches")


def _where(what: str, criterion: str) -> str:
    """Return those of something that keep a criterion; none where there is no criterion."""
    return f"{what}.where({criterion or 'false'})"


def _exists(where: str, criterion: str) -> str:
    """Return that something of a kind exists; nothing where there is no criterion."""
    return f"{where}.where({criterion}).exists()" if criterion else ""


def _any(parts: Sequence[str]) -> str:
    """Return that one of some parts holds; empty parts never do."""
    said = [one for one in parts if one]
    return said[0] if len(said) == 1 else f"({' or '.join(said)})" if said else ""


def _all(parts: Sequence[str]) -> str:
    """Return that all of some parts hold; with an empty one that never is."""
    return " and ".join(one for one in parts if one != _TRUE) or _TRUE if all(parts) else ""


def _not(part: str) -> str:
    return f"({part}).not()" if part else _TRUE

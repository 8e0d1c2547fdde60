"""From ``facts.yaml`` to a checked `Vocabulary`: every mistake is recorded with its place."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ..model.condition_data import ConditionSyntaxError, condition_from
from ..model.conditions import ALWAYS, Condition, facts_of
from ..model.errors import listed, suggest
from ..model.facts import ANY, NONE, AnswerText, Fact, FactKind, Group, Rule, applicability_rules
from ..model.values import NOT_APPLICABLE, Value, answer_name
from ..model.vocabulary import Vocabulary
from .canonical import meaning_digest
from .schema import AnswerSpec, FactsFile, FactSpec, MemberSpec
from .yaml_source import Document, Path_

NAME = re.compile(r"[a-z][a-z0-9_]*")
MAX_ROWS = 1_000_000
"""The most combinations of facts that rules tie together; more are refused, since every proof lists them."""
_YES_NO = ("yes", "no")
_CONNECTIVES = ("all", "any", "not")
"""What conditions are joined with, and so no names of facts."""


def read_vocabulary(document: Document, file: FactsFile) -> Vocabulary | None:
    """Return the vocabulary of a file, or `None` where a mistake keeps it from being one."""
    before = len(document.problems)
    reader = _Reader(document, file)
    vocabulary = reader.read()
    return vocabulary if vocabulary is not None and len(document.problems) == before else None


def check_entry_unread(document: Document, file: FactsFile, vocabulary: Vocabulary) -> None:
    """Record rules and conditions of facts that read the entry fact: tables and proofs hold for each type by itself."""
    read: list[tuple[Path_, Condition]] = [
        (("facts", name, "applies_when"), vocabulary.facts[vocabulary.facts_of(name)[0]].applies_when) for name in file.facts
    ]
    stated = vocabulary.rules[len(vocabulary.rules) - len(file.rules) :]
    read.extend((("rules", number, "never"), rule.never) for number, rule in enumerate(stated))
    for path, condition in read:
        if vocabulary.entry in facts_of(condition):
            message = f"'{vocabulary.entry}' leads to a pathway, so neither a rule nor 'applies_when' can read it"
            document.problem(path, message, "ask the fact in the pathways that need it, and in no other")


@attrs.frozen
class _Names:
    """The facts that a condition can name: those above it in the file."""

    domains: Mapping[str, tuple[Value, ...]]
    members: Mapping[str, tuple[str, ...]]


@attrs.define
class _Reader:
    document: Document
    file: FactsFile
    facts: dict[str, Fact] = attrs.field(factory=dict)
    groups: dict[str, Group] = attrs.field(factory=dict)
    rules: list[Rule] = attrs.field(factory=list)

    def read(self) -> Vocabulary | None:
        for name, spec in self.file.facts.items():
            self._name(("facts", name), name)
            if name in _CONNECTIVES:
                self._problem(("facts", name), f"'{name}' joins conditions", "give the fact another name")
            if spec.kind == "group":
                self._group(name, spec)
            else:
                self._single(name, spec)
        entry = self._entry()
        for number, rule in enumerate(self.file.rules):
            path: Path_ = ("rules", number)
            before = len(self.document.problems)
            never = self._condition((*path, "never"), rule.never)
            if not facts_of(never) and len(self.document.problems) == before:
                self._problem(path, "this rule forbids every case", "say what may never hold together")
            self.rules.append(Rule(never, self._reason((*path, "because"), rule.because), facts_of(never)))
        self._short_words()
        if self.document.problems or entry is None:
            return None
        vocabulary = Vocabulary(self.facts, self.groups, tuple(self.rules), entry, meaning_digest(self.document.data))
        self._possible(vocabulary)
        return vocabulary

    def _problem(self, path: Path_, message: str, suggestion: str = "") -> None:
        self.document.problem(path, message, suggestion)

    def _name(self, path: Path_, name: str) -> None:
        if not NAME.fullmatch(name):
            self._problem(path, f"'{name}' is not a name", "lowercase letters, digits and underscores, a letter first")

    def _reason(self, path: Path_, text: str) -> str:
        if not text.strip():
            self._problem(path, "the reason is missing", "say in words why this cannot be")
        return " ".join(text.split())

    def _condition(self, path: Path_, data: object) -> Condition:
        """Return a condition on the facts read so far."""
        domains = {name: fact.values for name, fact in self.facts.items()}
        members = {name: group.members for name, group in self.groups.items()}
        try:
            return condition_from(data, _Names(domains, members))
        except ConditionSyntaxError as error:
            for below, message, hint in error.problems:
                later = bool(below) and str(below[-1]) in self.file.facts and "unknown fact" in message
                self._problem((*path, *below), message, "name only facts that stand above" if later else hint)
            return ALWAYS

    # One fact

    def _single(self, name: str, spec: FactSpec) -> None:
        path: Path_ = ("facts", name)
        for key, given in (("members", spec.members), ("none", spec.none)):
            if given:
                self._problem((*path, key), f"only a group has {key}")
        if spec.unit and spec.kind != "bands":
            self._problem((*path, "unit"), "only bands have a unit")
        if spec.kind == "yes_no":
            self._yes_and_no(path, name, spec.answers)
            values: tuple[Value, ...] = (True, False)
        else:
            for answer in spec.answers:
                self._name((*path, "answers", answer), answer)
            if len(spec.answers) < 2:
                self._problem((*path, "answers"), f"'{name}' needs at least two answers")
            values = tuple(spec.answers)
        self._no_limits(path, spec)
        self._add(name, spec, spec, values, path, self._applies_when(path, spec))

    def _applies_when(self, path: Path_, spec: FactSpec) -> Condition:
        return ALWAYS if spec.applies_when is None else self._condition((*path, "applies_when"), spec.applies_when)

    def _yes_and_no(self, path: Path_, name: str, answers: Mapping[str, AnswerSpec]) -> None:
        if sorted(answers) != sorted(_YES_NO):
            self._problem((*path, "answers"), f"'{name}' needs exactly these answers: {listed(_YES_NO)}")

    def _add(
        self,
        name: str,
        spec: FactSpec,
        words: FactSpec | MemberSpec,
        values: tuple[Value, ...],
        path: Path_,
        applies_when: Condition,
    ) -> None:
        otherwise: Value = NOT_APPLICABLE
        if spec.applies_when is None:
            for key, given in (("otherwise", spec.otherwise), ("because", spec.because)):
                if given:
                    self._problem((*path, key), f"'{key}' goes with applies_when")
        elif spec.otherwise is not None:
            match = [value for value in values if answer_name(value) == spec.otherwise]
            if match:
                otherwise = match[0]
            else:
                names = [answer_name(value) for value in values]
                hint = suggest(spec.otherwise, names) or f"one of {listed(names)}"
                self._problem((*path, "otherwise"), f"'{name}' has no answer '{spec.otherwise}'", hint)
        fact = Fact(
            name=name,
            kind=FactKind.YES_NO if spec.kind == "group" else FactKind(spec.kind),
            values=values,
            code=len(self.facts),
            question=words.question,
            help=words.help,
            label=words.label,
            texts={
                key: AnswerText(one.label, one.phrase, one.short or _short(name, key)) for key, one in words.answers.items()
            },
            group=name.partition(".")[0] if spec.kind == "group" else "",
            applies_when=applies_when,
            otherwise=otherwise,
            limits=self._limits(path, spec) if spec.kind == "bands" else (),
            unit=spec.unit,
        )
        self.facts[name] = fact
        if spec.applies_when is not None:
            self.rules.extend(applicability_rules(fact, self._reason((*path, "because"), spec.because)))

    def _limits(self, path: Path_, spec: FactSpec) -> tuple[float, ...]:
        """Return the upper bounds of the bands but the last, in order."""
        if not spec.answers:
            return ()
        *bounded, last = spec.answers
        limits = [spec.answers[name].below for name in bounded]
        for name in bounded:
            if spec.answers[name].below is None:
                self._problem((*path, "answers", name), f"the band '{name}' needs 'below', the number that it stays below")
        if spec.answers[last].below is not None:
            self._problem((*path, "answers", last, "below"), f"the last band '{last}' takes every higher number", "remove it")
        known = [float(limit) for limit in limits if limit is not None]
        if not all(math.isfinite(limit) for limit in known):
            self._problem((*path, "answers"), "a limit is not a finite number")
        if any(second <= first for first, second in itertools.pairwise(known)):
            self._problem((*path, "answers"), "the limits of the bands must rise", "the lowest band first")
        return tuple(known)

    def _no_limits(self, path: Path_, words: FactSpec | MemberSpec) -> None:
        if isinstance(words, MemberSpec) or words.kind != "bands":
            for key, one in words.answers.items():
                if one.below is not None:
                    self._problem((*path, "answers", key, "below"), "only bands have limits")

    # Groups

    def _group(self, name: str, spec: FactSpec) -> None:
        path: Path_ = ("facts", name)
        if spec.answers:
            self._problem((*path, "answers"), "the members of a group have answers, the group itself has none")
        if len(spec.members) < 2:
            self._problem((*path, "members"), f"the group '{name}' needs at least two members")
        if spec.none is None:
            self._problem(path, f"the group '{name}' needs 'none', the wording of none of its members")
        for word, says in ((NONE, "no member holds"), (ANY, "some member holds")):
            if word in spec.members:
                self._problem((*path, "members", word), f"'{word}' says that {says}", "give the member another name")
        for member, words in spec.members.items():
            below: Path_ = (*path, "members", member)
            self._name(below, member)
            self._yes_and_no(below, f"{name}.{member}", words.answers)
            self._no_limits(below, words)
        applies_when = self._applies_when(path, spec)
        none = spec.none or AnswerSpec(NONE, NONE)
        text = AnswerText(none.label, none.phrase, none.short)
        self.groups[name] = Group(name, tuple(spec.members), spec.question, spec.help, spec.label, text)
        before = len(self.document.problems)
        for member, words in spec.members.items():
            self._add(f"{name}.{member}", spec, words, (True, False), path, applies_when)
        # What is wrong with the condition that all members share is told once.
        self.document.problems[before:] = dict.fromkeys(self.document.problems[before:])

    # The whole

    def _entry(self) -> str | None:
        entries = [name for name, spec in self.file.facts.items() if spec.entry]
        if len(entries) != 1:
            found = f"these do: {listed(entries)}" if entries else "none does"
            self._problem(("facts",), f"exactly one fact leads to a pathway (entry: true); {found}")
            return None
        spec = self.file.facts[entries[0]]
        if spec.kind != "one_of" or spec.applies_when is not None:
            path: Path_ = ("facts", entries[0])
            self._problem(path, f"'{entries[0]}' leads to a pathway, so it is a one_of that always applies")
        return entries[0]

    def _short_words(self) -> None:
        """Record words of scenario ids that two values share, since two scenarios could then have one id."""
        owner: dict[str, str] = {}
        for name, fact in self.facts.items():
            for answer, text in fact.texts.items():
                first = owner.setdefault(text.short, f"{name} {answer}")
                if first != f"{name} {answer}":
                    path: Path_ = ("facts", *self._path_of(name), "answers", answer)
                    self._problem(path, f"the short word '{text.short}' already stands for {first}", "give it another: short")
                if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", text.short):
                    path = ("facts", *self._path_of(name), "answers", answer)
                    self._problem(
                        path, f"the short word '{text.short}' is not fit for ids", "lowercase letters, digits, dashes"
                    )

    @staticmethod
    def _path_of(name: str) -> Path_:
        group, dot, member = name.partition(".")
        return (group, "members", member) if dot else (name,)

    def _possible(self, vocabulary: Vocabulary) -> None:
        """Record values that no consistent case has, and facts that are too many to be listed."""
        for linked in vocabulary.linked_sets:
            product = math.prod(len(vocabulary.facts[name].domain) for name in linked)
            names = [name for name in vocabulary.facts if name in linked]
            if product > MAX_ROWS:
                message = f"rules tie together facts with {product:,} combinations; at most {MAX_ROWS:,} are listed"
                self._problem(("facts", *self._path_of(names[0])), f"{message}: {listed(names)}")
                return
            rows = vocabulary.scenarios(linked)
            for name, value in self._never(vocabulary, names, rows):
                message = f"no consistent case has the answer '{answer_name(value)}' to '{name}'"
                self._problem(("facts", *self._path_of(name)), message, "look at its conditions and at the rules")

    @staticmethod
    def _never(vocabulary: Vocabulary, names: list[str], rows: list[dict[str, Value]]) -> Iterator[tuple[str, Value]]:
        for name in names:
            for value in vocabulary.facts[name].values:
                if not any(row[name] == value for row in rows):
                    yield name, value


def _dashed(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _short(name: str, answer: str) -> str:
    """Return the word for an answer that has none of its own: its name, or for yes and no that of the fact."""
    last = _dashed(name.rpartition(".")[2])
    return last if answer == "yes" else f"no-{last}" if answer == "no" else _dashed(answer)


def plain_facts(data: Any) -> Mapping[str, Any]:
    """Return the facts of a file's plain data, each under its dotted name, as reviews and differences show them."""
    found: dict[str, Any] = {}
    for name, spec in data["facts"].items():
        shared = {key: value for key, value in spec.items() if key != "members"}
        if "members" in spec:
            found.update({f"{name}.{member}": {**shared, **words} for member, words in spec["members"].items()})
        else:
            found[name] = shared
    return found

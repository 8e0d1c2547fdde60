"""A walk at the terminal: asks the next question, takes answers back, saves and resumes."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Any

import typer

from ..engine.text import as_text
from ..engine.walk import AskedQuestion, Walk, saved_walk
from ..loading.files import check_place, write_whole
from ..model.errors import (
    CaseError,
    WalkError,
    listed,
    printable,
    suggest,
)
from ..model.facts import NONE
from ..model.values import answer_name, plain
from .common import at_terminal, say

_HELP = """\
  a number or an answer   answers the question (several at once: 1, 3)
  skip                    not known; asks the next question
  back                    takes the last answer back
  show                    shows the answer as it stands
  save FILE               saves the walk; go on with: pnet ask --resume FILE
  quit                    stops and shows the answer as it stands"""


class Session:
    """One conversation about one walk. With a file, the walk is saved there after every step.

    Raises `WalkError` where the file is there and is no saved walk, unless `force` allows it to be lost, or whoever sits at the
    terminal does.
    """

    def __init__(self, walk: Walk, file: Path | None, *, force: bool = False) -> None:
        self.walk = walk
        self.force = force
        self.file = None if file is None else self._to_save(file)
        self.steps: list[str | None] = []
        """What was done, to take back: a skipped fact, or `None` for an answer."""

    def run(self) -> None:
        """Ask until nothing is left to ask, or the input ends. Raises `OSError` where the walk cannot be saved."""
        say("Type an answer, skip, back, show, save FILE, quit or help.\n")
        while (question := self._next()) is not None:
            choices = self._choices(question.fact)
            self._print(question, choices)
            try:
                typed = input("> ").strip()
            except EOFError:
                say("")
                break
            if typed.lower() in {"quit", "exit", "q"}:
                break
            self._take(question, choices, typed)
        say("")
        say(as_text(self.walk.recommendation), nl=False)

    def _next(self) -> AskedQuestion | None:
        skipped = [step for step in self.steps if step is not None]
        return self.walk.question_after(skipped)

    def _choices(self, asks: str) -> list[str]:
        """Return the answers that contradict nothing known; of a group, the members that can be present, then that none is."""
        vocabulary = self.walk.definitions.vocabulary
        known = self.walk.case.known()
        if asks in vocabulary.groups:
            group = vocabulary.groups[asks]
            choices = [member for member, fact in group.named_facts if vocabulary.consistent({**known, fact: True})]
            absent = dict.fromkeys(group.facts, False)
            return [*choices, NONE] if vocabulary.consistent({**known, **absent}) else choices
        values = vocabulary.facts[asks].values
        return [answer_name(value) for value in values if vocabulary.consistent({**known, asks: value})]

    def _print(self, question: AskedQuestion, choices: list[str]) -> None:
        say(question.question)
        if question.help:
            say(f"  {question.help}")
        group = self.walk.definitions.vocabulary.groups.get(question.fact)
        none = f"none of these ({group.none.label})" if group else ""
        fact = self.walk.definitions.vocabulary.facts.get(question.fact)
        if fact is not None and fact.limits:
            # No numbers before the bands: a number that is typed is the one that was measured.
            for answer in choices:
                say(f"  {question.labels.get(answer, answer)}: {fact.band(answer)}")
            say(f"  Type the number{f' in {fact.unit}' if fact.unit else ''}, or one of these answers.")
            return
        for number, answer in enumerate(choices, 1):
            say(f"  {number}. {none if group and answer == NONE else question.labels.get(answer, answer)}")
        if group:
            say(f"  Several can hold: name them all{', or none' if NONE in choices else ''}.")

    def _take(self, question: AskedQuestion, choices: list[str], typed: str) -> None:
        command, _, rest = typed.partition(" ")
        command = command.lower()
        try:
            if command == "back":
                self._back()
            elif command == "skip":
                self.steps.append(question.fact)
            elif command == "show":
                say(as_text(self.walk.recommendation))
            elif command == "help":
                say(_HELP)
            elif command == "save":
                self._save(rest.strip())
            else:
                self._answer(question, choices, typed)
        except (CaseError, WalkError) as error:
            say(f"  {error}")

    def _back(self) -> None:
        if self.steps and self.steps.pop() is not None:
            return
        answered = self.walk.undo()
        say(f"  taken back: {answered.fact}")
        self._keep()

    def _save(self, name: str) -> None:
        if not name:
            raise WalkError("say where: save FILE")
        try:
            self.file = self._to_save(Path(name))
            self._keep()
        except OSError as error:
            self.file = None
            raise WalkError(f"{name} cannot be written: {error.strerror}") from None
        say(f"  saved; go on with: pnet ask --resume {name}")

    def _to_save(self, file: Path) -> Path:
        """Return a file in which the walk can be saved, so that nothing but a saved walk is lost."""
        if not (self.force or _may_be_replaced(file) or _allowed(file)):
            raise WalkError(f"{file} is there and is not a saved walk; name another file, or give --force to overwrite it")
        return file

    def _keep(self) -> None:
        if self.file is not None:
            write_whole(self.file, self.walk.to_json() + "\n", private=True)

    def _answer(self, question: AskedQuestion, choices: list[str], typed: str) -> None:
        value = self._read(question, choices, typed.lower())
        if value is None:
            near = suggest(typed, choices) or f"answers: {listed(choices)}"
            say(f"  '{typed}' is not an answer here ({near}); type help for what else can be typed")
            return
        self.walk.answer(question.fact, value)
        self.steps.append(None)
        self._keep()

    def _read(self, question: AskedQuestion, choices: list[str], typed: str) -> Any:
        """Return the value of what was typed, `None` where it is not an answer."""
        vocabulary = self.walk.definitions.vocabulary
        if question.fact not in vocabulary.groups:
            if (number := self._number(question.fact, typed)) is not None:
                return number
            answer = self._choice(question, choices, typed)
            return None if answer is None else plain(vocabulary.facts[question.fact].value_of(answer))
        if typed in {NONE, "none of these", vocabulary.groups[question.fact].none.label.lower()}:
            return []
        named = [self._choice(question, choices, word.strip()) for word in typed.replace(" and ", ",").split(",")]
        if None in named and " " in typed:
            named = [self._choice(question, choices, word) for word in typed.replace(",", " ").replace(" and ", " ").split()]
        if set(named) == {NONE}:
            return []
        return None if None in named or NONE in named else [choice for choice in choices if choice in named]

    def _number(self, name: str, typed: str) -> float | None:
        """Return the number that was typed for a fact with bands, with or without its unit; else `None`."""
        fact = self.walk.definitions.vocabulary.facts[name]
        if not fact.limits:
            return None
        try:
            number = float(typed.removesuffix(fact.unit.lower()).strip())
        except ValueError:
            return None
        return number if isfinite(number) else None

    def _choice(self, question: AskedQuestion, choices: list[str], typed: str) -> str | None:
        if typed.isdecimal() and len(typed) < 4 and 1 <= int(typed) <= len(choices):
            return choices[int(typed) - 1]
        by_label = {question.labels.get(answer, answer).lower(): answer for answer in choices}
        if typed in {"y", "n"}:
            typed = {"y": "yes", "n": "no"}[typed]
        return typed if typed in choices else by_label.get(typed)


def _may_be_replaced(file: Path) -> bool:
    """Whether nothing is lost that is no saved walk: the file is missing, empty, one, or nothing that keeps what is written."""
    check_place(file)
    if not file.is_file():
        return True
    try:
        text = file.read_bytes().decode()
        return not text or bool(saved_walk(text))
    except (WalkError, UnicodeDecodeError):
        return False


def _allowed(file: Path) -> bool:
    """Ask at the terminal whether a file is to be overwritten; where there is none, it is not."""
    question = f"{printable(str(file))} is there and is not a saved walk. Overwrite it?"
    return at_terminal() and typer.confirm(question, err=True)

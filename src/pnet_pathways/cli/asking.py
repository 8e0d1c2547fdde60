"""A walk at the terminal: asks the next question, takes answers back, saves and resumes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from ..engine.text import as_text
from ..engine.walk import Walk
from ..loading.files import write_whole
from ..model.errors import (
    CaseError,
    WalkError,
    listed,
    suggest,
)
from ..model.facts import (
    FACTS,
    Site,
    answer_name,
    broken_rules,
    plain,
)
from ..model.reference import FactText

_HELP = """\
  a number or an answer   answers the question (several sites: head, tail)
  skip                    not known; asks the next question
  back                    takes the last answer back
  show                    shows the answer as it stands
  save FILE               saves the walk; go on with: pnet ask --resume FILE
  quit                    stops and shows the answer as it stands"""


class Session:
    """One conversation about one walk. With a file, the walk is saved there after every step."""

    def __init__(self, walk: Walk, file: Path | None) -> None:
        self.walk = walk
        self.file = file
        self.steps: list[str | None] = []
        """What was done, to take back: a skipped fact, or `None` for an answer."""

    def run(self) -> None:
        """Ask until nothing is left to ask, or the input ends. Raises `OSError` where the walk cannot be saved."""
        typer.echo("Type an answer, skip, back, show, save FILE, quit or help.\n")
        while (question := self._next()) is not None:
            choices = list(self._choices(question.fact))
            self._print(question, choices)
            try:
                typed = input("> ").strip()
            except EOFError:
                typer.echo("")
                break
            if typed.lower() in {"quit", "exit", "q"}:
                break
            self._take(question, choices, typed)
        typer.echo("")
        typer.echo(as_text(self.walk.recommendation), nl=False)

    def _next(self) -> FactText | None:
        missing = [fact for fact in self.walk.recommendation.missing if fact not in self.steps]
        return self.walk.definitions.fact_texts[missing[0]] if missing else None

    def _choices(self, fact: str) -> Iterator[str]:
        """Yield the answers that contradict nothing known."""
        known = {name: value for name in FACTS if (value := self.walk.case.value(name)) is not None}
        for value in FACTS[fact].values:
            if not broken_rules({**known, fact: value}):
                yield answer_name(value)

    def _print(self, question: FactText, choices: list[str]) -> None:
        typer.echo(question.question)
        typer.echo(f"  {question.help}")
        for number, answer in enumerate(choices, 1):
            typer.echo(f"  {number}. {question.labels.get(answer, answer)}")

    def _take(self, question: FactText, choices: list[str], typed: str) -> None:
        command, _, rest = typed.partition(" ")
        command = command.lower()
        try:
            if command == "back":
                self._back()
            elif command == "skip":
                self.steps.append(question.fact)
            elif command == "show":
                typer.echo(as_text(self.walk.recommendation))
            elif command == "help":
                typer.echo(_HELP)
            elif command == "save":
                self._save(rest.strip())
            else:
                self._answer(question, choices, typed)
        except (CaseError, WalkError) as error:
            typer.echo(f"  {error}")

    def _back(self) -> None:
        if self.steps and self.steps.pop() is not None:
            return
        answered = self.walk.undo()
        typer.echo(f"  taken back: {answered.fact}")
        self._keep()

    def _save(self, name: str) -> None:
        if not name:
            raise WalkError("say where: save FILE")
        self.file = Path(name)
        try:
            self._keep()
        except OSError as error:
            self.file = None
            raise WalkError(f"{name} cannot be written: {error.strerror}") from None
        typer.echo(f"  saved; go on with: pnet ask --resume {name}")

    def _keep(self) -> None:
        if self.file is not None:
            write_whole(self.file, self.walk.to_json() + "\n")

    def _answer(self, question: FactText, choices: list[str], typed: str) -> None:
        answer = self._read(question, choices, typed.lower())
        if answer is None:
            near = suggest(typed, choices) or f"answers: {listed(choices)}"
            typer.echo(f"  '{typed}' is no answer here ({near}); type help for what else can be typed")
            return
        value: Any = plain(FACTS[question.fact].value_of(answer))
        self.walk.answer(question.fact, value)
        self.steps.append(None)
        self._keep()

    def _read(self, question: FactText, choices: list[str], typed: str) -> str | None:
        if typed.isdecimal() and len(typed) < 4 and 1 <= int(typed) <= len(choices):
            return choices[int(typed) - 1]
        by_label = {question.labels.get(answer, answer).lower(): answer for answer in choices}
        if question.fact == "sites":
            words = typed.replace(",", " ").replace(" and ", " ").split()
            typed = " and ".join(site for site in Site if site in words) if set(words) <= set(Site) else typed
        if typed in {"y", "n"}:
            typed = {"y": "yes", "n": "no"}[typed]
        return typed if typed in choices else by_label.get(typed)

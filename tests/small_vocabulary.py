"""A small vocabulary of another subject, to test what a vocabulary does apart from the project's own."""

from __future__ import annotations

from pathlib import Path

from pnet_pathways.loading.schema import FactsFile
from pnet_pathways.loading.structuring import structure
from pnet_pathways.loading.vocabulary import read_vocabulary
from pnet_pathways.loading.yaml_source import read_yaml
from pnet_pathways.model.vocabulary import Vocabulary

FACTS = """\
format: 2
facts:
  animal:
    kind: one_of
    entry: true
    label: animal
    question: Which animal is it?
    answers:
      dog: {label: dog, phrase: a dog}
      cat: {label: cat, phrase: a cat}
      fish: {label: fish, phrase: a fish}
  coat:
    kind: group
    label: coat
    question: Which colors has its coat?
    members:
      black:
        label: black
        question: Is it black?
        answers:
          yes: {label: yes, phrase: black}
          no: {label: no, phrase: not black}
      white:
        label: white
        question: Is it white?
        answers:
          yes: {label: yes, phrase: white}
          no: {label: no, phrase: not white}
    none: {label: none, phrase: without a coat, short: bare}
    applies_when: {animal: [dog, cat]}
    otherwise: no
    because: a fish has no coat
  spotted:
    kind: yes_no
    label: spots
    question: Is it spotted?
    answers:
      yes: {label: yes, phrase: spotted}
      no: {label: no, phrase: not spotted}
    applies_when: {coat: {all_of: [black, white]}}
    otherwise: no
    because: spots need two colors
  weight:
    kind: bands
    label: weight
    unit: kg
    question: How heavy is it?
    answers:
      light: {label: light, phrase: light, below: 5}
      medium: {label: medium, phrase: of medium weight, below: 20.5}
      heavy: {label: heavy, phrase: heavy}
  leash:
    kind: one_of
    label: leash
    question: Which leash has it?
    answers:
      short: {label: short, phrase: on a short leash, short: short-leash}
      long: {label: long, phrase: on a long leash, short: long-leash}
    applies_when: {animal: dog}
    because: only a dog is on a leash
  indoors:
    kind: yes_no
    label: indoors
    question: Does it live indoors?
    answers:
      yes: {label: yes, phrase: indoors}
      no: {label: no, phrase: outdoors}
  vaccinated:
    kind: yes_no
    label: vaccinated
    question: Is it vaccinated?
    answers:
      yes: {label: yes, phrase: vaccinated}
      no: {label: no, phrase: not vaccinated}
rules:
  - never: {animal: dog, weight: heavy, indoors: true}
    because: a heavy dog lives outdoors
"""

BLACK, WHITE = (
    FACTS[FACTS.index(f"      {member}:\n") : FACTS.index(after)]
    for member, after in (("black", "      white:\n"), ("white", "    none:"))
)
"""The members of the group `coat`."""


def read(text: str, folder: Path) -> tuple[Vocabulary | None, list[str]]:
    """Return the vocabulary of a file's text, and the problems found in it."""
    path = folder / "facts.yaml"
    path.write_text(text, "utf-8")
    document = read_yaml(path, "facts.yaml")
    file = structure(document, FactsFile)
    vocabulary = None if file is None else read_vocabulary(document, file)
    return vocabulary, [str(problem) for problem in document.problems]

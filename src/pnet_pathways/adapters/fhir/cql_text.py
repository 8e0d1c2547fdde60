"""The words of a Library: what reads the patient's form, and how lines are laid out."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ...model.facts import Fact
from .cql_facts import literal, quoted
from .terms import code_of

_WIDTH: Final = 128
_BREAKS: Final = re.compile(r"""((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^"'])*?)(?: (?=(?:and|or|then|else)\b)|(?<=,) |$)""")
"""A stretch of CQL up to where a line may end: before a connective, or after a comma, never within a name or string."""

FORM: Final = """\
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


def let(name: str, word: str) -> str:
    """Return what is said of a fact, option or gap within the answer."""
    return quoted(f"{name} {word}")


def given(fact: Fact, said: str) -> str:
    """Return what was given of a fact, null where nothing was."""
    if fact.is_boolean:
        return f'"Yes or no"({said}, {literal(fact.name)})'
    return f'"One of"({said}, {{ {", ".join(literal(code_of(fact, value)) for value in fact.values)} }})'


def those(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the list of the names whose condition is true."""
    return known([f"if {condition} then {literal(name)} else null" for name, condition in pairs])


def known(items: Sequence[str]) -> str:
    """Return the list of those that are not null."""
    return f"({{ {', '.join(items)} }}) X where X is not null return all X" if items else "List<String>{}"


def define(name: str, text: str) -> Iterator[str]:
    """Yield a definition."""
    yield f"define {quoted(name)}:"
    yield from laid_out(text, "  ")
    yield ""


def comment(text: str) -> Iterator[str]:
    """Yield a comment."""
    for line in textwrap.wrap(" ".join(text.split()), _WIDTH - 3):
        yield f"// {line}"


def laid_out(text: str, indent: str) -> Iterator[str]:
    """Yield a text in lines that are not too long; what follows the first stands two places in."""
    line = indent
    for part in _BREAKS.findall(text):
        if len(line) + len(part) >= _WIDTH and line.strip():
            yield line.rstrip()
            line = f"{indent}  "
        line += f"{part} "
    yield line.rstrip()

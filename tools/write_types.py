"""Write `src/pnet_pathways/pnet.py`, the typed names of the project's vocabulary, from its ``facts.yaml``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pnet_pathways.loading.files import write_whole
from pnet_pathways.loading.folder import load_pathways
from pnet_pathways.model.facts import Fact, FactKind, Group
from pnet_pathways.model.vocabulary import Vocabulary

TARGET = Path(__file__).resolve().parents[1] / "src" / "pnet_pathways" / "pnet.py"

HEAD = '''"""The typed names of the project's vocabulary: enums of its answers, its groups, and a `Case` that editors complete.

Written from ``facts.yaml`` by ``tools/write_types.py``; nothing inside the package imports it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Literal, Self

import attrs

from .loading.folder import load_pathways
from .model import case as generic
from .model.vocabulary import Vocabulary


@functools.cache
def _vocabulary() -> Vocabulary:
    return load_pathways().vocabulary
'''


def camel(name: str) -> str:
    """Return a name as that of a class: ``tumor_type`` is ``TumorType``."""
    return "".join(part.capitalize() for part in name.split("_"))


def types_source(vocabulary: Vocabulary) -> str:
    """Return the text of the module."""
    lines = [HEAD]
    for key in vocabulary.keys:
        if key in vocabulary.groups:
            lines.extend(_group(vocabulary.groups[key]))
        elif vocabulary.facts[key].kind is not FactKind.YES_NO:
            lines.extend(_enum(vocabulary.facts[key]))
    lines.extend(_case(vocabulary))
    return "\n".join(lines) + "\n"


def _doc(text: str) -> str:
    return '"""' + " ".join(text.split()) + '"""'


def _enum(fact: Fact) -> Iterator[str]:
    yield from ("", f"class {camel(fact.name)}(StrEnum):", f"    {_doc(fact.question)}", "")
    yield from (f'    {answer.upper()} = "{answer}"' for answer in fact.answers)
    yield ""


def _member_name(group: Group) -> str:
    """Return the class name of one member: ``sites`` has the members of `Site`."""
    return camel(group.name.removesuffix("s") if group.name.endswith("s") else f"{group.name}_place")


def _group(group: Group) -> Iterator[str]:
    name = _member_name(group)
    yield from ("", f"class {name}(StrEnum):", f"    {_doc(f'A member of `{camel(group.name)}`.')}", "")
    yield from (f'    {member.upper()} = "{member}"' for member in group.members)
    yield from ("", "", "@attrs.frozen", f"class {camel(group.name)}:")
    yield f"    {_doc(f'{group.question} Each member `True`, `False` or unknown (`None`).')}"
    yield ""
    yield from (f"    {member}: bool | None = None" for member in group.members)
    yield ""


def _annotation(vocabulary: Vocabulary, key: str) -> str:
    if key in vocabulary.groups:
        group = vocabulary.groups[key]
        members = ", ".join(f'"{member}"' for member in group.members)
        listed = f"Iterable[{_member_name(group)} | Literal[{members}]]"
        return f"{camel(key)} | {listed} | Mapping[Literal[{members}], bool | None] | None"
    fact = vocabulary.facts[key]
    if fact.kind is FactKind.YES_NO:
        return "bool | None"
    answers = ", ".join(f'"{answer}"' for answer in fact.answers)
    number = "float | " if fact.kind is FactKind.BANDS else ""
    return f"{camel(key)} | Literal[{answers}] | {number}None"


CASE_HEAD = '''
class Case(generic.Case):
    """The findings of one patient. Every fact is optional; `None` means unknown.

    Values are strict (``1`` or ``"yes"`` is not a boolean). A group as an iterable is complete: what is not in it is known to
    be absent. Raises `CaseError` with all problems at once, or `InconsistentCaseError` for contradictions.

    >>> Case({example}=False).to_dict()
    {{'{example}': False}}
    """

    def __init__(
        self,
        *,
{parameters}
    ) -> None:
        given = {{
{given}
        }}
        made = generic.Case.from_dict(given, _vocabulary())
        super().__init__(made.vocabulary, made.code, made.closed)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], vocabulary: Vocabulary | None = None) -> Self:
        """Read a case from the JSON contract, by default in the project's vocabulary; see `model.case.Case`."""
        return super().from_dict(data, _vocabulary() if vocabulary is None else vocabulary)

    @classmethod
    def from_json(cls, text: str, vocabulary: Vocabulary | None = None) -> Self:
        """Read a case from JSON text, by default in the project's vocabulary; see `model.case.Case`."""
        return super().from_json(text, _vocabulary() if vocabulary is None else vocabulary)

    def _given_bool(self, fact: str) -> bool | None:
        value = self.given.get(fact)
        return value if isinstance(value, bool) else None
'''

CASE_END = """

# Only where tests have loaded hypothesis, whose entry point it is.
if (_hypothesis := sys.modules.get("_pnet_pathways_hypothesis")) is not None:
    _hypothesis.register()
"""


def _case(vocabulary: Vocabulary) -> Iterator[str]:
    yield CASE_HEAD.format(
        example=next(fact.name for fact in vocabulary.facts.values() if fact.is_boolean and not fact.group),
        parameters="\n".join(f"        {key}: {_annotation(vocabulary, key)} = None," for key in vocabulary.keys),
        given="\n".join(f'            "{key}": {key},' for key in vocabulary.keys),
    )
    for key in vocabulary.keys:
        yield "    @property"
        yield from _getter(vocabulary, key)
        yield ""
    yield CASE_END


def _getter(vocabulary: Vocabulary, key: str) -> Iterator[str]:
    doc = f"        {_doc(vocabulary.question(key))}"
    if key in vocabulary.groups:
        members = vocabulary.groups[key].members
        given = ", ".join(f'{member}=self._given_bool("{key}.{member}")' for member in members)
        yield from (f"    def {key}(self) -> {camel(key)}:", doc, f"        return {camel(key)}({given})")
    elif vocabulary.facts[key].is_boolean:
        yield from (f"    def {key}(self) -> bool | None:", doc, f'        return self._given_bool("{key}")')
    else:
        yield from (f"    def {key}(self) -> {camel(key)} | None:", doc, f'        value = self.given.get("{key}")')
        yield f"        return {camel(key)}(value) if isinstance(value, str) else None"


def formatted(text: str) -> str:
    """Return the text as ruff formats it, so that the committed file passes the gate."""
    import subprocess

    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(TARGET), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    write_whole(TARGET, formatted(types_source(load_pathways().vocabulary)))

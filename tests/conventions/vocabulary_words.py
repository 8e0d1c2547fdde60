"""Which names of a document's vocabulary a source file knows, told from the words that any program uses."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

PROGRAM = frozenset(
    {"body", "course", "head", "large", "new", "none", "one", "other", "several", "size", "small", "stable", "tail"}
)
"""Names that any program uses (the head of a page, the size of letters, a stable order, the care course, none of a group)."""
ORDINARY = PROGRAM | {"sites", "spread", "symptoms"}
"""Names that are words of plain English: prose may use them, and code those of `PROGRAM`."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_QUOTED = re.compile(r"""(["'`])([\w.]*)\1""")


def names_of(facts: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Return the names in the data of ``facts.yaml``: facts, groups, members, and values, which the types are among."""
    found = {*facts, *(name for spec in facts.values() for key in ("members", "answers") for name in spec.get(key, ()))}
    return frozenset(found - {"yes", "no"})


def known_names(text: str, suffix: str, names: frozenset[str]) -> list[str]:
    """Return each name that a source file knows, as ``line: name``, in order.

    A name counts wherever it stands, also in words ("lymph nodes"), in CamelCase and within a longer name. An ordinary one
    counts as a name in code alone: a string, also one of a dotted name, an attribute, an argument. What a module imports
    from the generated `pnet` it may name, and the examples of public functions and classes run on the project's document.
    """
    found = set(_anywhere(_without_examples(text) if suffix == ".py" else text, names - ORDINARY))
    code = _in_python(text) if suffix == ".py" else _in_quotes(text)
    found.update((line, part) for line, word in code for part in word.split(".") if part in names & (ORDINARY - PROGRAM))
    return [f"{line}: {name}" for line, name in sorted(found)]


def _anywhere(text: str, names: frozenset[str]) -> Iterator[tuple[int, str]]:
    # No letter before and behind, but a plural: `tumor_type` is found in "tumor types" and `TUMOR_TYPE_2`.
    spelled = {name: name.replace("_", "[_ -]?") for name in names}
    pattern = re.compile("|".join(f"(?P<{name}>(?<![a-z]){how}s?(?![a-z]))" for name, how in sorted(spelled.items())))
    for number, line in enumerate(text.splitlines(), 1):
        for match in pattern.finditer(_CAMEL.sub("_", line).lower()):
            yield number, str(match.lastgroup)


def _in_python(text: str) -> Iterator[tuple[int, str]]:
    """Yield each string, attribute and argument of a module, with its line."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.keyword | ast.arg) and node.arg:
            yield node.lineno, node.arg


def _in_quotes(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        yield from ((number, match[2]) for match in _QUOTED.finditer(line))


def _without_examples(text: str) -> str:
    """Return a module's text without the examples of its public functions and classes, and without names of `pnet`."""
    tree = ast.parse(text)
    lines = text.splitlines()
    public = (one for one in tree.body if isinstance(one, ast.FunctionDef | ast.ClassDef) and not one.name.startswith("_"))
    for number in chain.from_iterable(map(_example_lines, public)):
        lines[number] = ""
    generated = [
        one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.module in {"pnet", "pnet_pathways.pnet"}
    ]
    names = [alias.name for one in generated for alias in one.names]
    left = "\n".join(lines)
    return re.sub(rf"\b({'|'.join(names)})\b", "", left) if names else left


def _example_lines(node: ast.FunctionDef | ast.ClassDef) -> Iterator[int]:
    """Yield the numbers, from 0, of the lines of the examples in a docstring: what is typed and what is printed."""
    docstring = ast.get_docstring(node, clean=False)
    if docstring is None:
        return
    first = node.body[0].lineno - 1
    for example in doctest.DocTestParser().get_examples(docstring):
        count = example.source.count("\n") + example.want.count("\n")
        yield from range(first + example.lineno, first + example.lineno + count)

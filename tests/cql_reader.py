"""Reads the part of CQL in which answers are given, and evaluates it over many cases at once; shares nothing with its writer.

A truth is a pair of masks over the cases: those in which it is true, and those in which it is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

_TOKEN: Final = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_]+|!=|>=|[(){}=,:.<>0-9])""")

Tree = tuple[Any, ...]
Truth = tuple[int, int]


def lets_of(text: str) -> dict[str, Tree]:
    """Return the expressions of the definition `answer`, by name; what reads the form is left out."""
    start = text.index("    let\n", text.index('define "answer"')) + len("    let\n")
    lines = [line for line in text[start : text.index("    return all Tuple", start)].splitlines() if "//" not in line]
    reader = _Reader([one.group(1) for one in _TOKEN.finditer("\n".join(lines))])
    return dict(reader.lets())


@attrs.define
class _Reader:
    tokens: list[str]
    place: int = 0

    def lets(self) -> Iterator[tuple[str, Tree]]:
        while self.place < len(self.tokens):
            name = self._name(self._next())
            assert self._next() == ":"
            yield name, self._whole()
            assert self.place == len(self.tokens) or self._next() == ","

    def _next(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def _takes(self, *words: str) -> bool:
        found = self.tokens[self.place : self.place + len(words)] == list(words)
        self.place += len(words) * found
        return found

    @staticmethod
    def _name(token: str) -> str:
        return re.sub(r"\\(.)", r"\1", token[1:-1])

    def _whole(self) -> Tree:
        if self._takes("if"):
            condition = self._whole()
            assert self._takes("then")
            then = self._whole()
            assert self._takes("else")
            return "if", condition, then, self._whole()
        return self._joined("or", lambda: self._joined("and", self._single))

    def _joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        parts = [part()]
        while self._takes(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else (word, *parts)

    def _single(self) -> Tree:
        if self._takes("not"):
            return "not", self._single()
        tree = self._primary()
        for sign in ("=", "!="):
            if self._takes(sign):
                equal = ("=", tree, self._primary())
                return equal if sign == "=" else ("not", equal)
        while self._takes("is"):
            negated = self._takes("not")
            tree = ("is", tree, self._next())
            tree = ("not", tree) if negated else tree
        return tree

    def _primary(self) -> Tree:
        word = self._next()
        if word == "(":
            tree = self._whole()
            assert self._takes(")")
            return tree
        if self._takes("("):
            # A function: what reads the form, or the choice of a reading.
            arguments: list[Tree] = []
            while not self._takes(")"):
                arguments.append(self._braced() if self._takes("{") else self._whole())
                self._takes(",")
            return "call", self._name(word) if word[0] == '"' else word, *arguments
        if word[0] == '"':
            return "name", self._name(word)
        if word[0] == "'":
            return "text", self._name(word)
        assert word in {"true", "false", "null", "S"}, word
        return "constant", word

    def _braced(self) -> Tree:
        items = []
        while not self._takes("}"):
            items.append(self._next())
        return "list", *items


@attrs.define
class Evaluation:
    """Expressions over cases. `given` are names that stand for themselves: a truth, or by text the cases that have it.

    `read` collects those that were used.
    """

    lets: Mapping[str, Tree]
    everything: int
    given: Mapping[str, Any]
    read: set[str] = attrs.field(factory=set)
    _memo: dict[str, Any] = attrs.field(factory=dict)

    def of(self, name: str) -> Any:
        """Return what an expression says."""
        if name in self.given:
            self.read.add(name)
            return self.given[name]
        if name not in self._memo:
            self._memo[name] = self.tree(self.lets[name])
        return self._memo[name]

    def tree(self, tree: Tree) -> Any:
        """Return what a tree says."""
        match tree:
            case ("name", name):
                return self.of(name)
            case ("constant", word):
                return self._constant(word)
            case ("and", *parts):
                return self._all([self.tree(one) for one in parts])
            case ("or", *parts):
                return self._not(self._all([self._not(self.tree(one)) for one in parts]))
            case ("not", part):
                return self._not(self.tree(part))
            case ("is", part, word):
                true, null = self._known(self.tree(part))
                return {"null": null, "true": true, "false": self.everything & ~true & ~null}[word], 0
            case ("=", part, ("text", text)):
                values = self.tree(part)
                return values.get(text, 0), self.everything & ~_union(values)
            case ("=", part, ("constant", word)):
                true, null = self._known(self.tree(part))
                return true if word == "true" else self.everything & ~true & ~null, null
            case ("if", condition, then, other):
                chosen, _ = self.tree(condition)
                # What is not chosen is not read.
                if chosen == self.everything:
                    return self.tree(then)
                if not chosen:
                    return self.tree(other)
                yes, no = self.tree(then), self.tree(other)
                return tuple(one & chosen | less & ~chosen for one, less in zip(yes, no, strict=True))
        raise AssertionError(f"not understood: {tree}")

    def _known(self, value: Any) -> Truth:
        """Return a truth, or of texts where there are none."""
        return value if isinstance(value, tuple) else (_union(value), self.everything & ~_union(value))

    def _constant(self, word: str) -> Truth:
        return {"true": (self.everything, 0), "false": (0, 0), "null": (0, self.everything)}[word]

    def _not(self, truth: Truth) -> Truth:
        true, null = truth
        return self.everything & ~true & ~null, null

    def _all(self, truths: list[Truth]) -> Truth:
        true = never = self.everything
        for yes, null in truths:
            true &= yes
            never &= yes | null
        return true, never & ~true


def _union(values: Mapping[str, int]) -> int:
    found = 0
    for mask in values.values():
        found |= mask
    return found

"""Where a case enters: which pathways bear on which type, and what holds whatever the type is."""

from __future__ import annotations

from collections.abc import Mapping

from .records import frozen


@frozen
class EntryType:
    """Where one value of the entry fact leads: a pathway, or out of scope (`pathway` is None) with the reason in `note`."""

    type: str
    label: str
    pathway: str | None
    note: str
    readings: tuple[str, ...]


@frozen
class Entry:
    """The way from the entry fact to the pathways.

    `title` is what the fact is called, `unknown` what stands where its value is not known. `common` are the pathways that
    hold for every type; `type_unknown` and `every_answer` are readings that bear on whole answers.
    """

    fact: str
    title: str
    unknown: str
    types: Mapping[str, EntryType]
    common: tuple[str, ...]
    pathways: tuple[str, ...]
    type_unknown: tuple[str, ...] = ()
    every_answer: tuple[str, ...] = ()

    def pathway_of(self, type_: str | None) -> str | None:
        """Return the name of a type's pathway, `None` where it is out of scope or not known."""
        return None if type_ is None else self.types[type_].pathway

    def in_scope(self, type_: str | None) -> bool:
        """Return whether a type has a pathway; one that is not known yet may have."""
        return type_ is None or self.types[type_].pathway is not None

    def types_of(self, pathway: str) -> tuple[str, ...]:
        """Return the types that lead to a pathway."""
        return tuple(key for key, one in self.types.items() if one.pathway == pathway)

    def types_under(self, pathway: str) -> tuple[str, ...]:
        """Return the types on which a pathway bears: those that lead to it, or all in scope where it is common to them."""
        return tuple(key for key in self.types_in_scope if pathway in self.bears_on(key))

    @property
    def types_in_scope(self) -> tuple[str, ...]:
        """The types that have a pathway."""
        return tuple(key for key, one in self.types.items() if one.pathway is not None)

    def bears_on(self, type_: str | None) -> tuple[str, ...]:
        """Return the names of the pathways that bear on an answer: all where the type is unknown, none out of scope."""
        if type_ is None:
            return self.pathways
        pathway = self.types[type_].pathway
        return () if pathway is None else tuple(dict.fromkeys((pathway, *self.common)))

    def rests_on(self, type_: str | None) -> tuple[str, ...]:
        """Return the names of the pathways whose approval an answer rests on: those that bear on it.

        That a type is out of scope rests on the common pathways, since their reviews cover which types are in scope; where
        there are none, on all.
        """
        return self.bears_on(type_) or self.common or self.pathways

    def is_open(self, pathway: str, type_: str | None) -> bool:
        """Return whether it is open yet if a pathway bears on a case: the type is unknown, and not every type has it."""
        return type_ is None and pathway not in self.common

    def readings_for(self, type_: str | None) -> tuple[str, ...]:
        """Return the readings that bear on a whole answer."""
        return (*self.every_answer, *(self.type_unknown if type_ is None else self.types[type_].readings))

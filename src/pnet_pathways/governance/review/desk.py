"""Sign-off: approving pathways, commenting on their statements and states, and what has changed since an approval.

An approval is pinned to what the review covers (`content_hashes.reviewed_content`). The whole definitions as they were approved
are kept beside the records, once for each content, so that the difference since then can be told.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from ...loading.agreement import agreement_problems
from ...loading.files import write_whole
from ...loading.folder import Loader, reviews_folder
from ...loading.reviews import HEAD, SNAPSHOTS, Reviews, head_text, read_reviews
from ...model.errors import (
    DefinitionError,
    Problem,
    ReviewError,
    listed,
    suggest,
)
from ...model.pathway import Definitions, Pathway
from ...model.review import Record, RecordKind, Review
from ..difference.answers import Difference, compare, concerning
from ..difference.places import Place, data_differences
from .checks import read_snapshot, snapshot_text

if TYPE_CHECKING:
    from .signing import Signer

ALL = "all"
_COMMENT = "C-"


@attrs.frozen
class Author:
    """Who makes a record: `reviewer`, as what (`role`), and the `date` (as in 2026-11-23) that the caller gives.

    With a `signer` the records are signed. Raises `ReviewError` for an empty name or role, and for no date.
    """

    reviewer: str
    role: str
    date: str
    signer: Signer | None = None

    def __attrs_post_init__(self) -> None:
        problems = [*_line("reviewer", self.reviewer), *_line("role", self.role)]
        try:
            good = datetime.date.fromisoformat(self.date).isoformat() == self.date
        except ValueError:
            good = False
        if not good:
            problems.append(Problem("date", f"{self.date!r} is not a date", "write it as 2026-11-23"))
        if problems:
            raise ReviewError(problems)


@attrs.frozen
class PathwayStatus:
    """The review's status of one pathway.

    Where it changed since an approval, `difference` says which answers did, `places` where the definitions did; `unknown` says
    why that cannot be told, and is empty otherwise. `at_odds` says where a draft's graph is not what its statements say.
    """

    pathway: Pathway
    review: Review
    difference: Difference | None = None
    places: tuple[Place, ...] = ()
    unknown: str = ""
    at_odds: tuple[Problem, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether somebody approved this very content, and its two encodings agree."""
        return self.review.approved and not self.at_odds


@attrs.frozen
class ReviewDesk:
    """A loaded folder of definitions together with the records of its reviews, as they were when it was opened."""

    definitions: Definitions
    files: Mapping[str, Any]
    contents: Mapping[str, Mapping[str, Any]]
    reviews: Reviews

    @classmethod
    def of(cls, folder: Path, reviews: Path | None = None, *, check_agreement: bool = True) -> ReviewDesk:
        """Load definitions and records; `reviews` is by default the folder of that name in that of the definitions.

        Raises `DefinitionError` where the definitions cannot be used. Without `check_agreement` a draft whose graph is not
        what its statements say can be used too: to tell what changed, not to approve it.
        """
        if not folder.is_dir():
            raise DefinitionError([Problem(str(folder), "there is no such folder of definitions")])
        loader = Loader(folder, check_agreement)
        definitions = loader.load()
        found = read_reviews(reviews_folder(folder) if reviews is None else reviews)
        definitions = attrs.evolve(definitions, reviews=found.of(definitions.reviewed_hashes))
        return cls(definitions, loader.files, loader.contents, found)

    def pathway(self, name: str) -> Pathway:
        """Return a pathway. Raises `ReviewError` where there is none of that name."""
        if name not in self.definitions.pathways:
            known = [*self.definitions.pathways, ALL]
            raise _problem(name, "there is no such pathway", suggest(name, known) or f"pathways: {listed(known)}")
        return self.definitions.pathways[name]

    def path(self, record: Record) -> Path:
        """Return the full path of a record's file."""
        return self.reviews.folder.absolute() / record.file

    # Records

    def sign(self, name: str, author: Author, comment: str = "") -> tuple[Record, ...]:
        """Approve a pathway, or with ``all`` each of them, and return the records.

        Raises `ReviewError` where the records there are damaged, there is no such pathway, or it is a draft whose graph is
        not what its statements say; `OSError` where the folder cannot be written.
        """
        pathways = [self.pathway(one) for one in (self.definitions.pathways if name == ALL else (name,))]
        if drafts := [problem for pathway in self.definitions.pathways.values() for problem in self._at_odds(pathway)]:
            raise ReviewError(drafts)
        snapshot = self.definitions.content_hash
        records = [
            self._record(RecordKind.APPROVAL, pathway, author, _written("comment", comment), snapshot=snapshot)
            for pathway in pathways
        ]
        self._now()
        path = self.reviews.folder / SNAPSHOTS / f"{snapshot}.json"
        if path.exists():
            read_snapshot(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, snapshot_text(self.files))
        return self._append(records, author.signer)

    def comment(self, name: str, on: str, author: Author, text: str) -> Record:
        """Comment on a statement (``GAS-2``) or a state (``primary.removable``) of a pathway, and return the record.

        Raises what `sign` raises, and `ReviewError` where there is nothing of that name or the text is empty.
        """
        pathway = self.pathway(name)
        if on not in (known := places_of(pathway)):
            hint = suggest(on, known) or f"e.g. {listed([known[0], known[-1]])}"
            raise _problem(on, f"'{name}' has no such statement or state", hint)
        if not text.strip():
            raise _problem("text", "a comment says something", "give it with --text")
        record = self._record(RecordKind.COMMENT, pathway, author, _written("text", text), on=on)
        return self._append([record], author.signer)[0]

    def resolve(self, identifier: str, author: Author, text: str = "") -> Record:
        """Close a comment, by its id (``C-3``), and return the record.

        Raises what `sign` raises, and `ReviewError` where there is no such open comment.
        """
        still_open = {comment_id(one): one for one in self._now().open_comments}
        if identifier not in still_open:
            hint = f"open: {listed(still_open)}" if still_open else "no comment is open"
            raise _problem(identifier, "there is no such open comment", hint)
        comment = still_open[identifier]
        record = Record(
            number=0,
            kind=RecordKind.RESOLUTION,
            pathway=comment.pathway,
            version=comment.version,
            content=self.definitions.reviewed_hashes.get(comment.pathway, comment.content),
            reviewer=author.reviewer,
            role=author.role,
            date=author.date,
            text=_written("text", text),
            resolves=comment.number,
        )
        return self._append([record], author.signer)[0]

    def _now(self) -> Reviews:
        """Return the records as they lie there now. Raises `ReviewError` where they are damaged."""
        return read_reviews(self.reviews.folder).whole()

    def _record(
        self, kind: RecordKind, pathway: Pathway, author: Author, text: str, *, snapshot: str = "", on: str = ""
    ) -> Record:
        return Record(
            number=0,
            kind=kind,
            pathway=pathway.name,
            version=pathway.version,
            content=self.definitions.reviewed_hashes[pathway.name],
            reviewer=author.reviewer,
            role=author.role,
            date=author.date,
            text=text,
            snapshot=snapshot,
            on=on,
        )

    def _append(self, records: Sequence[Record], signer: Signer | None) -> tuple[Record, ...]:
        """Write records, numbered, chained and signed; where that fails the folder stays as it was."""
        there = self._now().records
        before = there[-1] if there else None
        made: list[Record] = []
        for record in records:
            number, last = (before.number + 1, before.link) if before else (1, "")
            key = "" if signer is None else signer.key
            chained = attrs.evolve(record, number=number, before=last, key=key)
            own = chained.own_hash()
            before = attrs.evolve(chained, hash=own, signature="" if signer is None else signer.sign(own))
            made.append(before)
        folder = self.reviews.folder
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for record in made:
                write_whole(folder / record.file, record.to_json())
            write_whole(folder / HEAD, head_text(made[-1]))
        except BaseException:
            for record in made:
                (folder / record.file).unlink(missing_ok=True)
            raise
        return tuple(made)

    # What the records say

    def status(self) -> tuple[PathwayStatus, ...]:
        """Return the status of every pathway, with what changed since the last approval where something did."""
        since: dict[str, _Since | str] = {}
        found = []
        for name, pathway in self.definitions.pathways.items():
            review = self.definitions.review(name)
            if review.last is None:
                one = PathwayStatus(pathway, review)
            else:
                snapshot = review.last.snapshot
                if snapshot not in since:
                    since[snapshot] = self._since(snapshot)
                one = self._changed(pathway, review, since[snapshot])
            found.append(attrs.evolve(one, at_odds=self._at_odds(pathway)))
        return tuple(found)

    def _at_odds(self, pathway: Pathway) -> tuple[Problem, ...]:
        """Return where a pathway's graph is not what its statements say."""
        tables = self.definitions.scenarios
        tracks = pathway.tracks.values()
        return tuple(one for track in tracks for one in agreement_problems(pathway, track, tables[pathway.name, track.name]))

    def _since(self, snapshot: str) -> _Since | str:
        """Return what was approved with a snapshot and all that changed since, or why that cannot be told."""
        path = self.reviews.folder / SNAPSHOTS / f"{snapshot}.json"
        try:
            loader = Loader.of(read_snapshot(path), path)
            return _Since(compare(loader.load(), self.definitions), loader.contents)
        except (ReviewError, DefinitionError) as error:
            return "; ".join(map(str, error.problems))

    def _changed(self, pathway: Pathway, review: Review, since: _Since | str) -> PathwayStatus:
        if isinstance(since, str):
            return PathwayStatus(pathway, review, unknown=since)
        name = pathway.name
        # The difference of this pathway alone: what changed in others bears on their own approvals.
        difference = concerning(since.difference, name)
        places = data_differences("", since.contents.get(name, {}), self.contents[name])
        return PathwayStatus(pathway, review, difference, tuple(places))


@attrs.frozen
class _Since:
    """All that changed since definitions were approved, and what a review of each pathway covered then."""

    difference: Difference
    contents: Mapping[str, Mapping[str, Any]]


def comment_id(comment: Record) -> str:
    """Return the id of a comment, by which it is closed."""
    return f"{_COMMENT}{comment.number}"


def places_of(pathway: Pathway) -> list[str]:
    """Return what can be commented on: the ids of statements, and states with their track in front."""
    states = [f"{track.name}.{state}" for track in pathway.tracks.values() for state in track.states]
    return [*(statement.id for statement in pathway.statements), *states]


def _problem(where: str, message: str, suggestion: str = "") -> ReviewError:
    return ReviewError([Problem(where, message, suggestion)])


def _line(key: str, text: str) -> Iterator[Problem]:
    if not text.strip() or len(text) > 200 or not text.isprintable():
        yield Problem(key, "takes one line of text, at most 200 characters")


def _written(key: str, text: str) -> str:
    """Return a text of one or more lines. Raises `ReviewError` for signs that a terminal would obey or no file can hold."""
    if not all(line.isprintable() for line in text.replace("\t", " ").split("\n")):
        raise _problem(key, "takes text in lines, without control characters")
    return text

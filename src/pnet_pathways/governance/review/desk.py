"""Sign-off: deciding on pathways, commenting on what they say, and what has changed since a decision.

A decision is pinned to what the review covers (`content_hashes.reviewed_content`). The whole definitions as they were reviewed
are kept beside the records, once for each content, so that the difference since then can be told.
"""

from __future__ import annotations

import datetime
import functools
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

import attrs

from ...loading.agreement import agreement_problems
from ...loading.files import make_folder, write_whole
from ...loading.folder import reviews_folder
from ...loading.loader import Loader
from ...loading.reviews import HEAD, LOCK, SNAPSHOTS, Reviews, head_text, last_words, read_reviews
from ...model.errors import (
    DefinitionError,
    Problem,
    ReviewError,
    listed,
    suggest,
)
from ...model.pathway import Definitions, Pathway
from ...model.review import APPROVALS, Record, RecordKind, Review
from ...model.review_items import readings_to_review, review_items
from ..difference.answers import Difference, compare, concerning
from ..difference.places import Place, data_differences
from .author import Author, written
from .checks import read_snapshot, snapshot_text
from .form import Decision, read_form

if TYPE_CHECKING:
    from .signing import Signer

P = ParamSpec("P")
T = TypeVar("T")

ALL = "all"
DECIDED: Final[Mapping[Decision, RecordKind]] = {
    Decision.APPROVE: RecordKind.APPROVAL,
    Decision.APPROVE_WITH_CHANGES: RecordKind.APPROVAL_WITH_CHANGES,
    Decision.DO_NOT_APPROVE: RecordKind.DISAPPROVAL,
}
"""The record that a form's decision becomes."""
_COMMENT = "C-"
_PATIENCE: Final = 60
"""How many seconds a writer waits for another."""


def _alone(write: Callable[Concatenate[ReviewDesk, P], T]) -> Callable[Concatenate[ReviewDesk, P], T]:
    """Have a method that reads, checks and writes records do so while nobody else does."""

    @functools.wraps(write)
    def locked(desk: ReviewDesk, /, *given: P.args, **named: P.kwargs) -> T:
        from filelock import FileLock, Timeout

        folder = desk.reviews.folder
        made = not folder.exists()
        make_folder(folder)
        try:
            # One lock for all of a process: a method that holds it may call another.
            with FileLock(folder / LOCK, timeout=_PATIENCE, is_singleton=True):
                try:
                    return write(desk, *given, **named)
                finally:
                    if made and [one.name for one in folder.rglob("*") if one.is_file()] == [LOCK]:
                        shutil.rmtree(folder)
        except Timeout:
            raise _problem(str(folder), "another process is writing records there", "try again when it is done") from None

    return locked


@attrs.frozen
class PathwayStatus:
    """The review's status of one pathway.

    Where it changed since a decision, `difference` says which answers did, `places` where the definitions did; `unknown` says
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
        """Whether this very content is approved, and its two encodings agree."""
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

    @_alone
    def sign(self, name: str, author: Author, comment: str = "") -> tuple[Record, ...]:
        """Approve a pathway, or with ``all`` each of them, and return the records.

        Raises `ReviewError` where the records there are damaged, there is no such pathway, or it is a draft whose graph is
        not what its statements say; `OSError` where the folder cannot be written.
        """
        records = [
            self.record(
                RecordKind.APPROVAL, one, author, text=written("comment", comment), snapshot=self.definitions.content_hash
            )
            for one in self._named(name)
        ]
        return self.append(records, author.signer)

    @_alone
    def withdraw(self, name: str, author: Author, reason: str) -> tuple[Record, ...]:
        """Take back every approval that an author gave a pathway, or with ``all`` any of them, and return the records.

        Approvals of earlier contents too, since such a content may come back. Raises what `sign` raises, and `ReviewError`
        where no approval of this author stands or there is no reason.
        """
        names = [one.name for one in self._named(name)]
        if not reason.strip():
            raise _problem("text", "a withdrawal gives its reason", "give it with --text")
        standing = [one for one in last_words(self._now().records).values() if one.pathway in names and one.kind in APPROVALS]
        own = sorted((one for one in standing if one.reviewer == author.reviewer), key=lambda one: one.number)
        if not own:
            reviewers = list(dict.fromkeys(one.reviewer for one in standing))
            hint = suggest(author.reviewer, reviewers) or f"approved by: {listed(reviewers)}" if reviewers else "nobody's does"
            raise _problem(name, f"no approval by '{author.reviewer}' stands", hint)
        text = written("text", reason)
        records = [
            attrs.evolve(
                self.record(
                    RecordKind.WITHDRAWAL, self.definitions.pathways[one.pathway], author, text=text, resolves=one.number
                ),
                content=one.content,
                version=one.version,
            )
            for one in own
        ]
        return self.append(records, author.signer)

    @_alone
    def import_form(self, path: Path, today: datetime.date, signer: Signer | None = None) -> tuple[Record, ...]:
        """Record what a review form says, and return the records: for each pathway its decision, then comments.

        A comment is made of each remark that says more than agreement; one on a reading once, on the first pathway of the
        form that rests on it. Raises what `read_form` and `sign` raise, and `ReviewError` where the form was imported before.
        """
        form = read_form(path, today, self.definitions)
        if before := [one.number for one in self._now().records if one.form == form.digest]:
            raise _problem(str(path), f"this form was imported before: records {before[0]} to {before[-1]}")
        author = Author(form.reviewer, form.role, form.date, signer)
        readings = dict(form.readings)
        records: list[Record] = []
        for name, pathway in self.definitions.pathways.items():
            if name in form.pathways:
                own = form.pathways[name]
                kind, snapshot = DECIDED[own.decision], self.definitions.content_hash
                records.append(self.record(kind, pathway, author, snapshot=snapshot, form=form.digest))
                remarks = {one.id: own.items[one.id] for one in review_items(pathway)}
                rests_on = [one.id for one in readings_to_review(self.definitions, [name])]
                remarks.update({key: readings.pop(key) for key in rests_on if key in readings})
                records.extend(
                    self.record(RecordKind.COMMENT, pathway, author, text=one.text, on=on, form=form.digest)
                    for on, one in remarks.items()
                    if one.worth_a_comment
                )
        return self.append(records, signer)

    @_alone
    def comment(self, name: str, on: str, author: Author, text: str) -> Record:
        """Comment on something of a pathway (`places_of`) by its id, and return the record.

        Raises what `sign` raises, and `ReviewError` where there is nothing of that name or the text is empty.
        """
        pathway = self.pathway(name)
        if on not in (known := places_of(self.definitions, name)):
            hint = suggest(on, known) or f"e.g. {listed([known[0], known[-1]])}"
            raise _problem(on, f"'{name}' has no such statement, state or reading", hint)
        if not text.strip():
            raise _problem("text", "a comment says something", "give it with --text")
        record = self.record(RecordKind.COMMENT, pathway, author, text=written("text", text), on=on)
        return self.append([record], author.signer)[0]

    @_alone
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
            text=written("text", text),
            resolves=comment.number,
        )
        return self.append([record], author.signer)[0]

    def _now(self) -> Reviews:
        """Return the records as they lie there now. Raises `ReviewError` where they are damaged."""
        return read_reviews(self.reviews.folder).whole()

    def _named(self, name: str) -> list[Pathway]:
        """Return a pathway, or with ``all`` each. Raises `ReviewError` where there is none of that name."""
        return list(self.definitions.pathways.values()) if name == ALL else [self.pathway(name)]

    def record(self, kind: RecordKind, pathway: Pathway, author: Author, **more: Any) -> Record:
        """Return a record on a pathway as it stands, to be written with `append`; `more` are other fields of it."""
        return Record(
            number=0,
            kind=kind,
            pathway=pathway.name,
            version=pathway.version,
            content=self.definitions.reviewed_hashes[pathway.name],
            reviewer=author.reviewer,
            role=author.role,
            date=author.date,
            **more,
        )

    @_alone
    def append(self, records: Sequence[Record], signer: Signer | None) -> tuple[Record, ...]:
        """Write records, numbered, chained and signed, with the definitions that they decide on; return them.

        Where that fails the folder stays as it was. Raises `ReviewError` where the records there are damaged, or definitions
        are decided on whose graph is not what their statements say; `OSError` where the folder cannot be written.
        """
        decides = any(one.snapshot for one in records)
        if decides and (drafts := [one for each in self.definitions.pathways.values() for one in self._at_odds(each)]):
            raise ReviewError(drafts)
        if early := sorted({one.date for one in records if one.date < self.definitions.source.updated}):
            updated = self.definitions.source.updated
            raise _problem("date", f"{early[0]} is before the summary was updated ({updated})", "give the day of the review")
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
        files = {folder / record.file: record.to_json() for record in made}
        snapshot = folder / SNAPSHOTS / f"{self.definitions.content_hash}.json"
        if decides and snapshot.exists():
            read_snapshot(snapshot)
        elif decides:
            files = {snapshot: snapshot_text(self.files), **files}
        try:
            for path, text in files.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, text)
            write_whole(folder / HEAD, head_text(made[-1]))
        except BaseException:
            for path in files:
                path.unlink(missing_ok=True)
            raise
        return tuple(made)

    # What the records say

    def status(self) -> tuple[PathwayStatus, ...]:
        """Return the status of every pathway, with what changed since the last decision where something did."""
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
        """Return what was reviewed with a snapshot and all that changed since, or why that cannot be told."""
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
        # The difference of this pathway alone: what changed in others bears on decisions of their own.
        difference = concerning(since.difference, name)
        places = data_differences("", since.contents.get(name, {}), self.contents[name])
        return PathwayStatus(pathway, review, difference, tuple(places))


@attrs.frozen
class _Since:
    """All that changed since definitions were reviewed, and what a review of each pathway covered then."""

    difference: Difference
    contents: Mapping[str, Mapping[str, Any]]


def comment_id(comment: Record) -> str:
    """Return the id of a comment, by which it is closed."""
    return f"{_COMMENT}{comment.number}"


def places_of(definitions: Definitions, name: str) -> list[str]:
    """Return what of a pathway can be commented on, by id.

    Its statements, states with their track in front, gaps of combinations, and the readings on which it rests.
    """
    pathway = definitions.pathways[name]
    items = [*review_items(pathway), *readings_to_review(definitions, [name])]
    states = [f"{track.name}.{state}" for track in pathway.tracks.values() for state in track.states]
    return list(dict.fromkeys([*(statement.id for statement in pathway.statements), *states, *(one.id for one in items)]))


def _problem(where: str, message: str, suggestion: str = "") -> ReviewError:
    return ReviewError([Problem(where, message, suggestion)])

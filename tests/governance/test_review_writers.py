"""Several who write records at once, and damage that is repaired by doing what `pnet review verify` advises."""

from __future__ import annotations

import json
import multiprocessing
import re
import shutil
from collections.abc import Callable, Mapping
from multiprocessing.synchronize import Barrier
from pathlib import Path

import attrs
import pytest

from pnet_pathways.governance.review.author import Author
from pnet_pathways.governance.review.checks import folder_problems
from pnet_pathways.governance.review.desk import ReviewDesk
from pnet_pathways.loading.new_document import write_new_document
from pnet_pathways.loading.reviews import HEAD, PUT_BACK, SNAPSHOTS, TAKE_OUT, read_reviews
from pnet_pathways.model.errors import ReviewError
from pnet_pathways.model.review import RecordKind

ROUNDS = 50
WRITERS = 3


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A small document of one's own."""
    write_new_document(tmp_path / "document")
    return tmp_path / "document"


def author(name: str) -> Author:
    return Author(name, "surgeon", "2026-11-23")


def sign(folder: Path, name: str) -> None:
    ReviewDesk.of(folder).sign("all", author(name))


def write_in_rounds(folder: Path, number: int, barrier: Barrier) -> None:
    """In each round, as soon as all are there: sign, or close the comment that all want to close."""
    for each in range(ROUNDS):
        place = folder.parent / f"round-{each}"
        desk = ReviewDesk.of(folder, place)
        if number == 0:
            name = next(iter(desk.definitions.pathways))
            desk.comment(name, desk.definitions.pathways[name].statements[0].id, author("Asker"), "Why?")
        barrier.wait()
        if each % 2:
            desk.sign("all", author(f"Reviewer {number}"))
        else:
            try:
                desk.resolve("C-1", author(f"Reviewer {number}"), "Because.")
            except ReviewError:
                (place.parent / f"refused-{each}-{number}").touch()
        barrier.wait()


def test_writers_at_once_lose_nothing_and_write_nothing_twice(document: Path) -> None:
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(WRITERS)
    writers = [context.Process(target=write_in_rounds, args=(document, number, barrier)) for number in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0] * WRITERS
    for each in range(ROUNDS):
        found = read_reviews(document.parent / f"round-{each}")
        assert folder_problems(found) == ()
        made = [one.reviewer for one in found.records if one.kind is not RecordKind.COMMENT]
        if each % 2:
            assert sorted(made) == [f"Reviewer {number}" for number in range(WRITERS)]
        else:
            assert len(made) == 1
            assert len(list(document.parent.glob(f"refused-{each}-*"))) == WRITERS - 1


def test_a_writer_that_is_refused_leaves_no_folder(document: Path) -> None:
    with pytest.raises(ReviewError):
        ReviewDesk.of(document).resolve("C-1", author("A"))
    assert not (document / "reviews").exists()


def test_the_lock_is_no_record(document: Path) -> None:
    sign(document, "A")
    (document / "reviews" / ".lock").touch()
    assert folder_problems(read_reviews(document / "reviews")) == ()


# Repair


def merged(document: Path, ours: int, theirs: int, head: str) -> None:
    """Two copies that went on apart from the first record, put together as git does where no file has two contents."""
    sign(document, "First")
    other = Path(shutil.copytree(document, document.parent / "other"))
    for number in range(ours):
        sign(document, f"Ours {number}")
    for number in range(theirs):
        desk = ReviewDesk.of(other)
        name, pathway = next(iter(desk.definitions.pathways.items()))
        desk.comment(name, pathway.statements[0].id, author(f"Theirs {number}"), "Why?")
    kept = (document / "reviews" / HEAD).read_text("utf-8")
    shutil.copytree(other / "reviews", document / "reviews", dirs_exist_ok=True)
    named = {"ours": kept, "theirs": (other / "reviews" / HEAD).read_text("utf-8"), "both": f"<<<<<<<\n{kept}"}[head]
    (document / "reviews" / HEAD).write_text(named, "utf-8")


def _two_records(document: Path) -> Path:
    sign(document, "A")
    sign(document, "B")
    return document / "reviews"


def first(document: Path) -> Path:
    return min(document.glob("reviews/0001-*.json"))


def last(document: Path) -> Path:
    return min(document.glob("reviews/0002-*.json"))


def snapshot(document: Path) -> Path:
    return min(document.glob(f"reviews/{SNAPSHOTS}/*.json"))


def head(document: Path) -> Path:
    return document / "reviews" / HEAD


def rewritten(path: Path) -> None:
    """Put another record in the place of one, whole in itself."""
    desk = ReviewDesk.of(path.parents[1], path.parent)
    record = next(one for one in desk.reviews.records if one.file == path.name)
    changed = attrs.evolve(record, role="nurse")
    path.unlink()
    (path.parent / changed.file).write_text(attrs.evolve(changed, hash=changed.own_hash()).to_json(), "utf-8")


def missing(path: Path) -> None:
    path.unlink()


def edited(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("e", "f"), "utf-8")


def strange(path: Path) -> None:
    (path.parent / "notes.txt").touch()


DAMAGE: Mapping[str, tuple[Callable[[Path], None], Callable[[Path], Path]]] = {
    f"{name} {what.__name__}": (done, what)
    for what in (first, last, snapshot, head)
    for name, done in (("without", missing), ("with another", edited), ("beside a stranger in place of", strange))
} | {"another in place of the first": (rewritten, first), "another in place of the last": (rewritten, last)}


def follow(reviews: Path, whole: Path) -> None:
    """Do what the check advises until it finds nothing; what is put back comes from a copy that was kept."""
    for _ in range(6):
        found = folder_problems(read_reviews(reviews))
        if not found:
            return
        for problem in found:
            path = reviews / problem.where
            held = re.search(r"let it hold (\{.*\})", problem.suggestion)
            if problem.suggestion.startswith((PUT_BACK, "put ")) and whole.exists():
                shutil.copytree(whole, reviews, dirs_exist_ok=True)
            elif problem.suggestion.startswith(TAKE_OUT) or TAKE_OUT in problem.suggestion:
                path.unlink(missing_ok=True)
            else:
                assert held is not None, problem
                path.write_text(json.dumps(json.loads(held[1])), "utf-8")
    pytest.fail("\n".join(map(str, folder_problems(read_reviews(reviews)))))


@pytest.mark.parametrize(("ours", "theirs"), [(1, 1), (2, 1), (1, 2), (2, 2)])
@pytest.mark.parametrize("named", ["ours", "theirs", "both"])
def test_records_made_apart_are_repaired_by_the_advice(document: Path, ours: int, theirs: int, named: str) -> None:
    merged(document, ours, theirs, named)
    reviews = document / "reviews"
    assert any("a second record has the number" in one.message for one in folder_problems(read_reviews(reviews)))
    follow(reviews, document / "nothing was kept")
    sign(document, "Once more")
    assert folder_problems(read_reviews(reviews)) == ()


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_repaired_by_the_advice(document: Path, what: str) -> None:
    reviews = _two_records(document)
    whole = Path(shutil.copytree(reviews, document.parent / "whole"))
    damage, place = DAMAGE[what]
    damage(place(document))
    assert folder_problems(read_reviews(reviews)) != ()
    follow(reviews, whole)
    assert len(read_reviews(reviews).records) == 2


def test_a_writer_that_was_killed_between_record_and_head_is_repaired_by_the_advice(document: Path) -> None:
    sign(document, "A")
    before = (document / "reviews" / HEAD).read_text("utf-8")
    sign(document, "B")
    (document / "reviews" / HEAD).write_text(before, "utf-8")
    follow(document / "reviews", document / "nothing was kept")
    assert [one.reviewer for one in read_reviews(document / "reviews").records] == ["A", "B"]


@pytest.mark.parametrize(("date", "refused"), [("2022-10-06", True), ("2022-10-07", False)])
def test_nobody_reviewed_a_summary_before_it_was_updated(folder: Path, date: str, refused: bool) -> None:
    desk = ReviewDesk.of(folder)
    assert desk.definitions.source.updated == "2022-10-07"
    if refused:
        with pytest.raises(ReviewError, match="2022-10-06 is before the summary was updated \\(2022-10-07\\)"):
            desk.sign("vipoma", Author("A", "surgeon", date))
        assert not (folder / "reviews").exists()
    else:
        desk.sign("vipoma", Author("A", "surgeon", date))

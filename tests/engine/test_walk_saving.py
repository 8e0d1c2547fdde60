"""A walk that is saved and taken up again, and walks in several threads."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pnet_pathways import (
    Case,
    CaseError,
    Walk,
    WalkError,
    load_pathways,
    start,
)
from pnet_pathways.engine.walk import (
    Answered,
)
from pnet_pathways.model.pathway import (
    Definitions,
)
from pnet_pathways.model.values import NOT_APPLICABLE, Value, plain
from project_vocabulary import FACTS, VOCABULARY

# Saving


@pytest.fixture
def saved() -> str:
    walk = start({"tumor_type": "insulinoma"})
    walk.answer("pancreatic_tumors", "one", at="2024-05-01", by="Dr A")
    walk.answer("sites", ["head"])
    walk.answer("spread", {"liver": True})
    return walk.to_json()


def test_a_saved_walk_resumes_with_start_answers_and_place(saved: str) -> None:
    walk = Walk.from_json(saved)
    assert walk.start_case == Case.from_dict({"tumor_type": "insulinoma"})
    assert walk.answers[0] == Answered("pancreatic_tumors", "one", "2024-05-01", "Dr A")
    assert walk.questions["insulinoma.primary"].fact == "resectable"
    assert walk.to_json() == saved


def test_a_resumed_walk_can_be_taken_back_to_its_start(saved: str) -> None:
    walk = Walk.from_json(saved)
    for _ in range(3):
        walk.undo()
    assert walk.case == walk.start_case


def test_a_saved_walk_tells_the_definitions_that_it_was_made_with(saved: str, definitions: Definitions) -> None:
    assert json.loads(saved)["definition"] == {"version": definitions.version, "hash": definitions.content_hash}


@pytest.fixture
def other(folder: Path) -> Definitions:
    """Definitions that say something else."""
    file = folder / "treatments.yaml"
    text = file.read_text("utf-8")
    assert "label: chemotherapy\n" in text
    file.write_text(text.replace("label: chemotherapy\n", "label: chemo\n"), "utf-8")
    return load_pathways(folder)


def test_a_walk_made_with_other_definitions_is_refused(saved: str, other: Definitions) -> None:
    assert other.content_hash != load_pathways().content_hash
    with pytest.raises(WalkError, match="other_version=True") as raised:
        Walk.from_json(saved, other)
    assert other.content_hash[:12] in str(raised.value)
    assert load_pathways().content_hash[:12] in str(raised.value)


def test_a_walk_made_with_other_definitions_is_replayed_where_asked(saved: str, other: Definitions) -> None:
    walk = Walk.from_json(saved, other, other_version=True)
    assert walk.case == Walk.from_json(saved).case
    assert json.loads(walk.to_json())["definition"]["hash"] == other.content_hash


def test_definitions_that_mean_the_same_resume_each_others_walks(saved: str, folder: Path) -> None:
    file = folder / "entry.yaml"
    file.write_text("# A comment means nothing.\n" + file.read_text("utf-8"), "utf-8")
    assert Walk.from_json(saved, load_pathways(folder)).to_json() == saved


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a saved walk: line 1, column 1: not valid JSON"),
        ("{", "not a saved walk: line 1, column 2: not valid JSON"),
        ("[" * 100_000, "not a saved walk: this JSON is nested too deeply"),
        ('{"walk": 1, "walk": 1}', r"not a saved walk: duplicate key 'walk' \(keep one\)"),
        ("[]", "not a saved walk of format 1"),
        ("null", "not a saved walk of format 1"),
        ("{}", "not a saved walk of format 1"),
        ('{"walk": 2}', "not a saved walk of format 1"),
        ('{"walk": "1"}', "not a saved walk of format 1"),
        ('{"walk": 1}', "damaged: definition: is missing.*start: is missing.*answers: is missing"),
    ],
)
def test_text_that_is_no_saved_walk_is_refused(text: str, message: str) -> None:
    with pytest.raises(WalkError, match=message):
        Walk.from_json(text)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "resectable",
        {},
        {"fact": "resectable"},
        {"value": True},
        {"fact": "resectable", "value": None},
        {"fact": 1, "value": True},
        {"fact": "resectable", "value": True, "at": 5},
        {"fact": "resectable", "value": True, "by": ["Dr A"]},
    ],
)
def test_a_damaged_answer_of_a_saved_walk_is_named(saved: str, answer: object) -> None:
    data = json.loads(saved)
    data["answers"].append(answer)
    with pytest.raises(WalkError, match=r"answers\[3\]"):
        Walk.from_json(json.dumps(data))


def test_a_saved_walk_whose_answer_repeats_a_key_is_refused(saved: str) -> None:
    """Another program may read the first value where this one reads the last."""
    assert saved.count('"fact": "spread"') == 1
    repeated = saved.replace('"fact": "spread"', '"fact": "size", "fact": "spread"')
    with pytest.raises(WalkError, match="not a saved walk: duplicate key 'fact'"):
        Walk.from_json(repeated)


@pytest.mark.parametrize("key", ["definition", "start", "answers"])
@pytest.mark.parametrize("value", [None, "text", 5])
def test_a_damaged_part_of_a_saved_walk_is_named(saved: str, key: str, value: object) -> None:
    with pytest.raises(WalkError, match=f"damaged: {key}: "):
        Walk.from_json(json.dumps({**json.loads(saved), key: value}))


def test_every_damage_of_a_saved_walk_is_named_at_once(saved: str) -> None:
    data = {**json.loads(saved), "answers": [None, {"fact": "course", "value": "new"}, {}]}
    with pytest.raises(WalkError, match=r"answers\[0\].*answers\[2\]"):
        Walk.from_json(json.dumps(data))


def test_a_saved_walk_whose_answers_contradict_each_other_is_refused(saved: str) -> None:
    data = json.loads(saved)
    data["answers"].append({"fact": "sites", "value": ["tail"]})
    with pytest.raises(WalkError, match="known already"):
        Walk.from_json(json.dumps(data))
    data["answers"][-1] = {"fact": "size", "value": "tiny"}
    with pytest.raises(CaseError, match="has no value 'tiny'"):
        Walk.from_json(json.dumps(data))


def test_a_saved_walk_whose_start_is_no_case_is_refused(saved: str) -> None:
    with pytest.raises(CaseError, match="no such fact"):
        Walk.from_json(json.dumps({**json.loads(saved), "start": {"grade": 3}}))


# Threads


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Switch threads as often as Python can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def walk_through(facts: dict[str, Value]) -> tuple[dict[str, str], Walk]:
    walk = start()
    for name, value in facts.items():
        walk.answer(name, plain(value))
    return {key: leaf.name for key, leaf in walk.leaves.items()}, walk


def test_many_threads_walk_over_the_shared_machines_at_once_and_reach_the_right_leaves(
    eager_threads: None, definitions: Definitions
) -> None:
    rows: list[dict[str, Value]] = [
        {"tumor_type": kind, **{name: value for name, value in row.items() if value is not NOT_APPLICABLE}}
        for kind in FACTS["tumor_type"].values
        for row in VOCABULARY.combinations(["primary_removed", "pancreatic_tumors", "resectable", "size"])
    ]
    alone = [walk_through(row)[0] for row in rows]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(walk_through, rows * 3))
    assert [leaves for leaves, _ in together] == alone * 3
    assert all(walk.definitions is definitions for _, walk in together)


def test_a_member_may_be_answered_beside_one_that_is_known() -> None:
    walk = start({"spread": {"liver": True}})
    walk.answer("spread", {"other": True})
    assert walk.case == Case.from_dict({"spread": {"liver": True, "other": True}})
    with pytest.raises(WalkError, match=r"'spread\.other' is known already"):
        walk.answer("spread", {"other": False, "lymph_nodes": True})

"""What the laws share: junk of any kind, what is refused, and the parts of an answer and of a walk that laws compare."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st

from pnet_pathways import Recommendation, Walk
from pnet_pathways.engine.answer import Certainty, Status
from pnet_pathways.engine.tables import GapKind
from project_vocabulary import FACTS, VOCABULARY

_Error = TypeVar("_Error", bound=Exception)

Named = set[tuple[str, int, tuple[str, ...]]]
"""Options by statement, item and treatments."""

KEYS = list(VOCABULARY.keys)
GROUPS = VOCABULARY.members
MEMBERS = [member for members in GROUPS.values() for member in members]

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=6,
)
words = st.sampled_from([*KEYS, *FACTS, *MEMBERS, *(answer for fact in FACTS.values() for answer in fact.answers)])
near_values = st.booleans() | words | st.lists(words, max_size=3) | st.dictionaries(words, st.booleans() | words, max_size=3)


def refusal(kind: type[_Error], make: Callable[[], object]) -> _Error | None:
    """Return the error of one kind that making something raises; any other error passes through."""
    try:
        make()
    except kind as error:
        return error
    return None


def options(answer: Recommendation, *certainties: Certainty) -> Named:
    return {(one.statement, one.item, one.treatments) for one in answer.options if one.certainty in certainties}


def gaps(answer: Recommendation, *certainties: Certainty) -> set[tuple[str, GapKind]]:
    return {(one.track, one.kind) for one in answer.gaps if one.certainty in certainties}


def outcome(answer: Recommendation) -> tuple[Named, set[tuple[str, GapKind]]]:
    return options(answer, *Certainty), gaps(answer, *Certainty)


def claims(answer: Recommendation) -> list[tuple[Certainty, tuple[str, ...]]]:
    """Return of every option and gap how certain it is and what it depends on."""
    return [(one.certainty, one.depends_on) for one in answer.options] + [
        (one.certainty, one.depends_on) for one in answer.gaps
    ]


def dumped(answer: Recommendation) -> str:
    return json.dumps(answer.to_dict())


def in_scope(answer: Recommendation) -> bool:
    return answer.status is not Status.OUT_OF_SCOPE


def standing(walk: Walk) -> tuple[Any, ...]:
    return walk.case, set(walk.trace), dict(walk.leaves), dict(walk.questions), dumped(walk.recommendation)

"""Cases of the project's vocabulary that are drawn once and for all."""

from __future__ import annotations

import random

from pnet_pathways.model.case import Case
from pnet_pathways.model.values import NOT_APPLICABLE, Value
from pnet_pathways.model.vocabulary import Vocabulary
from project_vocabulary import VOCABULARY


def random_cases(seed: int, count: int, vocabulary: Vocabulary = VOCABULARY) -> list[Case]:
    """Return cases of which more or less is known."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    blocks = [vocabulary.rows(linked) for linked in vocabulary.tied_sets(vocabulary.facts)]
    found = []
    for _ in range(count):
        share = dice.random()
        facts: dict[str, Value] = {}
        for rows in blocks:
            for name, value in dice.choice(rows).items():
                if value is not NOT_APPLICABLE and dice.random() < share:
                    facts[name] = value
        found.append(Case.of_consistent(vocabulary, facts))
    return found

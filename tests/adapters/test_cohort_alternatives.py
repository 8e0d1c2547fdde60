"""What the other ways to read the text would change in a cohort, row by row what an answer names."""

from __future__ import annotations

from cohort_material import as_codes, as_facts, own_steps, random_rows
from pnet_pathways import Case, recommend
from pnet_pathways.adapters.cohort.alternatives import Changes
from pnet_pathways.engine.recommend import engine_for

VOCABULARY = engine_for().definitions.vocabulary


def test_the_alternatives_that_change_an_answer_are_those_that_it_names() -> None:
    engine, tables = engine_for(), own_steps()
    changes = Changes(engine, tables)
    rows = random_rows(tables, 400, seed=20, wild=0)
    codes = as_codes(tables, rows)
    masks = changes.mask(codes, tables.answer(codes)).tolist()
    names = [(one.reading, one.id) for one in changes.alternatives]
    seen = 0
    for row, mask in zip(rows, masks, strict=True):
        answer = recommend(Case.from_facts(as_facts(tables, row), VOCABULARY))
        wanted = {(one.reading, one.alternative) for one in answer.alternatives}
        assert {name for bit, name in enumerate(names) if mask >> bit & 1} == wanted
        seen |= mask
    assert seen.bit_count() == len(names)  # each of them changes some answer here

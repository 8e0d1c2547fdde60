"""What changes of the code have shown to be missing: each of these was noticed by no other test.

They make an engine of their own where one is needed, since the shared one remembers what it answered before.
"""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from phrases import default_words
from pnet_pathways import Case, Size, load_pathways, recommend
from pnet_pathways.engine.answer import Certainty
from pnet_pathways.engine.recommend import Engine
from pnet_pathways.engine.tables import GapKind, compile_pathways
from pnet_pathways.model.condition_data import ConditionSyntaxError
from pnet_pathways.model.conditions import AllOf, AnyOf, Is
from pnet_pathways.model.pathway import Definitions
from project_vocabulary import condition_from

SMALL_TAIL = Case.from_dict({"tumor_type": "insulinoma", "pancreatic_tumors": "one", "sites": ["tail"], "size": "small"})
RESIDUAL = Case.from_dict({"tumor_type": "gastrinoma", "pancreatic_tumors": "several", "residual_after_surgery": True})


# The contract


def test_the_source_names_the_summary_and_the_definitions(definitions: Definitions) -> None:
    assert Engine(definitions).recommend(SMALL_TAIL).to_dict()["source"] == {
        "title": definitions.source.title,
        "publisher": definitions.source.publisher,
        "updated": definitions.source.updated,
        "url": definitions.source.url,
        "definition_version": definitions.version,
        "definition_hash": definitions.content_hash,
        "review": {name: definitions.review(name).to_dict() for name in ("insulinoma", "supportive", "recurrent")},
    }


def test_each_advice_has_an_id_and_a_text(definitions: Definitions) -> None:
    advice = Engine(definitions).recommend(SMALL_TAIL).to_dict()["advice"]
    assert advice == [{"id": one.id, "text": one.text} for one in definitions.advice]


def test_each_statement_of_an_answer_has_its_pathway_label_and_locators(definitions: Definitions) -> None:
    found = Engine(definitions).recommend(SMALL_TAIL).to_dict()["statements"]["INS-1"]
    assert list(found) == ["pathway", "label", "locators"]
    assert (found["pathway"], found["label"]) == ("insulinoma", definitions.statement("INS-1").label)


def test_a_step_names_pathway_track_state_question_and_answer(definitions: Definitions) -> None:
    trace = Engine(definitions).recommend(SMALL_TAIL).to_dict()["trace"]
    assert trace[0] == {
        "pathway": "insulinoma",
        "track": "primary",
        "state": "tumors",
        "asks": "pancreatic_tumors",
        "answer": "one",
    }


def test_a_gap_says_how_certain_it_is_and_which_facts_are_unknown(definitions: Definitions) -> None:
    case = Case.from_dict({"tumor_type": "insulinoma", "pancreatic_tumors": "one", "sites": ["head"], "size": "large"})
    (gap,) = [one for one in Engine(definitions).recommend(case).to_dict()["gaps"] if one["track"] == "primary"]
    assert (gap["certainty"], gap["depends_on"]) == ("possible", ["resectable"])
    (differs,) = [one["differs"] for one in gap["nearest"] if one["statement"] == "INS-2"]
    assert differs == [{"fact": "resectable", "is": None, "needs": [False]}]


def test_a_certain_gap_depends_on_nothing_even_where_the_reasons_differ(definitions: Definitions) -> None:
    case = Case.from_dict({"tumor_type": "glucagonoma", "pancreatic_tumors": "one", "size": "large", "resectable": True})
    (gap,) = [one for one in Engine(definitions).recommend(case).gaps if one.track == "primary"]
    assert (gap.certainty, gap.depends_on) == (Certainty.CERTAIN, ())
    leaves = definitions.pathways["glucagonoma"].tracks["primary"].leaves
    reasons = ("large_head", "large_body_or_tail")
    assert gap.message == " Or: ".join(leaf.message for leaf in leaves if leaf.name in reasons)


def test_one_of_a_choice_names_the_choice(definitions: Definitions) -> None:
    options = [one for one in Engine(definitions).recommend(RESIDUAL).options if one.statement == "GAS-5"]
    assert [one.choice for one in options] == ["GAS-5", "GAS-5"]


def test_an_option_of_one_possible_type_depends_on_the_type_first(definitions: Definitions) -> None:
    case = {"course": "recurrent", "pancreatic_tumors": "one", "resectable": False, "spread": []}
    answer = Engine(definitions).recommend(Case.from_dict(case))
    depends = {one.label: one.depends_on for one in answer.options if one.statement in {"INS-5", "REC-1"}}
    assert depends["combination chemotherapy"] == ("tumor_type",)
    assert depends["targeted therapy"] == ()


def test_an_answer_names_its_pathway(definitions: Definitions) -> None:
    assert Engine(definitions).recommend(SMALL_TAIL).pathway == "insulinoma"


# The type unknown


def all_led_to(definitions: Definitions, name: str) -> Definitions:
    """Return the definitions with every type in scope led to one pathway."""
    types = {
        key: entry if entry.pathway is None else attrs.evolve(entry, pathway=name)
        for key, entry in definitions.entry.types.items()
    }
    pathways = tuple(dict.fromkeys((name, *definitions.entry.common)))
    return attrs.evolve(definitions, entry=attrs.evolve(definitions.entry, types=types, pathways=pathways))


def test_a_gap_that_every_possible_type_has_is_certain(definitions: Definitions) -> None:
    same = Engine(all_led_to(definitions, "somatostatinoma"))
    (gap,) = [one for one in same.recommend(Case.from_dict({"resectable": False})).gaps if one.track == "primary"]
    assert (gap.certainty, gap.depends_on) == (Certainty.CERTAIN, ())


def test_a_gap_that_some_possible_types_have_is_possible_and_depends_on_the_type(definitions: Definitions) -> None:
    answer = Engine(definitions).recommend(Case.from_dict({"resectable": False, "spread": []}))
    (gap,) = [one for one in answer.gaps if one.track == "primary" and one.kind is GapKind.SILENT]
    assert (gap.certainty, gap.depends_on[0]) == (Certainty.POSSIBLE, "tumor_type")


def test_the_type_alone_is_missing_where_all_else_is_known(definitions: Definitions) -> None:
    known = {"duodenal_tumors": False, "resectable": True, "refractory": False, "spread": [], "course": "new", "symptoms": []}
    case = Case.from_dict({"pancreatic_tumors": "one", "sites": ["tail"], "size": "small", **known})
    assert Engine(definitions).recommend(case).missing == ("tumor_type",)


def test_the_type_is_not_missing_where_no_type_has_more_than_what_holds_for_every_one(definitions: Definitions) -> None:
    case = Case.from_dict({"resectable": True, "spread": [], "course": "recurrent", "symptoms": []})
    answer = Engine(all_led_to(definitions, "recurrent")).recommend(case)
    assert answer.options
    assert answer.missing == ()


# Definitions of one's own


def own(folder: Path) -> Definitions:
    """Return definitions in which one label is another."""
    path = folder / "insulinoma.yaml"
    text = path.read_text("utf-8")
    changed = text.replace("label: One small tumor, head or tail", "label: A label of our own")
    assert changed != text
    path.write_text(changed, "utf-8")
    return load_pathways(folder)


def test_an_answer_comes_from_the_definitions_given(folder: Path, definitions: Definitions) -> None:
    given = own(folder)
    answer = recommend(SMALL_TAIL, given)
    assert answer.definitions is given
    assert answer.to_dict()["source"]["definition_hash"] == given.content_hash != definitions.content_hash


def test_an_explanation_comes_from_the_definitions_given(folder: Path) -> None:
    assert "INS-1, a label of our own" in recommend(SMALL_TAIL, own(folder)).explain()


def test_an_engine_uses_the_tables_given(definitions: Definitions) -> None:
    compiled = compile_pathways(definitions)
    assert Engine(definitions, compiled).compiled is compiled
    again = compile_pathways(definitions, compiled.tables)
    assert all(again.tables[key] is table for key, table in compiled.tables.items())


def test_an_offered_option_is_made_once(definitions: Definitions) -> None:
    engine = Engine(definitions)
    first, second = (engine.recommend(RESIDUAL).options for _ in range(2))
    assert first
    assert all(one is other for one, other in zip(first, second, strict=True))


# Explanations


def test_an_explanation_lists_what_would_still_change_the_answer(definitions: Definitions) -> None:
    text = recommend(SMALL_TAIL, definitions).explain()
    assert f"? {definitions.question('resectable')} [resectable]" in text


def test_an_explanation_out_of_scope_says_why(definitions: Definitions) -> None:
    answer = recommend({"tumor_type": "exocrine"}, definitions)
    assert answer.explain() == f"{definitions.entry.types['exocrine'].note}\n\n{definitions.source.disclaimer}\n"


def test_only_alternatives_among_several_parts_stand_in_brackets() -> None:
    size, removable = Is("size", (Size.SMALL,)), Is("resectable", (True,))
    either = AnyOf((size, removable))
    assert AllOf((either,)).describe(default_words) == either.describe(default_words)
    assert AllOf((either, removable)).describe(default_words) == f"({either.describe(default_words)}) and resectable is yes"
    assert AllOf((AnyOf((removable,)), removable)).describe(default_words) == "resectable is yes and resectable is yes"


def test_sites_of_which_one_is_enough_stand_in_brackets_and_sites_excluded_do_not() -> None:
    removable = Is("resectable", (True,))
    some, none = (condition_from({"sites": {test: ["head", "tail"]}}) for test in ("any_of", "none_of"))
    assert AllOf((some, removable)).describe(default_words) == f"({some.describe(default_words)}) and resectable is yes"
    assert not AllOf((none, removable)).describe(default_words).startswith("(")


# Messages


@pytest.mark.parametrize(("key", "meant"), [("alll", "all"), ("anyy", "any"), ("nott", "not")])
def test_a_misspelt_word_of_the_notation_gets_a_suggestion(key: str, meant: str) -> None:
    with pytest.raises(ConditionSyntaxError, match=f"did you mean '{meant}'"):
        condition_from({key: []})


def test_the_mistakes_of_a_condition_are_listed_with_their_places() -> None:
    with pytest.raises(ConditionSyntaxError) as caught:
        condition_from({"any": [{"resectable": 1}, {"course": "old"}]})
    first, second = str(caught.value).split("; ")
    assert first.startswith("any.0.resectable: 'resectable' has no value 1")
    assert second.startswith("any.1.course: 'course' has no value 'old'")

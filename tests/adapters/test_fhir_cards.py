"""Cards: what applies, how many options hang on which question, what to confirm, what conflicts; and that they stay short."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import pytest

from documents.test_golden import ANSWERS
from fhir_material import (
    DIARRHEA,
    ENDOCRINE,
    HEAD,
    INSULINOMA,
    LIVER,
    LOW_SUGAR,
    OTHER,
    VIPOMA,
    Resource,
    answered,
    concept,
    condition,
    status,
)
from pnet_pathways import load_pathways, recommend
from pnet_pathways.adapters.fhir import ConflictingRecords, case_from_bundle
from pnet_pathways.adapters.fhir.card_words import MOST_DETAIL, MOST_SUMMARY, cut, questions
from pnet_pathways.adapters.fhir.cards import EXTENSION, CardLinks, cards, conflict_cards
from pnet_pathways.adapters.fhir.prefetch import Prefetched, prefetched, templates
from pnet_pathways.adapters.fhir.publication import Publication
from pnet_pathways.engine.answer import Certainty, Recommendation
from pnet_pathways.model.case import Case
from pnet_pathways.model.pathway import Definitions
from pump import PUMP_FAULT, STOPPED

Card = dict[str, Any]


def searchset(*resources: Resource) -> Resource:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}


def sent_of(definitions: Definitions, *resources: Resource, **prefetch: Any) -> Prefetched:
    asked = templates(Publication(definitions))
    return prefetched({"conditions": searchset(*resources), **prefetch}, "p", asked)


def cards_of(definitions: Definitions, *resources: Resource, instance: str = "call", **named: Any) -> list[Card]:
    sent = sent_of(definitions, *resources)
    return cards(case_from_bundle(sent.resources, definitions), sent, instance, **named)


def facts_of(case: Case) -> dict[str, object]:
    """Return what a case gives, as the form of all facts answers it."""
    return dict(case.given)


def form_cards(definitions: Definitions, case: Case, **named: Any) -> list[Card]:
    return cards_of(definitions, answered("form", facts_of(case)), **named)


def known_cases(definitions: Definitions) -> Iterator[Case]:
    """Yield the golden cases, and cases of every type: nothing else known, and each further fact with each value alone."""
    yield from (golden.case for golden in ANSWERS)
    vocabulary = definitions.vocabulary
    entry = definitions.entry
    for type_ in entry.types:
        base = {entry.fact: type_}
        yield Case.from_dict(base, vocabulary)
        for name, fact in vocabulary.facts.items():
            for value in fact.values:
                known = {**base, name: value}
                if name != entry.fact and isinstance(value, str | bool) and vocabulary.consistent(known):
                    yield Case.of_consistent(vocabulary, known)


def brief(answer: Recommendation, certainty: Certainty) -> list[dict[str, Any]]:
    """Return the options of an answer as a card's extension has them."""
    return [
        {
            "statement": one.statement,
            "item": one.item,
            "track": one.track,
            "treatments": list(one.treatments),
            "optional": list(one.optional),
        }
        for one in answer.options
        if one.certainty is certainty
    ]


def test_a_card_holds_the_options_gaps_and_missing_facts_of_the_answer(definitions: Definitions) -> None:
    seen = 0
    for case in known_cases(definitions):
        answer = recommend(case, definitions)
        found = form_cards(definitions, case)
        if not definitions.entry.in_scope(case.entry) or not case.given:
            assert found == []
            continue
        said = found[0]["extension"][EXTENSION]
        assert said["certain"] == brief(answer, Certainty.CERTAIN)
        assert said["possible"] == brief(answer, Certainty.POSSIBLE)
        assert said["missing"] == list(answer.missing)
        assert said["case"] == answer.case.to_dict() == case.to_dict()
        assert [(one["track"], one["kind"], one["certainty"]) for one in said["gaps"]] == [
            (one.track, one.kind, one.certainty) for one in answer.gaps
        ]
        # What applies stands in the detail as well, each statement by its id.
        detail = found[0]["detail"]
        assert all(one.statement in detail for one in answer.options if one.certainty is Certainty.CERTAIN)
        assert all(way.label in detail.replace("\\", "") for way in answer.either_way)
        seen += 1
    assert seen > 300


def test_every_card_is_short_and_carries_the_disclaimer(definitions: Definitions) -> None:
    disclaimer = definitions.source.disclaimer
    for case in known_cases(definitions):
        for card in form_cards(definitions, case, explain=True):
            assert 0 < len(card["summary"]) <= MOST_SUMMARY
            assert 0 < len(card["detail"]) <= MOST_DETAIL
            assert card["detail"].endswith(f"*{disclaimer}*")
            assert card["indicator"] == "info"
            assert "suggestions" not in card
            assert "…" not in card["summary"]


def test_the_summary_names_the_next_question_and_what_hangs_on_it(definitions: Definitions) -> None:
    case = {"tumor_type": "insulinoma", "sites": {"head": True}, "pancreatic_tumors": "one", "spread": {"liver": True}}
    answer = recommend(case, definitions)
    first = answer.missing[0]
    hanging = [one for one in answer.options if first in one.depends_on]
    (card,) = form_cards(definitions, Case.from_dict(case, definitions.vocabulary))
    next_ = f"{definitions.question(first, answer.pathway)} {len(hanging)} options hang on it"
    assert card["summary"] == f"Insulinoma: no option applies yet, {len(answer.options)} may. Next question: {next_}"
    assert f"- {next_}." in card["detail"]


def test_questions_are_those_of_the_answer_a_group_once_in_the_pathways_own_words(definitions: Definitions) -> None:
    answer = recommend({"tumor_type": "vipoma"}, definitions)
    asked = questions(answer)
    key_of = definitions.vocabulary.key_of
    assert len(asked) == len(dict.fromkeys(map(key_of, answer.missing)))
    assert definitions.pathways["vipoma"].wording["resectable"].question in [one.text for one in asked]
    where = next(one for one in asked if one.text == definitions.question("spread"))
    members = {fact for fact in answer.missing if key_of(fact) == "spread"}
    assert len(members) > 1
    assert where.options == sum(not members.isdisjoint(one.depends_on) for one in answer.options)


def test_what_applies_comes_before_what_may(definitions: Definitions) -> None:
    (card,) = form_cards(
        definitions, Case.from_dict({"tumor_type": "gastrinoma", "spread": {"liver": True}}, definitions.vocabulary)
    )
    detail = card["detail"]
    places = [detail.index(one) for one in ("**Spread**", "(GAS-8)", "**Open:**", "**Readings:**", "**Not approved:**")]
    assert places == sorted(places)
    assert "GAS-3" not in detail


def test_a_gap_is_said(definitions: Definitions) -> None:
    case = {"tumor_type": "insulinoma", "pancreatic_tumors": "one", "sites": ["head"], "size": "large", "resectable": True}
    (card,) = form_cards(definitions, Case.from_dict(case, definitions.vocabulary))
    assert "1 gap" in card["summary"]
    assert "**Gap, Primary tumor:** For one large tumor in the head" in card["detail"]


def test_a_complete_case_asks_nothing(definitions: Definitions) -> None:
    case = {
        "tumor_type": "somatostatinoma",
        "course": "new",
        "pancreatic_tumors": "one",
        "sites": ["head"],
        "resectable": True,
        "spread": [],
        "symptoms": [],
    }
    (card,) = form_cards(definitions, Case.from_dict(case, definitions.vocabulary), links=CardLinks("https://r", "https://f"))
    assert card["summary"] == "Somatostatinoma: 1 option applies"
    assert "Open" not in card["detail"]
    assert [link["type"] for link in card["links"]] == ["absolute"]


# Whom the document is about


@pytest.mark.parametrize(
    "resources",
    [
        (),
        (condition("c", OTHER),),
        (condition("c", DIARRHEA),),
        (condition("c", LOW_SUGAR),),
        (condition("c", LIVER),),
        (condition("c", INSULINOMA, verificationStatus=status("refuted", "ver-status")),),
        (condition("c", ("http://hl7.org/fhir/sid/icd-10-cm", "C25.9")),),
        (condition("c", ENDOCRINE, verificationStatus=status("entered-in-error", "ver-status")),),
        (condition("c", DIARRHEA, abatementDateTime="2026-01-01", clinicalStatus=status("active")),),
    ],
)
def test_there_is_no_card_where_the_record_names_no_such_tumor(
    definitions: Definitions, resources: tuple[Resource, ...]
) -> None:
    """Nor where records of such a patient contradict each other."""
    sent = sent_of(definitions, *resources)
    try:
        found = cards(case_from_bundle(sent.resources, definitions), sent, "call")
    except ConflictingRecords as error:
        found = conflict_cards(error, definitions, "call")
    assert found == []


@pytest.mark.parametrize(
    "resources",
    [
        (condition("c", INSULINOMA),),
        (condition("c", ENDOCRINE),),
        (condition("c", ("http://hl7.org/fhir/sid/icd-10-cm", "D13.7")),),
        (condition("c", INSULINOMA, verificationStatus=status("provisional", "ver-status")),),
        (answered("form", {"course": "recurrent"}),),
    ],
)
def test_there_is_a_card_where_it_does(definitions: Definitions, resources: tuple[Resource, ...]) -> None:
    assert cards_of(definitions, *resources)


def test_a_type_out_of_scope_gets_a_card_only_to_explain(definitions: Definitions) -> None:
    case = Case.from_dict({"tumor_type": "exocrine"}, definitions.vocabulary)
    assert form_cards(definitions, case) == []
    (card,) = form_cards(definitions, case, explain=True)
    assert card["summary"] == "Exocrine cancer: out of scope"
    assert definitions.entry.types["exocrine"].note in card["detail"]


# What must be confirmed, and what conflicts


def test_evidence_is_a_card_of_its_own_that_says_where_it_stands(definitions: Definitions) -> None:
    first, second = cards_of(definitions, condition("tumor", INSULINOMA), condition("low", LOW_SUGAR))
    assert second["summary"] == "To confirm: low blood sugar"
    assert "- low blood sugar: Hypoglycemia, unspecified (E16.2, Condition/low); a clinician must judge it" in second["detail"]
    assert "Next questions:\n1. Where is the patient in the course of the disease?\n2." in second["detail"]
    assert first["extension"][EXTENSION]["case"] == {"tumor_type": "insulinoma"}


def test_evidence_that_would_change_nothing_is_left_out(definitions: Definitions) -> None:
    known = answered("form", {"tumor_type": "insulinoma", "symptoms.low_blood_sugar": True})
    assert len(cards_of(definitions, condition("low", LOW_SUGAR), known)) == 1
    recorded = {"resourceType": "BodyStructure", "id": "b", "patient": {"reference": "Patient/p"}, "location": concept(HEAD)}
    recorded["morphology"] = concept(("http://snomed.info/sct", "1"))
    # Where it lies changes nothing for the one type, and may for the other.
    assert [len(cards_of(definitions, condition("c", code), recorded)) for code in (VIPOMA, INSULINOMA)] == [1, 2]
    against = answered("form", {"tumor_type": "insulinoma", "symptoms.low_blood_sugar": False})
    assert len(cards_of(definitions, condition("low", LOW_SUGAR), against)) == 2


def test_markup_from_the_record_shows_as_what_it_is(definitions: Definitions) -> None:
    low = condition("low", LOW_SUGAR)
    low["code"]["coding"][0]["display"] = "<script>*low* [x](http://evil)"
    _, card = cards_of(definitions, condition("tumor", INSULINOMA), low)
    assert "<" not in card["detail"]
    assert "\\*low\\*" in card["detail"]
    assert "[x](" not in card["detail"]


def test_a_conflict_names_the_two_resources(definitions: Definitions) -> None:
    two = (condition("first", INSULINOMA), condition("second", ("http://snomed.info/sct", "253005002")))
    with pytest.raises(ConflictingRecords) as caught:
        case_from_bundle(sent_of(definitions, *two).resources, definitions)
    (card,) = conflict_cards(caught.value, definitions, "call")
    assert card["summary"] == "Records conflict: Condition/first and Condition/second"
    assert "says an insulinoma" in card["detail"]
    assert "says a VIPoma" in card["detail"]
    assert len(card["detail"]) <= MOST_DETAIL


# Ids, links, other documents


def test_a_retry_gets_the_same_cards_and_another_call_others(definitions: Definitions) -> None:
    record = (condition("tumor", INSULINOMA), condition("low", LOW_SUGAR))
    ids = [[card["uuid"] for card in cards_of(definitions, *record, instance=name)] for name in ("a", "a", "b")]
    assert ids[0] == ids[1]
    assert not set(ids[0]) & set(ids[2])
    assert len(set(ids[0])) == 2
    changed = [card["uuid"] for card in cards_of(definitions, condition("tumor", ENDOCRINE), record[1], instance="a")]
    assert not set(ids[0]) & set(changed)


def test_links_are_those_configured(definitions: Definitions) -> None:
    case = Case.from_dict({"tumor_type": "vipoma"}, definitions.vocabulary)
    (card,) = form_cards(definitions, case, links=CardLinks("https://r.example", "https://f.example"))
    smart, page = card["links"]
    assert (smart["type"], smart["url"], smart["appContext"]) == ("smart", "https://f.example", card["uuid"])
    assert (page["type"], page["url"]) == ("absolute", "https://r.example")
    assert form_cards(definitions, case)[0]["links"] == []


def test_any_document_has_cards() -> None:
    pumps = load_pathways(PUMP_FAULT)
    case = Case.from_dict(STOPPED, pumps.vocabulary)
    (card,) = form_cards(pumps, case)
    assert brief(recommend(case, pumps), Certainty.CERTAIN) == card["extension"][EXTENSION]["certain"]
    assert pumps.source.disclaimer in card["detail"]
    assert "forms" in templates(Publication(pumps))
    assert "observations" not in templates(Publication(pumps))


def test_long_words_are_folded_and_the_card_says_so(definitions: Definitions) -> None:
    treatments = {
        key: attrs.evolve(one, label=f"{one.label} {'long ' * 30}".strip()) for key, one in definitions.treatments.items()
    }
    wordy = attrs.evolve(definitions, treatments=treatments)
    case = Case.from_dict({"tumor_type": "gastrinoma", "spread": {"liver": True}, "symptoms": ["diarrhea"]}, wordy.vocabulary)
    (card,) = form_cards(wordy, case)
    assert len(card["detail"]) <= MOST_DETAIL
    assert "apply as well; there is no room for them here." in card["detail"]
    assert card["detail"].endswith(f"*{definitions.source.disclaimer}*")


def test_text_is_cut_between_words() -> None:
    assert cut("one two", 7) == "one two"
    assert cut("one two three", 8) == "one two…"
    assert cut("x" * 20, 5) == "xxxx…"


def test_cards_are_json(definitions: Definitions) -> None:
    def keys(data: object) -> Iterator[object]:
        if isinstance(data, Mapping):
            yield from data
            for value in data.values():
                yield from keys(value)

    found = cards_of(definitions, condition("tumor", INSULINOMA))
    assert json.loads(json.dumps(found)) == found
    assert all(isinstance(key, str) for card in found for key in keys(card))

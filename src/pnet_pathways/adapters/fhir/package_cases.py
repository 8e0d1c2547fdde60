"""The test cases of a package: for each pathway few cases that go every way of its graphs, each with what must come out."""

from __future__ import annotations

from collections.abc import Iterator

from ...engine.answer import Certainty, Recommendation
from ...engine.recommend import recommend
from ...model.case import Case
from ...proof.suites.suites import suite
from .answers import option_name, parameters
from .publication import Publication, Resource, identifier
from .responses import to_questionnaire_response


def package_cases(publication: Publication) -> Iterator[Resource]:
    """Yield the cases, each a Bundle of a patient, the answered form, and Parameters with what must come out.

    Each scenario of a pathway's suite is there as a whole, and with the first half of what is known.
    """
    definitions = publication.definitions
    entry = definitions.entry
    for name in definitions.pathways:
        type_ = entry.types_under(name)[0] if name in entry.common else None
        number = 0
        for record in suite(name, "transitions", definitions, type_=type_).records():
            facts = list(record.case.given.items())
            for known in (facts, facts[: len(facts) // 2]):
                number += 1
                case = Case.from_facts(dict(known), definitions.vocabulary)
                yield _case(publication, f"{identifier(name)}-{number}", case)


def _case(publication: Publication, id_: str, case: Case) -> Resource:
    patient = {"resourceType": "Patient", "id": id_}
    form = to_questionnaire_response(case, publication, subject=f"Patient/{id_}")
    answer = {"resourceType": form.pop("resourceType"), "id": id_, **form}
    expected = {
        "resourceType": "Parameters",
        "id": id_,
        "parameter": parameters(expected_of(recommend(case, publication.definitions))),
    }
    entries = [
        {"fullUrl": f"{publication.canonical}/{one['resourceType']}/{id_}", "resource": one}
        for one in (patient, answer, expected)
    ]
    return {"resourceType": "Bundle", "id": id_, "type": "collection", "entry": entries}


def expected_of(answer: Recommendation) -> dict[str, list[str]]:
    """Return what the Libraries must say together: options and gaps as they call them, by certainty, and what is missing."""
    found: dict[str, list[str]] = {}
    for certainty in Certainty:
        options = (one for one in answer.options if one.certainty is certainty)
        found[certainty] = [option_name(answer.definitions, one) for one in options]
    for certainty in Certainty:
        gaps = (gap for gap in answer.gaps if gap.certainty is certainty)
        found[f"gap {certainty}"] = [f"{gap.track} {gap.kind}" for gap in gaps]
    return {**found, "missing": list(answer.missing)}

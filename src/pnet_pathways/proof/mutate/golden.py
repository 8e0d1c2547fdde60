"""Golden answers: hand-written expected answers that a clinician can read and review, compared with `recommend`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from ...engine.answer import Certainty, Gap, OfferedOption, Recommendation
from ...engine.tables import GapKind
from ...loading.yaml_source import Path_, read_yaml
from ...model.case import Case
from ...model.errors import DefinitionError, listed, suggest
from ...model.vocabulary import Vocabulary
from ...model.wording import offer_text

COMPARED: Final = ("certain", "possible", "never", "gaps", "says", "missing", "items", "readings", "answer_readings", "status")
"""What a golden answer can expect; ``docs/golden.md`` says what each key means."""

_NEEDED: Final = ("name", "case", "certain", "because")
_UNDER: Final = "under"
CHANGED_BY: Final = "changed_by"
"""What a golden answer can expect of alternatives: exactly which of them would change it."""


@attrs.frozen
class GoldenAnswer:
    """One expected answer: `expected` holds the keys that are compared (some of `COMPARED`).

    `under` are the alternatives, by reading, under which it is the answer.
    """

    file: str
    line: int
    name: str
    case: Case
    expected: Mapping[str, Any]
    because: Mapping[str, Any]
    under: Mapping[str, str] = attrs.field(factory=dict)


def read_golden(path: Path, vocabulary: Vocabulary) -> list[GoldenAnswer]:
    """Read a file of golden answers. Raises `DefinitionError` with all problems, `CaseError` for a case that is none."""
    document = read_yaml(path, path.name).tidied()
    if not document.problems:
        answers = document.data.get("answers") if isinstance(document.data, dict) else None
        if not isinstance(answers, list):
            document.problem((), "golden answers are a mapping with a list under 'answers'")
        else:
            for number, one in enumerate(answers):
                if not isinstance(one, dict) or not set(_NEEDED) <= one.keys():
                    document.problem(("answers", number), "a golden answer has name, case, certain and because")
                    continue
                known = dict.fromkeys((*_NEEDED, _UNDER, *COMPARED, CHANGED_BY))
                for key in one:
                    # A misspelt key would never be compared.
                    if key not in known:
                        hint = suggest(key, known) or f"keys: {listed(known)}"
                        document.problem(("answers", number, key), f"a golden answer has no key '{key}'", hint)
                if not _is_choice(one.get(_UNDER, {})):
                    place: Path_ = ("answers", number, _UNDER)
                    document.problem(place, "'under' pairs readings with their alternatives", "e.g. {R-2: on_its_own}")
    if document.problems:
        raise DefinitionError(document.problems)
    return [
        GoldenAnswer(
            file=path.name,
            line=document.where(("answers", number)).line,
            name=one["name"],
            case=Case.from_dict(one["case"], vocabulary),
            expected={key: one[key] for key in (*COMPARED, CHANGED_BY) if key in one},
            because=one["because"],
            under=one.get(_UNDER, {}),
        )
        for number, one in enumerate(document.data["answers"])
    ]


def _is_choice(data: object) -> bool:
    return isinstance(data, dict) and all(isinstance(one, str) for one in (*data, *data.values()))


def golden_form(answer: Recommendation) -> dict[str, Any]:
    """Return an answer in the form of the golden files; a gap's words (``says``) are its whole message."""
    items: dict[str, list[int]] = {}
    for option in answer.options:
        items.setdefault(option.statement, []).append(option.item)
    readings = {_line(one): list(one.readings) for one in answer.options if one.readings}
    return {
        "certain": [_line(one) for one in answer.options if one.certainty is Certainty.CERTAIN],
        "possible": [_line(one) for one in answer.options if one.certainty is Certainty.POSSIBLE],
        "gaps": {_name(gap): str(gap.certainty) for gap in answer.gaps},
        "missing": sorted(answer.missing),
        "items": items,
        "readings": {**readings, **{_name(gap): list(gap.readings) for gap in answer.gaps if gap.readings}},
        "answer_readings": list(answer.readings),
        "says": {_name(gap): gap.message for gap in answer.gaps},
        "status": str(answer.status),
    }


def _name(gap: Gap) -> str:
    """Return what the golden files call a gap: its track, and of a combination its kind as well."""
    return gap.track if gap.kind is GapKind.SILENT else f"{gap.track}/{gap.kind}"


def _line(option: OfferedOption) -> str:
    notes = (f" ({option.intent})" if option.intent else "") + (" (choice)" if option.choice else "")
    return f"{option.statement}: {offer_text(option.strength, option.treatments, option.optional)}{notes}"


def differences(golden: GoldenAnswer, answer: Recommendation, *, alternatives: bool = True) -> Iterator[str]:
    """Yield in words what differs between an expected answer and the one given; without `alternatives`, in itself alone."""
    found = golden_form(answer)
    if alternatives and CHANGED_BY in golden.expected:
        found[CHANGED_BY] = sorted(f"{one.reading}={one.alternative}" for one in answer.alternatives)
    offered = [*found["certain"], *found["possible"]]
    for key, expected in golden.expected.items():
        if key == CHANGED_BY and not alternatives:
            continue
        if key == "never":
            for line in offered:
                if line in expected or line.partition(":")[0] in expected:
                    yield f"never: expected no '{line}'"
            continue
        given, wanted = found[key], sorted(expected) if key in {"missing", CHANGED_BY} else expected
        if key in {"items", "readings", "says"}:
            # Only what is named is compared.
            given = {name: given.get(name, []) for name in wanted}
        if key == "says":
            given = {name: words if words in given[name] else given[name] for name, words in expected.items()}
        if given != wanted:
            yield f"{key}: expected {wanted}, found {given}"

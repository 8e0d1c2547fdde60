"""What was given to patients: cells with one treatment or several, mapped to the document's by their ids or local names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from ...model.errors import CohortError, Problem, suggest
from ...model.pathway import Definitions

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEPARATOR: Final = ";"
"""What stands between the treatments of a cell."""
ELSEWHERE: Final = ""
"""Stands for treatments that the document does not name: a local name that is mapped to nothing."""
NAMES_HEAD: Final = ("given", "treatment")
"""The columns of a file of local names."""


def read_names(text: str, place: str, definitions: Definitions) -> dict[str, tuple[str, ...]]:
    """Return the treatments that local names stand for, from CSV text with the columns ``given`` and ``treatment``.

    A name may have several rows, a treatment each; one with an empty treatment is none that the document names. Raises
    `CohortError` with all that is wrong.
    """
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or tuple(cell.strip() for cell in rows[0]) != NAMES_HEAD:
        raise CohortError([Problem(f"{place}:1", f"the first line must be '{','.join(NAMES_HEAD)}'")])
    found: dict[str, tuple[str, ...]] = {}
    problems = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(NAMES_HEAD):
            problems.append(Problem(f"{place}:{number}", f"{len(row)} cells; a name and a treatment are needed"))
            continue
        name, treatment = (cell.strip() for cell in row)
        if not name:
            problems.append(Problem(f"{place}:{number}", "there is no name before the treatment"))
        elif treatment and treatment not in definitions.treatments:
            hint = suggest(treatment, definitions.treatments)
            problems.append(Problem(f"{place}:{number}", f"'{treatment}' is no treatment of the document", hint))
        elif treatment in found.get(name, ()) or (name in found and ELSEWHERE in (treatment, *found[name])):
            problems.append(Problem(f"{place}:{number}", f"'{name}' is mapped twice, or to a treatment and to none"))
        else:
            found[name] = (*found.get(name, ()), treatment)
    if problems:
        raise CohortError(problems)
    return found


@attrs.frozen(eq=False)
class Given:
    """What was given: for each pair of a patient and a treatment their places, each pair once.

    `treatments` are those of the pairs, by place. `unmapped` are names that stand for nothing known, each with its patients;
    `nothing` are the patients to whom nothing was given.
    """

    treatments: tuple[str, ...]
    patients: NDArray[np.int64]
    given: NDArray[np.int64]
    unmapped: Mapping[str, NDArray[np.int64]]
    nothing: NDArray[np.int64]


def read_given(
    cells: Sequence[str | None], definitions: Definitions, names: Mapping[str, tuple[str, ...]] | None = None
) -> Given:
    """Return what was given to patients, a cell for each: ids of treatments or local `names`, several with ``;`` between."""
    treatments = (*definitions.treatments, ELSEWHERE)
    places = {treatment: place for place, treatment in enumerate(treatments)}
    of_text: dict[str, int] = {}
    texts = np.array([of_text.setdefault(cell or "", len(of_text)) for cell in cells], dtype=np.int64)
    patients, given, nothing = [_NONE], [_NONE], [_NONE]
    unmapped: dict[str, list[NDArray[np.int64]]] = {}
    order = np.argsort(texts, kind="stable")
    ends = np.searchsorted(texts[order], np.arange(len(of_text) + 1))
    for text, number in of_text.items():
        here = order[ends[number] : ends[number + 1]]
        listed = list(dict.fromkeys(name for part in text.split(SEPARATOR) if (name := part.strip())))
        if not listed:
            nothing.append(here)
        for name in listed:
            if name not in places and name not in (names or {}):
                unmapped.setdefault(name, []).append(here)
        for place in sorted({places[one] for name in listed for one in _mapped(name, names or {}, places)}):
            patients.append(here)
            given.append(np.full(len(here), place, dtype=np.int64))
    return Given(
        treatments,
        np.concatenate(patients),
        np.concatenate(given),
        {name: np.concatenate(found) for name, found in sorted(unmapped.items())},
        np.concatenate(nothing),
    )


_NONE: Final = np.zeros(0, dtype=np.int64)


def _mapped(name: str, names: Mapping[str, tuple[str, ...]], places: Mapping[str, int]) -> Iterable[str]:
    return names.get(name, (name,) if name in places else ())

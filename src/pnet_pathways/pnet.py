"""The typed names of the project's vocabulary: enums of its answers, its groups, and a `Case` that editors complete.

Written from ``facts.yaml`` by ``tools/write_types.py``; nothing inside the package imports it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Literal, Self

import attrs

from .loading.folder import load_pathways
from .model import case as generic
from .model.vocabulary import Vocabulary


@functools.cache
def _vocabulary() -> Vocabulary:
    return load_pathways().vocabulary


class TumorType(StrEnum):
    """Which tumor is it?"""

    GASTRINOMA = "gastrinoma"
    INSULINOMA = "insulinoma"
    GLUCAGONOMA = "glucagonoma"
    VIPOMA = "vipoma"
    SOMATOSTATINOMA = "somatostatinoma"
    OTHER = "other"
    NONFUNCTIONAL = "nonfunctional"
    ACTH_PRODUCING = "acth_producing"
    EXOCRINE = "exocrine"


class Course(StrEnum):
    """Where is the patient in the course of the disease?"""

    NEW = "new"
    STABLE = "stable"
    PROGRESSIVE = "progressive"
    RECURRENT = "recurrent"


class PancreaticTumors(StrEnum):
    """How many tumors are there in the pancreas now?"""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"


class Site(StrEnum):
    """A member of `Sites`."""

    HEAD = "head"
    BODY = "body"
    TAIL = "tail"


@attrs.frozen
class Sites:
    """Where in the pancreas? Each member `True`, `False` or unknown (`None`)."""

    head: bool | None = None
    body: bool | None = None
    tail: bool | None = None


class Size(StrEnum):
    """Is the tumor small or large?"""

    SMALL = "small"
    LARGE = "large"


class SpreadPlace(StrEnum):
    """A member of `Spread`."""

    LYMPH_NODES = "lymph_nodes"
    LIVER = "liver"
    OTHER = "other"


@attrs.frozen
class Spread:
    """Where has it spread? Each member `True`, `False` or unknown (`None`)."""

    lymph_nodes: bool | None = None
    liver: bool | None = None
    other: bool | None = None


class Symptom(StrEnum):
    """A member of `Symptoms`."""

    EXCESS_STOMACH_ACID = "excess_stomach_acid"
    STOMACH_ULCERS = "stomach_ulcers"
    DIARRHEA = "diarrhea"
    LOW_BLOOD_SUGAR = "low_blood_sugar"
    HIGH_BLOOD_SUGAR = "high_blood_sugar"


@attrs.frozen
class Symptoms:
    """Which of these need supportive care? Each member `True`, `False` or unknown (`None`)."""

    excess_stomach_acid: bool | None = None
    stomach_ulcers: bool | None = None
    diarrhea: bool | None = None
    low_blood_sugar: bool | None = None
    high_blood_sugar: bool | None = None


class Case(generic.Case):
    """The findings of one patient. Every fact is optional; `None` means unknown.

    Values are strict (``1`` or ``"yes"`` is not a boolean). A group as an iterable is complete: what is not in it is known to
    be absent. Raises `CaseError` with all problems at once, or `InconsistentCaseError` for contradictions.

    >>> Case(primary_removed=False).to_dict()
    {'primary_removed': False}
    """

    def __init__(
        self,
        *,
        tumor_type: TumorType
        | Literal[
            "gastrinoma",
            "insulinoma",
            "glucagonoma",
            "vipoma",
            "somatostatinoma",
            "other",
            "nonfunctional",
            "acth_producing",
            "exocrine",
        ]
        | None = None,
        course: Course | Literal["new", "stable", "progressive", "recurrent"] | None = None,
        primary_removed: bool | None = None,
        pancreatic_tumors: PancreaticTumors | Literal["none", "one", "several"] | None = None,
        sites: Sites
        | Iterable[Site | Literal["head", "body", "tail"]]
        | Mapping[Literal["head", "body", "tail"], bool | None]
        | None = None,
        duodenal_tumors: bool | None = None,
        size: Size | Literal["small", "large"] | None = None,
        resectable: bool | None = None,
        residual_after_surgery: bool | None = None,
        refractory: bool | None = None,
        spread: Spread
        | Iterable[SpreadPlace | Literal["lymph_nodes", "liver", "other"]]
        | Mapping[Literal["lymph_nodes", "liver", "other"], bool | None]
        | None = None,
        spread_resectable: bool | None = None,
        mostly_liver: bool | None = None,
        severe_symptoms: bool | None = None,
        symptoms: Symptoms
        | Iterable[
            Symptom | Literal["excess_stomach_acid", "stomach_ulcers", "diarrhea", "low_blood_sugar", "high_blood_sugar"]
        ]
        | Mapping[
            Literal["excess_stomach_acid", "stomach_ulcers", "diarrhea", "low_blood_sugar", "high_blood_sugar"], bool | None
        ]
        | None = None,
    ) -> None:
        given = {
            "tumor_type": tumor_type,
            "course": course,
            "primary_removed": primary_removed,
            "pancreatic_tumors": pancreatic_tumors,
            "sites": sites,
            "duodenal_tumors": duodenal_tumors,
            "size": size,
            "resectable": resectable,
            "residual_after_surgery": residual_after_surgery,
            "refractory": refractory,
            "spread": spread,
            "spread_resectable": spread_resectable,
            "mostly_liver": mostly_liver,
            "severe_symptoms": severe_symptoms,
            "symptoms": symptoms,
        }
        made = generic.Case.from_dict(given, _vocabulary())
        super().__init__(made.vocabulary, made.code, made.closed)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], vocabulary: Vocabulary | None = None) -> Self:
        """Read a case from the JSON contract, by default in the project's vocabulary; see `model.case.Case`."""
        return super().from_dict(data, _vocabulary() if vocabulary is None else vocabulary)

    @classmethod
    def from_json(cls, text: str, vocabulary: Vocabulary | None = None) -> Self:
        """Read a case from JSON text, by default in the project's vocabulary; see `model.case.Case`."""
        return super().from_json(text, _vocabulary() if vocabulary is None else vocabulary)

    def _given_bool(self, fact: str) -> bool | None:
        value = self.given.get(fact)
        return value if isinstance(value, bool) else None

    @property
    def tumor_type(self) -> TumorType | None:
        """Which tumor is it?"""
        value = self.given.get("tumor_type")
        return TumorType(value) if isinstance(value, str) else None

    @property
    def course(self) -> Course | None:
        """Where is the patient in the course of the disease?"""
        value = self.given.get("course")
        return Course(value) if isinstance(value, str) else None

    @property
    def primary_removed(self) -> bool | None:
        """Has the primary tumor been removed, and is none there now?"""
        return self._given_bool("primary_removed")

    @property
    def pancreatic_tumors(self) -> PancreaticTumors | None:
        """How many tumors are there in the pancreas now?"""
        value = self.given.get("pancreatic_tumors")
        return PancreaticTumors(value) if isinstance(value, str) else None

    @property
    def sites(self) -> Sites:
        """Where in the pancreas?"""
        return Sites(
            head=self._given_bool("sites.head"), body=self._given_bool("sites.body"), tail=self._given_bool("sites.tail")
        )

    @property
    def duodenal_tumors(self) -> bool | None:
        """Are there one or more tumors in the duodenum?"""
        return self._given_bool("duodenal_tumors")

    @property
    def size(self) -> Size | None:
        """Is the tumor small or large?"""
        value = self.given.get("size")
        return Size(value) if isinstance(value, str) else None

    @property
    def resectable(self) -> bool | None:
        """Can the primary tumor be removed by surgery?"""
        return self._given_bool("resectable")

    @property
    def residual_after_surgery(self) -> bool | None:
        """Is there residual tumor after surgery?"""
        return self._given_bool("residual_after_surgery")

    @property
    def refractory(self) -> bool | None:
        """Have surgery or acid-reducing drugs failed?"""
        return self._given_bool("refractory")

    @property
    def spread(self) -> Spread:
        """Where has it spread?"""
        return Spread(
            lymph_nodes=self._given_bool("spread.lymph_nodes"),
            liver=self._given_bool("spread.liver"),
            other=self._given_bool("spread.other"),
        )

    @property
    def spread_resectable(self) -> bool | None:
        """Can all of the cancer that has spread be removed by surgery?"""
        return self._given_bool("spread_resectable")

    @property
    def mostly_liver(self) -> bool | None:
        """Does the cancer mostly affect the liver?"""
        return self._given_bool("mostly_liver")

    @property
    def severe_symptoms(self) -> bool | None:
        """Does the tumor's size, or do its hormones, cause severe symptoms?"""
        return self._given_bool("severe_symptoms")

    @property
    def symptoms(self) -> Symptoms:
        """Which of these need supportive care?"""
        return Symptoms(
            excess_stomach_acid=self._given_bool("symptoms.excess_stomach_acid"),
            stomach_ulcers=self._given_bool("symptoms.stomach_ulcers"),
            diarrhea=self._given_bool("symptoms.diarrhea"),
            low_blood_sugar=self._given_bool("symptoms.low_blood_sugar"),
            high_blood_sugar=self._given_bool("symptoms.high_blood_sugar"),
        )


# Only where tests have loaded hypothesis, whose entry point it is.
if (_hypothesis := sys.modules.get("_pnet_pathways_hypothesis")) is not None:
    _hypothesis.register()

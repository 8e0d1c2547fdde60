"""What an EHR developer writes; checked by mypy --strict and by pyright, and run as a test."""

from __future__ import annotations

from pnet_pathways import (
    Case,
    Certainty,
    Definitions,
    Gap,
    OfferedOption,
    Recommendation,
    Site,
    Sites,
    Size,
    Spread,
    Status,
    TumorType,
    load_pathways,
    recommend,
)


def ask() -> Recommendation:
    """Answer a case given in every form that the constructor documents."""
    by_name = Case(tumor_type="vipoma", sites=["head"], spread={"liver": True}, symptoms=[])
    by_enum = Case(tumor_type=TumorType.VIPOMA, sites=[Site.HEAD], spread=Spread(liver=True), size=Size.SMALL, resectable=None)
    kind: TumorType | None = by_enum.tumor_type
    liver: bool | None = by_name.spread.liver
    assert kind is TumorType.VIPOMA
    assert liver is True
    assert Case(sites=Sites(head=True), spread=[]).sites.head
    return recommend(by_name)


def certain(answer: Recommendation) -> list[OfferedOption]:
    """Use the types that an answer is made of in annotations of one's own."""
    definitions: Definitions = load_pathways()
    gaps: tuple[Gap, ...] = answer.gaps
    assert answer.status is not Status.OUT_OF_SCOPE
    assert not gaps or answer.definitions is definitions
    return [option for option in answer.options if option.certainty is Certainty.CERTAIN]


if __name__ == "__main__":
    print(certain(ask()))

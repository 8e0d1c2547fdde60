"""What an EHR developer writes; checked by mypy --strict and by pyright, and run as a test."""

from __future__ import annotations

from pnet_pathways import Case, Recommendation, Site, Size, Spread, TumorType, recommend


def ask() -> Recommendation:
    """Answer a case given in every form that the constructor documents."""
    by_name = Case(tumor_type="vipoma", sites=["head"], spread={"liver": True}, symptoms=[])
    by_enum = Case(tumor_type=TumorType.VIPOMA, sites=[Site.HEAD], spread=Spread(liver=True), size=Size.SMALL, resectable=None)
    kind: TumorType | None = by_enum.tumor_type
    liver: bool | None = by_name.spread.liver
    assert kind is TumorType.VIPOMA
    assert liver is True
    return recommend(by_name)


if __name__ == "__main__":
    print(ask().status)

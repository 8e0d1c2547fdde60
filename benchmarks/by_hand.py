"""What a programmer would write by hand for one pathway: the reference of the benchmarks, equal to the library's answers.

Insulinoma with what is said for every type, for cases of which everything is known. Nothing is told of partial cases, of
places in the text, or of why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def by_hand(  # noqa: C901, PLR0912, PLR0915 - it is what it stands for
    case: Mapping[str, Any],
) -> list[str]:
    """Return the options, ``statement.item.treatment``, and the gaps of a complete case of insulinoma."""
    found = []
    tumors, sites, spread = case["pancreatic_tumors"], case["sites"], case["spread"]
    not_resectable = False
    if tumors == "none":
        if not case["primary_removed"]:
            found.append("gap primary")
    elif not case["resectable"]:
        not_resectable = True
        if tumors == "one" and case["size"] == "large" and "head" in sites:
            found.append("INS-2.2.pancreatoduodenectomy")
    elif tumors == "several":
        found.append("INS-4.4.head_tumor_removal")
    elif case["size"] == "small":
        found.append("INS-1.1.tumor_removal" if "head" in sites or "tail" in sites else "gap primary")
    else:
        found.append("INS-3.3.distal_pancreatectomy" if "body" in sites or "tail" in sites else "gap primary")
    spread_not_resectable = bool(spread) and not case["spread_resectable"]
    if not_resectable or spread_not_resectable:
        found.append("INS-5.5.combination_chemotherapy")
        found.append("INS-5.6.insulin_lowering_drug")
        found.append("INS-5.7.hormone_therapy")
        found.append("INS-5.8.radiofrequency_ablation")
        found.append("INS-5.8.cryosurgical_ablation")
    if spread:
        if spread_not_resectable:
            found.append("INS-6.10.radiofrequency_ablation")
            found.append("INS-6.10.cryosurgical_ablation")
        else:
            found.append("INS-6.9.cancer_removal")
    if case["mostly_liver"] and case["severe_symptoms"]:
        found.append("INS-7.11.hepatic_arterial_occlusion")
        found.append("INS-7.12.chemoembolization")
    symptoms = case["symptoms"]
    if "stomach_ulcers" in symptoms:
        found.append("SUP-1.1.proton_pump_inhibitor")
        found.append("SUP-1.2.histamine_blocker")
        found.append("SUP-1.3.somatostatin_analogue")
    if "diarrhea" in symptoms:
        found.append("SUP-2.4.intravenous_fluids_with_electrolytes")
        found.append("SUP-2.5.somatostatin_analogue")
    if "low_blood_sugar" in symptoms:
        found.append("SUP-3.6.small_frequent_meals")
        found.append("SUP-3.6.blood_sugar_stabilizing_drug")
    if "high_blood_sugar" in symptoms:
        found.append("SUP-4.7.oral_blood_sugar_drug")
        found.append("SUP-4.7.insulin_injection")
    if case["course"] == "progressive" or case["course"] == "recurrent":
        if case.get("resectable") or case.get("spread_resectable"):
            found.append("REC-1.1.tumor_removal")
        found.append("REC-1.2.chemotherapy")
        found.append("REC-1.3.hormone_therapy")
        found.append("REC-1.4.targeted_therapy")
        found.append("REC-1.7.clinical_trial")
        if "liver" in spread:
            found.append("REC-2.5.regional_chemotherapy")
            found.append("REC-2.6.hepatic_arterial_occlusion")
            found.append("REC-2.6.chemoembolization")
    return found

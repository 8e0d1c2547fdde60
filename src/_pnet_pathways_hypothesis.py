"""Where hypothesis finds the strategy for `pnet_pathways.Case`, so that `st.from_type(Case)` draws consistent cases.

It stands beside the package because hypothesis loads it wherever it is imported, and only who uses the library shall load
that: the strategy is registered when both are there, whichever comes first, and the definitions are read when it draws.
"""

from __future__ import annotations

import sys


def hook() -> None:
    """Register the strategy, where the typed case is loaded; where it is not yet, its module calls `register`."""
    if "pnet_pathways.pnet" in sys.modules:
        register()


def register() -> None:
    """Register the strategy for the typed case."""
    from hypothesis import strategies as st

    from pnet_pathways.pnet import Case

    def typed(_: object) -> st.SearchStrategy[Case]:
        from pnet_pathways.testing import cases

        return cases().map(lambda case: Case.of_consistent(case.vocabulary, case.given))

    st.register_type_strategy(Case, typed)

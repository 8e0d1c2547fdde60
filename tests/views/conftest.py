"""Lets the checks in `views.drawn` say what they found; the report page, written once."""

from __future__ import annotations

import pytest

from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.report import report_html

pytest.register_assert_rewrite("views.drawn", "views.report_page")


@pytest.fixture(scope="package")
def page(definitions: Definitions) -> str:
    """The report page of the project's own definitions."""
    return report_html(definitions)

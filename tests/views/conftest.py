"""The report page, written once."""

from __future__ import annotations

import pytest

from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.report import report_html


@pytest.fixture(scope="package")
def page(definitions: Definitions) -> str:
    """The report page of the project's own definitions."""
    return report_html(definitions)

"""Fixtures: one Chromium for all browser tests of a process, a fresh watched page for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser.chromium import OTHER_FONTS, Watch, chromium_running, playwright_running
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.views.report import report_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

# The scope is the package: other tests of the same process may use asyncio, which Playwright's loop would refuse.


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright, for the browsers."""
    with playwright_running() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with the bundled fonts."""
    with chromium_running(playwright, tmp_path_factory.mktemp("fonts")) as running:
        yield running


@pytest.fixture(scope="package")
def browser_without_font(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium on a machine that lacks the diagrams' font and falls back on a wider one."""
    with chromium_running(playwright, tmp_path_factory.mktemp("fonts"), OTHER_FONTS) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh context: no storage, no history, an American clinician's desktop."""
    made = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def watch(context: BrowserContext) -> Watch:
    """What the pages of the test's context did."""
    return Watch.on(context)


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Iterator[Page]:
    """A page. The test fails at its end on an error, a dialog, or a request but for the file that it opens."""
    yield context.new_page()
    assert watch.complaints() == []


@pytest.fixture(scope="package")
def report(definitions: Definitions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report page, written once for all tests of a process."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_html(definitions), "utf-8")
    return path

"""Chromium for tests: found and started, its pages watched, checked by axe, printed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn
from xml.sax.saxutils import escape

import attrs
import pytest

from project import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Playwright, Request

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL: Final = "apt-get install chromium fonts-dejavu-core libatomic1; pip install 'pnet-pathways[test]'"
BUNDLED_FONTS: Final = f"<dir>{escape(str(ROOT / 'src' / 'pnet_pathways' / 'views' / 'diagrams' / 'fonts'))}</dir>"
_SAME_WIDTHS: Final = ("Liberation Sans", "Arial", "Arimo", "Helvetica", "Nimbus Sans", "Nimbus Sans L")
OTHER_FONTS: Final = (
    "<dir>/usr/share/fonts</dir><selectfont><rejectfont>"
    + "".join(f'<pattern><patelt name="family"><string>{one}</string></patelt></pattern>' for one in _SAME_WIDTHS)
    + "</rejectfont></selectfont>"
    "<alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>"
)
"""The machine's fonts without the diagrams' own and those of the same widths; DejaVu Sans is among the widest there are."""
AXE_TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Nothing is looked up, so nothing outside is reached, whatever a page tries.
ARGUMENTS: Final = ("--host-resolver-rules=MAP * ~NOTFOUND",)
LOOPBACK: Final = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",)
"""For pages that servers on this machine give: nothing else is reached."""


def absent(what: str) -> NoReturn:
    """Fail in CI; skip on a user's machine, saying what to install."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}; in CI a browser test never skips: {INSTALL}")
    pytest.skip(f"{what}: {INSTALL}")


@contextmanager
def playwright_running() -> Iterator[Playwright]:
    """Run Playwright. While it runs, ``asyncio.run`` is refused in the same thread, so it must not outlive its tests."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        absent(f"Playwright is missing ({error})")
    with ExitStack() as stack:
        try:
            running = stack.enter_context(sync_playwright())
        except Exception as error:
            absent(f"Playwright's driver does not start ({error})")
        yield running


@contextmanager
def chromium_running(
    playwright: Playwright, folder: Path, fonts: str = BUNDLED_FONTS, arguments: Sequence[str] = ARGUMENTS
) -> Iterator[Browser]:
    """Run Chromium with the given fonts only, so that text is as wide on every machine; `folder` keeps its font cache."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        absent(f"there is no Chromium on the PATH ({', '.join(PROGRAMS)})")
    conf = folder / "fonts.conf"
    conf.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f"<fontconfig>{fonts}<cachedir>{escape(str(folder))}</cachedir></fontconfig>\n"
    )
    environment: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(conf)}
    browser = playwright.chromium.launch(executable_path=program, args=arguments, env=environment)
    try:
        yield browser
    finally:
        browser.close()


@attrs.define(slots=False)  # Playwright keeps its wrappers of bound methods on their object
class Watch:
    """What the pages of a context did: console messages, uncaught errors, dialogs and every request, in order."""

    messages: list[str] = attrs.field(factory=list)
    errors: list[str] = attrs.field(factory=list)
    dialogs: list[str] = attrs.field(factory=list)
    requests: list[str] = attrs.field(factory=list)
    foreign: list[str] = attrs.field(factory=list)

    @classmethod
    def on(cls, context: BrowserContext) -> Watch:
        """Watch a context, with all pages that it opens."""
        watch = cls()
        context.on("console", watch._console)
        context.on("weberror", lambda error: watch.errors.append(str(error.error)))
        context.on("dialog", watch._dialog)
        context.on("request", watch._request)
        return watch

    def complaints(self) -> list[str]:
        """Return what a page that works from disk, by itself, never does."""
        return [
            *(f"error: {one}" for one in self.errors),
            *(f"dialog: {one}" for one in self.dialogs),
            *(f"request: {one}" for one in self.foreign),
        ]

    def _console(self, message: ConsoleMessage) -> None:
        (self.errors if message.type == "error" else self.messages).append(message.text)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith("data:") and not _opens_file(request):
            self.foreign.append(request.url)


def _opens_file(request: Request) -> bool:
    """Whether a request is that of a page for its own file: not of a frame in it, nor of a window that it opens."""
    from playwright.sync_api import Error

    if not (request.url.startswith("file://") and request.is_navigation_request()):
        return False
    try:
        return request.frame.parent_frame is None
    except Error:  # a new window has no frame yet
        return False


def axe(page: Page, within: str = "html", without: str = "") -> list[str]:
    """Return what axe-core finds against WCAG 2 A and AA and its own best practice, one line for each rule and place.

    `without` is left out: what another run has looked at.
    """
    from axe_playwright_python.base import AXE_SCRIPT

    page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": list(AXE_TAGS)}, "resultTypes": ["violations"]}
    where = {"include": [within], "exclude": [without] if without else []}
    found: dict[str, Any] = page.evaluate("([where, options]) => axe.run(where, options)", [where, options])
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def pdf(page: Page) -> bytes:
    """Return a page as it is printed: its own paper size, with backgrounds."""
    return page.pdf(prefer_css_page_size=True, print_background=True)


def opened(page: Page, path: Path, hash: str = "") -> Page:
    """Open a file from disk in a page, anew where it stands open already."""
    if page.url.partition("#")[0] == path.as_uri():
        page.goto("about:blank")
    page.goto(f"{path.as_uri()}{hash}")
    return page

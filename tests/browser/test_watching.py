"""The watch over pages notices what it is there for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser.chromium import Watch, axe, chromium_running, opened, pdf

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright

DOCUMENT = '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title></head><body>{}</body></html>'


def written(folder: Path, body: str) -> Path:
    path = folder / "page.html"
    path.write_text(DOCUMENT.format(body))
    return path


SINS = {
    "<script>console.error('broken')</script>": "error: broken",
    "<script>throw new Error('thrown')</script>": "error: thrown",
    "<script>alert('hello')</script>": "dialog: hello",
    "<img alt='x' src='http://example.org/x.png'>": "request: http://example.org/x.png",
    "<script>fetch('https://example.org/fetched').catch(() => 0)</script>": "request: https://example.org/fetched",
    "<script>window.open('https://example.org/window')</script>": "request: https://example.org/window",
    "<iframe title='x' src='https://example.org/frame'></iframe>": "request: https://example.org/frame",
}


def test_what_a_page_must_not_do_is_noticed(context: BrowserContext, watch: Watch, tmp_path: Path) -> None:
    page = opened(context.new_page(), written(tmp_path, "".join(SINS)))
    page.wait_for_load_state("networkidle")
    assert set(SINS.values()) <= {one.splitlines()[0] for one in watch.complaints()}


def test_a_file_beside_the_page_is_noticed(context: BrowserContext, watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"")
    opened(context.new_page(), written(tmp_path, "<img alt='x' src='x.png'>"))
    assert watch.complaints() == [f"request: {(tmp_path / 'x.png').as_uri()}"]


def test_a_page_by_itself_is_no_complaint(page: Page, watch: Watch, tmp_path: Path) -> None:
    path = written(
        tmp_path, "<img alt='x' src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><script>console.log('hello')</script>"
    )
    opened(page, path)
    assert watch.messages == ["hello"]
    assert watch.requests[0] == path.as_uri()


def test_axe_finds_text_without_contrast_and_a_missing_language(page: Page, tmp_path: Path) -> None:
    path = written(tmp_path, "<main><h1>A page</h1><p style='color: #ccc; background: #fff'>pale</p></main>")
    path.write_text(path.read_text().replace(' lang="en"', ""))
    assert {one.split()[0] for one in axe(opened(page, path))} == {"color-contrast", "html-has-lang"}


def test_axe_works_under_a_strict_content_security_policy(page: Page, tmp_path: Path) -> None:
    path = written(tmp_path, "<main><h1>A page</h1><p>text</p></main>")
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    path.write_text(path.read_text().replace("<title>", f"{policy}<title>"))
    assert axe(opened(page, path)) == []


def test_a_page_prints_as_pdf(page: Page, tmp_path: Path) -> None:
    assert pdf(opened(page, written(tmp_path, "<p>text</p>"))).startswith(b"%PDF-")


def test_without_chromium_ci_fails_and_a_user_skips(
    playwright: Playwright, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"no Chromium on the PATH .*never skips: apt-get install chromium"):
        chromium_running(playwright, tmp_path).__enter__()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match=r"no Chromium on the PATH .*apt-get install chromium"):
        chromium_running(playwright, tmp_path).__enter__()

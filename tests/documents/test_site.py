"""The documentation as a site: every link leads somewhere, every public name stands in it, and it asks nothing of a network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import pnet_pathways
import pnet_pathways.adapters.fhir
import pnet_pathways.testing
from project import ROOT


def build(checkout: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of a checkout as `make docs` does."""
    command = (sys.executable, "-m", "mkdocs", "build", "--site-dir", site)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site."""
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


class Fetched(HTMLParser):
    """Collects what a page makes a browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"script", "img", "iframe", "source"}:
            self.addresses.append(values.get("src") or "")
        elif tag == "link" and values.get("rel") != "canonical":
            self.addresses.append(values.get("href") or "")


def test_no_page_fetches_anything_from_a_network(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > len(list((ROOT / "docs").glob("*.md")))  # and one for what is not found
    for page in pages:
        reader = Fetched()
        reader.feed(page.read_text("utf-8"))
        assert [one for one in reader.addresses if re.match(r"(\w+:)?//", one)] == [], page.name


def test_every_picture_of_a_page_is_in_the_site(site: Path) -> None:
    reader = Fetched()
    reader.feed((site / "pathways.html").read_text("utf-8"))
    pictures = [one for one in reader.addresses if one.endswith(".svg")]
    pages = {path.name for path in (ROOT / "diagrams").rglob("*.svg") if "-states" not in path.name}
    assert {Path(one).name for one in pictures} == pages
    assert [one for one in pictures if not (site / one).is_file()] == []


@pytest.mark.parametrize(
    "module", [pnet_pathways, pnet_pathways.adapters.fhir, pnet_pathways.testing], ids=lambda one: one.__name__
)
def test_the_reference_has_every_public_name(site: Path, module: object) -> None:
    anchors = {*re.findall(r'id="(pnet_pathways[\w.]*)"', (site / "reference.html").read_text("utf-8"))}
    prefix = getattr(module, "__name__")  # noqa: B009
    # A function may be named as its module is.
    missing = [name for name in getattr(module, "__all__") if not {f"{prefix}.{name}", f"{prefix}.{name}.{name}"} & anchors]  # noqa: B009
    assert missing == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("[somewhere](nowhere.md)", "nowhere.md"),
        ("[somewhere](contract.md#nowhere)", "nowhere"),
        ("![a picture](../diagrams/nowhere.svg)", "nowhere.svg"),
    ],
)
def test_a_link_that_leads_nowhere_stops_the_build(tmp_path: Path, words: str, said: str) -> None:
    for name in ("docs", "diagrams", "tools", "src"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    (tmp_path / "docs" / "glossary.md").write_text(f"# Glossary\n\n{words}\n", "utf-8")
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode == 1
    assert said in done.stderr

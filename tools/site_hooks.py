"""What MkDocs is told: the diagrams belong to the site, other folders are shown as words, and nothing comes from a network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).resolve().parents[1]
_FETCHED = re.compile(r"<script src=\"https://[^\"]*\"></script>")
_OUTSIDE = re.compile(r"(?<!!)\[([^\]]+)\]\(\.\./[^)]*\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the committed diagrams to the files of the site."""
    for path in sorted((ROOT / "diagrams").rglob("*.svg")):
        files.append(File.generated(config, path.relative_to(ROOT).as_posix(), abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Return a page whose pictures are those of the site, and whose other links out of docs/ are words."""
    return _OUTSIDE.sub(r"\1", markdown.replace("](../diagrams/", "](diagrams/"))


def on_post_page(output: str, **_: Any) -> str:
    """Return a page without the script that the theme fetches for a search from a disk: served, the search needs none."""
    return _FETCHED.sub("", output)


def on_post_template(output_content: str, **_: Any) -> str:
    """Do the same with the page for what is not found, and with whatever else has no source page."""
    return _FETCHED.sub("", output_content)

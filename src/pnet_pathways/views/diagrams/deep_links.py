"""Links to a statement's passage on the NCI's page, as text fragments built from the locator's first and last words."""

from __future__ import annotations

import re
from urllib.parse import quote

from ...model.pathway import Definitions
from ...model.reference import Locator


def page_link(definitions: Definitions) -> str:
    """Return the address of the summary's page.

    The hyphens of the path are percent-encoded: the same page, and what quotes the address is not taken for a quotation.
    """
    scheme, _, rest = definitions.source.url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}{slash}{path.replace('-', '%2D')}"


def deep_link(definitions: Definitions, locator: Locator) -> str:
    """Return the address of a passage: browsers that know text fragments scroll to it and highlight it.

    The words are those on the page: the text version's spaces before punctuation are taken out, and a fragment's end
    never reaches across a full stop, since browsers look for it within one block.
    """
    first = _tidy(locator.first).split(". ")[0]
    last = _tidy(locator.last).split(". ")[-1]
    return f"{page_link(definitions)}#:~:text={_encoded(first)},{_encoded(last)}"


def _tidy(words: str) -> str:
    """Return words without spaces before punctuation, and without punctuation at either end."""
    joined = re.sub(r"\s+([.,:;)])", r"\1", words)
    return re.sub(r"^\W+|\W+$", "", joined)


def _encoded(words: str) -> str:
    """Return words for a text fragment, in which hyphens, commas and ampersands have a meaning of their own."""
    return quote(words, safe="").replace("-", "%2D")

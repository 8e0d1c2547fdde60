"""Links to a statement's passage on the NCI's page, as text fragments built from the locator's first and last words."""

from __future__ import annotations

import re
from collections.abc import Iterable
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

    Browsers look for each of a fragment's texts within one block (a heading, a paragraph, a list item), and for its end
    behind its beginning. So none goes on across a mark at which a block can end, and words that beginning and end share
    are given once. The words are those on the page: the text version's spaces before punctuation are taken out.
    """
    if whole := _whole(locator):
        first, *others = _parts(whole)
        return _link(definitions, map(_bare, [first, *others[-1:]]))
    *before, begins = _parts(locator.first)
    # What a block that ends within the first words holds, stands before the beginning, which is then as rare as they are.
    prefix = [f"{_encoded(' '.join(before))}-"] if before else []
    return _link(definitions, [_bare(begins), _bare(_parts(locator.last)[-1])], prefix)


def _link(definitions: Definitions, words: Iterable[str], prefix: Iterable[str] = ()) -> str:
    return f"{page_link(definitions)}#:~:text={','.join([*prefix, *map(_encoded, words)])}"


def _whole(locator: Locator) -> str:
    """Return a passage whose first and last words are all of it; empty where there are words between them."""
    shared = len(locator.first) + len(locator.last) - (locator.end - locator.start)
    if shared == -1:
        return f"{locator.first} {locator.last}"
    return locator.first + locator.last[shared:] if shared >= 0 else ""


def _parts(words: str) -> list[str]:
    """Return words as on the page, in the parts that can stand in blocks of their own; marks alone are no part."""
    joined = re.sub(r"\s+([.,:;?!)])|(\()\s+", r"\1\2", words)
    # A heading whose words the text behind it takes up is a block too: "Surgery Surgery is ...".
    parts = re.sub(r"^(.+?) (?=\1\b)|(?<=[.:;?!])\s+", r"\1\n", joined).split("\n")
    return [part for part in parts if re.search(r"\w", part)]


def _bare(words: str) -> str:
    """Return words without punctuation at either end."""
    return re.sub(r"^\W+|\W+$", "", words)


def _encoded(words: str) -> str:
    """Return words for a text fragment, in which hyphens, commas and ampersands have a meaning of their own."""
    return quote(words, safe="").replace("-", "%2D")

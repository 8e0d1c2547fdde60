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

    Browsers look for each of a fragment's texts within one block (a heading, a paragraph, a list item), and for its end
    behind its beginning. So none goes on across a mark at which a block can end, and words that beginning and end share
    are given once. The words are those on the page: the text version's spaces before punctuation are taken out.
    """
    before, *texts = link_texts(locator)
    prefix = [f"{_encoded(before)}-"] if before else []
    return f"{page_link(definitions)}#:~:text={','.join([*prefix, *(_encoded(one) for one in texts if one)])}"


def link_texts(locator: Locator) -> tuple[str, str, str]:
    """Return the texts of the link to a passage: what stands before its beginning, its beginning, its end; empty where none."""
    if not locator.link_from and (whole := _whole(locator)):
        first, *others = map(_bare, _parts(whole))
        return "", first, others[-1] if others else ""
    # What a block that ends within the first words holds, stands before the beginning, which is then as rare as they are.
    *before, begins = _parts(locator.link_from or locator.first)
    begin, end = _bare(begins), _bare(_parts(locator.link_to or locator.last)[-1])
    # Words of a link's own can hold the whole passage.
    return " ".join(before), begin, "" if locator.link_from and begin.endswith(end) else end


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

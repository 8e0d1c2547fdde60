"""The report page as text, read into its elements."""

from __future__ import annotations

from html.parser import HTMLParser

import attrs


@attrs.define
class Element:
    """An element with its attributes and all the text in it."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""


class Reader(HTMLParser):
    """Reads a page into a list of its elements, in order."""

    VOID = frozenset({"meta", "input", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(self.elements[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def read(page: str) -> list[Element]:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader.elements


def words(text: str) -> str:
    return " ".join(text.split())


def by_id(elements: list[Element], identifier: str) -> Element:
    (found,) = [one for one in elements if one.attributes.get("id") == identifier]
    return found

"""Graphviz's SVG made accessible and safe to embed: title and description, tooltips as titles, links marked as such."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

import attrs

from ...model.errors import RenderError
from ...model.hashing import text_digest
from .font_widths import exact_width

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_HREF, _TITLE = f"{{{XLINK}}}href", f"{{{XLINK}}}title"
_TOOLTIP = "data-tooltip"  # while the tree is being tidied
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_TAG = re.compile(r"<[a-z][^<>]*>")
_ID = re.compile(r'\s(?:id|aria-labelledby|aria-describedby)="')
_ROW = re.compile(r"row-\d+")

Element = ElementTree.Element


def accessible(raw: bytes, *, name: str, title: str, description: str, dot: str) -> str:
    """Return an SVG with title, description, readable tooltips and the hash of the DOT text that it was drawn from."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(raw)  # noqa: S314 - Graphviz has just written it, from text in which all is escaped
    root.set("role", "graphics-document document")
    root.set("aria-labelledby", f"{name}-title")
    root.set("aria-describedby", f"{name}-desc")
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    root.set("text-rendering", "geometricPrecision")  # no rounding to pixels: spacing stays even, widths those of the font
    for anchor in list(root.iter(f"{{{SVG}}}a")):
        _link(anchor)
    for group in list(root.iter(f"{{{SVG}}}g")):
        _rows(group, name)
    for group in list(root.iter(f"{{{SVG}}}g")):
        _tidy(group)
    for element in root.iter():
        element.attrib.pop(_TOOLTIP, None)
        _fixed_widths([child for child in element if child.tag == f"{{{SVG}}}text"])
    for number, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = Element(f"{{{SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = text
        element.tail = "\n"
        root.insert(number, element)
    body = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn from DOT text with SHA-256 {text_digest(dot)} -->\n{body}\n'


def with_prefix(text: str, prefix: str) -> str:
    """Return an SVG text written here with a prefix before each id and reference to one.

    Raises `RenderError` for a prefix that no id can begin with.
    """
    if not _PREFIX.fullmatch(prefix):
        raise RenderError(f"the prefix {prefix!r} is not the beginning of an id (a letter, then letters, digits, _ and -)")
    return _TAG.sub(lambda tag: _ID.sub(rf"\g<0>{prefix}", tag[0]), text)


def _link(anchor: Element) -> None:
    """Keep as a link only what leads somewhere; its tooltip becomes a title."""
    said = anchor.attrib.pop(_TITLE, "").strip()
    if _HREF in anchor.attrib:
        anchor.set("class", "source-link")
        anchor.set("rel", "noopener")
        anchor.insert(0, _titled(said))
    else:
        anchor.tag = f"{{{SVG}}}g"
        anchor.set(_TOOLTIP, said)


def _rows(node: Element, name: str) -> None:
    """Put the cells of each row of a table, which carry the row's classes as an id, into one group with its tooltip."""
    found: dict[str, Element] = {}
    for cell in list(node):
        key, _, classes = cell.get("id", "").removeprefix("a_").partition(" ")
        if not _ROW.fullmatch(key):
            continue
        if key not in found:
            found[key] = Element(f"{{{SVG}}}g", {"id": f"{name}-{key}", "class": f"row {key} {classes}"})
            tip = next((one.get(_TOOLTIP, "") for one in cell), "")
            found[key].append(_titled(tip))
            node.insert(list(node).index(cell), found[key])
        node.remove(cell)
        found[key].extend(cell if cell.find(f"{{{SVG}}}a") is not None else next(iter(cell)))


def _tidy(group: Element) -> None:
    """Give a cluster, node or edge its tooltip as title in place of its name in DOT; drop empty text and made-up ids."""
    if group.get("id", "").startswith("a_"):
        del group.attrib["id"]
    is_row = "row" in group.get("class", "").split()  # its title is its tooltip already
    for child in list(group):
        empty_text = child.tag == f"{{{SVG}}}text" and not (child.text or "").strip()
        if empty_text or (group.get("class") and child.tag == f"{{{SVG}}}title" and not is_row):
            group.remove(child)
    if group.get("class") and not is_row:
        tooltip = next((one.get(_TOOLTIP, "") for one in group.findall(f"./{{{SVG}}}g/{{{SVG}}}g")), "")
        if tooltip and group.get("class") != "graph":
            group.insert(0, _titled(tooltip))


def _fixed_widths(texts: Sequence[Element]) -> None:
    """Say how wide each text is, so that a browser without the font sets it as wide as its box was made for.

    A text that goes on in another font begins where the one before it ends: Graphviz places it by widths of its own.
    """
    end: float | None = None
    line, spaced = "", False
    for text in texts:
        words = text.text or ""
        if end is not None and text.get("y") == line and (words.startswith(" ") or spaced):
            text.set("x", f"{end:.2f}")
        width = exact_width(words, float(text.get("font-size", "14")), bold=text.get("font-weight") == "bold")
        end, line, spaced = None, text.get("y", ""), words.endswith(" ")
        if width is not None:
            end = float(text.get("x", "0")) + width
            text.set("textLength", f"{width:.2f}")
            text.set("lengthAdjust", "spacingAndGlyphs")


def _titled(text: str) -> Element:
    title = Element(f"{{{SVG}}}title")
    title.text = text
    return title


@attrs.frozen
class Placed:
    """An SVG text written by `accessible`, and where its upper left corner stands on a sheet, in points."""

    text: str
    left: float = 0
    top: float = 0


def size_of(text: str) -> tuple[float, float]:
    """Return the width and height of an SVG text in points."""
    root = ElementTree.fromstring(text)  # noqa: S314 - written by `accessible`
    return _points(root, "width"), _points(root, "height")


def stacked(pages: list[str], *, name: str, title: str) -> str:
    """Return several pages as one SVG, one below the other."""
    placed: list[Placed] = []
    top = 0.0
    for page in pages:
        placed.append(Placed(page, 0, top))
        top += size_of(page)[1]
    return on_sheet(placed, name=f"{name}-pages", title=title)


def on_sheet(parts: Sequence[Placed], *, name: str, title: str, description: str = "", paper: str = "") -> str:
    """Return several pictures as one SVG, each at its place, on `paper` of a color where one is given."""
    roots = [ElementTree.fromstring(one.text) for one in parts]  # noqa: S314 - written by `accessible`
    sizes = [(_points(root, "width"), _points(root, "height")) for root in roots]
    width = max(one.left + wide for one, (wide, _) in zip(parts, sizes, strict=True))
    height = max(one.top + high for one, (_, high) in zip(parts, sizes, strict=True))
    outer = Element(
        f"{{{SVG}}}svg",
        {"width": f"{width:g}pt", "height": f"{height:g}pt", "viewBox": f"0 0 {width:g} {height:g}", "id": name},
    )
    outer.append(_titled(title))
    if description:
        outer.append(_described(description))
    if paper:
        outer.append(Element(f"{{{SVG}}}rect", {"width": f"{width:g}", "height": f"{height:g}", "fill": paper}))
    for root, one, (wide, high) in zip(roots, parts, sizes, strict=True):
        if one.left:
            root.set("x", f"{one.left:g}")
        root.set("y", f"{one.top:g}")
        root.set("width", f"{wide:g}")
        root.set("height", f"{high:g}")
        outer.append(root)
    return ElementTree.tostring(outer, encoding="unicode") + "\n"


def _described(text: str) -> Element:
    element = Element(f"{{{SVG}}}desc")
    element.text = text
    return element


def _points(root: Element, side: str) -> float:
    return float(root.attrib[side].removesuffix("pt"))

"""The layout engine: Graphviz from pygraphviz's wheel, which needs no set-up of the system, or the system's own ``dot``.

Both draw with the fonts bundled in ``fonts/``, so that a machine without fonts draws the same as any other.
"""

from __future__ import annotations

import atexit
import functools
import html
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from ...model.errors import RenderError, listed
from .font_widths import lacking

INSTALL: Final = "pip install 'pnet-pathways[diagrams]'"
_PICTURES: Final = frozenset({"png", "pdf"})
_TIMEOUT: Final = 60
_LOCK = threading.Lock()  # Graphviz keeps global state


class LayoutEngine(StrEnum):
    """Which Graphviz draws: the one in pygraphviz's wheel, or the system's."""

    BUNDLED = "bundled"
    SYSTEM = "system"


def lay_out(dot: str, format: str, engine: LayoutEngine = LayoutEngine.BUNDLED) -> bytes:
    """Return DOT text drawn in one of Graphviz's formats: ``svg``, ``png``, ``pdf``, ``json``.

    Raises `RenderError` where the engine is missing, with what to install, or where it cannot draw: as a picture (PNG, PDF)
    also where the fonts lack a sign, which would be a box. In an SVG the program that shows it finds another font.
    """
    if format in _PICTURES and lacking(html.unescape(dot)):
        # What only tooltips hold is not drawn.
        _refuse_boxes(lay_out(dot, "svg", engine), format)
    if engine is LayoutEngine.SYSTEM:
        return _by_system(dot, format)
    with _LOCK, _bundled_fonts():
        return _by_wheel(dot, format)


def _refuse_boxes(svg: bytes, format: str) -> None:
    """Refuse a picture with signs that the bundled fonts lack, by name."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - Graphviz has just written it
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        if signs := lacking(text.text or "", bold=text.get("font-weight") == "bold"):
            names = listed([f"{sign} ({unicodedata.name(sign, f'U+{ord(sign):04X}')})" for sign in signs])
            raise RenderError(
                f"the fonts of the diagrams lack {names}, in '{text.text}': as {format} it would be a box; draw it as svg, or "
                "write it with other signs"
            )


def _by_wheel(dot: str, format: str) -> bytes:
    with _native_messages() as messages:
        try:
            import pygraphviz
        except ImportError as error:
            hint = f"{INSTALL}, or use the system's dot with --engine system"
            raise RenderError(f"the layout engine pygraphviz is missing ({error}): {hint}") from None
        try:
            drawn: bytes = pygraphviz.AGraph(string=dot).draw(format=format, prog="dot")
        except (OSError, ValueError, pygraphviz.DotError) as error:
            raise RenderError(f"Graphviz cannot draw this as {format}: {messages() or error}") from None
        _refuse_errors(messages(), format)
    return drawn


def _by_system(dot: str, format: str) -> bytes:
    program = shutil.which("dot")
    if program is None:
        hint = f"install Graphviz (Debian: apt-get install graphviz), or use --engine bundled ({INSTALL})"
        raise RenderError(f"there is no program 'dot' on the PATH: {hint}")
    environment = {**os.environ, "FONTCONFIG_FILE": str(_fonts_conf())}
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are ours; the text goes to standard input
            [program, f"-T{format}"], input=dot.encode(), capture_output=True, env=environment, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RenderError(f"{program} cannot be run: {error}") from None
    if done.returncode or not done.stdout:
        message = done.stderr.decode(errors="replace").strip()
        raise RenderError(f"{program} cannot draw this as {format}: {message or f'exit code {done.returncode}'}")
    _refuse_errors(done.stderr.decode(errors="replace"), format)
    return done.stdout


def _refuse_errors(messages: str, format: str) -> None:
    """Refuse a picture with an error: a label that Graphviz cannot read is left out, and the rest drawn all the same."""
    errors = [one for one in messages.splitlines() if one.startswith("Error:")]
    if errors:
        raise RenderError(f"Graphviz cannot draw all of this as {format}: {'; '.join(errors)}")


@functools.cache
def _fonts_conf() -> Path:
    """Return a fontconfig file that knows the bundled fonts only; it is written once for each process, and removed with it."""
    folder = Path(tempfile.mkdtemp(prefix="pnet-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    fonts = Path(str(files(__package__) / "fonts"))
    if not any(fonts.glob("*.ttf")):
        raise RenderError(f"the fonts are missing in {fonts}: install the package anew ({INSTALL})")
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{escape(str(fonts))}</dir>\n  <cachedir>{escape(str(folder))}</cachedir>\n</fontconfig>\n"
    )
    return path


@contextmanager
def _bundled_fonts() -> Iterator[None]:
    """Point fontconfig at the bundled fonts; it reads the variable when the first text is measured."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(_fonts_conf())
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@contextmanager
def _native_messages() -> Iterator[Callable[[], str]]:
    """Keep what native code writes to standard error (fontconfig warns of other people's files) and give it on request."""
    with tempfile.TemporaryFile() as kept:
        sys.stderr.flush()
        saved = os.dup(2)
        os.dup2(kept.fileno(), 2)

        def messages() -> str:
            kept.seek(0)
            return kept.read().decode(errors="replace").strip()

        try:
            yield messages
        finally:
            os.dup2(saved, 2)
            os.close(saved)

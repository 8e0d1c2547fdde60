"""What the commands of ``pnet`` share: formats, options, and errors as messages."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final, NoReturn, TypeVar

import typer

from ..loading.files import check_folder, check_place, writing_whole
from ..loading.folder import comes_with_package, default_folder
from ..model.case import Case
from ..model.errors import PnetPathwaysError, Problem, ReadingError, printable
from ..model.pathway import Definitions
from ..model.text import folded
from ..model.vocabulary import Vocabulary
from .streams import OUTPUT

if TYPE_CHECKING:
    from ..proof.verify.verification import Progress

_F = TypeVar("_F")

STDOUT: Final = Path("-")
"""What every ``--output`` takes for standard output."""


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class ListFormat(StrEnum):
    """How a list is printed."""

    TEXT = "text"
    JSON = "json"


DefinitionsFolder = Annotated[
    Path | None, typer.Option("--pathways", help="Folder of definitions to use instead of the project's own.")
]

PositionalFolder = Annotated[Path | None, typer.Argument(help="The same as --pathways.")]

ReviewsFolder = Annotated[
    Path | None, typer.Option("--reviews", help="Folder of the reviews; by default reviews, in that of the definitions.")
]

RequireApproved = Annotated[
    bool, typer.Option("--require-approved", help="Refuse where a pathway that bears on it is not approved.")
]

SourceFile = Annotated[
    Path | None, typer.Option("--source", help="Copy of the summary: shows the verbatim passages beside each statement.")
]


OutputFile = Annotated[Path, typer.Option("--output", help="File to write; - is standard output.")]

ChosenReadings = Annotated[
    list[str] | None,
    typer.Option("--reading", help="Alternative to read the text by, as ID=ALTERNATIVE; may be given several times."),
]


def chosen_readings(given: list[str] | None) -> dict[str, str]:
    """Return the alternatives given on the command line, by reading. Raises `ReadingError` with all that is wrong."""
    chosen: dict[str, str] = {}
    problems = []
    for text in given or ():
        reading, _, name = text.partition("=")
        if not reading or not name:
            problems.append(Problem(text, "this names no alternative of a reading", "write it as ID=ALTERNATIVE"))
        elif chosen.setdefault(reading, name) != name:
            problems.append(Problem(reading, f"it is read as '{chosen[reading]}' and as '{name}'", "choose one"))
    if problems:
        raise ReadingError(problems)
    return chosen


def say(text: object, *, err: bool = False, nl: bool = True) -> None:
    """Print text. Whatever others wrote passes here: of control signs only line feeds and tabs reach a terminal."""
    shown = printable(str(text), lines=True)
    typer.echo(folded(shown) if err else shown, err=err, nl=nl)


def tell(text: str, format: Format = Format.TEXT, *, nl: bool = False) -> None:
    """Print text for people no wider than the terminal; in another format it stays as it is."""
    say(folded(text) if format is Format.TEXT else text, nl=nl)


def refuse(message: str) -> NoReturn:
    """End with a message and exit code 2."""
    say(f"pnet: {printable(message)}", err=True)
    raise typer.Exit(2)


@contextmanager
def errors_to_stderr() -> Iterator[None]:
    """Turn the library's errors, and files that cannot be used, into a message and exit code 2."""
    try:
        yield
    except PnetPathwaysError as error:
        say(f"pnet: {error}", err=True)
        raise typer.Exit(2) from None
    except BrokenPipeError:
        # Whoever read a pipe that was named as output has seen enough.
        raise typer.Exit from None
    except OSError as error:
        refuse(said_of(error))
    except UnicodeDecodeError as error:
        refuse(f"this is not UTF-8 text (byte {error.start})")


def said_of(error: OSError) -> str:
    """Return what the system says of a file that cannot be used, with its name."""
    return ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)


def folder_to_edit(pathways: Path | None, what: str, give: str) -> Path:
    """Return the folder of definitions that is edited, or in which reviews are written.

    Ends with exit code 2 where that would be inside an installed package; `what` names what would be lost with the
    installation, `give` the options that say where it goes.
    """
    if pathways is None and comes_with_package():
        package = default_folder().parents[1]
        refuse(f"{what} would be written inside the installed package ({package}) and be lost with it; give {give}")
    return pathways or default_folder()


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """Give what `verify` tells of its steps to a bar on standard error; to nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    bar = Bar(console=Console(stderr=True), transient=True)
    task = bar.add_task("")

    def told(what: str, done: int, total: int) -> None:
        # Only now: it has a thread, and processes are started before.
        bar.start()
        bar.update(task, description=what, completed=done, total=total)

    try:
        yield told
    finally:
        bar.stop()


def one_folder(path: Path | None, pathways: Path | None) -> Path | None:
    """Return the folder that is named by its place or by its option; exit code 2 where both name one, and not the same."""
    if path is not None and pathways is not None and path != pathways:
        refuse(f"two folders of definitions are named, {path} and {pathways}; name one")
    return path or pathways


def read_text(path: str) -> str:
    """Return a file's text, or standard input's for ``-``. Raises `OSError` where it is not UTF-8 text, or cannot be read."""
    name = "standard input" if path == "-" else str(Path(path))
    try:
        return (sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()).decode("utf-8")
    except UnicodeDecodeError as error:
        raise OSError(errno.EILSEQ, f"this is not UTF-8 text (byte {error.start})", name) from None
    except OSError as error:
        raise OSError(error.errno, error.strerror, name) from None


def read_case(path: str, vocabulary: Vocabulary) -> Case:
    """Read a case from a file, or from standard input for ``-``. Raises what `Case.from_saved` does, and names the file."""
    text = read_text(path)
    with naming(path):
        return Case.from_saved(text, vocabulary)


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Have the library's errors name the file that they are about; standard input, ``-``, needs no name."""
    try:
        yield
    except PnetPathwaysError as error:
        raise (error if path == "-" else error.at(path)) from None


def at_terminal() -> bool:
    """Whether somebody sits at standard input and can be asked."""
    return sys.stdin.isatty()


def check_output(output: Path) -> None:
    """Raise `OSError` where nothing can be written to what an ``--output`` names."""
    if output != STDOUT:
        check_place(output)


def check_output_folder(folder: Path) -> None:
    """End with exit code 2, or raise `OSError`, where no folder can be what an option for one names."""
    if folder == STDOUT:
        refuse("many files cannot go to standard output; name a folder")
    check_folder(folder)


def format_of(given: _F | None, output: Path, endings: Mapping[str, _F], default: _F) -> _F:
    """Return the format that is given, or that the ending of an ``--output`` says; the default for a name without one.

    Ends with exit code 2 where the ending says nothing.
    """
    ending = output.suffix.lower()
    if given is None and ending and ending not in endings:
        refuse(f"no format is known by the ending '{ending}'; end the name in {', '.join(endings)}, or give --format")
    return given or endings.get(ending, default)


@contextmanager
def writing_output(output: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Give a binary file for what an ``--output`` names: standard output, or a file that is written whole or not at all.

    A `private` file, such as one with patients' cases, is made its owner's alone.
    """
    if output != STDOUT:
        with writing_whole(output, private=private) as file:
            yield file
        return
    yield sys.stdout.buffer
    sys.stdout.flush()


def say_written(output: Path, said: str = "") -> None:
    """Say what was written where: on standard error where it went to standard output."""
    name = OUTPUT if output == STDOUT else printable(str(output))
    say(f"{name}: {said}" if said else name, err=output == STDOUT)


def passages_from(source: Path | None, definitions: Definitions) -> dict[str, tuple[str, ...]]:
    """Return each statement's verbatim passages from a copy of the summary; nothing where no copy is given."""
    if source is None:
        return {}
    from ..governance.source.passages import passages
    from ..governance.source.reading import read_copy

    return passages(definitions, read_copy(source).text, str(source))


def with_passages(data: dict[str, Any], found: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return an answer's or a pathway's JSON data with the key `passages` in each of its `statements`, where any are given."""
    if not found:
        return data
    statements = data["statements"]
    if isinstance(statements, Mapping):
        return {**data, "statements": {key: {**one, "passages": list(found[key])} for key, one in statements.items()}}
    return {**data, "statements": [{**one, "passages": list(found[one["id"]])} for one in statements]}

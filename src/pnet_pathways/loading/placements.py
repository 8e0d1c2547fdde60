"""Where statements belong: findings side by side in one track, and statements that belong to two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model.conditions import facts_of
from ..model.errors import listed, suggest
from ..model.pathway import Combination, Statement
from ..model.reference import AnswerTrack
from . import schema
from .shared_files import Linker
from .yaml_source import Path_


def read_combinations(
    linker: Linker, name: str, file: schema.PathwayFile, groups: Mapping[str, AnswerTrack]
) -> Iterator[Combination]:
    """Yield the findings of a file that stand side by side; what is wrong with them is recorded."""
    seen: set[str] = set()
    for number, spec in enumerate(file.combinations):
        path: Path_ = ("combinations", number)
        if spec.track not in file.tracks:
            hint = suggest(spec.track, file.tracks) or f"tracks: {listed(file.tracks)}"
            linker.problem(name, (*path, "track"), f"unknown track '{spec.track}'", hint)
        elif spec.track in seen:
            message = f"the track '{spec.track}' has another combination already"
            linker.problem(name, (*path, "track"), message, "join the conditions with any")
        elif (group := groups.get(spec.track.partition(".")[0])) is not None and group.gap_when is None:
            linker.problem(name, (*path, "track"), f"the track '{spec.track}' has no gaps")
        seen.add(spec.track)
        linker.known(name, (*path, "readings"), "reading", spec.readings, linker.readings)
        if not (message := " ".join(spec.message.split())):
            linker.problem(name, (*path, "message"), "the combination says nothing", "say what the section does not say")
        where = linker.documents[name].where(path)
        yield Combination(spec.track, linker.condition(name, (*path, "when"), spec.when), message, spec.readings, where)


def check_independent(linker: Linker, name: str, path: Path_, statement: Statement) -> None:
    """Make sure that a statement's conditions under its tracks read different facts: each track answers by itself."""
    required = {fact for option in statement.options for fact in facts_of(option.requires)}
    seen: dict[str, str] = {}
    for number, (track, when) in enumerate(statement.placements):
        for fact in {*facts_of(when), *required}:
            for tied in sorted(linker.vocabulary.tied_to(fact)):
                if seen.setdefault(tied, track) != track:
                    message = (
                        f"the conditions of {statement.id} in {seen[tied]} and {track} both read {fact} or facts tied to it"
                    )
                    linker.problem(name, (*path, "also", number - 1), message, "make them two statements")
                    return

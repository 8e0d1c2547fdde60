"""Random readings, with alternatives that rewrite statements of random pathways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from ..model.pathway import Strength
from .pathway_maker import READINGS, Data, PathwayMaker

FIRST, SECOND = READINGS
ELSEWHERE, OTHERWISE = "elsewhere", "otherwise"


@attrs.frozen
class _Said:
    """A statement with the maker of its pathway."""

    maker: PathwayMaker
    data: Data

    @property
    def movable(self) -> bool:
        """Whether its track has leaves at which it does not stand, so that it can stand elsewhere."""
        return len(self.maker.leaves(self.data["track"])) > 1

    @property
    def tracks(self) -> list[str]:
        return [self.data["track"], *(one["track"] for one in self.data.get("also", ()))]


@attrs.frozen
class ReadingsMaker:
    """Draws the content of the file of readings, once the pathways are drawn.

    The first reading has an alternative that lets statements stand elsewhere, the second one that gives other options; it
    can let a statement stand elsewhere too, and where the first does so as well, it says how that reads together.
    """

    draw: st.DrawFn
    makers: Sequence[PathwayMaker]

    def file(self) -> Data:
        """Draw the file."""
        readings: Data = {name: {"title": "made up", "text": f"Made-up reading {name}."} for name in READINGS}
        every = [_Said(maker, statement) for maker in self.makers for statement in maker.statements]
        moved = self._some([one for one in every if one.movable])
        if moved:
            readings[FIRST]["alternatives"] = {ELSEWHERE: self._alternative([self._moved(one) for one in moved], moved)}
        others = self._some(every)
        if others:
            also_moved = [one for one in others if one.movable and self.draw(st.booleans())]
            rewritten = [self._moved(one) if one in also_moved else self._other_option(one) for one in others]
            together = [self._moved(one) for one in also_moved if one in moved]
            more = {"together": [{"with": {FIRST: ELSEWHERE}, "statements": together}]} if together else {}
            readings[SECOND]["alternatives"] = {OTHERWISE: {**self._alternative(rewritten, also_moved), **more}}
        return {"readings": readings}

    def _some(self, statements: list[_Said]) -> list[_Said]:
        """Draw a few statements, often none."""
        places = st.lists(st.integers(0, len(statements) - 1), max_size=2, unique=True)
        return [statements[place] for place in self.draw(places)] if statements else []

    def _alternative(self, rewritten: list[Data], moved: list[_Said]) -> Data:
        """Return an alternative with words for each gap that arises where statements stand elsewhere."""
        tracks = [(one.maker, track) for one in moved for track in one.tracks]
        gaps = {track.partition(".")[0] for maker, track in tracks if maker.gap_when(track) is not None}
        words = {group: f"Read so, nothing is said of this in {group}." for group in sorted(gaps)}
        return {"text": "Read in another way.", "statements": rewritten, **({"gaps": words} if words else {})}

    def _moved(self, said: _Said) -> Data:
        """Let a statement stand at other leaves of its first track, and in no other track."""
        track, standing = said.data["track"], set(said.maker.standing[said.data["id"]])
        leaves = st.lists(st.sampled_from(said.maker.leaves(track)), min_size=1, unique=True)
        chosen = self.draw(leaves.filter(lambda leaves: set(leaves) != standing))
        return {"id": said.data["id"], "when": said.maker.condition(track, chosen), "options": said.data["options"]}

    def _other_option(self, said: _Said) -> Data:
        """Let a statement give its first option another strength or intent, or its last one no more."""
        options: list[Data] = said.data["options"]
        first = options[0]
        strengths = [strength.value for strength in Strength if strength.value != first.get("strength", "may")]
        changed = [
            *([{**first, "strength": strength}, *options[1:]] for strength in strengths),
            [_other_intent(first), *options[1:]],
            *([options[:-1]] if len(options) > 1 else ()),
        ]
        also = {"also": said.data["also"]} if "also" in said.data else {}
        return {"id": said.data["id"], "when": said.data["when"], "options": self.draw(st.sampled_from(changed)), **also}


def _other_intent(option: Data) -> dict[str, Any]:
    rest = {key: value for key, value in option.items() if key != "intent"}
    return rest if "intent" in option else {**rest, "intent": "palliative"}

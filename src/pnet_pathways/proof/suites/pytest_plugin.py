"""The pytest plugin's work: suites of scenarios as parameters of a user's tests, and what they have covered at the end.

`_pnet_pathways_pytest` is what pytest loads; it comes here when a test carries the marker ``pathway_scenarios``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs
import pytest

from ...engine.answer import Recommendation
from ...engine.recommend import recommend
from ...loading.folder import load_pathways
from ...model.case import Case
from ...model.errors import PnetPathwaysError, listed
from ...model.pathway import Definitions
from ...model.text import counted
from .coverage import Measure, coverage
from .covers import Cover
from .suites import suite

ARGUMENT = "scenario"
MARKER = "pathway_scenarios"
SHOWN = (Cover.STATES, Cover.TRANSITIONS, Cover.STATEMENTS)
_LOADED = pytest.StashKey[Definitions]()


@attrs.frozen
class PathwayScenario:
    """What a marked test gets: a scenario of a suite. `id` is readable and the same in every run.

    `case` is one of any document: it names facts as data does (`Case.value`), and has no typed names.
    """

    id: str
    pathway: str
    case: Case
    definitions: Definitions = attrs.field(repr=False, eq=lambda definitions: definitions.content_hash)

    @property
    def expected(self) -> Recommendation:
        """The answer to the case, by the definitions of this test run."""
        return recommend(self.case, self.definitions)


# Parameters


def parametrize(metafunc: pytest.Metafunc, marks: Sequence[pytest.Mark]) -> None:
    """Parametrize a test with the scenarios that its marks ask for. Raises `pytest.UsageError` naming the test."""
    __tracebackhide__ = True
    place = f"{metafunc.definition.nodeid}: @pytest.mark.{MARKER}"
    if ARGUMENT not in metafunc.fixturenames:
        raise pytest.UsageError(f"{place}: the test needs the argument '{ARGUMENT}'")
    try:
        definitions = _definition(metafunc.config)
        found = {one.id: one for mark in marks for one in _scenarios(definitions, mark)}
    except PnetPathwaysError as error:
        raise pytest.UsageError(f"{place}: {error}") from None
    metafunc.parametrize(ARGUMENT, list(found.values()), ids=list(found))


def _definition(config: pytest.Config) -> Definitions:
    if _LOADED not in config.stash:
        path: str | None = config.getoption("pnet_pathways_folder")
        # A relative path is meant from where pytest was called, also in the processes of pytest-xdist.
        config.stash[_LOADED] = load_pathways(None if path is None else Path(config.invocation_params.dir, path))
    return config.stash[_LOADED]


def _scenarios(definitions: Definitions, mark: pytest.Mark) -> Iterator[PathwayScenario]:
    names, cover = _request(mark)
    if not names:
        raise PnetPathwaysError(f"it names no pathway (pathways: {listed(definitions.pathways)})")
    for name in names:
        for record in suite(name, cover, definitions).records():
            yield PathwayScenario(record.id, name, record.case, definitions)


def _request(mark: pytest.Mark) -> tuple[tuple[str, ...], str]:
    """Return the pathways' names and the cover that a mark asks for."""
    extra = [key for key in mark.kwargs if key != "cover"]
    if extra:
        raise PnetPathwaysError(f"it takes names of pathways and cover='...', not {listed(extra)}")
    cover = mark.kwargs.get("cover", "transitions")
    wrong = [given for given in (*mark.args, cover) if not isinstance(given, str)]
    if wrong:
        raise PnetPathwaysError(f"pathways and cover are given as text, not {wrong[0]!r}")
    return mark.args, cover


def note(item: pytest.Item) -> None:
    """Add the scenario of a test to its properties."""
    scenario = item.callspec.params.get(ARGUMENT) if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
    if isinstance(scenario, PathwayScenario):
        data = {"id": scenario.id, "pathway": scenario.pathway, "case": scenario.case.to_dict()}
        item.user_properties.append((MARKER, json.dumps(data)))


# What was covered


@attrs.frozen
class _Ran:
    """The scenarios of one pathway whose tests ran: their cases by id, and the ids of those that failed."""

    cases: dict[str, Case] = attrs.field(factory=dict)
    failed: set[str] = attrs.field(factory=set)


def _ran(config: pytest.Config, reports: Iterable[pytest.TestReport]) -> Iterator[tuple[str, _Ran, tuple[Measure, ...]]]:
    """Yield each pathway, what ran of it and what that covers; where all was skipped, nothing ran."""
    definitions = _definition(config)
    found: dict[str, _Ran] = {}
    for report in reports:
        for text in (text for name, text in report.user_properties if name == MARKER):
            data = json.loads(str(text))
            ran = found.setdefault(data["pathway"], _Ran())
            if report.when == "call" and (not report.skipped or hasattr(report, "wasxfail")):
                ran.cases[data["id"]] = Case.from_dict(data["case"], definitions.vocabulary)
                if report.failed:
                    ran.failed.add(data["id"])
    for name, ran in sorted(found.items()):
        yield name, ran, coverage(name, ran.cases.values(), definitions, covers=SHOWN).measures


def summary(config: pytest.Config, reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """Yield one line for each pathway: the scenarios whose tests ran, and the coverage they reach."""
    for name, ran, measures in _ran(config, reports):
        parts = [f"{one.cover} {len(one.covered)}/{one.total}" for one in measures]
        wrong = f" ({len(ran.failed)} failed)" if ran.failed else ""
        yield f"{name}: {counted(len(ran.cases), 'scenario')} ran{wrong}; {', '.join(parts)}"


def shortfalls(config: pytest.Config, reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """Yield in words what is below the percentage that was asked for; that no scenario ran is."""
    percent: float = config.getoption("pnet_pathways_fail_under")
    pathways = list(_ran(config, reports))
    if not pathways:
        yield "no test of a scenario ran, so that nothing is covered"
    for name, _, measures in pathways:
        for one in measures:
            if one.below(percent):
                yield f"{name}: {len(one.covered)} of {one.total} {one.cover} is less than {percent:g} %"

"""Where pytest finds the plugin: options, marker and hooks; the work is done by `pnet_pathways.proof.suites.pytest_plugin`.

It stands beside the package because importing a part of a package imports the package: every pytest run of an environment
loads this file, and only one that uses the marker shall import the library (and have its coverage measured from the start).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

MARKER = "pathway_scenarios"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; their names leave ``--pathways`` to a project's own conftest."""
    group = parser.getgroup("pnet_pathways", "pathway scenarios")
    group.addoption(
        "--pathways-folder",
        dest="pnet_pathways_folder",
        metavar="PATH",
        help="folder of pathway definitions for the marker pathway_scenarios (the library's own by default)",
    )
    group.addoption(
        "--pathways-fail-under",
        dest="pnet_pathways_fail_under",
        metavar="PERCENT",
        type=_percent,
        help="fail where the scenarios that ran reach less of a pathway's states, transitions or statements",
    )


def _percent(text: str) -> float:
    """Return a percentage; raises `ValueError` for anything else, which is a wrong use of the option."""
    value = float(text)
    if not 0 <= value <= 100:
        raise ValueError(text)
    return value


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(*pathways, cover='transitions'): run the test once for each scenario of a suite that covers these "
        "pathways; the test takes the argument 'scenario' with id, pathway, case and expected (the answer).",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize a marked test."""
    __tracebackhide__ = True
    if metafunc.definition.get_closest_marker(MARKER) is not None:
        from pnet_pathways.proof.suites.pytest_plugin import parametrize

        parametrize(metafunc, list(metafunc.definition.iter_markers(MARKER)))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuse marked tests that cannot take a scenario, which are those of a ``unittest.TestCase``."""
    report = yield
    marked = (one for one in report.result if isinstance(one, pytest.Function) and one.get_closest_marker(MARKER) is not None)
    wrong = [one.nodeid for one in marked if not hasattr(one, "callspec")]
    if wrong:
        text = "\n".join(f"{name}: @pytest.mark.{MARKER}: a test of unittest.TestCase takes no scenario" for name in wrong)
        text += "\nwrite it as a function, or in a class without that base"
        return pytest.CollectReport(report.nodeid, "failed", text, [])
    return report


def pytest_itemcollected(item: pytest.Item) -> None:
    """Note the scenario in the test's properties, which reach the reports (and the JUnit file) from any process."""
    if item.get_closest_marker(MARKER) is not None:
        from pnet_pathways.proof.suites.pytest_plugin import note

        note(item)


def _reports(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    """Return the reports of the tests of scenarios: of their call, or of the setup that kept it from running."""
    reports = (report for reports in reporter.stats.values() for report in reports)
    return [
        report
        for report in reports
        if getattr(report, "when", None) in {"setup", "call"} and any(name == MARKER for name, _ in report.user_properties)
    ]


def _asked(config: pytest.Config) -> bool:
    return config.getoption("pnet_pathways_fail_under") is not None and not config.getoption("collectonly")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Let the run fail where less is covered than ``--pathways-fail-under`` asks for."""
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    # Passed, or no tests: all else has failed already. The processes of pytest-xdist leave it to their controller.
    if _asked(config) and reporter is not None and exitstatus in {0, 5} and not hasattr(config, "workerinput"):
        from pnet_pathways.proof.suites.pytest_plugin import shortfalls

        if any(shortfalls(config, _reports(reporter))):
            session.exitstatus = 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the scenarios whose tests ran have covered, and what is less than was asked for."""
    config, ran = terminalreporter.config, _reports(terminalreporter)
    if ran or _asked(config):
        from pnet_pathways.proof.suites.pytest_plugin import shortfalls, summary

        terminalreporter.section("pathway scenarios")
        for line in summary(config, ran):
            terminalreporter.write_line(line)
        for line in shortfalls(config, ran) if _asked(config) else ():
            terminalreporter.write_line(f"FAIL: {line}", red=True)

"""Where pytest finds the plugin: options, marker and hooks; the work is done by `pnet_pathways.proof.suites.pytest_plugin`.

It stands beside the package because importing a part of a package imports the package: every pytest run of an environment
loads this file, and only one that uses the marker shall import the library (and have its coverage measured from the start).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

MARKER = "pathway_scenarios"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the folder of definitions."""
    group = parser.getgroup("pnet_pathways", "pathway scenarios")
    group.addoption(
        "--pathways",
        dest="pnet_pathways",
        metavar="PATH",
        help="folder of pathway definitions for the marker pathway_scenarios (the library's own by default)",
    )


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


def pytest_itemcollected(item: pytest.Item) -> None:
    """Note the scenario in the test's properties, which reach the reports (and the JUnit file) from any process."""
    if item.get_closest_marker(MARKER) is not None:
        from pnet_pathways.proof.suites.pytest_plugin import note

        note(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the scenarios whose tests ran have covered."""
    ran = [
        report
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call" and any(name == MARKER for name, _ in report.user_properties)
    ]
    if ran:
        from pnet_pathways.proof.suites.pytest_plugin import summary

        terminalreporter.section("pathway scenarios")
        for line in summary(terminalreporter.config, ran):
            terminalreporter.write_line(line)

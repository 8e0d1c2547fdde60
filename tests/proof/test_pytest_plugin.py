"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pnet_pathways import load_pathways
from pnet_pathways.proof.suites.suites import suite
from project import DEFINITIONS

pytest_plugins = ["pytester"]

TEST = """
import pytest
from pnet_pathways import recommend

@pytest.mark.pathway_scenarios("vipoma", cover="transitions")
def test_ours(scenario):
    assert recommend(scenario.case) == scenario.expected
"""
FULL = "vipoma: {count} scenarios ran; states 20/20, transitions 17/17, statements 5/5"


def size(name: str) -> int:
    """Return how many scenarios a suite has."""
    return len(list(suite(name, "transitions", load_pathways()).records()))


def test_a_marked_test_runs_once_for_each_scenario(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=size("vipoma"))
    result.stdout.fnmatch_lines(["*::test_ours[[]vipoma/*[]] PASSED*", FULL.format(count=size("vipoma"))])


def test_a_scenario_has_id_case_pathway_and_expected(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pnet_pathways import Recommendation
        from pnet_pathways.model.case import Case

        @pytest.mark.pathway_scenarios("recurrent")
        def test_ours(scenario):
            assert scenario.id.startswith("recurrent/")
            assert scenario.pathway == "recurrent"
            assert isinstance(scenario.case, Case)
            assert isinstance(scenario.expected, Recommendation)
        """
    )
    pytester.runpytest().assert_outcomes(passed=size("recurrent"))


def test_the_case_names_facts_as_data_does_and_becomes_a_typed_one(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pnet_pathways import Case, TumorType

        @pytest.mark.pathway_scenarios("vipoma")
        def test_ours(scenario):
            data = scenario.case.to_dict()
            assert scenario.case.value("tumor_type") == scenario.case.entry == "vipoma"
            # What does not apply is no finding.
            assert scenario.case.known().get("resectable") is data.get("resectable")
            assert scenario.case.value("spread.liver") is ("liver" in scenario.case.answer("spread"))
            typed = Case.from_dict(data)
            assert typed == scenario.case
            assert typed.tumor_type is TumorType.VIPOMA
            assert typed.spread.liver is scenario.case.value("spread.liver")
        """
    )
    pytester.runpytest().assert_outcomes(passed=size("vipoma"))


def test_a_fixture_can_take_the_scenario(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def status(scenario):
            return scenario.expected.status.value

        @pytest.mark.pathway_scenarios("recurrent")
        def test_ours(status):
            assert status in {"complete", "incomplete"}
        """
    )
    pytester.runpytest().assert_outcomes(passed=size("recurrent"))


def test_marks_add_up_and_name_any_number_of_pathways(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.pathway_scenarios("recurrent", "vipoma")
        class TestOurs:
            @pytest.mark.pathway_scenarios("vipoma", "supportive")
            def test_ours(self, scenario):
                pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=size("recurrent") + size("vipoma") + size("supportive"))
    result.stdout.fnmatch_lines(["*pathway scenarios*", "recurrent: *", "supportive: *", "vipoma: *"])


def test_only_scenarios_whose_tests_ran_count(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    first = next(iter(suite("vipoma", "transitions", load_pathways()).records()))
    result = pytester.runpytest("-k", f"[{first.id}]")
    result.assert_outcomes(passed=1, deselected=size("vipoma") - 1)
    result.stdout.fnmatch_lines(["vipoma: 1 scenario ran; states */20, transitions */17, statements */5"])
    result.stdout.no_fnmatch_line("*transitions 17/17*")


def test_failed_scenarios_count_and_are_told_skipped_ones_do_not_count(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        seen = []

        @pytest.mark.pathway_scenarios("vipoma")
        def test_ours(scenario):
            seen.append(scenario.id)
            if len(seen) == 1:
                pytest.skip("not today")
            if len(seen) == 2:
                pytest.xfail("known")
            assert len(seen) != 3
        """
    )
    count = size("vipoma")
    result = pytester.runpytest()
    result.assert_outcomes(skipped=1, xfailed=1, failed=1, passed=count - 3)
    result.stdout.fnmatch_lines([f"vipoma: {count - 1} scenarios ran (1 failed); *"])


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ('"vipom"', "there is no pathway 'vipom' (did you mean 'vipoma'[?])"),
        ('"vipoma", cover="transition"', "there is no cover* 'transition' (did you mean 'transitions'[?])"),
        ("", "it names no pathway (pathways: gastrinoma*"),
        ("17", "pathways and cover are given as text, not 17"),
        ('"vipoma", cover=["states"]', "pathways and cover are given as text, not [[]'states'[]]"),
        ('"vipoma", covers="states"', "it takes names of pathways and cover='...', not covers"),
    ],
)
def test_a_mark_that_asks_for_what_is_not_there_is_an_error_that_names_the_test(
    pytester: pytest.Pytester, mark: str, message: str
) -> None:
    pytester.makepyfile(
        test_it=f"import pytest\n\n@pytest.mark.pathway_scenarios({mark})\ndef test_ours(scenario):\n    pass\n"
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"E   pytest.UsageError: test_it.py::test_ours: @pytest.mark.pathway_scenarios: {message}"])


def test_a_test_that_does_not_take_the_scenario_is_an_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="import pytest\n\n@pytest.mark.pathway_scenarios('vipoma')\ndef test_ours():\n    pass\n")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*UsageError: test_it.py::test_ours: *: the test needs the argument 'scenario'"])


def test_another_folder_of_definitions_is_used(pytester: pytest.Pytester) -> None:
    folder = Path(shutil.copytree(DEFINITIONS, pytester.path / "mine"))
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.pathway_scenarios("vipoma")
        def test_ours(scenario):
            assert scenario.expected.definitions.version == "9.9.9"
        """
    )
    source = folder / "source.yaml"
    source.write_text(source.read_text().replace("version: 1.0.0", "version: 9.9.9", 1))
    pytester.runpytest("--pathways-folder", "mine").assert_outcomes(passed=size("vipoma"))


def test_a_folder_that_cannot_be_used_is_an_error_with_its_problems(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    result = pytester.runpytest("--pathways-folder", "nowhere")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*UsageError: *::test_ours: *1 problem in the definitions:", "*nowhere: there is no such folder*"]
    )


def test_several_processes_give_the_same_line(pytester: pytest.Pytester) -> None:
    shutil.copytree(DEFINITIONS, pytester.path / "mine")
    pytester.makepyfile(TEST)
    result = pytester.runpytest_subprocess("-n", "2", "--pathways-folder", "mine")
    result.assert_outcomes(passed=size("vipoma"))
    result.stdout.fnmatch_lines([FULL.format(count=size("vipoma"))])


def test_the_scenario_stands_in_the_junit_file(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    pytester.runpytest("--junit-xml=report.xml")
    text = (pytester.path / "report.xml").read_text()
    assert text.count('<property name="pathway_scenarios"') == size("vipoma")


def test_a_run_without_the_mark_does_not_import_the_library(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        import pytest

        @pytest.mark.parametrize("number", [1])
        def test_light(number):
            assert "_pnet_pathways_pytest" in sys.modules
            assert not [name for name in sys.modules if name.split(".")[0] in {"pnet_pathways", "cattrs", "ruamel"}]
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*pathway scenarios*")


def test_marker_and_option_are_documented_by_pytest_itself(pytester: pytest.Pytester) -> None:
    pytester.runpytest("--markers").stdout.fnmatch_lines(["@pytest.mark.pathway_scenarios(*pathways, cover='transitions'): *"])
    options = ["pathway scenarios:", "*--pathways-folder=PATH*", "*--pathways-fail-under=PERCENT*"]
    pytester.runpytest("--help").stdout.fnmatch_lines(options)


# What is refused, and what fails


@pytest.mark.parametrize("place", ["class", "method", "module"])
def test_a_mark_on_a_test_of_unittest_is_an_error_that_names_it(pytester: pytest.Pytester, place: str) -> None:
    mark = "@pytest.mark.pathway_scenarios('vipoma')"
    pytester.makepyfile(
        test_it=f"""
import unittest
import pytest

{"pytestmark = pytest.mark.pathway_scenarios('vipoma')" if place == "module" else ""}

{mark if place == "class" else ""}
class TestOurs(unittest.TestCase):
    {mark if place == "method" else ""}
    def test_ours(self):
        raise SystemError("this ran")
"""
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*TestOurs::test_ours: @pytest.mark.pathway_scenarios: a test of unittest.TestCase takes no *"]
    )
    result.stdout.no_fnmatch_line("*this ran*")


def test_a_test_of_unittest_without_the_mark_is_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import unittest\n\nclass TestOurs(unittest.TestCase):\n    def test_ours(self):\n        pass\n")
    pytester.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize("processes", [[], ["-n", "2"]], ids=["one process", "two"])
@pytest.mark.parametrize(("percent", "code"), [("100", 1), ("20", 0)])
def test_a_run_that_covers_less_than_asked_for_fails(
    pytester: pytest.Pytester, percent: str, code: int, processes: list[str]
) -> None:
    pytester.makepyfile(TEST)
    first = next(iter(suite("vipoma", "transitions", load_pathways()).records()))
    result = pytester.runpytest_subprocess("-k", f"[{first.id}]", "--pathways-fail-under", percent, *processes)
    result.assert_outcomes(passed=1, deselected=0 if processes else size("vipoma") - 1)
    assert result.ret == code
    if code:
        result.stdout.fnmatch_lines([f"FAIL: vipoma: * of 20 states is less than {percent} %"])
    else:
        result.stdout.no_fnmatch_line("FAIL: *")


def test_a_run_that_covers_all_passes_whatever_is_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    assert pytester.runpytest("--pathways-fail-under=100").ret == 0


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("def test_other():\n    pass", ["FAIL: no test of a scenario ran, so that nothing is covered"]),
        (
            TEST.replace("@pytest", "@pytest.mark.skip\n@pytest"),
            ["vipoma: 0 scenarios ran; *", "FAIL: vipoma: 0 of 20 states *"],
        ),
    ],
    ids=["no mark", "all skipped"],
)
def test_where_no_scenario_ran_nothing_is_covered(pytester: pytest.Pytester, text: str, lines: list[str]) -> None:
    pytester.makepyfile(text)
    result = pytester.runpytest("--pathways-fail-under=1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(lines)


@pytest.mark.parametrize("percent", ["nan", "101", "-1", "all"])
def test_a_percentage_that_is_none_is_wrong_usage(pytester: pytest.Pytester, percent: str) -> None:
    result = pytester.runpytest(f"--pathways-fail-under={percent}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*argument --pathways-fail-under: invalid *"])


def test_a_conftest_may_have_an_option_named_pathways(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("def pytest_addoption(parser):\n    parser.addoption('--pathways')\n")
    pytester.makepyfile(TEST)
    pytester.runpytest("--pathways=ours").assert_outcomes(passed=size("vipoma"))

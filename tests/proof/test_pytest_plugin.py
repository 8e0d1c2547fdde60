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
    pytester.runpytest("--pathways", "mine").assert_outcomes(passed=size("vipoma"))


def test_a_folder_that_cannot_be_used_is_an_error_with_its_problems(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    result = pytester.runpytest("--pathways", "nowhere")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*UsageError: *::test_ours: *1 problem in the definitions:", "*nowhere: there is no such folder*"]
    )


def test_several_processes_give_the_same_line(pytester: pytest.Pytester) -> None:
    shutil.copytree(DEFINITIONS, pytester.path / "mine")
    pytester.makepyfile(TEST)
    result = pytester.runpytest_subprocess("-n", "2", "--pathways", "mine")
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
    pytester.runpytest("--help").stdout.fnmatch_lines(["pathway scenarios:", "*--pathways=PATH*"])

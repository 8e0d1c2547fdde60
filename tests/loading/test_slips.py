"""Every mistake that a pathway author can make is reported with its file, line and column, and all of them at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph_slips import SLIPS_OF_GRAPHS
from pnet_pathways import DefinitionError, load_pathways
from pnet_pathways.model.pathway import Definitions
from project import ROOT
from slips import SLIPS_OF_TEXT, G, O, Slip, V, place, problems, replace

SLIPS = {**SLIPS_OF_TEXT, **SLIPS_OF_GRAPHS}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_the_one_problem_reported_where_it_stands(folder: Path, slip: Slip) -> None:
    expected = slip.make(folder)
    assert problems(folder) == [expected]


def test_a_copy_of_the_definitions_loads_like_the_definitions(folder: Path, definitions: Definitions) -> None:
    """So that every refusal below is of the slip, and of nothing else."""
    copied = load_pathways(folder)
    assert copied.content_hash == definitions.content_hash
    assert copied.pathways == definitions.pathways
    assert copied.folder == str(folder)


def test_a_duplicate_key_names_the_line_of_the_first(folder: Path) -> None:
    replace(folder, V, "          yes: removed\n", "          yes: removed\n          yes: resectable\n")
    first = place(folder, V, "          »yes: removed\n").split(":")[1]
    second = place(folder, V, "          »yes: resectable\n")
    assert problems(folder) == [f"{second}: duplicate key 'yes' (keep one; the first is on line {first})"]


def test_a_statement_id_in_two_files_is_reported_at_the_second_with_the_first(folder: Path) -> None:
    file = folder / "supportive.yaml"
    file.write_text(file.read_text("utf-8").replace("SUP-4", "REC-1"), "utf-8")
    first, second = place(folder, "recurrent.yaml", "- »id: REC-1"), place(folder, "supportive.yaml", "- »id: REC-1")
    assert f"{second}: duplicate statement id 'REC-1' (the first is at {first})" in problems(folder)


def test_a_statement_id_twice_in_a_file_is_reported_with_what_follows_from_it(folder: Path) -> None:
    replace(folder, V, "- id: VIP-5", "- id: VIP-4")
    found = problems(folder)
    first = place(folder, V, "- »id: VIP-4\n    label: Spread")
    second = place(folder, V, "- »id: VIP-4\n    label: Growth")
    assert f"{second}: duplicate statement id 'VIP-4' (the first is at {first})" in found
    assert all("VIP-" in text for text in found)


def test_a_pathway_that_no_type_leads_to_is_reported_in_its_own_file(folder: Path) -> None:
    replace(folder, "entry.yaml", "pathway: vipoma}", "pathway: insulinoma}")
    where = place(folder, V, "»pathway: vipoma")
    assert problems(folder) == [f"{where}: no tumor type leads to the pathway 'vipoma' (add it to entry.yaml)"]


def test_a_statement_stands_once_in_a_track(folder: Path) -> None:
    replace(folder, V, "    also:\n      - {track: spread, when", "    also:\n      - {track: primary, when")
    where = place(folder, V, "    »also:\n")
    assert problems(folder)[0] == f"{where}: VIP-3 names the same track twice (join the conditions with any)"


def test_a_statement_in_an_unknown_track_is_reported_with_the_leaf_that_offers_it(folder: Path) -> None:
    replace(folder, V, "    track: supportive.fluids\n", "    track: supportive.fluid\n")
    assert problems(folder) == [
        f"{place(folder, V, '    »track: supportive.fluid')}: "
        "VIP-1 names an unknown track 'supportive.fluid' (did you mean 'supportive.fluids'?)",
        f"{place(folder, V, '          »VIP-1: [')}: "
        "the statement VIP-1 does not stand in the track 'supportive.fluids' (it stands in supportive.fluid)",
    ]


def test_an_option_listed_twice_in_a_statement_is_reported(folder: Path) -> None:
    replace(folder, O, "{item: 15, treatments: [targeted_therapy]}", "{item: 15, treatments: [chemotherapy]}")
    where = place(folder, O, "- »{item: 15, treatments: [chemotherapy]}")
    assert problems(folder)[0] == f"{where}: OTH-3 lists the same treatments twice"


def test_an_option_without_treatment_is_reported(folder: Path) -> None:
    replace(folder, O, "{item: 15, treatments: [targeted_therapy]}", "{item: 15, treatments: []}")
    where = place(folder, O, "{item: 15, »treatments: []}")
    assert problems(folder)[0] == f"{where}: an option of OTH-3 has no treatment"


def test_a_statement_without_option_is_reported(folder: Path) -> None:
    replace(folder, O, "    options:\n      - {item: 14, ", "    options: []\n    label: L\n    x:\n      - {item: 14, ")
    replace(folder, O, "    label: Growth during treatment, or distant spread\n", "")
    replace(
        folder,
        O,
        "    x:\n      - {item: 14, treatments: [chemotherapy]}\n      - {item: 15, treatments: [targeted_therapy]}\n",
        "",
    )
    where = place(folder, O, "    »options: []\n    label: L")
    assert problems(folder)[0] == f"{where}: OTH-3 has no option"


def test_a_misspelt_treatment_of_a_statement_is_reported(folder: Path) -> None:
    replace(folder, O, "{item: 15, treatments: [targeted_therapy]}", "{item: 15, treatments: [targetted_therapy]}")
    where = place(folder, O, "{item: 15, treatments: [»targetted_therapy]}")
    assert problems(folder)[0] == f"{where}: unknown treatment 'targetted_therapy' (did you mean 'targeted_therapy'?)"


def test_a_misspelt_fact_of_the_vocabulary_is_unknown_wherever_it_is_named(folder: Path) -> None:
    replace(folder, "facts.yaml", "\n  refractory:\n", "\n  refractry:\n")
    assert problems(folder) == [
        f"{place(folder, G, '        - »refractory: true')}: unknown fact 'refractory' (did you mean 'refractry'?)",
        *(
            f"{place(folder, G, f'{state}:{chr(10)}        »asks: refractory')}: "
            f"'{state}' asks an unknown fact 'refractory' (did you mean 'refractry'?)"
            for state in ("lymph_nodes_refractory", "no_spread_refractory")
        ),
        f"{place(folder, 'readings.yaml', '{any_of: [other]}}, {»refractory: true}')}: "
        "unknown fact 'refractory' (did you mean 'refractry'?)",
    ]


@pytest.mark.parametrize(
    ("file", "missing", "unknown"),
    [
        ("entry.yaml", "the tumor type 'exocrine' leads nowhere (add it)", "unknown tumor type 'exocrin'"),
        ("workup.yaml", "'exocrine' has no work-up (add it)", "'exocrin' is not known"),
    ],
)
def test_a_misspelt_tumor_type_is_missing_and_unknown(folder: Path, file: str, missing: str, unknown: str) -> None:
    replace(folder, file, "\n  exocrine:\n", "\n  exocrin:\n")
    assert problems(folder) == [
        f"{place(folder, file, chr(10) + '»types:')}: {missing}",
        f"{place(folder, file, '  »exocrin:')}: {unknown} (did you mean 'exocrine'?)",
    ]


def test_a_type_out_of_scope_says_why(folder: Path) -> None:
    replace(
        folder, "entry.yaml", "    note: The summary does not discuss the treatment of tumors that make too much ACTH.\n", ""
    )
    where = place(folder, "entry.yaml", "  »acth_producing:")
    assert problems(folder) == [f"{where}: 'acth_producing' has neither a pathway nor a note that says why (add one)"]


# All at once


def test_mistakes_in_several_files_are_all_reported_sorted_by_place(folder: Path) -> None:
    names = [
        "misspelt section",
        "dangling state",
        "circle",
        "misspelt fact in a condition",
        "gap in a track without gaps",
        "wrong strength on a leaf",
        "misspelt condition of a gap",
        "unused treatment",
        "event to no state",
        "unreachable state",
    ]
    made = [SLIPS[name] for name in names if name != "unreachable state"]
    for slip in made:
        replace(folder, slip.file, slip.old, slip.new)
    expected = [(place(folder, slip.file, slip.at or slip.new), slip.message) for slip in made]

    def position(entry: tuple[str, str]) -> tuple[str, int, int]:
        file, line, column = entry[0].split(":")
        return file, int(line), int(column)

    assert problems(folder) == [f"{where}: {message}" for where, message in sorted(expected, key=position)]


def test_lines_are_sorted_as_numbers(folder: Path) -> None:
    replace(folder, V, "version: 1.0.0", "version: 1.0")
    replace(folder, V, "    title: Primary tumor\n", "    title: Primary tumor\n    color: blue\n")
    lines = [int(text.split(":")[1]) for text in problems(folder)]
    assert lines == sorted(lines)
    assert lines[0] < 10 < lines[1]


def test_the_error_counts_what_it_lists(folder: Path) -> None:
    replace(folder, V, "version: 1.0.0", "version: 1.0")
    replace(folder, O, "version: 1.0.0", "version: 1.0")
    with pytest.raises(DefinitionError) as caught:
        load_pathways(folder)
    assert str(caught.value).startswith("2 problems in the definitions:\n  - other.yaml:2:1: 'version' takes text")


def test_the_order_of_the_report_does_not_depend_on_chance(folder: Path) -> None:
    """Several problems at one place: text is hashed anew in every process, and the report must not show it."""
    (folder / V).write_text("{}\n", "utf-8")
    script = (
        "import sys\n"
        "from pnet_pathways import DefinitionError, load_pathways\n"
        "try:\n    load_pathways(sys.argv[1])\n"
        "except DefinitionError as error:\n    print(error)\n"
    )
    reports = {
        subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(reports) == 1
    assert reports.pop().startswith("6 problems in the definitions:\n  - vipoma.yaml:1:1: the key '")

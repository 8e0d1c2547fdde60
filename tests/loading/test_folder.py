"""Every mistake that a pathway author can make is reported with its file, line and column, and all of them at once.

A slip replaces a text that stands in a file exactly once; ``»`` marks where the report is to point.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from pnet_pathways import DefinitionError, TumorType, load_pathways
from pnet_pathways.loading.folder import default_folder
from pnet_pathways.loading.schema import FILES
from pnet_pathways.model.pathway import Definitions, LeafKind
from project import ROOT
from project_vocabulary import FACTS

MARK = "»"


def replace(folder: Path, file: str, old: str, new: str) -> None:
    """Replace a text that stands in a file exactly once."""
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{file} holds it {text.count(old)} times: {old}"
    path.write_text(text.replace(old, new.replace(MARK, "")), "utf-8")


def place(folder: Path, file: str, snippet: str) -> str:
    """Return ``file:line:column`` of the mark in a snippet that stands in a file exactly once."""
    before, after = snippet.split(MARK)
    text = (folder / file).read_text("utf-8")
    assert text.count(before + after) == 1, f"{file} holds it {text.count(before + after)} times: {snippet}"
    lines = text[: text.index(before + after) + len(before)].split("\n")
    return f"{file}:{len(lines)}:{len(lines[-1]) + 1}"


def problems(folder: Path) -> list[str]:
    """Return the text of every problem of a folder that must not load."""
    with pytest.raises(DefinitionError) as caught:
        load_pathways(folder)
    return [str(problem) for problem in caught.value.problems]


@attrs.frozen
class Slip:
    """One mistake: what is replaced in which file, what is then reported, and where (`new`, unless `at` is given)."""

    file: str
    old: str
    new: str
    message: str
    at: str = ""

    def make(self, folder: Path) -> str:
        """Make the mistake in a folder; return the problem that it must give."""
        replace(folder, self.file, self.old, self.new)
        return f"{place(folder, self.file, self.at or self.new)}: {self.message}"


V, G, I, O = "vipoma.yaml", "gastrinoma.yaml", "insulinoma.yaml", "other.yaml"  # noqa: E741 - the tables below stay readable

SLIPS = {
    # Keys and kinds of values
    "unknown key": Slip(
        V,
        "    title: The tumor itself\n",
        "    title: The tumor itself\n    »color: blue\n",
        "unknown key 'color' (keys: title, start, states)",
    ),
    "misspelt key": Slip(
        G,
        "{item: 2, treatments: [tumor_removal], requires",
        "{item: 2, treatments: [tumor_removal], »strenght: rare, requires",
        "unknown key 'strenght' (did you mean 'strength'?)",
    ),
    "missing key": Slip(V, "pathway: vipoma\nversion: 1.0.0\n", "»pathway: vipoma\n", "the key 'version' is missing"),
    "missing key of a list entry": Slip(
        V,
        "  - id: VIP-2\n    label: Every VIPoma, removal\n",
        "  - »id: VIP-2\n",
        "the key 'label' is missing",
    ),
    "number for text": Slip(V, "version: 1.0.0", "»version: 1.0", "'version' takes text, not 1.0 (put it in quotes)"),
    "address that is no site's": Slip(
        "source.yaml",
        "site: https://www.cancer.gov",
        "»site: javascript://www.cancer.gov",
        "'javascript://www.cancer.gov' is no address of a site (e.g. https://example.org)",
    ),
    "path that leaves the site": Slip(
        "source.yaml",
        "page: /types/pancreatic/patient/",
        "»page: .other.example/",
        "'.other.example/pnet-treatment-pdq' is no path of a page (e.g. /summary)",
    ),
    "text for number": Slip(V, "{item: 1, ", '{»item: "1", ', "'item' takes a whole number, not '1'"),
    "text for list": Slip(
        V,
        "{item: 3, treatments: [debulking_surgery]",
        "{item: 3, »treatments: debulking_surgery",
        "'treatments' takes a list, not 'debulking_surgery'",
    ),
    "nothing for mapping": Slip(
        V, "tracks:\n  primary:\n", "tracks:\n  »primer:\n  primary:\n", "'primer' takes a mapping, not nothing"
    ),
    "unknown strength": Slip(
        I,
        "{item: 1, treatments: [tumor_removal], strength: usual",
        "{item: 1, treatments: [tumor_removal], »strength: usually",
        "'strength' has no value 'usually' (did you mean 'usual'?)",
    ),
    # Things that YAML can do and a definition may not
    "tag": Slip(
        V, "title: VIPoma", "title: »!!str VIPoma", "tags such as tag:yaml.org,2002:str are not read (leave the tag out)"
    ),
    "anchor": Slip(V, "title: VIPoma", "title: »&name VIPoma", "anchors and aliases are not read (write the content out)"),
    "alias": Slip(V, "title: VIPoma", "title: »*name", "anchors and aliases are not read (write the content out)"),
    "too deep": Slip(
        V,
        "    when: {resectable: false}",
        f"    when: {'{not: ' * 21}»{{not: always}}{'}' * 21}",
        "nested deeper than 24 levels",
    ),
    "no YAML": Slip(V, "title: VIPoma", "title: VIPoma»: a", "this is no YAML: mapping values are not allowed in this context"),
    # Names that nothing has
    "misspelt fact in a condition": Slip(
        G,
        "when: {pancreatic_tumors: several, residual_after_surgery: true}",
        "when: {pancreatic_tumors: several, »residual_after_surgry: true}",
        "unknown fact 'residual_after_surgry' (did you mean 'residual_after_surgery'?)",
    ),
    "misspelt value in a condition": Slip(
        G,
        "when: {pancreatic_tumors: several}",
        "when: {»pancreatic_tumors: severall}",
        "'pancreatic_tumors' has no value 'severall' (did you mean 'several'?)",
    ),
    "word for a truth in a condition": Slip(
        V, "when: {resectable: false}", "when: {»resectable: no}", "'resectable' has no value 'no' (one of true, false)"
    ),
    "misspelt member deep in a condition": Slip(
        V,
        "        - course: progressive\n        - spread: {any_of: [liver, other]}\n",
        "        - course: progressive\n        - spread: {any_of: [»livr, other]}\n",
        "'spread' has no member 'livr' (did you mean 'liver'?)",
    ),
    "misspelt fact in what an option requires": Slip(
        V,
        "treatments: [removal_of_tumor_and_lymph_nodes], requires: {resectable: true}",
        "treatments: [removal_of_tumor_and_lymph_nodes], requires: {»resectible: true}",
        "unknown fact 'resectible' (did you mean 'resectable'?)",
    ),
    "misspelt condition of a second track": Slip(
        V,
        "- {track: spread, when: {spread: {any_of: [liver, other]}}}",
        "- {track: spread, when: {spread: {»anyof: [liver, other]}}}",
        "unknown test 'anyof' (did you mean 'any_of'?)",
    ),
    "misspelt condition of a gap": Slip(
        "entry.yaml", "gap_when: always", "»gap_when: allways", "a condition is a mapping or 'always', not 'allways'"
    ),
    "misspelt fact in the graph": Slip(
        G,
        "        asks: refractory\n",
        "        »asks: refractry\n",
        "'refractory' asks an unknown fact 'refractry' (did you mean 'refractory'?)",
    ),
    "misspelt answer in the graph": Slip(
        G,
        "          body or tail: body_tail_removable\n",
        "          »body or tial: body_tail_removable\n",
        "'sites' has no answer 'tial' (did you mean 'tail'?)",
    ),
    "misspelt treatment in the graph": Slip(
        O,
        "          OTH-2: [debulking_surgery, hormone_therapy]\n",
        "          OTH-2: [debulking_surgery, »hormon_therapy]\n",
        "OTH-2 offers no 'hormon_therapy' (did you mean 'hormone_therapy'?)",
    ),
    "misspelt statement in the graph": Slip(
        O,
        "          OTH-1: [tumor_removal]\n",
        "          »OHT-1: [tumor_removal]\n",
        "unknown statement 'OHT-1' (did you mean 'OTH-1'?)",
    ),
    "misspelt reading of a statement": Slip(
        V, "    readings: [R-14]\n", "    readings: [»R14]\n", "unknown reading 'R14' (did you mean 'R-14'?)"
    ),
    "misspelt reading of an option": Slip(
        G,
        "{item: 2, treatments: [tumor_removal], requires: {resectable: true}, readings: [R-1]}",
        "{item: 2, treatments: [tumor_removal], requires: {resectable: true}, readings: [»R1]}",
        "unknown reading 'R1' (did you mean 'R-1'?)",
    ),
    "misspelt reading of a leaf": Slip(
        O, "readings: [R-3, R-9, R-11]", "readings: [R-3, R-9, »R.11]", "unknown reading 'R.11' (did you mean 'R-11'?)"
    ),
    "misspelt section": Slip(V, "\nsection: other\n", "\n»section: othr\n", "unknown section 'othr' (did you mean 'other'?)"),
    "misspelt section of a passage": Slip(
        V,
        '{section: other, first: "Fluids and',
        '{»section: elsewhere, first: "Fluids and',
        "unknown section 'elsewhere' "
        "(sections: general, stages, overview, gastrinoma, insulinoma, glucagonoma, other, recurrent)",
    ),
    "empty passage": Slip(
        V, "start: 36236, end: 36332", "»start: 36332, end: 36332", "the span 36332 to 36332 is empty or negative"
    ),
    "broken checksum": Slip(V, "sha256: eeea673777", "»sha256: EEEA673777", "a SHA-256 is 64 hexadecimal digits"),
    # The graph
    "dangling state": Slip(
        V,
        "          no: not_removable\n",
        "          »no: not_removeable\n",
        "the answer 'no' leads to the state 'not_removeable', which does not exist (did you mean 'not_removable'?)",
    ),
    "dangling start": Slip(
        V,
        "    start: removable\n",
        "    »start: removeable\n",
        "the start state 'removeable' does not exist (did you mean 'removable'?)",
    ),
    "unreachable state": Slip(
        V,
        "      removable_tumor:\n",
        "      »lost:\n        does_not_apply: Lost.\n      removable_tumor:\n",
        "no answer leads to the state 'lost' (lead to it or remove it)",
    ),
    "answer missing for a value": Slip(
        G,
        "        answers:\n          head: head_removable\n          body or tail: body_tail_removable\n",
        "        »answers:\n          head: head_removable\n          tail: body_tail_removable\n",
        "'site' has no answer for 'body' (add one)",
    ),
    "answer that no consistent case gives": Slip(
        G,
        "          body or tail: body_tail_removable\n",
        "          body or tail: body_tail_removable\n          »nowhere: body_tail_removable\n",
        "no consistent case gives the answer 'nowhere' here (remove it)",
    ),
    "circle": Slip(
        O,
        "          new or recurrent: lymph_nodes\n",
        "          new or recurrent: liver\n",
        "the states turn in a circle: liver -> other_organs -> growth -> liver",
        at="      »liver:\n        asks: spread.liver\n",
    ),
    "fact asked twice": Slip(
        O,
        "asks: spread.other",
        "asks: spread.liver",
        "'spread.liver' is asked here and again further down",
        at="      liver:\n        »asks: spread.liver\n",
    ),
    "leaf offering nothing": Slip(
        O,
        "        offers:\n          OTH-1: [tumor_removal]\n",
        "        »offers: {}\n",
        "the leaf 'removable_tumor' offers nothing (use gap or does_not_apply)",
    ),
    "statement on a leaf with nothing of it": Slip(
        V,
        "          VIP-2: [removal_of_tumor_and_lymph_nodes]\n",
        "          VIP-2: [removal_of_tumor_and_lymph_nodes]\n          »VIP-3: []\n",
        "the leaf 'removable_tumor' offers nothing of VIP-3 (remove it)",
    ),
    "option offered twice": Slip(
        O,
        "          OTH-1: [tumor_removal]\n",
        "          OTH-1: [tumor_removal, »tumor_removal]\n",
        "'tumor_removal' of OTH-1 is offered twice (keep one)",
    ),
    "leaf saying nothing": Slip(
        O,
        "does_not_apply: No spread, and no growth during treatment.",
        "»does_not_apply: ''",
        "the leaf 'no_spread' says nothing (say what the summary does not say, or why)",
    ),
    "readings on a question": Slip(
        O,
        "      growth:\n        asks: course\n",
        "      growth:\n        asks: course\n        »readings: [R-1]\n",
        "'growth' asks; readings bear on leaves (name them in the leaves)",
    ),
    "size asked where it may not apply": Slip(
        O,
        "    start: removable\n    states:\n",
        "    start: size\n    states:\n      size:\n        »asks: size\n        answers: {small or large: removable}\n",
        "'size' is asked where it may not apply (ask pancreatic_tumors first; it applies to one tumor)",
    ),
    "misspelt kind of answer": Slip(
        "entry.yaml",
        "  type_unknown: [R-12]\n",
        "  »type_unknow: [R-12]\n",
        "unknown key 'type_unknow' (did you mean 'type_unknown'?)",
    ),
    "misspelt reading of every answer": Slip(
        "entry.yaml", "every_answer: [R-13]", "every_answer: [»R.13]", "unknown reading 'R.13' (did you mean 'R-13'?)"
    ),
    "misspelt pathway of every type": Slip(
        "entry.yaml",
        "[supportive, recurrent]",
        "[»suportive, supportive, recurrent]",
        "unknown pathway 'suportive' (did you mean 'supportive'?)",
    ),
    "event that sets a word for a truth": Slip(
        "care_course.yaml",
        "    sets: {residual_after_surgery: true}\n",
        "    sets: {»residual_after_surgery: yes}\n",
        "'residual_after_surgery' has no value 'yes' (one of true, false)",
    ),
    "state of no kind": Slip(
        O,
        "      no_spread:\n        does_not_apply: No spread, and no growth during treatment.\n",
        "      »no_spread: {}\n",
        "the state 'no_spread' has none of them; a state has exactly one of asks, offers, gap, does_not_apply",
    ),
    "gap in a track without gaps": Slip(
        "supportive.yaml",
        "        does_not_apply: No stomach ulcers.\n",
        "        »gap: No stomach ulcers.\n",
        "the track 'supportive.stomach_ulcers' has no gaps (use does_not_apply)",
    ),
    # Statements and leaves
    "wrong strength on a leaf": Slip(
        I,
        "INS-1: [usually tumor_removal]",
        "INS-1: [»rarely tumor_removal]",
        "'rarely tumor_removal' has another strength than INS-1 gives it (the statement has 'usually tumor_removal')",
    ),
    "option never offered": Slip(
        O,
        "          OTH-2: [debulking_surgery, hormone_therapy]\n",
        "          OTH-2: [debulking_surgery]\n",
        "no leaf of the track 'spread' offers 'hormone_therapy' of OTH-2 (offer it where its condition holds)",
        at="\n  »spread:\n    title:",
    ),
    "statement of another track on a leaf": Slip(
        V,
        "          VIP-2: [removal_of_tumor_and_lymph_nodes]\n",
        "          VIP-2: [removal_of_tumor_and_lymph_nodes]\n          »VIP-5: [chemotherapy]\n",
        "the statement VIP-5 does not stand in the track 'primary' (it stands in spread)",
    ),
    "statement without passage": Slip(
        O,
        '    readings: [R-15]\n    locators:\n      - {section: other, first: "Treatment of other types of"',
        '    readings: [R-15]\n    »locators: []\n    # {section: other, first: "Treatment of other types of"',
        "OTH-1 has no locator (say where it stands in the summary)",
    ),
    "options out of text order": Slip(
        I,
        "{item: 6, treatments: [insulin_lowering_drug]",
        "{»item: 4, treatments: [insulin_lowering_drug]",
        "the options of INS-5 are not in text order",
    ),
    "pathway named otherwise than its file": Slip(
        V, "pathway: vipoma\n", "»pathway: vipom\n", "the pathway 'vipom' stands in the file vipoma.yaml (name it vipoma)"
    ),
    "track that an answer does not have": Slip(
        V,
        "tracks:\n  primary:\n",
        "tracks:\n  »supportiv.drugs: {title: T, start: a, states: {a: {does_not_apply: No.}}}\n  primary:\n",
        "unknown track 'supportiv.drugs' (did you mean 'supportive'?)",
    ),
    # Shared files
    "unused treatment": Slip(
        "treatments.yaml",
        "treatments:\n",
        'treatments:\n  »magic: {label: l, description: d, term: ""}\n',
        "no statement uses the treatment 'magic' (remove it)",
    ),
    "answer without wording": Slip(
        "facts.yaml",
        "      small: {label: small, phrase: small}\n",
        "",
        "'size' needs exactly these answers: small, large",
        at="    »answers:\n      large: {label: large",
    ),
    "event to no state": Slip(
        "care_course.yaml",
        "    target: in_treatment\n",
        "    »target: treatment\n",
        "the event 'treatment_starts' leads to the state 'treatment', which does not exist (did you mean 'in_treatment'?)",
    ),
    "event from no state": Slip(
        "care_course.yaml",
        "    sources: [in_treatment]\n",
        "    sources: [»in_treatmen]\n",
        "unknown state 'in_treatmen' (did you mean 'in_treatment'?)",
    ),
    "course that starts nowhere": Slip(
        "care_course.yaml",
        "start: diagnosed\n",
        "»start: diagnose\n",
        "the start state 'diagnose' does not exist (did you mean 'diagnosed'?)",
    ),
    "event that sets no fact": Slip(
        "care_course.yaml",
        "    sets: {course: progressive}\n",
        "    sets: {»coarse: progressive}\n",
        "unknown fact 'coarse' (did you mean 'course'?)",
    ),
    "event that sets no value": Slip(
        "care_course.yaml",
        "    sets: {course: progressive}\n",
        "    sets: {»course: progresive}\n",
        "'course' has no value 'progresive' (did you mean 'progressive'?)",
    ),
}


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
    replace(folder, V, "          yes: removable_tumor\n", "          yes: removable_tumor\n          yes: not_removable\n")
    first = place(folder, V, "          »yes: removable_tumor").split(":")[1]
    second = place(folder, V, "          »yes: not_removable")
    assert problems(folder) == [f"{second}: the key 'yes' stands twice (first in line {first})"]


def test_a_statement_id_in_two_files_is_reported_at_the_second_with_the_first(folder: Path) -> None:
    text = (folder / O).read_text("utf-8")
    (folder / O).write_text(text.replace("OTH-3", "SOM-3"), "utf-8")
    first, second = place(folder, O, "- »id: SOM-3"), place(folder, "somatostatinoma.yaml", "- »id: SOM-3")
    assert problems(folder) == [f"{second}: the statement id 'SOM-3' stands twice (first at {first})"]


def test_a_statement_id_twice_in_a_file_is_reported_with_what_follows_from_it(folder: Path) -> None:
    replace(folder, V, "- id: VIP-5", "- id: VIP-4")
    found = problems(folder)
    first = place(folder, V, "- »id: VIP-4\n    label: Spread")
    second = place(folder, V, "- »id: VIP-4\n    label: Growth")
    assert found[0] == f"{second}: the statement id 'VIP-4' stands twice (first at {first})"
    assert all("VIP-" in text for text in found[1:])


def test_a_pathway_that_no_type_leads_to_is_reported_in_its_own_file(folder: Path) -> None:
    replace(folder, "entry.yaml", "pathway: vipoma}", "pathway: insulinoma}")
    where = place(folder, V, "»pathway: vipoma")
    assert problems(folder) == [f"{where}: no tumor type leads to the pathway 'vipoma' (add it to entry.yaml)"]


def test_a_statement_stands_once_in_a_track(folder: Path) -> None:
    replace(folder, V, "    also:\n      - {track: spread, when", "    also:\n      - {track: primary, when")
    where = place(folder, V, "    »also:\n")
    assert problems(folder)[0] == f"{where}: VIP-3 stands twice in one track (join the conditions with any)"


def test_a_statement_in_an_unknown_track_is_reported_with_the_leaf_that_offers_it(folder: Path) -> None:
    replace(folder, V, "    track: supportive.fluids\n", "    track: supportive.fluid\n")
    assert problems(folder) == [
        f"{place(folder, V, '    »track: supportive.fluid')}: "
        "VIP-1 stands in an unknown track 'supportive.fluid' (did you mean 'supportive.fluids'?)",
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
    replace(folder, O, "    label: Growth during treatment, or spread to other parts of the body\n", "")
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


def test_a_misspelt_fact_of_the_wording_is_missing_and_unknown(folder: Path) -> None:
    replace(folder, "facts.yaml", "\n  refractory:\n", "\n  refractry:\n")
    assert problems(folder) == [
        f"{place(folder, 'facts.yaml', chr(10) + '»facts:')}: the fact 'refractory' has no wording (add it)",
        f"{place(folder, 'facts.yaml', '  »refractry:')}: unknown fact 'refractry' (did you mean 'refractory'?)",
    ]


@pytest.mark.parametrize(
    ("file", "missing"),
    [
        ("entry.yaml", "the tumor type 'exocrine' leads nowhere (add it)"),
        ("workup.yaml", "the tumor type 'exocrine' has no work-up (add it)"),
    ],
)
def test_a_misspelt_tumor_type_is_missing_and_unknown(folder: Path, file: str, missing: str) -> None:
    replace(folder, file, "\n  exocrine:\n", "\n  exocrin:\n")
    assert problems(folder) == [
        f"{place(folder, file, chr(10) + '»types:')}: {missing}",
        f"{place(folder, file, '  »exocrin:')}: unknown tumor type 'exocrin' (did you mean 'exocrine'?)",
    ]


def test_a_type_out_of_scope_says_why(folder: Path) -> None:
    replace(
        folder, "entry.yaml", "    note: The summary does not discuss the treatment of tumors that make too much ACTH.\n", ""
    )
    where = place(folder, "entry.yaml", "  »acth_producing:")
    assert problems(folder) == [f"{where}: 'acth_producing' has neither a pathway nor a note that says why (add one)"]


# The two encodings


def test_an_answer_that_leads_astray_is_caught_with_its_first_scenario(folder: Path) -> None:
    """A guard swapped in the graph: the leaf offers too much, and too little."""
    replace(
        folder,
        O,
        "          yes: removable_tumor\n          no: not_removable\n",
        "          no: removable_tumor\n          yes: not_removable\n",
    )
    offering, silent = place(folder, O, "      »removable_tumor:"), place(folder, O, "      »not_removable:")
    assert problems(folder) == [
        f"{offering}: the leaf 'removable_tumor' offers OTH-1 'tumor_removal', whose condition does not hold "
        "(e.g. resectable no) (remove it or change the condition)",
        f"{silent}: the leaf 'not_removable' does not offer OTH-1 'tumor_removal', whose condition holds "
        "(e.g. resectable yes) (add it or change the condition)",
    ]


def test_a_swap_deep_in_a_graph_is_caught_with_the_path_to_it(folder: Path) -> None:
    replace(
        folder,
        I,
        "          small: small_body\n          large: large_body_or_tail\n",
        "          small: large_body_or_tail\n          large: small_body\n",
    )
    assert [text.split(": ", 1)[1] for text in problems(folder)] == [
        "the leaf 'large_body_or_tail' offers INS-3 'usually distal_pancreatectomy', whose condition does not hold "
        "(e.g. pancreatic_tumors one, sites body, resectable yes, size small) (remove it or change the condition)",
        "the leaf 'small_body' does not offer INS-3 'usually distal_pancreatectomy', whose condition holds "
        "(e.g. pancreatic_tumors one, sites body, resectable yes, size large) (add it or change the condition)",
    ]


@pytest.mark.parametrize(
    ("old", "new", "leaf", "message"),
    [
        (
            "    when: {spread: {any_of: [liver, other]}}\n",
            "    when: {spread: {any_of: [liver]}}\n",
            "distant_spread",
            "offers OTH-2 'debulking_surgery', OTH-2 'hormone_therapy', whose condition does not hold "
            "(e.g. spread.liver no, spread.other yes) (remove it or change the condition)",
        ),
        (
            "    when: {spread: {any_of: [liver, other]}}\n",
            "    when: {spread: {any_of: [lymph_nodes, liver, other]}}\n",
            "lymph_nodes_only",
            "does not offer OTH-2 'debulking_surgery', OTH-2 'hormone_therapy', whose condition holds "
            "(e.g. spread.liver no, spread.other no, course new, spread.lymph_nodes yes) (add it or change the condition)",
        ),
    ],
    ids=["narrower", "wider"],
)
def test_a_condition_that_is_changed_is_caught_at_the_leaf_with_its_first_scenario(
    folder: Path, old: str, new: str, leaf: str, message: str
) -> None:
    """The other way round: the statements are wrong and the graph is right."""
    replace(folder, O, old, new)
    where = place(folder, O, f"      »{leaf}:\n")
    assert f"{where}: the leaf '{leaf}' {message}" in problems(folder)


def test_a_requirement_left_out_is_caught(folder: Path) -> None:
    replace(folder, O, "treatments: [tumor_removal], requires: {resectable: true}", "treatments: [tumor_removal]")
    where = place(folder, O, "      »not_removable:")
    assert problems(folder) == [
        f"{where}: the leaf 'not_removable' does not offer OTH-1 'tumor_removal', whose condition holds "
        "(e.g. resectable no) (add it or change the condition)"
    ]


def test_silence_of_the_wrong_kind_is_caught(folder: Path) -> None:
    replace(folder, O, "        does_not_apply: No spread, and", "        gap: No spread, and")
    where = place(folder, O, "      »no_spread:\n")
    assert problems(folder) == [
        f"{where}: the leaf 'no_spread' is of the kind gap "
        "(e.g. spread.liver no, spread.other no, course new, spread.lymph_nodes no) "
        "(nothing is offered and it should be does_not_apply)"
    ]


def test_a_gap_that_the_graph_never_asks_about_is_caught(folder: Path) -> None:
    """What makes silence a gap is read too: spread to the lymph nodes alone, which this graph no longer asks."""
    path = folder / "somatostatinoma.yaml"
    text = path.read_text("utf-8")
    start, end = text.index("      lymph_nodes:\n"), text.index("      distant_spread:\n")
    text = text[:start] + text[end:]
    start, end = text.index("      lymph_nodes_only:\n"), text.index("      no_spread:\n")
    text = text[:start] + text[end:]
    path.write_text(
        text.replace("          new or recurrent: lymph_nodes\n", "          new or recurrent: no_spread\n"), "utf-8"
    )
    where = place(folder, "somatostatinoma.yaml", "      »no_spread:\n")
    assert problems(folder) == [
        f"{where}: the leaf 'no_spread' is of the kind does_not_apply "
        "(e.g. spread.liver no, spread.other no, course new) (nothing is offered and it should be gap)"
    ]


def test_a_difference_without_any_question_is_always_there(folder: Path) -> None:
    replace(
        folder,
        V,
        "    track: supportive.fluids\n    when: always\n",
        "    track: supportive.fluids\n    when: {resectable: true}\n",
    )
    where = place(folder, V, "      »fluids:\n        offers")
    assert problems(folder) == [
        f"{where}: the leaf 'fluids' offers VIP-1 'fluid_and_electrolyte_replacement and hormone_therapy', "
        "whose condition does not hold (e.g. always) (remove it or change the condition)"
    ]


def test_tools_may_load_definitions_that_disagree(folder: Path) -> None:
    replace(folder, O, "        does_not_apply: No spread, and", "        gap: No spread, and")
    track = load_pathways(folder, check_agreement=False).pathways["other"].tracks["spread"]
    assert {leaf.name: leaf.kind for leaf in track.leaves}["no_spread"] is LeafKind.GAP


def test_without_the_comparison_every_other_mistake_is_still_refused(folder: Path) -> None:
    replace(folder, O, "asks: spread.other", "asks: spread.othr")
    with pytest.raises(DefinitionError, match=r"asks an unknown fact 'spread\.othr'"):
        load_pathways(folder, check_agreement=False)


def test_a_track_that_reads_too_much_to_be_checked_is_refused(folder: Path) -> None:
    many = ", ".join(
        [
            "{course: new}",
            "{sites: {any_of: [head]}}",
            "{mostly_liver: true}",
            *(f"{{{fact}: true}}" for fact in FACTS if FACTS[fact].is_boolean and fact not in {"mostly_liver", "spread.liver"}),
        ]
    )
    replace(folder, O, "    track: primary\n    when: always\n", f"    track: primary\n    when: {{any: [{many}]}}\n")
    where = place(folder, O, "tracks:\n  »primary:\n")
    rows = 3 * 3 * 8 * 3 * 2**14
    assert problems(folder) == [
        f"{where}: the track 'primary' reads facts with {rows:,} combinations; at most 500,000 are checked "
        "(split it by a dot: name.part)"
    ]


# Files


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert problems(folder) == [f"{folder}: the file {name} is missing"]


def test_every_missing_file_is_named_beside_the_mistakes_in_the_others(folder: Path) -> None:
    (folder / "facts.yaml").unlink()
    (folder / "entry.yaml").unlink()
    replace(folder, V, "version: 1.0.0", "version: 1.0")
    assert problems(folder) == [
        f"{folder}: the file facts.yaml is missing",
        f"{folder}: the file entry.yaml is missing",
        f"{place(folder, V, '»version: 1.0')}: 'version' takes text, not 1.0 (put it in quotes)",
    ]


def test_a_missing_pathway_is_reported_where_its_type_leads_to_it(folder: Path) -> None:
    (folder / "somatostatinoma.yaml").unlink()
    where = place(folder, "entry.yaml", "label: Somatostatinoma, »pathway: somatostatinoma")
    assert problems(folder) == [f"{where}: there is no pathway 'somatostatinoma' (did you mean 'gastrinoma'?)"]


def test_loading_leaves_the_folders_below_alone_and_reads_every_yaml_file_of_the_folder(folder: Path) -> None:
    hashed = load_pathways(folder).content_hash
    for below in ("golden", "cases", "reviews"):
        shutil.rmtree(folder / below, ignore_errors=True)
    assert load_pathways(folder).content_hash == hashed
    for below in ("golden", "cases", "reviews"):
        (folder / below).mkdir()
        (folder / below / "stray.yaml").write_text("no: definition\n")
    assert load_pathways(folder).content_hash == hashed
    (folder / "stray.yaml").write_text("no: definition\n")
    assert "stray.yaml:1:1: unknown key 'no'" in "\n".join(problems(folder))


@pytest.mark.parametrize("name", ["nowhere", "entry.yaml"])
def test_a_folder_that_is_none_is_refused(folder: Path, name: str) -> None:
    assert problems(folder / name) == [f"{folder / name}: there is no such folder of definitions"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file takes a mapping, not nothing"),
        ("- a\n", "the file takes a mapping, not a list"),
        ("#" * 1_000_001, "the file has 1,000,001 bytes; at most 1,000,000 are read"),
        ("a: [\n", "this is no YAML: did not find expected node content"),
    ],
    ids=["empty", "list", "too large", "no YAML"],
)
@pytest.mark.parametrize("name", ["source.yaml", V])
def test_a_file_that_is_no_definition_is_refused(folder: Path, name: str, content: str, message: str) -> None:
    (folder / name).write_text(content, "utf-8")
    where = f"{name}:2:1" if content == "a: [\n" else f"{name}:1:1"
    assert problems(folder) == [f"{where}: {message}"]


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / V).write_bytes(b"title: \xe4\n")
    assert problems(folder) == [f"{V}:1:1: the file is no UTF-8 text (byte 7)"]


def test_what_is_not_yaml_by_its_name_is_left_alone(folder: Path) -> None:
    (folder / "README.md").write_text("a: [", "utf-8")
    (folder / "vipoma.yaml.orig").write_text("a: [", "utf-8")
    load_pathways(folder)


def test_an_editors_lock_file_is_left_alone(folder: Path) -> None:
    """While a file is being edited, Emacs keeps a dangling link of this name beside it."""
    (folder / ".#vipoma.yaml").symlink_to("someone@somewhere.1234")
    load_pathways(folder)


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
    replace(folder, V, "    title: The tumor itself\n", "    title: The tumor itself\n    color: blue\n")
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


# What is loaded


def test_the_projects_own_definitions_are_loaded_once_and_shared() -> None:
    assert load_pathways() is load_pathways()
    assert load_pathways().folder == str(default_folder())


def test_a_folder_is_read_anew_each_time(folder: Path) -> None:
    before = load_pathways(folder)
    replace(folder, V, "\ntitle: VIPoma\n", "\ntitle: VIPOMA\n")
    assert load_pathways(str(folder)).pathways["vipoma"].title == "VIPOMA"
    assert before.pathways["vipoma"].title == "VIPoma"


def test_every_tumor_type_leads_somewhere_or_says_why_not(definitions: Definitions) -> None:
    assert list(definitions.entry.types) == list(TumorType)
    for kind, entry in definitions.entry.types.items():
        assert definitions.entry.pathway_of(kind) == entry.pathway
        assert entry.pathway in definitions.pathways or entry.note


def test_the_subject_is_put_into_the_headings(definitions: Definitions) -> None:
    section = definitions.pathways["other"].section
    assert section.startswith("Treatment of Other Pancreatic")
    assert section.endswith("Neuroendocrine Tumors (Islet Cell Tumors)")
    assert all("{" not in pathway.section for pathway in definitions.pathways.values())


def test_a_statement_knows_its_place_and_its_tracks(folder: Path) -> None:
    loaded = load_pathways(folder)
    statement = loaded.statement("VIP-3")
    assert str(statement.where) == place(folder, V, "- »id: VIP-3")
    assert [track for track, _ in statement.placements] == ["primary", "spread"]
    with pytest.raises(KeyError, match="VIP-9"):
        loaded.statement("VIP-9")


# The hash of what the definitions mean


def test_the_order_of_keys_that_mean_the_same_does_not_change_the_hash(folder: Path, definitions: Definitions) -> None:
    replace(folder, V, "pathway: vipoma\nversion: 1.0.0\n", "version: 1.0.0\npathway: vipoma\n")
    assert load_pathways(folder).content_hash == definitions.content_hash


def test_comments_and_layout_do_not_change_the_hash(folder: Path, definitions: Definitions) -> None:
    replace(folder, V, "\ntitle: VIPoma\n", "\n# a remark\ntitle:   'VIPoma'\n\n")
    assert load_pathways(folder).content_hash == definitions.content_hash


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (V, "\ntitle: VIPoma\n", "\ntitle: VIPOMA\n"),
        ("readings.yaml", "title: Distant\n", "title: Distant spread\n"),
        ("source.yaml", 'pmid: "26389340"', 'pmid: "26389341"'),
        (V, "start: 36236", "start: 36235"),
    ],
    ids=["wording", "reading", "source", "passage"],
)
def test_any_change_of_content_changes_the_hash(folder: Path, definitions: Definitions, file: str, old: str, new: str) -> None:
    replace(folder, file, old, new)
    assert load_pathways(folder).content_hash != definitions.content_hash


def test_another_order_of_asking_changes_the_hash(folder: Path, definitions: Definitions) -> None:
    """The answers' order decides which fact is asked next, so the definitions do not mean the same."""
    old = "          none: duodenum_without_pancreas\n          one: site\n          several: several_removable\n"
    new = "          several: several_removable\n          one: site\n          none: duodenum_without_pancreas\n"
    replace(folder, G, old, new)
    changed = load_pathways(folder)
    assert changed.pathways["gastrinoma"].tracks["primary"].facts != definitions.pathways["gastrinoma"].tracks["primary"].facts
    assert changed.content_hash != definitions.content_hash

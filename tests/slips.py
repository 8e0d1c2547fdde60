"""Slips of an author: a text that stands in a file exactly once is replaced; ``»`` marks where the report is to point.

Those of keys, values, names and YAML are here; those of graphs, statements and shared files in `graph_slips`.
"""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from pnet_pathways import DefinitionError, load_pathways

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

SLIPS_OF_TEXT = {
    # Keys and kinds of values
    "unknown key": Slip(
        V,
        "    title: Primary tumor\n",
        "    title: Primary tumor\n    »color: blue\n",
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
        '  - id: VIP-2\n    label: "VIPoma: resection of a primary tumor"\n',
        "  - »id: VIP-2\n",
        "the key 'label' is missing",
    ),
    "number for text": Slip(V, "version: 1.0.0", "»version: 1.0", "'version' takes text, not 1.0 (put it in quotes)"),
    "address that is no site's": Slip(
        "source.yaml",
        "site: https://www.cancer.gov",
        "»site: javascript://www.cancer.gov",
        "'javascript://www.cancer.gov' is not the address of a site (e.g. https://example.org)",
    ),
    "path that leaves the site": Slip(
        "source.yaml",
        "page: /types/pancreatic/patient/",
        "»page: .other.example/",
        "'.other.example/pnet-treatment-pdq' is not the path of a page (e.g. /summary)",
    ),
    "text for number": Slip(
        V, "{item: 1, ", '{»item: "1", ', "'item' takes a whole number, not the text '1' (leave out the quotes)"
    ),
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
    "no YAML": Slip(
        V, "title: VIPoma", "title: VIPoma»: a", "this is not valid YAML: mapping values are not allowed in this context"
    ),
    # Names that nothing has
    "misspelt fact in a condition": Slip(
        G,
        "when: {pancreatic_tumors: several, residual_after_surgery: true}",
        "when: {pancreatic_tumors: several, »residual_after_surgry: true}",
        "unknown fact 'residual_after_surgry' (did you mean 'residual_after_surgery'?)",
    ),
    "misspelt value in a condition": Slip(
        G,
        "when: {pancreatic_tumors: several, residual_after_surgery: false}",
        "when: {»pancreatic_tumors: severall, residual_after_surgery: false}",
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
        "entry.yaml",
        "gap_when: {primary_removed: false}",
        "»gap_when: allways",
        "a condition is a mapping or 'always', not 'allways'",
    ),
    "misspelt fact in the graph": Slip(
        G,
        "      lymph_nodes_refractory:\n        asks: refractory\n",
        "      lymph_nodes_refractory:\n        »asks: refractry\n",
        "'lymph_nodes_refractory' asks an unknown fact 'refractry' (did you mean 'refractory'?)",
    ),
    "misspelt answer in the graph": Slip(
        G,
        "          body or tail or body and tail: body_or_tail\n",
        "          »body or tial or body and tail: body_or_tail\n",
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
        V,
        "    readings: [R-14]\n    locators:\n",
        "    readings: [»R14]\n    locators:\n",
        "unknown reading 'R14' (did you mean 'R-14'?)",
    ),
    "misspelt reading of an option": Slip(
        G,
        "{item: 2, treatments: [tumor_removal], requires: {resectable: true}, readings: [R-1]}",
        "{item: 2, treatments: [tumor_removal], requires: {resectable: true}, readings: [»R1]}",
        "unknown reading 'R1' (did you mean 'R-1'?)",
    ),
    "misspelt reading of a leaf": Slip(
        O,
        "readings: [R-3, R-9, R-11, R-29]",
        "readings: [R-3, R-9, »R.11, R-29]",
        "unknown reading 'R.11' (did you mean 'R-11'?)",
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
    "link without a word": Slip(
        V, "end: 36332, sha256: ", "end: 36332, »link_from: '...', sha256: ", "'link_from' holds no word"
    ),
    "link with an end alone": Slip(
        V,
        "end: 36332, sha256: ",
        "end: 36332, »link_to: lost, sha256: ",
        "a link with words to end with needs words to begin with (add link_from)",
    ),
    "broken checksum": Slip(V, "sha256: eeea673777", "»sha256: EEEA673777", "a SHA-256 is 64 hexadecimal digits"),
}

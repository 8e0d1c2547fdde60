"""The report page as text: what stands in it, that it needs nothing else, and that texts from files stay text.

What it does in a browser is in ``tests/browser``.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import attrs
import pytest
from typer.testing import CliRunner, Result

from pnet_pathways import Case, load_pathways
from pnet_pathways.cli.main import app
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.errors import RenderError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review import Review, ReviewStatus
from pnet_pathways.model.scenario_rows import LeafKind
from pnet_pathways.proof.verify.verification import Claim, ClaimVerdict, verify
from pnet_pathways.views import report
from pnet_pathways.views.report import report_html
from pnet_pathways.views.report.tables import NO_ANSWER, as_script, evaluator_data
from project import DEFINITIONS, DIAGRAMS

HOSTILE = "</script><script>window.hit=1</script><img src=x onerror='hit()'> \"] & \\N {{ 7*7 }} é"


@attrs.define
class Element:
    """An element with its attributes and all the text in it."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""


class Reader(HTMLParser):
    """Reads a page into a list of its elements, in order."""

    VOID = frozenset({"meta", "input", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(self.elements[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def read(page: str) -> list[Element]:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader.elements


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load_pathways()


@pytest.fixture(scope="module")
def page(definitions: Definitions) -> str:
    return report_html(definitions)


@pytest.fixture(scope="module")
def elements(page: str) -> list[Element]:
    return read(page)


def by_id(elements: list[Element], identifier: str) -> Element:
    (found,) = [one for one in elements if one.attributes.get("id") == identifier]
    return found


def test_the_page_needs_nothing_but_itself(elements: list[Element], page: str) -> None:
    loading = {"src", "srcset", "data", "action", "formaction", "poster", "background", "style"}
    assert not [one for one in elements if loading & set(one.attributes)]
    assert not {one.tag for one in elements} & {"link", "img", "iframe", "object", "embed", "base", "image", "use"}
    assert not re.findall(r"@import|url\(", "".join(one.text for one in elements if one.tag == "style"))
    assert len(page.encode()) < 3_000_000


def test_scripts_and_styles_run_only_as_they_are(elements: list[Element]) -> None:
    (policy,) = [one.attributes["content"] for one in elements if one.attributes.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert len([one for one in elements if one.tag in {"style", "script"}]) == 3
    assert not [name for one in elements for name in one.attributes if name.startswith("on")]


def test_links_lead_to_the_summary_or_within_the_page(elements: list[Element]) -> None:
    ids = [one.attributes["id"] for one in elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for link in (one for one in elements if one.tag == "a"):
        target = link.attributes.get("href") or link.attributes.get("xlink:href") or ""
        assert target.startswith("https://www.cancer.gov/") or target.removeprefix("#") in ids, target
        assert not target.startswith("http") or link.attributes["rel"] == "noopener"


def test_every_statement_stands_in_the_page_with_condition_options_and_place(
    definitions: Definitions, elements: list[Element]
) -> None:
    for pathway in definitions.pathways.values():
        for statement in pathway.statements:
            row = words(by_id(elements, f"statement-{statement.id}").text)
            assert statement.label in row
            assert statement.condition.describe(definitions.words) in row
            for option in statement.options:
                assert all(definitions.treatments[one].label in row for one in (*option.treatments, *option.optional))
                assert {"usual": "usually", "rare": "rarely", "may": "may"}[option.strength] in row
            for locator in statement.locators:
                assert words(f"“{locator.first} … {locator.last}” {locator.section}, characters {locator.start}") in row
            for reading in statement.readings:
                assert reading in row


def test_every_gap_stands_in_the_page_with_its_findings(definitions: Definitions, elements: list[Element]) -> None:
    for pathway in definitions.pathways.values():
        text = words(by_id(elements, f"pathway-{pathway.name}").text)
        gaps = [leaf for track in pathway.tracks.values() for leaf in track.leaves if leaf.kind is LeafKind.GAP]
        assert all(leaf.message in text for leaf in gaps)
    insulinoma = words(by_id(elements, "pathway-insulinoma").text)
    assert "not in the body, not in the tail, large, removable by surgery For one large insulinoma" in insulinoma


def test_readings_advice_and_disclaimer_stand_in_the_page(definitions: Definitions, elements: list[Element]) -> None:
    for reading in definitions.readings.values():
        assert reading.text in words(by_id(elements, f"reading-{reading.id}").text)
    readings = words(by_id(elements, "readings").text)
    assert all(words(advice.text) in readings for advice in definitions.advice)
    assert all(entry.note in readings for entry in definitions.entry.types.values())
    (head,) = [one.text for one in elements if one.attributes.get("class") == "head"]
    assert definitions.source.disclaimer in words(head)


def test_every_committed_diagram_stands_in_the_page_once(page: str) -> None:
    for path in sorted(DIAGRAMS.glob("*.svg")):
        drawn = path.read_text()
        assert page.count(drawn[drawn.index("<svg") :].strip()) == 1, path.name


def test_the_same_definitions_give_the_same_bytes(page: str) -> None:
    assert report_html(load_pathways()) == page


def test_without_a_verification_the_page_says_so(elements: list[Element]) -> None:
    assert "written without a verification" in words(by_id(elements, "verification").text)


def test_a_verification_is_shown_claim_by_claim(definitions: Definitions) -> None:
    report = verify(definitions, composed_cases=0)
    first, *others = report.claims
    broken = attrs.evolve(report, claims=(Claim(first.id, ClaimVerdict.NOT_PROVEN, {}, (), "the reason"), *others))
    text = words(by_id(read(report_html(definitions, verification=broken)), "verification").text)
    assert "the reason" in text
    assert f"{first.title}not proven" in text
    assert all(f"{claim.title}passed" in text for claim in others)
    assert "597 scenarios" in text
    assert definitions.content_hash[:12] in text


def test_each_pathway_says_what_the_reviews_say_of_it(definitions: Definitions) -> None:
    damaged = Review(ReviewStatus.DAMAGED)
    shown = read(report_html(attrs.evolve(definitions, reviews={"vipoma": damaged})))
    assert f"review: {damaged.words}" in words(by_id(shown, "pathway-vipoma").text)
    assert "review: never reviewed" in words(by_id(shown, "pathway-insulinoma").text)
    data = json.loads(by_id(shown, "data").text)
    assert data["reviews"]["vipoma"] == damaged.to_dict()
    assert data["unapproved"] == {name: damaged.words if name == "vipoma" else "never reviewed" for name in data["reviews"]}
    assert data["bearing"]["vipoma"] == list(definitions.entry.bears_on("vipoma"))


def test_verbatim_passages_stand_beside_their_statement(definitions: Definitions, page: str) -> None:
    passages = {one.id: () for pathway in definitions.pathways.values() for one in pathway.statements}
    shown = read(report_html(definitions, passages={**passages, "INS-1": ("A passage <b>as it stands</b>.",)}))
    assert "A passage <b>as it stands</b>." in by_id(shown, "statement-INS-1").text
    assert "<blockquote>" not in page


def test_hostile_texts_are_shown_as_texts(tmp_path: Path) -> None:
    folder = tmp_path / "pathways"
    shutil.copytree(DEFINITIONS, folder)
    text = json.dumps(HOSTILE)

    def replace(name: str, *pairs: tuple[str, str]) -> None:
        content = (folder / name).read_text()
        for old, new in pairs:
            assert old in content
            content = content.replace(old, new, 1)
        (folder / name).write_text(content)

    replace("facts.yaml", ("question: Can the tumor be removed by surgery?", f"question: {text}"))
    replace(
        "vipoma.yaml",
        ("title: VIPoma", f"title: {text}"),
        ("does_not_apply: No spread, and no growth during treatment.", f"does_not_apply: {text}"),
        ("label: Every VIPoma, removal", f"label: {text}"),
    )
    replace("readings.yaml", ("title: Not used", f"title: {text}"))
    found = read(report_html(load_pathways(folder)))
    assert len([one for one in found if one.tag == "script"]) == 2
    assert not [one for one in found if one.tag == "img"]
    assert HOSTILE in by_id(found, "pathway-vipoma").text
    assert HOSTILE in by_id(found, "readings").text
    data = json.loads(by_id(found, "data").text)
    assert data["readings"]["R-13"]["title"] == HOSTILE


def test_data_cannot_close_the_script_it_stands_in() -> None:
    text = as_script({"text": "</script><!-- \u2028"})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"text": "</script><!-- \u2028"}


# The evaluator's tables


def test_each_track_has_its_exact_answer_to_every_partial_case(definitions: Definitions) -> None:
    tables, vocabulary = list(engine_for(definitions).compiled.tables.values()), definitions.vocabulary
    for table, track in zip(tables, evaluator_data(definitions)["tracks"], strict=True):
        domains = [(None, *vocabulary.facts[name].domain) for name in table.facts]
        assert len(track["index"]) == math.prod(map(len, domains))
        for number, values in zip(track["index"], itertools.product(*domains), strict=True):
            known = {name: value for name, value in zip(table.facts, values, strict=True) if value is not None}
            if not vocabulary.consistent(known):
                assert number == NO_ANSWER
                continue
            answer = table.answer(tuple(known.get(name) for name in vocabulary.facts))
            found = track["answers"][number]
            offered = [(track["options"][place], certain, names) for place, certain, names in found["offered"]]
            assert [
                (one.option.statement, list(one.option.treatments), one.certain, list(one.depends_on)) for one in answer.offered
            ] == [(option["statement"], option["treatments"], bool(certain), names) for option, certain, names in offered]
            assert found["missing"] == sorted(answer.missing, key=lambda name: vocabulary.facts[name].code)
            assert (found["silence"] is None) == (answer.silence is None)


def test_linked_findings_have_exactly_the_rows_that_the_rules_allow(definitions: Definitions) -> None:
    vocabulary = definitions.vocabulary
    data = evaluator_data(definitions)["vocabulary"]
    assert [set(one["facts"]) for one in data["linked"]] == [set(one) for one in vocabulary.linked_sets]
    for linked in data["linked"]:
        domains = [vocabulary.facts[name].domain for name in linked["facts"]]
        rows = {tuple(domain[code - 1] for domain, code in zip(domains, row, strict=True)) for row in linked["rows"]}
        for values in itertools.product(*domains):
            known = dict(zip(linked["facts"], values, strict=True))
            assert (values in rows) == (not vocabulary.broken_rules(known)) == vocabulary.consistent(known)
    reasons = [rule["because"] for linked in data["linked"] for rule in linked["rules"]]
    assert sorted(reasons) == sorted(rule.because for rule in vocabulary.rules)


def asked_as_a_group(definitions: Definitions) -> set[str]:
    questions = (
        one for pathway in definitions.pathways.values() for track in pathway.tracks.values() for one in track.questions
    )
    return {one.asks for one in questions} & set(definitions.vocabulary.groups)


def test_the_form_asks_every_fact_once_and_as_a_group_what_a_graph_asks_as_one(
    definitions: Definitions, elements: list[Element]
) -> None:
    vocabulary = definitions.vocabulary
    whole = asked_as_a_group(definitions)
    assert whole
    fields = [one.attributes["data-fact"] for one in elements if one.tag == "fieldset"]
    assert fields == list(dict.fromkeys(fact.group if fact.group in whole else name for name, fact in vocabulary.facts.items()))
    for name in whole:
        boxes = [one.attributes for one in elements if one.tag == "input" and one.attributes["name"] == name]
        assert {one["type"] for one in boxes} == {"checkbox"}
        assert [one["value"] for one in boxes] == [*vocabulary.groups[name].members, "none"]


def test_the_plans_are_the_librarys(definitions: Definitions) -> None:
    data = evaluator_data(definitions)
    plans = engine_for(definitions).plans
    assert data["plans"] == {key or "": {**plan.to_dict(), "reads": sorted(plan.reads)} for key, plan in plans.items()}
    named = {f"{track['pathway']}.{track['name']}" for track in data["tracks"]}
    assert {table for plan in data["plans"].values() for table in plan["tables"]} == named


def test_no_script_and_no_template_names_a_fact_or_a_group(definitions: Definitions) -> None:
    """They take the vocabulary as data."""
    vocabulary = definitions.vocabulary
    names = {*vocabulary.facts, *vocabulary.groups} - {"course"}  # a section of the overview, too
    for path in Path(report.__file__).parent.iterdir():
        if path.suffix in {".js", ".jinja"}:
            found = set(re.findall(r"[\w.]+", path.read_text("utf-8"))) & names
            assert found == set(), path.name


def test_every_answer_in_a_diagram_leads_to_its_values(definitions: Definitions) -> None:
    vocabulary = definitions.vocabulary
    for track in evaluator_data(definitions)["tracks"]:
        own = definitions.pathways[track["pathway"]].tracks[track["name"]]
        for question in own.questions:
            shown: list[dict[str, Any]] = track["marks"][question.name]["answers"]
            assert track["marks"][question.name]["asks"] == question.asks
            values = [[vocabulary.answer(question.asks, value) for value in one.values] for one in question.answers]
            assert [one["values"] for one in shown] == values
            assert [one["name"] for one in shown] == [one.name for one in question.answers]


def test_every_state_is_drawn_on_some_page_and_what_is_cut_off_begins_another(
    definitions: Definitions, elements: list[Element]
) -> None:
    pages = json.loads(by_id(elements, "data").text)["pages"]
    for pathway in definitions.pathways.values():
        for track in pathway.tracks.values():
            pieces = [
                piece
                for page in pages
                for piece in page["pieces"]
                if page["diagram"] == pathway.name and piece["track"] == track.name
            ]
            assert {name for piece in pieces for name in piece["states"]} == set(track.states)
            begins = {piece["states"][0] for piece in pieces}
            assert begins == {track.start, *(name for piece in pieces for name in piece["cut"])}


def test_an_option_has_the_contracts_keys_in_its_order(definitions: Definitions) -> None:
    """What depends on the case is put in where its key stands, so that answers are equal to the byte."""
    answer = engine_for(definitions).recommend(Case()).to_dict()
    options = [option for track in evaluator_data(definitions)["tracks"] for option in track["options"]]
    assert {tuple(option) for option in options} == {tuple(answer["options"][0])}
    assert {(option["certainty"], option["depends_on"]) for option in options} == {(None, None)}


# The command


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


def test_the_command_writes_the_page_and_names_it(tmp_path: Path, page: str) -> None:
    done = run("--no-verify", "--output", tmp_path / "page.html")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{tmp_path / 'page.html'}\n"
    assert (tmp_path / "page.html").read_text("utf-8") == page


def test_the_command_refuses_a_copy_that_is_not_the_summary_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "copy.txt").write_text("something else")
    done = run("--no-verify", "--source", tmp_path / "copy.txt", "--output", tmp_path / "page.html")
    assert done.exit_code == 2
    assert "copy.txt" in done.stderr
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(("place", "message"), [("none/page.html", "No such file or directory"), (".", "is a folder")])
def test_a_place_where_no_file_can_be_written_is_named_before_verification(
    place: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pnet_pathways.proof.verify.verification.verify", lambda *_, **__: pytest.fail("verified for nothing"))
    done = run("--output", tmp_path / place)
    assert done.exit_code == 2
    assert f"pnet: {tmp_path / place}: {message}" in done.stderr


def test_no_such_engine_is_the_error_that_rendering_raises() -> None:
    with pytest.raises(RenderError, match=r"there is no engine 'neato' \(engines: bundled, system\)"):
        report_html(engine="neato")


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(RenderError, match=r"pip install 'pnet-pathways\[report\]'"):
        report_html()

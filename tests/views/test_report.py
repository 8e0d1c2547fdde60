"""The report page as text: what stands in it, that it needs nothing else, and that texts from files stay text.

What it does in a browser is in ``tests/browser``, its data in ``test_report_data``.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner, Result

from pnet_pathways import load_pathways
from pnet_pathways.cli.main import app
from pnet_pathways.engine.recommend import engine_for
from pnet_pathways.model.claims import ClaimId
from pnet_pathways.model.errors import RenderError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review import Review, ReviewStatus
from pnet_pathways.model.review_items import ItemKind, readings_to_review, review_items
from pnet_pathways.proof.verify.claims import Claim, ClaimVerdict, TrackCount, VerificationReport
from pnet_pathways.views.diagrams.svg import with_prefix
from pnet_pathways.views.report import report_html
from pnet_pathways.views.report.consequences import consequences, in_all
from pnet_pathways.views.report.tables import as_script
from project import DEFINITIONS, DIAGRAMS
from views.report_page import Element, by_id, read, words

HOSTILE = "</script><script>window.hit=1</script><img src=x onerror='hit()'> \"] & \\N {{ 7*7 }} é"


@pytest.fixture(scope="module")
def elements(page: str) -> list[Element]:
    return read(page)


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
            for condition in (statement.condition, *(one for _, one in statement.also)):
                assert condition.describe(definitions.words) in row
            for option in statement.options:
                assert all(definitions.treatments[one].label in row for one in (*option.treatments, *option.optional))
                assert {"usual": "usually", "rare": "rarely", "may": "may"}[option.strength] in row
            for locator in statement.locators:
                assert words(f"“{locator.first} … {locator.last}” {locator.section}") in row
            for reading in statement.readings:
                assert reading in row


def test_every_gap_stands_in_the_page_with_its_findings(definitions: Definitions, elements: list[Element]) -> None:
    for pathway in definitions.pathways.values():
        for item in review_items(pathway):
            if item.kind is ItemKind.GAP:
                assert item.label in words(by_id(elements, f"gap-{pathway.name}-{item.id}").text)
    insulinoma = words(by_id(elements, "gap-insulinoma-primary.large_head").text)
    (head,) = [one for one in definitions.pathways["insulinoma"].tracks["primary"].leaves if one.name == "large_head"]
    found = "not in the body, not in the tail, large, primary tumor resectable "
    assert insulinoma.index(head.message) < insulinoma.index(f"When {found}")
    assert definitions.readings["R-2"].alternatives["on_its_own"].text in insulinoma.partition(head.message)[2][:600]


def test_the_gap_of_a_combination_stands_in_the_page_with_its_condition(
    definitions: Definitions, elements: list[Element]
) -> None:
    found = [(name, one) for name, pathway in definitions.pathways.items() for one in pathway.combinations]
    assert found
    for name, one in found:
        text = words(by_id(elements, f"gap-{name}-{one.track}+combination").text)
        assert f"{one.message} When {one.when.describe(definitions.words)}" in text
        assert all(key in text for key in one.readings)


def test_a_statement_says_how_it_reads_under_each_alternative_that_rewrites_it(
    definitions: Definitions, elements: list[Element]
) -> None:
    for one in definitions.alternatives:
        for statement in one.statements:
            row = words(by_id(elements, f"statement-{statement.id}").text)
            _, _, then = row.partition(f"Only as {one.reading} is read here; read the other way")
            assert in_all(consequences(engine_for(definitions), one)) in then
            assert one.text in then
            assert f"It then applies when: {statement.condition.describe(definitions.words)}" in then
            labels = [definitions.treatments[key].label for option in statement.options for key in option.treatments]
            assert all(label in then for label in labels)
    count = sum(len(one.statements) for one in definitions.alternatives)
    gaps = "".join(one.text for one in elements if "gap-card" in (one.attributes.get("class") or ""))
    shown = [one for one in elements if one.tag == "details" and one.attributes.get("class") == "other-way"]
    assert len(shown) == count + gaps.count("Only as ")


def test_a_reading_has_its_evidence_and_its_alternatives(definitions: Definitions, elements: list[Element]) -> None:
    reviewed = {one.id for one in readings_to_review(definitions, definitions.pathways)}
    for reading in definitions.readings.values():
        text = words(by_id(elements, f"reading-{reading.id}").text)
        for locator in (*reading.evidence_for, *reading.evidence_against):
            assert words(f"“{locator.first} … {locator.last}” {locator.section}") in text
        if reading.id in reviewed:
            for found, said in ((reading.evidence_for, "speak for it"), (reading.evidence_against, "speak against it")):
                assert (said in text) == bool(found)
        assert text.count("Read the other way") == len(reading.alternatives)
        for other in reading.alternatives.values():
            changes = in_all(consequences(engine_for(definitions), other))
            assert f"Read the other way: {other.text} {changes}." in text
            assert f"Rewrites {', '.join(other.named)}." in text


def test_readings_advice_and_disclaimer_stand_in_the_page(definitions: Definitions, elements: list[Element]) -> None:
    for reading in definitions.readings.values():
        assert reading.text in words(by_id(elements, f"reading-{reading.id}").text)
    besides = words(by_id(elements, "besides").text)
    assert all(words(advice.text) in besides for advice in definitions.advice)
    assert all(entry.note in besides for entry in definitions.entry.types.values())
    (head,) = [one.text for one in elements if one.attributes.get("class") == "head"]
    assert definitions.source.disclaimer in words(head)


def test_every_committed_diagram_stands_in_the_page_once(page: str) -> None:
    for path in sorted(DIAGRAMS.glob("*.svg")):
        drawn = with_prefix(path.read_text(), "picture-")  # the page has ids of its own
        assert page.count(drawn[drawn.index("<svg") :].strip()) == 1, path.name


def test_the_same_definitions_give_the_same_bytes(page: str) -> None:
    assert report_html(load_pathways()) == page


def test_without_a_verification_the_page_says_so(elements: list[Element]) -> None:
    assert "written without a verification" in words(by_id(elements, "verification").text)


def test_a_verification_is_shown_claim_by_claim(definitions: Definitions) -> None:
    first, *others = (Claim(one, ClaimVerdict.PASSED, {"scenarios": 12345}) for one in ClaimId)
    claims = (Claim(first.id, ClaimVerdict.NOT_PROVEN, {}, (), "the reason"), *others)
    tracks = tuple(TrackCount("vipoma", name, (), 11, 27) for name in definitions.pathways["vipoma"].tracks)
    broken = VerificationReport(DEFINITIONS.name, definitions.version, definitions.content_hash, tracks, claims)
    shown = read(report_html(definitions, verification=broken))
    text = words(by_id(shown, "verification").text)
    assert "the reason" in text
    assert f"{first.title}not proven" in text
    assert all(f"{claim.title}passed" in text for claim in others)
    assert text.count("12,345 scenarios") == len(others)
    vipoma = words(by_id(shown, "pathway-vipoma").text)
    assert f"{len(tracks)} tracks, {11 * len(tracks)} scenarios and {27 * len(tracks)} partial cases verified" in vipoma
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
    assert "<blockquote" not in page


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

    replace("facts.yaml", ("question: Can the primary tumor be removed by surgery?", f"question: {text}"))
    replace(
        "vipoma.yaml",
        ("title: VIPoma", f"title: {text}"),
        ("does_not_apply: No spread, and no growth during treatment.", f"does_not_apply: {text}"),
        ('label: "VIPoma: resection of a primary tumor"', f"label: {text}"),
    )
    replace("readings.yaml", ("title: MEN1, age and general health are not used", f"title: {text}"))
    found = read(report_html(load_pathways(folder)))
    assert len([one for one in found if one.tag == "script"]) == 2
    assert not [one for one in found if one.tag == "img"]
    assert HOSTILE in by_id(found, "pathway-vipoma").text
    assert HOSTILE in by_id(found, "statement-VIP-2").text
    assert HOSTILE in by_id(found, "readings").text
    data = json.loads(by_id(found, "data").text)
    assert data["readings"]["R-13"]["title"] == HOSTILE


def test_data_cannot_close_the_script_it_stands_in() -> None:
    text = as_script({"text": "</script><!-- \u2028"})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"text": "</script><!-- \u2028"}


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

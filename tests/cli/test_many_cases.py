"""Several cases at once: ``pnet recommend CASES...``, JSON Lines, saved answers, and what is said of those that are none."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from commands import output, pnet
from pnet_pathways import Case, recommend
from pnet_pathways.cli import quick
from pnet_pathways.model.errors import MOST_SHOWN
from pnet_pathways.model.pathway import Definitions

VIPOMA, INSULINOMA = ({"tumor_type": name, "resectable": True} for name in ("vipoma", "insulinoma"))
BAD = {"tumor_typ": "vipoma"}


def written(path: Path, cases: Iterable[object]) -> Path:
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in cases), "utf-8")
    return path


def answers(shown: str, definitions: Definitions) -> list[dict[str, object]]:
    """Return the cases of answers in lines, each of which is the whole answer of the library."""
    cases = []
    for line in shown.splitlines():
        case = json.loads(line)["case"]
        assert line == recommend(Case.from_dict(case), definitions).to_json()
        cases.append(case)
    return cases


def test_each_case_is_answered_under_the_name_of_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = written(Path("a.json"), [VIPOMA]), written(Path("b.json"), [INSULINOMA])
    alone = [output("recommend", one) for one in (first, second)]
    assert output("recommend", first, second) == f"==> a.json <==\n{alone[0]}\n==> b.json <==\n{alone[1]}"
    marked = [output("recommend", one, "--format", "markdown") for one in (first, second)]
    both = output("recommend", first, second, "--format", "markdown")
    assert both == f"**a.json**\n\n{marked[0]}\n**b.json**\n\n{marked[1]}"


@pytest.mark.parametrize("ending", ["jsonl", "ndjson", "JSONL"])
def test_lines_of_a_file_are_cases(ending: str, tmp_path: Path, definitions: Definitions) -> None:
    file = written(tmp_path / f"cases.{ending}", ["\ufeff" + json.dumps(VIPOMA), "", INSULINOMA])
    assert answers(output("recommend", file, "--format", "jsonl"), definitions) == [VIPOMA, INSULINOMA]
    heads = [line for line in output("recommend", file).splitlines() if line.startswith("==>")]
    assert [head.rsplit(":", 1)[1] for head in heads] == ["1 <==", "3 <=="]
    assert not quick.plain(["recommend", str(file)])


def test_standard_input_holds_a_case_or_for_jsonl_one_in_each_line(definitions: Definitions) -> None:
    lines = f"{json.dumps(VIPOMA)}\n{json.dumps(INSULINOMA)}"
    assert answers(output("recommend", "-", "--format", "jsonl", text=lines), definitions) == [VIPOMA, INSULINOMA]
    assert output("recommend", "-", text=json.dumps(VIPOMA, indent=2)).startswith("VIPoma")


def test_files_and_lines_are_answered_in_their_order(tmp_path: Path, definitions: Definitions) -> None:
    one = written(tmp_path / "one.json", [VIPOMA])
    two = written(tmp_path / "two.jsonl", [INSULINOMA, VIPOMA])
    shown = output("recommend", two, one, "-", "--format", "jsonl", text=json.dumps(INSULINOMA))
    assert answers(shown, definitions) == [INSULINOMA, VIPOMA, VIPOMA, INSULINOMA]


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_a_saved_answer_is_taken_as_its_case(format: str, tmp_path: Path) -> None:
    case = written(tmp_path / "case.json", [VIPOMA])
    saved = tmp_path / "answer.json"
    saved.write_text(output("recommend", case, "--format", format), "utf-8")
    assert output("recommend", saved) == output("recommend", case)
    assert output("recommend", "-", text=saved.read_text("utf-8")) == output("recommend", case)
    assert not quick.answered(["recommend", str(saved)])


def test_facts_beside_a_case_are_not_lost(tmp_path: Path) -> None:
    both = written(tmp_path / "both.json", [{"case": VIPOMA, "tumor_type": "insulinoma"}])
    for words in (("recommend",), ("coverage", "vipoma")):
        done = pnet(*words, both)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "case: no such fact" in done.stderr


def test_every_bad_case_is_named_and_no_good_one_is_lost(tmp_path: Path, definitions: Definitions) -> None:
    good = written(tmp_path / "good.json", [VIPOMA])
    lines = written(tmp_path / "lines.jsonl", [BAD, INSULINOMA, "{", {"primary_removed": True, "resectable": True}])
    with lines.open("ab") as file:
        file.write(b'{"tumor_type": "\xff"}\n')
    empty = written(tmp_path / "empty.jsonl", ["", ""])
    latin = tmp_path / "latin.json"
    latin.write_bytes(b"\xff")
    missing = tmp_path / "missing.json"
    done = pnet("recommend", lines, missing, empty, latin, tmp_path, good, "--format", "jsonl")
    assert done.exit_code == 2
    assert answers(done.stdout, definitions) == [INSULINOMA, VIPOMA]
    said = [line.removeprefix("pnet: ").removeprefix("  - ") for line in done.stderr.splitlines()]
    for start in (
        f"{lines}:1: tumor_typ: no such fact (did you mean 'tumor_type'?)",
        f"{lines}:3: line 1, column 2: not valid JSON",
        f"{lines}:4: primary_removed and resectable: ",
        f"{lines}:5: this is not UTF-8 text (byte 16)",
        f"{missing}: No such file or directory",
        f"{empty}: holds no case",
        f"{latin}: this is not UTF-8 text (byte 0)",
        f"{tmp_path}: Is a directory",
    ):
        assert [line for line in said if line.startswith(start)], (start, done.stderr)
    assert said[-1] == "no answer to 8 of 10 cases"


def test_no_bad_case_is_left_out_of_many(tmp_path: Path) -> None:
    count = 2 * MOST_SHOWN
    done = pnet("recommend", written(tmp_path / "bad.jsonl", [BAD] * count))
    assert (done.exit_code, done.stdout) == (2, "")
    assert all(f"bad.jsonl:{number}: tumor_typ" in done.stderr.replace("\n", "") for number in range(1, count + 1))


def test_a_case_whose_pathway_is_not_approved_is_named(tmp_path: Path) -> None:
    file = written(tmp_path / "cases.jsonl", [{"tumor_type": "carcinoma"}, VIPOMA])
    done = pnet("recommend", file, "--require-approved", "--reviews", tmp_path)
    assert done.exit_code == 2
    assert "cases.jsonl:2: " in done.stderr
    assert "vipoma" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a.json", "b.json", "--format", "json"], "--format json is one answer; --format jsonl prints one in each line"),
        (["a.jsonl", "--format", "json"], "--format jsonl prints one in each line"),
        (["a.json", "b.json", "--record", "r.json"], "a record holds one answer"),
        (["-", "-"], "standard input can be read once"),
        (["a.json", "b.json", "--reading", "R-0=x"], "R-0"),
        (["a.json", "--explain", "--format", "jsonl"], "--explain is text"),
    ],
)
def test_what_several_cases_cannot_have_is_refused(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.json", "b.json", "a.jsonl"):
        written(Path(name), [VIPOMA])
    done = pnet("recommend", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr.replace("\n", " ")
    assert not Path("r.json").exists()

"""``pnet ask``: a walk at the terminal."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pnet_pathways import Walk, load_pathways, recommend
from pnet_pathways.cli.main import app
from pnet_pathways.engine.text import as_text
from pnet_pathways.model.pathway import Definitions
from project import ROOT

Ask = Callable[..., str]


@pytest.fixture
def ask() -> Ask:
    """Type lines into ``pnet ask`` and return what it shows, with each prompt at a line's end."""

    def asked(*typed: str, arguments: tuple[str, ...] = (), code: int = 0) -> str:
        done = CliRunner().invoke(app, ["ask", *arguments], input="".join(f"{line}\n" for line in typed))
        assert not isinstance(done.exception, Exception), done.exception
        assert done.exit_code == code, done.output
        return done.stdout.replace("> ", "> \n")

    return asked


@pytest.fixture
def known(tmp_path: Path) -> Callable[..., str]:
    """Write a case and return its path."""

    def written(**facts: object) -> str:
        (tmp_path / "case.json").write_text(json.dumps(facts))
        return str(tmp_path / "case.json")

    return written


def answers(file: Path) -> dict[str, object]:
    return {one.fact: one.value for one in Walk.from_json(file.read_text("utf-8")).answers}


QUESTIONS = {
    "tumor_type": "Which tumor is it?",
    "course": "Where is the patient in the course of the disease?",
    "pancreatic_tumors": "How many tumors are there in the pancreas now?",
    "sites": "Where in the pancreas?",
    "size": "Is the tumor small or large?",
    "resectable": "Can the primary tumor be removed by surgery?",
}


def questions(shown: str) -> list[str]:
    """Return the facts asked for, of those named above."""
    names = {text: fact for fact, text in QUESTIONS.items()}
    return [names[line] for line in shown.splitlines() if line in names]


# A whole conversation


def test_questions_are_asked_until_nothing_can_change_the_answer(ask: Ask, known: Callable[..., str]) -> None:
    case = known(tumor_type="insulinoma", spread=[], course="new", symptoms=[])
    shown = ask("one", "head", "large", "no", arguments=(case,))
    assert questions(shown) == ["pancreatic_tumors", "sites", "size", "resectable"]
    tumor: dict[str, object] = {"pancreatic_tumors": "one", "resectable": False, "size": "large", "sites": {"head": True}}
    answer = recommend({"tumor_type": "insulinoma", "spread": [], "course": "new", "symptoms": [], **tumor})
    assert answer.status == "complete"
    assert "INS-2" in {option.statement for option in answer.options}
    assert all(line in shown for line in as_text(answer).splitlines() if "INS-2" in line)


def test_a_complete_case_is_answered_without_a_question(ask: Ask, known: Callable[..., str]) -> None:
    shown = ask(arguments=(known(tumor_type="exocrine"),))
    assert questions(shown) == []
    assert "Exocrine cancer: out of scope" in shown


def test_a_type_out_of_scope_ends_the_questions(ask: Ask) -> None:
    shown = ask("exocrine")
    assert questions(shown) == ["tumor_type"]
    assert "Exocrine cancer: out of scope" in shown


def test_the_end_of_the_input_shows_the_answer_as_it_stands(ask: Ask) -> None:
    assert ask().endswith(as_text(recommend({})))


@pytest.mark.parametrize("word", ["quit", "exit", "q", "QUIT"])
def test_quitting_shows_the_answer_as_it_stands(ask: Ask, word: str) -> None:
    shown = ask("insulinoma", word, "no")
    assert shown.endswith(as_text(recommend({"tumor_type": "insulinoma"})))
    assert questions(shown) == ["tumor_type", "course"]


def test_a_question_comes_with_its_help_and_numbered_answers(ask: Ask, definitions: Definitions) -> None:
    text = definitions.vocabulary.facts["tumor_type"]
    shown = ask()
    assert f"{text.question}\n  {text.help}\n  1. gastrinoma\n  2. insulinoma\n" in shown
    assert "  4. VIPoma\n" in shown


# Ways to answer


@pytest.mark.parametrize("typed", ["vipoma", "VIPoma", "4", " vipoma ", "VIPOMA"])
def test_an_answer_is_its_number_name_or_label(ask: Ask, tmp_path: Path, typed: str) -> None:
    ask(typed, arguments=("--save", str(tmp_path / "walk.json")))
    assert answers(tmp_path / "walk.json") == {"tumor_type": "vipoma"}


@pytest.mark.parametrize("typed", ["another functional type", "Another Functional Type"])
def test_an_answer_is_its_label_where_that_is_another_word_than_its_name(ask: Ask, tmp_path: Path, typed: str) -> None:
    ask(typed, arguments=("--save", str(tmp_path / "walk.json")))
    assert answers(tmp_path / "walk.json") == {"tumor_type": "other"}


@pytest.mark.parametrize(
    ("typed", "value"), [("yes", True), ("y", True), ("1", True), ("no", False), ("N", False), ("2", False)]
)
def test_yes_and_no_can_be_typed_short(ask: Ask, known: Callable[..., str], tmp_path: Path, typed: str, value: bool) -> None:
    ask(typed, arguments=(known(tumor_type="somatostatinoma", course="new"), "--save", str(tmp_path / "walk.json")))
    assert answers(tmp_path / "walk.json") == {"resectable": value}


@pytest.mark.parametrize("typed", ["head, tail", "tail head", "head and tail", "Tail, Head", "tail,head"])
def test_several_sites_are_typed_in_any_order(ask: Ask, known: Callable[..., str], tmp_path: Path, typed: str) -> None:
    case = known(tumor_type="insulinoma", course="new")
    ask("skip", typed, arguments=(case, "--save", str(tmp_path / "walk.json")))
    assert answers(tmp_path / "walk.json") == {"sites": ["head", "tail"]}


def test_answers_that_contradict_what_is_known_are_not_offered(ask: Ask, known: Callable[..., str]) -> None:
    shown = ask("none", arguments=(known(tumor_type="insulinoma", course="new", sites={"head": True}),))
    assert "  1. one\n  2. several\n> \n" in shown
    assert "'none' is not an answer here" in shown


@pytest.mark.parametrize("typed", ["none", "nowhere"])
def test_that_no_member_holds_can_be_typed_and_may_contradict_what_is_known(
    ask: Ask, known: Callable[..., str], typed: str
) -> None:
    shown = ask(typed, arguments=(known(tumor_type="insulinoma", course="new", pancreatic_tumors="one"),))
    assert "  1. head\n  2. body\n  3. tail\n  Several can hold: name them all.\n> \n" in shown
    assert "a tumor in the pancreas lies in at least one of its parts" in shown


@pytest.mark.parametrize("typed", ["4", "none", "None of these", "nowhere", " 4 ", "4, 4"])
def test_that_no_member_holds_is_a_numbered_choice_too(ask: Ask, known: Callable[..., str], tmp_path: Path, typed: str) -> None:
    case = known(tumor_type="insulinoma", course="new")
    shown = ask("skip", typed, arguments=(case, "--save", str(tmp_path / "walk.json")))
    assert "  3. tail\n  4. none of these (nowhere)\n  Several can hold: name them all, or none.\n> \n" in shown
    assert answers(tmp_path / "walk.json") == {"sites": []}


@pytest.mark.parametrize("typed", ["1, 4", "head, none", "5"])
def test_none_goes_with_no_member(ask: Ask, known: Callable[..., str], typed: str) -> None:
    shown = ask("skip", typed, arguments=(known(tumor_type="insulinoma", course="new"),))
    assert f"'{typed}' is not an answer here" in shown


@pytest.mark.parametrize("typed", ["", "0", "10", "-1", "²", "tumor", "yes", "head"])
def test_what_is_no_answer_is_refused_and_the_question_asked_again(ask: Ask, typed: str) -> None:
    shown = ask(typed)
    assert f"  '{typed}' is not an answer here" in shown
    assert questions(shown) == ["tumor_type", "tumor_type"]


def test_a_number_of_any_length_is_only_a_wrong_answer(ask: Ask) -> None:
    assert questions(ask("1" * 5000)) == ["tumor_type", "tumor_type"]


def test_a_slip_is_met_with_a_suggestion(ask: Ask) -> None:
    assert "'insulinom' is not an answer here (did you mean 'insulinoma'?)" in ask("insulinom")
    assert "'x' is not an answer here (answers: gastrinoma, insulinoma, " in ask("x")


# Skipping and going back


def test_a_question_that_is_skipped_is_not_asked_again(ask: Ask) -> None:
    shown = ask("insulinoma", "new", "skip", "tail")
    assert questions(shown) == ["tumor_type", "course", "pancreatic_tumors", "sites", "size"]
    assert shown.endswith(as_text(recommend({"tumor_type": "insulinoma", "course": "new", "sites": ["tail"]})))


def test_going_back_takes_the_last_answer_back(ask: Ask) -> None:
    shown = ask("insulinoma", "new", "one", "back")
    assert "  taken back: pancreatic_tumors\n" in shown
    assert questions(shown) == ["tumor_type", "course", "pancreatic_tumors", "sites", "pancreatic_tumors"]


def test_going_back_from_a_skip_asks_the_question_again(ask: Ask) -> None:
    assert questions(ask("insulinoma", "new", "skip", "back")) == [
        "tumor_type",
        "course",
        "pancreatic_tumors",
        "sites",
        "pancreatic_tumors",
    ]


def test_going_back_takes_the_last_answer_back_even_where_a_question_was_skipped_before(ask: Ask) -> None:
    shown = ask("insulinoma", "new", "skip", "tail", "back")
    assert "  taken back: sites\n" in shown
    tumor = ["pancreatic_tumors", "sites", "size", "sites"]
    assert questions(shown) == ["tumor_type", "course", *tumor]


def test_going_back_at_the_start_is_refused(ask: Ask) -> None:
    shown = ask("back")
    assert "  there is no answer to take back\n" in shown
    assert questions(shown) == ["tumor_type", "tumor_type"]


def test_what_was_known_is_not_taken_back(ask: Ask, known: Callable[..., str]) -> None:
    assert "there is no answer to take back" in ask("back", arguments=(known(tumor_type="insulinoma"),))


# Showing and helping


def test_showing_gives_the_answer_as_it_stands_and_asks_again(ask: Ask) -> None:
    shown = ask("insulinoma", "show")
    assert shown.count(as_text(recommend({"tumor_type": "insulinoma"}))) == 2
    assert questions(shown) == ["tumor_type", "course", "course"]


def test_help_tells_everything_that_can_be_typed(ask: Ask) -> None:
    shown = ask("help")
    for word in ("skip", "back", "show", "save FILE", "quit"):
        assert f"\n  {word} " in shown
    assert questions(shown) == ["tumor_type", "tumor_type"]


@pytest.mark.parametrize("typed", ["HELP", "Back", "Skip", "SHOW"])
def test_words_can_be_typed_in_capitals_as_answers_can(ask: Ask, typed: str) -> None:
    assert "is not an answer here" not in ask(typed)


# Saving and resuming


def test_a_walk_is_saved_after_every_answer(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    ask("insulinoma", "new", arguments=("--save", str(file)))
    assert answers(file) == {"tumor_type": "insulinoma", "course": "new"}


def test_a_walk_is_saved_after_taking_back(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    ask("insulinoma", "new", "back", arguments=("--save", str(file)))
    assert answers(file) == {"tumor_type": "insulinoma"}


def test_a_walk_can_be_saved_at_any_time_and_is_kept_from_then_on(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    shown = ask("insulinoma", f"save {file}", "new")
    assert f"  saved; go on with: pnet ask --resume {file}\n" in shown
    assert answers(file) == {"tumor_type": "insulinoma", "course": "new"}


def test_a_saved_walk_goes_on_where_it_stood(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    ask("insulinoma", "new", arguments=("--save", str(file)))
    shown = ask("one", arguments=("--resume", str(file)))
    assert questions(shown) == ["pancreatic_tumors", "sites"]
    assert answers(file) == {"tumor_type": "insulinoma", "course": "new", "pancreatic_tumors": "one"}


def test_a_resumed_walk_can_be_saved_elsewhere(ask: Ask, tmp_path: Path) -> None:
    file, other = tmp_path / "walk.json", tmp_path / "other.json"
    ask("insulinoma", arguments=("--save", str(file)))
    ask("new", arguments=("--resume", str(file), "--save", str(other)))
    assert list(answers(file)) == ["tumor_type"]
    assert list(answers(other)) == ["tumor_type", "course"]


def test_saving_needs_a_name(ask: Ask) -> None:
    assert "  say where: save FILE\n" in ask("save")


def test_a_file_that_cannot_be_written_is_said_and_the_walk_goes_on(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "missing" / "walk.json"
    shown = ask(f"save {file}", "insulinoma")
    assert f"  {file} cannot be written: No such file or directory\n" in shown
    assert questions(shown) == ["tumor_type", "tumor_type", "course"]


def test_a_walk_that_was_to_be_saved_and_cannot_ends_with_an_error(tmp_path: Path) -> None:
    file = tmp_path / "missing" / "walk.json"
    done = CliRunner().invoke(app, ["ask", "--save", str(file)], input="insulinoma\n")
    assert (done.exit_code, type(done.exception)) == (2, SystemExit)
    assert "No such file or directory" in done.stderr


def test_a_walk_made_with_other_definitions_is_resumed_only_where_asked(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    ask("insulinoma", arguments=("--save", str(file)))
    data = json.loads(file.read_text("utf-8"))
    data["definition"]["hash"] = "0" * 64
    file.write_text(json.dumps(data))
    refused = CliRunner().invoke(app, ["ask", "--resume", str(file)])
    assert refused.exit_code == 2
    assert "this walk was made with definition version" in refused.stderr
    assert "--other-version" in refused.stderr
    assert questions(ask(arguments=("--resume", str(file), "--other-version"))) == ["course"]


@pytest.mark.parametrize("held", ['{"tumor_type": "vipoma"}', "notes", "\udcff", '{"walk": 2}'])
def test_nothing_but_a_saved_walk_is_overwritten(ask: Ask, tmp_path: Path, held: str) -> None:
    file = tmp_path / "case.json"
    kept = held.encode("utf-8", "surrogateescape")
    file.write_bytes(kept)
    done = CliRunner().invoke(app, ["ask", "--save", str(file)], input="insulinoma\n")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is there and is not a saved walk; name another file, or give --force" in done.stderr
    assert "is there and is not a saved walk" in ask(f"save {file}", "insulinoma")
    assert file.read_bytes() == kept
    ask("insulinoma", arguments=("--save", str(file), "--force"))
    assert json.loads(file.read_text("utf-8"))["answers"] == [{"fact": "tumor_type", "value": "insulinoma"}]


def test_whoever_sits_at_the_terminal_may_overwrite_a_file(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pnet_pathways.cli.asking.at_terminal", lambda: True)
    file = tmp_path / "notes"
    file.write_text("notes")
    ask(f"save {file}", "n", "insulinoma")
    assert file.read_text() == "notes"
    ask(f"save {file}", "y", "insulinoma")
    assert json.loads(file.read_text("utf-8"))["answers"] == [{"fact": "tumor_type", "value": "insulinoma"}]


def test_a_saved_walk_and_an_empty_file_are_overwritten(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    file.touch()
    for type_ in ("insulinoma", "vipoma"):
        ask(type_, arguments=("--save", str(file)))
        assert json.loads(file.read_text("utf-8"))["answers"] == [{"fact": "tumor_type", "value": type_}]


def test_a_saved_walk_is_readable_by_its_owner(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    ask("insulinoma", arguments=("--save", str(file)))
    assert file.stat().st_mode & stat.S_IRUSR


def test_a_refused_answer_leaves_the_walk_as_it_was(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    ask("insulinoma", "nonsense", arguments=("--save", str(file)))
    assert answers(file) == {"tumor_type": "insulinoma"}


# Bands of a number


PUMP = ("--pathways", str(ROOT / "examples" / "documents" / "pump_fault"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2", "cool"), ("69.9", "cool"), ("70", "warm"), ("70 °C", "warm"), ("70°c", "warm"), ("90", "hot"), ("hot", "hot")],
)
def test_a_number_is_the_one_that_was_measured_and_no_place_in_a_list(
    ask: Ask, known: Callable[..., str], tmp_path: Path, typed: str, said: str
) -> None:
    case = known(pump="gear", flow="reduced", leaks=[])
    walk = tmp_path / "walk.json"
    shown = ask(typed, "quit", arguments=(case, *PUMP, "--save", str(walk)))
    assert "  cool: below 70 °C\n  warm: 70 to below 90 °C\n  hot: 90 °C or more\n" in shown
    assert "Type the number in °C, or one of these answers." in shown
    resumed = Walk.from_json(walk.read_text("utf-8"), load_pathways(ROOT / "examples" / "documents" / "pump_fault"))
    assert resumed.case.value("bearing_temperature") == said


@pytest.mark.parametrize("typed", ["nan", "inf", "1e999", "70 bar"])
def test_what_is_no_number_of_the_unit_is_refused(ask: Ask, known: Callable[..., str], typed: str) -> None:
    case = known(pump="gear", flow="reduced", leaks=[])
    assert f"'{typed}' is not an answer here" in ask(typed, "quit", arguments=(case, *PUMP))

"""From facts.yaml to a vocabulary: what is built, and every mistake with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pnet_pathways.loading import vocabulary as reading
from pnet_pathways.loading.vocabulary import plain_facts
from pnet_pathways.loading.yaml_source import read_yaml
from pnet_pathways.model.facts import AnswerText, FactKind
from pnet_pathways.model.values import NOT_APPLICABLE
from project import DEFINITIONS
from small_vocabulary import BLACK, FACTS, WHITE, read

YES_NO = "answers: {yes: {label: yes, phrase: p}, no: {label: no, phrase: q}}"
SPOTS_WITH_BLACK = ("{coat: {all_of: [black, white]}}", "{coat.black: true}")


def changed(*edits: tuple[str, str]) -> str:
    """Return the small vocabulary with texts replaced, each of which stands in it exactly once."""
    text = FACTS
    for old, new in edits:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return text


def problems(text: str, folder: Path) -> list[str]:
    """Return the problems of a text that must not become a vocabulary."""
    vocabulary, found = read(text, folder)
    assert vocabulary is None
    assert found
    return found


# What is built


def test_the_small_vocabulary_is_built_as_it_is_written(tmp_path: Path) -> None:
    vocabulary, found = read(FACTS, tmp_path)
    assert found == []
    assert vocabulary is not None
    assert vocabulary.entry == "animal"
    assert vocabulary.keys == ("animal", "coat", "spotted", "weight", "leash", "indoors", "vaccinated")
    assert list(vocabulary.facts) == [
        *("animal", "coat.black", "coat.white", "spotted", "weight", "leash", "indoors", "vaccinated")
    ]
    assert [fact.kind for fact in vocabulary.facts.values()] == [
        *(FactKind.ONE_OF, FactKind.YES_NO, FactKind.YES_NO, FactKind.YES_NO),
        *(FactKind.BANDS, FactKind.ONE_OF, FactKind.YES_NO, FactKind.YES_NO),
    ]
    assert vocabulary.facts["coat.black"].group == "coat"
    assert vocabulary.facts["coat.black"].otherwise is False
    assert vocabulary.facts["leash"].otherwise is NOT_APPLICABLE
    assert vocabulary.facts["weight"].limits == (5.0, 20.5)
    assert vocabulary.facts["weight"].unit == "kg"
    assert [rule.because for rule in vocabulary.rules] == [
        *("a fish has no coat", "a fish has no coat", "spots need two colors"),
        *("only a dog is on a leash", "only a dog is on a leash", "a heavy dog lives outdoors"),
    ]
    assert vocabulary.rules[-1].about == ("animal", "weight", "indoors")


def test_the_short_words_come_from_answers_or_the_fact_where_none_is_given(tmp_path: Path) -> None:
    vocabulary, _ = read(FACTS, tmp_path)
    assert vocabulary is not None
    words = {name: [text.short for text in fact.texts.values()] for name, fact in vocabulary.facts.items()}
    assert words["animal"] == ["dog", "cat", "fish"]
    assert words["coat.black"] == ["black", "no-black"]
    assert words["leash"] == ["short-leash", "long-leash"]
    assert words["vaccinated"] == ["vaccinated", "no-vaccinated"]
    assert vocabulary.groups["coat"].none == AnswerText("none", "without a coat", "bare")


def test_white_space_in_a_reason_is_collapsed(tmp_path: Path) -> None:
    vocabulary, _ = read(changed(("a heavy dog lives outdoors", "'a heavy  dog\n      lives outdoors'")), tmp_path)
    assert vocabulary is not None
    assert vocabulary.rules[-1].because == "a heavy dog lives outdoors"


def test_two_vocabularies_are_equal_exactly_when_their_data_is(tmp_path: Path) -> None:
    first, again, other = (
        read(text, tmp_path)[0] for text in (FACTS, f"# note\n{FACTS}", changed(("a heavy dog lives", "heavy dogs live")))
    )
    assert first == again
    assert hash(first) == hash(again)
    assert first != other
    assert first != "a vocabulary"


# Mistakes


MISTAKES: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "an unknown kind": (
        [("    kind: bands\n", "    kind: number\n")],
        ["facts.yaml:44:5: 'kind' has no value 'number' (one of yes_no, one_of, group, bands)"],
    ),
    "an unknown key": (
        [("    unit: kg\n", "    unti: kg\n")],
        ["facts.yaml:46:5: unknown key 'unti' (did you mean 'unit'?)"],
    ),
    "an unknown key of a rule": (
        [("    because: a heavy dog lives outdoors\n", "    why: a heavy dog lives outdoors\n")],
        ["facts.yaml:76:5: the key 'because' is missing", "facts.yaml:77:5: unknown key 'why' (keys: never, because)"],
    ),
    "another format": ([("format: 2", "format: 1")], ["facts.yaml:1:1: 'format' has no value 1 (one of 2)"]),
    "a name with a capital": (
        [("  vaccinated:\n", "  Vaccinated:\n")],
        ["facts.yaml:68:3: 'Vaccinated' is not a name (lowercase letters, digits and underscores, a letter first)"],
    ),
    "an answer's name with a dash": (
        [("      medium:", "      middle-weight:")],
        ["facts.yaml:50:7: 'middle-weight' is not a name (lowercase letters, digits and underscores, a letter first)"],
    ),
    "a member's name with a space": (
        [("      black:\n", "      jet black:\n")],
        [
            "facts.yaml:17:7: 'jet black' is not a name (lowercase letters, digits and underscores, a letter first)",
            "facts.yaml:40:36: 'coat' has no member 'black' (did you mean 'jet black'?)",
        ],
    ),
    "no entry": ([("    entry: true\n", "")], ["facts.yaml:2:1: exactly one fact leads to a pathway (entry: true); none does"]),
    "two entries": (
        [("    label: leash\n", "    label: leash\n    entry: true\n")],
        ["facts.yaml:2:1: exactly one fact leads to a pathway (entry: true); these do: animal, leash"],
    ),
    "an entry that is answered yes or no": (
        [("    entry: true\n", ""), ("    label: vaccinated\n", "    label: vaccinated\n    entry: true\n")],
        ["facts.yaml:67:3: 'vaccinated' leads to a pathway, so it is a one_of that always applies"],
    ),
    "an entry that does not always apply": (
        [("    entry: true\n", ""), ("    label: leash\n", "    label: leash\n    entry: true\n")],
        ["facts.yaml:51:3: 'leash' leads to a pathway, so it is a one_of that always applies"],
    ),
    "members of a single fact": (
        [("    label: weight\n", f"    label: weight\n    members: {{a: {{label: a, question: q, {YES_NO}}}}}\n")],
        ["facts.yaml:46:5: only a group has members"],
    ),
    "none of a single fact": (
        [("    label: weight\n", "    label: weight\n    none: {label: none, phrase: none}\n")],
        ["facts.yaml:46:5: only a group has none"],
    ),
    "a unit of something else": (
        [("    label: leash\n", "    label: leash\n    unit: m\n")],
        ["facts.yaml:55:5: only bands have a unit"],
    ),
    "yes_no with a third answer": (
        [
            (
                "      no: {label: no, phrase: outdoors}\n",
                "      no: {label: no, phrase: outdoors}\n      both: {label: b, phrase: b}\n",
            )
        ],
        ["facts.yaml:65:5: 'indoors' needs exactly these answers: yes, no"],
    ),
    "yes_no without no": (
        [("      no: {label: no, phrase: outdoors}\n", "")],
        ["facts.yaml:65:5: 'indoors' needs exactly these answers: yes, no"],
    ),
    "one answer only": (
        [("      long: {label: long, phrase: on a long leash, short: long-leash}\n", "")],
        ["facts.yaml:56:5: 'leash' needs at least two answers"],
    ),
    "a member without no": (
        [("          no: {label: no, phrase: not white}\n", "")],
        ["facts.yaml:26:9: 'coat.white' needs exactly these answers: yes, no"],
    ),
    "otherwise without a condition": (
        [("    label: indoors\n", "    label: indoors\n    otherwise: no\n")],
        ["facts.yaml:64:5: 'otherwise' goes with applies_when"],
    ),
    "because without a condition": (
        [("    label: indoors\n", "    label: indoors\n    because: it does\n")],
        ["facts.yaml:64:5: 'because' goes with applies_when"],
    ),
    "otherwise that is not an answer": (
        [("    otherwise: no\n    because: spots", "    otherwise: on\n    because: spots")],
        ["facts.yaml:41:5: 'spotted' has no answer 'on' (one of yes, no)"],
    ),
    "otherwise that is not near any answer": (
        [("    because: only a dog", "    otherwise: leather\n    because: only a dog")],
        ["facts.yaml:60:5: 'leash' has no answer 'leather' (one of short, long)"],
    ),
    "a condition without a reason": (
        [("    because: only a dog is on a leash\n", "")],
        ["facts.yaml:52:3: the reason is missing (say in words why this cannot be)"],
    ),
    "a group's condition without a reason": (
        [("    because: a fish has no coat\n", "")],
        ["facts.yaml:12:3: the reason is missing (say in words why this cannot be)"],
    ),
    "a rule with a blank reason": (
        [("because: a heavy dog lives outdoors", "because: '  '")],
        ["facts.yaml:77:5: the reason is missing (say in words why this cannot be)"],
    ),
    "applies_when that names a later fact": (
        [("applies_when: {animal: dog}", "applies_when: {indoors: true}")],
        ["facts.yaml:59:20: unknown fact 'indoors' (name only facts that stand above)"],
    ),
    "applies_when that names the fact itself": (
        [("applies_when: {animal: dog}", "applies_when: {leash: long}")],
        ["facts.yaml:59:20: unknown fact 'leash' (name only facts that stand above)"],
    ),
    "applies_when that names an unknown fact": (
        [("applies_when: {animal: dog}", "applies_when: {anmial: dog}")],
        ["facts.yaml:59:20: unknown fact 'anmial' (did you mean 'animal'?)"],
    ),
    "applies_when of a group that names an unknown value": (
        [("applies_when: {animal: [dog, cat]}", "applies_when: {animal: [dog, cta]}")],
        ["facts.yaml:30:20: 'animal' has no value 'cta' (did you mean 'cat'?)"],
    ),
    "a rule about an unknown fact": (
        [("never: {animal: dog, weight", "never: {animal: dog, wieght")],
        ["facts.yaml:76:26: unknown fact 'wieght' (did you mean 'weight'?)"],
    ),
    "a rule that forbids every case": (
        [("never: {animal: dog, weight: heavy, indoors: true}", "never: always")],
        ["facts.yaml:76:5: this rule forbids every case (say what may never hold together)"],
    ),
    "a rule that forbids every case in other words": (
        [("never: {animal: dog, weight: heavy, indoors: true}", "never: {any: [always]}")],
        ["facts.yaml:76:5: this rule forbids every case (say what may never hold together)"],
    ),
    "a rule that is not a condition": (
        [("never: {animal: dog, weight: heavy, indoors: true}", "never: dog")],
        ["facts.yaml:76:5: a condition is a mapping or 'always', not 'dog'"],
    ),
    "a band without a limit": (
        [("phrase: of medium weight, below: 20.5", "phrase: of medium weight")],
        ["facts.yaml:50:7: the band 'medium' needs 'below', the number that it stays below"],
    ),
    "a limit of the last band": (
        [("{label: heavy, phrase: heavy}", "{label: heavy, phrase: heavy, below: 90}")],
        ["facts.yaml:51:44: the last band 'heavy' takes every higher number (remove it)"],
    ),
    "limits that fall": (
        [("below: 20.5", "below: 4")],
        ["facts.yaml:48:5: the limits of the bands must rise (the lowest band first)"],
    ),
    "limits that are equal": (
        [("below: 20.5", "below: 5")],
        ["facts.yaml:48:5: the limits of the bands must rise (the lowest band first)"],
    ),
    "a limit that is not finite": ([("below: 20.5", "below: 1e999")], ["facts.yaml:48:5: a limit is not a finite number"]),
    "a limit that is not a number": (
        [("below: 20.5", "below: twenty")],
        ["facts.yaml:50:57: 'below' takes a number, not 'twenty'"],
    ),
    "one band only": (
        [
            ("      light: {label: light, phrase: light, below: 5}\n", ""),
            ("      medium: {label: medium, phrase: of medium weight, below: 20.5}\n", ""),
        ],
        ["facts.yaml:48:5: 'weight' needs at least two answers"],
    ),
    "no band": (
        [
            (
                "    answers:\n      light: {label: light, phrase: light, below: 5}\n"
                "      medium: {label: medium, phrase: of medium weight, below: 20.5}\n"
                "      heavy: {label: heavy, phrase: heavy}\n",
                "",
            ),
            ("weight: heavy, ", ""),
        ],
        ["facts.yaml:43:3: 'weight' needs at least two answers"],
    ),
    "a limit of something that is not a band": (
        [("      dog: {label: dog, phrase: a dog}\n", "      dog: {label: dog, phrase: a dog, below: 3}\n")],
        ["facts.yaml:9:40: only bands have limits"],
    ),
    "a limit of a member": (
        [("{label: yes, phrase: black}", "{label: yes, phrase: black, below: 3}")],
        ["facts.yaml:21:44: only bands have limits"],
    ),
    "answers of a group": (
        [("    label: coat\n", f"    label: coat\n    {YES_NO}\n")],
        ["facts.yaml:15:5: the members of a group have answers, the group itself has none"],
    ),
    "a group with one member": (
        [(WHITE, ""), SPOTS_WITH_BLACK],
        ["facts.yaml:16:5: the group 'coat' needs at least two members"],
    ),
    "a group without a member": (
        [(f"    members:\n{BLACK}{WHITE}", ""), ("{coat: {all_of: [black, white]}}", "{coat: all}")],
        [
            "facts.yaml:12:3: the group 'coat' needs at least two members",
            "facts.yaml:27:20: 'coat' takes one test: any_of, all_of, none_of, only (e.g. coat: {any_of: []})",
        ],
    ),
    "a group without none": (
        [("    none: {label: none, phrase: without a coat, short: bare}\n", "")],
        ["facts.yaml:12:3: the group 'coat' needs 'none', the wording of none of its members"],
    ),
    "a member called none": (
        [("      white:\n", "      none:\n"), SPOTS_WITH_BLACK],
        ["facts.yaml:23:7: 'none' says that no member holds (give the member another name)"],
    ),
    "a member called any": (
        [("      white:\n", "      any:\n"), SPOTS_WITH_BLACK],
        ["facts.yaml:23:7: 'any' says that some member holds (give the member another name)"],
    ),
    "a fact called like a connective": (
        [("  vaccinated:\n", "  not:\n")],
        ["facts.yaml:68:3: 'not' joins conditions (give the fact another name)"],
    ),
    "a short word that two values share": (
        [("short: long-leash", "short: short-leash")],
        ["facts.yaml:58:7: the short word 'short-leash' already stands for leash short (give it another: short)"],
    ),
    "a short word that another fact has by itself": (
        [("short: long-leash", "short: cat")],
        ["facts.yaml:58:7: the short word 'cat' already stands for animal cat (give it another: short)"],
    ),
    "a short word of a member that is another's": (
        [("{label: yes, phrase: black}", "{label: yes, phrase: black, short: dog}")],
        ["facts.yaml:21:11: the short word 'dog' already stands for animal dog (give it another: short)"],
    ),
    "a short word that is not fit for ids": (
        [("short: long-leash", "short: Long Leash")],
        ["facts.yaml:58:7: the short word 'Long Leash' is not fit for ids (lowercase letters, digits, dashes)"],
    ),
    "a value that no consistent case has": (
        [
            (
                "rules:\n",
                "rules:\n  - never: {spotted: true}\n    because: there are no spots\n",
            )
        ],
        ["facts.yaml:33:3: no consistent case has the answer 'yes' to 'spotted' (look at its conditions and at the rules)"],
    ),
    "a fact that never applies": (
        [("applies_when: {animal: dog}", "applies_when: {animal: fish, coat.black: true}")],
        [
            "facts.yaml:52:3: no consistent case has the answer 'short' to 'leash' (look at its conditions and at the rules)",
            "facts.yaml:52:3: no consistent case has the answer 'long' to 'leash' (look at its conditions and at the rules)",
        ],
    ),
}


@pytest.mark.parametrize(("edits", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_reported_at_its_place(tmp_path: Path, edits: list[tuple[str, str]], expected: list[str]) -> None:
    assert problems(changed(*edits), tmp_path) == expected


def test_what_is_wrong_with_a_condition_that_all_members_share_is_told_once(tmp_path: Path) -> None:
    found = problems(changed(("applies_when: {animal: [dog, cat]}", "applies_when: {anmial: [dog, cat]}")), tmp_path)
    assert found == ["facts.yaml:30:20: unknown fact 'anmial' (did you mean 'animal'?)"]


def test_every_mistake_of_a_file_is_reported_at_once(tmp_path: Path) -> None:
    found = problems(
        changed(
            ("    entry: true\n", ""),
            ("short: long-leash", "short: cat"),
            ("applies_when: {animal: dog}", "applies_when: {indoors: true}"),
            ("below: 20.5", "below: 2"),
            ("because: a heavy dog lives outdoors", "because: ''"),
        ),
        tmp_path,
    )
    assert [problem.split(": ")[0] for problem in found] == [
        *("facts.yaml:47:5", "facts.yaml:58:20", "facts.yaml:2:1", "facts.yaml:76:5", "facts.yaml:57:7"),
    ]


def test_facts_of_too_many_combinations_are_not_tied_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every proof lists the combinations, so their number is bounded."""
    monkeypatch.setattr(reading, "MAX_ROWS", 432)
    assert read(FACTS, tmp_path)[1] == []
    monkeypatch.setattr(reading, "MAX_ROWS", 431)
    assert problems(FACTS, tmp_path) == [
        "facts.yaml:3:3: rules tie together facts with 432 combinations; at most 431 are listed: "
        "animal, coat.black, coat.white, spotted, weight, leash, indoors"
    ]


def test_the_facts_of_plain_data_have_dotted_names_and_what_their_group_shares() -> None:
    facts = plain_facts(read_yaml(DEFINITIONS / "facts.yaml", "facts.yaml").data)
    assert "spread" not in facts
    assert facts["spread.liver"]["label"] == "liver"
    assert facts["sites.head"]["applies_when"] == {"pancreatic_tumors": ["one", "several"]}
    assert facts["size"]["kind"] == "one_of"
    assert "members" not in facts["sites.head"]

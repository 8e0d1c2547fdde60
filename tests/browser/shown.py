"""What the report page shows of a case, held against the library's answer in words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from browser.findings import Findings, address_of, case_of, fields_of, form_of, known_in_part
from pnet_pathways import Recommendation, recommend
from pnet_pathways.engine.answer import Certainty, Status
from pnet_pathways.engine.answer_words import (
    depending,
    gap_message,
    gap_title,
    head,
    in_vain,
    nearest_words,
    unapproved,
    ways,
)
from pnet_pathways.engine.option_lines import OptionLine, option_lines, type_lines
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.text import counted
from pnet_pathways.model.wording import enumerated

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHOWN: Final = """() => {
  const text = one => one ? one.innerText.replace(/\\s+/g, " ").trim() : "";
  // What is folded has no inner text.
  const whole = one => one ? one.textContent.replace(/\\s+/g, " ").trim() : "";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const at = id => document.getElementById(id);
  const items = (card, kind) => all(":scope > ul > li", card).filter(one => one.matches(kind));
  const texts = one => [...one.childNodes].filter(part => part.nodeType === 3 && part.data.trim());
  const own = one => texts(one).map(part => part.data).join("");
  const links = (one, selector) => all(selector, one).map(whole).filter(id => id in pnetPathways.data.statements);
  const list = one => [links(one, ".why a"), all("ul > li", one).map(own), whole(one.querySelector(".certainty"))];
  const cards = within => all(`${within} > section`).map(card => ({
    title: text(card.querySelector("h3")) || whole(card.querySelector("h3")),
    lists: items(card, ".said").map(list),
    types: items(card, ".type").map(one => ({
      words: whole(one.querySelector(".certainty")),
      statements: links(one, ":scope > .why a"),
      lists: all(".said", one).map(list),
    })),
    gaps: items(card, ".gap").map(one => [
      `${whole(one.querySelector("strong"))} ${own(one).trim()}`,
      all(".near li", one).map(whole).join("; "),
      whole(one.querySelector(".in-full")),
    ]),
    otherWays: items(card, ".other-way, .other-ways").map(own),
    each: all(".other-way", card).map(own),
  }));
  return {
    status: text(at("status")),
    next: at("next").hidden ? null : text(at("next-question")),
    choices: at("next").hidden ? [] : all("#next-body .choices button").map(text),
    changed: text(at("changed")),
    sure: cards("#answer"),
    may: [whole(at("may").querySelector("summary")), ...cards("#may > .answer")],
    ways: [whole(at("ways").querySelector("summary")), ...cards("#ways > .answer")],
    folded: ["may", "ways", "basis"].filter(id => !at(id).hidden),
    basis: whole(at("basis")),
    disclaimer: text(document.querySelector("#explorer .disclaimer")),
    hash: location.hash,
    case: at("case-json").textContent,
    given: Object.fromEntries(all(".fact").map(one => [one.dataset.fact,
      all("input:checked", one).map(input => input.value).join(" and ")]).filter(([, value]) => value)),
    follows: Object.fromEntries(all(".fact").map(one => [one.dataset.fact, whole(one.querySelector(".follows"))])),
    problems: all("#problems li").map(text),
  };
}"""
INVITATION: Final = "Choose what is known; the answer follows at once. What is left unknown is never taken for no."
DONE: Final = "Nothing left to ask"
APPLIES: Final = {Certainty.CERTAIN: "applies to this patient", Certainty.POSSIBLE: "may apply"}


def questions(answer: Recommendation, facts: tuple[str, ...]) -> list[str]:
    """Return the questions in which some facts are asked, in the words of the answer's pathway."""
    return [answer.definitions.question(key, answer.pathway) for key in fields_of(facts)]


def status_words(answer: Recommendation) -> str:
    """Return the status as it is to be read."""
    return f"{head(answer)}. {answer.note}" if answer.status is Status.OUT_OF_SCOPE else head(answer)


def as_lists(answer: Recommendation, lines: Iterable[OptionLine]) -> list[list[Any]]:
    """Return lines as the page lists them: what the same statements give in the same way stands together."""
    found: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for line in lines:
        applies = "applies either way" if line.either_way else APPLIES[line.certainty]
        certain = ", ".join(filter(None, (applies, depending(answer.definitions, line.depends_on))))
        found.setdefault((line.statements, certain), []).append(line.words.removeprefix("applies either way: "))
    return [[list(statements), words, certain] for (statements, certain), words in found.items()]


def card(answer: Recommendation, track: str) -> dict[str, Any]:
    """Return what the page shows of one track, in the words of the answer as text."""
    definitions, every = answer.definitions, list(option_lines(answer, track, every=True, merged=False))
    gaps = [gap for gap in answer.gaps if gap.track == track]
    types = []
    for words, options in type_lines(answer, track):
        facts = dict.fromkeys(fact for one in options for fact in one.depends_on if fact != definitions.entry.fact)
        said = [f"if it is {words}: {counted(len(options), 'option')}", depending(definitions, facts)]
        statements = dict.fromkeys(one.statement for one in options)
        shown = [
            one
            for one in every
            if one.statements[0] in statements and definitions.entry.fact in one.depends_on and not one.either_way
        ]
        types.append({"words": ", ".join(filter(None, said)), "statements": list(statements), "lists": as_lists(answer, shown)})
    near = [nearest_words(answer, gap, every=False) for gap in gaps]
    messages = [gap_message(answer, gap, every=False) for gap in gaps]
    return {
        "title": definitions.groups[track].title,
        "lists": as_lists(answer, option_lines(answer, track, every=False, merged=False)),
        "types": types,
        "gaps": [
            [
                f"{gap_title(answer, gap).capitalize()}: {message}",
                words,
                "" if message.startswith(gap.message) else gap.message,
            ]
            for gap, message, words in zip(gaps, messages, near, strict=True)
        ],
        "otherWays": ways(answer, track, every=False),
        "each": list(answer.other_ways(track)),
    }


def check_shown(page: Page, definitions: Definitions, findings: Findings) -> None:
    """Everything that the page shows of a consistent case is the library's answer in words."""
    seen: dict[str, Any] = page.evaluate(SHOWN)
    case = case_of(findings)
    answer = recommend(case)
    if findings:
        check_answer(seen, definitions, answer)
    else:
        assert (seen["status"], seen["next"]) == (INVITATION, f"Start with the {' or the '.join(first_labels(answer))}")
        assert (seen["sure"], seen["folded"]) == ([], [])
    assert seen["disclaimer"] == answer.disclaimer
    assert seen["hash"] == (f"#{urlencode(address_of(findings))}" if findings else "")
    assert json.loads(seen["case"]) == case.to_dict()
    assert seen["given"] == form_of(findings)
    assert all(words in seen["follows"][key] for key, words in known_in_part(findings).items())
    assert seen["problems"] == []


def first_labels(answer: Recommendation) -> list[str]:
    """Return the labels of the first two questions of an answer, with which the page begins."""
    return [answer.definitions.vocabulary.label(key) for key in fields_of(answer.missing)[:2]]


def check_answer(seen: dict[str, Any], definitions: Definitions, answer: Recommendation) -> None:
    """What is certain stands open; what may apply, what hangs on readings, and the basis are folded."""
    assert seen["status"] == status_words(answer)
    asked = questions(answer, answer.missing)
    assert seen["next"] == (asked[0] if asked else DONE)
    cards = [card(answer, track) for track in definitions.groups]
    sure, may, ways_ = (
        [{**nothing(one), **found} for one in cards if any((found := part(one)).values())]
        for part in (certain, possible, hanging)
    )
    assert seen["sure"] == sure
    assert seen["may"][1:] == may
    assert seen["ways"][1:] == ways_
    assert seen["folded"] == [name for name, some in (("may", may), ("ways", ways_), ("basis", True)) if some]
    if may:
        assert status_words(answer).endswith(seen["may"][0])
    if ways_:
        readings = dict.fromkeys(one.reading for one in answer.alternatives)
        assert seen["ways"][0] == f"How the text is read changes this: {enumerated(list(readings))}"
    assert "".join(asked if len(asked) > 1 else []) in seen["basis"].replace("? ", "?")
    assert in_vain(answer) in seen["basis"]
    assert all(text in seen["basis"] for text in (definitions.readings[one].text for one in answer.readings))
    assert unapproved(answer) in seen["basis"].partition("Not approved: ")[2]


def nothing(shown: dict[str, Any]) -> dict[str, Any]:
    """Return a card of a track that holds nothing."""
    return {"title": shown["title"], "lists": [], "types": [], "gaps": [], "otherWays": [], "each": []}


def _is_possible(applies: str) -> bool:
    return applies.startswith("may apply")


def certain(shown: dict[str, Any]) -> dict[str, Any]:
    """Return of a track what is certain: the lists that apply, also either way, and its gaps."""
    return {
        "lists": [one for one in shown["lists"] if not _is_possible(one[2])],
        "gaps": [one for one in shown["gaps"] if not one[0].startswith("Possible gap")],
    }


def possible(shown: dict[str, Any]) -> dict[str, Any]:
    """Return of a track what may apply, and what may be a gap."""
    return {
        "lists": [one for one in shown["lists"] if _is_possible(one[2])],
        "types": shown["types"],
        "gaps": [one for one in shown["gaps"] if one[0].startswith("Possible gap")],
    }


def hanging(shown: dict[str, Any]) -> dict[str, Any]:
    """Return of a track what hangs on how the text is read."""
    return {key: shown[key] for key in ("otherWays", "each")}

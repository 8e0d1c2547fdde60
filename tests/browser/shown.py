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
    marks_used,
    nearest_words,
    unapproved,
    ways,
)
from pnet_pathways.engine.option_lines import OptionLine, option_lines, type_lines
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.text import counted

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
  return {
    status: text(at("status")),
    next: at("next").hidden ? null : text(at("next-question")),
    choices: at("next").hidden ? [] : all("#next-choices button").map(text),
    marks: text(at("marks")),
    cards: all("#answer > section").map(card => ({
      title: text(card.querySelector("h3")),
      lists: items(card, ".said").map(list),
      types: items(card, ".type").map(one => ({
        words: text(one.querySelector(".certainty")),
        statements: links(one, ":scope > .why a"),
        lists: all(".said", one).map(list),
      })),
      gaps: items(card, ".gap").map(one => [
        `${text(one.querySelector("strong"))} ${own(one).trim()}`,
        text(one.querySelector(".near")),
        whole(one.querySelector("details span")),
      ]),
      otherWays: items(card, ".other-way, .other-ways").map(own),
      each: all(".other-way", card).map(own),
    })),
    basis: text(at("basis")),
    hash: location.hash,
    case: at("case-json").textContent,
    given: Object.fromEntries(all(".fact").map(one => [one.dataset.fact,
      all("input:checked", one).map(input => input.value).join(" and ")]).filter(([, value]) => value)),
    follows: Object.fromEntries(all(".fact").map(one => [one.dataset.fact, text(one.querySelector(".follows"))])),
    problems: all("#problems li").map(text),
  };
}"""
APPLIES: Final = {Certainty.CERTAIN: "applies", Certainty.POSSIBLE: "may apply"}


def short(fact: str) -> str:
    return fact.replace("_", " ").replace(".", ": ")


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
                f"nearest: {words}" if words else "",
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
    assert seen["status"] == status_words(answer)
    assert seen["marks"] == ", ".join(f"{mark} {meaning}" for mark, meaning in marks_used(answer))
    asked = questions(answer, answer.missing)
    assert seen["next"] == (asked[0] if asked else None)
    cards = [card(answer, track) for track in definitions.groups]
    assert seen["cards"] == [one for one in cards if any(one[key] for key in one if key != "title")]
    assert "".join(asked if len(asked) > 1 else []) in seen["basis"].replace("? ", "?")
    assert in_vain(answer) in seen["basis"]
    assert all(text in seen["basis"] for text in (definitions.readings[one].text for one in answer.readings))
    assert unapproved(answer) in seen["basis"].partition("Not approved: ")[2]
    assert answer.disclaimer in seen["basis"]
    assert seen["hash"] == (f"#{urlencode(address_of(findings))}" if findings else "")
    assert json.loads(seen["case"]) == case.to_dict()
    assert seen["given"] == form_of(findings)
    assert all(words in seen["follows"][key] for key, words in known_in_part(findings).items())
    assert seen["problems"] == []

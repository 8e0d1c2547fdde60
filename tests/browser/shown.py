"""What the report page shows of a case, held against the library's answer in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from browser.findings import Findings, address_of, case_of, fields_of
from pnet_pathways import Recommendation, recommend
from pnet_pathways.engine.answer import Certainty, OfferedOption, Status
from pnet_pathways.model.pathway import Definitions

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHOWN: Final = """() => {
  const text = one => one ? one.innerText.replace(/\\s+/g, " ").trim() : "";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const at = id => document.getElementById(id);
  const items = card => all(":scope > ul > li", card);
  const texts = one => [...one.childNodes].filter(part => part.nodeType === 3 && part.data.trim());
  const own = one => texts(one).map(part => part.data).join("");
  return {
    status: text(at("status")),
    next: at("next").hidden ? null : text(at("next-question")),
    choices: at("next").hidden ? [] : all("#next-choices button").map(text),
    options: all("#answer > section").flatMap(card => items(card).filter(one => one.matches(".said")).map(one => [
      text(card.querySelector("h3")), text(one.querySelector(".why a")), all("ul > li", one).map(own),
      text(one.querySelector(".certainty")),
    ])),
    gaps: all("#answer > section").flatMap(card => items(card).filter(one => one.matches(".gap")).map(one => [
      text(card.querySelector("h3")), text(one.querySelector("strong")), own(one), all(".near a", one).map(text),
    ])),
    basis: text(at("basis")),
    hash: location.hash,
    case: at("case-json").textContent,
    given: Object.fromEntries(all(".fact").map(one => [one.dataset.fact,
      all("input:checked", one).map(input => input.value).join(" and ")]).filter(([, value]) => value)),
    problems: all("#problems li").map(text),
  };
}"""
CERTAINTIES: Final = {Certainty.CERTAIN: "Gap:", Certainty.POSSIBLE: "Possible gap:"}


def plural(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def short(fact: str) -> str:
    return fact.replace("_", " ").replace(".", ": ")


def questions(answer: Recommendation, facts: tuple[str, ...]) -> list[str]:
    """Return the questions in which some facts are asked, in the words of the answer's pathway."""
    return [answer.definitions.question(key, answer.pathway) for key in fields_of(facts)]


def dependence(answer: Recommendation, facts: tuple[str, ...]) -> str:
    return f"possible, depends on: {' '.join(questions(answer, facts))}"


def status_words(definitions: Definitions, answer: Recommendation) -> str:
    """Return the status as it is to be read."""
    kind = answer.case.entry
    title = definitions.entry.types[kind].label if kind else definitions.entry.unknown
    if answer.status is Status.OUT_OF_SCOPE:
        return f"{title}: out of scope. {answer.note}"
    counts = [
        (sum(one.certainty is certainty for one in found), f"{certain}{word}")
        for found, word in ((answer.options, "option"), (answer.gaps, "gap"))
        for certainty, certain in ((Certainty.CERTAIN, ""), (Certainty.POSSIBLE, "possible "))
    ]
    said = ", ".join(plural(number, word) for number, word in counts if number) or "Nothing is listed"
    still = f"; {plural(len(fields_of(answer.missing)), 'unknown finding')} can still change it" if answer.missing else ""
    return f"{title}: {answer.status}. {said}{still}."


def option_words(option: OfferedOption) -> str:
    strength = {"usual": "usually: ", "rare": "rarely: ", "may": "may: "}[option.strength]
    notes = [one for one in (option.intent, "one of a choice" if option.choice else None) if one]
    return strength + option.label + (f" ({', '.join(notes)})" if notes else "")


def check_shown(page: Page, definitions: Definitions, findings: Findings) -> None:
    """Everything that the page shows of a consistent case is the library's answer in words."""
    seen: dict[str, Any] = page.evaluate(SHOWN)
    case = case_of(findings)
    answer = recommend(case)
    titles = {name: group.title for name, group in definitions.groups.items()}
    order = list(titles)
    assert seen["status"] == status_words(definitions, answer)
    asked = questions(answer, answer.missing)
    assert seen["next"] == (asked[0] if asked else None)
    options = sorted(answer.options, key=lambda one: (order.index(one.track), one.certainty is Certainty.POSSIBLE))
    alike: dict[tuple[str, str, str], list[str]] = {}
    for one in options:
        certain = "certain" if one.certainty is Certainty.CERTAIN else dependence(answer, one.depends_on)
        alike.setdefault((titles[one.track], one.statement, certain), []).append(option_words(one))
    assert seen["options"] == [[title, statement, found, certain] for (title, statement, certain), found in alike.items()]
    assert seen["gaps"] == [
        [titles[one.track], CERTAINTIES[one.certainty], one.message, [near.statement for near in one.nearest]]
        for one in sorted(answer.gaps, key=lambda one: order.index(one.track))
    ]
    assert "".join(asked if len(asked) > 1 else []) in seen["basis"].replace("? ", "?")
    assert all(short(fact) in seen["basis"] for fact in answer.not_used)
    assert all(text in seen["basis"] for text in (definitions.readings[one].text for one in answer.readings))
    unapproved = [name for name in answer.bearing if not definitions.review(name).approved]
    assert all(name in seen["basis"].partition("Not approved: ")[2] for name in unapproved)
    assert answer.disclaimer in seen["basis"]
    assert seen["hash"] == (f"#{urlencode(address_of(findings))}" if findings else "")
    assert json.loads(seen["case"]) == case.to_dict()
    assert seen["given"] == address_of(findings)
    assert seen["problems"] == []

"""What no outside validator finds in a set of artifacts: that they fit together, and that each says what it can mean."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import attrs

from fhir_validators import Alarm, Resource, name_of

_DEFINE = re.compile(r'^define "([^"]+)":', re.MULTILINE)
_LIBRARY = re.compile(r"^library (\S+) version '([^']+)'", re.MULTILINE)
_HEADER = re.compile(r"/(?=[A-Z][A-Za-z]+/[A-Za-z0-9.-]+$)")


def own(resources: Sequence[Resource]) -> list[Alarm]:
    """Return what is wrong with artifacts that are published together."""
    together = _Together(resources)
    found = [Alarm("own", name_of(one), *wrong) for one in resources for wrong in together.wrong(one)]
    for kind in ("url", "id"):
        counted = Counter((one["resourceType"], one.get("url", "").rpartition("/")[0], one.get(kind)) for one in resources)
        found += [
            Alarm("own", f"{type_}/{value}", f"duplicate-{kind}", kind, str(value))
            for (type_, _, value), count in counted.items()
            if count > 1
        ]
    return found


def walk(data: object, path: str) -> Iterator[tuple[str, Any]]:
    """Yield every value within a value, each with its path; the value first."""
    yield path, data
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from walk(value, f"{path}.{key}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from walk(value, f"{path}[{number}]")


Wrong = tuple[str, str, str]  # rule, path, message


@attrs.define(init=False)
class _Together:
    """Artifacts, by what others name them by."""

    addresses: dict[str, Resource]
    bases: tuple[str, ...]
    codes: dict[str, dict[str, str | None]]

    def __init__(self, resources: Sequence[Resource]) -> None:
        self.addresses = {one["url"]: one for one in resources if "url" in one}
        self.bases = tuple({f"{_HEADER.split(url)[0]}/" for url in self.addresses if _HEADER.search(url)})
        self.codes = {
            one["url"]: {each["code"]: each.get("display") for _, each in walk(one["concept"], "") if _is_concept(each)}
            for one in resources
            if one["resourceType"] == "CodeSystem" and "url" in one
        }

    def wrong(self, resource: Resource) -> Iterator[Wrong]:
        """Yield the rules that a resource breaks, where, and how."""
        ids: Counter[str] = Counter()
        for path, value in walk(resource, resource["resourceType"]):
            if value in (None, "", [], {}):
                yield "empty", path, "nothing may be empty or null"
            if isinstance(value, str):
                yield from self._address(path, value)
            if isinstance(value, Mapping):
                ids[value.get("id", path)] += path != resource["resourceType"]
                yield from self._coding(path, value)
                yield from self._expression(path, value)
        yield from (("duplicate-id-within", key, "two elements have this id") for key, count in ids.items() if count > 1)
        yield from _OF_KIND.get(resource["resourceType"], _nothing)(resource)

    def _address(self, path: str, text: str) -> Iterator[Wrong]:
        if text.startswith(self.bases) and not path.endswith((".url", "].system")):
            url, _, version = text.partition("|")
            if url not in self.addresses:
                yield "dangling-address", path, f"{text} is not among what is published"
            elif version and version != self.addresses[url].get("version"):
                yield "other-version", path, f"{text}: its version is {self.addresses[url].get('version')}"

    def _coding(self, path: str, value: Mapping[str, Any]) -> Iterator[Wrong]:
        system, code = value.get("system"), value.get("code")
        if not isinstance(system, str) or not system.startswith(self.bases):
            return
        if system not in self.codes:
            yield "unknown-system", path, f"{system} is not published"
            return
        listed = value.get("concept", [value] if code else [])
        for one in listed:
            if one.get("code") not in self.codes[system]:
                yield "unknown-code", path, f"{one.get('code')} is not in {system}"
            elif "display" in one and one["display"] != self.codes[system][one["code"]]:
                yield "other-display", path, f"{one['code']} is displayed as {self.codes[system][one['code']]!r}"

    def _expression(self, path: str, value: Mapping[str, Any]) -> Iterator[Wrong]:
        if value.get("language") not in {"text/cql", "text/cql-identifier"} or "expression" not in value:
            return
        library = self.addresses.get(value.get("reference", "").partition("|")[0], {})
        if value["expression"] not in defined(content(library, "text/cql")):
            yield "undefined-expression", path, f"no Library that is named defines {value['expression']!r}"


def _is_concept(value: object) -> bool:
    return isinstance(value, Mapping) and "code" in value and "system" not in value


def _nothing(resource: Resource) -> Iterator[Wrong]:
    yield from ()


def content(library: Resource, kind: str) -> str:
    """Return what a Library holds of a kind, or nothing, also where that is broken."""
    for one in library.get("content", ()):
        if one.get("contentType") == kind:
            with contextlib.suppress(ValueError):
                return base64.b64decode(one.get("data", ""), validate=True).decode()
    return ""


@cache
def defined(text: str) -> Sequence[str]:
    """Return the names that a text of CQL defines."""
    return _DEFINE.findall(text)


def _form(resource: Resource) -> Iterator[Wrong]:
    """Check that each item is asked for by its own name, and depends only on answers that can be given."""
    items = [
        (path, one) for path, one in walk(resource.get("item", []), "item") if isinstance(one, Mapping) and "linkId" in one
    ]
    by_link = {one["linkId"]: one for _, one in items}
    counted = Counter(one["linkId"] for _, one in items)
    yield from (("duplicate-link", link, "two items have this linkId") for link, count in counted.items() if count > 1)
    for path, item in items:
        conditions = item.get("enableWhen", [])
        if len(conditions) > 1 and "enableBehavior" not in item:
            yield "no-behavior", path, "several enableWhen need enableBehavior"
        for one in conditions:
            asked = by_link.get(one["question"])
            if asked is None or asked is item:
                yield "unknown-question", path, f"enableWhen asks {one['question']!r}"
            elif not _can_be(one, asked):
                yield "impossible-answer", path, f"{one['question']!r} is never answered so"


def _can_be(condition: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    if condition.get("operator") == "exists":
        return "answerBoolean" in condition
    if asked["type"] == "boolean":
        return "answerBoolean" in condition
    if asked["type"] != "choice":
        return False
    options = {(one["valueCoding"].get("system"), one["valueCoding"].get("code")) for one in asked.get("answerOption", ())}
    answer = condition.get("answerCoding", {})
    return (answer.get("system"), answer.get("code")) in options


def _plan(resource: Resource) -> Iterator[Wrong]:
    """Check that actions that are related to others are related to some of the same plan."""
    ids = {value["id"] for _, value in walk(resource.get("action", []), "") if isinstance(value, Mapping) and "id" in value}
    for path, value in walk(resource, resource["resourceType"]):
        if isinstance(value, Mapping) and "actionId" in value and value["actionId"] not in ids:
            yield "dangling-action", path, f"no action has the id {value['actionId']!r}"


def _logic(resource: Resource) -> Iterator[Wrong]:
    """Check that a Library's text is called what it is, and that its translation defines the same, without an error."""
    called = resource.get("name"), resource.get("version")
    text, translated = content(resource, "text/cql"), content(resource, "application/elm+json")
    if _LIBRARY.findall(text) != [called]:
        yield "other-library", "content", f"the text begins with {text.splitlines()[:1]}"
    if not translated:
        return
    library = json.loads(translated)["library"]
    if [library["identifier"].get("id"), library["identifier"].get("version")] != [
        resource.get("name"),
        resource.get("version"),
    ]:
        yield "other-library", "content", f"the translation is one of {library['identifier']}"
    names = [one["name"] for one in library["statements"]["def"] if one["name"] != "Patient"]
    if sorted(names) != sorted(defined(text)):
        yield "other-translation", "content", "the translation defines other names than the text"
    if [one for one in library.get("annotation", ()) if one.get("errorSeverity") == "error"]:
        yield "broken-translation", "content", "the translator found errors"


def _terms(resource: Resource) -> Iterator[Wrong]:
    """Check that a CodeSystem holds as many concepts as it says."""
    count = sum(_is_concept(one) for _, one in walk(resource.get("concept", []), ""))
    if resource.get("count") != count:
        yield "other-count", "count", f"it holds {count} concepts"


_OF_KIND: Final[Mapping[str, Callable[[Resource], Iterator[Wrong]]]] = {
    "CodeSystem": _terms,
    "Library": _logic,
    "PlanDefinition": _plan,
    "Questionnaire": _form,
    "RequestGroup": _plan,
}

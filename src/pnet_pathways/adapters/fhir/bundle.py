"""What was sent, taken apart: the resources of a Bundle with their names, each once in its newest version, of one patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ...model.errors import FhirError, shown
from .elements import Elements, newer
from .findings import Reason, Unmapped

MAX_NESTING: Final = 4
"""How deep Bundles may lie in Bundles: a batch response holds those of its searches."""

SUBJECTS: Final = {
    "Condition": "subject",
    "Observation": "subject",
    "Procedure": "subject",
    "MedicationRequest": "subject",
    "QuestionnaireResponse": "subject",
    "BodyStructure": "patient",
}
"""The resources that are read, each with the element that says whom it is about."""


@attrs.define
class Entry:
    """A resource of what was sent: its `name` (``Condition/c1``), and its place in the input."""

    kind: str
    name: str
    place: str
    data: dict[str, Any]
    url: str = ""


@attrs.define
class Sent:
    """What was sent: the resources to read, what about it has to be said, and a reference to the patient (empty: none)."""

    elements: Elements = attrs.field(factory=Elements)
    entries: list[Entry] = attrs.field(factory=list)
    unmapped: list[Unmapped] = attrs.field(factory=list)
    unread: list[Entry] = attrs.field(factory=list)
    patient: str = ""
    _deleted: set[str] = attrs.field(factory=set)

    def take(self, data: object) -> None:
        """Take what was sent apart. Raises `FhirError` for what is no Bundle, or not of one patient."""
        if not isinstance(data, Mapping):
            self.elements.problem("", f"a Bundle is an object, not {shown(data)}")
        elif "resourceType" not in data and "resources" in data:
            for path, resource in self.elements.objects(data, "resources"):
                self._resource(path, resource, "", 0)
        elif data.get("resourceType") != "Bundle":
            kind = data.get("resourceType")
            hint = 'put it into one, or into {"resources": [...]}'
            self.elements.problem("", f"takes a Bundle, not {'an object' if kind is None else shown(kind)}", hint)
        else:
            self._bundle("Bundle", data, 0)
        self._settle()

    def take_placed(self, resources: Iterable[tuple[str, Any]]) -> None:
        """Take resources that lie in several places, each with its place, as those of one patient. Raises `FhirError`."""
        for place, resource in resources:
            self._resource(place, resource, "", 0)
        self._settle()

    def _settle(self) -> None:
        """Keep what counts: what was not deleted, of each resource the newest version, and what is about the one patient."""
        self._stop_on_problems()
        if self._deleted:
            # By name and in order: the same input always gives the same reading.
            gone = dict.fromkeys(one.name for one in self.entries if one.name in self._deleted or one.url in self._deleted)
            self.entries = [entry for entry in self.entries if entry.name not in gone]
            self.unmapped += [Unmapped(name, "", Reason.SUPERSEDED, "deleted") for name in gone]
        names = [key for entry in self.entries for key in (entry.name, entry.url) if key]
        if len(set(names)) < len(names):
            self.entries = list(self._newest())
        self._stop_on_problems()
        self._only_of_the_patient()
        self._stop_on_problems()

    def _stop_on_problems(self) -> None:
        if self.elements.problems:
            raise FhirError(self.elements.problems)

    def _bundle(self, place: str, bundle: Mapping[str, Any], depth: int) -> None:
        elements = self.elements
        if bundle.get("implicitRules") is not None:
            elements.problem(f"{place}.implicitRules", "these rules are not known, so nothing of the Bundle can be read")
        for path, link in elements.objects(bundle, "link", place):
            if elements.get(link, "relation", str, path) == "next":
                self.unmapped.append(Unmapped(place, path.removeprefix(f"{place}."), Reason.INCOMPLETE, "another page follows"))
        for path, entry in elements.objects(bundle, "entry", place):
            self._entry(path, entry, depth)

    def _entry(self, path: str, entry: Mapping[str, Any], depth: int) -> None:
        elements = self.elements
        resource, url = entry.get("resource"), entry.get("fullUrl")
        if url is not None and not isinstance(url, str):
            url = elements.get(entry, "fullUrl", str, path)
        exchanged = ("request" in entry or "response" in entry) and self._exchanged(path, entry, url, depth)
        if resource is None:
            if not exchanged:
                elements.problem(path, "holds no resource")
        elif not isinstance(resource, dict):
            elements.get(entry, "resource", dict, path)
        elif (found := self._resource(f"{path}.resource", resource, url or "", depth)) is not None:
            if exchanged and (entry.get("request") or {}).get("method") == "DELETE":
                self._deleted.add(found.name)
            if entry.get("modifierExtension"):
                self.entries.remove(found)
                self.unmapped.append(Unmapped(found.name, "", Reason.MODIFIER_NOT_UNDERSTOOD, found.kind))

    def _exchanged(self, path: str, entry: Mapping[str, Any], url: str | None, depth: int) -> bool:
        """Read what an entry asked for or what came of it; return whether it may come without a resource."""
        elements = self.elements
        request = elements.get(entry, "request", dict, path) or {}
        response = elements.get(entry, "response", dict, path) or {}
        is_deleted = request.get("method") == "DELETE"
        if is_deleted:
            self._deleted |= {one for one in (url, elements.get(request, "url", str, f"{path}.request")) if one}
        outcome = elements.get(response, "outcome", dict, f"{path}.response")
        status = response.get("status")
        if outcome is not None:
            self._resource(f"{path}.response.outcome", outcome, "", depth)
        elif response and entry.get("resource") is None and not is_deleted and not str(status).startswith("2"):
            self.unmapped.append(Unmapped(path, "response.status", Reason.INCOMPLETE, shown(status)))
        return is_deleted or bool(response)

    def _resource(self, place: str, resource: dict[str, Any], url: str, depth: int) -> Entry | None:
        kind = resource.get("resourceType")
        if not isinstance(kind, str) or not kind:
            hint = "resourceType is missing" if kind is None else f"resourceType takes text, not {shown(kind)}"
            self.elements.problem(place, f"is no resource: {hint}")
            return None
        if kind == "Bundle":
            if depth == MAX_NESTING:
                self.elements.problem(place, f"Bundles in Bundles are read {MAX_NESTING} deep")
            else:
                self._bundle(place, resource, depth + 1)
            return None
        id_ = resource.get("id")
        if type(id_) is not str:
            id_ = self.elements.get(resource, "id", str, place)
        name = f"{kind}/{id_}" if id_ else url or place
        entry = Entry(kind, name, place, resource, url)
        self.entries.append(entry)
        return entry

    def of(self, kind: str, *, other: bool = False) -> Iterator[Entry]:
        """Yield the entries of a kind, or those of every other kind."""
        return (entry for entry in self.entries if (entry.kind == kind) is not other)

    # Versions

    def _newest(self) -> Iterator[Entry]:
        """Yield each resource once: of several versions the newest."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            same = found.get(entry.name) or (found.get(entry.url) if entry.url else None)
            if same is None:
                same = [entry]
            elif _server(entry) and _server(same[0]) and _server(entry) != _server(same[0]):
                message = f"is {entry.name} of another server than {same[0].place}"
                self.elements.problem(entry.place, message, "send the resources of one server")
            elif not _alike(entry, same[0]):
                kept, other = (entry, same[0]) if self._is_newer(entry, same[0]) else (same[0], entry)
                self.unmapped.append(Unmapped(other.name, "meta", Reason.SUPERSEDED, "an older version"))
                same[0] = kept
            found[entry.name] = same
            if entry.url:
                found[entry.url] = same
        yield from (one[0] for one in {id(one): one for one in found.values()}.values())

    def _is_newer(self, one: Entry, other: Entry) -> bool:
        """Whether a version of a resource is newer than another; where neither is, that is a problem."""
        elements, said = self.elements, set()
        metas = [elements.get(entry.data, "meta", dict, entry.place) or {} for entry in (one, other)]
        places = [f"{entry.place}.meta" for entry in (one, other)]
        spans = [elements.span(meta, "lastUpdated", place) for meta, place in zip(metas, places, strict=True)]
        if newer(spans[0], spans[1]):
            said.add(True)
        elif newer(spans[1], spans[0]):
            said.add(False)
        ids = [elements.get(meta, "versionId", str, place) or "" for meta, place in zip(metas, places, strict=True)]
        if all(text.isascii() and text.isdigit() and len(text) < 20 for text in ids) and int(ids[0]) != int(ids[1]):
            said.add(int(ids[0]) > int(ids[1]))
        if len(said) != 1:
            message = f"is {one.name} again ({other.place}), and meta does not say which is newer"
            elements.problem(one.place, message, "keep one")
        return said == {True}

    # The patient

    def _only_of_the_patient(self) -> None:
        """Keep what is about the one patient; report the rest."""
        patients = [entry for entry in self.entries if entry.kind == "Patient"]
        if len(patients) > 1:
            names = " and ".join(sorted(entry.name for entry in patients))
            self.elements.problem("Bundle" if "Bundle" in patients[0].place else "resources", f"holds two patients: {names}")
            return
        kept = []
        named: dict[str, str] = {}
        patient = patients[0] if patients else None
        server = "" if patient is None else _server(patient)
        for entry in self.entries:
            key = SUBJECTS.get(entry.kind)
            if key is None:
                if entry is not patient:
                    self.unread.append(entry)
                continue
            subject = self.elements.reference(entry.data, key, entry.place)
            if (
                patient is not None
                and subject == patient.name
                and (not entry.url or (server and entry.url == server + entry.name))
            ):
                # The plain forms, first because most are of these.
                kept.append(entry)
                continue
            if subject and "/" in subject and ":" not in subject:
                # A relative reference is one to the server that the resource is from.
                subject = _server(entry) + subject
            if subject is None or (patient is not None and subject == patient.name) or _may_be(subject, patient):
                kept.append(entry)
                # One id on two servers is two patients, even where a Patient of that id came without an address.
                if subject is not None and (patient is None or "://" in subject):
                    named.setdefault(subject, entry.name)
            else:
                text = subject or "a subject without reference"
                self.unmapped.append(Unmapped(entry.name, key, Reason.OTHER_SUBJECT, text))
        if not _one_patient(named):
            both = " and ".join(sorted(f"{subject} ({name})" for subject, name in named.items())[:2])
            self.elements.problem("", f"what was sent is about two patients: {both}", "send one patient's resources")
        if patient is not None:
            self._linked(patient)
        self.entries = kept
        self.patient = patient.name if patient is not None else next(iter(named), "")

    def _linked(self, patient: Entry) -> None:
        """Report the other records of the same person: what stands there was not sent."""
        for path, link in self.elements.objects(patient.data, "link", patient.place):
            other = self.elements.reference(link, "other", path) or ""
            if relative(other).startswith("Patient/"):
                said = f"{self.elements.get(link, 'type', str, path) or 'linked to'} {other}"
                self.unmapped.append(Unmapped(patient.name, path.removeprefix(f"{patient.place}."), Reason.INCOMPLETE, said))


def without_version(reference: str) -> str:
    """Return a reference without the version of what it refers to."""
    return reference.partition("/_history/")[0]


def relative(reference: str) -> str:
    """Return the relative form of a reference: ``Patient/p1``."""
    reference = without_version(reference)
    return reference if reference.startswith("urn:") else "/".join(reference.split("/")[-2:])


def _server(entry: Entry) -> str:
    """Return the address of the server that a resource is from, up to the kind; empty where its address does not tell."""
    url = entry.url
    if not url or "://" not in url:
        return ""
    url = without_version(url)
    return url.removesuffix(entry.name) if url.endswith(f"/{entry.name}") else ""


def _alike(one: Entry, other: Entry) -> bool:
    """Whether a resource was sent again just as it is: two searches may both find it."""
    try:
        return one.data == other.data
    except RecursionError:
        return False


def _may_be(reference: str, patient: Entry | None) -> bool:
    """Whether a reference is to the patient, by address or by type and id; to any patient where none was sent."""
    if patient is None:
        return relative(reference).startswith(("Patient/", "urn:"))
    reference = without_version(reference)
    if reference in {patient.name, patient.url}:
        return bool(reference)
    return "://" in reference and "://" not in patient.url and relative(reference) == patient.name


def _one_patient(references: Mapping[str, str]) -> bool:
    """Whether references can all be to the same patient."""
    plain = {without_version(one) for one in references}
    return len({relative(one) for one in plain}) <= 1 and len({one for one in plain if "://" in one}) <= 1

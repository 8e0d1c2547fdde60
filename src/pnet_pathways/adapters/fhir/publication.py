"""What all FHIR artifacts of a set of definitions share: their addresses, ids, versions and status.

>>> from pnet_pathways import load_pathways
>>> Publication(load_pathways()).url("CodeSystem", "facts")
'https://example.org/pnet/CodeSystem/facts'
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import attrs

from ...model.errors import Problem, PublicationError, shown
from ...model.pathway import Definitions
from ...model.review import RecordKind

EXAMPLE: Final = "https://example.org/pnet"
"""The base address of drafts: nobody publishes there."""

Resource = dict[str, Any]

_LONGEST_ID: Final = 64
_PREFIX: Final = "Pnet"
_IN_ORDER: Final = (
    "resourceType id meta implicitRules language text contained extension modifierExtension url identifier version name "
    "title subtitle derivedFrom status experimental type subjectType subjectCodeableConcept subjectReference date "
    "publisher contact description useContext jurisdiction purpose usage copyright approvalDate lastReviewDate "
    "effectivePeriod code topic author editor reviewer endorser relatedArtifact library goal parameter dataRequirement "
    "immutable caseSensitive valueSet hierarchyMeaning compositional versionNeeded content supplements count filter "
    "property concept compose expansion action item"
)
"""The elements of the resources that are published, in FHIR's order."""
_ORDER: Final = {name: place for place, name in enumerate(_IN_ORDER.split())}


def identifier(name: str) -> str:
    """Return a name as an id and the tail of an address: there `_` becomes `-`, since some engines resolve none with it."""
    return name.replace("_", "-")


def camel(name: str) -> str:
    """Return a name as a computer-friendly one: ``PnetFacts`` for ``facts``."""
    return _PREFIX + "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))


def address_parts(url: str) -> SplitResult | None:
    """Return the parts of an address, `None` where it has none, such as one whose brackets do not close."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _checked(canonical: str) -> str:
    canonical = canonical.rstrip("/")
    parts = address_parts(canonical)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc or re.search(r"[\s|#?\\<>\"]", canonical):
        hint = f"an absolute address without query or fragment, such as {EXAMPLE}"
        raise PublicationError(
            [Problem("canonical", f"takes the base of the artifacts' addresses, not {shown(canonical)}", hint)]
        )
    return canonical


@attrs.frozen
class Publication:
    """A set of definitions to publish as FHIR artifacts, under the base address `canonical`.

    An artifact is `draft` and experimental until its pathway is approved (one of all pathways: until all are); where `draft`
    is set, it stays so. Raises `PublicationError` for an address that cannot be a base.
    """

    definitions: Definitions
    canonical: str = attrs.field(default=EXAMPLE, converter=_checked)
    draft: bool = False

    def url(self, kind: str, name: str) -> str:
        """Return the address of an artifact by its kind and name."""
        return f"{self.canonical}/{kind}/{identifier(name)}"

    def resource(
        self, kind: str, name: str, *, title: str, description: str, pathway: str | None = None, **elements: Any
    ) -> Resource:
        """Return an artifact: what all have, and its own `elements`, those that are `None` left out, in FHIR's order.

        One of a single `pathway` has its version and the status that its reviews give it. The description ends with the
        document's disclaimer.
        """
        definitions = self.definitions
        approved = self.is_approved(pathway)
        id_ = identifier(name)
        if len(id_) > _LONGEST_ID or not re.fullmatch(r"[A-Za-z0-9.-]+", id_):
            hint = f"at most {_LONGEST_ID} of A-Z, a-z, 0-9, . and _"
            raise PublicationError([Problem(name, f"this name cannot be the id of a {kind}", hint)])
        found = {
            "resourceType": kind,
            "id": id_,
            "url": self.url(kind, name),
            "version": definitions.version if pathway is None else definitions.pathways[pathway].version,
            "name": camel(name),
            "title": title,
            "status": "active" if approved else "draft",
            "experimental": not approved,
            "description": f"{description} {definitions.source.disclaimer}",
            **elements,
        }
        return {key: found[key] for key in sorted(found, key=_ORDER.__getitem__) if found[key] is not None}

    def is_approved(self, pathway: str | None = None) -> bool:
        """Return whether an artifact of a pathway, or of all of them, is more than a draft."""
        names = self.definitions.pathways if pathway is None else (pathway,)
        return not self.draft and all(self.definitions.review(name).approved for name in names)

    def approval(self, pathway: str) -> dict[str, Any]:
        """Return the elements `approvalDate` and `reviewer` of a pathway's artifact, if it is no draft."""
        if not self.is_approved(pathway):
            return {}
        records = [one for one in self.definitions.review(pathway).decisions if one.kind is RecordKind.APPROVAL]
        return {
            "approvalDate": max(one.date for one in records),
            "reviewer": [{"name": f"{one.reviewer} ({one.role})"} for one in records],
        }

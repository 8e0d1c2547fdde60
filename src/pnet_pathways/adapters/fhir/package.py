"""One self-contained Bundle of everything that is published, signed or not, and what has become of one.

The digest and the signature are over canonical JSON (RFC 8785): keys sorted, no white space, UTF-8. A signature is a detached
JWS (RFC 7515, EdDSA) in `Bundle.signature`, over the Bundle without that element, so that no verifier needs this library.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from ...governance.review.checks import Signed
from ...governance.review.signing import Signer, fingerprint, fits, public_bytes, public_key
from ...model.errors import FhirError, Problem, PublicationError, shown
from ...model.hashing import portable_digest
from ...model.json_text import JsonTextError, read_json
from ...model.pathway import Definitions
from ...model.text import INSTANT_HINT, instant
from .package_cases import package_cases
from .publication import Publication, Resource
from .writing import check_address, resources
from .writing_cql import cql_folder

_NAME: Final = "package"
_JOSE: Final = "application/jose"
_SOURCE: Final = {
    "system": "urn:iso-astm:E1762-95:2013",
    "code": "1.2.840.10065.1.12.1.14",
    "display": "Source Signature",
}


# Writing


def package(publication: Publication) -> Resource:
    """Return every artifact of a publication, test cases, and the certificate where there is one, as one Bundle; unsigned.

    The first entry, a Library, lists the artifacts and names the definitions by their hash; the Bundle's identifier is the
    digest of its entries. Raises `PublicationError` where something approved would stand under the address of examples.
    """
    check_address(publication)
    found = list(resources(publication))
    manifest = publication.resource(
        "Library",
        _NAME,
        title=f"{publication.definitions.source.title}: package",
        description="Everything that is made of the definitions whose hash is this Library's identifier.",
        identifier=[{"system": _system(publication, "definitions"), "value": publication.definitions.content_hash}],
        type={"coding": [{"system": "http://terminology.hl7.org/CodeSystem/library-type", "code": "asset-collection"}]},
        relatedArtifact=[{"type": "composed-of", "resource": f"{one['url']}|{one['version']}"} for one in found],
    )
    entries = [{"fullUrl": one["url"], "resource": one} for one in (manifest, *found)]
    more = (*package_cases(publication), *_certificate(publication.definitions))
    entries += [{"fullUrl": publication.url(one["resourceType"], one["id"]), "resource": one} for one in more]
    return {
        "resourceType": "Bundle",
        "identifier": {"system": _system(publication, "package"), "value": portable_digest(entries)},
        "type": "collection",
        "entry": entries,
    }


def _certificate(definitions: Definitions) -> Iterator[Resource]:
    """Yield what an engine of others has certified of the Libraries, where that is kept beside the definitions."""
    path = cql_folder(definitions.folder) / "certificate.json"
    if definitions.folder and path.is_file():
        data = base64.b64encode(path.read_bytes()).decode()
        yield {"resourceType": "Binary", "id": "certificate", "contentType": "application/json", "data": data}


def _system(publication: Publication, name: str) -> str:
    return f"{publication.canonical}/{name}"


def signed(bundle: Resource, signer: Signer, name: str, at: str) -> Resource:
    """Return a package with a signature of somebody called `name`, made `at` a time, ``2026-11-23T10:00:00Z``.

    Raises `PublicationError` where the name is empty or the time is none.
    """
    problems = []
    if not name.strip():
        problems.append(Problem("signer", "nobody is named", "give the name of whose key it is"))
    moment = instant(at)
    if moment is None:
        problems.append(Problem("at", f"{shown(at)} is not a time with its zone", INSTANT_HINT))
    if problems or moment is None:
        raise PublicationError(problems)
    head = _encoded(_canonical(_head(signer.key, name, moment)))
    signature = _encoded(signer.bare(_signing_input(head, bundle)))
    return {**bundle, "signature": _element(name, moment, f"{head}..{signature}".encode())}


def _element(name: str, at: str, jws: bytes) -> Resource:
    return {
        "type": [dict(_SOURCE)],
        "when": at,
        "who": {"display": name},
        "targetFormat": "application/fhir+json",
        "sigFormat": _JOSE,
        "data": base64.b64encode(jws).decode(),
    }


def _head(key: str, name: str, at: str) -> dict[str, Any]:
    """Return the protected header of the JWS, which holds also what the Bundle says of the signature."""
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": _encoded(public_bytes(key))}
    return {"alg": "EdDSA", "jwk": jwk, "kid": fingerprint(key), "sigT": at, "signer": name}


def _signing_input(head: str, bundle: Mapping[str, Any]) -> bytes:
    unsigned = {key: value for key, value in bundle.items() if key != "signature"}
    return f"{head}.{_encoded(_canonical(unsigned))}".encode()


def _canonical(data: object) -> bytes:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "backslashreplace")


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    """Return what base64url stands for. Raises `ValueError` for what is none, and for bits that are not used."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encoded(data) != text:
        raise ValueError("this is not base64url as it is written")
    return data


# Checking


@attrs.frozen
class PackageCheck:
    """What has become of a package: its `problems`, what its signature is worth, and whose it is or what is wrong with it."""

    version: str
    content_hash: str
    resources: int
    problems: tuple[Problem, ...]
    signed: Signed
    said: str

    @property
    def good(self) -> bool:
        """Whether nothing was found, and it is signed."""
        return not self.problems and self.signed is Signed.GOOD


def check_package(text: str, definitions: Definitions, allowed: Mapping[str, str] | None = None) -> PackageCheck:
    """Return whether a package is as it was written, what the definitions give, and signed by whom.

    `allowed` holds principals by public key, as `signing.read_allowed_signers` gives them; without it every key is taken.
    Raises `FhirError` for what is no package.
    """
    bundle = _read(text)
    manifest = bundle["entry"][0]["resource"]
    problems: list[Problem] = []
    if portable_digest(bundle["entry"]) != bundle["identifier"]["value"]:
        problems.append(Problem("Bundle.identifier", "the content is not that of its digest: it was changed"))
    named = manifest["identifier"][0]["value"]
    if named != definitions.content_hash:
        message = f"it was made of other definitions ({manifest['version']}, hash {named[:12]})"
        hint = f"these are {definitions.version}, hash {definitions.content_hash[:12]}"
        problems.append(Problem("Bundle.entry[0].resource.identifier", message, hint))
    else:
        problems += _differences(bundle, definitions)
    verdict, said = _signature(bundle, allowed)
    return PackageCheck(manifest["version"], named, len(bundle["entry"]), tuple(problems), verdict, said)


def _read(text: str) -> Resource:
    """Return a package. Raises `FhirError` for what is none, with every mistake."""
    try:
        data = read_json(text)
    except JsonTextError as error:
        raise FhirError([error.problem]) from None
    if not isinstance(data, dict) or (data.get("resourceType"), data.get("type")) != ("Bundle", "collection"):
        raise FhirError([Problem("", "this is no package", "give a file that pnet fhir package wrote")])
    problems = []
    if not isinstance(_at(data, "identifier", "value"), str):
        problems.append(Problem("Bundle.identifier.value", "the digest of the content is missing"))
    entries = data.get("entry")
    if not isinstance(entries, list) or not entries:
        problems.append(Problem("Bundle.entry", "there is none"))
        entries = []
    for number, entry in enumerate(entries):
        if (
            not isinstance(entry, dict)
            or not isinstance(_at(entry, "fullUrl"), str)
            or not isinstance(_at(entry, "resource"), dict)
        ):
            problems.append(Problem(f"Bundle.entry[{number}]", "takes an address (fullUrl) and a resource"))
    manifest = entries[0].get("resource") if entries and isinstance(entries[0], dict) else None
    if entries and not (
        isinstance(_at(manifest, "identifier", 0, "value"), str)
        and isinstance(_at(manifest, "version"), str)
        and str(_at(manifest, "url")).endswith(f"/Library/{_NAME}")
    ):
        problems.append(Problem("Bundle.entry[0]", "is not the Library that names the definitions"))
    if problems:
        raise FhirError(problems)
    return data


def _at(data: object, *path: str | int) -> object:
    """Return what stands at a path in some data, `None` where nothing does."""
    for key in path:
        held = key in data if isinstance(data, dict) else isinstance(data, list) and isinstance(key, int) and key < len(data)
        if not held:
            return None
        data = data[key]  # type: ignore[index]
    return data


def _differences(bundle: Resource, definitions: Definitions) -> Iterator[Problem]:
    """Yield where a package is not what the definitions give; what is approved can be in it as a draft."""
    canonical = bundle["entry"][0]["resource"]["url"].removesuffix(f"/Library/{_NAME}")
    try:
        ways = [list(_unlike(bundle, package(Publication(definitions, canonical, draft)))) for draft in (False, True)]
    except PublicationError as error:
        ways = [list(error.problems)]
    yield from min(ways, key=len)


def _unlike(bundle: Resource, made: Resource) -> Iterator[Problem]:
    here, there = ({one["fullUrl"]: one for one in each["entry"]} for each in (bundle, made))
    for number, entry in enumerate(bundle["entry"]):
        place = f"Bundle.entry[{number}]"
        if entry["fullUrl"] not in there:
            yield Problem(place, f"the definitions give no {entry['fullUrl']}")
        elif entry != there[entry["fullUrl"]]:
            yield Problem(place, f"is not what the definitions give for {entry['fullUrl']}")
    yield from (Problem("Bundle.entry", f"{url} is missing") for url in there if url not in here)
    if len(here) < len(bundle["entry"]) or (list(here) != list(there) and here.keys() == there.keys()):
        yield Problem("Bundle.entry", "an entry is there twice, or they are in another order")
    if bundle["identifier"] != made["identifier"]:
        yield Problem("Bundle.identifier", "is not what the definitions give")
    if strange := bundle.keys() - made.keys() - {"signature"}:
        yield Problem("Bundle", f"holds what no package holds: {', '.join(sorted(strange))}")


def _signature(bundle: Resource, allowed: Mapping[str, str] | None) -> tuple[Signed, str]:
    """Return what the signature of a package is worth, and whose it is or what is wrong with it."""
    if "signature" not in bundle:
        return Signed.UNSIGNED, "nobody signed it"
    try:
        jws = base64.b64decode(bundle["signature"]["data"], validate=True)
        head, payload, signature = jws.decode("ascii").split(".")
        said = read_json(_decoded(head).decode())
        key = public_key(_decoded(str(_at(said, "jwk", "x"))))
        name, when = bundle["signature"]["who"]["display"], bundle["signature"]["when"]
        whole = payload == "" and said == _head(key, name, when) and bundle["signature"] == _element(name, when, jws)
        good = whole and fits(key, _signing_input(head, bundle), _decoded(signature))
    except (ValueError, KeyError, TypeError):
        return Signed.BAD, "this is no signature of a package"
    if not good:
        return Signed.BAD, "the signature does not fit the content: the package, or what it says of its signer, was changed"
    who = f"{name} at {when}, with the key {fingerprint(key)}"
    if allowed is None:
        return Signed.GOOD, f"{who}; whose key that is was not asked"
    if key not in allowed:
        return Signed.NOT_ALLOWED, f"{who}, which is not among the allowed ones"
    return Signed.GOOD, f"{who}, that of {allowed[key]}"

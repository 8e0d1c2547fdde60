"""The package: everything in one Bundle, any change of which is noticed, and whose signature others can check too."""

from __future__ import annotations

import base64
import copy
import functools
import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fhir.resources.R4B.bundle import Bundle
from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey

from commands import pnet
from pnet_pathways import load_pathways
from pnet_pathways.adapters.fhir import case_from_bundle
from pnet_pathways.adapters.fhir.package import check_package, package, signed
from pnet_pathways.adapters.fhir.package_cases import expected_of
from pnet_pathways.adapters.fhir.publication import Publication, Resource
from pnet_pathways.adapters.fhir.writing import resources, text_of
from pnet_pathways.engine.recommend import recommend
from pnet_pathways.governance.review.checks import Signed
from pnet_pathways.governance.review.signing import Signer, read_signer
from pnet_pathways.model.errors import FhirError, PublicationError
from pnet_pathways.model.hashing import portable_digest
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review import Record, RecordKind, Review, ReviewStatus
from pump import PUMP_FAULT
from review_material import never, signer, write_key

__all__ = ["signer"]  # a fixture

OWN = "https://hospital.example.net/fhir"
WHO = "Reviewer A (surgeon)"
AT = "2026-11-28T10:00:00Z"


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load_pathways(PUMP_FAULT)


@pytest.fixture(scope="module")
def made(definitions: Definitions) -> Resource:
    return package(Publication(definitions, OWN))


@pytest.fixture
def whole(made: Resource, signer: Signer) -> Resource:
    return signed(made, signer, WHO, AT)


def test_it_holds_all_that_is_written_and_is_the_same_bytes_again(definitions: Definitions, made: Resource) -> None:
    publication = Publication(definitions, OWN)
    manifest, *held = [entry["resource"] for entry in made["entry"]]
    written = list(resources(publication))
    assert held[: len(written)] == written
    assert {one["resourceType"] for one in written} >= {"CodeSystem", "ValueSet", "Questionnaire", "Library", "PlanDefinition"}
    assert [one["resource"] for one in manifest["relatedArtifact"]] == [f"{one['url']}|{one['version']}" for one in written]
    assert manifest["identifier"][0]["value"] == definitions.content_hash
    assert {one["resourceType"] for one in held[len(written) :]} == {"Bundle"}
    assert text_of(package(publication)) == text_of(made)
    addresses = [entry["fullUrl"] for entry in made["entry"]]
    assert len(set(addresses)) == len(addresses)
    Bundle.model_validate(made)


def test_what_must_come_out_of_a_test_case_is_the_answer(definitions: Definitions, made: Resource) -> None:
    cases = [one["resource"] for one in made["entry"] if one["resource"]["resourceType"] == "Bundle"]
    assert len(cases) > 20
    for case in cases:
        patient, form, expected = (one["resource"] for one in case["entry"])
        assert form["subject"] == {"reference": f"Patient/{patient['id']}"}
        answer = recommend(case_from_bundle(case, definitions).case, definitions)
        told = [(one["name"], one["valueString"]) for one in expected.get("parameter", ())]
        assert told == [(name, one) for name, values in expected_of(answer).items() for one in values]
    names = {one["name"] for case in cases for one in case["entry"][2]["resource"].get("parameter", ())}
    assert names >= {"certain", "possible", "missing"}


def test_a_signed_package_is_good(definitions: Definitions, whole: Resource, signer: Signer) -> None:
    found = check_package(text_of(whole), definitions, {signer.key: "a@hospital"})
    assert (found.good, found.problems, found.signed) == (True, (), Signed.GOOD)
    assert found.said.startswith(f"{WHO} at {AT}, with the key SHA256:")
    assert found.said.endswith("that of a@hospital")
    assert check_package(text_of(whole), definitions).good
    Bundle.model_validate(whole)


def test_it_is_good_however_its_json_is_laid_out(definitions: Definitions, whole: Resource) -> None:
    assert check_package(json.dumps(whole, sort_keys=True), definitions).good


def test_another_library_verifies_the_signature(whole: Resource, signer: Signer) -> None:
    """A detached JWS over the canonical JSON of the Bundle without its signature; nothing of ours is needed."""
    element = whole["signature"]
    head, _, signature = base64.b64decode(element["data"]).decode().split(".")
    content = {key: value for key, value in whole.items() if key != "signature"}
    payload = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    protected = json.loads(base64.urlsafe_b64decode(head + "=="))
    assert (protected["alg"], protected["sigT"], protected["signer"]) == ("EdDSA", AT, WHO)
    key = OKPKey.import_key(protected["jwk"])
    attached = f"{head}.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.{signature}"
    registry = jws.JWSRegistry(algorithms=["EdDSA"], strict_check_header=False)
    registry.max_payload_length = len(attached)
    with pytest.warns(SecurityWarning, match="RFC 9864"):  # its newer name, Ed25519, is known to few verifiers yet
        assert jws.deserialize_compact(attached, key, registry=registry).payload == payload
    raw = signer.private.public_key().public_bytes_raw()
    assert protected["jwk"]["x"] == base64.urlsafe_b64encode(raw).decode().rstrip("=")
    assert (element["sigFormat"], element["when"], element["who"]) == ("application/jose", AT, {"display": WHO})


def flipped(text: str) -> str:
    """Return a text of which one character is another."""
    return chr(ord(text[0]) ^ 1) + text[1:]


def leaves(data: Any) -> list[tuple[Any, Any]]:
    """Return every place in some data where a text, a number or a boolean stands: what holds it, and its key."""
    found = []
    for key, value in list(data.items() if isinstance(data, dict) else enumerate(data)):
        found += leaves(value) if isinstance(value, dict | list) else [(data, key)]
    return found


def changed(value: Any) -> Any:
    return flipped(value) if isinstance(value, str) else not value if isinstance(value, bool) else value + 1


def test_a_change_in_any_resource_is_found_by_digest_definitions_and_signature(
    definitions: Definitions, whole: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pnet_pathways.adapters.fhir.package.package", functools.cache(package))
    for number in range(len(whole["entry"])):
        broken = copy.deepcopy(whole)
        places = [one for one in leaves(broken["entry"][number]["resource"]) if one[1] != "url"]
        holder, key = places[len(places) // 2]
        holder[key] = changed(holder[key])
        try:
            found = check_package(text_of(broken), definitions)
        except FhirError:
            assert number == 0  # the Library that makes it a package
            continue
        assert found.signed is Signed.BAD
        where = {one.where for one in found.problems}
        assert where >= {"Bundle.identifier"} | ({f"Bundle.entry[{number}]"} if number else set())


def test_a_digest_made_anew_does_not_hide_a_change(
    definitions: Definitions, made: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pnet_pathways.adapters.fhir.package.package", functools.cache(package))
    for number in range(1, len(made["entry"])):
        broken = copy.deepcopy(made)
        holder, key = leaves(broken["entry"][number]["resource"])[-1]
        holder[key] = changed(holder[key])
        broken["identifier"]["value"] = portable_digest(broken["entry"])
        where = {one.where for one in check_package(text_of(broken), definitions).problems}
        assert where == {f"Bundle.entry[{number}]", "Bundle.identifier"}


def test_every_byte_of_a_signature_and_what_is_said_of_it_counts(
    definitions: Definitions, whole: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The content is left alone: only what stands in `Bundle.signature` is changed, each character of it once."""
    monkeypatch.setattr("pnet_pathways.adapters.fhir.package._differences", lambda *_: iter(()))
    small = {**whole, "entry": whole["entry"][:1]}
    for holder, key in leaves(whole["signature"]):
        text = holder[key]
        for place in range(len(text)):
            holder[key] = text[:place] + flipped(text[place:])
            assert check_package(json.dumps({**small, "signature": whole["signature"]}), definitions).signed is Signed.BAD
        holder[key] = text


def test_what_is_unsigned_and_whose_key_is_not_known_is_said(
    definitions: Definitions, made: Resource, whole: Resource, tmp_path: Path
) -> None:
    unsigned = check_package(text_of(made), definitions)
    assert (unsigned.good, unsigned.problems, unsigned.signed, unsigned.said) == (
        False,
        (),
        Signed.UNSIGNED,
        "nobody signed it",
    )
    other = read_signer(write_key(tmp_path / "other", Ed25519PrivateKey.from_private_bytes(b"8" * 32)), never)
    unknown = check_package(text_of(whole), definitions, {other.key: "b@hospital"})
    assert (unknown.good, unknown.problems, unknown.signed) == (False, (), Signed.NOT_ALLOWED)
    assert "not among the allowed ones" in unknown.said


def test_a_signature_of_another_package_does_not_fit(definitions: Definitions, made: Resource, signer: Signer) -> None:
    other = signed(package(Publication(definitions, "https://other.example.org")), signer, WHO, AT)
    found = check_package(text_of({**made, "signature": other["signature"]}), definitions)
    assert (found.problems, found.signed) == ((), Signed.BAD)


def test_other_definitions_are_named(made: Resource, definitions: Definitions) -> None:
    (problem,) = check_package(text_of(made), load_pathways()).problems
    assert "it was made of other definitions" in problem.message
    assert definitions.content_hash[:12] in problem.message


def test_entries_that_are_missing_more_or_moved_are_named(made: Resource, definitions: Definitions) -> None:
    def problems(entries: list[Any]) -> str:
        return "\n".join(map(str, check_package(text_of({**made, "entry": entries}), definitions).problems))

    first, second, *rest = made["entry"]
    assert f"{second['fullUrl']} is missing" in problems([first, *rest])
    assert "an entry is there twice" in problems([first, second, second, *rest])
    assert "in another order" in problems([first, *rest, second])
    more = {"fullUrl": f"{OWN}/Library/more", "resource": {"resourceType": "Library"}}
    assert f"the definitions give no {OWN}/Library/more" in problems([*made["entry"], more])
    extra = check_package(text_of({**made, "timestamp": AT}), definitions)
    assert [str(one) for one in extra.problems] == ["Bundle: holds what no package holds: timestamp"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("[]", "this is no package"),
        ('{"resourceType": "Bundle", "type": "collection"}', "Bundle.identifier.value: the digest"),
        ('{"resourceType": "Bundle", "type": "collection"}', "Bundle.entry: there is none"),
        ('{"resourceType": "Bundle", "type": "collection", "entry": [1]}', "Bundle.entry[0]: takes an address"),
        ('{"resourceType": "Bundle", "type": "collection", "entry": [{}]}', "is not the Library that names the definitions"),
        ('{"resourceType": "Bundle", "resourceType": "Bundle"}', "resourceType"),
    ],
)
def test_what_is_no_package_is_refused(definitions: Definitions, text: str, said: str) -> None:
    with pytest.raises(FhirError) as caught:
        check_package(text, definitions)
    assert said in str(caught.value)


def test_who_signs_and_when_must_be_said(made: Resource, signer: Signer) -> None:
    with pytest.raises(PublicationError) as caught:
        signed(made, signer, " ", "today")
    assert [one.where for one in caught.value.problems] == ["signer", "at"]


def test_the_commands(tmp_path: Path, signer: Signer) -> None:
    key = write_key(tmp_path / "key", signer.private)
    allowed, empty = tmp_path / "allowed", tmp_path / "empty"
    allowed.write_text(f"a@hospital {signer.key}\n", "utf-8")
    empty.write_text("", "utf-8")
    file = tmp_path / "package.json"
    common = ("--pathways", PUMP_FAULT)
    write = ("fhir", "package", "--output", file, *common, "--canonical", OWN)
    check = ("fhir", "verify-package", file, *common)

    unsigned = pnet(*write)
    assert (unsigned.exit_code, unsigned.stdout.endswith("unsigned\n")) == (0, True)
    found = pnet(*check)
    assert (found.exit_code, "Signature (unsigned): nobody signed it" in found.stdout) == (1, True)

    assert pnet(*write, "--key", key, "--signer", WHO, "--at", AT).exit_code == 0
    good = pnet(*check, "--allowed-signers", allowed)
    assert (good.exit_code, "Content and definitions agree." in good.stdout) == (0, True)
    unknown = pnet(*check, "--allowed-signers", empty, "--format", "json")
    assert (unknown.exit_code, json.loads(unknown.stdout)["signed"]) == (1, "not allowed")
    text = file.read_text("utf-8")
    file.write_text(text.replace("lubric", "lubrik", 1) if "lubric" in text else text.replace("bearing", "baering", 1), "utf-8")
    assert pnet(*check).exit_code == 1
    file.write_text(text[:-10], "utf-8")
    broken = pnet(*check)
    assert (broken.exit_code, broken.stdout, "not valid JSON" in broken.stderr) == (2, "", True)
    assert pnet("fhir", "verify-package", tmp_path / "none", *common).exit_code == 2

    before = file.read_bytes()
    lacking = pnet(*write, "--key", key)
    assert (lacking.exit_code, file.read_bytes()) == (2, before)
    assert "--signer: is missing" in lacking.stderr
    assert "--at: is missing" in lacking.stderr


def test_what_is_approved_can_be_packaged_as_a_draft(definitions: Definitions) -> None:
    """A package of drafts stays good when its pathways are approved: it was made so on purpose."""
    reviews = {}
    for name, pathway in definitions.pathways.items():
        content = definitions.reviewed_hashes[name]
        record = Record(
            number=1,
            kind=RecordKind.APPROVAL,
            pathway=name,
            version=pathway.version,
            content=content,
            reviewer="Reviewer A",
            role="surgeon",
            date="2026-11-28",
        )
        reviews[name] = Review(ReviewStatus.APPROVED, (record,))
    approved = attrs.evolve(definitions, reviews=reviews)
    for publication in (Publication(definitions, OWN), Publication(approved, OWN)):
        assert check_package(text_of(package(publication)), approved).problems == ()
    assert check_package(text_of(package(Publication(approved, OWN))), definitions).problems

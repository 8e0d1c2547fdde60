"""What FHIR artifacts share, and the files that they become."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from pnet_pathways import load_pathways
from pnet_pathways.adapters.fhir import writing
from pnet_pathways.adapters.fhir.publication import EXAMPLE, Publication, Resource, identifier
from pnet_pathways.adapters.fhir.writing import write
from pnet_pathways.model.errors import PublicationError
from pnet_pathways.model.pathway import Definitions
from pnet_pathways.model.review import Record, RecordKind, Review, ReviewStatus

OWN = "https://hospital.example.net/fhir"


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load_pathways()


def plan(publication: Publication, pathway: str | None = "insulinoma") -> Resource:
    elements = {} if pathway is None else publication.approval(pathway)
    return publication.resource("PlanDefinition", "plan", title="A plan", description="What.", pathway=pathway, **elements)


def approved(definitions: Definitions, name: str) -> Definitions:
    pathway = definitions.pathways[name]
    record = Record(
        number=1,
        kind=RecordKind.APPROVAL,
        pathway=name,
        version=pathway.version,
        content=definitions.reviewed_hashes[name],
        reviewer="Reviewer A",
        role="surgeon",
        date="2026-11-28",
    )
    return attrs.evolve(definitions, reviews={name: Review(ReviewStatus.APPROVED, (record,))})


def test_an_artifact_is_a_draft_until_its_pathway_is_approved(definitions: Definitions) -> None:
    before = plan(Publication(definitions, OWN))
    assert (before["status"], before["experimental"], "approvalDate" in before) == ("draft", True, False)

    after = Publication(approved(definitions, "insulinoma"), OWN)
    found = plan(after)
    assert (found["status"], found["experimental"]) == ("active", False)
    assert (found["approvalDate"], found["reviewer"]) == ("2026-11-28", [{"name": "Reviewer A (surgeon)"}])
    assert plan(after, None)["status"] == "draft", "other pathways are not approved"
    assert plan(attrs.evolve(after, draft=True)) == before


def test_elements_are_in_the_order_of_fhir_and_carry_the_disclaimer(definitions: Definitions) -> None:
    publication = Publication(definitions, OWN + "/")
    found = publication.resource("PlanDefinition", "a_b", title="A", description="B.", action=[], type={}, copyright=None)
    assert list(found) == [
        *("resourceType", "id", "url", "version", "name", "title", "status", "experimental", "type", "description", "action")
    ]
    assert found["url"] == f"{OWN}/PlanDefinition/a-b"
    assert found["name"] == "PnetAB"
    assert found["description"].endswith(definitions.source.disclaimer)


@pytest.mark.parametrize(
    "canonical", ["", "hospital", "ftp://x.org/a", "https://", "https://x.org/a b", "https://x.org/a|1", "http://["]
)
def test_what_is_no_base_address_is_refused(definitions: Definitions, canonical: str) -> None:
    with pytest.raises(PublicationError, match="canonical: takes the base of the artifacts' addresses"):
        Publication(definitions, canonical)


def test_what_cannot_be_an_id_is_refused(definitions: Definitions) -> None:
    with pytest.raises(PublicationError, match="cannot be the id of a Library"):
        Publication(definitions).resource("Library", "x" * 65, title="", description="")


def test_every_pathway_has_an_id(definitions: Definitions) -> None:
    names = [identifier(name) for name in (*definitions.pathways, *definitions.vocabulary.facts)]
    assert len(set(names)) == len(names)


def one(publication: Publication) -> list[Resource]:
    return [plan(publication)]


def test_files_are_the_same_bytes_and_replace_those_written_before(
    definitions: Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "WRITERS", (one,))
    publication = Publication(definitions)
    (path,) = write(publication, tmp_path / "deep" / "out")
    before = path.read_bytes()
    assert path.name == "PlanDefinition-plan.json"
    assert json.loads(before) == plan(publication)
    gone = {"resourceType": "Library", "id": "gone", "url": "https://example.org/x/Library/gone", "name": "PnetGone"}
    (path.parent / "Library-gone.json").write_text(json.dumps(gone))
    write(publication, path.parent)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.parent.iterdir()] == ["out"]


def test_a_folder_with_other_files_is_left_alone(definitions: Definitions, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(PublicationError, match=r"holds other files \(thesis.txt\) \(name a new or empty folder\)"):
        write(Publication(definitions), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    "content",
    [
        '{"resourceType": "Patient", "id": "mine"}',
        '{"resourceType": "Library", "id": "x", "url": "https://example.org/Library/x", "name": "Mine"}',
        "[]",
        "no JSON",
    ],
)
def test_a_resource_of_others_is_no_artifact_of_before(definitions: Definitions, tmp_path: Path, content: str) -> None:
    for name in ("Patient-mine.json", "Library-x.json"):
        (tmp_path / name).write_text(content)
    with pytest.raises(PublicationError, match=r"holds other files \((Library-x|Patient-mine).json\)"):
        write(Publication(definitions), tmp_path)
    assert {file.read_text() for file in tmp_path.iterdir()} == {content}


def test_a_failure_leaves_what_was_written_before(
    definitions: Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "WRITERS", (one,))
    (path,) = write(Publication(definitions), tmp_path / "out")
    before = path.read_bytes()

    def broken(publication: Publication) -> list[Resource]:
        return [*one(publication), {"resourceType": "Library", "id": "x", "content": object()}]

    monkeypatch.setattr(writing, "WRITERS", (broken,))
    with pytest.raises(TypeError):
        write(Publication(definitions), tmp_path / "out")
    assert [file.name for file in (tmp_path / "out").iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_what_is_approved_is_not_published_under_the_address_of_examples(definitions: Definitions, tmp_path: Path) -> None:
    publication = Publication(approved(definitions, "insulinoma"), EXAMPLE)
    with pytest.raises(PublicationError, match="these pathways are approved: insulinoma"):
        write(publication, tmp_path / "out")
    assert write(attrs.evolve(publication, draft=True), tmp_path / "out") is not None


def test_two_artifacts_of_one_name_are_refused_and_nothing_is_written(
    definitions: Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "WRITERS", (one, one))
    with pytest.raises(PublicationError, match=r"PlanDefinition-plan\.json: two artifacts would have this name"):
        write(Publication(definitions), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []

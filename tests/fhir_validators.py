"""FHIR validators that others wrote, asked in one way, and their alarms that are known to be false.

Each gets whole resources and gives its alarms. None finds everything: `tests/adapters/test_fhir_defects.py` says which
finds what.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import fhirkit
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError
from pyrofile_validator import Validator
from pyrofile_validator.config import ValidatorConfig
from ruamel.yaml import YAML

from outside_engines import FOLDER, Engines
from project import ROOT

Resource = Mapping[str, Any]

MCODE: Final = ROOT.parent / "shared" / "data" / "fhir" / "mcode"
"""Profiles and examples of mCODE, beside a checkout."""

_R4: Final = FOLDER / "node_modules" / "@medplum" / "definitions" / "dist" / "fhir" / "r4"
_BUNDLES: Final = (
    *("profiles-types", "profiles-resources", "profiles-others", "extension-definitions"),
    *("valuesets", "v3-codesystems", "v2-tables"),
)
_US_CORE: Final = "testing/uscore-v5.0.1-structuredefinitions"
_KNOWN: Final = Path(__file__).parent / "adapters" / "known_alarms.yaml"


@attrs.frozen
class Alarm:
    """What a validator says is wrong with a resource."""

    validator: str
    resource: str
    rule: str
    path: str
    message: str


Validate = Callable[[Sequence[Resource]], list[Alarm]]


def name_of(resource: Resource) -> str:
    """Return what names a resource in an alarm."""
    return f"{resource.get('resourceType')}/{resource.get('id')}"


def members(resource: Resource) -> list[Resource]:
    """Return a resource, and what a Bundle holds: some validators do not look into one."""
    inner = [entry["resource"] for entry in resource.get("entry", ()) if "resource" in entry]
    return [resource, *(one for each in inner for one in members(each))]


def models(resources: Sequence[Resource]) -> list[Alarm]:
    """Let fhir.resources parse resources."""
    found = []
    for one in resources:
        try:
            get_fhir_model_class(one["resourceType"]).model_validate(one)
        except KeyError as error:
            found.append(Alarm("models", name_of(one), "type", "", str(error)))
        except ValidationError as error:
            for bad in error.errors():
                path = ".".join(str(part) for part in bad["loc"])
                found.append(Alarm("models", name_of(one), bad["type"], path, bad["msg"]))
    return found


def kit(resources: Sequence[Resource]) -> list[Alarm]:
    """Let fhirkit check resources."""
    return [
        Alarm("fhirkit", name_of(one), bad.severity, bad.path, bad.message)
        for one in resources
        for bad in fhirkit.validate(json.dumps(one))
    ]


def scripted(engines: Engines, script: str, profiles: Mapping[str, Resource] | None = None) -> Validate:
    """Return a validator that is a script; one that knows profiles is given those that resources claim."""

    def validate(resources: Sequence[Resource]) -> list[Alarm]:
        every = [each for one in resources for each in members(one)]
        answers = engines.run(script, {"resources": every, "profiles": profiles or {}})
        name = script.removesuffix(".mjs")
        pairs = zip(every, answers, strict=True)
        return [Alarm(name, name_of(one), **bad) for one, answer in pairs for bad in answer]

    return validate


def pyrofile(*folders: Path) -> Validate:
    """Return pyrofile's validator, with the definitions of some folders; what it prints meanwhile is left out."""
    configuration = {
        "fhirVersion": "4.0.1",
        "localPackagePaths": [str(one) for one in folders],
        "terminology": {"mode": "local"},
    }
    validator = Validator(ValidatorConfig.load_dict(configuration))

    def validate(resources: Sequence[Resource]) -> list[Alarm]:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return [
                Alarm("pyrofile", name_of(one), bad.code, bad.path or "", bad.message)
                for one in resources
                for bad in validator.validate_resource(dict(one)).issues
            ]

    return validate


def write_core(folder: Path) -> None:
    """Write the definitions of FHIR R4, and of US Core, into a folder."""
    for name in (*_BUNDLES, _US_CORE):
        read = json.loads((_R4 / f"{name}.json").read_text("utf-8"))
        write_all(
            folder / name.split("/")[-1], read if isinstance(read, list) else [entry["resource"] for entry in read["entry"]]
        )


def write_all(folder: Path, resources: Iterable[Resource]) -> None:
    """Write resources into a folder, without their narrative."""
    folder.mkdir(exist_ok=True)
    for number, one in enumerate(resources):
        text = json.dumps({key: value for key, value in one.items() if key != "text"})
        (folder / f"{number}.json").write_text(text, "utf-8")


@attrs.frozen
class Known:
    """An alarm that is known to be false: of a validator's rule, where a path and a message are like this."""

    id: str
    over: str  # examples, artifacts, answers: one or more
    validator: str
    rule: str
    reason: str
    path: str = ".*"
    message: str = ".*"

    def covers(self, alarm: Alarm) -> bool:
        """Return whether this is the alarm."""
        return (
            (self.validator, self.rule) == (alarm.validator, alarm.rule)
            and re.fullmatch(self.path, f"{alarm.resource} {alarm.path}") is not None
            and re.search(self.message, alarm.message) is not None
        )


def known(path: Path = _KNOWN) -> list[Known]:
    """Return the known false alarms."""
    listed = [Known(**row) for row in YAML(typ="safe").load(path)]
    assert [name for name, count in Counter(one.id for one in listed).items() if count > 1] == []
    return listed


def judged(alarms: Iterable[Alarm], listed: Sequence[Known]) -> list[str]:
    """Return what is wrong: alarms that no row of a list covers, and rows that cover none."""
    found, stale = [], {one.id for one in listed}
    for alarm in alarms:
        covering = {one.id for one in listed if one.covers(alarm)}
        stale -= covering
        if not covering:
            found.append(f"{alarm.validator} {alarm.rule}: {alarm.resource} {alarm.path}: {alarm.message[:300]}")
    return sorted(set(found)) + [f"{name}: this alarm no longer occurs; take its row away" for name in sorted(stale)]

"""The page that an EHR launches from a card: the questions beside the pathway, prefilled from the record (SMART on FHIR).

Everything happens in the browser. The service gives the two pages, and reads the resources that the page sends it; it keeps
nothing, and never sees a token.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

import attrs

from ....model.pathway import Definitions
from ....model.text import NO_PASSAGES
from ....model.wording import enumerated
from ....views.diagrams.deep_links import page_link
from ....views.diagrams.layout_engine import LayoutEngine
from ....views.report import contents, following, tables
from ....views.report.vocabulary import form
from ...fhir.findings import Reason
from ..messages import Answer
from ..settings import CASE, LAUNCH
from .servers import ServerSpec

_SHEETS: Final = (*following.SHEETS, "smart.css")
_OF_LAUNCH: Final = ("oauth.js", "launch.js")
_OF_CASE: Final = (*following.SCRIPTS, "oauth.js", "fetching.js", "record.js", "start.js")


@attrs.frozen
class SmartPage:
    """A page as it is sent: whole and compressed, with the policy under which it runs."""

    whole: bytes = attrs.field(repr=False)
    policy: str
    packed: bytes = attrs.field(repr=False, init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "packed", gzip.compress(self.whole, mtime=0))

    def answer(self, accepted: str) -> Answer:
        """Return the page as an answer to a browser that takes some encodings."""
        headers = {
            "Content-Security-Policy": self.policy,
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Vary": "Accept-Encoding",
        }
        kind = "text/html; charset=utf-8"
        if "gzip" in accepted:
            return Answer(text=self.packed, kind=kind, headers={**headers, "Content-Encoding": "gzip"})
        return Answer(text=self.whole, kind=kind, headers=headers)


def pages(
    definitions: Definitions, servers: Sequence[ServerSpec], case: bytes, frames: Iterable[str] = ()
) -> dict[str, SmartPage]:
    """Return the two pages by their paths.

    `case` is what `case_page` made; `frames` are the origins that may show the pages in a frame.
    """
    policies = [_policy(servers, names, frames) for names in (_OF_LAUNCH, _OF_CASE)]
    return {LAUNCH: SmartPage(launch_page(definitions, servers), policies[0]), CASE: SmartPage(case, policies[1])}


def launch_page(definitions: Definitions, servers: Iterable[ServerSpec]) -> bytes:
    """Return the page that the EHR opens."""
    data = {"smart": {"servers": [one.to_dict() for one in servers]}}
    return _filled("launch.html.jinja", definitions, data, _OF_LAUNCH)


def case_page(definitions: Definitions, servers: Iterable[ServerSpec], searches: Mapping[str, str]) -> bytes:
    """Return the page of one patient, which makes the `searches`.

    Making it takes seconds: the exact answer to every case is written into it.
    """
    sections = contents.sections(definitions, LayoutEngine.BUNDLED, NO_PASSAGES, None)
    overview = contents.overview(definitions, LayoutEngine.BUNDLED)
    figures = (*overview, *(one.page for one in sections))
    data = following.follow_data(definitions, figures, in_address=False)
    reasons = {one.value: one.words for one in Reason}
    data["smart"] = {"servers": [one.to_dict() for one in servers], "searches": dict(searches), "reasons": reasons}
    return _filled(
        "case.html.jinja",
        definitions,
        data,
        _OF_CASE,
        sections=sections,
        figures=figures,
        fields=form(definitions),
        follow_title="Questions and answer",
        in_address=False,
        page_link=page_link(definitions),
        review=_review(definitions),
    )


def _filled(template: str, definitions: Definitions, data: Mapping[str, Any], scripts: Iterable[str], **more: Any) -> bytes:
    style, script = _joined(_SHEETS), _joined(scripts)
    made = following.environment(_asset).get_template(template)
    return made.render(definitions=definitions, style=style, script=script, data=tables.as_script(data), **more).encode()


def _review(definitions: Definitions) -> str:
    """Return what the reviews say of the pathways, in a sentence."""
    reviews = {one.title: definitions.review(one.name) for one in definitions.pathways.values()}
    open_ = [title for title, review in reviews.items() if not review.approved]
    if not open_:
        return "All pathways are approved."
    if len(open_) == len(reviews):
        return "No pathway is approved by a reviewer yet."
    return f"Not approved by a reviewer yet: {enumerated(open_)}."


def _policy(servers: Iterable[ServerSpec], scripts: Iterable[str], frames: Iterable[str]) -> str:
    """Return under which policy a page runs: its own style and script; it calls this service and the servers on the list."""
    called = dict.fromkeys(origin for one in servers for origin in one.origins)
    rules = {
        "default-src": "'none'",
        "script-src": f"'{following.policy_hash(_joined(scripts))}'",
        "style-src": f"'{following.policy_hash(_joined(_SHEETS))}'",
        "img-src": "data:",
        "connect-src": " ".join(("'self'", *called)),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(("'self'", *frames)),
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _asset(name: str) -> str:
    """Return a file of the page; what it shares with the report is the report's."""
    own = files(__package__).joinpath(name)
    return own.read_text("utf-8") if own.is_file() else following.asset(name)


def _joined(names: Iterable[str]) -> str:
    return "".join(map(_asset, names))

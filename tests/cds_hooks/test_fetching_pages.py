"""Fetching page by page: all of them, up to limits, and none that is elsewhere."""

from __future__ import annotations

import pytest

from browser.ehr import Ehr
from cds_hooks.fetching_material import Raw, http, naming, record, states
from fhir_material import condition
from pnet_pathways.adapters.service.app import Service
from pnet_pathways.adapters.service.fetching import MOST_PAGES
from service_material import TUMOR, VIEW, Reply, ask, for_programs, searchset


def test_all_pages_are_read(asking: Service, ehr: Ehr) -> None:
    whole = ask(asking, VIEW, naming(ehr.iss)).data
    ehr.record += [condition(f"c{number}") for number in range(7)]
    ehr.page_size = 1
    ehr.seen.clear()
    assert ask(asking, VIEW, naming(ehr.iss)).data == whole
    assert len(ehr.asked("Condition")) == len(ehr.record) == 9


def test_pages_are_read_up_to_a_limit(asking: Service, ehr: Ehr) -> None:
    ehr.record += [condition(f"c{number}") for number in range(MOST_PAGES)]
    ehr.page_size = 1
    reply = ask(asking, VIEW, naming(ehr.iss))
    assert f"conditions were sent in part (there are more than {MOST_PAGES} pages)" in record(reply)
    assert len(ehr.asked("Condition")) == MOST_PAGES


def test_a_page_that_fails_leaves_what_was_read(asking: Service, raw: Raw) -> None:
    first = searchset(TUMOR, link=[{"relation": "next", "url": "?page=2"}])
    raw.says(lambda path: http(b"", "401 No") if "page" in path else http(first))
    reply = ask(asking, VIEW, naming(raw.base, {"observations": None, "forms": None}))
    assert for_programs(reply.data["cards"][0])["case"] == {"tumor_type": "insulinoma"}
    assert "conditions were sent in part (the FHIR server does not take the access token: 401)" in record(reply)


def follow(asking: Service, raw: Raw, url: object) -> Reply:
    """Call where the conditions have a next page at an address."""
    first = searchset(TUMOR, link=[{"relation": "self", "url": "x"}, None, {"relation": "next", "url": url}])
    raw.says(lambda path: http(first if "patient=" in path else searchset(condition("liver"))))
    return ask(asking, VIEW, naming(raw.base, {"observations": None, "forms": None}))


@pytest.mark.parametrize("url", ["?page=2", "Condition?page=2", "/fhir?page=2", "/fhir/Condition/_search?page=2", "{0}?page=2"])
def test_a_next_page_below_the_listed_address_is_read(asking: Service, raw: Raw, url: str) -> None:
    reply = follow(asking, raw, url.format(raw.base))
    assert states(reply)["conditions"] == "whole"
    assert len(raw.heads) == 2


@pytest.mark.parametrize(
    "url",
    [
        "{1}/fhir?page=2",
        "//127.0.0.1:{2}/fhir?page=2",
        "http://localhost:{3}/fhir?page=2",
        "https://127.0.0.1:{3}/fhir?page=2",
        "http://user:secret@127.0.0.1:{3}/fhir?page=2",
        "http://127.0.0.1:{3}@127.0.0.1:{2}/fhir?page=2",
        "http://127.0.0.1:{3}\\@127.0.0.1:{2}/fhir?page=2",
        "/admin?page=2",
        "/fhirs?page=2",
        "../admin?page=2",
        "/fhir/../admin?page=2",
        "/fhir/%2e%2e/admin?page=2",
        "/fhir/..%2fadmin?page=2",
        "/fhir/..\\admin?page=2",
        "/fhir/x%5c..%5cadmin?page=2",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{2}/x",
        "data:application/json,x",
        "http://[",
        "http://127.0.0.1:99999/fhir",
        "a\x00b",
        7,
        None,
    ],
)
def test_a_next_page_elsewhere_is_not_asked_for_and_that_is_said(asking: Service, raw: Raw, ehr: Ehr, url: object) -> None:
    reply = follow(asking, raw, url.format(raw.base, ehr.origin, ehr.port, raw.port) if isinstance(url, str) else url)
    assert states(reply)["conditions"] == "incomplete"
    assert "conditions were sent in part (the next page is at an address that is not called)" in record(reply)
    assert (len(raw.heads), ehr.seen) == (1, [])


def test_pages_in_a_circle_end(asking: Service, raw: Raw) -> None:
    reply = follow(asking, raw, "")
    assert "(the next page is one that was read already)" in record(reply)

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.events import queries, roots, tree
from tests.kernel.events.factories import AT, record_each

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)


def seal(*sizes: int) -> None:
    """Sign roots at these sizes. Within one transaction nothing is below the horizon, so the events join by hand."""
    for size in sizes:
        events = record_each(*["dossier:1"] * (size - tree.size()))
        tree.append(events)
        tree.sign(size, AT)


def test_the_page_shows_the_seals_and_the_key(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    seal(3, 5)
    newest = queries.signed_root(5)
    with django_assert_num_queries(2):
        response = client.get("/transparency")
    page = response.content.decode()
    assert response.status_code == 200
    assert response["Vary"].count("Accept")
    assert newest.root.hex() in page
    assert page.index(newest.root.hex()[:16]) < page.index(queries.signed_root(3).root.hex()[:16])
    assert newest.public_key.hex() in page
    assert 'href="/transparency/roots/5"' in page
    assert "15:30 22/11/2026" in page


def test_the_page_before_the_first_seal(client: Client) -> None:
    assert client.get("/transparency").status_code == 200
    assert client.get("/transparency", {"format": "json"}).json() == {"roots": [], "keys": [], "older": None}


def test_the_page_is_json_for_programs(client: Client) -> None:
    seal(3)
    answer = client.get("/transparency", headers={"Accept": "application/json"}).json()
    assert roots.read(answer["roots"][0]).is_genuine()
    assert answer["keys"][0]["public_key"] == answer["roots"][0]["public_key"]
    assert answer["older"] is None


def test_older_seals_are_a_page_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "ROOTS_A_PAGE", 2)
    seal(1, 2, 3, 4, 5)
    sizes, address = [], "/transparency?format=json"
    while address:
        answer = client.get(address, headers={"Accept": "application/json"}).json()
        sizes.append([root["size"] for root in answer["roots"]])
        address = answer["older"]
    assert sizes == [[5, 4], [3, 2], [1]]
    assert 'href="/transparency?before=4"' in client.get("/transparency").content.decode()
    assert client.get("/transparency?before=x").status_code == 422


def test_a_root_is_a_file_that_verify_events_reads(client: Client) -> None:
    seal(3)
    response = client.get("/transparency/roots/3")
    assert roots.read(json.loads(response.content)) == queries.signed_root(3)
    assert "motcua-root-3.json" in response["Content-Disposition"]
    assert client.get("/transparency/roots/2").status_code == 404


def test_a_step_is_proved(client: Client) -> None:
    seal(3)
    event = queries.stream("dossier:1")[1]
    address = f"/transparency/proof?digest={event.digest.hex()}"
    page = client.get(address).content.decode()
    answer = client.get(address, headers={"Accept": "application/json"}).json()
    assert answer == json.loads(json.dumps(queries.inclusion(event.digest)))
    assert all(step in page for step in answer["path"])
    assert event.kind not in page
    assert f"{address}&amp;format=json" in page


def test_a_step_that_waits_for_its_seal(client: Client) -> None:
    (event,) = record_each("dossier:1")
    response = client.get("/transparency/proof", {"digest": event.digest.hex().upper()})
    assert response.status_code == 200
    assert "mc-flash--info" in response.content.decode()


@pytest.mark.parametrize(("digest", "status"), [("abc", 422), ("0" * 64, 404), ("g" * 64, 422)])
def test_a_digest_that_is_none_or_unknown(client: Client, digest: str, status: int) -> None:
    response = client.get("/transparency/proof", {"digest": digest})
    assert response.status_code == status
    assert 'href="#digest"' in response.content.decode()
    problem = client.get("/transparency/proof", {"digest": digest, "format": "json"})
    assert problem.status_code == status
    assert problem["Content-Type"] == "application/problem+json"
    assert problem.json()["detail"]


@pytest.mark.parametrize("address", ["/transparency/proof", "/transparency/consistency"])
def test_the_empty_forms(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200
    assert client.get(address, {"format": "json"}).status_code == 422


def test_two_seals_are_proved(client: Client) -> None:
    seal(3, 7)
    asked = {"old": "3", "new": "7"}
    answer = client.get("/transparency/consistency", asked | {"format": "json"}).json()
    assert answer == queries.consistency(3, 7)
    assert all(step in client.get("/transparency/consistency", asked).content.decode() for step in answer["path"])
    assert client.get("/transparency/consistency", {"old": "7", "new": "7"}).status_code == 200
    assert client.get("/transparency/consistency", {"old": "7", "new": "3"}).status_code == 404
    assert client.get("/transparency/consistency", {"old": "7", "new": "-3"}).status_code == 422


def test_a_page_needs_no_sign_in_and_takes_no_other_method(client: Client) -> None:
    assert client.post("/transparency").status_code == 405

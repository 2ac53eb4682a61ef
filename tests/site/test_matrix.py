"""Who may do what at every address: the table in ``matrix.txt`` against the house as it is.

Every address is asked by every role with every method that it offers. An address that the table does not name fails
the test: what nobody has thought of is denied. A method that a page does not offer (405) needs no row; whether it does
is asked by who may least and by who may most.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from motcua.kernel.errors import NotFound
from motcua.services.dossiers.access import Viewer, dossier_for
from tests.services.dossiers.factories import submit
from tests.site.matrix_world import NOBODYS, World

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parent / "matrix.txt"
ROLES = (
    "public", "owner", "citizen", "reception", "specialist", "leader", "head", "elsewhere", "administrator",
    "service", "unscoped",
)  # fmt: skip
PEOPLE = ROLES[:-2]  # services have no pages
LEAST_AND_MOST = ("public", "administrator")
CLIENT = Client(raise_request_exception=False)  # one for all: each loads the whole middleware anew
API = "/api/v1/"


def routes() -> list[str]:
    """Every address of the house, as its patterns write it."""
    return sorted(set(_routes(get_resolver().url_patterns, "")))


def _routes(patterns: list[Any], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            assert isinstance(pattern, URLPattern)
            yield prefix + str(pattern.pattern)


def table() -> dict[tuple[str, str], list[str]]:
    """The expected outcomes by method and route."""
    rows = {}
    for line in TABLE.read_text().splitlines():
        if line.startswith(("GET", "POST", "DELETE")):
            method, route, *outcomes = line.split()
            rows[method, route] = outcomes
    return rows


def outcome(response: HttpResponse) -> str:
    """``in``: must sign in; ``no``: may not; ``--``: is not told that there is such a thing; ``ok``: may.
    ``!!`` is a fault of ours, which no table allows.

    What is wrong in the empty form that is sent, or too late, is no question of rights: ``ok``.
    """
    status = response.status_code
    if status == 401 or (status == 302 and response["Location"].startswith(reverse("accounts:sign-in"))):
        return "in"
    return {403: "no", 404: "--", 405: "405", 500: "!!"}.get(status, "ok")


def body_for(world: World, route: str) -> dict[str, Any]:
    """What is sent to the interface: where it must be right before rights are looked at."""
    office = world.town.office.codes.get().code
    return {
        "api/v1/dossiers": {"procedure": "2.000908", "channel": "counter", "office": office},
        "api/v1/dossiers/<code>/actions/<action>": {"reason": "Theo đề nghị"},
        "api/v1/national-portal/dossiers": {"data": [{"MaHoSo": "G99.1-261127-0001"}]},
        "api/v1/signing/requests": {
            "id": str(NOBODYS),
            "signer": "nobody",
            "certificate": "0" * 64,
            "items": [{"content": "MTIz", "text": "Giấy"}],
        },
        "api/v1/webhooks": {"url": "https://127.0.0.1/", "kinds": ["dossier.*"]},
    }.get(route, {})


def asked(
    world: World, route: str, method: str, roles: Sequence[str], cookies: dict[str, str], tokens: dict[str, str]
) -> list[str]:
    """The outcomes of a method at a route for each of the roles; nothing that they do lasts."""
    is_api, address, found = f"/{route}".startswith(API), world.address(route), []
    for role in roles:
        bearer = {"Authorization": f"Bearer {tokens[role]}"} if tokens[role] else {}
        headers = bearer if is_api else {"Cookie": cookies[role]}
        kind = "application/json" if is_api else "application/x-www-form-urlencoded"
        body = json.dumps(body_for(world, route)) if is_api else ""
        with transaction.atomic():
            CLIENT.cookies.clear()
            response: Any = CLIENT.generic(method, address, body, content_type=kind, headers=headers)
            if response.streaming:
                response.getvalue()
            found.append(outcome(response))
            transaction.set_rollback(True)
    return found


@pytest.mark.long
@pytest.mark.parametrize("half", [0, 1])
def test_every_address_opens_to_whom_the_table_says(half: int) -> None:
    world, wrong = World.made(), []
    asking, expected = routes()[half::2], table()
    cookies = {role: world.cookies(role) for role in PEOPLE}
    tokens = {role: world.token(role) for role in ROLES}
    for route in asking:
        for method in ("GET", "POST", "DELETE") if f"/{route}".startswith(API) else ("GET", "POST"):
            row = expected.get((method, f"/{route}"))
            everybody = ROLES if f"/{route}".startswith(API) else PEOPLE
            found = asked(world, route, method, everybody if row else LEAST_AND_MOST, cookies, tokens)
            if row is None and set(found) != {"405"}:  # nobody has thought of it: who may, of all?
                found = asked(world, route, method, everybody, cookies, tokens)
            if found != (row or ["405"] * len(found)):
                wrong.append(f"{method:6} /{route:75} {' '.join(f'{each:3}' for each in found)}")
    assert not wrong, "Not as the table says; found:\n" + "\n".join(wrong)


def test_the_table_names_no_address_that_is_gone() -> None:
    assert {route for _method, route in table()} <= {f"/{route}" for route in routes()}


# What each role may do, besides reading, with a dossier that waits for acceptance and one at the specialist's step.
ACTS = {
    "submitted": {
        "owner": "withdraw",
        "reception": "accept add_paper collect_fee digitise refuse request_supplement waive_fee withdraw",
    },
    "at the specialist": {
        "owner": "withdraw",
        "reception": "add_paper collect_fee digitise stop waive_fee withdraw",
        "specialist": "claim complete initial prepare_result request_supplement send_back",
        "leader": "extend",
        "head": "extend reassign refund_fee",
        "administrator": "reassign reroute",
    },
}


@pytest.mark.parametrize("state", ACTS)
def test_every_role_may_do_what_the_table_says(state: str) -> None:
    world = World.made()
    dossier = submit(world.town) if state == "submitted" else world.dossier
    found = {}
    for role, account in world.accounts.items():
        viewer = Viewer.of(account) if account else Viewer()
        try:
            abilities = dossier_for(viewer, dossier.number).abilities
        except NotFound:
            assert role in {"public", "citizen", "elsewhere"}
            continue
        found[role] = {act for act, may in abilities.items() if may} - {"view", "view_papers"}
    assert {role: " ".join(sorted(acts)) for role, acts in found.items() if acts} == ACTS[state]

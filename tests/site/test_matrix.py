"""Who may do what at every address: the table in ``matrix.txt`` against the house as it is.

Every address is asked by every role with every method that it offers. An address that the table does not name fails
the test: what nobody has thought of is denied. A method that a page does not offer (405) needs no row; whether it does
is asked by who may least and by who may most.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.template.backends.jinja2 import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from motcua.kernel.errors import NotFound
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.web.refusals import PAGE, PARTIAL
from motcua.people.officers.models import Position
from motcua.services.dossiers.access import Viewer, dossier_for
from motcua.services.dossiers.models import Dossier, FeeLine, Involvement, WorkItem
from tests.services.dossiers.factories import submit
from tests.site.matrix_things import of_child
from tests.site.matrix_world import World

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
REFUSALS = {PAGE, PARTIAL}
CHANGING = {"ok", "in", "!!"}  # signing out leads to the way in


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
    ``!!`` is a fault of ours or a limit that was reached, which no table allows.

    What is wrong in the empty form that is sent, or too late, is no question of rights: ``ok``.
    """
    status = response.status_code
    if status == 401 or (status == 302 and response["Location"].startswith(reverse("accounts:sign-in"))):
        return "in"
    return {403: "no", 404: "--", 405: "405", 429: "!!", 500: "!!"}.get(status, "ok")


def bodies_of(world: World) -> dict[str, dict[str, Any]]:
    """What is sent to the interface: where it must be right before rights are looked at."""
    office = world.town.office.codes.get().code
    return {
        "api/v1/dossiers": {"procedure": "2.000908", "channel": "counter", "office": office},
        "api/v1/dossiers/<code>/actions/<action>": {"reason": "Theo đề nghị"},
        "api/v1/national-portal/dossiers": {"data": [{"MaHoSo": "G99.1-261127-0001"}]},
        "api/v1/signing/requests": {
            "id": str(new_id()),
            "signer": world.who.leader.username,
            "certificate": world.objects["fingerprint"],
            "items": [{"content": "MTIz", "text": "Giấy"}],
        },
        "api/v1/batches/<batch_id>/workbook": {"file": str(world.who.file.pk)},
        "api/v1/batches/<batch_id>/confirm": {"declared": True},
        "api/v1/ratings/<invitation_id>/<secret>": {"answers": {"overall": 5}},
        "api/v1/webhooks": {"url": "https://127.0.0.1/", "kinds": ["dossier.*"]},
    }


def forms_of(world: World) -> dict[str, dict[str, Any]]:
    """What is typed where a form speaks of somebody: nobody's name is answered like an address of nobody."""
    who = world.who
    held = {each.officer_id: str(each.pk) for each in Position.objects.filter(office=who.office)}
    code, citizen = who.office.codes.get().code, who.citizen.party
    return {
        "desk/me/delegate/": {"from_position": held[who.leader.pk], "to_position": held[who.head.pk]},
        "desk/me/substitute/": {"substitute": who.reception.pk},
        "desk/officers/<uuid:account_id>/delegate/": {
            "from_position": held[who.specialist.pk],
            "to_position": held[who.head.pk],
        },
        "desk/officers/<uuid:account_id>/leave/": {"hand_over_to": who.reception.pk},
        "desk/officers/<uuid:account_id>/position/": {"office_code": code},
        "desk/officers/<uuid:account_id>/reset/": {"office": who.office.pk},
        "desk/people/<uuid:party_id>/merge/": {"into": citizen.identity_number},
        "desk/people/<uuid:party_id>/represent/": {"representative": citizen.identity_number},
        "my/data-sharing/<slug:purpose>/<str:act>/": {"party": who.owner.party.pk},
        "desk/documents/stacks/<uuid:stack_id>/": {"do": "remove"},
    }


class Drawn:
    """Pages that were drawn before are not drawn again: who may open one is asked in full, up to its template.

    Each page is drawn for the first who gets it, what tells of a refusal once.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._pages, self._refusals = set[str](), set[str]()
        draw = Template.render

        def render(template: Any, context: Any = None, request: Any = None) -> Any:
            name = template.template.name
            known = self._refusals if name in REFUSALS else self._pages
            if request is None or name not in known:
                known.add(name)
                return draw(template, context, request)
            return ""

        monkeypatch.setattr(Template, "render", render)

    def forget(self) -> None:
        """The pages that come are those of another address."""
        self._pages.clear()


@dataclass(frozen=True)
class Asking:
    """All roles signed in, and the moment to which everything returns that they do."""

    world: World
    cookies: dict[str, str]
    tokens: dict[str, str]
    bodies: dict[str, dict[str, Any]]
    forms: dict[str, dict[str, Any]]
    drawn: Drawn
    before: str

    @classmethod
    def begun(cls, world: World, monkeypatch: pytest.MonkeyPatch) -> "Asking":
        """With the addresses found once for all who ask them."""
        resolver = get_resolver()
        monkeypatch.setattr(resolver, "resolve", cache(resolver.resolve))
        cookies, tokens = {role: world.cookies(role) for role in PEOPLE}, {role: world.token(role) for role in ROLES}
        assert world.objects
        assert world.states
        bodies, forms = bodies_of(world), forms_of(world)
        return cls(world, cookies, tokens, bodies, forms, Drawn(monkeypatch), transaction.savepoint())

    def asked(self, route: str, method: str, roles: Sequence[str]) -> list[str]:
        """The outcomes of a method at a route for each of the roles. What one changes is undone before the next asks;
        what looking leaves, such as a record of access, when all have asked.
        """
        is_api, address, found = f"/{route}".startswith(API), self.world.address(route), list[str]()
        kind = "application/json" if is_api else "application/x-www-form-urlencoded"
        body = json.dumps(self.bodies.get(route, {})) if is_api else urlencode(self.forms.get(route, {}))
        self.drawn.forget()
        for role in roles:
            bearer = {"Authorization": f"Bearer {self.tokens[role]}"} if self.tokens[role] else {}
            headers = bearer if is_api else {"Cookie": self.cookies[role]}
            CLIENT.cookies.clear()
            response: Any = CLIENT.generic(method, address, body, content_type=kind, headers=headers)
            if response.streaming:
                response.getvalue()
            found.append(outcome(response))
            if found[-1] in CHANGING and method != "GET":
                self._undo()
        self._undo()
        return found

    def _undo(self) -> None:
        transaction.set_rollback(False)  # the savepoint is older than what broke
        transaction.savepoint_rollback(self.before)


@pytest.mark.long
@pytest.mark.parametrize("half", [0, 1])
def test_every_address_opens_to_whom_the_table_says(half: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, expected, asking = [], table(), Asking.begun(World.made(), monkeypatch)
    for route in routes()[half::2]:
        is_api = f"/{route}".startswith(API)
        everybody = ROLES if is_api else PEOPLE
        for method in ("GET", "POST", "DELETE") if is_api else ("GET", "POST"):
            row = expected.get((method, f"/{route}"))
            found = asking.asked(route, method, everybody if row else LEAST_AND_MOST)
            if row is None and set(found) != {"405"}:  # nobody has thought of it: who may, of all?
                found = asking.asked(route, method, everybody)
            if found != (row or ["405"] * len(found)):
                wrong.append(f"{method:6} /{route:75} {' '.join(f'{each:3}' for each in found)}")
    assert not wrong, "Not as the table says; found:\n" + "\n".join(wrong)


def test_the_table_names_no_address_that_is_gone() -> None:
    assert {route for _method, route in table()} <= {f"/{route}" for route in routes()}


# What each role may do, besides reading, with a dossier as it stands.
ACTS: dict[str, dict[str, str]] = {
    "submitted": {
        "owner": "withdraw",
        "reception": "accept add_paper collect_fee digitise refuse request_supplement waive_fee withdraw",
    },
    "submitted for a child": {
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
    "waiting for a supplement": {
        "owner": "answer_supplement withdraw",
        "reception": "add_paper answer_supplement collect_fee digitise stop waive_fee withdraw",
        "head": "refund_fee",
    },
    "with another agency": {
        "owner": "withdraw",
        "reception": "add_paper collect_fee digitise stop waive_fee withdraw",
        "leader": "extend",
        "head": "extend refund_fee",
        "elsewhere": "claim complete initial prepare_result request_supplement send_back",
        "administrator": "reassign reroute",
    },
    "to be signed": {
        "owner": "withdraw",
        "reception": "add_paper collect_fee digitise stop waive_fee withdraw",
        "leader": "claim complete extend initial prepare_result request_supplement send_back sign",
        "head": "extend reassign refund_fee",
        "administrator": "reassign reroute",
    },
    "to be sealed": {
        "owner": "withdraw",
        "reception": "add_paper collect_fee digitise stop waive_fee withdraw",
        "leader": "extend",
        "head": "extend reassign refund_fee",
        "clerk": "claim complete initial prepare_result request_supplement seal send_back",
        "administrator": "reassign reroute",
    },
    "decided, to be paid": {
        "reception": "collect_fee digitise download_result waive_fee",
        "specialist": "download_result",
        "leader": "download_result",
        "head": "download_result refund_fee",
        "clerk": "copy_result download_result",
        "administrator": "download_result",
    },
    "decided": {
        "reception": "collect_fee digitise download_result return waive_fee",
        "specialist": "download_result",
        "leader": "download_result",
        "head": "download_result refund_fee",
        "clerk": "copy_result download_result",
        "administrator": "download_result",
    },
    "decided, to be had online": {
        "owner": "download_result",
        "reception": "collect_fee digitise download_result return waive_fee",
        "specialist": "download_result",
        "leader": "download_result",
        "head": "download_result refund_fee",
        "clerk": "copy_result download_result",
        "administrator": "download_result",
    },
    "returned": {
        "owner": "download_result",
        "reception": "digitise download_result",
        "specialist": "download_result",
        "leader": "download_result",
        "head": "download_result refund_fee",
        "clerk": "copy_result download_result",
        "administrator": "download_result",
    },
    "stopped": {
        "reception": "digitise",
        "head": "refund_fee",
    },
}


def stand(world: World, state: str) -> Dossier:
    """A dossier as it stands, by its rows alone: how it gets there is asked by the room's own tests."""
    now, place = timezone.now(), world.who.elsewhere_office
    decided = {"state": "decided", "decided_at": now}
    over = {"state": "cancelled", "finished_at": now}
    dossier, of_dossier, of_step = world.dossier, dict[str, Any](), dict[str, Any]()
    if state.startswith("submitted"):
        dossier = submit(world.town)
    if state == "submitted for a child":
        of_dossier = {"applicant": of_child(world.who).child, "representative": world.who.owner.party}
    elif state == "waiting for a supplement":
        of_dossier = {"state": "waiting_supplement"}
    elif state == "with another agency":
        of_dossier, of_step = {"state": "waiting_agency"}, {"office": place}
        Involvement.objects.create(dossier=dossier, office=place)
    elif state.startswith("to be"):
        of_step = {"role": "leader" if state == "to be signed" else "clerk"}
    elif state.startswith("decided"):
        of_dossier, of_step = decided | {"return_method": "online" if "online" in state else "desk"}, over
    elif state == "returned":
        of_dossier, of_step = decided | {"state": "returned", "returned_at": now, "closed_at": now}, over
    elif state == "stopped":
        of_dossier, of_step = {"state": "stopped", "closed_at": now}, over
    if state in {"decided", "decided, to be had online", "returned"}:
        settled = {"state": "collected", "method": "cash", "settled_at": now, "settled_by": world.who.reception}
        FeeLine.objects.filter(dossier=dossier).update(**settled)
    Dossier.objects.filter(pk=dossier.pk).update(**of_dossier)
    if of_step:
        WorkItem.objects.filter(dossier=dossier).update(**of_step)
    return dossier


def test_every_role_may_do_what_the_table_says() -> None:
    world, found = World.made(), dict[str, dict[str, str]]()
    accounts = {**world.accounts, "clerk": world.town.clerk}
    for state in ACTS:
        found[state] = {}
        with transaction.atomic():
            number = stand(world, state).number
            for role, account in accounts.items():
                viewer = Viewer.of(account) if account else Viewer()
                try:
                    abilities = dossier_for(viewer, number).abilities
                except NotFound:
                    assert role in {"public", "citizen", "elsewhere"}
                    continue
                assert (abilities["view"], abilities["view_papers"]) == (True, True)
                acts = sorted(act for act, may in abilities.items() if may and act not in {"view", "view_papers"})
                found[state] |= {role: " ".join(acts)} if acts else {}
            transaction.set_rollback(True)
    assert found == ACTS

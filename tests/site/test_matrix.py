"""Who may do what at every address: the table in ``matrix.txt`` against the house as it is.

Every address is asked by every role with every method that it offers. An address that the table does not name fails
the test: what nobody has thought of is denied. A method that a page does not offer (405) needs no row; whether it does
is asked by who may least and by who may most.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.engines.signing.actions import issue_demo_certificate
from motcua.engines.signing.models import HolderKind, SigningTransaction
from motcua.engines.webhooks.models import Delivery, Webhook
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.errors import NotFound
from motcua.kernel.events.models import Event
from motcua.people.accounts.actions import issue_token
from motcua.people.accounts.models import Account, ApiToken
from motcua.people.accounts.sealing import digest_of
from motcua.people.officers.models import Position
from motcua.services.dossiers.access import Viewer, dossier_for
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.models import Dossier, Draft, Incident, Paper
from motcua.services.payments.models import Incoming
from motcua.services.service_centre.models import Service, SpecialDay
from motcua.services.vault.actions import keep_papers, share
from motcua.services.vault.models import KeptPaper, Share
from tests.factories import make_account, make_citizen, make_office, make_officer, sign_in
from tests.services.dossiers.factories import Town, accept, make_town, open_step, submit
from tests.services.payments.factories import decide
from tests.services.service_centre.factories import Hall, make_hall
from tests.site.api_client import SCOPES

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parent / "matrix.txt"
ROLES = (
    "public", "owner", "citizen", "reception", "specialist", "leader", "head", "elsewhere", "administrator",
    "service", "unscoped",
)  # fmt: skip
PEOPLE = ROLES[:-2]  # services have no pages
LEAST_AND_MOST = ("public", "administrator")
CLIENT = Client(raise_request_exception=False)  # one for all: each loads the whole middleware anew
NOBODYS = UUID(int=7)
API = "/api/v1/"


@dataclass(frozen=True)
class World:
    """A commune with a dossier at the specialist's step, and all who might want something of it."""

    town: Town
    accounts: dict[str, Account | None]
    dossier: Dossier
    paper: Paper

    @classmethod
    def made(cls) -> "World":
        """Build it."""
        town = make_town()
        roles = ("reception", "specialist", "leader", "clerk", "return", "cashier")
        elsewhere = make_officer(roles=roles, office=make_office(kind="commune_committee", level="commune"))
        accounts = {
            "public": None,
            "owner": town.applicant.account,
            "citizen": make_citizen(name="Người Khác").account,
            "elsewhere": elsewhere,
            "administrator": make_account(is_administrator=True),
            **{role: getattr(town, role) for role in ("reception", "specialist", "leader", "head")},
        }
        file = store_bytes(b"%PDF-1.7", name="giay.pdf", media_type="application/pdf", by=None)
        dossier = accept(town, submit(town, papers=[NewPaper(name="Giấy", file=file.pk)]))
        return cls(town, accounts, dossier, Paper.objects.get())

    @cached_property
    def hall(self) -> Hall:
        """The service centre of the commune's office, open at this hour."""
        made = make_hall(self.town.office)
        Service.objects.filter(pk=made.papers.pk).update(slot_minutes=30)
        made.centre.last_minutes = 0
        made.centre.save(update_fields=["last_minutes"])
        hours = [["00:00", "12:00"], ["12:00", "23:59"]]
        SpecialDay.objects.create(centre=made.centre, date=timezone.localdate(), intervals=hours, reason="Thử")
        return made

    def cookies(self, role: str) -> str:
        """The session of the role, just signed in and confirmed; empty for the public."""
        account = self.accounts[role]
        if account is None:
            return ""
        return sign_in(Client(), account, confirmed=True).cookies.output(attrs=[], header="", sep=";").strip()

    def token(self, role: str) -> str:
        """A token of the role; with all scopes but for the unscoped service."""
        if role == "public":
            return ""
        if role in {"service", "unscoped"}:
            plain = issue_token(service="Trục liên thông", label="thử", scopes=SCOPES)
            if role == "unscoped":
                ApiToken.objects.filter(digest=digest_of(plain)).update(scopes=[])
            return plain
        return issue_token(account=self.accounts[role], label="thử", scopes=SCOPES)

    @cached_property
    def objects(self) -> dict[str, Any]:
        """What stands in addresses. ``NOBODYS``: a thing of a person that is none of these people's."""
        now, version = timezone.now(), self.town.version
        webhook = Webhook.objects.create(
            service="Trục liên thông", url="https://a.example/", kinds=["dossier.*"], secret=b"", created_at=now
        )
        event = Event.objects.filter(stream=self.dossier.stream).latest("version")
        return {
            "account_id": self.town.specialist.pk,
            "act": "recall",
            "action": "stop",
            "anchor_id": NOBODYS,
            "appointment_id": NOBODYS,
            "appraisal_id": NOBODYS,
            "annex_id": NOBODYS,
            "arrival_id": NOBODYS,
            "dossier_id": NOBODYS,
            "statement_id": NOBODYS,
            "guide": "nobodys",
            "holder_id": NOBODYS,
            "identity_id": NOBODYS,
            "attached_id": NOBODYS,
            "book": "incoming",
            "batch_id": NOBODYS,
            "audience": "citizens",
            "booking_id": NOBODYS,
            "call_id": NOBODYS,
            "centre_id": self.hall.centre.pk,
            "certificate_id": NOBODYS,
            "code": self.dossier.code,
            "copy_id": NOBODYS,
            "counter_id": self.hall.first.pk,
            "collecting_id": decide(self.town.office).pk,
            "delegation_id": NOBODYS,
            "delivery_id": Delivery.objects.create(webhook=webhook, event=event, created_at=now, state="dead").pk,
            "device_id": NOBODYS,
            "digest": "0" * 64,
            "document_id": NOBODYS,
            "letter_id": NOBODYS,
            "list_id": NOBODYS,
            "position": 0,
            "transfer_id": NOBODYS,
            "work_file_id": NOBODYS,
            "line_code": "nobodys",
            "message_id": NOBODYS,
            "partner_code": "H00.00",
            "draft_id": self._draft(version),
            "edited_id": NOBODYS,
            "event": "child",
            "factor_id": NOBODYS,
            "feed_id": NOBODYS,
            "file_id": self.paper.file_id,
            "gateway": "nobodys",
            "group_id": NOBODYS,
            "incident_id": Incident.objects.create(
                dossier=self.dossier, office=self.town.office, kind="process", happened_at=now
            ).pk,
            "indicator": "publicity",
            "invitation_id": NOBODYS,
            "incoming_id": self._incoming(),
            "means_id": NOBODYS,
            "notice_id": self._notice(),
            "number": self.dossier.code,
            "office_id": self.town.office.pk,
            "page_id": NOBODYS,
            "party_id": self.town.applicant.pk,
            "person_id": NOBODYS,
            "petition_code": "PA-1",
            "photo_id": NOBODYS,
            "position_id": Position.objects.get(officer=self.town.specialist.pk).pk,
            "receipt_id": NOBODYS,
            "recipient_id": NOBODYS,
            "relative_id": NOBODYS,
            "request_id": NOBODYS,
            "reset_id": NOBODYS,
            "result_id": NOBODYS,
            "room_id": NOBODYS,
            "purpose": "convenience",
            "row_id": NOBODYS,
            "rules": "questionnaire",
            "saved_id": NOBODYS,
            "secret": "AAAAAAAAAAAA",
            "service_id": self.hall.papers.pk,
            "signed_id": NOBODYS,
            "signing_id": self._signing(),
            "stamp_id": NOBODYS,
            "stack_id": NOBODYS,
            "part_id": NOBODYS,
            "subject": open_step(self.dossier).pk,
            "substitution_id": NOBODYS,
            "system_code": "nobodys",
            "target": "paper-identity",
            "task_id": NOBODYS,
            "ticket_id": self.hall.issue(at=now, even_if_long=True).pk,
            "token_id": self._token(),
            "transaction_id": NOBODYS,
            "unit_id": NOBODYS,
            "version": 1,
            "webhook_id": webhook.pk,
            "year": timezone.localdate().year,
            "size": 1,
            "kind": "officer",
            "key": UUID(int=9),
            "kept_id": self.link.kept_id,
            "opening_id": NOBODYS,
            "share_id": self.link.pk,
            "how": "done",
            "name": "extend",
        }

    @cached_property
    def link(self) -> Share:
        """A link to a paper in the applicant's store."""
        keep_papers({self.dossier.pk}, at=timezone.now())
        kept, account = KeptPaper.objects.get(), self.accounts["owner"]
        assert account is not None
        return share(kept, by=account, days=7)

    def _draft(self, version: Any) -> UUID:
        now, account = timezone.now(), self.accounts["owner"]
        return Draft.objects.create(account=account, procedure_version=version, created_at=now, saved_at=now).pk

    def _signing(self) -> UUID:
        """A request that waits for the leader's confirmation."""
        leader, now = self.town.leader, timezone.now()
        certificate = issue_demo_certificate(
            holder_kind=HolderKind.OFFICER, holder_id=leader.pk, common_name="Người Ký", at=now
        )
        waiting = SigningTransaction.objects.create(
            certificate=certificate, started_by=leader.pk, started_at=now, expires_at=now
        )
        return waiting.pk

    def _incoming(self) -> UUID:
        """A sum on the account of the dossier's office, whose cashier is none of these people."""
        row = Incoming(office=self.town.office, number="9900", source="feed", key="FT1", amount=1, state="open")
        row.booked_on, row.taken_in_at, row.cause = timezone.localdate(), timezone.now(), "no_text"
        row.save()
        return row.pk

    def _notice(self) -> UUID:
        owner, now = self.accounts["owner"], timezone.now()
        return Notice.objects.create(recipient=owner, kind="x", subject="x", body="x", key="x", created_at=now).pk

    def _token(self) -> UUID:
        issue_token(service="Dịch vụ khác", label="thử", scopes=["signing:request"])
        return ApiToken.objects.get(service="Dịch vụ khác").pk

    def address(self, route: str) -> str:
        """The route with real objects in it."""
        own = {
            "procedures/<str:code>/": {"code": "2.000908"},
            "procedures/<str:code>/compare/": {"code": "2.000908"},
            "procedures/<str:code>/cases/<str:case>/checklist/": {"code": "2.000908", "case": "holder"},
            "procedures/<str:code>/cases/<str:case>/checklist.pdf": {"code": "2.000908", "case": "holder"},
            "kiosk/procedures/<str:code>/": {"code": "2.000908"},
            "board/speech/<str:number>/<int:counter>.wav": {"number": "A001", "counter": 1},
            "apply/<str:code>/": {"code": "2.000908"},
            "api/v1/procedures/<code>": {"code": "2.000908"},
            "language/<str:code>/": {"code": "en"},
            "offline/<str:code>/": {"code": "vi"},
            "service-worker.<str:code>.js": {"code": "vi"},
            "signing/callback/<str:code>/": {"code": "software-key"},
            "apply/drafts/<uuid:draft_id>/pages/<int:number>/": {"number": 1},
            "desk/signing/requests/<uuid:request_id>/documents/<int:number>/": {"number": 1},
        }.get(route, {"code": "2.000908", "number": self.town.version.number} if "catalogue" in route else {})
        if route.startswith("desk/guides/"):
            own = {"number": 1}
        known = {**self.objects, **own}
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known[found[1]]), route)


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

"""The world that the matrix asks about: a commune, all who might want something of it, and one of each thing."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.engines.signing.actions import issue_demo_certificate
from motcua.engines.signing.models import HolderKind, SigningTransaction
from motcua.engines.webhooks.models import Delivery, Webhook
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.events.models import Event
from motcua.people.accounts.actions import issue_token
from motcua.people.accounts.models import Account, ApiToken
from motcua.people.accounts.sealing import digest_of
from motcua.people.officers.models import Position
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

NOBODYS = UUID(int=7)


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
            "series": "dossier",
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

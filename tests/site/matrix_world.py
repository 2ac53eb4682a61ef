"""The world that the matrix asks about: a commune, all who might want something of it, and one of each thing."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.engines.webhooks.models import Delivery, Webhook
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.events.models import Event
from motcua.kernel.identifiers.models import new_id
from motcua.people.accounts.actions import issue_token
from motcua.people.accounts.models import Account, ApiToken
from motcua.people.accounts.sealing import digest_of
from motcua.people.officers.models import Position
from motcua.services.dossiers.actions import NewPaper, request_supplement
from motcua.services.dossiers.models import Dossier, Draft, Incident, Involvement, Paper, ResultDocument, WorkItem
from motcua.services.families.models import Statement
from motcua.services.service_centre.models import Service, SpecialDay
from motcua.services.vault.actions import keep_papers, share
from motcua.services.vault.models import KeptPaper, Opening, Share
from tests.factories import make_account, make_citizen, make_office, make_officer, sign_in
from tests.services.dossiers.factories import Town, accept, make_town, open_step, submit
from tests.services.payments.factories import decide
from tests.services.ratings.factories import invited
from tests.services.service_centre.factories import Hall, make_hall
from tests.site import matrix_papers as papers
from tests.site import matrix_things as things
from tests.site.api_client import SCOPES
from tests.site.matrix_things import People

CODE = "2.000908"
PARTS = ("owner", "citizen", "reception", "specialist", "leader", "head", "elsewhere", "administrator")
# Addresses about a dossier in another state than at the specialist's step.
DOSSIERS = {
    "/<str:number>/supplement/": "waiting",
    "/<str:number>/results/": "returned",
    "/<str:number>/parent/": "child",
    "/<uuid:subject>/result/": "writing",
    "/<uuid:subject>/sign/": "signing",
    "/<uuid:subject>/seal/": "sealing",
    "rate/<uuid:invitation_id>/": "returned",
    "verify/<str:number>/": "returned",
    "api/v1/ratings/": "returned",
    "api/v1/dossiers/<code>/result": "returned",
}
# What stands in an address instead, by how its route begins: the name of an object, or the thing itself.
OWN: dict[str, dict[str, Any]] = {
    "procedures/": {"code": CODE, "case": "holder"},
    "kiosk/procedures/": {"code": CODE},
    "apply/<str:code>/": {"code": CODE},
    "apply-many/": {"code": CODE},
    "desk/batches/": {"code": CODE},
    "api/v1/procedures/": {"code": CODE},
    "board/speech/": {"number": "A001", "counter": 1},
    "language/": {"code": "en"},
    "offline/": {"code": "vi"},
    "service-worker.": {"code": "vi"},
    "signing/callback/": {"code": "software-key"},
    "apply/drafts/<uuid:draft_id>/pages/": {"number": 1},
    "apply/drafts/<uuid:draft_id>/sent/": {"draft_id": "dossier_id"},
    "my/dossiers/<str:number>/questions/files/": {"file_id": "message_file_id"},
    "desk/dossiers/<str:number>/questions/files/": {"file_id": "message_file_id"},
    "desk/signing/requests/": {"number": 1},
    "api/v1/signing/requests/": {"request_id": "own_key", "number": 1},
    "api/v1/petitions/": {"code": "PA-2", "key": "AAAAAAAAAAAA"},
    "petitions/<str:petition_code>/": {"petition_code": "PA-2"},
    "desk/guides/": {"number": 1},
    "my/store/<uuid:kept_id>/remove/": {"kept_id": "own_paper_id"},
    "desk/store/": {"kept_id": "kept_result_id"},
    "my/data-sharing/": {"act": "give"},
    "desk/calendar/<int:year>/approve/": {"year": timezone.localdate().year + 2},
    "desk/calendar/<int:year>/discard/": {"year": timezone.localdate().year + 2},
    "desk/counter/": {"page_id": "scanned_page_id"},
    "desk/queue/tickets/": {"ticket_id": "called_ticket_id"},
    "desk/me/signing/": {"means_id": "leaders_means_id"},
    "desk/receipts/": {"receipt_id": "receipt_elsewhere_id"},
    "desk/exchange/lines/<slug:line_code>/accounts/<uuid:account_id>/": {"account_id": "line_account_id"},
    "desk/exchange/stuck/": {"letter_id": "stuck_letter_id"},
    "desk/administrators/": {"account_id": "other_administrator_id"},
    "desk/officers/<uuid:account_id>/delegations/": {"account_id": "giving_officer_id"},
    "desk/officers/<uuid:account_id>/start-code/": {"account_id": "new_officer_id"},
    "desk/officers/<uuid:account_id>/restore/": {"account_id": "closed_officer_id"},
    "desk/people/<uuid:party_id>/start-code/": {"party_id": "new_party_id"},
    "desk/documents/in/<uuid:document_id>/files/": {"file_id": "document_file_id"},
    "desk/documents/in/<uuid:document_id>/files/<uuid:file_id>/copies/": {
        "document_id": "arrived_document_id", "file_id": "arrived_file_id",
    },
    "desk/documents/in/<uuid:document_id>/files/<uuid:file_id>/stamp/": {
        "document_id": "arrived_document_id", "file_id": "arrived_file_id",
    },
    "desk/documents/in/<uuid:document_id>/do/": {"act": "note"},
    "desk/documents/in/<uuid:document_id>/do/<slug:act>/<uuid:task_id>/": {
        "act": "finish", "task_id": "task_of_document_id",
    },
    "desk/documents/out/": {"document_id": "draft_document_id", "act": "submit"},
    "desk/documents/out/<uuid:document_id>/sign/": {"document_id": "document_to_sign_id", "act": "sign"},
    "desk/documents/out/<uuid:document_id>/copies/": {"document_id": "issued_document_id"},
    "desk/documents/out/<uuid:document_id>/recipients/<uuid:recipient_id>/sent/": {
        "document_id": "issued_document_id", "recipient_id": "issued_recipient_id",
    },
    "desk/documents/out/<uuid:document_id>/recipients/<uuid:recipient_id>/again/": {
        "document_id": "issued_document_id", "recipient_id": "issued_recipient_id",
    },
    "desk/tasks/": {"act": "report", "file_id": "report_file_id"},
    "desk/diary/": {"act": "withdraw"},
    "desk/work-files/": {"act": "edit", "row_id": "entry_id", "kind": "incoming"},
    "desk/work-files/<uuid:work_file_id>/do/<slug:act>/<uuid:row_id>/": {"act": "remove", "row_id": "entry_id"},
    "desk/work-files/<uuid:work_file_id>/handovers/": {"row_id": "handover_id"},
    "desk/work-files/lists/": {"act": "submit", "row_id": "line_id"},
    "desk/work-files/lists/<uuid:list_id>/lines/<uuid:row_id>/open/": {"row_id": "approved_line_id"},
    "desk/work-files/transfers/": {"act": "cancel", "row_id": "moved_id", "kind": "listing"},
    "desk/work-files/appraisals/": {"act": "give_up", "kind": "expired-list"},
    "desk/work-files/appraisals/<uuid:appraisal_id>/rows/": {
        "appraisal_id": "appraisal_elsewhere_id", "row_id": "appraised_elsewhere_id",
    },
    "desk/petitions/": {"act": "answer"},
    "desk/people/<uuid:party_id>/representations/": {"row_id": "representation_id"},
}  # fmt: skip


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
            plain = issue_token(service=things.SERVICE, label="thử", scopes=SCOPES)
            if role == "unscoped":
                ApiToken.objects.filter(digest=digest_of(plain)).update(scopes=[])
            return plain
        return issue_token(account=self.accounts[role], label="thử", scopes=SCOPES)

    @cached_property
    def who(self) -> People:
        """Whose things are."""
        known: dict[str, Any] = {role: self.accounts[role] for role in PARTS}
        place = Position.objects.select_related("office").get(officer=known["elsewhere"].pk).office
        assert self.paper.file is not None
        return People(office=self.town.office, elsewhere_office=place, file=self.paper.file, **known)

    @cached_property
    def objects(self) -> dict[str, Any]:
        """What stands in addresses."""
        now, who = timezone.now(), self.who
        webhook = Webhook.objects.create(
            service=things.SERVICE, url="https://a.example/", kinds=["dossier.*"], secret=b"", created_at=now
        )
        event = Event.objects.filter(stream=self.dossier.stream).latest("version")
        draft = things.row(
            Draft, account=who.owner, procedure_version=self.town.version, case=self.dossier.case,
            applicant=who.owner.party, options={"copied": {"number": self.dossier.code, "left": [], "papers": []}},
        )  # fmt: skip
        return {
            "account_id": who.specialist.pk,
            "act": "recall",
            "action": "stop",
            "audience": "citizens",
            "book": "incoming",
            "centre_id": self.hall.centre.pk,
            "code": self.dossier.code,
            "collecting_id": decide(who.office).pk,
            "counter_id": self.hall.first.pk,
            "delivery_id": things.row(Delivery, webhook=webhook, event=event, state="dead").pk,
            "draft_id": draft.pk,
            "event": "child",
            "file_id": who.file.pk,
            "gateway": "nobodys",
            "guide": things.a_guide(),
            "how": "done",
            "incident_id": things.row(Incident, dossier=self.dossier, office=who.office, kind="process").pk,
            "indicator": "publicity",
            "kept_id": self.link.kept_id,
            "kind": "officer",
            "message_id": new_id(),
            "name": "extend",
            "notice_id": things.row(Notice, recipient=who.owner).pk,
            "number": self.dossier.code,
            "office_id": who.office.pk,
            "party_id": self.town.applicant.pk,
            "position": 0,
            "position_id": Position.objects.get(officer=who.specialist.pk).pk,
            "purpose": "convenience",
            "rules": "questionnaire",
            "secret": "AAAAAAAAAAAA",
            "series": "dossier",
            "notice_code": "dossier.decided",
            "language_code": "vi",
            "service_id": self.hall.papers.pk,
            "share_id": self.link.pk,
            "opening_id": things.row(Opening, share=self.link).pk,
            "size": 1,
            "subject": open_step(self.dossier).pk,
            "target": "paper-identity",
            "ticket_id": self.hall.issue(at=now, even_if_long=True).pk,
            "token_id": self._token(),
            "version": 1,
            "webhook_id": webhook.pk,
            "year": timezone.localdate().year,
            **things.of_people(who),
            **things.of_house(who),
            **things.of_applicants(who, draft, self.dossier, self.town.version),
            **things.of_signing(who),
            **papers.of_documents(who),
            **papers.of_tasks(who),
            **papers.of_records(who),
            **things.of_money(who, self.dossier),
            **things.of_petitions(who),
            **things.of_lines(who, self.dossier),
            **things.of_hall(who, self.hall),
        }

    @cached_property
    def states(self) -> dict[str, dict[str, Any]]:
        """Dossiers in the other states: what stands in addresses that are about one of them."""
        asked = submit(self.town)
        by = self.town.actor(self.town.reception)
        request_supplement(asked.pk, items=["Giấy tờ tùy thân"], reason="Thiếu giấy tờ", by=by)
        returned = invited(self.town)
        place = self.who.elsewhere_office
        Dossier.objects.filter(pk=returned.dossier_id).update(resolving_office=place)
        Involvement.objects.get_or_create(dossier=returned.dossier, office=place)
        result = self._result(returned.dossier, state="sealed")
        self.objects.update(things.of_store(self.who, result))
        writing, signing, sealing = (self._at(node) for node in ("extract", "sign", "seal"))
        self._result(signing.dossier, state="prepared")
        self._result(sealing.dossier, state="signed")
        child = self._of_a_child()
        return {
            "waiting": {"number": asked.number},
            "returned": {
                "number": returned.dossier.code,
                "code": returned.dossier.code,
                "result_id": result.pk,
                "subject": result.pk,
                "invitation_id": returned.pk,
            },
            "writing": {"number": writing.dossier.code, "subject": writing.pk},
            "signing": {"number": signing.dossier.code, "subject": signing.pk},
            "sealing": {"number": sealing.dossier.code, "subject": sealing.pk},
            "child": {"number": child.number},
        }

    def _at(self, node: str) -> WorkItem:
        """The step of one more dossier: the specialist writes, the leader signs, the clerk elsewhere seals."""
        dossier = accept(self.town, submit(self.town))
        step = open_step(dossier)
        step.node = node
        step.role = {"extract": "specialist", "sign": "leader", "seal": "clerk"}[node]
        if node == "seal":
            step.office = self.who.elsewhere_office
            Involvement.objects.create(dossier=dossier, office=step.office)
        step.save(update_fields=["node", "role", "office"])
        return step

    def _result(self, dossier: Dossier, *, state: str) -> ResultDocument:
        now, given = timezone.now(), dict[str, Any]()
        if state != "prepared":
            given = {"signed_at": now, "signed_by": self.who.leader}
        if state == "sealed":
            given |= {"sealed_at": now, "number": "01/BS", "code": "ABCDEFGHJKLM"}
        return things.row(
            ResultDocument, dossier=dossier, template="copy", name="Bản sao", office=self.who.office,
            file=self.who.file, prepared_by=self.who.specialist, state=state, **given,
        )  # fmt: skip

    def _of_a_child(self) -> Dossier:
        """A dossier for the applicant's child, which reception may accept once it has confirmed the parent."""
        statement = Statement.objects.get(pk=self.objects["statement_id"])
        dossier = submit(self.town)
        Dossier.objects.filter(pk=dossier.pk).update(applicant=statement.child, representative=statement.parent)
        return dossier

    @cached_property
    def link(self) -> Share:
        """A link to a paper in the applicant's store."""
        keep_papers({self.dossier.pk}, at=timezone.now())
        kept, account = KeptPaper.objects.get(), self.accounts["owner"]
        assert account is not None
        return share(kept, by=account, days=7)

    def _token(self) -> UUID:
        issue_token(service="Dịch vụ khác", label="thử", scopes=["signing:request"])
        return ApiToken.objects.get(service="Dịch vụ khác").pk

    def address(self, route: str) -> str:
        """The route with what is meant by it."""
        known = {**self.objects, **self._meant(route)}
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known[found[1]]), route)

    def _meant(self, route: str) -> dict[str, Any]:
        """What stands in this address instead of what mostly stands there: the longest beginning that is named."""
        dossier = next((self.states[which] for part, which in DOSSIERS.items() if part in route), {})
        named = max((begin for begin in OWN if route.startswith(begin)), key=len, default="")
        own = {name: self.objects.get(each, each) for name, each in OWN.get(named, {}).items()}
        if "catalogue" in route:
            own = {"code": CODE, "number": self.town.version.number}
        return {**dossier, **own}

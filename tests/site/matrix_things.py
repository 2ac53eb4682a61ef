"""What stands in the addresses that the matrix asks: one thing of each kind, each of somebody whom the matrix knows.

Of a thing that is nobody's a missing check looks like one that holds. So each of these is there, and belongs to
one of the roles: who may have it gets it, and nobody else. Rows are written without the actions that make them: what
matters is whose they are.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from motcua.engines.connectors.models import Call, Description, LineSystem
from motcua.engines.exchange import models as exchange
from motcua.engines.scanning.models import Scan, ScanPage
from motcua.engines.signing.actions import issue_demo_certificate
from motcua.engines.signing.models import (
    HolderKind,
    PartnerDocument,
    PartnerRequest,
    SignedFile,
    SigningCertificate,
    SigningMeans,
    SigningTransaction,
    TrustAnchor,
)
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.models import TreeHead, TreeKey
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.time.models import CalendarYear
from motcua.people.accounts.models import Account, ExternalIdentity, Factor, FactorReset, Session
from motcua.people.citizens.models import Party, Representation
from motcua.people.officers.models import AskedPosition, DeclaredRelative, Delegation, Position, Substitution
from motcua.people.organisations.models import AdministrativeUnit, Office, UnitSuccession
from motcua.services.batches.models import Batch
from motcua.services.diary.models import CalendarLink
from motcua.services.dossiers.models import (
    CoApplicant,
    Dossier,
    Draft,
    DraftFile,
    Message,
    MessageFile,
    ResultDocument,
)
from motcua.services.families.models import Statement
from motcua.services.national_portal.models import Arrival, Exchange
from motcua.services.payments.models import BankFeed, Incoming, Order, OrderLine, Payable, Receipt, ReceiptBook
from motcua.services.petitions.models import Petition, Petitioner, Photo
from motcua.services.procedures.guides.checks import load
from motcua.services.procedures.models import Guide, GuideVersion
from motcua.services.service_centre.actions import call_next, sit
from motcua.services.service_centre.models import Booking, Device, PriorityGroup
from motcua.services.vault.models import KeptPaper
from tests.engines.connectors.house import FILES
from tests.factories import make_account, make_officer

GUIDES = Path(__file__).parents[2] / "guides"
SERVICE = "Trục liên thông"
Row = TypeVar("Row", bound=models.Model)


def row(model: type[Row], **given: Any) -> Row:
    """A row with what is given; what else it must hold is anything that fits."""
    for field in model._meta.concrete_fields:
        known = field.primary_key or {field.name, field.attname} & given.keys() or field.has_default()
        if not (known or field.null or field.blank):
            given[field.name] = _anything(field)
    return model._default_manager.create(**given)


def _anything(field: "models.Field[Any, Any]") -> Any:
    if field.choices:
        return field.flatchoices[0][0]
    found: dict[str, Any] = {
        "DateTimeField": timezone.now(),
        "DateField": timezone.localdate(),
        "UUIDField": new_id(),
        "BinaryField": b"x" * 32,
        "JSONField": {},
        "ArrayField": [],
        "BooleanField": False,
    }
    return found.get(field.get_internal_type(), 1 if isinstance(field, models.IntegerField) else "x")


@dataclass(frozen=True)
class People:
    """Whose things are: the roles of the matrix, and their office."""

    office: Office
    owner: Account
    citizen: Account
    reception: Account
    specialist: Account
    leader: Account
    head: Account
    elsewhere: Account
    elsewhere_office: Office
    administrator: Account
    file: StoredFile


def of_people(who: People) -> dict[str, Any]:
    """What accounts hold: the applicant's way in, the specialist's relatives and substitute, a reset to confirm."""
    own = {each.officer_id: each for each in Position.objects.filter(office=who.office)}
    held = own[who.leader.pk]
    tomorrow, in_a_day = timezone.localdate() + timedelta(days=1), timezone.now() + timedelta(days=1)
    row(CalendarLink, account=who.specialist)
    return {
        "factor_id": row(Factor, account=who.owner, kind="totp").pk,
        "identity_id": row(ExternalIdentity, account=who.owner, provider="x").pk,
        "digest": row(Session, digest="1" * 64, account=who.owner, expires_at=in_a_day).digest,
        "relative_id": row(DeclaredRelative, officer=who.specialist.officer, relation="parent").pk,
        "substitution_id": row(
            Substitution,
            absent=who.specialist.officer,
            substitute=who.reception.officer,
            valid_from=tomorrow,
            valid_to=tomorrow + timedelta(days=1),
        ).pk,
        "delegation_id": row(
            Delegation,
            from_position=held,
            to_position=own[who.head.pk],
            roles=["leader"],
            valid_from=tomorrow,
            valid_to=tomorrow + timedelta(days=1),
        ).pk,
        "new_party_id": row(Party, kind="citizen", account=_new(make_account()), identity_number="001099999999").pk,
        "giving_officer_id": who.leader.pk,
        "new_officer_id": _new(make_officer(office=who.office)).pk,
        "closed_officer_id": make_officer(office=who.office, is_active=False).pk,
        "asked_id": row(
            AskedPosition,
            officer=who.specialist.officer,
            office=who.office,
            title="Văn thư",
            roles=["clerk"],
            valid_from=timezone.localdate(),
            asked_by=who.reception,
            asked_at=timezone.now(),
        ).pk,
        "reset_id": row(FactorReset, account=who.specialist, started_by=who.leader, office_id=who.office.pk).pk,
    }


def _new(account: Account) -> Account:
    """The account as it is before its first password."""
    account.set_unusable_password()
    account.save(update_fields=["password"])
    return account


def of_applicants(who: People, draft: Draft, dossier: Dossier, version: Any) -> dict[str, Any]:
    """What applicants have under way: an application with another, one at the counter, a batch, a child."""
    own, other, tomorrow = who.owner.party, who.citizen.party, timezone.localdate() + timedelta(days=1)
    case = version.cases.first()
    scan = row(Scan, purpose=Draft.SCANS, subject=draft.pk, target="paper-identity", state="collecting")
    received = row(
        Draft, account=who.reception, procedure_version=version, case=case, applicant=own, channel="counter"
    )
    scanned = row(Scan, purpose=Draft.SCANS, subject=received.pk, target="paper-identity", state="collecting")
    asked = row(Message, dossier=dossier, from_applicant=True, author=who.owner, office=who.office)
    return {
        "attached_id": row(DraftFile, draft=draft, file=who.file).pk,
        "person_id": row(CoApplicant, draft=draft, party=other, name=other.name).pk,
        "key": received.pk,
        "scanned_page_id": row(ScanPage, scan=scanned, file=who.file, position=1).pk,
        "page_id": row(ScanPage, scan=scan, file=who.file, position=1).pk,
        "batch_id": row(
            Batch, account=who.owner, applicant=own, procedure_version=version, case=case, office=who.office
        ).pk,
        "statement_id": of_child(who).pk,
        "representation_id": row(
            Representation, party=own, representative=other, kind="authorised", valid_from=tomorrow
        ).pk,
        "message_file_id": row(MessageFile, message=asked, file=who.file).file_id,
    }


def of_child(who: People) -> Statement:
    """The applicant's child, as the applicant has stated it."""
    own, grown = who.owner.party, timezone.localdate() + timedelta(days=6000)
    child = row(Party, kind="citizen", name="Trẻ Mẫu")
    stands = row(Representation, party=child, representative=own, kind="parent", state="stated", valid_to=grown)
    return row(
        Statement, parent=own, child=child, representation=stands, file=who.file, number="1", issuer="UBND xã Mẫu Sơn"
    )


def of_signing(who: People) -> dict[str, Any]:
    """The leader's and the applicant's ways to sign, and what waits for them."""
    certificate = SigningCertificate.objects.get(holder_id=who.leader.pk, withdrawn_at=None)
    later = timezone.now() + timedelta(hours=1)
    asked = row(PartnerRequest, service=SERVICE, certificate=certificate, items=[], expires_at=later)
    row(PartnerDocument, request=asked, position=0, file=who.file)
    there = who.elsewhere_office
    issue_demo_certificate(
        holder_kind=HolderKind.OFFICE, holder_id=there.pk, common_name=there.name, at=timezone.now()
    )
    waiting = row(SigningTransaction, certificate=certificate, started_by=who.leader.pk)
    own = row(SigningMeans, holder_kind="citizen", holder_id=who.owner.party.pk, provider="software-key")
    return {
        "anchor_id": TrustAnchor.objects.order_by("pk")[0].pk,
        "certificate_id": certificate.pk,
        "fingerprint": certificate.fingerprint,
        "signing_id": waiting.pk,
        "transaction_id": waiting.pk,
        "means_id": own.pk,
        "leaders_means_id": certificate.means_id,
        "holder_id": who.leader.pk,
        "request_id": asked.pk,
        "own_key": asked.own_key,
        "signed_id": row(SignedFile, file=who.file, subject="x:1", state="failed", last_error="x").pk,
    }


@transaction.atomic  # the database compares an order with its lines at the end of a transaction
def of_money(who: People, dossier: Dossier) -> dict[str, Any]:
    """What the applicant has paid, with its receipt; and what the cashier elsewhere looks after."""
    now, found = timezone.now(), dict[str, Any]()
    for name, office, subject, reference in (
        ("receipt_id", who.office, dossier.stream, "TH000001"),
        ("receipt_elsewhere_id", who.elsewhere_office, "thing:1", "TH000002"),
    ):
        payable = row(Payable, subject=subject, reference=reference, office=office, payer=who.owner.party.pk)
        order = row(Order, payable=payable, state="paid", method="cash", closed_at=now)
        row(OrderLine, order=order, amount=order.amount)
        book = row(ReceiptBook, office=office, decided_by=who.administrator)
        found[name] = row(Receipt, book=book, office=office, order=order, file=who.file).pk
    feed = row(BankFeed, office=who.office, created_by=who.administrator)
    came = row(
        Incoming, office=who.elsewhere_office, number="9901", source="feed", key="FT2", state="open", cause="no_text"
    )
    return found | {"feed_id": feed.pk, "incoming_id": came.pk}


def of_store(who: People, result: ResultDocument) -> dict[str, Any]:
    """In the applicant's store: what they uploaded themselves, and a result of the office."""
    kept = {"owner": who.owner.party, "file": who.file}
    return {
        "own_paper_id": row(KeptPaper, **kept, origin="own", assurance="declared", added_by=who.owner).pk,
        "kept_result_id": row(KeptPaper, **kept, origin="result", result=result).pk,
    }


def of_petitions(who: People) -> dict[str, Any]:
    """A petition that the office handles, with a photo, and one whose answer is public."""
    now = timezone.now()
    for code, given in (
        ("PA-1", {"state": "handling"}),
        ("PA-2", {"state": "answered", "answered_at": now, "answer": "x", "closed_at": now, "published_at": now,
                  "public_text": "x", "public_answer": "x"}),
    ):  # fmt: skip
        petition = row(Petition, code=code, office=who.office, topic="roads", **given)
        row(Petitioner, petition=petition, name="Nguyễn Thị Kín")
    photo = row(Photo, petition=Petition.objects.get(code="PA-1"), file=who.file)
    return {"petition_code": "PA-1", "photo_id": photo.pk}


def of_house(who: People) -> dict[str, Any]:
    """What is the whole house's: the draft of a calendar, a commune that was parted, a root that is published."""
    today = timezone.localdate()
    row(CalendarYear, year=today.year + 2, drafted_by=who.head.pk)
    row(TreeHead, size=1, key=row(TreeKey))
    long_ago = today - timedelta(days=9)
    split = row(AdministrativeUnit, level="commune", code="09000", valid_from=long_ago, valid_to=today)
    for code in ("09001", "09002"):
        part = row(AdministrativeUnit, level="commune", code=code, valid_from=today)
        row(UnitSuccession, old=split, new=part, share="part")
    return {"unit_id": split.pk, "other_administrator_id": make_account(is_administrator=True).pk}


def of_lines(who: People, dossier: Dossier) -> dict[str, Any]:
    """What the administrator looks after: lines to other agencies with what waits there, the portal, line systems."""
    now = timezone.now()
    line = row(exchange.Channel, code="truc", kind="direct", url="https://a.example/", service=SERVICE)
    partner = row(exchange.Partner, code="H00.00", channel=line)
    dead = row(exchange.Outgoing, partner=partner, channel=line, kind="x", state="dead", fault="x", failed_at=now)
    refusal = row(exchange.Refusal, channel=line, message_id="x", code="x", detail="x", size=1, at=now)
    stuck = row(exchange.Incoming, partner=partner, kind="x", state="stuck", fault="x", file=who.file)
    system = row(LineSystem, code="dat-dai", number=1)
    row(Description, system=system, number=1, content=FILES)
    row(Exchange, dossier=dossier, state="stuck", fault="x")
    return {
        "line_code": line.code,
        "line_account_id": row(exchange.Account, channel=line).pk,
        "partner_code": partner.code,
        "letter_id": dead.pk,
        "refusal_id": refusal.pk,
        "stuck_letter_id": stuck.pk,
        "system_code": system.code,
        "call_id": row(Call, system=system, operation="plot", state="dead", fault="x", failed_at=now).pk,
        "arrival_id": row(Arrival, state="stuck", fault="x").pk,
        "dossier_id": dossier.pk,
    }


def of_hall(who: People, hall: Any) -> dict[str, Any]:
    """Of the service centre: the applicant's appointment, a screen, a group with priority."""
    now, begins = timezone.now(), timezone.now() + timedelta(days=1)
    sit(counter=hall.second.pk, by=who.reception, at=now)
    called = call_next(counter=hall.second.pk, by=who.reception, at=now)
    assert called is not None
    booked = row(Booking, service=hall.papers, account=who.owner, starts_at=begins, day=timezone.localdate(begins))
    return {
        "booking_id": booked.pk,
        "called_ticket_id": called.pk,
        "device_id": row(Device, centre=hall.centre, kind="board").pk,
        "group_id": row(PriorityGroup, code="elderly", head_start=10).pk,
    }


def a_guide() -> str:
    """A published guide."""
    checked = load(GUIDES / "child-birth")
    guide = row(Guide, code=checked.guide.code)
    version = row(
        GuideVersion, guide=guide, number=1, title=checked.guide.title, spec=checked.guide.to_json(),
        decision=checked.decision.decode(),
    )  # fmt: skip
    guide.current_version = version
    guide.save(update_fields=["current_version"])
    return guide.code

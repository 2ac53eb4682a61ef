"""An agency with its clerk, leader and one unit, and documents that come to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from motcua.engines.registers.models import Counter
from motcua.engines.signing.actions import issue_demo_certificate
from motcua.engines.signing.models import HolderKind, TrustAnchor
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.people.accounts.models import Account
from motcua.people.officers.actors import Actor, officer
from motcua.people.officers.desks import Desk
from motcua.people.officers.queries import desk_of
from motcua.people.organisations.models import Office
from motcua.services.correspondence import actions
from motcua.services.correspondence.actions import Arrival, Given
from motcua.services.correspondence.models import Assignment, IncomingDocument
from tests.factories import make_office, make_officer
from tests.replay import Made, again

NOW = timezone.now()
SUBJECT = "Về việc rà soát đèn đường trên địa bàn"


@dataclass(frozen=True)
class Agency:
    """A committee and its economic division."""

    office: Office
    unit: Office
    clerk: Account
    leader: Account
    head: Account  # of the unit
    first: Account
    second: Account

    def actor(self, account: Account) -> Actor:
        """The actor behind one of the officers."""
        return officer(desk(account), offices=[self.unit.pk, self.office.pk])


def desk(account: Account) -> Desk:
    """The desk of an account now."""
    return desk_of(account, timezone.now())


def make_agency(name: str = "Ủy ban nhân dân xã Mẫu Sơn", *, signing: bool = False) -> Agency:
    """The agency with everybody it needs; ``signing``: with certificates for drafter, leader and seal.

    The first agency of a test is the same one in all tests of a process (``tests/replay.py``).
    """
    key = ("agency", name, signing, settings.HOME)
    return again(key, lambda: _make_agency(name, signing=signing), unless=[Office, TrustAnchor])


def _make_agency(name: str, *, signing: bool) -> Agency:
    office = make_office(name, kind="commune_committee", level="commune", receives=False)
    unit = make_office(f"Phòng Kinh tế ({name})", kind="division", level="commune", parent=office, receives=False)
    made = Agency(
        office=office,
        unit=unit,
        clerk=make_officer(roles=["clerk"], office=office, name="Vũ Thị Mẫu Thư", title="Văn thư"),
        leader=make_officer(roles=["leader", "head"], office=office, name="Hoàng Văn Mẫu Tịch", title="Chủ tịch"),
        head=make_officer(roles=["head"], office=unit, name="Lê Thị Mẫu Trưởng", title="Trưởng phòng"),
        first=make_officer(office=unit, name="Phạm Văn Mẫu Một"),
        second=make_officer(office=unit, name="Phạm Văn Mẫu Hai"),
    )
    if signing:
        for account in (made.leader, made.first):
            issue_demo_certificate(
                holder_kind=HolderKind.OFFICER, holder_id=account.pk, common_name=account.display_name, at=NOW
            )
        issue_demo_certificate(holder_kind=HolderKind.OFFICE, holder_id=office.pk, common_name=office.name, at=NOW)
    return made


def arrival(**changed: Any) -> Arrival:
    """A letter about street lamps."""
    given: dict[str, Any] = {
        "type": "cong_van",
        "notation": "125/SXD-QLN",
        "subject": SUBJECT,
        "sender": "Sở Xây dựng tỉnh Mẫu",
        "document_date": date(2026, 11, 20),
    }
    return Arrival(**(given | changed))


def kept(agency: Agency, state: str, make: Callable[[], Made], said: Sequence[Any]) -> Made:
    """What ``make`` makes of an agency that has nothing yet; where nothing is said about it, the same in all tests of
    a process (``tests/replay.py``)."""
    if any(said):
        return make()
    unless = [Counter, IncomingDocument, StoredFile]
    return again((state, agency.office.pk), make, unless=unless, upon=[agency.office])


def registered(agency: Agency, *, at: Any = None, **changed: Any) -> IncomingDocument:
    """A document in the register, with a file."""
    return kept(agency, "registered", lambda: _registered(agency, at, changed), (at, changed))


def _registered(agency: Agency, at: Any, changed: dict[str, Any]) -> IncomingDocument:
    file = store_bytes(b"%PDF-1.7", name="cong-van.pdf", media_type="application/pdf", by=None)
    told = arrival(files=[file.pk], **changed)
    by = agency.actor(agency.clerk)
    return actions.register_at_once(told, office=agency.office.pk, channel="scan", by=by, at=at)


def noted(agency: Agency, *extra: Given, due_on: date | None = None, at: Any = None, **changed: Any) -> Assignment:
    """A document of which the unit leads; returns the unit's task."""
    return kept(agency, "noted", lambda: _noted(agency, extra, due_on, at, changed), (extra, due_on, at, changed))


def _noted(
    agency: Agency, extra: Sequence[Given], due_on: date | None, at: Any, changed: dict[str, Any]
) -> Assignment:
    document = registered(agency, at=at, **changed)
    given = [Given(office=agency.unit.pk, part="lead"), *extra]
    by = agency.actor(agency.leader)
    return actions.note(document.pk, text="Giao phòng tham mưu.", given=given, due_on=due_on, by=by, at=at)[0]


def given(agency: Agency, **said: Any) -> Assignment:
    """A document that the unit's head has given to an officer; returns the officer's task."""
    return kept(agency, "given", lambda: _given(agency, said), (said,))


def _given(agency: Agency, said: dict[str, Any]) -> Assignment:
    unit = noted(agency, **said)
    officers = [(agency.first.pk, "lead")]
    by = agency.actor(agency.head)
    return actions.give(unit.document_id, task=unit.pk, officers=officers, text="Soạn trả lời", by=by)[0]

"""Who may see a petition, what they may do with it, and who sent it: every look at that is told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from motcua.engines.messaging.kinds import Contact
from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.events.access_log import record_access
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import written
from motcua.people.accounts.models import Account
from motcua.people.officers.desks import Desk
from motcua.services.petitions import rules
from motcua.services.petitions.models import Petition, Petitioner
from motcua.services.petitions.secrets import is_petition_secret

LEADING = ("head", "leader")
HANDLING = ("reception", "specialist", *LEADING)
OFFICE_ACTS = ("forward", "accept", "refuse", "ask", "answer", "merge", "publish", "reply")
LONGEST_REASON = 300
IDENTITY = "petitioner"  # purpose of who looks at who sent it


@dataclass(frozen=True)
class Accessed:
    """A petition as an officer gets it, with what they may do."""

    petition: Petition
    desk: Desk
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not do this with this petition now."), code=f"may_not_{act}")


def visible_to(desk: Desk) -> Q:
    """The condition under which petitions are an officer's to see. Nobody sees their own here.

    Offices see their own; what only heads may read, heads and leaders. Administrators see what has no office yet.
    """
    leading = desk.offices_with(*LEADING) | desk.headed_office_ids
    mine = Q(office__in=sorted(leading)) | Q(office__in=sorted(desk.offices_with(*HANDLING)), heads_only=False)
    if desk.is_administrator:
        mine |= Q(office=None)
    return mine & ~Q(petitioner__account=desk.account_id)


def petitions_for(desk: Desk) -> "QuerySet[Petition]":
    """All petitions that an officer may see."""
    return Petition.objects.filter(visible_to(desk))


def petition_for(desk: Desk, code: str) -> Accessed:
    """The petition of a code as an officer gets it; one statement. Raises ``NotFound``."""
    joined = petitions_for(desk).select_related("office", "unit__parent", "merged_into")
    found = joined.filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no such petition, or it is not yours to see."))
    return Accessed(found, desk, abilities_for(desk, found))


def abilities_for(desk: Desk, petition: Petition) -> dict[str, bool]:
    """Every act of the office and whether the officer may do it now."""
    if petition.office_id is None:
        may = desk.is_administrator
        return {act: may and act == "forward" for act in (*OFFICE_ACTS, "identity")}
    handles = petition.office_id in desk.offices_with(*(LEADING if petition.heads_only else HANDLING))
    leads = petition.office_id in desk.offices_with(*LEADING)
    found = {act: handles and rules.allows(petition.state, act) for act in OFFICE_ACTS}
    found["publish"] = found["publish"] and leads and petition.published_at is None
    found["identity"] = handles
    return found


def petitioner_for(accessed: Accessed, *, reason: str, at: datetime) -> Petitioner:
    """Who sent a petition, after saying why one must know. Every look is told in its story and to the person.

    Raises ``NotAllowed``, and ``Refused`` without a reason.
    """
    accessed.require("identity")
    why = written(reason, _("Say why you must know who sent this."), "reason", LONGEST_REASON)
    petition, who = accessed.petition, accessed.desk.account_id
    assert who is not None
    with transaction.atomic():
        found = Petitioner.objects.get(petition=petition)
        whose = found.party_id or found.pk
        record_access(who=who, whose=whose, purpose=IDENTITY, subject=petition.stream, at=at)
        record(
            stream=petition.stream,
            kind="petition.identity_seen",
            actor=who,
            agency=petition.office_id,
            references={"reason": why},
            at=at,
        )
    return found


def contacts(keys: Collection[UUID]) -> dict[UUID, Contact]:
    """How senders without account are reached with what concerns their petition: for notices alone, no officer looks.

    One statement.
    """
    rows = Petitioner.objects.filter(pk__in=keys, account=None).values_list("pk", "phone", "email")
    return {key: Contact(key, phone, email) for key, phone, email in rows}


def own_petition(code: str, secret: str) -> Petition:
    """The petition behind its sender's own link. A wrong secret is answered like a wrong code. Raises ``NotFound``."""
    found = Petition.objects.filter(code=code).select_related("office", "unit__parent", "merged_into").first()
    if found is None or not is_petition_secret(found.pk, secret):
        raise NotFound(_("No petition was found. Please check its code and key."))
    return found


def mine(account: Account) -> "QuerySet[Petition]":
    """What somebody sent while signed in; order by ``-received_at, -id``."""
    return Petition.objects.filter(petitioner__account=account).select_related("office")


def published(code: str) -> Petition:
    """A petition that was answered in public. Raises ``NotFound``."""
    found = Petition.objects.filter(code=code, published_at__isnull=False).select_related("office", "unit").first()
    if found is None:
        raise NotFound(_("There is no such answer."))
    return found


def offices_that_handle(desk: Desk) -> frozenset[UUID]:
    """Where an officer may take in and handle petitions."""
    return desk.offices_with(*HANDLING)

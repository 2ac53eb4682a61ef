"""Whom the care of certificates tells what: holders, the clerks who keep a seal, and administrators."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import Group, Kind, declare
from motcua.engines.signing.models import HolderKind, SigningCertificate
from motcua.kernel.text import local_date
from motcua.people.accounts.models import Account
from motcua.people.officers.models import Position, Role
from motcua.people.officers.queries import local_day

CARE = Group(code="certificates", label=_("Certificates for signing"))

EXPIRING = declare(
    code="certificate.expiring",
    group=CARE,
    subject=_("Certificate of {holder}: valid until {until}"),
    body=_(
        "The certificate in the name of {subject}, issued by {issuer}, ends on {until}. Nothing can be signed with it"
        " afterwards: please have it renewed in time."
    ),
)
MANY_EXPIRING = declare(
    code="certificate.many_expiring",
    group=CARE,
    subject=_("{number} more certificates end within {days} days"),
    body=_("{number} more certificates of officers and seals end within {days} days. Their holders have been told."),
)
REVOKED = declare(
    code="certificate.revoked",
    group=CARE,
    subject=_("Certificate of {holder}: revoked"),
    body=_(
        "The authority {issuer} has revoked the certificate in the name of {subject} on {when}. Nothing can be signed"
        " with it here any more. If you do not know why, please ask your administrator."
    ),
)
SUSPENDED = declare(
    code="certificate.suspended",
    group=CARE,
    subject=_("Certificate of {holder}: suspended"),
    body=_(
        "The authority {issuer} has suspended the certificate in the name of {subject} on {when}. Nothing can be"
        " signed with it here until the authority lifts that. If you do not know why, please ask your administrator."
    ),
)
RESUMED = declare(
    code="certificate.resumed",
    group=CARE,
    subject=_("Certificate of {holder}: no longer suspended"),
    body=_(
        "The authority {issuer} has lifted the suspension of the certificate in the name of {subject}. It signs again."
    ),
)
LATE = declare(
    code="signature.late",
    group=CARE,
    subject=_("A signature came too late: {title}"),
    body=_(
        "You confirmed the signature of {title} after the request had ended. The document is not signed with it; the"
        " signature is kept as evidence only. If the document is to be signed, ask for it again."
    ),
)


@dataclass(frozen=True)
class Concerned:
    """Whom a certificate concerns: those who sign with it, and the administrators of their offices."""

    holders: frozenset[UUID]
    administrators: frozenset[UUID]


def concerned_by(certificates: Collection[SigningCertificate], at: datetime) -> dict[UUID, Concerned]:
    """Whom these certificates concern, by the certificates' keys; two statements for all."""
    held = Position.objects.on(local_day(at))
    people = {each.holder_id for each in certificates if each.holder_kind == HolderKind.OFFICER}
    offices: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for officer, office in held.filter(officer__in=people).values_list("officer_id", "office_id"):
        offices[officer].add(office)
    for each in certificates:
        if each.holder_kind == HolderKind.OFFICE:
            offices[each.holder_id].add(each.holder_id)
    every = frozenset[UUID]().union(*offices.values())
    clerks, administrators = defaultdict[UUID, set[UUID]](set), defaultdict[UUID, set[UUID]](set)
    keepers = held.filter(office__in=every, roles__overlap=[Role.CLERK, Role.ADMIN])
    for office, officer, roles in keepers.values_list("office_id", "officer_id", "roles"):
        if Role.CLERK in roles:
            clerks[office].add(officer)
        if Role.ADMIN in roles:
            administrators[office].add(officer)
    return {each.pk: _concerned(each, offices[each.holder_id], clerks, administrators) for each in certificates}


def tell_of(
    kind: Kind,
    certificate: SigningCertificate,
    concerned: Concerned,
    *,
    facts: Mapping[str, str],
    key: str,
    at: datetime,
) -> None:
    """Tell those whom a certificate concerns, each once for a ``key``. The holder's name is ``holder_name``."""
    whole = {
        "holder": getattr(certificate, "holder_name", None) or certificate.subject,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "until": local_date(certificate.valid_to),
        **facts,
    }
    page = reverse("signing:certificate", args=[certificate.pk])
    told = f"certificate:{certificate.pk}:{key}"
    notify(kind, recipients=concerned.administrators, facts=whole, key=told, url=page, at=at)
    notify(kind, recipients=concerned.holders, facts=whole, key=told, url=reverse("signing:means"), at=at)


def administrators() -> frozenset[UUID]:
    """The administrators of the province; a handful."""
    return frozenset(Account.objects.filter(is_administrator=True, is_active=True).values_list("pk", flat=True))


def _concerned(
    certificate: SigningCertificate,
    offices: Collection[UUID],
    clerks: Mapping[UUID, set[UUID]],
    administrators: Mapping[UUID, set[UUID]],
) -> Concerned:
    is_seal = certificate.holder_kind == HolderKind.OFFICE
    holders = clerks[certificate.holder_id] if is_seal else {certificate.holder_id}
    return Concerned(frozenset(holders), frozenset[UUID]().union(*(administrators[office] for office in offices)))

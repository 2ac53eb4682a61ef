"""Whom the care of certificates tells what: holders, the clerks who keep a seal, administrators, companies' people."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import Group, Kind, declare
from motcua.engines.signing.care.queries import with_holders
from motcua.engines.signing.models import PUBLIC_KINDS, HolderKind, SigningCertificate, SigningPicture
from motcua.kernel.text import local_date
from motcua.people.accounts.models import Account
from motcua.people.citizens.queries import speakers_for
from motcua.people.officers.models import Position, Role
from motcua.people.officers.queries import local_day

_CONCERNED = (Role.CLERK, Role.ADMIN, Role.HEAD)
CARE = Group(code="certificates", label=_("Certificates for signing"))

REGISTERED = declare(
    code="certificate.registered",
    group=CARE,
    subject=_("A certificate signs for {holder} from now on"),
    body=_(
        "{by} has registered a certificate with which is signed for {holder}: in the name of {subject}, issued by"
        " {issuer}, valid until {until}. If you know nothing of it, have it withdrawn at once and tell your"
        " administrator."
    ),
)
PICTURE = declare(
    code="certificate.picture",
    group=CARE,
    subject=_("Signatures of {holder} show another picture"),
    body=_(
        "{by} has recorded the picture that signatures of {holder} show from now on. If you know nothing of it, tell"
        " your administrator."
    ),
)
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
# The same for the public, who have no administrator.
_OF_PUBLIC = {
    REGISTERED.code: declare(
        code="certificate.own_registered",
        group=CARE,
        subject=_("A certificate of yours signs for {holder} from now on"),
        body=_(
            "{by} has registered a certificate with which is signed for {holder}: in the name of {subject}, issued by"
            " {issuer}, valid until {until}. If you know nothing of it, remove it at once on the page of your ways of"
            " signing."
        ),
    ),
    REVOKED.code: declare(
        code="certificate.own_revoked",
        group=CARE,
        subject=_("Your certificate for {holder}: revoked"),
        body=_(
            "The authority {issuer} has revoked the certificate in the name of {subject} on {when}. Nothing can be"
            " signed with it here any more. If you do not know why, please ask that authority."
        ),
    ),
    SUSPENDED.code: declare(
        code="certificate.own_suspended",
        group=CARE,
        subject=_("Your certificate for {holder}: suspended"),
        body=_(
            "The authority {issuer} has suspended the certificate in the name of {subject} on {when}. Nothing can be"
            " signed with it here until the authority lifts that. If you do not know why, please ask that authority."
        ),
    ),
}


@dataclass(frozen=True)
class Concerned:
    """Whom a certificate concerns: who sign with it, the administrators of their offices, the heads of a seal's."""

    holders: frozenset[UUID]
    administrators: frozenset[UUID]
    heads: frozenset[UUID]


def concerned_by(certificates: Collection[SigningCertificate | SigningPicture], at: datetime) -> dict[UUID, Concerned]:
    """Whom these certificates (or pictures) concern, by their keys; two statements for all, two for the public's."""
    held = Position.objects.on(local_day(at))
    people = {each.holder_id for each in certificates if each.holder_kind == HolderKind.OFFICER}
    offices: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for officer, office in held.filter(officer__in=people).values_list("officer_id", "office_id"):
        offices[officer].add(office)
    for each in certificates:
        if each.holder_kind == HolderKind.OFFICE:
            offices[each.holder_id].add(each.holder_id)
    every = frozenset[UUID]().union(*offices.values())
    having: dict[Role, defaultdict[UUID, set[UUID]]] = {role: defaultdict(set) for role in _CONCERNED}
    keepers = held.filter(office__in=every, roles__overlap=list(_CONCERNED))
    for office, officer, roles in keepers.values_list("office_id", "officer_id", "roles"):
        for role in having.keys() & set(roles):
            having[role][office].add(officer)
    speakers = _speakers([each.holder_id for each in certificates if each.holder_kind in PUBLIC_KINDS], at)
    return {
        each.pk: Concerned(speakers[each.holder_id], frozenset(), frozenset())
        if each.holder_kind in PUBLIC_KINDS
        else _concerned(each, offices[each.holder_id], having)
        for each in certificates
    }


def _speakers(parties: Collection[UUID], at: datetime) -> Mapping[UUID, frozenset[UUID]]:
    """The accounts of those who sign for each party."""
    found: defaultdict[UUID, frozenset[UUID]] = defaultdict(frozenset)
    for party, account in speakers_for(parties, local_day(at)) if parties else ():
        found[party] |= {account}
    return found


def tell_registered(certificate_id: UUID, *, by: UUID | None, at: datetime) -> None:
    """Tell of a new certificate: whoever signs with it may know nothing of it; of a seal its heads are told too."""
    certificate = with_holders(SigningCertificate.objects.all()).get(pk=certificate_id)
    _tell_holder(REGISTERED, certificate, _facts(certificate), f"certificate:{certificate.pk}:registered", by, at)


def tell_recorded(picture_id: UUID, *, by: UUID | None, at: datetime) -> None:
    """Tell of a new picture those whose signatures show it, and of a seal's the heads too."""
    picture = with_holders(SigningPicture.objects.all()).get(pk=picture_id)
    facts = {"holder": getattr(picture, "holder_name", None) or ""}
    _tell_holder(PICTURE, picture, facts, f"picture:{picture.pk}", by, at)


def _tell_holder(
    kind: Kind,
    about: SigningCertificate | SigningPicture,
    facts: Mapping[str, str],
    key: str,
    by: UUID | None,
    at: datetime,
) -> None:
    (concerned,) = concerned_by([about], at).values()
    names = Account.objects.filter(pk=by).values_list("display_name", flat=True) if by else ()
    whole = {**facts, "by": next(iter(names), str(_("The operator of the server")))}
    kind, page = _said_to_holders(kind, about)
    notify(kind, recipients=concerned.holders, facts=whole, key=key, url=page, at=at)
    notify(kind, recipients=concerned.heads, facts=whole, key=key, at=at)


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
    whole = _facts(certificate) | dict(facts)
    page = reverse("signing:certificate", args=[certificate.pk])
    told = f"certificate:{certificate.pk}:{key}"
    notify(kind, recipients=concerned.administrators, facts=whole, key=told, url=page, at=at)
    kind, own = _said_to_holders(kind, certificate)
    notify(kind, recipients=concerned.holders, facts=whole, key=told, url=own, at=at)


def _said_to_holders(kind: Kind, about: SigningCertificate | SigningPicture) -> tuple[Kind, str]:
    """In which words holders are told something, and their page of ways of signing."""
    if about.holder_kind not in PUBLIC_KINDS:
        return kind, reverse("signing:means")
    return _OF_PUBLIC.get(kind.code, kind), reverse("signing:own-means")


def administrators() -> frozenset[UUID]:
    """The administrators of the province; a handful."""
    return frozenset(Account.objects.filter(is_administrator=True, is_active=True).values_list("pk", flat=True))


def _facts(certificate: SigningCertificate) -> dict[str, str]:
    return {
        "holder": getattr(certificate, "holder_name", None) or certificate.subject,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "until": local_date(certificate.valid_to),
    }


def _concerned(
    about: SigningCertificate | SigningPicture,
    offices: Collection[UUID],
    having: Mapping[Role, Mapping[UUID, set[UUID]]],
) -> Concerned:
    is_seal = about.holder_kind == HolderKind.OFFICE
    clerks, administrators, heads = (
        frozenset[UUID]().union(*(having[role][office] for office in offices)) for role in _CONCERNED
    )
    holders = clerks if is_seal else frozenset({about.holder_id})
    return Concerned(holders, administrators, heads if is_seal else frozenset())

"""Whose certificates an administrator looks after: the province's those of all officers and offices, an office's those
of their offices. Those of citizens and companies are their own affair."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.care.queries import with_holders
from motcua.engines.signing.models import PUBLIC_KINDS, HolderKind, SigningCertificate, SigningPicture, TrustAnchor
from motcua.engines.signing.providers.interface import Holder
from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.accounts.access import administrator
from motcua.people.accounts.models import Account
from motcua.people.officers.access import administers_anything, desk_of
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Position
from motcua.people.organisations.models import Office, OfficeCode


def looks_after(request: HttpRequest) -> bool:
    """Whether an administrator of the province or of some office asks."""
    return isinstance(request.user, Account) and administers_anything(request)


def carer(request: HttpRequest) -> Desk:
    """The desk of an administrator. Raises :class:`NotAllowed` for anybody else."""
    if not looks_after(request):
        raise NotAllowed(_("Only an administrator may do this."))
    return desk_of(request)


def cared_certificates(desk: Desk) -> QuerySet[SigningCertificate]:
    """The certificates of the officers and offices that an administrator looks after, ended ones among them."""
    return SigningCertificate.objects.filter(_cared(desk))


def cared_pictures(desk: Desk) -> QuerySet[SigningPicture]:
    """The pictures in use of the officers and offices that an administrator looks after."""
    return SigningPicture.objects.filter(_cared(desk), ended_at=None)


def cared_holder(request: HttpRequest, holder_id: UUID) -> tuple[Holder, str]:
    """An officer or an office that an administrator looks after, with the name. Raises :class:`NotFound`."""
    desk = carer(request)
    offices = Office.objects.on(timezone.localdate()).filter(pk=holder_id)
    offices = offices if desk.is_administrator else offices.filter(pk__in=desk.administered_office_ids)
    if (office := offices.first()) is not None:
        return Holder(HolderKind.OFFICE, holder_id), office.name
    if (officer := _active_officers(desk).filter(pk=holder_id).first()) is not None:
        return Holder(HolderKind.OFFICER, holder_id), officer.display_name
    raise NotFound(_("You look after no such officer or office."))


def _cared(desk: Desk) -> Q:
    if desk.is_administrator:
        return ~Q(holder_kind__in=PUBLIC_KINDS)
    seals = Q(holder_kind=HolderKind.OFFICE, holder_id__in=desk.administered_office_ids)
    return seals | Q(holder_kind=HolderKind.OFFICER, holder_id__in=_officers_of(desk))


def _active_officers(desk: Desk) -> QuerySet[Account]:
    found = Account.objects.filter(is_active=True, officer__left_on=None).exclude(officer=None)
    return found if desk.is_administrator else found.filter(pk__in=_officers_of(desk))


def cared_certificate(request: HttpRequest, certificate_id: UUID) -> SigningCertificate:
    """One of them. Raises :class:`NotAllowed`, and :class:`NotFound` for any other, whether it exists or not."""
    rows = with_holders(cared_certificates(carer(request)).select_related("means"))
    found = rows.filter(id=certificate_id).first()
    if found is None:
        raise NotFound(_("There is no such certificate."))
    return found


def cared_holders(desk: Desk, names: Collection[str]) -> dict[str, tuple[Holder, str]]:
    """Those of these officers (user names) and offices (codes) whom an administrator looks after, with their names.

    User names come in small, codes in capital letters. Two statements.
    """
    today = timezone.localdate()
    officers = _active_officers(desk).filter(username__in={name.lower() for name in names})
    codes = OfficeCode.objects.on(today).filter(code__in={name.upper() for name in names})
    if not desk.is_administrator:
        codes = codes.filter(office__in=desk.administered_office_ids)
    found = {each.username: (Holder(HolderKind.OFFICER, each.pk), each.display_name) for each in officers}
    for code, key, name in codes.values_list("code", "office_id", "office__name"):
        found[code] = (Holder(HolderKind.OFFICE, key), name)
    return found


def trusted_anchor(request: HttpRequest, anchor_id: UUID) -> TrustAnchor:
    """An authority that is trusted now, for an administrator of the province, who alone decides whom the house trusts.

    Raises :class:`NotAllowed`, :class:`NotFound`.
    """
    administrator(request)
    found = TrustAnchor.objects.filter(pk=anchor_id, withdrawn_at=None).first()
    if found is None:
        raise NotFound(_("There is no such authority."))
    return found


def _officers_of(desk: Desk) -> QuerySet[Position, UUID]:
    """Who has a present or coming position in an administered office; administrators of the province are nobody's."""
    held = Position.objects.exclude(valid_to__lte=timezone.localdate())
    mine = held.filter(office__in=desk.administered_office_ids, officer__account__is_administrator=False)
    return mine.values_list("officer_id", flat=True)

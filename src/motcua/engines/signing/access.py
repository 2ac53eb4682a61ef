"""Whose certificates an officer, a citizen or a company may sign with.

A person's signature is the person's alone: no substitute, no delegation. The seal of an office is kept by its clerks
(văn thư), who must affix it personally (Decree 30/2020/NĐ-CP, article 32). With a company's certificate those sign who
speak for it by law or by authorisation.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.engines.signing.models import (
    PUBLIC_KINDS,
    HolderKind,
    PartnerDocument,
    PartnerRequest,
    SigningCertificate,
    SigningMeans,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.providers.interface import Holder
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.events.access_log import record_access
from motcua.people.accounts import confirmation
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.middleware import ASSURANCE
from motcua.people.accounts.models import Account
from motcua.people.accounts.principals import Principal
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import companies_of
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Role
from motcua.people.organisations.models import OfficeCode

BEFORE_SIGNING = "before_signing"  # purpose of access records


def certificates_of(desk: Desk) -> QuerySet[SigningCertificate]:
    """The certificates that were not withdrawn and that this officer may sign with; the longest valid first."""
    return SigningCertificate.objects.filter(_kept_by(desk), withdrawn_at=None).order_by("-valid_to", "id")


def certificate_for(desk: Desk, certificate_id: UUID) -> SigningCertificate:
    """One of them. Raises :class:`NotFound` for any other, whether it exists or not."""
    found = certificates_of(desk).filter(id=certificate_id).first()
    if found is None:
        raise NotFound(_("You have no such certificate to sign with."))
    return found


def needs_proof(request: HttpRequest, certificate: SigningCertificate) -> bool:
    """Whether the signer must first prove anew that it is them (``accounts.confirmation``), for the key asks nothing.

    A phone or a token asks its holder; a key in the sign server signs whatever the house sends. So the house asks for
    a session with every required factor and a password or passkey given within the last minutes. A program has none.
    """
    if certificate.provider not in registry or not registry[certificate.provider].proof_first:
        return False
    return request.session.get(ASSURANCE) != "full" or not confirmation.is_fresh(request)


def means_of(desk: Desk) -> QuerySet[SigningMeans]:
    """The ways of signing of an officer and of the offices whose seals they keep; the newest first."""
    return SigningMeans.objects.filter(_kept_by(desk), withdrawn_at=None).order_by("-registered_at", "id")


def means_for(desk: Desk, means_id: UUID) -> SigningMeans:
    """A way of signing of one's own, or of an office whose seal one keeps. Raises :class:`NotFound` for any other."""
    found = means_of(desk).filter(id=means_id).first()
    if found is None:
        raise NotFound(_("You have no such way of signing."))
    return found


def signing_parties(account: Account, on: date) -> list[Party]:
    """In whose name somebody of the public signs on a day: their own, and the companies for which they speak."""
    if not account.is_citizen:
        return []
    own: Party = account.party
    return [own, *companies_of(own, on)]


def holder_of(party: Party) -> Holder:
    """A citizen or company as a holder of certificates."""
    kind = HolderKind.CITIZEN if party.kind == Party.Kind.CITIZEN else HolderKind.COMPANY
    return Holder(kind, party.pk)


def records_of(parties: Sequence[Party]) -> dict[UUID, Party]:
    """Those parties by their keys and by the keys of records that were merged into them; one statement."""
    known = {party.pk: party for party in parties}
    merged = Party.objects.filter(merged_into__in=known).order_by("id").values_list("pk", "merged_into_id")
    return known | {key: known[into] for key, into in merged if into is not None}


def public_means_of(parties: Sequence[Party]) -> QuerySet[SigningMeans]:
    """The ways of signing of citizens and companies (:func:`signing_parties`); the newest first."""
    rows = SigningMeans.objects.filter(holder_kind__in=PUBLIC_KINDS, withdrawn_at=None)
    return rows.filter(holder_id__in=records_of(parties)).order_by("-registered_at", "id")


def public_means_for(parties: Sequence[Party], means_id: UUID) -> SigningMeans:
    """One of them. Raises :class:`NotFound` for any other."""
    found = public_means_of(parties).filter(id=means_id).first()
    if found is None:
        raise NotFound(_("You have no such way of signing."))
    return found


def open_means_for(parties: Sequence[Party], means_id: UUID) -> SigningMeans:
    """The same for whoever goes on to use it. Raises :class:`NotFound` also once it is closed to the public."""
    found = public_means_for(parties, means_id)
    if not registry.signs_for_public(found.provider):
        raise NotFound(_("You have no such way of signing."))
    return found


def means_at_hand(desk: Desk, account: Account, means_id: UUID, *, on: date) -> SigningMeans:
    """A way of signing of whoever sits there: theirs as an officer, or one of :func:`signing_parties`'.

    Raises :class:`NotFound` for any other, and for one of the public's that is closed to it by now.
    """
    own = means_of(desk).filter(id=means_id).first()
    return own or open_means_for(signing_parties(account, on), means_id)


def own_signing(request: HttpRequest, transaction_id: UUID) -> SigningTransaction:
    """A signing that whoever is signed in has asked for. Raises :class:`NotFound` for any other."""
    rows = SigningTransaction.objects.select_related("certificate")
    found = rows.filter(id=transaction_id, started_by=signed_in(request).pk).first()
    if found is None:
        raise NotFound(_("There is no such signing."))
    return found


def certificates_for_partner(asks: Principal, signer: str, at: datetime) -> list[SigningCertificate]:
    """The certificates of an officer (username) or an office (code) for which another house may ask.

    Raises :class:`NotAllowed` for a token that is not a service's: only partners ask, and each under its own name.
    """
    if asks.account is not None:
        raise NotAllowed(_("Only services ask for signatures."))
    officers = Account.objects.filter(username=signer, is_active=True).values("pk")
    offices = OfficeCode.objects.filter(code=signer).values("office_id")
    own = Q(holder_kind=HolderKind.OFFICER, holder_id__in=officers)
    seals = Q(holder_kind=HolderKind.OFFICE, holder_id__in=offices)
    live = SigningCertificate.objects.filter(own | seals, withdrawn_at=None, suspended_at=None)
    live = live.filter(valid_from__lte=at, valid_to__gt=at)
    if not settings.DEMONSTRATION_KEYS:
        live = live.filter(demonstration=False)
    return [each for each in live.order_by("-valid_to", "id")[:20] if each.provider in registry]


def certificate_for_partner(asks: Principal, signer: str, fingerprint: str, at: datetime) -> SigningCertificate:
    """One of them. Raises :class:`NotFound` for any other."""
    for each in certificates_for_partner(asks, signer, at):
        if each.fingerprint == fingerprint:
            return each
    raise NotFound(_("There is no such certificate."))


def partner_request(asks: Principal, own_key: UUID) -> PartnerRequest:
    """What a partner asked for under its own name. Raises :class:`NotFound` for any other."""
    rows = PartnerRequest.objects.select_related("transaction")
    found = rows.filter(service=asks.service, own_key=own_key).first() if asks.account is None else None
    if found is None:
        raise NotFound(_("There is no such signing."))
    return found


def requests_to(desk: Desk, at: datetime) -> QuerySet[PartnerRequest]:
    """What partners ask this officer to sign and nobody has answered; the oldest first."""
    rows = PartnerRequest.objects.filter(certificate__in=certificates_of(desk).order_by(), ended_at=None)
    waiting = rows.filter(transaction=None, expires_at__gt=at)
    return waiting.select_related("certificate").order_by("asked_at", "id")


def document_for_signer(desk: Desk, request_id: UUID, position: int, at: datetime) -> PartnerDocument:
    """A document of such a request for the eyes of whoever is to sign it, until they have; each opening is recorded.

    Raises :class:`NotFound` for any other.
    """
    assert desk.account_id is not None  # nobody else has a desk
    waits = Q(request__transaction=None, request__expires_at__gt=at)
    rows = PartnerDocument.objects.filter(
        waits | Q(request__transaction__state=TransactionState.WAITING),
        request__certificate__in=certificates_of(desk).order_by(),
        request__ended_at=None,
    )
    found = rows.select_related("file__blob", "request").filter(request=request_id, position=position).first()
    if found is None:
        raise NotFound(_("There is no such document."))
    subject = f"signing-request:{found.request_id}:{position}"
    record_access(who=desk.account_id, whose=found.request_id, purpose=BEFORE_SIGNING, subject=subject, at=at)
    return found


def request_to(desk: Desk, request_id: UUID, at: datetime) -> PartnerRequest:
    """One of them. Raises :class:`NotFound` for any other."""
    found = requests_to(desk, at).filter(pk=request_id).first()
    if found is None:
        raise NotFound(_("There is no such request any more."))
    return found


def _kept_by(desk: Desk) -> Q:
    """The officer's own, and what belongs to the seals that they keep."""
    seals = Q(holder_kind=HolderKind.OFFICE, holder_id__in=desk.offices_with(Role.CLERK))
    return seals | Q(holder_kind=HolderKind.OFFICER, holder_id=desk.account_id)

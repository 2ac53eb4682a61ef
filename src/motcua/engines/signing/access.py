"""Whose certificates an officer may sign with.

A person's signature is the person's alone: no substitute, no delegation. The seal of an office is kept by its clerks
(văn thư), who must affix it personally (Decree 30/2020/NĐ-CP, article 32).
"""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningMeans, SigningTransaction
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import NotFound
from motcua.people.accounts import confirmation
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.middleware import ASSURANCE
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Role


def certificates_of(desk: Desk) -> QuerySet[SigningCertificate]:
    """The certificates that were not withdrawn and that this officer may sign with; the longest valid first."""
    own = Q(holder_kind=HolderKind.OFFICER, holder_id=desk.account_id)
    seals = Q(holder_kind=HolderKind.OFFICE, holder_id__in=desk.offices_with(Role.CLERK))
    return SigningCertificate.objects.filter(own | seals, withdrawn_at=None).order_by("-valid_to", "id")


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
    own = Q(holder_kind=HolderKind.OFFICER, holder_id=desk.account_id)
    seals = Q(holder_kind=HolderKind.OFFICE, holder_id__in=desk.offices_with(Role.CLERK))
    return SigningMeans.objects.filter(own | seals, withdrawn_at=None).order_by("-registered_at", "id")


def means_for(desk: Desk, means_id: UUID) -> SigningMeans:
    """A way of signing of one's own, or of an office whose seal one keeps. Raises :class:`NotFound` for any other."""
    found = means_of(desk).filter(id=means_id).first()
    if found is None:
        raise NotFound(_("You have no such way of signing."))
    return found


def own_signing(request: HttpRequest, transaction_id: UUID) -> SigningTransaction:
    """A signing that whoever is signed in has asked for. Raises :class:`NotFound` for any other."""
    rows = SigningTransaction.objects.select_related("certificate")
    found = rows.filter(id=transaction_id, started_by=signed_in(request).pk).first()
    if found is None:
        raise NotFound(_("There is no such signing."))
    return found

"""Whom the house trusts: authorities are added and withdrawn by an administrator or the operator."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cryptography import x509
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing.actions.recording import common_name, fingerprint, tell
from motcua.engines.signing.models import TrustAnchor
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text.typed import written

LONGEST_SOURCE = 300


@transaction.atomic
def add_trust_anchor(
    *, der: bytes, demonstration: bool, at: datetime, source: str = "", by: UUID | None = None
) -> TrustAnchor:
    """Trust an authority (DER), also one that was withdrawn; ``source`` says where its certificate was taken from.

    Raises :class:`Refused` for anything that is not a certificate, and for a source that is too long.
    """
    where = written(source, field="source", longest=LONGEST_SOURCE)
    try:
        subject = common_name(x509.load_der_x509_certificate(der).subject)
    except ValueError as error:
        raise Refused(_("This file is not a certificate."), field="certificate", code="not_a_certificate") from error
    values = {"subject": subject, "demonstration": demonstration, "source": where, "added_at": at}
    anchor, created = TrustAnchor.objects.select_for_update().get_or_create(
        fingerprint=fingerprint(der), defaults={"der": der, **values}
    )
    if not created and anchor.withdrawn_at is None:
        return anchor
    if not created:
        TrustAnchor.objects.filter(pk=anchor.pk).update(withdrawn_at=None, **values)
        anchor.refresh_from_db()
    if not demonstration:  # the demonstration trusts itself; nobody has decided it
        tell("signing.trust_anchor_added", f"trust-anchor:{anchor.pk}", by, at, {"fingerprint": anchor.fingerprint})
    return anchor


@transaction.atomic
def add_trust_anchors(*, ders: Sequence[bytes], source: str, by: UUID | None, at: datetime) -> list[TrustAnchor]:
    """Trust several authorities, all or none. Raises as :func:`add_trust_anchor`."""
    return [add_trust_anchor(der=der, demonstration=False, at=at, source=source, by=by) for der in ders]


@transaction.atomic
def withdraw_trust_anchor(*, anchor_id: UUID, by: UUID, at: datetime) -> None:
    """Trust an authority no longer: what its certificates signed is shown as not trusted. Again does nothing.

    Raises :class:`NotFound`.
    """
    anchor = TrustAnchor.objects.select_for_update().filter(pk=anchor_id).first()
    if anchor is None:
        raise NotFound(_("There is no such authority."))
    if anchor.withdrawn_at is not None:
        return
    anchor.withdrawn_at = at
    anchor.save(update_fields=["withdrawn_at"])
    tell("signing.trust_anchor_withdrawn", f"trust-anchor:{anchor.pk}", by, at, {"fingerprint": anchor.fingerprint})

"""Reading pictures: what the visible signature of a certificate shows."""

from collections.abc import Collection
from uuid import UUID

from motcua.engines.signing.models import SigningCertificate, SigningPicture
from motcua.engines.signing.providers.interface import Holder


def picture_in_use(holder: Holder) -> SigningPicture | None:
    """A holder's picture, if one is recorded; one statement."""
    return SigningPicture.objects.filter(holder_kind=holder.kind, holder_id=holder.id, ended_at=None).first()


def pictures_of(holders: Collection[Holder]) -> dict[UUID, bytes]:
    """The pictures (PNG) of these holders by their keys; one statement."""
    rows = SigningPicture.objects.filter(holder_id__in=[each.id for each in holders], ended_at=None)
    return {holder: bytes(png) for holder, png in rows.values_list("holder_id", "png")}


def picture_for(certificate: SigningCertificate) -> bytes | None:
    """What signatures with a certificate show (PNG): the handwriting of its officer, the seal of its office.

    Without one they show nothing: no picture is invented for anybody.
    """
    found = picture_in_use(Holder(certificate.holder_kind, certificate.holder_id))
    return bytes(found.png) if found else None

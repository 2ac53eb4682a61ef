"""What can happen to pictures: recorded in place of the one before, and ended."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.engines.signing.actions.recording import tell
from motcua.engines.signing.care import notices
from motcua.engines.signing.models import SigningPicture
from motcua.engines.signing.providers.interface import Holder
from motcua.kernel.rows import store


@transaction.atomic
def record_picture(*, holder: Holder, png: bytes, by: UUID | None, at: datetime) -> SigningPicture:
    """Let signatures of a holder show this picture (``scans.read_scan``) from now on; the same again changes nothing.

    Whom it concerns is told. Raises :class:`Refused` when somebody else records one in the same moment.
    """
    digest = hashlib.sha256(png).hexdigest()
    before = _locked(holder)
    if before is not None and before.digest == digest:
        return before
    if before is not None:
        _end(before, at)
    picture = SigningPicture(
        holder_kind=holder.kind, holder_id=holder.id, png=png, digest=digest, recorded_at=at, recorded_by=by
    )
    store(picture)
    _tell("signing.picture_recorded", picture, by, at)
    notices.tell_recorded(picture.pk, by=by, at=at)
    return picture


@transaction.atomic
def end_picture(*, holder: Holder, by: UUID, at: datetime) -> None:
    """Let signatures of a holder show no picture any more. Without one it does nothing."""
    picture = _locked(holder)
    if picture is not None:
        _end(picture, at)
        _tell("signing.picture_ended", picture, by, at)


def _locked(holder: Holder) -> SigningPicture | None:
    rows = SigningPicture.objects.select_for_update().filter(holder_kind=holder.kind, holder_id=holder.id)
    return rows.filter(ended_at=None).first()


def _end(picture: SigningPicture, at: datetime) -> None:
    picture.ended_at = at
    picture.save(update_fields=["ended_at"])


def _tell(kind: str, picture: SigningPicture, by: UUID | None, at: datetime) -> None:
    references: dict[str, object] = {"holder": str(picture.holder_id), "sha256": picture.digest}
    tell(kind, f"holder:{picture.holder_id}", by, at, references)

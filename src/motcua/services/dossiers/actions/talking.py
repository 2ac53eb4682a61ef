"""Applicant and office speak about a dossier. It moves nothing: neither steps nor clock, nor the dossier's version."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.jobs import check_file
from motcua.kernel.blobs.actions import keep
from motcua.kernel.errors import Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import written
from motcua.services.dossiers import standing
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Message, MessageFile
from motcua.services.dossiers.models.dossier import CLOSED
from motcua.services.dossiers.standing import Standing

LONGEST = 5000
MOST_OPEN = 10  # questions that may wait for an answer at once


@transaction.atomic
def ask_office(
    dossier: UUID, *, text: str, by: Actor, files: Collection[UUID] = (), at: datetime | None = None
) -> Message:
    """The applicant asks the office that has the dossier in hand; closed dossiers can be read only.

    Raises ``Refused``.
    """
    stands = standing.lock(dossier)
    _require_open(stands)
    open_ones = Message.objects.filter(dossier=dossier, from_applicant=True, answered_at=None).count()
    if open_ones >= MOST_OPEN:
        raise Refused(_("Please wait for an answer to your questions first."), field="text", code="too_many")
    return _say(stands, text, by=by, office=_in_hand(stands), files=files, at=at or timezone.now())


@transaction.atomic
def write_to_applicant(
    dossier: UUID, *, text: str, by: Actor, files: Collection[UUID] = (), at: datetime | None = None
) -> Message:
    """The office writes to the applicant; every question that waits is answered by it. Raises ``Refused``."""
    stands, now = standing.lock(dossier), at or timezone.now()
    _require_open(stands)
    office = by.office or stands.dossier.receiving_office_id
    message = _say(stands, text, by=by, office=office, files=files, at=now, from_applicant=False)
    Message.objects.filter(dossier=dossier, from_applicant=True, answered_at=None).update(answered_at=now)
    return message


def _require_open(stands: Standing) -> None:
    if stands.dossier.state in CLOSED:
        raise Refused(_("The dossier is closed: what was said can be read only."), code="closed")


def _in_hand(stands: Standing) -> UUID:
    """The office of the oldest open step, else the receiving one."""
    offices = (item.office_id for item in stands.items.values() if item.kind == "step" and item.state == "open")
    return next((office for office in offices if office), stands.dossier.receiving_office_id)


def _say(
    stands: Standing,
    text: str,
    *,
    by: Actor,
    office: UUID,
    files: Collection[UUID],
    at: datetime,
    from_applicant: bool = True,
) -> Message:
    said, row = written(text, _("Write what you want to say."), "text", LONGEST), stands.dossier
    message = Message.objects.create(
        dossier_id=row.id,
        from_applicant=from_applicant,
        author_id=by.account,
        office_id=office,
        title=by.title,
        text=said,
        sent_at=at,
    )
    MessageFile.objects.bulk_create(MessageFile(message=message, file_id=file) for file in files)
    keep(files)
    for file in files:
        check_file.defer(file=str(file))
    record(
        stream=row.stream,
        kind="dossier.question_asked" if from_applicant else "dossier.question_answered",
        actor=by.account,
        agency=office,
        references={"message": str(message.pk), "files": len(files), **by.references()},
        personal={"text": message.text},
        person=row.applicant_id,
        at=at,
    )
    return message

"""The data of an issued document are corrected: offices of this system and partners are told so, under its own
identifier. Whoever got it by mail or post is told by the clerk, outside the system.

The signed document stays as it is. What registers and messages say of it changes (QCVN 102:2016/BTTTT, kind 2 with
``DocumentInfo``); where it says something wrong itself, another document corrects it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.exchange.queries import reachable
from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.text.typed import TOLD, bare, too_long, written
from motcua.people.officers.actors import Actor
from motcua.services.correspondence import jobs
from motcua.services.correspondence.actions.changing import tell_corrected
from motcua.services.correspondence.actions.outgoing.again import last_messages
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.models import OutgoingDocument, Recipient
from motcua.services.correspondence.models.described import Urgency
from motcua.services.correspondence.rules.outgoing import INSIDE_AT_ONCE

CORRECTED = "correspondence.data_corrected"
LONGEST = {"subject": 500}
MOST_PAGES = 9999
Way = Recipient.Way


@dataclass(frozen=True, kw_only=True)
class Data:
    """What is said of a document beside its text, and may have been typed wrongly."""

    subject: str
    urgency: int
    pages: int | None


@transaction.atomic
def correct_data(key: UUID, data: Data, *, reason: str, by: Actor, at: datetime | None = None) -> OutgoingDocument:
    """Correct the data of an issued document. Partners that were sent it get an update (kind 2) with its own
    ``DocumentId`` and answer it; offices of this system read it at the document, the first at once and the others by a
    job.

    Raises ``Invalid`` for data that are none, ``Refused`` where nothing is changed or no reason is given.
    """
    sending = Sending.begin(key, "correct_data", by=by, at=at)
    why = written(reason, _("Say why the data are corrected; the recipients read it."), "text", TOLD)
    document, wanted = sending.document, {**asdict(data), "subject": bare(data.subject)}
    _check(wanted)
    changed = {name: [getattr(document, name), new] for name, new in wanted.items() if getattr(document, name) != new}
    if not changed:
        raise Refused(_("Nothing is different from what was issued."), code="same")
    for name, (_old, new) in changed.items():
        setattr(document, name, new)
    sending.tell("data_corrected", {"changed": changed, "reason": why, "asked": _ask_partners(document)})
    told = Event.objects.filter(stream=document.stream, kind=CORRECTED).order_by("-version").first()
    assert told is not None
    if last := correct_some(key, told.version, at=sending.at):
        jobs.correct_inside.defer(document=str(key), version=told.version, after=str(last))
    return document


def _check(wanted: Mapping[str, Any]) -> None:
    errors = too_long(wanted, LONGEST)
    if not wanted["subject"]:
        errors["subject"] = _("Write what the document is about.")
    if wanted["urgency"] not in Urgency.values:
        errors["urgency"] = _("Choose how urgent it is.")
    if wanted["pages"] is not None and not 1 <= wanted["pages"] <= MOST_PAGES:
        errors["pages"] = _("Write a number.")
    if errors:
        raise Invalid(_("Some answers need your attention."), errors=errors)


def _ask_partners(document: OutgoingDocument) -> list[str]:
    """An update is answered (15, 16), also when an earlier one was; returns the codes of the partners that are asked.

    Whoever refused the document is not, nor whoever has no message of it yet: theirs will say what is right.
    """
    rows = Recipient.objects.filter(document=document, way=Way.AXIS).exclude(identifier="")
    asked = rows.exclude(standing=Recipient.Standing.REFUSED)
    if not (codes := list(asked.values_list("address", flat=True))):
        return []
    messages = last_messages(document)
    has_it = [code for code in codes if code in messages and messages[code].state != "left"]
    there = sorted(reachable(has_it, kind="document"))
    asked.filter(address__in=there).update(answer=Recipient.Answer.ASKED, answer_at=None, answer_note="")
    return there


@transaction.atomic
def correct_some(key: UUID, version: int, *, after: UUID | None = None, at: datetime | None = None) -> UUID | None:
    """Have the next offices of this system read what the event ``version`` of a document corrects.

    Returns the last recipient that was told where others wait, for ``after``.
    """
    told = Event.objects.get(stream=f"outgoing:{key}", version=version).references
    rows = Recipient.objects.filter(document=key, way=Way.INSIDE, arrived__isnull=False).order_by("id")
    some = list((rows.filter(pk__gt=after) if after else rows)[:INSIDE_AT_ONCE])
    there = [each.arrived_id for each in some if each.arrived_id is not None]
    tell_corrected(there, told["changed"], reason=told["reason"], at=at or timezone.now())
    return some[-1].pk if some and rows.filter(pk__gt=some[-1].pk).exists() else None

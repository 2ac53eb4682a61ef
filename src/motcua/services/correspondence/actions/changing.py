"""A document that came in is changed by a later one of its sender: it stays, and tells by which."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.kernel.text.typed import TOLD
from motcua.people.officers.actors import HOUSE
from motcua.services.correspondence.actions.moving import Moving
from motcua.services.correspondence.models import Assignment, IncomingDocument


def change_earlier(earlier: UUID, *, by: IncomingDocument, how: str, reason: str, at: datetime) -> None:
    """Note on an earlier document that ``by`` ``replaces``, ``corrects`` or ``updates`` it, as that comes.

    Nothing of it is changed: what was registered and done stays as it was. Who still works on it is told.
    """
    document = IncomingDocument.objects.select_for_update(of=("self",)).get(pk=earlier)
    document.changed_by = by
    told = {
        "how": how,
        "by": str(by.pk),
        "notation": by.notation,
        "reason": reason[:TOLD],  # the row of the newer one has it whole
        "working": _working(document),
    }
    Moving(document, at, HOUSE).tell("changed", told)


def tell_corrected(key: UUID, changed: Mapping[str, Any], *, reason: str, at: datetime) -> None:
    """Tell a document of another office of this system that its sender has corrected data, by field: old and new.

    What was registered here stays; the clerk and who works on it are told. Of one that was taken back nothing is.
    """
    document = IncomingDocument.objects.select_for_update(of=("self",)).get(pk=key)
    if document.state not in (IncomingDocument.State.SENT_BACK, IncomingDocument.State.RECALLED):
        told = {"changed": dict(changed), "reason": reason, "working": _working(document)}
        Moving(document, at, HOUSE).tell("data_corrected", told)


def _working(document: IncomingDocument) -> list[dict[str, str]]:
    """Who has something to do about it."""
    open_ = Assignment.objects.filter(document=document, state__in=[Assignment.State.OPEN, Assignment.State.GIVEN])
    rows = open_.order_by("id").values_list("office", "officer")
    return [{"office": str(office), "officer": str(officer or "")} for office, officer in rows]

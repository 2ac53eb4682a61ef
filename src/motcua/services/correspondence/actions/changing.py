"""A document that came in is changed by a later one of its sender: it stays, and tells by which."""

from datetime import datetime
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
    working = Assignment.objects.filter(document=document, state__in=[Assignment.State.OPEN, Assignment.State.GIVEN])
    told = {
        "how": how,
        "by": str(by.pk),
        "notation": by.notation,
        "reason": reason[:TOLD],  # the row of the newer one has it whole
        "working": [
            {"office": str(office), "officer": str(officer or "")}
            for office, officer in working.order_by("id").values_list("office", "officer")
        ],
    }
    Moving(document, at, HOUSE).tell("changed", told)

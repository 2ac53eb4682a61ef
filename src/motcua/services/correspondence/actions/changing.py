"""A document that came in is changed by a later one of its sender: it stays, and tells by which."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.kernel.events.actions import record_many
from motcua.kernel.text.typed import TOLD
from motcua.kernel.writing import update
from motcua.people.officers.actors import HOUSE
from motcua.services.correspondence.actions.moving import GONE, Moving, locked
from motcua.services.correspondence.models import Assignment, IncomingDocument


def change_earlier(by: Mapping[UUID, IncomingDocument], *, how: str, reason: str, at: datetime) -> None:
    """Note on earlier documents, by their keys, which later one ``replaces``, ``corrects`` or ``updates`` each, as it
    comes; as many statements for many as for one.

    Nothing of them is changed: what was registered and done stays as it was. Who still works on one is told.
    """
    documents, working = locked(by), _working(by)
    for document in documents:
        document.changed_by = by[document.pk]
    update(documents, ["changed_by"])
    record_many(
        [
            Moving(document, at, HOUSE).fact(
                "changed",
                {
                    "how": how,
                    "by": str(by[document.pk].pk),
                    "notation": by[document.pk].notation,
                    "reason": reason[:TOLD],  # the row of the newer one has it whole
                    "working": working[document.pk],
                },
            )
            for document in documents
        ]
    )


def tell_corrected(keys: Collection[UUID], changed: Mapping[str, Any], *, reason: str, at: datetime) -> None:
    """Tell documents of other offices of this system that their sender has corrected data, by field: old and new; as
    many statements for many as for one.

    What was registered there stays; the clerk and who works on it are told. Of one that was taken back nothing is.
    """
    documents, working = locked(keys), _working(keys)
    record_many(
        [
            Moving(document, at, HOUSE).fact(
                "data_corrected", {"changed": dict(changed), "reason": reason, "working": working[document.pk]}
            )
            for document in documents
            if document.state not in GONE
        ]
    )


def _working(documents: Collection[UUID]) -> defaultdict[UUID, list[dict[str, str]]]:
    """Who has something to do about which of them."""
    still = [Assignment.State.OPEN, Assignment.State.GIVEN]
    rows = Assignment.objects.filter(document__in=documents, state__in=still).order_by("id")
    found = defaultdict[UUID, list[dict[str, str]]](list)
    for document, office, officer in rows.values_list("document", "office", "officer"):
        found[document].append({"office": str(office), "officer": str(officer or "")})
    return found

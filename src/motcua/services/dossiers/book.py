"""The tracking book (sổ theo dõi hồ sơ, form 07): one book an office and year, whose lines are read from the events.

Which dossiers stand in it is asked of their rows, for these have an index by office and time of acceptance. That is
the office that accepted them: a successor goes on with its dossiers, but not with its book and the numbers in it. Who
received, handed over and took, and when, is what the events told; a name that was erased from them is gone here.
The entry number is that of the receipt (form 01): acceptance issues one for each dossier, counted by office and year.
Dossiers taken over from another system have no receipt of this house and no entry number. The control slip (form 06)
goes with a dossier from its acceptance on, so it bears the number of the entry.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.services.dossiers.handed import proof_text
from motcua.services.dossiers.models import Dossier, FormNumber, IssuedForm, ReturnMethod, State

_RECEIVED = ("dossier.accepted", "dossier.imported")
_DECIDED, _RETURNED = ("dossier.decided",), ("dossier.returned",)
_ENDED = ("dossier.refused", "dossier.stopped", "dossier.withdrawn", "dossier.lapsed")


@dataclass(frozen=True)
class Entry:
    """One line; times are empty until it has happened. ``received_by`` and ``returned_by`` name officers."""

    dossier: Dossier
    number: str
    received_at: datetime | None
    received_by: str
    decided_at: datetime | None
    returned_at: datetime | None
    returned_by: str
    method: str
    taken_by: str
    proof: str
    ended_at: datetime | None
    ended_as: str


def book_number(first: int, last: int) -> str:
    """The number of the book of a year, or of the books of several: ``2026/STD``."""
    return f"{first}/STD" if first == last else f"{first}–{last}/STD"


def entry_number(receipt: str) -> str:
    """The entry of a dossier in its book: the number of its receipt without the notation."""
    return receipt.partition("/")[0]


def slip_number(dossier: Dossier) -> str:
    """The number of a dossier's control slip, ``02/PKS``; where it has no entry, its code and the notation."""
    receipt = _receipts(dossier.pk).first()
    return f"{entry_number(receipt['number']) if receipt else dossier.code}/PKS"


def accepted_by(office: UUID, *, field: str, begin: datetime, end: datetime) -> QuerySet[Any]:
    """The dossiers an office accepted from ``begin`` until before ``end``; order by ``accepted_at, id``."""
    found = Dossier.objects.filter(accepted_office=office, accepted_at__gte=begin, accepted_at__lt=end).for_list()
    if field:
        found = found.filter(procedure_version__field__iexact=field)
    return found.select_related("applicant").annotate(receipt=Subquery(_receipts(OuterRef("pk"))[:1]))


def _receipts(dossier: UUID | OuterRef) -> QuerySet[Any, Any]:
    issued = IssuedForm.objects.filter(dossier=dossier, form=FormNumber.RECEIPT)
    return issued.order_by("issued_at", "id").values("number")


def entries(dossiers: Collection[Any]) -> list[Entry]:
    """The lines of what :func:`accepted_by` found, in their order; one statement, however many they are."""
    told: dict[str, dict[str, Any]] = defaultdict(dict)
    for event in _told_of(dossiers):
        told[event.stream][event.kind] = event
    return [_entry(each, told[each.stream]) for each in dossiers]


def _told_of(dossiers: Collection[Any]) -> QuerySet[Any]:
    kinds = (*_RECEIVED, *_DECIDED, *_RETURNED, *_ENDED)
    found = Event.objects.filter(stream__in=[each.stream for each in dossiers], kind__in=kinds)
    names = Account.objects.filter(pk=OuterRef("actor")).values("display_name")
    return found.select_related("payload").annotate(who=Subquery(names)).order_by("stream", "version")


def _entry(dossier: Any, told: Mapping[str, Any]) -> Entry:
    received, decided, returned, ended = (_first(told, kinds) for kinds in (_RECEIVED, _DECIDED, _RETURNED, _ENDED))
    # What ran in another system before was accepted there, before the event; its row knows when, nobody here by whom.
    here = received if received and received.kind == "dossier.accepted" else None
    method = returned.references["method"] if returned else dossier.return_method
    return Entry(
        dossier=dossier,
        number=entry_number(dossier.receipt or ""),
        received_at=here.at if here else dossier.accepted_at,
        received_by=(here.who or "") if here else "",
        decided_at=decided.at if decided else dossier.decided_at,
        returned_at=returned.at if returned else None,
        returned_by=(returned.who or "") if returned else "",
        method=str(ReturnMethod(method).label),
        taken_by=returned.personal.get("to", "") if returned else "",
        proof=proof_text(returned.references, returned.personal) if returned else "",
        ended_at=ended.at if ended else None,
        ended_as=str(State(ended.references["state"]).label) if ended else "",
    )


def _first(told: Mapping[str, Any], kinds: Collection[str]) -> Any:
    return next((told[kind] for kind in kinds if kind in told), None)

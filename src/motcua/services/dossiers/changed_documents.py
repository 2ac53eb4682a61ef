"""Who works on a dossier that was opened from a document hears that its sender has recalled, replaced or corrected it.

What becomes of the dossier they decide: nothing of it is changed.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.people.officers.queries import holders
from motcua.services.dossiers.models import OpenedFrom, WorkItem
from motcua.services.dossiers.models.dossier import CLOSED
from motcua.services.dossiers.notices import WORK

STREAM = "incoming:"
_RECALLED = declare(
    code="dossier.document_recalled",
    group=WORK,
    subject=_("The document of dossier {code} was recalled"),
    body=_("The sender has recalled the document of dossier {code} – {subject}. {reason}"),
)
_CHANGED = declare(
    code="dossier.document_changed",
    group=WORK,
    subject=_("The document of dossier {code} was replaced or corrected"),
    body=_("The sender has replaced or corrected the document of dossier {code} – {subject}. {reason}"),
)
TOLD = {
    "correspondence.recall_heard": _RECALLED,
    "correspondence.recall_agreed": _RECALLED,
    "correspondence.changed": _CHANGED,
    "correspondence.data_corrected": _CHANGED,
}


@subscriber("dossiers.documents", kinds=tuple(TOLD), from_now=True)
def tell(batch: list[Event]) -> None:
    """Tell who opened them and who has their open steps, of dossiers that are not closed."""
    links, documents = defaultdict[UUID, list[OpenedFrom]](list), {_document(event) for event in batch}
    rows = OpenedFrom.objects.filter(document__in=documents - {None}).exclude(dossier__state__in=CLOSED)
    for row in rows.select_related("dossier").order_by("id"):
        links[row.document_id].append(row)
    for event in batch:
        for link in links.get(_document(event) or UUID(int=0), ()):
            _tell(event, link)


def _document(event: Event) -> UUID | None:
    """The document that came in of which an event tells; others went out."""
    return UUID(event.stream.removeprefix(STREAM)) if event.stream.startswith(STREAM) else None


def _tell(event: Event, link: OpenedFrom) -> None:
    dossier = link.dossier
    facts = {"code": dossier.number, "subject": dossier.subject, "reason": str(event.references.get("reason") or "")}
    url = reverse("dossiers:desk-dossier", kwargs={"number": dossier.number})
    key = f"{event.stream}:{event.version}:{dossier.pk}"
    notify(TOLD[event.kind], recipients=_working(event, link) - {event.actor}, facts=facts, key=key, url=url)


def _working(event: Event, link: OpenedFrom) -> set[UUID]:
    steps = WorkItem.objects.filter(dossier=link.dossier, state="open", kind="step", office__isnull=False)
    found: Iterable[tuple[UUID | None, UUID, str]] = steps.order_by("id").values_list("assignee", "office", "role")
    who = {link.opened_by_id}
    for assignee, office, role in found:
        who |= {assignee} if assignee else holders(office, event.at, role or "head")
    return who

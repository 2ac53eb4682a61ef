"""Whom documents tell what: clerks of arrivals, leaders of proposals, officers and units of tasks and deadlines."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import Group, Kind, declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.kernel.text import local_date
from motcua.people.officers.queries import holders, local_day, standing_in
from motcua.services.correspondence import queries
from motcua.services.correspondence.delegating import MATTERS
from motcua.services.correspondence.models import Assignment, IncomingDocument, OutgoingDocument, Recipient
from motcua.services.correspondence.subscribers import keys_of

WORK = Group(code="documents", label=_("Official documents"), audience="officers")
WARNED_BEFORE, AT_ONCE = timedelta(days=1), 500

_ARRIVED = declare(
    code="document.arrived", group=WORK, subject=_("A document has arrived"), body=_("To be registered: {subject}")
)
_RECALL = declare(
    code="document.recall", group=WORK, subject=_("A sender wants a document back"), body=_("{subject}. {reason}")
)
_RECALLED = declare(
    code="document.recalled",
    group=WORK,
    subject=_("A document was recalled by its sender"),
    body=_("{subject}. {reason}"),
)
_CHANGED = declare(
    code="document.changed",
    group=WORK,
    subject=_("A document that you handle was replaced or updated by its sender"),
    body=_("{subject}. {reason}"),
)
_CORRECTED = declare(
    code="document.corrected",
    group=WORK,
    subject=_("The sender of a document has corrected its data"),
    body=_("{subject}. {reason}"),
)
_VOID = declare(
    code="document.void",
    group=WORK,
    subject=_("Your signature on a document is void"),
    body=_("{subject}. It went back to the drafter: {reason}"),
)
_PROPOSED = declare(
    code="document.proposed", group=WORK, subject=_("A document waits for your note"), body=_("{subject}")
)
_GIVEN = declare(
    code="document.given", group=WORK, subject=_("A document for you to handle"), body=_("{subject}. Due: {due}.")
)
_RETURNED = declare(
    code="document.returned", group=WORK, subject=_("A task was returned to you"), body=_("{subject}. {reason}")
)
_WITHDRAWN = declare(
    code="document.withdrawn",
    group=WORK,
    subject=_("What you had to do about a document was withdrawn"),
    body=_("{subject}. {reason}"),
)
_DECLINED = declare(
    code="document.declined",
    group=WORK,
    subject=_("A recipient refuses a document, its recall or its change"),
    body=_("{subject}. {recipient}: {reason}"),
)
_UNSENT = declare(
    code="document.unsent",
    group=WORK,
    subject=_("A document could not be sent by e-mail"),
    body=_("{subject}. {recipient}: {reason}"),
)
_DUE = declare(code="document.due", group=WORK, subject=_("A document is due soon"), body=_("{subject}. Due: {due}."))
_OPINION = declare(
    code="document.opinion", group=WORK, subject=_("Your opinion on a draft is asked"), body=_("{subject}")
)
_CLERK = declare(code="document.clerk", group=WORK, subject=_("A document waits for the clerk"), body=_("{subject}"))
_SIGN = declare(
    code="document.sign", group=WORK, subject=_("A document waits for your signature"), body=_("{subject}")
)
_DRAFT_GIVEN = declare(
    code="document.draft_given", group=WORK, subject=_("A draft for you to go on with"), body=_("{subject}")
)
_DRAFT_BACK = declare(
    code="document.draft_back", group=WORK, subject=_("Your draft was returned"), body=_("{subject}. {reason}")
)
_LATE = declare(
    code="document.late", group=WORK, subject=_("A document is overdue"), body=_("{subject}. It was due: {due}.")
)


@subscriber("correspondence.notices", kinds=("correspondence.*",), from_now=True)
def tell(batch: list[Event]) -> None:
    """Tell officers of what has come to them."""
    found = {row.stream: row for row in IncomingDocument.objects.filter(pk__in=keys_of(batch, "incoming"))}
    for event in batch:
        document = found.get(event.stream)
        if document is not None and event.kind in _TOLD:
            _TOLD[event.kind](event, document)


def _tell(kind: Kind, event: Event, document: IncomingDocument, who: Collection[UUID], **facts: str) -> None:
    told = {"subject": document.subject[:150], "due": "", "reason": "", **facts}
    url = reverse("correspondence:document", args=[document.pk])
    key = f"{event.stream}:{event.version}:{kind.code}"
    notify(kind, recipients=_but_actor(event, who), facts=told, key=key, url=url)


def _but_actor(event: Event, who: Collection[UUID]) -> set[UUID]:
    return {each for each in who if each != event.actor}


def _at_office(office: UUID, at: datetime, *roles: str) -> set[UUID]:
    """Who holds one of the roles in an office, with who does their work now."""
    return _leading(holders(office, at, *roles), office, at, *roles)


def _leading(who: Collection[UUID], office: UUID, at: datetime, *roles: str) -> set[UUID]:
    """Some who hold a role in an office, with their substitutes and who has that role of theirs by a delegation."""
    return {*who} | standing_in(who, at, *roles, office=office, matters=MATTERS)


def _officer(key: str, at: datetime) -> set[UUID]:
    """An officer, with who does their work now."""
    who = {UUID(key)}
    return who | standing_in(who, at)


def _arrived(event: Event, document: IncomingDocument) -> None:
    if document.state == IncomingDocument.State.ARRIVED:
        _tell(_ARRIVED, event, document, _at_office(document.office_id, event.at, "clerk"))


def _recall_asked(event: Event, document: IncomingDocument) -> None:
    who = _at_office(document.office_id, event.at, "clerk")
    _tell(_RECALL, event, document, who, reason=event.references["reason"])


def _recalled(event: Event, document: IncomingDocument) -> None:
    """The clerk, and whoever had it to do; a unit's leaders where no officer had."""
    who = _at_office(document.office_id, event.at, "clerk") | _working(event, "ended")
    _tell(_RECALLED, event, document, who, reason=event.references["reason"])


def _changed(event: Event, document: IncomingDocument) -> None:
    """Whoever has it to do; the clerk is told of the document that has come."""
    _tell(_CHANGED, event, document, _working(event, "working"), reason=event.references["notation"])


def _corrected(event: Event, document: IncomingDocument) -> None:
    """The clerk, whose register has the old ones, and whoever has it to do."""
    who = _at_office(document.office_id, event.at, "clerk") | _working(event, "working")
    _tell(_CORRECTED, event, document, who, reason=event.references["reason"])


def _working(event: Event, told: str) -> set[UUID]:
    """Whoever has something to do, as the event tells; a unit's leaders where no officer has."""
    who = set[UUID]()
    for each in event.references.get(told, ()):
        who |= _assigned(each, event.at)
    return who


def _assigned(given: Mapping[str, str], at: datetime) -> set[UUID]:
    """Whose a task is: the officer's, else the leaders' of the unit."""
    if given.get("officer"):
        return _officer(given["officer"], at)
    return _at_office(UUID(given["office"]), at, "leader", "head")


def _proposed(event: Event, document: IncomingDocument) -> None:
    who = {UUID(event.references["leader"])}
    _tell(_PROPOSED, event, document, _leading(who, document.office_id, event.at, "leader", "head"))


def _given(event: Event, document: IncomingDocument) -> None:
    for each in event.references["given"]:
        due = local_date(date.fromisoformat(each["due"])) if each["due"] else "–"
        _tell(_GIVEN, event, document, _assigned(each, event.at), due=due)


def _forwarded(event: Event, document: IncomingDocument) -> None:
    due = event.references.get("due")
    said = local_date(date.fromisoformat(due)) if due else "–"
    _tell(_GIVEN, event, document, _officer(event.references["to"], event.at), due=said)


def _returned(event: Event, document: IncomingDocument) -> None:
    who = _officer(event.references["to"], event.at)
    _tell(_RETURNED, event, document, who, reason=event.references["reason"])
    _withdrawn(event, document)


def _withdrawn(event: Event, document: IncomingDocument) -> None:
    """Whoever had something to do that they need not do any more."""
    why = event.references.get("reason", "") or event.references.get("note", "")
    _tell(_WITHDRAWN, event, document, _working(event, "ended"), reason=why)


def _sent_back(event: Event, document: IncomingDocument) -> None:
    """Who issued a document in this house that an office of it does not take."""
    sent = Recipient.objects.filter(arrived=document).select_related("document").first()
    if sent is not None:
        told = {"recipient": sent.name, "reason": event.references["reason"]}
        _tell_senders(event, sent.document, told)


def _tell_senders(event: Event, document: OutgoingDocument, told: Mapping[str, str]) -> None:
    """The clerk who has issued it, and who drafted it."""
    who = _at_office(document.office_id, event.at, "clerk") | _officer(str(document.drafter_id), event.at)
    notify(
        _DECLINED,
        recipients=_but_actor(event, who),
        facts={"subject": document.subject[:150], **told},
        key=f"{event.stream}:{event.version}:{_DECLINED.code}",
        url=reverse("correspondence:sending", args=[document.pk]),
    )


@subscriber("correspondence.notices_out", kinds=("correspondence.*",), from_now=True)
def tell_of_outgoing(batch: list[Event]) -> None:
    """Tell officers whose opinion or signature is asked, clerks of what waits, drafters of what came back."""
    found = {row.stream: row for row in OutgoingDocument.objects.filter(pk__in=keys_of(batch, "outgoing"))}
    for event in batch:
        document = found.get(event.stream)
        if document is not None and event.references.get("status") in _DECLINES:
            _tell_senders(event, document, {name: event.references[name] for name in ("recipient", "reason")})
        if document is None or event.kind not in _OUT:
            continue
        kind, who = _OUT[event.kind](event, document)
        url = reverse("correspondence:sending", args=[document.pk])
        facts = {name: event.references.get(name, "") for name in ("recipient", "reason")}
        facts["subject"] = document.subject[:150]
        key = f"{event.stream}:{event.version}"
        notify(kind, recipients=_but_actor(event, who), facts=facts, key=key, url=url)
        if signer := event.references.get("void"):
            notify(_VOID, recipients={UUID(signer)}, facts=facts, key=f"{key}:void", url=url)


def _asked(event: Event, document: OutgoingDocument) -> tuple[Kind, set[UUID]]:
    return _OPINION, set[UUID]().union(*(_officer(each["officer"], event.at) for each in event.references["given"]))


def _to_clerk(event: Event, document: OutgoingDocument) -> tuple[Kind, set[UUID]]:
    return _CLERK, _at_office(document.office_id, event.at, "clerk")


_DECLINES = ("02", "16")  # states in which partners refuse a document, or its recall, update or replacement
_OUT: dict[str, Callable[[Event, OutgoingDocument], tuple[Kind, set[UUID]]]] = {
    "correspondence.opinions_asked": _asked,
    "correspondence.opinion_given": _asked,
    "correspondence.submitted": _to_clerk,
    "correspondence.signed": _to_clerk,
    "correspondence.handed_over": lambda event, document: (_DRAFT_GIVEN, {document.drafter_id}),
    "correspondence.unsent": lambda event, document: (_UNSENT, _to_clerk(event, document)[1]),
    "correspondence.reviewed": lambda event, document: (
        _SIGN,
        _leading({document.signer_id}, document.office_id, event.at, "leader"),
    ),
    "correspondence.draft_returned": lambda event, document: (
        _DRAFT_BACK,
        _officer(str(document.drafter_id), event.at),
    ),
}
_TOLD = {
    "correspondence.arrived": _arrived,
    "correspondence.recall_asked": _recall_asked,
    "correspondence.recall_heard": _recalled,
    "correspondence.changed": _changed,
    "correspondence.data_corrected": _corrected,
    "correspondence.proposed": _proposed,
    "correspondence.noted": _given,
    "correspondence.given": _given,
    "correspondence.forwarded": _forwarded,
    "correspondence.returned": _returned,
    "correspondence.withdrawn": _withdrawn,
    "correspondence.closed": _withdrawn,
    "correspondence.sent_back": _sent_back,
}


def warn_of_deadlines(*, at: datetime) -> int:
    """Warn of tasks that are due by tomorrow, and once more when they are late; returns how many tasks."""
    today = local_day(at)
    found = queries.due_soon(today, within=WARNED_BEFORE, most=AT_ONCE)
    for task in found:
        kind = _LATE if task.sort_due < today else _DUE
        who = _assigned({"officer": str(task.officer_id or ""), "office": str(task.office_id)}, at)
        facts = {"subject": task.document.subject[:150], "due": local_date(task.due_on), "reason": ""}
        url = reverse("correspondence:document", args=[task.document_id])
        notify(kind, recipients=who, facts=facts, key=f"task:{task.pk}:{kind.code}:{task.due_on}", url=url, at=at)
        Assignment.objects.filter(pk=task.pk).update(told_on=today)
    return len(found)

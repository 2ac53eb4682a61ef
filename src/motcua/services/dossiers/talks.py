"""Reading what applicant and office said, who may write, and whom it is told."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import Occasion, notify, notify_all
from motcua.engines.messaging.kinds import declare
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Position
from motcua.services.dossiers.access import Accessed, require_unbarred_from
from motcua.services.dossiers.applicants import MINE, told_of
from motcua.services.dossiers.models import Dossier, Message, MessageFile
from motcua.services.dossiers.models.dossier import CLOSED
from motcua.services.dossiers.notices import WORK
from motcua.services.procedures.delegating import versions_within

MOST = 200
_ASKED = declare(
    code="dossier.question_asked",
    group=WORK,
    subject=_("A question about dossier {code}"),
    body=_("Dossier {code} – {subject}: the applicant asks your office. Please answer."),
)
_ANSWERED = declare(
    code="dossier.question_answered",
    group=MINE,
    subject=_("The office has written to you about dossier {code}"),
    body=_("There is a message about “{subject}”. Open the dossier to read it."),
)
_ANSWERED_ELSEWHERE = declare(  # who has no account cannot open the dossier, and a wrong address must not read it
    code="dossier.message_at_office",
    group=MINE,
    subject=_("{office} has a message for you about dossier {code}"),
    body=_(
        "There is a message about “{subject}”. Please call or come to {office}; with an account you read it online."
    ),
)


def messages_of(dossier: Dossier) -> list[Message]:
    """What was said, newest first, with the files; two statements."""
    files = Prefetch("files", MessageFile.objects.select_related("file__blob").order_by("id"))
    found = Message.objects.filter(dossier=dossier).select_related("office").prefetch_related(files)
    return list(found.order_by("-sent_at", "-id")[:MOST])


def file_in(dossier: Dossier, key: UUID) -> StoredFile | None:
    """A file that came with a message of this dossier."""
    row = MessageFile.objects.filter(message__dossier=dossier, file=key).select_related("file__blob").first()
    return row.file if row else None


def may_ask(accessed: Accessed) -> bool:
    """Whether the applicant may still write."""
    return accessed.is_applicant and accessed.dossier.state not in CLOSED


def may_answer(accessed: Accessed) -> bool:
    """Whether the officer may write to the applicant: of an office that has the open dossier in hand."""
    dossier, desk = accessed.dossier, accessed.desk
    at_work = {step.office_id for step in accessed.steps}
    offices = {dossier.receiving_office_id, dossier.resolving_office_id, *at_work}
    return dossier.state not in CLOSED and bool(offices & desk.office_ids) and not accessed.is_applicant


def require_answerer(accessed: Accessed) -> None:
    """Raises ``NotAllowed`` for who may not handle this dossier because it is theirs or a relative's."""
    require_unbarred_from(accessed.viewer, accessed.dossier)


def unanswered(desk: Desk) -> "QuerySet[Message]":
    """The questions to the officer's offices that wait; order by ``sent_at, id``."""
    mine = Q(office__in=sorted(desk.office_ids))
    for scope, part in desk.parts.items():
        mine |= Q(office__in=sorted(part.office_ids), dossier__procedure_version__in=versions_within(scope))
    waiting = Message.objects.filter(mine, from_applicant=True, answered_at=None)
    return waiting.select_related("dossier").exclude(dossier__state__in=CLOSED)


@subscriber("dossiers.talks", kinds=("dossier.question_asked", "dossier.question_answered"), from_now=True)
def tell(batch: list[Event]) -> None:
    """Tell the office of questions, the applicant of answers."""
    keys = {UUID(event.stream.removeprefix("dossier:")) for event in batch}
    joined = ("applicant__merged_into", "representative__merged_into", "receiving_office")
    found = {row.stream: row for row in Dossier.objects.filter(pk__in=keys).select_related(*joined)}
    for event in batch:
        dossier = found.get(event.stream)
        if dossier is None:
            continue
        facts = {"code": dossier.number, "subject": dossier.subject}
        given: dict[str, Any] = {"facts": facts, "key": f"{event.stream}:{event.version}"}
        if event.kind == "dossier.question_asked" and event.agency:
            url = reverse("dossiers:desk-questions", args=[dossier.number])
            notify(_ASKED, recipients=_officers(event.agency, event), url=url, **given)
        elif event.kind == "dossier.question_answered":
            notify_all(_answered(dossier, at=event.at, **given))


def _answered(dossier: Dossier, *, at: datetime, facts: Mapping[str, str], key: str) -> list[Occasion]:
    """Who has an account reads the message in the dossier, others hear that the office has one."""
    told = told_of(dossier, at=at, kind=_ANSWERED, facts=facts, key=key)
    with_office = {**facts, "office": dossier.receiving_office.name}
    return [
        replace(told, people=(), url=reverse("dossiers:my-questions", args=[dossier.number])),
        replace(told, recipients=(), kind=_ANSWERED_ELSEWHERE, facts=with_office),
    ]


def _officers(office: UUID, event: Event) -> set[UUID]:
    """Receptionists and specialists of the office; not who asked."""
    held: Iterable[UUID] = (
        Position.objects.on(timezone.localdate(event.at))
        .filter(office=office, roles__overlap=["reception", "specialist"])
        .order_by("officer_id", "id")
        .values_list("officer_id", flat=True)[:500]
    )
    return {key for key in held if key != event.actor}

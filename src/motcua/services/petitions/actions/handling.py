"""What the office does with a petition, from taking it up to publishing the answer."""

from datetime import datetime
from uuid import UUID

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text.folding import words
from motcua.people.organisations.models import Office
from motcua.services.petitions import rules
from motcua.services.petitions.actions.moving import Moving, measure, written
from motcua.services.petitions.models import Entry, Petition, Petitioner

State = Petition.State


@transaction.atomic
def forward(petition: UUID, *, office: UUID, reason: str, by: UUID, at: datetime | None = None) -> None:
    """Hand it to the office that is competent (chuyển cơ quan có thẩm quyền), which decides within the limit anew."""
    moving = Moving.begin(petition, "forward", by=by, at=at)
    found = moving.petition
    if office == found.office_id or not Office.objects.filter(pk=office).exists():
        raise Refused(_("Choose another office."), field="office", code="required")
    told = written(reason, _("Write why this office is competent."), "reason", longest=1000)
    before, found.office_id = found.office_id, office
    limits = moving.rules.limits
    found.due_at = rules.until(moving.at, limits.refuse, moving.calendar)
    found.ask_by = rules.until(moving.at, limits.ask, moving.calendar)
    moving.tell("petition.forwarded", {"from": str(before) if before else None, "reason": told})


@transaction.atomic
def accept(petition: UUID, *, by: UUID, at: datetime | None = None) -> None:
    """Take it up (thụ lý): from now on the limit for the answer runs."""
    moving = Moving.begin(petition, "accept", by=by, at=at)
    _take_up(moving)
    moving.tell("petition.accepted", {"due": moving.petition.due_at.isoformat() if moving.petition.due_at else None})


def _take_up(moving: Moving) -> None:
    found = moving.petition
    found.state, found.counted_from = State.HANDLING, moving.at
    found.handle_by = found.due_at = rules.until(moving.at, moving.rules.limits.handle, moving.calendar)


@transaction.atomic
def refuse(petition: UUID, *, reason: str, by: UUID, at: datetime | None = None) -> None:
    """Do not take it up, and say why (từ chối)."""
    moving = Moving.begin(petition, "refuse", by=by, at=at)
    _close(moving, State.REFUSED, written(reason, _("Write the reason."), "reason"))
    moving.tell("petition.refused", {"reason": moving.petition.reason})


def _close(moving: Moving, state: Petition.State, reason: str) -> None:
    found = moving.petition
    found.state, found.reason, found.closed_at, found.due_at = state, reason, moving.at, None


@transaction.atomic
def ask(petition: UUID, *, text: str, by: UUID, at: datetime | None = None) -> None:
    """Ask the sender to complete it; the clock of the answer stands still. Only within the limit after receipt."""
    moving = Moving.begin(petition, "ask", by=by, at=at)
    found = moving.petition
    if moving.at > found.ask_by:
        raise Refused(_("The time in which the sender may be asked is over."), code="too_late")
    moving.say(Entry.Kind.ASKED, written(text, _("Write what is missing.")))
    found.state = State.WAITING
    found.due_at = rules.until(moving.at, moving.rules.limits.complete, moving.calendar)
    moving.tell("petition.info_asked", {"until": found.due_at.isoformat()})


@transaction.atomic
def lapse(petition: UUID, *, at: datetime) -> bool:
    """Close what its sender has not completed in time. False where they have, or still may."""
    found = Petition.objects.select_for_update(of=("self",)).filter(pk=petition, state=State.WAITING).first()
    if found is None or found.due_at is None or found.due_at > at:
        return False
    moving = Moving(found, at, None)
    _close(moving, State.REFUSED, _("The sender did not complete the petition in time."))
    moving.tell("petition.refused", {"reason": found.reason})
    return True


@transaction.atomic
def answer(petition: UUID, *, text: str, by: UUID, at: datetime | None = None) -> None:
    """Answer the sender; what is published is decided apart. The evaluation counts whether it was in time."""
    moving = Moving.begin(petition, "answer", by=by, at=at)
    found = moving.petition
    found.answer = moving.say(Entry.Kind.ANSWER, written(text, _("Write the answer."))).text
    found.state, found.answered_at, found.satisfied = State.ANSWERED, moving.at, None
    limits = moving.rules.limits
    found.due_at = None if found.published_at else rules.until(moving.at, limits.publish, moving.calendar)
    found.reopen_until = rules.until(moving.at, limits.reopen, moving.calendar)
    assert found.handle_by is not None
    on_time = moving.at <= found.handle_by
    moving.tell("petition.answered", {"on_time": on_time})
    if on_time:
        measure(found, "on_time", due=found.handle_by)


@transaction.atomic
def merge(petition: UUID, *, into: str, by: UUID, at: datetime | None = None) -> None:
    """Deal with it together with another of the same office that says the same (trùng lặp)."""
    moving = Moving.begin(petition, "merge", by=by, at=at)
    found = moving.petition
    mergeable = Petition.objects.exclude(state__in=[State.REFUSED, State.MERGED]).exclude(pk=found.pk)
    other = mergeable.filter(code=into.strip().upper(), office=found.office_id).first()
    if other is None:
        raise NotFound(_("Your office has no such petition to join it with."), field="into")
    found.merged_into = other
    _close(moving, State.MERGED, _("Another petition says the same; both are answered together."))
    moving.tell("petition.merged", {"into": other.code})


@transaction.atomic
def publish(petition: UUID, *, public_text: str, public_answer: str, by: UUID, at: datetime | None = None) -> None:
    """Publish question and answer in words of their own (công khai), which never say who asked."""
    moving = Moving.begin(petition, "publish", by=by, at=at)
    found = moving.petition
    sender = Petitioner.objects.get(petition=found)
    texts = {"public_text": public_text, "public_answer": public_answer}
    for field, text in texts.items():
        texts[field] = written(text, _("Write what is published."), field)
        if rules.names_petitioner(text, name=sender.name, phone=sender.phone, email=sender.email):
            message = _("The text says who sent the petition: name, telephone or e-mail. Take that out.")
            raise Refused(message, field=field, code="names_petitioner")
    found.public_text, found.public_answer = texts["public_text"], texts["public_answer"]
    found.published_at, found.due_at = moving.at, None
    moving.tell("petition.published")
    found_by = " ".join(words(" ".join([found.code, found.public_text, found.public_answer, found.place])))
    Petition.objects.filter(pk=found.pk).update(search=SearchVector(Value(found_by), config="simple"))

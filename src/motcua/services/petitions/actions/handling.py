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
    told = written(reason, _("Write the reason."), "reason")
    for each in (moving, *_joined(moving)):
        each.petition.merged_into = None
        _close(each, State.REFUSED, told)
        each.tell("petition.refused", {"reason": told})


def _joined(moving: Moving) -> list[Moving]:
    """The petitions that are dealt with together with this one, along the chain of merges, locked."""
    found: list[Petition] = []
    level = [moving.petition]
    while level:
        rows = Petition.objects.select_for_update(of=("self",)).filter(merged_into__in=level, state=State.MERGED)
        level = list(rows.order_by("id"))
        found += level
    return [Moving(each, moving.at, moving.actor) for each in found]


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
    for each in _joined(moving):
        _release(each)
    return True


def _release(moving: Moving) -> None:
    """What was to be answered with another that came to nothing by its sender's silence stands for itself again."""
    found = moving.petition
    found.state, found.merged_into, found.closed_at, found.reason = State.RECEIVED, None, None, ""
    found.due_at = rules.until(moving.at, moving.rules.limits.refuse, moving.calendar)
    moving.tell("petition.received")


@transaction.atomic
def answer(petition: UUID, *, text: str, by: UUID, at: datetime | None = None) -> None:
    """Answer the sender, and all whose petitions were joined with it; what is published is decided apart.

    The evaluation counts whether it was in time. Raises ``Refused`` for an answer that would tell others who asked.
    """
    moving = Moving.begin(petition, "answer", by=by, at=at)
    found, told = moving.petition, written(text, _("Write the answer."))
    joined = _joined(moving)
    if joined:
        _require_unnamed(found, told, field="text")
    _answer(moving, told)
    found.due_at = None if found.published_at else rules.until(moving.at, moving.rules.limits.publish, moving.calendar)
    assert found.handle_by is not None
    on_time = moving.at <= found.handle_by
    moving.tell("petition.answered", {"on_time": on_time})
    if on_time:
        measure(found, "on_time", due=found.handle_by)
    for each in joined:
        _answer_with(each, found, told)


def _answer(moving: Moving, text: str) -> None:
    found = moving.petition
    found.answer = moving.say(Entry.Kind.ANSWER, text).text
    found.state, found.answered_at, found.satisfied = State.ANSWERED, moving.at, None
    found.reopen_until = rules.until(moving.at, moving.rules.limits.reopen, moving.calendar)


def _answer_with(moving: Moving, other: Petition, text: str) -> None:
    """From now on its sender may ask, rate and reopen as any other; the answer is published with the other one."""
    _answer(moving, text)
    moving.petition.merged_into = moving.petition.closed_at = None
    moving.petition.reason = ""
    moving.tell("petition.answered", {"with": other.code})


def _require_unnamed(petition: Petition, text: str, *, field: str) -> None:
    """Raises ``Refused`` for an answer that says who sent the petition, where others read it, too."""
    sender = Petitioner.objects.get(petition=petition)
    if rules.names_petitioner(text, name=sender.name, phone=sender.phone, email=sender.email):
        message = _(
            "Others who sent the same read this answer, too, and it says who sent this petition. Take that out."
        )
        raise Refused(message, field=field, code="names_petitioner")


@transaction.atomic
def merge(petition: UUID, *, into: str, by: UUID, at: datetime | None = None) -> None:
    """Deal with it together with another of the same office that says the same (trùng lặp).

    Its sender gets the answer of the other one: at once, where that is there.
    """
    moving = Moving.begin(petition, "merge", by=by, at=at)
    found = moving.petition
    mergeable = Petition.objects.exclude(state__in=[State.REFUSED, State.MERGED]).exclude(pk=found.pk)
    locked = mergeable.select_for_update(of=("self",))
    other = locked.filter(code=into.strip().upper(), office=found.office_id).first()
    if other is None:
        raise NotFound(_("Your office has no such petition to join it with."), field="into")
    found.merged_into = other
    _close(moving, State.MERGED, _("Another petition says the same; both are answered together."))
    moving.tell("petition.merged", {"into": other.code})
    if other.state == State.ANSWERED:
        text = other.public_answer or other.answer
        _require_unnamed(other, text, field="into")
        for each in (moving, *_joined(moving)):
            _answer_with(each, other, text)


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

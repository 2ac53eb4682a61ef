"""Who else may see a file: each change is asked by one and confirmed by another who is competent."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.people.officers.actors import Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import ancestor_ids
from motcua.services.records.actions.moving import Moving, person, written
from motcua.services.records.models import Share

State = Share.State
GONE = "Cán bộ đã chuyển sang cơ quan khác"
LIVE = (State.ASKED, State.GRANTED, State.ENDING)


@transaction.atomic
def ask_to_share(
    key: UUID,
    *,
    officer: UUID | None = None,
    office: UUID | None = None,
    level: str,
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> Share:
    """Ask that a person or a unit may see the file; nobody sees more until it is confirmed.

    Raises ``Refused`` for nobody, both or an unknown level, ``Conflict`` where the file is shared with them.
    """
    moving = Moving.begin(key, "share", by=by, at=at)
    why, day = written(reason, _("Say why they need it."), "reason"), local_day(moving.at)
    if level not in Share.Level.values:
        raise Refused(_("Choose what they may do."), field="level", code="required")
    known = officer is not None and Position.objects.on(day).filter(officer=officer).exists()
    known = known or (office is not None and Office.objects.on(day).filter(pk=office).exists())
    if not known or (officer is not None and office is not None):
        raise Refused(_("Choose one officer or one unit."), field="with", code="required")
    if officer == moving.file.keeper_id:
        raise Refused(_("The keeper has the file already."), field="with", code="keeper")
    if Share.objects.filter(file=moving.file, officer=officer, office=office, state__in=LIVE).exists():
        raise Conflict(_("The file is shared with them already."), field="with", code="there")
    made = Share.objects.create(
        file=moving.file, officer_id=officer, office_id=office, level=level, reason=why, asked_at=moving.at,
        asked_by_id=person(by),
    )  # fmt: skip
    moving.tell("share_asked", {**_told(made), "reason": why})
    return made


@transaction.atomic
def ask_to_end(key: UUID, share: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Ask that a share ends; it stays in force until that is confirmed. One that only was asked for is taken back."""
    moving = Moving.begin(key, "share", by=by, at=at)
    why = written(reason, _("Say why it is to end."), "reason")
    found = _share(moving, share)
    if found.state == State.ASKED and found.asked_by_id == by.account:
        told = _told(found)
        found.delete()
        moving.tell("share_withdrawn", {**told, "reason": why})
        return
    if found.state != State.GRANTED:
        raise Conflict(_("This change waits for confirmation already."), code="waits")
    found.state, found.reason, found.asked_at, found.asked_by_id = State.ENDING, why, moving.at, person(by)
    found.decided_by = found.decided_at = None
    found.save()
    moving.tell("share_end_asked", {**_told(found), "reason": why})


def ask_to_end_all(officer: UUID, *, left: UUID, by: UUID, at: datetime) -> int:
    """Ask that what agencies share with an officer ends who has gone from an office, and works in them no more.

    As ever it ends when somebody competent has confirmed it. Returns how much was asked for; done again it is nothing.
    """
    held = Position.objects.on(local_day(at)).filter(officer=officer).order_by("id").values_list("office", flat=True)
    gone = ancestor_ids(left).difference(*(ancestor_ids(office) for office in held))
    rows = Share.objects.filter(officer=officer, state=State.GRANTED, file__office__in=gone)
    asked = 0
    for file, share in rows.order_by("id").values_list("file", "pk"):
        try:
            ask_to_end(file, share, reason=GONE, by=Actor(account=by), at=at)
        except (Conflict, NotFound):  # ended meanwhile, or the file was destroyed
            continue
        asked += 1
    return asked


@transaction.atomic
def confirm_share(key: UUID, share: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Confirm a change of access rights: from now on it is in force. Raises ``NotAllowed`` for who asked for it."""
    moving = Moving.begin(key, "decide", by=by, at=at)
    found = _waiting(moving, share)
    begins = found.state == State.ASKED
    _decide(moving, found, State.GRANTED if begins else State.ENDED)
    moving.tell("shared" if begins else "share_ended", _told(found))


@transaction.atomic
def decline_share(key: UUID, share: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Decline a change of access rights: what held before goes on holding."""
    moving = Moving.begin(key, "decide", by=by, at=at)
    why = written(reason, _("Say why it is declined."), "text")
    found = _waiting(moving, share)
    begins = found.state == State.ASKED
    _decide(moving, found, State.DECLINED if begins else State.GRANTED)
    moving.tell("share_declined" if begins else "share_end_declined", {**_told(found), "reason": why})


def _decide(moving: Moving, found: Share, state: State) -> None:
    found.state, found.decided_by_id, found.decided_at = state, moving.by.account, moving.at
    found.save()


def _share(moving: Moving, key: UUID) -> Share:
    found = Share.objects.filter(file=moving.file, pk=key, state__in=LIVE).first()
    if found is None:
        raise NotFound(_("The file is not shared with them any more."))
    return found


def _waiting(moving: Moving, key: UUID) -> Share:
    found = Share.objects.filter(file=moving.file, pk=key, state__in=[State.ASKED, State.ENDING]).first()
    if found is None:
        raise Conflict(_("This change is confirmed already, or not yours to confirm."), code="decided")
    if found.asked_by_id == moving.by.account:
        raise NotAllowed(_("Who asks for a change of access rights does not confirm it."), code="own")
    return found


def _told(share: Share) -> dict[str, str | None]:
    return {
        "share": str(share.pk),
        "with_officer": str(share.officer_id) if share.officer_id else None,
        "with_office": str(share.office_id) if share.office_id else None,
        "level": share.level,
        "asked_by": str(share.asked_by_id),
    }

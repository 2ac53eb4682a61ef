"""Who keeps the week of an office publishes what was proposed, declines it, cancels what was published."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.text.typed import written
from motcua.people.officers.actors import Actor
from motcua.services.diary import queries
from motcua.services.diary.actions.keeping import Keeping, put_up, times_of
from motcua.services.diary.models import Appointment

State = Appointment.State


@transaction.atomic
def publish(
    key: UUID, *, whole: bool = False, confirmed: Collection[str] = (), by: Actor, at: datetime | None = None
) -> None:
    """Publish a proposal. Raises ``Conflict``, ``Refused`` and ``Clashing`` as :func:`put_up`.

    Here and below ``whole`` does the same with all times of what is repeated that are still to come.
    """
    begun = _begun(key, "publish", whole, by, at)
    put_up(begun, confirmed)
    for keeping, times in zip(begun, times_of(begun), strict=True):
        keeping.tell("published", {"given": keeping.given(), **times})


@transaction.atomic
def decline(key: UUID, *, reason: str, whole: bool = False, by: Actor, at: datetime | None = None) -> None:
    """Decline a proposal, with the reason."""
    why = written(reason, _("Say why."), "reason")
    _end(_begun(key, "decline", whole, by, at), State.DECLINED, "declined", why)


@transaction.atomic
def withdraw(key: UUID, *, whole: bool = False, by: Actor, at: datetime | None = None) -> None:
    """Who proposed it takes it back."""
    _end(_begun(key, "withdraw", whole, by, at), State.WITHDRAWN, "withdrawn", "")


@transaction.atomic
def cancel(key: UUID, *, reason: str, whole: bool = False, by: Actor, at: datetime | None = None) -> None:
    """Cancel what was published: it stays in the week with the reason, its room is free."""
    why = written(reason, _("Say why."), "reason")
    _end(_begun(key, "cancel", whole, by, at), State.CANCELLED, "cancelled", why)


def _begun(key: UUID, act: str, whole: bool, by: Actor, at: datetime | None) -> list[Keeping]:
    """The appointment, or all times with which that may be done, locked in the order of their keys; first what begins
    first.
    """
    found = Appointment.objects.filter(pk=key).first() if whole else None
    others = queries.rest_of_series(found, act, at or timezone.now()).values_list("pk", flat=True) if found else ()
    begun = [Keeping.begin(each, act, by=by, at=at) for each in sorted({key, *others})]
    return sorted(begun, key=lambda keeping: keeping.appointment.starts_at)


def _end(begun: Sequence[Keeping], state: State, kind: str, why: str) -> None:
    for keeping, times in zip(begun, times_of(begun), strict=True):
        appointment = keeping.appointment
        appointment.state, appointment.reason = state, why
        appointment.sequence += 1
        keeping.tell(kind, {"reason": why[:500], **times})

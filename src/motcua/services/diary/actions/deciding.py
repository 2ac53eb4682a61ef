"""Who keeps the week of an office publishes what was proposed, declines it, cancels what was published."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.text.typed import written
from motcua.people.officers.actors import Actor
from motcua.services.diary.actions.keeping import Keeping
from motcua.services.diary.models import Appointment

State = Appointment.State


@transaction.atomic
def publish(key: UUID, *, confirmed: Collection[str] = (), by: Actor, at: datetime | None = None) -> None:
    """Publish a proposal. Raises ``Conflict``, ``Refused`` and ``Clashing`` as :meth:`Keeping.put_up`."""
    keeping = Keeping.begin(key, "publish", by=by, at=at)
    keeping.put_up(confirmed)
    keeping.tell("published", {"given": keeping.given()})


@transaction.atomic
def decline(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Decline a proposal, with the reason."""
    _end(key, "decline", State.DECLINED, "declined", written(reason, _("Say why."), "reason"), by, at)


@transaction.atomic
def withdraw(key: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Who proposed it takes it back."""
    _end(key, "withdraw", State.WITHDRAWN, "withdrawn", "", by, at)


@transaction.atomic
def cancel(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Cancel what was published: it stays in the week with the reason, its room is free."""
    _end(key, "cancel", State.CANCELLED, "cancelled", written(reason, _("Say why."), "reason"), by, at)


def _end(key: UUID, act: str, state: State, kind: str, why: str, by: Actor, at: datetime | None) -> None:
    keeping = Keeping.begin(key, act, by=by, at=at)
    appointment = keeping.appointment
    appointment.state, appointment.reason = state, why
    appointment.sequence += 1
    keeping.tell(kind, {"reason": why[:500]})

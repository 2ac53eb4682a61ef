"""What every change of an appointment has in common: the lock, the rule, room and people, the event."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text import local_datetime
from motcua.people.officers.actors import Actor
from motcua.people.officers.models import Officer
from motcua.people.officers.queries import local_day
from motcua.services.diary import queries, rules
from motcua.services.diary.models import Appointment, Attendee


class Clashing(Conflict):
    """Some who take part are elsewhere at that time. Whoever has seen the ``clashes`` may confirm them by key."""

    def __init__(self, clashes: Collection[Attendee]) -> None:
        text = _("Somebody has another appointment at this time. Look at the list and confirm that it may stay.")
        super().__init__(text, field="confirmed", code="clash")
        self.clashes = tuple(clashes)


def key_of(clash: Attendee) -> str:
    """What confirms a clash: another one once the other appointment has moved.

    One that is published at the same time may be new at each try: who and when stands for it.
    """
    if clash.appointment.state != Appointment.State.PUBLISHED:
        return f"{clash.officer_id}.{int(clash.appointment.starts_at.timestamp())}"
    return f"{clash.pk}.{clash.appointment.sequence}"


@dataclass
class Keeping:
    """A locked appointment, or a new one, on its way."""

    appointment: Appointment
    at: datetime
    by: Actor

    @classmethod
    def begin(cls, key: UUID, act: str, *, by: Actor, at: datetime | None) -> "Keeping":
        """Lock it. Raises ``NotFound``, and ``Conflict`` where it is over or its state does not allow the act."""
        found = Appointment.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if found is None:
            raise NotFound(_("There is no such appointment, or it is not yours to see."))
        now = at or timezone.now()
        if not rules.allows(found.state, act, over=found.ends_at <= now):
            raise Conflict(_("The appointment has changed or is over. Please look at it again."), code="state")
        return cls(found, now, by)

    def people(self) -> set[UUID]:
        """The officers who are named."""
        rows = Attendee.objects.filter(appointment=self.appointment, officer__isnull=False)
        return {key for key in rows.values_list("officer", flat=True) if key}

    def given(self) -> list[dict[str, str]]:
        """Who takes part, as events tell it."""
        rows = Attendee.objects.filter(appointment=self.appointment).order_by("-part", "id")
        return [
            {"office": str(office), "officer": str(officer or ""), "part": part}
            for part, office, officer in rows.values_list("part", "office", "officer")
        ]

    def put_up(self, confirmed: Collection[str]) -> None:
        """Publish it, or keep it published as it is now. Raises as :func:`put_up`."""
        put_up([self], confirmed)

    def book(self) -> None:
        """Save it. Raises ``Refused`` where the database says that the room is taken."""
        try:
            with transaction.atomic():
                self.appointment.save()
        except IntegrityError as error:
            if "diary_room_once" not in str(error):
                raise
            raise _taken(self.appointment) from error

    def tell(self, kind: str, references: dict[str, Any] | None = None) -> None:
        """Save it and tell the fact."""
        appointment = self.appointment
        appointment.changed_at = self.at
        appointment.save()
        told = {"state": appointment.state, **span_of(appointment), **self.by.references(), **(references or {})}
        record(
            stream=appointment.stream,
            kind=f"diary.{kind}",
            actor=self.by.account,
            agency=self.by.office or appointment.office_id,
            references=told,
            at=self.at,
        )


def put_up(keepings: Sequence[Keeping], confirmed: Collection[str]) -> None:
    """Publish appointments, or keep them published as they are now.

    Raises ``Clashing`` for people who are elsewhere, or in two of these at a time, and were not ``confirmed``,
    ``Refused`` for a room that is taken. Who is named is locked first, so that of two at the same time the second
    sees the first.
    """
    named = [(keeping, keeping.people()) for keeping in keepings]
    people = set[UUID]().union(*(who for _keeping, who in named))
    list(Officer.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    found = {each.pk: each for keeping, who in named for each in queries.clashes(who, keeping.appointment)}
    found |= {each.pk: each for each in _among(named)}
    if {key_of(each) for each in found.values()} - set(confirmed):
        raise Clashing(found.values())
    for keeping in keepings:
        appointment = keeping.appointment
        appointment.state = Appointment.State.PUBLISHED
        appointment.published_at = appointment.published_at or keeping.at
        keeping.book()


def _among(named: Sequence[tuple[Keeping, set[UUID]]]) -> list[Attendee]:
    """Who is named in two appointments that overlap each other, in the later of each two; at most one statement."""
    twice = defaultdict[UUID, set[UUID]](set)
    for (first, who), (second, whom) in combinations(named, 2):
        one, other = sorted((first.appointment, second.appointment), key=lambda each: each.starts_at)
        if other.starts_at < one.ends_at:
            twice[other.pk] |= who & whom
    people = set[UUID]().union(*twice.values())
    if not people:
        return []
    rows = Attendee.objects.filter(appointment__in=sorted(twice), officer__in=sorted(people))
    found = rows.select_related("appointment", "officer").order_by("starts_at", "id")
    return [each for each in found if each.officer_id in twice[each.appointment_id]]


def times_of(keepings: Sequence[Keeping]) -> list[dict[str, Any]]:
    """For the events of what is done with several times at once: which one it is, until when they go and, where
    somebody takes part who did in no earlier one, who did (``told_before``). One statement.
    """
    if len(keepings) == 1:
        return [{}]
    until, before = local_day(keepings[-1].appointment.starts_at), set[tuple[str, str]]()
    given = defaultdict[UUID, set[tuple[str, str]]](set)
    rows = Attendee.objects.filter(appointment__in=[each.appointment.pk for each in keepings])
    for appointment, office, officer in rows.values_list("appointment", "office", "officer").order_by("id"):
        given[appointment].add((str(office), str(officer or "")))
    times: list[dict[str, Any]] = []
    for place, keeping in enumerate(keepings, start=1):
        times.append({"until": str(until), "time": place})
        who = given[keeping.appointment.pk]
        if place > 1 and who - before:
            times[-1]["told_before"] = [{"office": office, "officer": officer} for office, officer in sorted(before)]
        before |= who
    return times


def span_of(appointment: Appointment) -> dict[str, str]:
    """When it is, as events tell it."""
    span = {"starts": appointment.starts_at, "ends": appointment.ends_at}
    return {name: moment.astimezone(UTC).isoformat() for name, moment in span.items()}


def _taken(appointment: Appointment) -> Refused:
    other = queries.booking(appointment)
    if other is None:  # it went meanwhile: asked again, it is free
        return Refused(_("The room is taken at this time."), field="room", code="room_taken")
    span = {"start": local_datetime(other.starts_at), "end": local_datetime(other.ends_at)}
    return Refused(_("The room is taken from %(start)s to %(end)s.") % span, field="room", code="room_taken")

"""Setting a centre up: its services, counters and rules, and the priority groups of all centres."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Invalid, NotFound
from motcua.kernel.text.typed import written
from motcua.people.organisations.models import Office
from motcua.services.service_centre.models import Centre, Counter, PriorityGroup, Service
from motcua.services.service_centre.telling import tell_centre, tell_priority

LONGEST_REASON = 200  # of what people read: why a service pauses, why a day has other hours


@transaction.atomic
def open_centre(*, office: Office, by: UUID, at: datetime) -> Centre:
    """Let an office call people by number. Raises ``Conflict`` when it does already."""
    centre, new = Centre.objects.get_or_create(office=office)
    if not new:
        raise Conflict(_("This office has a service centre already."), code="exists")
    tell_centre(centre, "opened", by=by, at=at)
    return centre


@transaction.atomic
def change_centre(*, centre: Centre, minutes: Mapping[str, int], by: UUID, at: datetime) -> None:
    """Change the minutes of :class:`Centre`. Raises ``Invalid`` for what its constraints refuse."""
    for name, value in minutes.items():
        setattr(centre, name, value)
    _check(centre)
    centre.save(update_fields=list(minutes))
    tell_centre(centre, "changed", by=by, at=at, **minutes)


@transaction.atomic
def add_service(*, centre: Centre, prefix: str, name: str, minutes: int, by: UUID, at: datetime) -> Service:
    """A service more, at the end of the list. Raises ``Invalid``."""
    position = Service.objects.filter(centre=centre).count() + 1
    service = Service(
        centre=centre, prefix=prefix.strip().upper(), name=name.strip(), minutes=minutes, position=position
    )
    _check(service)
    service.save(force_insert=True)
    tell_centre(centre, "service_added", by=by, at=at, service=str(service.pk), prefix=service.prefix)
    return service


@transaction.atomic
def change_service(
    *,
    service: Service,
    name: str,
    minutes: int,
    is_offered: bool,
    by: UUID,
    at: datetime,
    slot_minutes: int = 0,
    slot_places: int = 1,
) -> None:
    """Rename a service, plan it anew, or offer it no more; numbers given stay valid. Raises ``Invalid``."""
    service.name, service.minutes, service.is_offered = name.strip(), minutes, is_offered
    service.slot_minutes, service.slot_places = slot_minutes, slot_places
    _check(service)
    service.save(update_fields=["name", "minutes", "is_offered", "slot_minutes", "slot_places"])
    told = {
        "service": str(service.pk),
        "minutes": minutes,
        "offered": is_offered,
        "slot_minutes": slot_minutes,
        "slot_places": slot_places,
    }
    tell_centre(service.centre, "service_changed", by=by, at=at, **told)


@transaction.atomic
def pause(*, service: Service, reason: str, by: UUID, at: datetime) -> None:
    """Give no more numbers of a service for the time being. Raises ``Refused`` without a reason."""
    service.paused_because = written(reason, _("Say why: people read it."), "reason", LONGEST_REASON)
    service.save(update_fields=["paused_because"])
    tell_centre(service.centre, "service_paused", by=by, at=at, service=str(service.pk), reason=service.paused_because)


@transaction.atomic
def resume(*, service: Service, by: UUID, at: datetime) -> None:
    """Give numbers again."""
    service.paused_because = ""
    service.save(update_fields=["paused_because"])
    tell_centre(service.centre, "service_resumed", by=by, at=at, service=str(service.pk))


@transaction.atomic
def add_counter(*, centre: Centre, number: int, services: Sequence[UUID], by: UUID, at: datetime) -> Counter:
    """A counter more. Raises ``Invalid``, and ``NotFound`` for services of another centre."""
    counter = Counter(centre=centre, number=number)
    _check(counter)
    counter.save(force_insert=True)
    counter.services.set(_own(centre, services))
    tell_centre(centre, "counter_added", by=by, at=at, counter=number, services=[str(key) for key in services])
    return counter


@transaction.atomic
def change_counter(
    *, counter: UUID, centre: Centre, services: Sequence[UUID], is_used: bool, by: UUID, at: datetime
) -> None:
    """What a counter serves, and whether it is used. Raises ``Conflict`` while somebody sits at one to be closed."""
    found = Counter.objects.select_for_update(of=("self",)).filter(pk=counter, centre=centre).first()
    if found is None:
        raise NotFound(_("There is no such counter."))
    if not is_used and found.officer_id is not None:
        raise Conflict(_("Somebody sits at this counter."), field="is_used", code="taken")
    found.is_used = is_used
    found.save(update_fields=["is_used"])
    found.services.set(_own(centre, services))
    told = {"counter": found.number, "used": is_used, "services": [str(key) for key in services]}
    tell_centre(centre, "counter_changed", by=by, at=at, **told)


@transaction.atomic
def define_priority(
    *, code: str, name: str, head_start: int, basis: str, valid_from: date, by: UUID, at: datetime
) -> PriorityGroup:
    """A priority group from a day on; it replaces the one of its code. Raises ``Invalid``."""
    PriorityGroup.objects.filter(code=code, valid_to=None, valid_from__lt=valid_from).update(valid_to=valid_from)
    made = PriorityGroup(
        code=code, name=name.strip(), head_start=head_start, basis=basis.strip(), valid_from=valid_from
    )
    _check(made)
    made.save(force_insert=True)
    told = {"name": made.name, "head_start": head_start, "basis": made.basis, "from": valid_from.isoformat()}
    tell_priority(code, "defined", by=by, at=at, **told)
    return made


@transaction.atomic
def end_priority(*, group: PriorityGroup, valid_to: date, by: UUID, at: datetime) -> None:
    """A priority group that is none from a day on. Raises ``Invalid`` for a day before it began."""
    group.valid_to = valid_to
    _check(group)
    group.save(update_fields=["valid_to"])
    tell_priority(group.code, "ended", by=by, at=at, to=valid_to.isoformat())


def _own(centre: Centre, services: Sequence[UUID]) -> list[Service]:
    found = list(Service.objects.filter(centre=centre, pk__in=services).order_by("position"))
    if len(found) != len(set(services)):
        raise NotFound(_("There is no such service."), field="services")
    return found


def _check(row: Centre | Service | Counter | PriorityGroup) -> None:
    """What the constraints of the table say, as messages beside the fields. Raises ``Invalid``."""
    try:
        row.full_clean()
    except ValidationError as error:
        whole = {"" if name == "__all__" else name: str(texts[0]) for name, texts in error.message_dict.items()}
        raise Invalid(_("Please correct what is marked."), errors=whole) from error

"""A number is taken."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.registers.actions import next_number
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_time
from motcua.kernel.time.rules import VIETNAM
from motcua.services.service_centre import forecasts, queries
from motcua.services.service_centre.models import Channel, PriorityGroup, Service, State, Ticket
from motcua.services.service_centre.rules import calling, estimates
from motcua.services.service_centre.rules.opening import Closed, Day
from motcua.services.service_centre.series import TICKET
from motcua.services.service_centre.telling import tell_ticket


@transaction.atomic
def issue(
    *,
    service: UUID,
    channel: Channel,
    at: datetime,
    by: UUID | None,
    priority: UUID | None = None,
    even_if_long: bool = False,
    device: UUID | None = None,
) -> Ticket:
    """Give the next number of a service; ``by`` is an account, none at a kiosk (``device``).

    The wait that the holder is told is stored with the ticket. Raises ``NotFound`` for a service or a priority group
    that is not offered, ``Refused`` (code: :class:`Closed`) when no numbers are given. Whose turn would come after
    closing time is refused unless ``even_if_long``.
    """
    chosen = _offered(service)
    group = _priority(priority, at)
    day = queries.day_of(chosen.centre, at)
    if (why := closed(chosen, day, at)) is not None:
        raise refusal(why, day, reason=chosen.paused_because)
    turn = calling.turn_of(at, head_start=queries.head_start(group))
    forecast = forecasts.of(chosen.centre, at).wait_of(chosen.pk, turn)
    if forecast.beyond_closing and not even_if_long:
        raise refusal(Closed.TOO_LONG, day)
    return give(chosen, turn, channel=channel, at=at, by=by, group=group, device=device, forecast=forecast)


def give(
    service: Service,
    turn: calling.Turn,
    *,
    channel: Channel,
    at: datetime,
    by: UUID | None,
    group: PriorityGroup | None = None,
    device: UUID | None = None,
    forecast: forecasts.Wait | None = None,
) -> Ticket:
    """A number with this turn, in the caller's transaction; the caller has seen that numbers are given."""
    forecast = forecast or forecasts.of(service.centre, at).wait_of(service.pk, turn)
    ticket = Ticket(
        centre=service.centre,
        service=service,
        day=queries.today(at),
        number=_number(service, at),
        channel=channel,
        priority=group,
        state=State.WAITING,
        issued_at=at,
        rank_at=turn.rank_at,
        not_before=turn.not_before,
        estimated_minutes=estimates.told(forecast.minutes),
    )
    ticket.save(force_insert=True)
    told = {
        "channel": str(channel),
        "device": str(device) if device else "",
        "priority": group.code if group else "",
        "estimate": ticket.estimated_minutes,
    }
    tell_ticket(ticket, "issued", by=by, at=at, **told)
    return ticket


def closed(service: Service, day: Day, at: datetime) -> Closed | None:
    """Why a service gives no numbers now; None when it does."""
    return Closed.PAUSED if service.paused_because else day.refuses(at)


def refusal(why: Closed, day: Day, *, reason: str = "") -> Refused:
    """The sentence for the person who wanted a number; ``reason`` is why a service is paused."""
    doors = day.doors
    texts = {
        Closed.DAY_OFF: _("The centre is closed today."),
        Closed.NOT_YET: _("Numbers are given from %(time)s.") % {"time": local_time(doors[0] - day.early)}
        if doors
        else "",
        Closed.OVER: _("No more numbers are given today. Please come again on the next working day."),
        Closed.PAUSED: _("This service gives no numbers at the moment: %(reason)s") % {"reason": reason},
        Closed.TOO_LONG: _("So many people wait that your turn would not come before closing time."),
    }
    return Refused(texts[why], field="service", code=why.value)


def _offered(key: UUID) -> Service:
    found = Service.objects.select_related("centre__office").filter(pk=key, is_offered=True).first()
    if found is None:
        raise NotFound(_("This service is not offered."), field="service")
    return found


def _priority(key: UUID | None, at: datetime) -> PriorityGroup | None:
    if key is None:
        return None
    found: PriorityGroup | None = (
        PriorityGroup.objects.on(at.astimezone(VIETNAM).date()).filter(pk=key).order_by("id").first()
    )
    if found is None:
        raise NotFound(_("There is no such priority group."), field="priority")
    return found


def _number(service: Service, at: datetime) -> str:
    return next_number(TICKET.code, facts={"centre": str(service.centre_id), "prefix": service.prefix}, at=at)

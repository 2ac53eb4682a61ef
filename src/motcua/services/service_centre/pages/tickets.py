"""A ticket on the telephone of who holds it: the QR code on the slip leads here. It tells nothing of the person."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from motcua.engines.rendering.qr import qr_svg
from motcua.kernel.errors import NotFound
from motcua.kernel.text import local_date, local_time
from motcua.services.service_centre import forecasts, queries
from motcua.services.service_centre.models import State, Ticket
from motcua.services.service_centre.pages.wording import told_text
from motcua.services.service_centre.rules import estimates
from motcua.services.service_centre.rules.calling import Turn


@never_cache
@require_GET
def follow(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """How many are ahead, about how long it takes, and where to go when called."""
    found = Ticket.objects.select_related("centre__office", "service", "counter").filter(pk=ticket_id).first()
    if found is None:
        raise NotFound(_("There is no such number."))
    context = {"ticket": found, "centre": found.centre.office.name, "day": local_date(found.day), **_standing(found)}
    response = render(request, "service_centre/ticket.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _standing(ticket: Ticket) -> dict[str, Any]:
    now = timezone.now()
    lives = ticket.state in (State.WAITING, State.CALLED) and ticket.day == queries.today(now)
    if ticket.state != State.WAITING or not lives:
        return {"lives": lives, "ahead": None, "wait": ""}
    turn = Turn(ticket.rank_at, ticket.not_before)
    wait = forecasts.of(ticket.centre, now).wait_of(ticket.service_id, turn, ticket=ticket.pk)
    return {"lives": True, "ahead": wait.ahead, "wait": told_text(estimates.told(wait.minutes))}


def slip(ticket: Ticket) -> dict[str, Any]:
    """What stands on the printed slip (80 mm)."""
    return {
        "number": ticket.number,
        "centre": ticket.centre.office.name,
        "service": ticket.service.name,
        "priority": ticket.priority.name if ticket.priority else "",
        "given": f"{local_time(ticket.issued_at)}, {local_date(ticket.day)}",
        "wait": told_text(ticket.estimated_minutes),
        "qr": qr_svg(f"{settings.PUBLIC_URL}{reverse('service_centre:ticket', args=[ticket.pk])}"),
    }

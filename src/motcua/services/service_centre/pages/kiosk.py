"""The kiosk (ki-ốt): a number, where a dossier stands, what a procedure needs. Nobody signs in; nothing is kept.

Only a registered screen opens these pages. They stay in no cache, and go back to the start when nobody touches them.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web import forms, navigation, rate_limit
from motcua.kernel.web.sections import drawn
from motcua.services.dossiers.pages.portal import telling, tracking
from motcua.services.procedures import queries as procedure_queries
from motcua.services.procedures.access import procedure_by_code
from motcua.services.procedures.pages.portal import needed
from motcua.services.procedures.queries import Search
from motcua.services.service_centre import actions, forecasts, queries
from motcua.services.service_centre.access import DEVICE_COOKIE, ticket_of_device
from motcua.services.service_centre.actions.booking import CODE_BEGINS, CODE_LENGTH
from motcua.services.service_centre.actions.issuing import refusal
from motcua.services.service_centre.models import Channel, Device, Service
from motcua.services.service_centre.pages.desk.shared import key
from motcua.services.service_centre.pages.screens import at_screen, keep_key
from motcua.services.service_centre.pages.tickets import slip
from motcua.services.service_centre.pages.wording import hours_text, told_text
from motcua.services.service_centre.rules import calling, estimates

TICKETS, WINDOW = 12, timedelta(minutes=1)  # of one kiosk: children press buttons
FOUND = 8
at_kiosk = at_screen(Device.Kind.KIOSK)


@require_GET
@at_kiosk
def home(request: HttpRequest, device: Device) -> HttpResponse:
    """The start: choose a service, or look something up."""
    now = timezone.now()
    forecast = forecasts.of(device.centre, now)
    turn = calling.turn_of(now)
    services = []
    for service in queries.offered(device.centre_id):
        wait = forecast.wait_of(service.pk, turn)
        services.append(
            {
                "id": service.pk,
                "name": service.name,
                "paused": service.paused_because,
                "wait": told_text(estimates.told(wait.minutes)),
                "ahead": wait.ahead,
            }
        )
    why = forecast.day.refuses(now)
    context = {
        "services": services,
        "closed": refusal(why, forecast.day).message if why else "",
        "hours": hours_text(forecast.day.hours),
        "others": navigation.entries("kiosk", request),
    }
    answer = shown(request, device, "service_centre/kiosk/home.html", context)
    return keep_key(answer, request.COOKIES[DEVICE_COOKIE])


@require_http_methods(["GET", "POST"])
@at_kiosk
def service(request: HttpRequest, device: Device, service_id: UUID) -> HttpResponse:
    """One press more: a number, or one with priority."""
    chosen = Service.objects.filter(pk=service_id, centre=device.centre_id, is_offered=True).first()
    if chosen is None:
        raise NotFound(_("This service is not offered."))
    groups = [(group.pk, group.name) for group in queries.priorities(queries.today(timezone.now()))]
    context = {"service": chosen, "groups": groups}
    if request.method != "POST":
        return shown(request, device, "service_centre/kiosk/service.html", context)
    try:
        rate_limit.spend("service_centre.kiosk", str(device.pk), limit=TICKETS, window=WINDOW)
        made = actions.issue(
            service=chosen.pk,
            channel=Channel.KIOSK,
            at=timezone.now(),
            by=None,
            priority=key(request.POST.get("priority", "")),
            device=device.pk,
        )
    except Refused as refused:
        return shown(request, device, "service_centre/kiosk/service.html", context, refused)
    return redirect("service_centre:kiosk-ticket", made.pk)


@require_GET
@at_kiosk
def ticket(request: HttpRequest, device: Device, ticket_id: UUID) -> HttpResponse:
    """The slip, printed at once."""
    found = ticket_of_device(device, ticket_id)
    return shown(request, device, "service_centre/kiosk/ticket.html", {"slip": slip(found)})


@require_GET
@at_kiosk
def track(request: HttpRequest, device: Device) -> HttpResponse:
    """Where a dossier stands: by its code the stage, by the receipt's QR code everything that the receipt opens."""
    typed = request.GET.get("q", "").strip()[:500]
    context: dict[str, Any] = {"dossier": None, "more": None}
    if not typed:
        return shown(request, device, "service_centre/kiosk/track.html", context)
    number, secret = scanned(typed)
    try:
        dossier = tracking.found(number, secret=secret, asked_by=f"kiosk:{device.pk}")
    except Refused as refused:
        refused.field = "q"
        return shown(request, device, "service_centre/kiosk/track.html", context, refused)
    context = {
        "dossier": dossier,
        "stage": dossier.get_state_display(),
        "more": telling.facts(dossier) if secret else None,
        "added": drawn("kiosk", request, dossier) if secret else [],
    }
    return shown(request, device, "service_centre/kiosk/track.html", context)


@require_GET
@at_kiosk
def scan(request: HttpRequest, device: Device) -> HttpResponseBase:
    """Whatever is held under the reader at the start: an appointment or a receipt."""
    typed = request.GET.get("q", "").strip()[:500]
    name = "kiosk-appointment" if booking_code(typed) else "kiosk-track"
    return redirect(f"{reverse(f'service_centre:{name}')}?{urlencode({'q': typed})}")


def booking_code(typed: str) -> str:
    """The code of an appointment as it is stored; empty for anything else."""
    plain = "".join(char for char in typed.upper() if char.isalnum())
    return plain if plain.startswith(CODE_BEGINS) and len(plain) == CODE_LENGTH else ""


@require_http_methods(["GET", "POST"])
@at_kiosk
def appointment(request: HttpRequest, device: Device) -> HttpResponse:
    """Who has an appointment says so with its code, and gets a number."""
    typed = (request.POST if request.method == "POST" else request.GET).get("q", "")[:500]
    context = {"code": booking_code(typed)}
    template = "service_centre/kiosk/appointment.html"
    try:
        if typed.strip() and not context["code"]:
            raise Refused(_("This is not the code of an appointment."), field="q", code="no_code")
        if request.method != "POST":
            return shown(request, device, template, context)
        rate_limit.spend("service_centre.kiosk", str(device.pk), limit=TICKETS, window=WINDOW)
        made = actions.check_in(code=context["code"], centre=device.centre, at=timezone.now(), device=device.pk)
    except Refused as refused:
        return shown(request, device, template, {"code": ""}, refused)
    return redirect("service_centre:kiosk-ticket", made.pk)


def scanned(typed: str) -> tuple[str, str | None]:
    """The number and, from a receipt's QR code (``…/track/NUMBER?k=SECRET``), the secret."""
    address = urlsplit(typed)
    _before, is_track, number = address.path.rpartition("/track/")
    if not address.scheme or not is_track:
        return typed.upper()[: tracking.LONGEST], None
    secret = parse_qs(address.query).get("k", [""])[0]
    return unquote(number).strip("/").upper()[: tracking.LONGEST], secret or None


@require_GET
@at_kiosk
def procedures(request: HttpRequest, device: Device) -> HttpResponse:
    """Find a procedure by words."""
    text = request.GET.get("q", "").strip()[:200]
    found = procedure_queries.search(Search(text=text), size=FOUND).items if text else []
    entries = [(entry.code, entry.name) for entry in found]
    return shown(request, device, "service_centre/kiosk/procedures.html", {"text": text, "entries": entries})


@require_GET
@at_kiosk
def procedure(request: HttpRequest, device: Device, code: str) -> HttpResponse:
    """What a procedure needs."""
    found = procedure_by_code(code)
    version = found.current_version
    assert version is not None
    context = {"name": version.name, "code": found.code, **needed(version)}
    return shown(request, device, "service_centre/kiosk/procedure.html", context)


def shown(
    request: HttpRequest, device: Device, template: str, context: dict[str, Any], refused: Refused | None = None
) -> HttpResponse:
    """A page of a kiosk with what was refused."""
    whole = {**context, "centre": device.centre.office.name, "typed": "", "errors": forms.errors_of(refused)}
    return forms.answered(render(request, template, whole), refused)

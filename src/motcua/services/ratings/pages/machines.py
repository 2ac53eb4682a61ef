"""How did we do, at a kiosk and on the tablet of a counter: one question a page, large enough to touch.

A tablet asks whoever was just handed a result at its counter, a kiosk whoever holds their receipt under its reader.
The answers so far stand in the form and nowhere else: who walks away has said nothing, and is forgotten.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.engines.editions.queries import in_force, numbered
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.web import rate_limit
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.pages.portal import tracking
from motcua.services.dossiers.secrets import lookup_url
from motcua.services.ratings import actions, queries
from motcua.services.ratings.access import invitation_at, invitation_for
from motcua.services.ratings.models import Invitation
from motcua.services.ratings.questionnaires import QUESTIONNAIRE
from motcua.services.ratings.rules import Question, Questionnaire
from motcua.services.ratings.secrets import rating_secret
from motcua.services.service_centre.access import DEVICE_COOKIE
from motcua.services.service_centre.models import Device
from motcua.services.service_centre.pages.kiosk import at_kiosk, scanned, shown
from motcua.services.service_centre.pages.screens import at_screen, keep_key

ANSWERS, WINDOW = 10, timedelta(minutes=5)  # of one machine: more people are not served at it
KIOSK, TABLET = "ratings:kiosk", "ratings:tablet"


@require_http_methods(["GET", "POST"])
@at_screen(Device.Kind.TABLET)
def tablet(request: HttpRequest, device: Device) -> HttpResponseBase:
    """The tablet of a counter: waits, asks, thanks. While it waits its page asks every few seconds and is reloaded."""
    now = timezone.now()
    offered = queries.offered_at(device, in_force(QUESTIONNAIRE, timezone.localdate()).rules, at=now)
    if request.method != "POST":
        if "HX-Request" in request.headers:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"} if offered else {})
        return keep_key(_tablet_page(request, device, offered), request.COOKIES[DEVICE_COOKIE])
    if offered is None or request.POST.get("invitation") != str(offered.pk):
        return redirect(TABLET)
    if request.POST.get("do") == "pass":
        actions.pass_over(offered.pk, at=now)
        return redirect(TABLET)
    return _step(request, device, offered, TABLET)


def _tablet_page(request: HttpRequest, device: Device, offered: Invitation | None) -> HttpResponse:
    if "thanks" in request.GET:
        return _page(request, device, "thanks", TABLET)
    if offered is None:
        return _page(request, device, "waiting", TABLET)
    return _question(request, device, offered, TABLET, {})


@require_http_methods(["GET", "POST"])
@at_kiosk
def kiosk(request: HttpRequest, device: Device) -> HttpResponseBase:
    """The kiosk: the receipt is scanned, then the questions."""
    if request.method == "POST":
        try:
            key = UUID(request.POST.get("invitation", ""))
        except ValueError as error:
            raise NotFound(_("There is nothing to answer here.")) from error
        return _step(request, device, invitation_for(key, request.POST.get("key", "")[:40]), KIOSK)
    if "thanks" in request.GET:
        return _page(request, device, "thanks", KIOSK)
    typed = request.GET.get("q", "").strip()[:500]
    if not typed:
        return _page(request, device, "scan", KIOSK)
    try:
        number, secret = scanned(typed)
        if secret is None:
            text = _("Hold the QR code of your receipt under the reader: the code alone is not enough here.")
            raise Refused(text, field="q", code="no_secret")
        dossier = tracking.found(number, secret=secret, asked_by=f"kiosk:{device.pk}")
        found = invitation_at(device, dossier, at=timezone.now())
    except Refused as refused:
        refused.field = "q"
        return _page(request, device, "scan", KIOSK, refused=refused)
    return _question(request, device, found, KIOSK, {})


def _step(request: HttpRequest, device: Device, invitation: Invitation, here: str) -> HttpResponseBase:
    """An answer was touched: the next question, and after the last one whatever somebody wants to add."""
    sheet = _sheet(invitation)
    given = {each.code: request.POST[each.code][:3] for each in sheet.questions if each.code in request.POST}
    if request.POST.get("do") != "send" or len(given) < len(sheet.questions):
        return _question(request, device, invitation, here, given)
    comment = request.POST.get("comment", "")
    try:
        rate_limit.spend("ratings.machine", str(device.pk), limit=ANSWERS, window=WINDOW)
        actions.answer(invitation.pk, typed=given, comment=comment, device=device)
    except Conflict:
        pass  # touched twice: the page says that it is there
    except Refused as refused:
        if refused.field == "comment":
            return _question(request, device, invitation, here, given, refused)
        return _page(request, device, "refused", here, refused=refused)
    return redirect(f"{reverse(here)}?thanks=1")


def _question(
    request: HttpRequest,
    device: Device,
    invitation: Invitation,
    here: str,
    given: Mapping[str, str],
    refused: Refused | None = None,
) -> HttpResponse:
    """The next question, after the last one the comment; one that was ``refused`` stands there again."""
    questions = _sheet(invitation).questions
    following = next((each for each in questions if each.code not in given), None)
    context = {
        "invitation": invitation.pk,
        "key": rating_secret(invitation.pk) if here == KIOSK else "",
        "given": given.items(),
        "comment": request.POST.get("comment", ""),
        "question": following,
        "number": len(given) + 1,
        "of": len(questions),
        "options": _options(following),
        "procedure": _procedure(invitation),
    }
    return _page(request, device, "question" if following else "comment", here, context, refused=refused)


def _options(question: Question | None) -> list[tuple[str, str]]:
    return [(str(option.value), option.text) for option in question.options] if question else []


def _procedure(invitation: Invitation) -> str:
    version = invitation.procedure.current_version
    return version.name if version else invitation.procedure.code


def _sheet(invitation: Invitation) -> Questionnaire:
    return numbered(QUESTIONNAIRE, invitation.questionnaire).rules


def _page(
    request: HttpRequest,
    device: Device,
    name: str,
    here: str,
    context: Mapping[str, Any] | None = None,
    *,
    refused: Refused | None = None,
) -> HttpResponse:
    start = reverse(TABLET if here == TABLET else "service_centre:kiosk")
    counter = device.counter.number if device.counter else None
    whole = {**(context or {}), "here": reverse(here), "start": start, "counter": counter}
    return shown(request, device, f"ratings/machine/{name}.html", whole, refused)


def section(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """For the page that a receipt opens at a kiosk: the way to the questions, while they can be answered there."""
    open_ones = Invitation.objects.filter(dossier=dossier, answer=None, method="desk")
    found = open_ones.first() if dossier.closed_at else None
    if found is None or timezone.now() - found.returned_at > timedelta(minutes=_sheet(found).place_minutes):
        return None
    return {"url": f"{reverse(KIOSK)}?{urlencode({'q': lookup_url(dossier)})}"}

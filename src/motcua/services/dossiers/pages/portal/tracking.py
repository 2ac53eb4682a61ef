"""Where is my dossier? Its code shows anyone the stage; the receipt's secret shows more; guessing is not worth it."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.streams.addresses import let_follow
from motcua.kernel.web import forms, rate_limit
from motcua.people.accounts.models import Account
from motcua.services.dossiers.access import visible_to
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.pages.portal import live
from motcua.services.dossiers.pages.portal.common import viewer_of
from motcua.services.dossiers.pages.portal.telling import has_date
from motcua.services.dossiers.secrets import is_lookup_secret

LIMIT, WINDOW = 30, timedelta(minutes=10)  # look-ups of one address
LONGEST = 60


@never_cache
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The page with the box; a code leads on."""
    typed = request.GET.get("q", "").strip().upper()[:LONGEST]
    if not typed:
        return forms.page(request, "dossiers/portal/track.html", {"typed": ""})
    try:
        dossier = _found(request, typed)
    except Refused as refused:
        return forms.page(request, "dossiers/portal/track.html", {"typed": typed}, refused=_at_box(refused))
    if _is_own(request, dossier):
        return redirect("dossiers:my-dossier", dossier.number)
    return _page(request, dossier, known=False)


@never_cache
@require_GET
def track(request: HttpRequest, number: str) -> HttpResponse:
    """The address in the receipt's QR code. A wrong secret is answered like a wrong code."""
    try:
        dossier = _found(request, number.strip().upper()[:LONGEST], secret=request.GET.get("k"))
    except NotFound as refused:
        context = {"typed": number[:LONGEST]}
        return forms.page(request, "dossiers/portal/track.html", context, refused=_at_box(refused))
    if _is_own(request, dossier):
        return redirect("dossiers:my-dossier", dossier.number)
    return _page(request, dossier, known="k" in request.GET)


def _found(request: HttpRequest, number: str, *, secret: str | None = None) -> Dossier:
    return found(number, secret=secret, asked_by=rate_limit.address_of(request))


def found(number: str, *, secret: str | None, asked_by: str) -> Dossier:
    """The dossier with this number, and with this secret where one is given. Raises ``NotFound``.

    ``asked_by`` is whose guesses are counted: an address, or a kiosk. Raises ``TooMany`` beyond 30 in ten minutes.
    """
    rate_limit.spend("dossiers.track", asked_by, limit=LIMIT, window=WINDOW)
    dossier = Dossier.objects.for_list().filter(Q(code=number) | Q(submission_number=number)).first()
    if dossier is None or (secret is not None and not is_lookup_secret(dossier.pk, secret[:LONGEST])):
        raise NotFound(_("No dossier was found. Please check what stands on your receipt."))
    return dossier


def _at_box(refused: Refused) -> Refused:
    """The message beside the box."""
    refused.field = "q"
    return refused


def _is_own(request: HttpRequest, dossier: Dossier) -> bool:
    if not isinstance(request.user, Account) or not request.user.is_citizen:
        return False
    return Dossier.objects.filter(visible_to(viewer_of(request)), pk=dossier.pk).exists()


def _date(request: HttpRequest, dossier: Dossier) -> str:
    """Where the promised date is as a calendar file; empty without one."""
    here = reverse("dossiers:track-date", args=[dossier.number])
    return f"{here}?{urlencode({'k': request.GET['k'][:LONGEST]})}" if has_date(dossier) else ""


def _page(request: HttpRequest, dossier: Dossier, *, known: bool) -> HttpResponse:
    context: dict[str, Any] = {"dossier": dossier, "stage": dossier.get_state_display(), "state": None}
    if known:
        context["state"] = live.looked_up(dossier)
        context["stream"] = live.address_of_looked_up(request, dossier, context["state"])
        context["date"] = _date(request, dossier)
    response = let_follow(request, render(request, "dossiers/portal/tracked.html", context))
    response.headers["X-Robots-Tag"] = "noindex"
    return response

"""Setting a screen up: the code that an administrator was shown is typed there once."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.web import forms, rate_limit
from motcua.services.service_centre import actions
from motcua.services.service_centre.access import DEVICE_COOKIE
from motcua.services.service_centre.models import Device

ATTEMPTS, WINDOW = 10, timedelta(minutes=10)  # of one address
COOKIE_LIVES = timedelta(days=400)  # the longest that browsers keep one
_HOMES = {Device.Kind.KIOSK: "service_centre:kiosk", Device.Kind.BOARD: "service_centre:board"}


@never_cache
@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest) -> HttpResponse:
    """Type the code; the screen keeps its key in a cookie and goes to its page."""
    if request.method != "POST":
        return forms.page(request, "service_centre/screen.html")
    try:
        rate_limit.spend("service_centre.pair", rate_limit.address_of(request), limit=ATTEMPTS, window=WINDOW)
        device, key = actions.pair(code=request.POST.get("code", "")[:40], at=timezone.now())
    except Refused as refused:
        refused.field = "code"
        return forms.page(request, "service_centre/screen.html", refused=refused)
    return keep_key(redirect(_HOMES[Device.Kind(device.kind)]), key)


def keep_key(response: HttpResponse, key: str) -> HttpResponse:
    """The cookie of a screen, for as long as browsers keep one; its start page renews it."""
    response.set_cookie(
        DEVICE_COOKIE, key, max_age=COOKIE_LIVES, httponly=True, secure=settings.SECURE, samesite="Lax"
    )
    return response

"""Setting a screen up: the code that an administrator was shown is typed there once.

A room above whose pages a kind of screen shows says so in its ``AppConfig.ready``::

    screens.HOMES[Device.Kind.TABLET] = "ratings:tablet"
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.web import forms, rate_limit
from motcua.services.service_centre import actions
from motcua.services.service_centre.access import DEVICE_COOKIE, device_of
from motcua.services.service_centre.models import Device

ATTEMPTS, WINDOW = 10, timedelta(minutes=10)  # of one address
COOKIE_LIVES = timedelta(days=400)  # the longest that browsers keep one
HOMES: dict[str, str] = {Device.Kind.KIOSK: "service_centre:kiosk", Device.Kind.BOARD: "service_centre:board"}


_View = Callable[..., HttpResponseBase]


def at_screen(kind: Device.Kind) -> Callable[[_View], _View]:
    """Decorator: the view gets the registered screen of a kind, nothing else opens it, and no cache keeps it."""

    def decorated(view: _View) -> _View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, device_of(request, kind), *args, **kwargs)

        return never_cache(wrapped)

    return decorated


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
    return keep_key(redirect(HOMES[device.kind]), key)


def keep_key(response: HttpResponse, key: str) -> HttpResponse:
    """The cookie of a screen, for as long as browsers keep one; its start page renews it."""
    response.set_cookie(
        DEVICE_COOKIE, key, max_age=COOKIE_LIVES, httponly=True, secure=settings.SECURE, samesite="Lax"
    )
    return response

"""The public home page and what belongs to no room."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from motcua.kernel.web import panels

YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search, follow a dossier, how it works; the panels come from the rooms."""
    return render(request, "site/home.html", {"panels": panels.drawn("portal", request)})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the portal does for people who see, hear or move differently, and whom to tell when it fails."""
    return render(request, "site/accessibility.html")


@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the chosen language in a cookie and go back to the page the person came from."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", secure=settings.SECURE, httponly=True
    )
    return response

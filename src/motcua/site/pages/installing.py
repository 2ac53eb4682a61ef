"""What makes the portal an app that can be installed: manifest, service worker, and the page shown without network."""

import hashlib
import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from motcua.site.assets import asset

ICONS = (("192", "any"), ("512", "any"), ("512", "maskable"))
PAPER, LACQUER = "#fbf9f5", "#8c1d22"  # frontend/styles/_palette.scss: giấy, son
# All that the offline page needs; files of the build, the same for everybody.
OFFLINE_ASSETS = (
    "theme.css",
    "app.js",
    "assets/be-vietnam-pro-latin-400-normal.woff2",
    "assets/be-vietnam-pro-latin-600-normal.woff2",
    "assets/be-vietnam-pro-vietnamese-400-normal.woff2",
    "assets/be-vietnam-pro-vietnamese-600-normal.woff2",
)
# Where no page may be answered by the worker: officers' pages, programs, signing in and out.
NEVER = ("/desk/", "/api/", "/account/", "/kiosk/", "/tablet/", "/board/", "/screen/", "/static/", "/streams/")


@require_safe
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> JsonResponse:
    """The app's name, colours and icons (W3C Web Application Manifest), in Vietnamese as the house is."""
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Public service portal")
    icons = [
        {
            "src": asset(f"site/build/icons/{purpose}-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in ICONS
    ]
    described = {
        "id": "/",
        "name": f"{name} – {settings.INSTALLATION_NAME}",
        "short_name": settings.INSTALLATION_NAME,
        "lang": settings.LANGUAGE_CODE,
        "dir": "ltr",
        "start_url": reverse("site:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": LACQUER,
        "icons": icons,
    }
    return JsonResponse(described, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest, code: str) -> HttpResponse:
    """The service worker with its list of files. It holds these and nothing else: never what a person has opened.

    A new build has other files, so a worker of another text, which throws the old ones away.
    """
    offline = reverse("site:offline", args=[known(code)])
    files = [offline, *(asset(f"site/build/{name}") for name in OFFLINE_ASSETS)]
    version = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]
    context = {"offline": offline, "files": files, "version": version, "never": NEVER}
    return render(request, "site/service_worker.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest, code: str) -> HttpResponse:
    """What is shown while there is no network: drafts kept on the device. Nothing of a session is on it."""
    with translation.override(known(code)):
        return render(request, "site/offline.html")


def known(code: str) -> str:
    """A language of the house. Raises ``Http404``."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    return code

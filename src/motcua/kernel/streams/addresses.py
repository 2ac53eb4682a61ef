"""Where a page finds the events of an object."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode

from motcua.kernel.streams.hub import message
from motcua.kernel.streams.serving import PREFIX


def address(request: HttpRequest, topic: str, key: object, *, shown: str = "", **query: str) -> str:
    """The address for the attribute ``data-stream`` of a page.

    With ``shown``, the drawing that the page holds already, nothing is sent until there is another one: whoever stands
    on a link in it keeps their place.
    """
    asked = {**query, **({"last": message(shown)[0]} if shown else {})}
    return f"{_base(request)}{PREFIX}{topic}/{key}/{f'?{urlencode(asked)}' if asked else ''}"


def let_follow(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the security policy of a page connect to where its events are, if that is another port."""
    if base := _base(request):
        response._csp_update = {"connect-src": base, **getattr(response, "_csp_update", {})}  # type: ignore[attr-defined]
    return response


def _base(request: HttpRequest) -> str:
    """Empty for the page's own origin; ``:8123`` in the settings is another port of its host."""
    base: str = settings.STREAMS_URL
    if not base.startswith(":"):
        return base
    return f"{request.scheme}://{request.get_host().rpartition(':')[0] or request.get_host()}{base}"

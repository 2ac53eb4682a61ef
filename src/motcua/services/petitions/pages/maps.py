"""The map on which the place of a petition is chosen and seen."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from motcua.services.petitions.outlines import is_there, outlines
from motcua.services.petitions.routing import names_of


class AreaMap(NamedTuple):
    """What a page needs for its map: whether there are outlines, and the address of tiles, if any."""

    outlined: bool
    tiles: str


def area_map() -> AreaMap | None:
    """The map of this house; none where the operator has given neither outlines nor tiles."""
    found = AreaMap(is_there(), settings.MAP_TILES)
    return found if any(found) else None


@require_GET
@cache_control(public=True, max_age=3600)
def units(request: HttpRequest) -> HttpResponse:
    """The outlines of all communes with their names, or of one more finely (``unit``); one statement."""
    found = outlines(request.GET.get("unit", "")[:10])
    return JsonResponse({"units": found, "names": names_of(found, timezone.localdate()) if found else {}})

"""Addresses of pages for rows of lists: ``reverse`` looks the page up anew for each of them."""

from functools import cache
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

_SAFE = "!$&'()*+,;=~:@"  # stay as they are in a part of a path (RFC 3986), and so in what ``reverse`` gives


def address(page: str, *parts: str | UUID) -> str:
    """The address of a page that takes these arguments, as ``reverse`` gives it."""
    return _pattern(page, *map(type, parts)).format(*(quote(str(part), safe=_SAFE) for part in parts))


def came_from(request: HttpRequest) -> str:
    """The page of this site that a person came from, for the way back out of a refusal; empty for any other."""
    page = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if own else ""


@cache
def _pattern(page: str, *kinds: type) -> str:
    blanks = [UUID(int=place) if kind is UUID else f"BLANK{place}" for place, kind in enumerate(kinds)]
    pattern = reverse(page, args=blanks)
    for blank in blanks:
        pattern = pattern.replace(str(blank), "{}")
    return pattern

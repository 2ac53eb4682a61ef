"""Text that PostgreSQL cannot store is no text: a request that holds a NUL character is answered before any page."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, QueryDict

from motcua.kernel.web.refusals import API


class PlainTextMiddleware:
    """Answers 400 where path, query or form hold a NUL. The API says so in its own words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        """Django calls this when the page is known; the check of the form's token has read the form by then."""
        if not request.path.startswith(API) and any("\0" in text for text in _texts(request)):
            raise SuspiciousOperation("a NUL character in the request")


def _texts(request: HttpRequest) -> Iterable[str]:
    return chain([request.path_info], _pairs(request.GET), _pairs(request.POST))


def _pairs(given: QueryDict) -> Iterable[str]:
    return (text for name, values in given.lists() for text in (name, *map(str, values)))

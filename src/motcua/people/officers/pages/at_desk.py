"""Pages at a desk: who sits there, and that nobody else gets in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed
from motcua.people.accounts.access import sign_in_first
from motcua.people.accounts.models import Account
from motcua.people.officers.desks import Desk

View = Callable[..., HttpResponseBase]


def desk_of(request: HttpRequest) -> Desk:
    """The desk that the middleware read."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    return desk


def works_here(request: HttpRequest) -> bool:
    """Whether an officer with a position, or an administrator, is signed in."""
    return isinstance(request.user, Account) and bool(desk_of(request).positions or desk_of(request).is_administrator)


def for_officers(view: View) -> View:
    """Decorator: the public signs in first, who has no desk is refused; pages stay in no browser's cache."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not works_here(request):
            raise NotAllowed(_("Only officers have a desk."))
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):  # files say themselves how they may be kept
            add_never_cache_headers(response)
        return response

    return sign_in_first(wrapped)

"""``request.desk``: read when first asked for, once a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from motcua.people.accounts.models import Account
from motcua.people.officers.desks import Desk
from motcua.people.officers.queries import desk_of


def desk_for(request: HttpRequest) -> Desk:
    """The desk of whoever is signed in; an empty one for the public."""
    user = request.user
    if isinstance(user, Account) and (user.is_officer or user.is_administrator):
        return desk_of(user, timezone.now())
    return Desk()


class DeskMiddleware:
    """Stands after :class:`AccountMiddleware`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def read() -> Desk:
            request.desk = desk = desk_for(request)  # type: ignore[attr-defined]  # menus ask it fifty times
            return desk

        request.desk = SimpleLazyObject(read)  # type: ignore[attr-defined]
        return self.get_response(request)

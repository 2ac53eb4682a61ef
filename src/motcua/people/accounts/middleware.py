"""Puts the account of the session on the request and keeps who owes a second factor out of the house."""

from collections.abc import Callable

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from motcua.people.accounts.models import Account
from motcua.people.accounts.sessions import SessionStore

ASSURANCE = "assurance"  # session key: "full", or "enrol" while a required second factor is missing
_OPEN_PATHS = ("/account/", "/static/", "/language", "/livez", "/readyz")


def client_address(request: HttpRequest) -> str | None:
    """The address of the browser. The web server in front sets REMOTE_ADDR; forwarded headers are not believed."""
    return request.META.get("REMOTE_ADDR") or None


def account_of(request: HttpRequest) -> Account | AnonymousUser:
    """The active account that signed in, provided its password has not changed since."""
    session = request.session
    account = session.account if isinstance(session, SessionStore) else None
    if account is None or not account.is_active:
        return AnonymousUser()
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash()):
        return AnonymousUser()
    return account


class AccountMiddleware:
    """Stands where Django's AuthenticationMiddleware would, after the session middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        assert isinstance(session, SessionStore)
        session.address = client_address(request)
        session.device = request.headers.get("User-Agent", "")
        request.user = SimpleLazyObject(lambda: account_of(request))  # type: ignore[assignment]
        if self._owes_second_factor(request):
            return redirect(f"{reverse('accounts:security')}?needed=1")
        response = self.get_response(request)
        session.touch(timezone.now())
        return response

    def _owes_second_factor(self, request: HttpRequest) -> bool:
        if request.session.session_key is None or request.path.startswith(_OPEN_PATHS):
            return False
        return request.user.is_authenticated and request.session.get(ASSURANCE) != "full"

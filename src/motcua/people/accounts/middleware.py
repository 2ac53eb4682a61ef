"""Puts the account of the session on the request and keeps who owes a second factor out of the house."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from motcua.kernel.web import rate_limit
from motcua.people.accounts import resume
from motcua.people.accounts.models import Account
from motcua.people.accounts.sessions import SessionStore

ASSURANCE = "assurance"  # session key: "full", or "enrol" while a required second factor is missing
# What is open to who still has to register a second factor: that, leaving, and signing in as somebody else.
_ENROLMENT = frozenset(
    f"accounts:{name}"
    for name in (
        *("security", "confirm", "totp", "passkey", "recovery-codes", "password", "sign-out"),
        *("sign-in", "second-factor", "passkey-options", "passkey-sign-in", "start"),
    )
)
_ALWAYS_OPEN = ("/api/", "/static/", "/language", "/livez", "/readyz")
_NEVER_KEPT = ("/account/", *_ALWAYS_OPEN)  # forms there hold secrets


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
        session.address = rate_limit.address_of(request)
        session.device = request.headers.get("User-Agent", "")

        def read() -> Account | AnonymousUser:
            account = account_of(request)
            if request.user is lazy:  # nobody has signed in meanwhile; a page asks it fifty times
                request.user = account
            return account

        lazy: Any = SimpleLazyObject(read)
        request.user = lazy
        if self._typed_too_long(request, session):
            assert session.expired_account_id
            return resume.keep(request, session.expired_account_id)
        if self._owes_second_factor(request):
            return redirect(f"{reverse('accounts:security')}?needed=1")
        response = self.get_response(request)
        session.touch(timezone.now())
        return response

    def _typed_too_long(self, request: HttpRequest, session: SessionStore) -> bool:
        """Whether a form comes from a browser whose session has run out (a revoked one is not in the table)."""
        if request.method != "POST" or request.path.startswith(_NEVER_KEPT):
            return False
        return not request.user.is_authenticated and session.expired_account_id is not None

    def _owes_second_factor(self, request: HttpRequest) -> bool:
        if request.session.session_key is None or request.path.startswith(_ALWAYS_OPEN):
            return False
        owes = request.user.is_authenticated and request.session.get(ASSURANCE) != "full"
        return owes and not _leads_to_enrolment(request.path_info)


def _leads_to_enrolment(path: str) -> bool:
    try:
        return resolve(path).view_name in _ENROLMENT
    except Resolver404:
        return False

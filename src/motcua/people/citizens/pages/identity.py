"""Citizens sign in with an electronic identity: away to its provider, and back."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from motcua.kernel.errors import Refused
from motcua.kernel.web import rate_limit
from motcua.people.accounts import entry, oidc
from motcua.people.accounts.models import Account, SignInPolicy
from motcua.people.accounts.queries import policy
from motcua.people.citizens import actions


@never_cache
@require_GET
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Go to the provider. Raises ``NotFound`` for one that is not configured, ``TooMany``."""
    provider = oidc.provider(code)
    rule = policy(SignInPolicy.Kind.CITIZEN)
    limit, window = rule.max_attempts_of_address, timedelta(minutes=rule.window_minutes)
    rate_limit.spend("sign-in-identity", rate_limit.address_of(request), limit=limit, window=window)
    try:
        onwards = provider.address(request.session, back=_back(code), path=request.GET.get("next", ""))
    except Refused as refused:
        return _told(request, refused)
    return redirect(onwards)


@never_cache
@require_GET
def back(request: HttpRequest, code: str) -> HttpResponse:
    """The browser comes back: in, or with the identity linked to the account that is signed in."""
    provider = oidc.provider(code)
    try:
        claims, path = provider.returned(request.session, request.GET.dict(), back=_back(code))
        account, ended = actions.account_of_identity(claims, signed_in=_signed_in(request))
    except Refused as refused:
        return _told(request, refused)
    if ended:
        text = _(
            "This account had been opened without anybody having been seen. Its former password, sessions, telephone "
            "number and e-mail address no longer count: if you did not choose them yourself, please tell the office."
        )
        messages.warning(request, text)
    return entry.enter(request, account, path=path, method=f"identity:{code}", used_factor=True)


def _back(code: str) -> str:
    return settings.PUBLIC_URL + reverse("citizens:identity-back", args=[code])


def _signed_in(request: HttpRequest) -> Account | None:
    return request.user if isinstance(request.user, Account) and request.user.is_citizen else None


def _told(request: HttpRequest, refused: Refused) -> HttpResponse:
    messages.error(request, str(refused))
    return redirect("accounts:sign-in")

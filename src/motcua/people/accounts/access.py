"""Who may reach the pages of accounts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed
from motcua.people.accounts.models import Account

View = Callable[..., HttpResponseBase]


def signed_in(request: HttpRequest) -> Account:
    """The account that is signed in. Raises ``NotAllowed`` for the public."""
    if isinstance(request.user, Account):
        return request.user
    raise NotAllowed(_("Please sign in first."))


def sign_in_first(view: View) -> View:
    """Decorator: the public is sent to sign in and comes back to this page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect(f"{reverse('accounts:sign-in')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return wrapped


def is_administrator(request: HttpRequest) -> bool:
    """Whether an administrator of the province's ICT centre is signed in."""
    return isinstance(request.user, Account) and request.user.is_administrator


def administrator(request: HttpRequest) -> Account:
    """The administrator of the province's ICT centre who is signed in. Raises ``NotAllowed``."""
    account = signed_in(request)
    if not account.is_administrator:
        raise NotAllowed(_("Only an administrator may do this."))
    return account

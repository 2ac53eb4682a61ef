"""Before something changes that speaks for a person, they prove once more who they are.

An unlocked computer or a stolen cookie must not be enough to register another telephone, or a key that signs. The
password, or a passkey, given anew opens the changes for some minutes; so does the sign-in of who has no second factor
yet.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed
from motcua.kernel.web import problems
from motcua.people.accounts.access import View

_CONFIRMED = "confirmed_at"  # session key
LIFE = timedelta(minutes=5)


def confirm(request: HttpRequest) -> None:
    """The person has just proved who they are."""
    request.session[_CONFIRMED] = timezone.now().timestamp()


def is_fresh(request: HttpRequest) -> bool:
    """Whether the last proof is no older than :data:`LIFE`."""
    proved: float = request.session.get(_CONFIRMED, 0.0)
    return timezone.now().timestamp() - proved < LIFE.total_seconds()


def confirm_before(back: str = "") -> Callable[[View], View]:
    """Decorator: without a fresh proof one is asked for it, then comes back.

    From a page to that page; from a button to the page named ``back``, and without one to the address of the button,
    which must then be a page too. A script is refused instead.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if is_fresh(request):
                return view(request, *args, **kwargs)
            if request.content_type == "application/json":
                text = _("Please confirm first that it is you: load this page again.")
                return problems.respond(request, NotAllowed(text, code="confirm"))
            if request.method == "POST":
                messages.warning(request, _("Nothing has changed yet. Confirm that it is you, then do it once more."))
            path = reverse(back) if back and request.method == "POST" else request.get_full_path()
            return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': path})}")

        return wrapped

    return decorate


confirm_first = confirm_before("accounts:security")

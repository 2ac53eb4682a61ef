"""From a proven account to a signed-in browser: the pending second step, the session, where to go on."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from motcua.kernel.web import rate_limit
from motcua.people.accounts import actions, confirmation, queries, rules
from motcua.people.accounts.middleware import ASSURANCE
from motcua.people.accounts.models import Account, KeptForm
from motcua.people.accounts.sessions import SessionStore

_PENDING = "pending_sign_in"
_PASSWORD_ALONE = "password_alone"  # noqa: S105 - session key: no second factor was used
_PENDING_LIFE = timedelta(minutes=5)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def after_password(request: HttpRequest, account: Account, path: str) -> HttpResponseRedirect:
    """Go on after a right password: to the second step when the account has a usable factor, else in."""
    if queries.usable_factors(account, queries.policy_for(account)):
        request.session.cycle_key()
        request.session[_PENDING] = {
            "account": str(account.pk),
            "until": (timezone.now() + _PENDING_LIFE).timestamp(),
            "path": path,
        }
        return redirect("accounts:second-factor")
    return enter(request, account, path=path, method="password", used_factor=False)


def pending(request: HttpRequest) -> tuple[Account, str] | None:
    """The account that has given its password and owes the second step, with the path to go on to."""
    waiting: dict[str, Any] | None = request.session.get(_PENDING)
    if waiting is None or waiting["until"] < timezone.now().timestamp():
        return None
    account = Account.objects.select_related("officer", "party").filter(pk=waiting["account"], is_active=True).first()
    return (account, waiting["path"]) if account else None


def enter(
    request: HttpRequest, account: Account, *, path: str, method: str, used_factor: bool
) -> HttpResponseRedirect:
    """Sign the browser in under a new session key and go on: to a kept form, or to ``path``."""
    policy = queries.policy_for(account)
    request.session.pop(_PENDING, None)
    assert isinstance(request.session, SessionStore)
    request.session.live_as_long_as(idle_minutes=policy.idle_minutes, hours=policy.session_hours)
    login(request, account, backend=_BACKEND)
    has_factor = bool(queries.usable_factors(account, policy))
    request.session[ASSURANCE] = rules.assurance(
        required=policy.second_factor == policy.SecondFactor.REQUIRED, has_factor=has_factor, used_factor=used_factor
    )
    if method == "passkey" or not has_factor:
        confirmation.confirm(request)
    request.session[_PASSWORD_ALONE] = not used_factor
    actions.note_sign_in(
        account=account,
        method=method,
        address=rate_limit.address_of(request),
        device=request.headers.get("User-Agent", ""),
    )
    return redirect(_onwards(account, path))


def _onwards(account: Account, path: str) -> str:
    home = reverse("site:desk") if account.is_officer or account.is_administrator else reverse("site:home")
    wanted = rules.safe_path(path, otherwise=home)
    if KeptForm.objects.filter(account=account, expires_at__gt=timezone.now()).exists():
        return f"{reverse('accounts:resume')}?{urlencode({'next': wanted})}"
    return wanted


def leave(request: HttpRequest) -> None:
    """Sign the browser out; its session is gone from the table."""
    if isinstance(request.user, Account):
        actions.note_sign_out(account=request.user)
    logout(request)


def fully_assured(request: HttpRequest) -> None:
    """A required second factor has just been registered: open the house."""
    request.session[ASSURANCE] = "full"
    request.session[_PASSWORD_ALONE] = False


def password_alone(request: HttpRequest) -> dict[str, Any] | None:
    """The banner on the desk of who signed in without second factor, where the policy allows that."""
    return {} if request.session.get(_PASSWORD_ALONE) else None

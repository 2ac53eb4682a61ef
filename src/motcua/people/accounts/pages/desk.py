"""Administration of sign-in: policies and API tokens."""

from uuid import UUID

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms, keyset
from motcua.people.accounts import access, actions, queries
from motcua.people.accounts.actions.tokens import LONGEST_DAYS
from motcua.people.accounts.confirmation import confirm_before
from motcua.people.accounts.models import ApiToken, SignInPolicy
from motcua.people.accounts.scopes import SCOPES

_FLAGS = ("password", "totp", "passkey", "sign_up")
MOST_ADMINISTRATORS = 200
_NUMBERS = ("max_attempts", "max_attempts_of_address", "window_minutes", "idle_minutes", "session_hours")


@require_GET
@access.sign_in_first
def administrators(request: HttpRequest) -> HttpResponse:
    """Who administers the province."""
    access.administrator(request)
    found = list(queries.administrators()[:MOST_ADMINISTRATORS])
    started = {one.pk for one in found if one.has_usable_password()}
    rows = [
        {
            "account": one,
            "last_login": local_datetime(one.last_login),
            "started": one.pk in started,
            "can_end": bool(started - {one.pk}),
        }
        for one in found
    ]
    return render(request, "accounts/administrators.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@access.sign_in_first
@confirm_before()
def end_administration(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Ask, then let an account administer the province no longer."""
    by = access.administrator(request)
    shown = queries.administrators().filter(pk=account_id).first()
    if shown is None:
        raise NotFound(_("This account is no administrator."))
    if request.method != "POST":
        return render(request, "accounts/end_administration.html", {"account": shown})
    said = _("%(name)s is no administrator any more.") % {"name": shown.display_name}
    back = "site:desk" if shown.pk == by.pk else "accounts:administrators"
    return forms.settled(request, lambda: actions.end_administration(account=shown, by=by), said, back=back)


@require_GET
@access.sign_in_first
def policies(request: HttpRequest) -> HttpResponse:
    """Both policies side by side."""
    access.administrator(request)
    rules = [queries.policy(kind) for kind in SignInPolicy.Kind.values]
    return render(request, "accounts/policies.html", {"policies": rules})


@require_http_methods(["GET", "POST"])
@access.sign_in_first
def policy(request: HttpRequest, kind: str) -> HttpResponse:
    """Change one policy."""
    administrator = access.administrator(request)
    if kind not in SignInPolicy.Kind.values:
        raise NotFound(_("There is no such policy."))
    rule = queries.policy(kind)
    posted = request.method == "POST"
    context = {
        "policy": rule,
        "second_factors": SignInPolicy.SecondFactor.choices,
        "chosen": request.POST.getlist("allowed") if posted else [flag for flag in _FLAGS if getattr(rule, flag)],
        "shown": request.POST if posted else model_to_dict(rule),
    }
    if request.method != "POST":
        return forms.page(request, "accounts/policy.html", context)
    try:
        actions.set_policy(kind=kind, by=administrator, **_changes(request))
    except Refused as refused:
        return forms.page(request, "accounts/policy.html", context, refused=refused)
    messages.success(request, _("The policy has been saved. It applies from the next sign-in on."))
    return redirect("accounts:policies")


def _changes(request: HttpRequest) -> dict[str, object]:
    changes: dict[str, object] = {name: name in request.POST.getlist("allowed") for name in _FLAGS}
    changes["second_factor"] = request.POST.get("second_factor", "")
    for name in _NUMBERS:
        typed = request.POST.get(name, "").strip()
        if not typed.isdecimal() or int(typed) > 32767:
            raise Refused(_("Write a whole number."), field=name, code="not_a_number")
        changes[name] = int(typed)
    return changes


@never_cache
@require_http_methods(["GET", "POST"])
@access.sign_in_first
def tokens(request: HttpRequest) -> HttpResponse:
    """The API tokens; a service's token can be issued here and is shown once."""
    administrator = access.administrator(request)
    plain, refused = "", None
    if request.method == "POST":
        try:
            plain = actions.issue_token(
                service=request.POST.get("service", ""),
                label=request.POST.get("label", "").strip(),
                scopes=request.POST.get("scopes", "").split(),
                days=int(days) if (days := request.POST.get("days", "")[:9]).isdecimal() else 0,
                by=administrator,
            )
        except Refused as error:
            refused = error
    page = keyset.paginate(queries.tokens(), order=("-created_at", "-id"), cursor=request.GET.get("cursor"))
    rows = [_token_row(token) for token in page.items]
    context = {"page": page, "rows": rows, "plain": plain, "scopes": SCOPES, "longest": LONGEST_DAYS}
    return forms.page(request, "accounts/tokens.html", context, refused=refused)


def _token_row(token: ApiToken) -> dict[str, object]:
    return {
        "id": token.pk,
        "owner": token.account.display_name if token.account else token.service,
        "label": token.label,
        "scopes": " ".join(token.scopes),
        "created": local_datetime(token.created_at),
        "expires": local_date(token.expires_at),
        "lives": token.lives_at(timezone.now()),
    }


@require_POST
@access.sign_in_first
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Revoke a token at once."""
    actions.revoke_token(token_id=token_id, by=access.administrator(request))
    messages.success(request, _("The token has been revoked."))
    return redirect("accounts:tokens")

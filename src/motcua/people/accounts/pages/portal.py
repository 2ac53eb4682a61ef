"""Signing in and out, for officers and the public alike."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import Refused
from motcua.kernel.web import forms, problems, rate_limit
from motcua.people.accounts import access, actions, entry, oidc, passkeys, queries, resume, rules
from motcua.people.accounts.models import Factor, SignInPolicy

PASSKEY_STATE = "passkey_state"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password, or a passkey."""
    path = request.POST.get("next") or request.GET.get("next", "")
    context = {
        "next": path,
        "ended": "ended" in request.GET,
        "passkeys": passkeys.available(),
        "identities": oidc.choices(),
        "sign_up": queries.policy(SignInPolicy.Kind.CITIZEN).sign_up,
    }
    if request.method != "POST":
        return forms.page(request, "accounts/sign_in.html", context)
    try:
        account = actions.check_password(
            username=request.POST.get("username", ""),
            password=request.POST.get("password", ""),
            address=rate_limit.address_of(request),
        )
    except Refused as refused:
        return forms.page(request, "accounts/sign_in.html", context, refused=refused)
    return entry.after_password(request, account, path)


@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator app, a recovery code, or a passkey."""
    waiting = entry.pending(request)
    if waiting is None:
        messages.warning(request, _("The sign-in took too long. Please start again."))
        return redirect("accounts:sign-in")
    account, path = waiting
    usable = queries.usable_factors(account, queries.policy_for(account))
    context = {
        "app": Factor.Kind.TOTP in usable,
        "passkeys": Factor.Kind.PASSKEY in usable and passkeys.available(),
        "recovery": "recovery" in request.GET or request.POST.get("method") == "recovery",
    }
    if request.method != "POST":
        return forms.page(request, "accounts/second_factor.html", context)
    by_recovery, code = context["recovery"], request.POST.get("code", "")
    address = rate_limit.address_of(request)
    try:
        if by_recovery:
            _warn_of_few_codes(request, actions.use_recovery_code(account=account, code=code, address=address))
        else:
            actions.use_totp(account=account, code=code, address=address)
    except Refused as refused:
        return forms.page(request, "accounts/second_factor.html", context, refused=refused)
    method = "password+recovery" if by_recovery else "password+totp"
    return entry.enter(request, account, path=path, method=method, used_factor=True)


def _warn_of_few_codes(request: HttpRequest, left: int) -> None:
    text = ngettext("%(n)d recovery code is left.", "%(n)d recovery codes are left.", left) % {"n": left}
    messages.warning(request, text)


@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """The challenge that a passkey must answer to sign in."""
    options, request.session[PASSKEY_STATE] = passkeys.begin_sign_in()
    return JsonResponse(options)


@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """The passkey's answer; says where to go on."""
    waiting = entry.pending(request)
    try:
        answer = json.loads(request.body)
        account = actions.use_passkey(
            state=request.session.pop(PASSKEY_STATE, {}),
            response=answer["credential"],
            address=rate_limit.address_of(request),
            account=waiting[0] if waiting else None,
        )
    except (ValueError, KeyError, TypeError):
        return problems.respond(request, passkeys.refused())
    except Refused as refused:
        return problems.respond(request, refused)
    path = waiting[1] if waiting else str(answer.get("next", ""))
    onwards = entry.enter(request, account, path=path, method="passkey", used_factor=True)
    return JsonResponse({"location": onwards.url})


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The first password, with the code that was handed over."""
    if request.method != "POST":
        return forms.page(request, "accounts/start.html")
    try:
        account = actions.start_with_code(
            username=request.POST.get("username", ""),
            code=request.POST.get("code", ""),
            password=request.POST.get("password", ""),
            address=rate_limit.address_of(request),
        )
    except Refused as refused:
        return forms.page(request, "accounts/start.html", refused=refused)
    return entry.after_password(request, account, "")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session. What the browser kept for it goes, too: drafts on the device and the offline page."""
    entry.leave(request)
    response = redirect("accounts:sign-in")
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@never_cache
@require_GET
@access.sign_in_first
def resume_form(request: HttpRequest) -> HttpResponse:
    """Gives back what was typed when the session had ended."""
    kept = resume.take(request, access.signed_in(request))
    if kept is None:
        return redirect(rules.safe_path(request.GET.get("next", ""), otherwise="/"))
    path, fields = kept
    response = render(
        request, "accounts/resume.html", {"path": rules.safe_path(path, otherwise="/"), "fields": fields}
    )
    response.delete_cookie(resume.COOKIE, path=request.path)
    return response

"""One's own account: contact, password, second factors, sessions."""

import json
import secrets
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms, problems, rate_limit
from motcua.people.accounts import access, actions, confirmation, entry, oidc, passkeys, queries, rules
from motcua.people.accounts.middleware import ASSURANCE
from motcua.people.accounts.models import Account, ExternalIdentity, Factor, RecoveryCode, Session
from motcua.people.accounts.sealing import digest_of, seal, unseal

_NEW_SECRET = "new_totp_secret"  # noqa: S105 - the name of a session key
_NEW_PASSKEY = "new_passkey_state"


@never_cache
@require_GET
@access.sign_in_first
def overview(request: HttpRequest) -> HttpResponse:
    """Everything about one's own sign-in on one page."""
    account = access.signed_in(request)
    now = timezone.now()
    policy = queries.policy_for(account)
    context = {
        "account": account,
        "policy": policy,
        "factors": [_factor_row(factor) for factor in queries.factors_of(account)],
        "codes_left": RecoveryCode.objects.filter(account=account, used_at=None).count(),
        "identities": [_identity_row(identity) for identity in queries.identities_of(account)],
        "ways": oidc.choices() if account.is_citizen else [],
        "sessions": [_session_row(session, request) for session in queries.sessions_of(account, now)],
        "passkeys": policy.passkey and passkeys.available(),
        "confirmed": confirmation.is_fresh(request),
        "needed": request.session.get(ASSURANCE) != "full",
    }
    return render(request, "accounts/security.html", context)


def _factor_row(factor: Factor) -> dict[str, object]:
    return {
        "id": factor.pk,
        "kind": factor.get_kind_display(),
        "label": factor.label,
        "created": local_datetime(factor.created_at),
        "used": local_datetime(factor.used_at),
    }


def _identity_row(identity: ExternalIdentity) -> dict[str, object]:
    titles = dict(oidc.choices())
    return {
        "id": identity.pk,
        "provider": identity.provider,
        "title": titles.get(identity.provider, identity.provider),
        "linked": local_datetime(identity.linked_at),
    }


def _session_row(session: Session, request: HttpRequest) -> dict[str, object]:
    return {
        "digest": session.digest,
        "device": rules.device_name(session.device) or _("Unknown device"),
        "address": session.address,
        "since": local_datetime(session.created_at),
        "seen": local_datetime(session.seen_at),
        "current": queries.is_current(session, request.session),
    }


@require_http_methods(["GET", "POST"])
@access.sign_in_first
def contact(request: HttpRequest) -> HttpResponse:
    """E-mail, telephone, language."""
    account = access.signed_in(request)
    context = {"account": account, "languages": Account.Language.choices}
    if request.method != "POST":
        return forms.page(request, "accounts/contact.html", context)
    try:
        actions.update_contact(
            account=account,
            email=request.POST.get("email", ""),
            phone=request.POST.get("phone", ""),
            language=request.POST.get("language", ""),
        )
    except Refused as refused:
        return forms.page(request, "accounts/contact.html", context, refused=refused)
    messages.success(request, _("Your contact details have been saved."))
    return redirect("accounts:security")


@sensitive_post_parameters("old", "password")
@require_http_methods(["GET", "POST"])
@access.sign_in_first
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every session ends and one signs in anew."""
    if request.method != "POST":
        return forms.page(request, "accounts/password.html")
    try:
        actions.change_password(
            account=access.signed_in(request),
            old=request.POST.get("old", ""),
            new=request.POST.get("password", ""),
            address=rate_limit.address_of(request),
        )
    except Refused as refused:
        return forms.page(request, "accounts/password.html", refused=refused)
    request.session.flush()
    messages.success(request, _("The password has been changed. Please sign in with the new one."))
    return redirect("accounts:sign-in")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@access.sign_in_first
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove with the password, or a passkey, that it is still oneself; then go on to what needs it."""
    account = access.signed_in(request)
    path = rules.safe_path(
        request.POST.get("next") or request.GET.get("next", ""), otherwise=reverse("accounts:security")
    )
    usable = queries.usable_factors(account, queries.policy_for(account))
    context = {
        "next": path,
        "password": account.has_usable_password(),
        "passkeys": Factor.Kind.PASSKEY in usable and passkeys.available(),
    }
    if request.method != "POST":
        return forms.page(request, "accounts/confirm.html", context)
    try:
        actions.confirm_password(
            account=account, password=request.POST.get("password", ""), address=rate_limit.address_of(request)
        )
    except Refused as refused:
        return forms.page(request, "accounts/confirm.html", context, refused=refused)
    confirmation.confirm(request)
    return redirect(path)


@never_cache
@require_http_methods(["GET", "POST"])
@access.sign_in_first
@confirmation.confirm_first
def totp(request: HttpRequest) -> HttpResponse:
    """Register an authenticator app: scan the code, type what the app shows."""
    account = access.signed_in(request)
    if request.method != "POST" or _NEW_SECRET not in request.session:
        request.session[_NEW_SECRET] = seal(secrets.token_bytes(20)).decode()
    secret = unseal(request.session[_NEW_SECRET].encode())
    refused = None
    if request.method == "POST":
        try:
            actions.confirm_totp(
                account=account,
                secret=secret,
                code=request.POST.get("code", ""),
                label=request.POST.get("label", ""),
            )
        except Refused as error:
            refused = error
        else:
            del request.session[_NEW_SECRET]
            return _registered(request, account)
    uri = rules.authenticator(secret).get_provisioning_uri(account.username, "motcua")
    image = segno.make(uri, error="m").svg_data_uri(scale=5, border=2)
    context = {"image": image, "key": rules.readable_secret(secret)}
    return forms.page(request, "accounts/totp.html", context, refused=refused)


def _registered(request: HttpRequest, account: Account) -> HttpResponse:
    """Open the house and, the first time, hand out recovery codes."""
    entry.fully_assured(request)
    messages.success(request, _("The second factor has been registered."))
    if RecoveryCode.objects.filter(account=account, used_at=None).exists():
        return redirect("accounts:security")
    return _show_codes(request, account)


def _show_codes(request: HttpRequest, account: Account) -> HttpResponse:
    codes = actions.new_recovery_codes(account=account)
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@never_cache
@require_POST
@access.sign_in_first
@confirmation.confirm_first
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Fresh recovery codes, shown this once."""
    return _show_codes(request, access.signed_in(request))


@never_cache
@require_POST
@access.sign_in_first
@confirmation.confirm_first
def passkey(request: HttpRequest) -> HttpResponse:
    """Two calls of the page's script: first the options, then what the browser made of them."""
    account = access.signed_in(request)
    try:
        sent = json.loads(request.body or b"{}")
        if "credential" not in sent:
            return _passkey_options(request, account)
        actions.register_passkey(
            account=account,
            state=request.session.pop(_NEW_PASSKEY, {}),
            response=sent["credential"],
            label=str(sent.get("label", "")),
        )
    except (ValueError, TypeError):
        return problems.respond(request, passkeys.refused())
    except Refused as refused:
        return problems.respond(request, refused)
    entry.fully_assured(request)
    messages.success(request, _("The second factor has been registered."))
    return JsonResponse({"location": request.path.removesuffix("passkey/")})


def _passkey_options(request: HttpRequest, account: Account) -> HttpResponse:
    known = Factor.objects.filter(account=account, kind=Factor.Kind.PASSKEY).values_list("material", flat=True)
    options, request.session[_NEW_PASSKEY] = passkeys.begin_registration(account, [bytes(each) for each in known])
    return JsonResponse(options)


@require_POST
@access.sign_in_first
@confirmation.confirm_first
def remove_factor(request: HttpRequest, factor_id: str) -> HttpResponse:
    """Take a second factor away."""
    try:
        actions.remove_factor(account=access.signed_in(request), factor_id=str(factor_id))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The second factor has been removed."))
    return redirect("accounts:security")


@require_POST
@access.sign_in_first
def unlink_identity(request: HttpRequest, identity_id: UUID) -> HttpResponse:
    """Let an electronic identity open the account no longer."""
    try:
        actions.unlink_identity(account=access.signed_in(request), identity=identity_id)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("This identity does not open your account any more."))
    return redirect("accounts:security")


@require_POST
@access.sign_in_first
def end_session(request: HttpRequest, digest: str) -> HttpResponse:
    """End one session at once."""
    actions.revoke_session(account=access.signed_in(request), digest=digest)
    messages.success(request, _("The session has ended."))
    return redirect("accounts:security")


@require_POST
@access.sign_in_first
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all sessions but this one."""
    keep = digest_of(request.session.session_key or "")
    actions.revoke_other_sessions(account=access.signed_in(request), keep=keep)
    messages.success(request, _("All other sessions have ended."))
    return redirect("accounts:security")

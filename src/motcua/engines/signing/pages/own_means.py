"""How a citizen or a company signs: ways of signing in the public's accounts."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.signing import access, actions
from motcua.engines.signing.actions.holding import provider_of
from motcua.engines.signing.models import SigningCertificate, SigningMeans
from motcua.engines.signing.pages.browser import let_page_reach
from motcua.engines.signing.pages.means import means_row
from motcua.engines.signing.pages.registering import chosen_provider, spend_attempt
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.accounts.confirmation import confirm_before
from motcua.people.citizens.menus import is_citizen
from motcua.people.citizens.models import Party

PAGE = "signing:own-means"


def offers(request: HttpRequest) -> bool:
    """Whether the menu leads here: a citizen or business asks, and there is a way of signing for them."""
    return is_citizen(request) and bool(registry.public)


@never_cache
@require_GET
@sign_in_first
def means(request: HttpRequest) -> HttpResponse:
    """Every way of signing of the person and of the companies for which they speak, with its certificates."""
    parties = _parties(request)
    found = list(access.public_means_of(parties)[:100])
    certificates: dict[UUID, list[SigningCertificate]] = defaultdict(list)
    rows = SigningCertificate.objects.filter(means__in=found, withdrawn_at=None)
    for certificate in rows.order_by("-valid_to", "id"):
        certificates[certificate.means_id].append(certificate)
    records = access.records_of(parties)

    def of(party: Party) -> list[dict[str, Any]]:
        own = (one for one in found if records.get(one.holder_id) == party)
        return [means_row(one, certificates[one.pk], page=PAGE) for one in own]

    groups = [{"name": party.name, "own": party == parties[0], "rows": of(party)} for party in parties]
    context = {"groups": groups, "offers": bool(registry.public)}
    return forms.page(request, "signing/portal/means.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@sign_in_first
@confirm_before()
def add_means(request: HttpRequest) -> HttpResponse:
    """Choose a way of signing, answer what its service must know, and have its certificates written down."""
    parties = _parties(request)
    code, chosen = chosen_provider(request, registry.public)
    context = chosen | {"holders": [(str(party.pk), party.name) for party in parties]}
    if request.method != "POST":
        return forms.page(request, "signing/portal/add_means.html", context)
    try:
        added = _add(request, parties, code)
    except Refused as refused:
        return forms.page(request, "signing/portal/add_means.html", context, refused=refused)
    if registry.public[code].browser:
        return redirect(f"{PAGE}-token", added.pk)
    messages.success(request, _("The way of signing is registered."))
    return redirect(PAGE)


@never_cache
@require_GET
@sign_in_first
@confirm_before()
def token(request: HttpRequest, means_id: UUID) -> HttpResponse:
    """Read the certificates of a token through the browser and register the one that bears the holder's number."""
    parties = _parties(request)
    shown = access.open_means_for(parties, means_id)
    provider = provider_of(shown.provider)
    if not provider.browser:
        raise NotFound(_("This way of signing needs no token."), code="provider")
    holder = access.records_of(parties)[shown.holder_id]
    context = {
        "means": shown,
        "provider": provider,
        "holder": holder.name,
        "is_company": holder.kind == Party.Kind.BUSINESS,
    }
    return let_page_reach(forms.page(request, "signing/portal/token_means.html", context), provider)


def _add(request: HttpRequest, parties: Sequence[Party], code: str) -> SigningMeans:
    if not code:
        raise Refused(_("Choose a way of signing."), field="provider", code="required")
    spend_attempt(request)
    wanted = request.POST.get("holder", str(parties[0].pk))
    party = next((each for each in parties if str(each.pk) == wanted), None)
    if party is None:
        raise Refused(_("Choose whose signature it is."), field="holder", code="required")
    return actions.register_means(
        holder=access.holder_of(party),
        provider=code,
        answers=request.POST.dict(),
        label=request.POST.get("label", ""),
        name=party.name,
        by=signed_in(request).pk,
        at=timezone.now(),
    )


@require_POST
@sign_in_first
@confirm_before(PAGE)
def refresh_means(request: HttpRequest, means_id: UUID) -> HttpResponse:
    """Ask the service again which certificates there are: a renewed one appears."""
    shown = access.open_means_for(_parties(request), means_id)
    try:
        found = actions.refresh_certificates(means=shown, by=signed_in(request).pk, at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("The service names %(num)d certificates.") % {"num": len(found)})
    return redirect(PAGE)


@never_cache
@require_http_methods(["GET", "POST"])
@sign_in_first
def withdraw_means(request: HttpRequest, means_id: UUID) -> HttpResponse:
    """End a way of signing, after a confirmation; what was signed with it stays."""
    shown = access.public_means_for(_parties(request), means_id)
    if request.method != "POST":
        row = means_row(
            shown, list(shown.certificates.filter(withdrawn_at=None).order_by("-valid_to", "id")), page=PAGE
        )
        return forms.page(request, "signing/portal/withdraw_means.html", {"row": row})
    actions.withdraw_means(means_id=shown.pk, by=signed_in(request).pk, at=timezone.now())
    messages.success(request, _("This way of signing has ended. What was signed with it stays."))
    return redirect(PAGE)


def _parties(request: HttpRequest) -> list[Party]:
    """Raises ``NotAllowed`` for who is no citizen or business."""
    parties = access.signing_parties(signed_in(request), timezone.localdate())
    if not parties:
        raise NotAllowed(_("This page is for citizens and businesses."))
    return parties

"""How an officer signs: their own ways of signing, and those of the seals they keep."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.signing import access, actions
from motcua.engines.signing.actions.holding import provider_of
from motcua.engines.signing.models import PUBLIC_KINDS, HolderKind, SigningCertificate, SigningMeans
from motcua.engines.signing.pages.browser import let_page_reach
from motcua.engines.signing.pages.pictures import as_data
from motcua.engines.signing.pages.registering import chosen_provider
from motcua.engines.signing.pictures.queries import pictures_of
from motcua.engines.signing.providers.interface import Holder, Provider
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first
from motcua.people.accounts.confirmation import confirm_before
from motcua.people.officers.access import desk_of, myself
from motcua.people.officers.models import Role
from motcua.people.organisations.models import Office


@require_GET
@sign_in_first
def means(request: HttpRequest) -> HttpResponse:
    """Every way of signing that this officer may use, by holder, with its certificates."""
    myself(request)
    found = list(access.means_of(desk_of(request))[:100])
    certificates: dict[UUID, list[SigningCertificate]] = defaultdict(list)
    for certificate in access.certificates_of(desk_of(request)).filter(means__in=found):
        certificates[certificate.means_id].append(certificate)
    holders = _holders(request)
    shown = pictures_of([holder for holder, _name in holders.values()])
    groups = [
        {
            "name": name,
            "is_office": key != "me",
            "picture": as_data(shown[holder.id]) if holder.id in shown else "",
            "rows": [means_row(one, certificates[one.pk]) for one in found if str(one.holder_id) == str(holder.id)],
        }
        for key, (holder, name) in holders.items()
    ]
    return render(request, "signing/means.html", {"groups": groups, "offers": bool(_offered())})


@require_http_methods(["GET", "POST"])
@sign_in_first
@confirm_before()
def add_means(request: HttpRequest) -> HttpResponse:
    """Choose a way of signing, answer what its service must know, and have its certificates written down."""
    holders, offered = _holders(request), _offered()
    code, chosen = chosen_provider(request, offered)
    context = chosen | {"holders": [(key, name) for key, (_holder, name) in holders.items()]}
    if request.method != "POST":
        return forms.page(request, "signing/add_means.html", context)
    try:
        added = _added(request, holders, code)
    except Refused as refused:
        return forms.page(request, "signing/add_means.html", context, refused=refused)
    if offered[code].browser:
        return redirect("signing:means-token", added.pk)
    messages.success(request, _("The way of signing is registered."))
    return redirect("signing:means")


def _added(request: HttpRequest, holders: dict[str, tuple[Holder, str]], code: str) -> SigningMeans:
    if not code:
        raise Refused(_("Choose a way of signing."), field="provider", code="required")
    if request.POST.get("holder", "me") not in holders:
        raise Refused(_("Choose whose signature it is."), field="holder", code="required")
    holder, name = holders[request.POST.get("holder", "me")]
    return actions.register_means(
        holder=holder,
        provider=code,
        answers=request.POST.dict(),
        label=request.POST.get("label", ""),
        name=name,
        by=myself(request).pk,
        at=timezone.now(),
    )


@require_GET
@sign_in_first
@confirm_before()
def token(request: HttpRequest, means_id: UUID) -> HttpResponse:
    """Read the certificates of a token through the browser and register the chosen one."""
    shown = _own(request, means_id)
    provider = provider_of(shown.provider)
    if not provider.browser:
        raise NotFound(_("This way of signing needs no token."), code="provider")
    response = render(request, "signing/token_means.html", {"means": shown, "provider": provider})
    return let_page_reach(response, provider)


@require_POST
@sign_in_first
@confirm_before("signing:means")
def refresh_means(request: HttpRequest, means_id: UUID) -> HttpResponse:
    """Ask the service again which certificates there are: a renewed one appears."""
    shown = _own(request, means_id)
    try:
        found = actions.refresh_certificates(means=shown, by=myself(request).pk, at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("The service names %(num)d certificates.") % {"num": len(found)})
    return redirect("signing:means")


@require_http_methods(["GET", "POST"])
@sign_in_first
def withdraw_means(request: HttpRequest, means_id: UUID) -> HttpResponse:
    """End a way of signing, after a confirmation; what was signed with it stays."""
    shown = _own(request, means_id)
    if request.method != "POST":
        row = means_row(shown, list(shown.certificates.filter(withdrawn_at=None).order_by("-valid_to", "id")))
        return render(request, "signing/withdraw_means.html", {"row": row})
    actions.withdraw_means(means_id=shown.pk, by=myself(request).pk, at=timezone.now())
    messages.success(request, _("This way of signing has ended. What was signed with it stays."))
    return redirect("signing:means")


def _own(request: HttpRequest, means_id: UUID) -> SigningMeans:
    myself(request)
    return access.means_for(desk_of(request), means_id)


def _holders(request: HttpRequest) -> dict[str, tuple[Holder, str]]:
    """Whose signatures this officer answers for: their own, and the seals of the offices where they are the clerk."""
    me = myself(request)
    holders = {"me": (Holder(HolderKind.OFFICER, me.pk), me.account.display_name)}
    seals = Office.objects.filter(pk__in=desk_of(request).offices_with(Role.CLERK)).order_by("name", "id")
    for office in seals[:50]:
        holders[str(office.pk)] = (Holder(HolderKind.OFFICE, office.pk), office.name)
    return holders


def _offered() -> dict[str, Provider]:
    """What officers register themselves. A key that the house can use by itself is given by an administrator."""
    known = {code: registry[code] for code in registry}
    return {code: each for code, each in known.items() if not each.proof_first and not each.demonstration}


def means_row(
    one: SigningMeans, certificates: list[SigningCertificate], *, page: str = "signing:means"
) -> dict[str, Any]:
    """A way of signing with its certificates; ``page`` is the address beside which those of its buttons stand."""
    provider = registry.get(one.provider)
    usable = provider is not None
    if one.holder_kind in PUBLIC_KINDS:
        usable = registry.signs_for_public(one.provider)
    return {
        "id": one.pk,
        "title": str(provider.title) if provider else one.provider,
        "usable": usable,
        "demonstration": bool(provider and provider.demonstration),
        "asks_browser": bool(usable and provider and provider.browser),
        "label": one.label or ", ".join(one.values.values()),
        "certificates": [
            {
                "subject": each.subject,
                "issuer": each.issuer,
                "until": local_date(each.valid_to),
                "over": each.valid_to <= timezone.now(),
                "suspended": each.suspended_at is not None,
                "check": each.get_holder_check_display(),
            }
            for each in certificates
        ],
        "withdraw": reverse(f"{page}-withdraw", args=[one.pk]),
        "token": reverse(f"{page}-token", args=[one.pk]),
        "refresh": reverse(f"{page}-refresh", args=[one.pk]),
    }

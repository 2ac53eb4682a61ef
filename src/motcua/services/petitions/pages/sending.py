"""Sending a petition from the portal, with or without an account."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.web import forms, rate_limit
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.petitions import actions
from motcua.services.petitions.actions import Sender
from motcua.services.petitions.pages.shown import choices, photos, told
from motcua.services.petitions.secrets import petition_secret

LIMIT, WINDOW = 10, timedelta(hours=1)  # petitions of one address, or of one account


@never_cache
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """The form; afterwards the sender's own page."""
    account = request.user if isinstance(request.user, Account) else None
    party = Party.objects.filter(account=account).first() if account else None
    context = {**choices(), "party": party}
    if request.method != "POST":
        return forms.page(request, "petitions/portal/new.html", context)
    subject = str(account.pk) if account else rate_limit.address_of(request)
    rate_limit.spend("petitions.new", subject, limit=LIMIT, window=WINDOW)
    try:
        files = photos(request, account.pk if account else None)
        made = actions.receive(told(request, files), _sender(request, account, party))
    except Refused as refused:
        context["again"] = bool(request.FILES)
        return forms.page(request, "petitions/portal/new.html", context, refused=refused)
    address = redirect("petitions:follow", petition_code=made.code, secret=petition_secret(made.pk))
    address["Location"] += "?sent=1"
    return address


def _sender(request: HttpRequest, account: Account | None, party: Party | None) -> Sender:
    """A person who is signed in is who they are; anybody else says who they are."""
    if party is not None:
        return Sender(
            party.name,
            phone=request.POST.get("phone", "") or party.phone,
            email=party.email,
            address=party.address,
            account=account.pk if account else None,
        )
    return Sender(
        request.POST.get("name", "").replace("\0", ""),
        phone=request.POST.get("phone", "").replace("\0", ""),
        email=request.POST.get("email", "").replace("\0", ""),
        account=account.pk if account else None,
    )

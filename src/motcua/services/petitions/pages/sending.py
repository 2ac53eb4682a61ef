"""Sending a petition from the portal, with or without an account."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.web import forms, rate_limit
from motcua.people.accounts.models import Account
from motcua.people.accounts.pages.coming_back import key_of, made_once, sent_before
from motcua.people.citizens.models import Party
from motcua.services.petitions import actions
from motcua.services.petitions.actions import Sender
from motcua.services.petitions.models import Petition
from motcua.services.petitions.pages.shown import choices, photos, told
from motcua.services.petitions.secrets import petition_secret

LIMIT, WINDOW = 10, timedelta(hours=1)  # petitions of one address, or of one account


@never_cache
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """The form; afterwards the sender's own page. Sent once, however often."""
    account = request.user if isinstance(request.user, Account) else None
    party = Party.objects.filter(account=account).first() if account else None
    context = {**choices(), "party": party, "once": key_of(request)}
    if request.method != "POST":
        return forms.page(request, "petitions/portal/new.html", context)
    subject = str(account.pk) if account else rate_limit.address_of(request)
    rate_limit.spend("petitions.new", subject, limit=LIMIT, window=WINDOW)
    try:
        files = photos(request, account.pk if account else None)
        made = made_once(request, lambda: actions.receive(told(request, files), _sender(request, account, party)).pk)
    except Refused as refused:
        context["again"] = bool(request.FILES)
        return forms.page(request, "petitions/portal/new.html", context, refused=refused)
    assert made.key is not None
    found = Petition.objects.get(pk=made.key)
    own = reverse("petitions:follow", args=[found.code, petition_secret(found.pk)])
    if made.changed:
        title, back = _("Send a petition"), (own, _("Look at the petition"))
        return sent_before(request, "text", "place", title=title, back=back, base="site/base_portal.html")
    return redirect(f"{own}?sent=1")


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

"""What a person allows to be shared, and why."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from motcua.engines.connectors import actions, queries
from motcua.engines.connectors.access import own_parties, party_of
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first, signed_in


@never_cache
@require_GET
@sign_in_first
def sharing(request: HttpRequest) -> HttpResponse:
    """Every purpose for which data are shared, and whether the person allows it."""
    parties = own_parties(request)
    party = party_of(parties, request.GET.get("party", ""))
    former = queries.former_consents(party)
    titles = queries.titles_of(former)
    context = {
        "party": party,
        "parties": [(str(each.pk), each.name) for each in parties] if parties[1:] else [],
        "sharings": [
            (each, local_datetime(each.consent.given_at) if each.consent else "")
            for each in queries.sharings(party, timezone.localdate())
        ],
        "former": [
            (titles[each.pk], local_datetime(each.given_at), local_datetime(each.withdrawn_at)) for each in former
        ],
    }
    return forms.page(request, "connectors/sharing.html", context)


@require_POST
@sign_in_first
def decide(request: HttpRequest, purpose: str, act: str) -> HttpResponse:
    """Allow it, or take it back."""
    acts = {
        "give": (actions.give, _("You have allowed your data to be shared. You can take this back at any time.")),
        "withdraw": (actions.withdraw, _("You have taken your consent back. Nothing is shared for this from now on.")),
    }
    party = party_of(own_parties(request), request.POST.get("party", ""))
    if act not in acts:
        raise NotFound(_("There is nothing at this address."))
    done, said = acts[act]
    try:
        done(party, purpose, by=signed_in(request).pk, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect(f"{reverse('connectors:sharing')}?party={party.pk}")

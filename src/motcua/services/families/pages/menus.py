"""Where stating a child is offered."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.procedures.models import ProcedureVersion


def is_person(request: HttpRequest) -> bool:
    """Whether a citizen, not a business, is signed in."""
    account = request.user
    return isinstance(account, Account) and account.is_citizen and account.party.kind == Party.Kind.CITIZEN


def offered(request: HttpRequest, version: ProcedureVersion) -> dict[str, Any] | None:
    """On the page where one chooses for whom one applies; the way back is there."""
    if not is_person(request):
        return None
    back = urlencode({"code": version.procedure.code})
    return {"href": f"{reverse('families:new')}?{back}"}

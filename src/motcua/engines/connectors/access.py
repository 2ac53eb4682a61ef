"""Who looks after line systems: administrators; who allows data to be shared: the person, or who acts for them."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.connectors.models import Call, LineSystem
from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.accounts.access import administrator, signed_in
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_of


def caretaker(request: HttpRequest) -> Account:
    """The administrator who asks. Raises ``NotAllowed``."""
    return administrator(request)


def system_for(code: str) -> LineSystem:
    """A system by its code, for who may look after it. Raises ``NotFound``."""
    found = LineSystem.objects.filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no system “%(code)s” here.") % {"code": code})
    return found


def call_for(call: UUID) -> Call:
    """A question by its key, for who may look after it. Raises ``NotFound``."""
    found = Call.objects.select_related("system").filter(pk=call).first()
    if found is None:
        raise NotFound(_("Nobody has asked this."))
    return found


def own_parties(request: HttpRequest) -> list[Party]:
    """Themselves, and those for whom they may act today. Raises ``NotAllowed`` for who is no citizen."""
    parties = parties_of(signed_in(request), timezone.localdate())
    if not parties:
        raise NotAllowed(_("This page is for citizens and businesses."))
    return parties


def party_of(parties: list[Party], chosen: str) -> Party:
    """The one of them that was chosen, themselves without a choice. Raises ``NotFound``: of others nothing is told."""
    found = next((each for each in parties if str(each.pk) == chosen), None) if chosen else parties[0]
    if found is None:
        raise NotFound(_("There is nobody like this for whom you may act."))
    return found

"""Who may look at the data of a citizen or business. Every look is told (``access_log``)."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.events.access_log import record_access
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_of

COUNTER = "counter"  # purpose: served at the reception desk
_ROLES = frozenset({"reception", "return", "specialist"})


def serves_people(request: HttpRequest) -> bool:
    """Whether the request comes from an officer who deals with people."""
    held = request.desk.positions  # type: ignore[attr-defined]
    return any(position.roles & _ROLES for position in held)


def serving_officer(request: HttpRequest) -> Account:
    """The officer who serves people at a desk. Raises ``NotAllowed``.

    The middleware of officers has put the desk on the request; this room knows no more of it than its roles.
    """
    account = signed_in(request)
    if not serves_people(request):
        raise NotAllowed(_("This page is for officers who receive people."))
    return account


def party_for(request: HttpRequest, party_id: UUID) -> Party:
    """A party, for an officer who serves it; the look is recorded. Raises ``NotAllowed``, ``NotFound``."""
    officer = serving_officer(request)
    found = Party.objects.select_related("account", "merged_into").filter(pk=party_id).first()
    if found is None:
        raise NotFound(_("There is no such person or business."))
    record_access(who=officer.pk, whose=found.pk, purpose=COUNTER, subject=f"party:{found.pk}")
    return found


def own_party(request: HttpRequest) -> Party:
    """The party of the account that is signed in. Raises ``NotAllowed``."""
    account = signed_in(request)
    parties = parties_of(account, timezone.localdate()) if account.is_citizen else []
    if not parties:
        raise NotAllowed(_("This page is for citizens and businesses."))
    return parties[0]

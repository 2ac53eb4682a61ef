"""Who may look at the data of a citizen or business. Every look is told (``access_log``)."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.events.access_log import record_access, record_accesses
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_of

COUNTER = "counter"  # purpose: served at the reception desk
FOUND = "found"  # purpose: shown among the results of an officer's search
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


def reception_of(request: HttpRequest) -> UUID | None:
    """The office at whose reception desk the request's officer sits; None at any other desk."""
    held = request.desk.positions  # type: ignore[attr-defined]
    return next((one.office_id for one in held if one.basis == "own" and "reception" in one.roles), None)


def abilities(request: HttpRequest, party: Party) -> dict[str, bool]:
    """What the request may do for the sign-in of a party it serves; the others' accounts are not for this desk."""
    account = party.account
    present = party.merged_into_id is None
    theirs = (
        account is not None
        and account.is_active
        and account.pk != signed_in(request).pk
        and not (account.is_officer or account.is_administrator)
        and present
        and reception_of(request) is not None
    )
    used = account is not None and (account.has_usable_password() or account.factors.exists())
    return {
        "open_account": present and account is None and bool(party.identity_number or party.tax_code),
        "new_start_code": theirs and not used,
        "start_reset": theirs and used,
    }


def require(allowed: dict[str, bool], ability: str) -> None:
    """Raise ``NotAllowed`` unless the ability is there."""
    if not allowed[ability]:
        raise NotAllowed(_("This is not possible for this person now."))


def party_for(request: HttpRequest, party_id: UUID) -> Party:
    """A party, for an officer who serves it; the look is recorded. Raises ``NotAllowed``, ``NotFound``."""
    return _looked_at(serving_officer(request), party_id)


def party_at_counter(request: HttpRequest, party_id: UUID) -> Party:
    """As :func:`party_for`, at a counter at which the officer receives, if only in some matters.

    Whoever may receive dossiers of some procedures finds whose they are, and does nothing else with their data.
    """
    if not request.desk.has_somewhere("reception"):  # type: ignore[attr-defined]
        raise NotAllowed(_("This page is for officers who receive people."))
    return _looked_at(signed_in(request), party_id)


def _looked_at(officer: Account, party_id: UUID) -> Party:
    found = Party.objects.select_related("account__officer", "merged_into").filter(pk=party_id).first()
    if found is None:
        raise NotFound(_("There is no such person or business."))
    record_access(who=officer.pk, whose=found.pk, purpose=COUNTER, subject=f"party:{found.pk}")
    return found


def record_found(request: HttpRequest, people: Iterable[Party]) -> None:
    """Record that an officer's search has shown these people; one statement, none where nobody was found."""
    if shown := [(party.pk, f"party:{party.pk}") for party in people]:
        record_accesses(shown, who=signed_in(request).pk, purpose=FOUND)


def own_party(request: HttpRequest) -> Party:
    """The party of the account that is signed in. Raises ``NotAllowed``."""
    account = signed_in(request)
    parties = parties_of(account, timezone.localdate()) if account.is_citizen else []
    if not parties:
        raise NotAllowed(_("This page is for citizens and businesses."))
    return parties[0]

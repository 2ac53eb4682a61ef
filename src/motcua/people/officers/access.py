"""Who may look after which officer, and what an officer may do for themselves."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.models import FactorReset
from motcua.people.officers import queries
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Delegation, Officer, Position, Substitution
from motcua.people.organisations.models import Office


def desk_of(request: HttpRequest) -> Desk:
    """The desk of whoever asks."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    return desk


def administers_anything(request: HttpRequest) -> bool:
    """Whether the request comes from an administrator of the province or of some office."""
    desk = desk_of(request)
    return desk.is_administrator or bool(desk.administered_office_ids)


def myself(request: HttpRequest) -> Officer:
    """The officer who asks. Raises ``NotAllowed`` for anybody else."""
    account = signed_in(request)
    if not account.is_officer:
        raise NotAllowed(_("This page is for officers."))
    officer: Officer = account.officer
    return officer


def administered_office(request: HttpRequest, office_id: UUID) -> Office:
    """An office whose officers the request may look after. Raises ``NotFound``, ``NotAllowed``."""
    found: Office | None = Office.objects.filter(pk=office_id).first()
    if found is None:
        raise NotFound(_("There is no such office."))
    if not desk_of(request).administers(found.pk):
        raise NotAllowed(_("Only an administrator of this office may do this."))
    return found


def administered_officer(request: HttpRequest, account_id: UUID) -> Officer:
    """An officer whom the request may look after: with a present or coming position in an administered office.

    Whoever holds none any more stays with the offices of the last ones; administrators of the province are looked
    after by their like only. Raises ``NotFound``, ``NotAllowed``.
    """
    found = Officer.objects.select_related("account").filter(pk=account_id).first()
    if found is None:
        raise NotFound(_("There is no such officer."))
    desk = desk_of(request)
    if desk.is_administrator:
        return found
    held = Position.objects.filter(officer=found)
    offices = set(held.exclude(valid_to__lte=timezone.localdate()).values_list("office_id", flat=True))
    offices = offices or set(held.values_list("office_id", flat=True))
    if found.account.is_administrator or not offices & desk.administered_office_ids:
        raise NotAllowed(_("Only an administrator of this office may do this."))
    return found


def abilities(request: HttpRequest, officer: Officer) -> dict[str, bool]:
    """What the request may do with an officer it looks after."""
    own = officer.pk == signed_in(request).pk
    active = officer.left_on is None
    has_password = officer.account.has_usable_password()
    return {
        "give_position": active and (not own or desk_of(request).is_administrator),
        "delegate": active and (not own or desk_of(request).is_administrator),
        "issue_start_code": active and not has_password and not own,
        "start_reset": active and has_password and not own,
        "suspend": active and officer.account.is_active and not own,
        "restore": active and not officer.account.is_active and not own,
        "leave": active and not own,
        "record_identity_number": active and not own and desk_of(request).is_administrator,
        "make_administrator": (
            active
            and not own
            and officer.account.is_active
            and not officer.account.is_administrator
            and desk_of(request).is_administrator
        ),
    }


def require(allowed: dict[str, bool], ability: str) -> None:
    """Raise ``NotAllowed`` unless the ability is there."""
    if not allowed[ability]:
        raise NotAllowed(_("This is not possible for this officer now."))


def reset_to_confirm(request: HttpRequest, reset_id: UUID) -> FactorReset:
    """A reset that the request may confirm or refuse as the second person. Raises ``NotFound``."""
    found = queries.resets_to_confirm(desk_of(request)).filter(pk=reset_id).first()
    if found is None:
        raise NotFound(_("This reset is not waiting for you."))
    return found


def own_delegation(request: HttpRequest, delegation_id: UUID) -> Delegation:
    """A delegation that the officer who asks has given. Raises ``NotFound``."""
    given = Delegation.objects.select_related("from_position__officer")
    found: Delegation | None = given.filter(pk=delegation_id, from_position__officer=myself(request)).first()
    if found is None:
        raise NotFound(_("There is no such delegation."))
    return found


def administered_delegation(request: HttpRequest, giver: Officer, delegation_id: UUID) -> Delegation:
    """A delegation from a position in an office that the request administers. Raises ``NotFound``, ``NotAllowed``."""
    given = Delegation.objects.select_related("from_position__officer")
    found: Delegation | None = given.filter(pk=delegation_id, from_position__officer=giver).first()
    if found is None:
        raise NotFound(_("There is no such delegation."))
    administered_office(request, found.from_position.office_id)
    return found


def own_substitution(request: HttpRequest, substitution_id: UUID) -> Substitution:
    """A substitution of the officer who asks. Raises ``NotFound``."""
    found: Substitution | None = (
        Substitution.objects.select_related("absent").filter(pk=substitution_id, absent=myself(request)).first()
    )
    if found is None:
        raise NotFound(_("There is no such substitution."))
    return found

"""Who may look after offices. The room knows no accounts: it asks what the signed-in user says of itself."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.organisations.models import AdministrativeUnit, Office


def is_administrator(request: HttpRequest) -> bool:
    """Whether an administrator of the province's ICT centre asks."""
    return bool(getattr(request.user, "is_administrator", False))


def administrator(request: HttpRequest) -> UUID:
    """The key of the administrator who asks. Raises ``NotAllowed``."""
    if not is_administrator(request):
        raise NotAllowed(_("Only an administrator may do this."))
    assert isinstance(request.user.pk, UUID)
    return request.user.pk


def office(request: HttpRequest, office_id: UUID) -> Office:
    """An office, past or present, for an administrator. Raises ``NotAllowed``, ``NotFound``."""
    administrator(request)
    found: Office | None = Office.objects.select_related("parent", "unit").filter(pk=office_id).first()
    if found is None:
        raise NotFound(_("There is no such office."))
    return found


def split_unit(request: HttpRequest, unit_id: UUID) -> AdministrativeUnit:
    """A unit that has ended, for an administrator. Raises ``NotAllowed``, ``NotFound``."""
    administrator(request)
    found: AdministrativeUnit | None = AdministrativeUnit.objects.filter(pk=unit_id, valid_to__isnull=False).first()
    if found is None:
        raise NotFound(_("There is no such unit."))
    return found


def day(text: str, *, otherwise: date) -> date:
    """A day from an address or a form; what cannot be read becomes ``otherwise``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise

"""Who may look after the connection with the portal: administrators of the province; who may speak for the portal."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed
from motcua.people.accounts.access import administrator
from motcua.people.accounts.models import Account
from motcua.people.accounts.principals import Principal

SCOPE = "national_portal"


def caretaker(request: HttpRequest) -> Account:
    """The administrator who asks. Raises ``NotAllowed``."""
    return administrator(request)


def require_portal(asks: Principal) -> UUID:
    """The token under which the portal itself speaks: a service's. Raises ``NotAllowed`` for a person's."""
    if asks.account is not None:
        raise NotAllowed(_("Only the token of a service speaks for the national portal."))
    return asks.token_id

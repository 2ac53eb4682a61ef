"""What the officers' pages of the service centre have in common."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.models import Account
from motcua.services.service_centre.access import AccessedCentre, centres_for
from motcua.services.service_centre.delegating import desk_of


def officer(request: HttpRequest) -> Account:
    """Who acts."""
    return signed_in(request)


def chosen_centre(request: HttpRequest, ability: str) -> tuple[AccessedCentre | None, list[AccessedCentre]]:
    """The centre that the query names, else the first in which the officer may do this; and all of these.

    Raises ``NotAllowed`` for who may do this nowhere, although there are centres in their offices.
    """
    found = centres_for(desk_of(request), ability)
    asked = request.GET.get("centre", "")
    named = [each for each in found if str(each.centre.pk) == asked]
    return next(iter(named or found), None), found


def require_some(held: bool) -> None:
    """Raises ``NotAllowed`` unless the officer has the roles for a page."""
    if not held:
        raise NotAllowed(_("This page is for officers of a service centre."))


def key(text: str) -> UUID | None:
    """A key that a form sent; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None

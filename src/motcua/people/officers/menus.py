"""What the menus ask: read from what is cached on the request."""

from django.http import HttpRequest

from motcua.kernel.web.navigation import Waiting
from motcua.people.accounts.models import Account
from motcua.people.officers.access import desk_of
from motcua.people.officers.confirming import competent_in
from motcua.people.officers.queries import own_offices

_RESETS = """
SELECT FROM accounts_factorreset
WHERE confirmed_at IS NULL AND office_id = ANY(%s) AND started_by_id <> %s AND account_id <> %s
"""


_POSITIONS = """
SELECT FROM officers_askedposition
WHERE settled_at IS NULL AND (office_id = ANY(%s) OR %s) AND asked_by_id <> %s AND officer_id <> %s
"""


def is_officer(request: HttpRequest) -> bool:
    """Whether an officer is signed in."""
    return isinstance(request.user, Account) and request.user.is_officer


def resets(request: HttpRequest) -> Waiting:
    """The resets that wait for this officer, as :func:`queries.resets_to_confirm` reads them."""
    desk = desk_of(request)
    return Waiting(_RESETS, [list(own_offices(desk)), desk.account_id, desk.account_id])


def positions(request: HttpRequest) -> Waiting:
    """The positions that wait for this officer, as :func:`confirming.to_confirm` reads them."""
    desk = desk_of(request)
    offices = sorted(competent_in(desk))
    return Waiting(_POSITIONS, [offices, desk.is_administrator, desk.account_id, desk.account_id])


def confirms(request: HttpRequest) -> bool:
    """Whether positions could wait for whoever is signed in."""
    desk = desk_of(request)
    return desk.is_administrator or bool(competent_in(desk))

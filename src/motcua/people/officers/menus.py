"""What the menus ask: read from what is cached on the request, or one small count."""

from django.http import HttpRequest

from motcua.people.accounts.models import Account
from motcua.people.officers.access import desk_of
from motcua.people.officers.queries import resets_to_confirm

_RESETS = "_resets_to_confirm"


def is_officer(request: HttpRequest) -> bool:
    """Whether an officer is signed in."""
    return isinstance(request.user, Account) and request.user.is_officer


def resets(request: HttpRequest) -> int:
    """How many resets wait for this officer; counted once a request, up to 100."""
    if not hasattr(request, _RESETS):
        setattr(request, _RESETS, resets_to_confirm(desk_of(request))[:100].count())
    count: int = getattr(request, _RESETS)
    return count


def has_resets(request: HttpRequest) -> bool:
    """Whether any waits."""
    return is_officer(request) and resets(request) > 0

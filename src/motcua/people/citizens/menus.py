"""What the menus ask, from what is cached on the request."""

from django.http import HttpRequest

from motcua.people.accounts.models import Account
from motcua.people.citizens import access


def is_citizen(request: HttpRequest) -> bool:
    """Whether a citizen or business is signed in."""
    return isinstance(request.user, Account) and request.user.is_citizen


def serves_people(request: HttpRequest) -> bool:
    """Whether an officer who receives people is signed in."""
    return isinstance(request.user, Account) and request.user.is_officer and access.serves_people(request)

"""Who sees the store in the menu."""

from django.http import HttpRequest

from motcua.people.accounts.models import Account


def has_store(request: HttpRequest) -> bool:
    """Whether a citizen or business is signed in."""
    return isinstance(request.user, Account) and request.user.is_citizen

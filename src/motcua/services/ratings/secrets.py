"""The secret of the personal link, bound to one return: who has it may answer once."""

from uuid import UUID

from django.urls import reverse

from motcua.kernel.identifiers.secrets import computed, is_same


def rating_secret(invitation: UUID) -> str:
    """Twelve letters and digits, the same every time."""
    return computed(b"motcua.rating" + invitation.bytes)


def is_rating_secret(invitation: UUID, typed: str) -> bool:
    """Compare in constant time."""
    return is_same(rating_secret(invitation), typed)


def rating_path(invitation: UUID) -> str:
    """The path of the personal link."""
    return reverse("ratings:rate", args=[invitation, rating_secret(invitation)])

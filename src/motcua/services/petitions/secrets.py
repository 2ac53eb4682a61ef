"""The secret of a petition's own page: who has the link follows it without an account and without a name."""

from uuid import UUID

from motcua.kernel.identifiers.secrets import computed, is_same


def petition_secret(petition: UUID) -> str:
    """Twelve letters and digits, the same every time."""
    return computed(b"motcua.petition" + petition.bytes)


def is_petition_secret(petition: UUID, typed: str) -> bool:
    """Compare in constant time."""
    return is_same(petition_secret(petition), typed)

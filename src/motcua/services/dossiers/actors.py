"""Who does something to a dossier, as events tell it."""

from uuid import UUID

from motcua.people.officers.actors import HOUSE, Actor, officer, signer

__all__ = ["HOUSE", "Actor", "citizen", "officer", "signer"]


def citizen(account: UUID | None) -> Actor:
    """The applicant or whoever represents them."""
    return Actor(account=account)

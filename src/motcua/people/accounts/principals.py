"""Who asks: a signed-in account, or a program with an API token."""

from dataclasses import dataclass
from uuid import UUID

from motcua.people.accounts.models import Account


@dataclass(frozen=True)
class Principal:
    """The one who asks, as access functions see them. ``scopes`` is None for a person at the screen: no narrowing."""

    account: Account | None
    service: str = ""
    scopes: frozenset[str] | None = None
    token_id: UUID | None = None

    @property
    def name(self) -> str:
        """How the log names them."""
        return self.account.display_name if self.account else self.service

    @property
    def actor(self) -> UUID | None:
        """The account that an event names as its actor; None for a service."""
        return self.account.pk if self.account else None

    def may(self, scope: str) -> bool:
        """Whether the token's scopes allow something; a session allows what its account may."""
        return self.scopes is None or scope in self.scopes

"""Who asks at the API: an account or a service, by its token."""

from dataclasses import dataclass
from uuid import UUID

from motcua.people.accounts.models import Account


@dataclass(frozen=True)
class Principal:
    """The one who asks, as access functions see them. What the account may is narrowed to the token's scopes."""

    account: Account | None
    service: str
    scopes: frozenset[str]
    token_id: UUID

    @property
    def name(self) -> str:
        """How the log names them."""
        return self.account.display_name if self.account else self.service

    @property
    def actor(self) -> UUID | None:
        """The account that an event names as its actor; None for a service."""
        return self.account.pk if self.account else None

    @property
    def uploader(self) -> UUID:
        """Who owns the files that they upload: the account, or for a service its token."""
        return self.account.pk if self.account else self.token_id

    def may(self, scope: str) -> bool:
        """Whether the token's scopes allow something."""
        return scope in self.scopes

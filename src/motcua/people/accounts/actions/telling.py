"""The events of accounts, told in one way."""

from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.kernel.events.actions import record
from motcua.people.accounts.models import Account


def tell(
    account: Account,
    kind: str,
    *,
    at: datetime,
    actor: UUID | None = None,
    references: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
) -> None:
    """Record ``account.<kind>`` on the account's stream; the actor is the account itself unless named."""
    record(
        stream=f"account:{account.pk}",
        kind=f"account.{kind}",
        actor=actor or account.pk,
        agency=None,
        references=references or {},
        personal=personal,
        person=account.pk if personal else None,
        at=at,
    )

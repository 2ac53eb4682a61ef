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
    by_operator: bool = False,
) -> None:
    """Record ``account.<kind>`` on the account's stream; the actor is the account itself unless named.

    What the operator of the house did, who has no account, has no actor and says ``by_operator``.
    """
    references = (references or {}) | ({"by_operator": True} if by_operator else {})
    record(
        stream=f"account:{account.pk}",
        kind=f"account.{kind}",
        actor=None if by_operator else actor or account.pk,
        agency=None,
        references=references,
        personal=personal,
        person=account.pk if personal else None,
        at=at,
    )

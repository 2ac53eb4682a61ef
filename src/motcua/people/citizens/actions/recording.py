"""What happens to a party is told in its stream."""

from typing import Any

from django.utils import timezone

from motcua.kernel.events.actions import record
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party


def tell(party: Party, kind: str, by: Account | None, **references: Any) -> None:
    """Record what happened to a party, within the transaction in which it did."""
    record(
        stream=f"party:{party.pk}",
        kind=f"party.{kind}",
        actor=by.pk if by else None,
        agency=None,
        references=references,
        at=timezone.now(),
    )

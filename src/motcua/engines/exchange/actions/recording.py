"""The chain of what was exchanged with a partner: the stream ``exchange:<code>`` seals every digest."""

from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.kernel.events.actions import record


def tell(partner: str, what: str, *, at: datetime, by: UUID | None = None, **references: Any) -> None:
    """Tell one fact of a partner, in the transaction that makes it true."""
    record(
        stream=f"exchange:{partner}",
        kind=f"exchange.{what}",
        actor=by,
        agency=None,
        references=references,
        at=at,
    )

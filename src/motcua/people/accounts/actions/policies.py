"""The sign-in policy, changed by an administrator."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from motcua.kernel.events.actions import record
from motcua.kernel.rows import check
from motcua.people.accounts.models import Account, SignInPolicy
from motcua.people.accounts.queries import policy


@transaction.atomic
def set_policy(*, kind: str, by: Account | None, **changes: Any) -> SignInPolicy:
    """Change what is asked of officers or citizens from their next sign-in on. Raises :class:`Refused`."""
    rule = policy(kind)
    for name, value in changes.items():
        setattr(rule, name, value)
    check(rule, validate_unique=False)
    rule.save()
    record(
        stream=f"sign-in-policy:{kind}",
        kind="sign_in_policy.changed",
        actor=by.pk if by else None,
        agency=None,
        references=changes,
        at=timezone.now(),
    )
    return rule

"""The sign-in policy, changed by an administrator."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.events.actions import record
from motcua.kernel.rows import check
from motcua.people.accounts.models import Account, Factor, SignInPolicy
from motcua.people.accounts.queries import administrators, policy


@transaction.atomic
def set_policy(*, kind: str, by: Account | None, **changes: Any) -> SignInPolicy:
    """Change what is asked of officers or citizens from their next sign-in on. Raises :class:`Refused`."""
    rule = policy(kind)
    for name, value in changes.items():
        setattr(rule, name, value)
    check(rule, validate_unique=False)
    if kind == SignInPolicy.Kind.OFFICER and not rule.password:
        _require_passkey()
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


def _require_passkey() -> None:
    """Without passwords somebody who administers must still get in."""
    if not administrators().filter(factors__kind=Factor.Kind.PASSKEY).exists():
        text = _("Nobody could administer: an administrator must register a passkey first.")
        raise Refused(text, field="allowed", code="no_passkey")

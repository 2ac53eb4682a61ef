"""The secret address for a person's calendar program: shown once, revocable at once."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcua.kernel.events.actions import record
from motcua.people.accounts.models import Account
from motcua.people.accounts.sealing import digest_of
from motcua.services.diary.models import CalendarLink


@transaction.atomic
def make_link(account: UUID, *, whole: bool, at: datetime | None = None) -> str:
    """Make a new link in place of the one there was; returns the secret, which is not stored."""
    now = at or timezone.now()
    revoke_link(account, at=now)
    secret = secrets.token_urlsafe(32)
    CalendarLink.objects.create(account_id=account, digest=digest_of(secret), whole=whole, made_at=now)
    _tell(account, "made", now)
    return secret


@transaction.atomic
def revoke_link(account: UUID, *, at: datetime | None = None) -> None:
    """Revoke the person's link, if there is one."""
    now = at or timezone.now()
    Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account)  # one link at a time
    if CalendarLink.objects.filter(account=account, revoked_at=None).update(revoked_at=now):
        _tell(account, "revoked", now)


def _tell(account: UUID, what: str, at: datetime) -> None:
    stream, kind = f"account:{account}", f"calendar_link.{what}"
    record(stream=stream, kind=kind, actor=account, agency=None, references={}, at=at)

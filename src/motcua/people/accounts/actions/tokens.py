"""API tokens: shown once when issued, revocable at once."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.people.accounts.models import Account, ApiToken
from motcua.people.accounts.scopes import SCOPES
from motcua.people.accounts.sealing import digest_of

PREFIX = "motcua_"
LONGEST_DAYS = 730


@transaction.atomic
def issue_token(
    *,
    account: Account | None = None,
    service: str = "",
    label: str,
    scopes: Sequence[str],
    days: int = 90,
    by: Account | None = None,
) -> str:
    """Issue a token for an account or a named service; returns its plain text, which is not stored.

    Raises :class:`Refused` for no or both owners, no or an unknown scope, or a life beyond two years.
    """
    if (account is None) == (not service.strip()):
        raise Refused(_("A token belongs to an account or to a service."), code="token_owner")
    if not scopes:
        raise Refused(_("Name at least one scope."), field="scopes", code="required")
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise Refused(
            _("There is no scope %(scope)s. Scopes are: %(scopes)s.")
            % {"scope": unknown[0][:60], "scopes": ", ".join(SCOPES)},
            field="scopes",
            code="unknown_scope",
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(_("A token lives from 1 to %(days)d days.") % {"days": LONGEST_DAYS}, field="days")
    now = timezone.now()
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        account=account,
        service=service.strip(),
        label=label,
        digest=digest_of(plain),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    _tell(token, "issued", by)
    return plain


@transaction.atomic
def revoke_token(*, token_id: UUID, by: Account) -> None:
    """Revoke a token at once. Raises ``NotFound``."""
    token = ApiToken.objects.select_for_update(of=("self",)).filter(pk=token_id, revoked_at=None).first()
    if token is None:
        raise NotFound(_("There is no such token."))
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    _tell(token, "revoked", by)


def _tell(token: ApiToken, what: str, by: Account | None) -> None:
    record(
        stream=f"account:{token.account_id}" if token.account_id else f"service:{token.service}",
        kind=f"token.{what}",
        actor=by.pk if by else token.account_id,
        agency=None,
        references={"token": str(token.pk), "label": token.label, "scopes": token.scopes},
        at=timezone.now(),
    )

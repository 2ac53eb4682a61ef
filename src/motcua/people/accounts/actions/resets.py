"""The supervised reset of a lost sign-in: one person starts it, a second one confirms (nguyên tắc bốn mắt).

Who may do which is for the rooms that know offices; here stands only that the two differ.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.people.accounts.actions.holders import give_start_code
from motcua.people.accounts.actions.telling import tell
from motcua.people.accounts.models import Account, ApiToken, Factor, FactorReset, RecoveryCode, Session


@transaction.atomic
def start_reset(*, account: Account, by: Account, office_id: UUID, reason: str) -> FactorReset:
    """Ask for a reset, to be confirmed by someone of the office. Raises ``NotAllowed``, ``Conflict``, ``Refused``."""
    if account.pk == by.pk:
        raise NotAllowed(_("Nobody resets their own sign-in."))
    if not reason.strip():
        raise Refused(_("Write why the reset is needed."), field="reason", code="required")
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if FactorReset.objects.filter(account=account, confirmed_at=None).exists():
        raise Conflict(_("A reset of this account waits for confirmation already."))
    now = timezone.now()
    reset = FactorReset.objects.create(
        account=account, started_by=by, office_id=office_id, reason=reason.strip(), started_at=now
    )
    tell(account, "reset_started", actor=by.pk, references={"reset": str(reset.pk), "office": str(office_id)}, at=now)
    return reset


def _open_reset(reset_id: UUID) -> FactorReset:
    found = (
        FactorReset.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk=reset_id, confirmed_at=None)
        .first()
    )
    if found is None:
        raise NotFound(_("This reset is not waiting any more."))
    return found


@transaction.atomic
def confirm_reset(*, reset_id: UUID, by: Account) -> str:
    """Confirm as the second person: factors, password, sessions and tokens go; returns the start code for the holder.

    Raises ``NotAllowed`` for who started it or is its subject, ``NotFound`` when it is no longer open.
    """
    reset = _open_reset(reset_id)
    if by.pk in {reset.started_by_id, reset.account_id}:
        raise NotAllowed(_("A second person must confirm the reset."))
    account, now = reset.account, timezone.now()
    reset.confirmed_by, reset.confirmed_at = by, now
    reset.save(update_fields=["confirmed_by", "confirmed_at"])
    forget_sign_in(account, at=now)
    tell(account, "reset_confirmed", actor=by.pk, references={"reset": str(reset.pk)}, at=now)
    return give_start_code(account, by)


def forget_sign_in(account: Account, *, at: datetime) -> None:
    """Nothing that opened an account does so any more, tokens of programs among it; electronic identities stay linked.

    The caller holds the transaction and has decided.
    """
    for owned in (Factor, RecoveryCode, Session):
        owned.objects.filter(account=account).delete()
    ApiToken.objects.filter(account=account, revoked_at=None).update(revoked_at=at)
    account.set_unusable_password()
    account.save(update_fields=["password"])


@transaction.atomic
def refuse_reset(*, reset_id: UUID, by: Account) -> None:
    """Withdraw or refuse a reset that waits. Raises ``NotFound``."""
    reset = _open_reset(reset_id)
    tell(reset.account, "reset_refused", actor=by.pk, references={"reset": str(reset.pk)}, at=timezone.now())
    reset.delete()

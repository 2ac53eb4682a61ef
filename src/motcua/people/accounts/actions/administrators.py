"""Who administers the province: the first by the operator, others by an administrator, and never nobody."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.people.accounts import queries
from motcua.people.accounts.actions.holders import create_account, give_start_code
from motcua.people.accounts.actions.telling import tell
from motcua.people.accounts.models import Account

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('accounts.administrators'))"


@transaction.atomic
def appoint_by_operator(*, username: str, name: str, email: str = "", another: bool = False) -> tuple[Account, str]:
    """The account of an administrator whom nobody in the house appoints, and the start code for its holder.

    Asked again for one who has not started, it gives a new code. Raises ``Conflict`` when there is an administrator
    and not ``another`` one is wanted, or when the user name is taken; ``Refused`` for what is no name or address.
    """
    _lock()
    known = Account.objects.filter(username=username.strip().lower(), is_administrator=True, is_active=True).first()
    if known is not None and not known.has_usable_password():
        return known, give_start_code(known, known)
    there_are = list(queries.administrators())
    if there_are and not another:
        names = ", ".join(f"{one.display_name} ({one.username})" for one in there_are)
        raise Conflict(_("There is an administrator already: %(names)s.") % {"names": names}, code="there_is_one")
    account = create_account(
        username=username, display_name=name, by=None, email=email.strip() or None, is_administrator=True
    )
    tell(account, "made_administrator", references={"by_operator": True}, at=timezone.now())
    return account, give_start_code(account, account)


@transaction.atomic
def make_administrator(*, account: Account, by: Account) -> None:
    """Let an account administer the province, too. Raises ``Conflict`` when it does, ``Refused`` when it is closed."""
    _lock()
    account.refresh_from_db()
    if account.is_administrator:
        raise Conflict(_("This account is an administrator already."), code="is_one")
    if not account.is_active:
        raise Refused(_("This account is closed."), code="closed")
    _set(account, True, "made_administrator", by)


@transaction.atomic
def end_administration(*, account: Account, by: Account) -> None:
    """Let an account administer the province no longer, at once. Raises ``Conflict`` when it does not.

    Refuses for the last one who can sign in: a house without administrator could appoint none.
    """
    _lock()
    account.refresh_from_db()
    if not account.is_administrator:
        raise Conflict(_("This account is no administrator."), code="is_none")
    others = queries.administrators().exclude(pk=account.pk)
    if not others.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists():
        text = _("There must be another administrator who has set a password.")
        raise Refused(text, code="last_administrator")
    _set(account, False, "administration_ended", by)


def _lock() -> None:
    """Two who take each other's right away at once would leave none."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)


def _set(account: Account, is_administrator: bool, kind: str, by: Account) -> None:
    account.is_administrator = is_administrator
    account.save(update_fields=["is_administrator"])
    tell(account, kind, actor=by.pk, at=timezone.now())

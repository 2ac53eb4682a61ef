"""Who administers the province: the first by the operator, others by an administrator, and never nobody."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.people.accounts import queries
from motcua.people.accounts.actions.holders import create_account, give_start_code
from motcua.people.accounts.actions.remaining import one_at_a_time, require_administrator, require_another
from motcua.people.accounts.actions.resets import forget_sign_in
from motcua.people.accounts.actions.telling import tell
from motcua.people.accounts.models import Account


@transaction.atomic
def appoint_by_operator(*, username: str, name: str, email: str = "", another: bool = False) -> tuple[Account, str]:
    """The account of an administrator whom nobody in the house appoints, and the start code for its holder.

    Asked again for one who has not started, it gives a new code. Raises ``Conflict`` when there is an administrator
    and not ``another`` one is wanted, or when the user name is taken; ``Refused`` for what is no name or address.
    """
    one_at_a_time()
    known = _named(username)
    if known is not None and known.last_login is None and not known.has_usable_password():
        return known, give_start_code(known, None)
    there_are = list(queries.administrators())
    if there_are and not another:
        names = ", ".join(f"{one.display_name} ({one.username})" for one in there_are)
        raise Conflict(_("There is an administrator already: %(names)s.") % {"names": names}, code="there_is_one")
    account = create_account(
        username=username, display_name=name, by=None, email=email.strip() or None, is_administrator=True
    )
    tell(account, "made_administrator", by_operator=True, at=timezone.now())
    return account, give_start_code(account, None)


@transaction.atomic
def reset_by_operator(*, username: str) -> tuple[Account, str]:
    """Let an administrator whom nobody in the house can help begin anew: password, factors, sessions, tokens go.

    Returns the account and the start code for its holder. Raises ``NotFound`` unless it administers the province.
    """
    one_at_a_time()
    account = _named(username)
    if account is None:
        raise NotFound(_("No administrator has this user name."), field="username")
    now = timezone.now()
    forget_sign_in(account, at=now)
    tell(account, "reset", by_operator=True, at=now)
    return account, give_start_code(account, None)


def _named(username: str) -> Account | None:
    return queries.administrators().filter(username=username.strip().lower()).first()


@transaction.atomic
def make_administrator(*, account: Account, by: Account) -> None:
    """Let an account administer the province, too. Raises ``Conflict`` when it does, ``Refused`` when it is closed.

    Raises ``NotAllowed`` when ``by`` administers it no longer.
    """
    one_at_a_time()
    require_administrator(by)
    account.refresh_from_db()
    if account.is_administrator:
        raise Conflict(_("This account is an administrator already."), code="is_one")
    if not account.is_active:
        raise Refused(_("This account is closed."), code="closed")
    _set(account, True, "made_administrator", by)


@transaction.atomic
def end_administration(*, account: Account, by: Account) -> None:
    """Let an account administer the province no longer, at once. Raises ``Conflict`` when it does not.

    Refuses for the last one who can sign in. Raises ``NotAllowed`` when ``by`` administers the province no longer.
    """
    one_at_a_time()
    require_administrator(by)
    account.refresh_from_db()
    if not account.is_administrator:
        raise Conflict(_("This account is no administrator."), code="is_none")
    require_another(account)
    _set(account, False, "administration_ended", by)


def _set(account: Account, is_administrator: bool, kind: str, by: Account) -> None:
    account.is_administrator = is_administrator
    account.save(update_fields=["is_administrator"])
    tell(account, kind, actor=by.pk, at=timezone.now())

"""That somebody who can sign in always administers the province: a house without could appoint nobody."""

from django.db import connection
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, Refused
from motcua.people.accounts import queries
from motcua.people.accounts.models import Account

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('accounts.administrators'))"


def one_at_a_time() -> None:
    """Wait for whoever changes who administers, until the end of the transaction: two who take each other's right
    away at once would leave none. What was read before is read again."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)


def require_administrator(by: Account) -> None:
    """Raises ``NotAllowed`` for who has lost the right while waiting."""
    if not queries.administrators().filter(pk=by.pk).exists():
        raise NotAllowed(_("Only an administrator may do this."))


def require_another(account: Account) -> None:
    """Raises :class:`Refused` unless somebody else administers, too, and has set a password."""
    if not queries.started_administrators().exclude(pk=account.pk).exists():
        text = _("There must be another administrator who has set a password.")
        raise Refused(text, code="last_administrator")

"""The first step in: a username and a password."""

import logging
from datetime import timedelta

from django.contrib.auth.hashers import check_password as hash_matches
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.web import rate_limit
from motcua.people.accounts import queries
from motcua.people.accounts.actions.telling import tell
from motcua.people.accounts.models import Account, SignInPolicy

logger = logging.getLogger(__name__)


def spend_attempt(*, subject: str, address: str, rule: SignInPolicy) -> None:
    """Count an attempt for a subject (a username) and for the address. Raises ``TooMany``."""
    window = timedelta(minutes=rule.window_minutes)
    rate_limit.spend("sign-in", subject, limit=rule.max_attempts, window=window)
    rate_limit.spend("sign-in-address", address, limit=rule.max_attempts_of_address, window=window)


def check_password(*, username: str, password: str, address: str) -> Account:
    """The account with this username and password.

    Whatever is wrong (no such account, wrong password, suspended, passwords off), it takes the same time and says the
    same words. Raises :class:`Refused`, and ``TooMany`` when account or address used up their attempts.
    """
    username = username.strip().lower()
    account = Account.objects.select_related("officer", "party").filter(username=username).first()
    rule = queries.policy_for(account) if account else queries.policy(SignInPolicy.Kind.CITIZEN)
    spend_attempt(subject=username, address=address, rule=rule)
    if account is None or not account.has_usable_password():
        make_password(password)  # as long as a check takes
        matches = False
    else:
        matches = hash_matches(password, account.password)
    if account is not None and matches and account.is_active and rule.password:
        return account
    _tell_failure(account, address)
    raise Refused(_("The user name or the password is not right."), code="sign_in_failed")


def _tell_failure(account: Account | None, address: str) -> None:
    logger.warning("sign_in_failed", extra={"known": account is not None})
    if account is not None:
        with transaction.atomic():
            tell(account, "sign_in_failed", personal={"address": address}, at=timezone.now())


@transaction.atomic
def note_sign_in(*, account: Account, method: str, address: str, device: str) -> None:
    """Tell that an account has signed in, and how."""
    personal = {"address": address, "device": device[:300]}
    tell(account, "signed_in", references={"method": method}, personal=personal, at=timezone.now())


@transaction.atomic
def note_sign_out(*, account: Account) -> None:
    """Tell that an account has signed out."""
    tell(account, "signed_out", at=timezone.now())

"""Accounts themselves: created, given a password, suspended; and their sessions."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.rows import check
from motcua.people.accounts import queries, rules
from motcua.people.accounts.actions.remaining import one_at_a_time, require_administrator, require_another
from motcua.people.accounts.actions.signing_in import spend_attempt
from motcua.people.accounts.actions.telling import tell
from motcua.people.accounts.models import Account, ApiToken, Session, SignInPolicy, StartCode
from motcua.people.accounts.sealing import keyed_digest

START_CODE_HOURS = 72


@transaction.atomic
def create_account(
    *, username: str, display_name: str, by: Account | None, password: str | None = None, **fields: Any
) -> Account:
    """A new account. Without password its holder starts with a code (:func:`issue_start_code`).

    Raises ``Conflict`` when the username is taken, :class:`Refused` for a password that is too weak.
    """
    username = username.strip().lower()
    taken = Conflict(_("This user name is taken."), field="username", code="username_taken")
    if Account.objects.filter(username=username).exists():
        raise taken
    account = Account(username=username, display_name=display_name.strip(), **fields)
    if password is None:
        account.set_unusable_password()
    else:
        _set_password(account, password)
    check(account, validate_unique=False)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:  # taken in this very moment
        raise taken from error
    tell(account, "created", actor=by.pk if by else None, at=timezone.now())
    return account


def _set_password(account: Account, password: str) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refused(" ".join(map(_weakness, error.error_list)), field="password", code="weak_password") from error
    account.set_password(password)


def _weakness(error: ValidationError) -> str:
    """In our own words: those of Django's validators are not all translated, and name fields of tables."""
    known = {
        "password_too_short": _("The password needs at least %(min_length)d characters."),
        "password_too_similar": _("The password is too much like your user name or e-mail address."),
        "password_too_common": _("This password is too common."),
    }
    return known[error.code] % (error.params or {}) if error.code in known else str(error.message)


def confirm_password(*, account: Account, password: str, address: str, field: str = "password") -> None:
    """Who is signed in proves with the password that it is still them. Raises :class:`Refused`, ``TooMany``."""
    spend_attempt(subject=account.username, address=address, rule=queries.policy_for(account))
    if account.check_password(password):
        return
    with transaction.atomic():
        tell(account, "confirmation_failed", personal={"address": address}, at=timezone.now())
    raise Refused(_("The present password is not right."), field=field, code="wrong_password")


def change_password(*, account: Account, old: str, new: str, address: str) -> None:
    """Change one's own password; all sessions end, the page signs in anew. Raises :class:`Refused`, ``TooMany``."""
    confirm_password(account=account, password=old, address=address, field="old")
    with transaction.atomic():
        _set_password(account, new)
        account.save(update_fields=["password"])
        Session.objects.filter(account=account).delete()
        tell(account, "password_changed", at=timezone.now())


@transaction.atomic
def issue_start_code(*, account: Account, by: Account) -> str:
    """A one-time code, good for 72 hours, with which the holder of an account without password sets one.

    Raises :class:`Refused` when there is a password: that takes a supervised reset.
    """
    if account.has_usable_password():
        raise Refused(_("This account has a password. Start a supervised reset."), code="has_password")
    return give_start_code(account, by)


def give_start_code(account: Account, by: Account | None) -> str:
    """Make the code; earlier ones are void. The caller holds the transaction and has decided.

    ``by`` is nobody where the operator of the house asks for it, who has no account.
    """
    now = timezone.now()
    code = rules.new_code(groups=3)
    StartCode.objects.filter(account=account, used_at=None).delete()
    expires_at = now + timedelta(hours=START_CODE_HOURS)
    StartCode.objects.create(account=account, digest=_digest(code), issued_by=by or account, expires_at=expires_at)
    tell(account, "start_code_issued", actor=by.pk if by else None, by_operator=by is None, at=now)
    return code


def _digest(code: str) -> str:
    return keyed_digest(rules.normal_code(code), purpose="start")


def start_with_code(*, username: str, code: str, password: str, address: str) -> Account:
    """Set the first password with a start code. Raises :class:`Refused`, ``TooMany``."""
    username = username.strip().lower()
    spend_attempt(subject=f"start:{username}", address=address, rule=queries.policy(SignInPolicy.Kind.OFFICER))
    with transaction.atomic():
        now = timezone.now()
        found = (
            StartCode.objects.select_for_update(of=("self",))
            .select_related("account")
            .filter(account__username=username, digest=_digest(code), used_at=None, expires_at__gt=now)
            .first()
        )
        if found is None or not found.account.is_active:
            raise Refused(_("The user name or the code is not right, or the code is too old."), code="wrong_code")
        found.used_at = now
        found.save(update_fields=["used_at"])
        _set_password(found.account, password)
        found.account.save(update_fields=["password"])
        tell(found.account, "password_set", at=now)
        return found.account


@transaction.atomic
def suspend(*, account: Account, by: Account, reason: str) -> None:
    """Close an account at once: sessions end, tokens are revoked.

    Raises ``NotAllowed`` for one's own, and for an administrator's by who administers the province no longer;
    :class:`Refused` for the last administrator who can sign in.
    """
    if account.pk == by.pk:
        raise NotAllowed(_("You cannot suspend your own account."))
    one_at_a_time()
    account.refresh_from_db()
    if account.is_administrator and account.is_active:
        require_administrator(by)
        require_another(account)
    account.is_active = False
    account.save(update_fields=["is_active"])
    now = timezone.now()
    Session.objects.filter(account=account).delete()
    ApiToken.objects.filter(account=account, revoked_at=None).update(revoked_at=now)
    tell(account, "suspended", actor=by.pk, references={"reason": reason}, at=now)


@transaction.atomic
def restore(*, account: Account, by: Account, reason: str) -> None:
    """Open a suspended account again; revoked tokens stay revoked."""
    account.is_active = True
    account.save(update_fields=["is_active"])
    tell(account, "restored", actor=by.pk, references={"reason": reason}, at=timezone.now())


@transaction.atomic
def revoke_session(*, account: Account, digest: str) -> None:
    """End one of the account's sessions at once. Raises ``NotFound``."""
    deleted, _rows = Session.objects.filter(account=account, digest=digest).delete()
    if not deleted:
        raise NotFound(_("This session has ended already."))
    tell(account, "session_revoked", at=timezone.now())


@transaction.atomic
def revoke_other_sessions(*, account: Account, keep: str) -> int:
    """End all sessions of the account but the one with digest ``keep``; returns how many ended."""
    deleted, _rows = Session.objects.filter(account=account).exclude(digest=keep).delete()
    tell(account, "sessions_revoked", references={"count": deleted}, at=timezone.now())
    return deleted


@transaction.atomic
def update_contact(*, account: Account, email: str, phone: str, language: str) -> None:
    """Change one's own e-mail, telephone (both may be empty) and language. Raises :class:`Refused`."""
    account.email, account.phone, account.language = email.strip() or None, phone.strip() or None, language
    check(account, validate_unique=False)
    account.save(update_fields=["email", "phone", "language"])
    tell(account, "contact_changed", at=timezone.now())

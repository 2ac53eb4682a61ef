"""An electronic identity opens the account of whose it is."""

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed
from motcua.people.accounts import actions as accounts
from motcua.people.accounts import oidc
from motcua.people.accounts import queries as account_queries
from motcua.people.accounts.models import Account
from motcua.people.citizens.actions.recording import tell
from motcua.people.citizens.actions.registering import read_identity_number, register_party
from motcua.people.citizens.models import Party


@transaction.atomic
def account_of_identity(claims: oidc.Claims, *, signed_in: Account | None = None) -> tuple[Account, bool]:
    """The account that an electronic identity opens: the one it is linked with, else that of its identity number.

    Only a proven one opens or is linked: anybody may claim a number. Who is new here gets an account without a
    password. Answers, too, whether a password that was chosen unseen has ended. Raises ``NotAllowed``.
    """
    if not claims.proven:
        text = _(
            "The identity was not proven well enough. Have it proven by its provider, or sign in with your password."
        )
        raise NotAllowed(text, code="not_proven")
    linked = account_queries.account_of_identity(claims.provider, claims.subject)
    if linked is not None:
        return _linked(linked, claims)
    party = Party.objects.select_for_update().filter(identity_number=claims.identity_number, merged_into=None).first()
    if signed_in is not None and (party is None or party.account_id != signed_in.pk):
        raise NotAllowed(_("This identity belongs to somebody else than the account."), code="other_person")
    account = _usable(signed_in or _opened(party, claims))
    ended = accounts.link_identity(account=account, provider=claims.provider, subject=claims.subject)
    return account, ended


def _linked(account: Account, claims: oidc.Claims) -> tuple[Account, bool]:
    """The account, which somebody may have linked before the identity was proven, or opened unseen."""
    _usable(account)
    if not Party.objects.filter(account=account, identity_number=claims.identity_number).exists():
        text = _(
            "This identity is linked with an account that has another identity number. Sign in there with the "
            "password and unlink it, or please ask at the reception desk."
        )
        raise NotAllowed(text, code="other_number")
    return account, accounts.end_unseen(account=account, provider=claims.provider, subject=claims.subject)


def _opened(party: Party | None, claims: oidc.Claims) -> Account:
    number = read_identity_number(claims.identity_number)
    if number is None or not claims.name.strip():
        raise NotAllowed(_("The identity has no name or no identity number of 12 digits."), code="no_number")
    if party is not None and party.account is not None:
        return party.account
    account = accounts.create_account(username=number, display_name=claims.name, by=None)
    if party is None:
        register_party(kind=Party.Kind.CITIZEN, name=claims.name, identity_number=number, account=account, by=account)
    else:
        party.account = account
        party.save(update_fields=["account"])
        tell(party, "account_opened", account)
    return account


def _usable(account: Account) -> Account:
    if not account.is_active or account.is_officer or account.is_administrator:
        raise NotAllowed(_("This account cannot be opened with an electronic identity."), code="not_usable")
    return account

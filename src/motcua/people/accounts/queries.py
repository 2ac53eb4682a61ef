"""Reading accounts: the policy that applies, factors, sessions, tokens."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from motcua.people.accounts import rules
from motcua.people.accounts.models import Account, ApiToken, ExternalIdentity, Factor, Session, SignInPolicy
from motcua.people.accounts.sealing import digest_of

# What applies while nobody has decided otherwise.
_DEFAULTS = {
    SignInPolicy.Kind.OFFICER: {"second_factor": SignInPolicy.SecondFactor.REQUIRED},
    SignInPolicy.Kind.CITIZEN: {"second_factor": SignInPolicy.SecondFactor.OPTIONAL},
}


def policy(kind: str) -> SignInPolicy:
    """The policy for officers or for citizens; its defaults while none is stored."""
    stored = SignInPolicy.objects.filter(kind=kind).first()
    return stored or SignInPolicy(kind=kind, **_DEFAULTS[SignInPolicy.Kind(kind)])


def kind_of(account: Account) -> str:
    """Under which policy an account signs in: the stricter one when it could be both."""
    if account.is_officer or account.is_administrator:
        return SignInPolicy.Kind.OFFICER
    return SignInPolicy.Kind.CITIZEN


def policy_for(account: Account) -> SignInPolicy:
    """The policy under which an account signs in."""
    return policy(kind_of(account))


def administrators() -> QuerySet[Account]:
    """Who administers the province, by name."""
    return Account.objects.filter(is_administrator=True, is_active=True).order_by("display_name", "id")


def started_administrators() -> QuerySet[Account]:
    """Those of them who have set a password."""
    return administrators().exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def usable_factors(account: Account, rule: SignInPolicy) -> frozenset[str]:
    """The kinds of factors the account has and the policy allows."""
    kinds = Factor.objects.filter(account=account).values_list("kind", flat=True)
    return rules.allowed_factors(set(kinds), totp=rule.totp, passkey=rule.passkey)


def factors_of(account: Account) -> QuerySet[Factor]:
    """The account's factors, oldest first."""
    return Factor.objects.filter(account=account).order_by("created_at", "id")


def sessions_of(account: Account, at: datetime) -> Sequence[Session]:
    """The account's living sessions, last used first; the 50 latest."""
    recent = Session.objects.filter(account=account, expires_at__gt=at).order_by("-seen_at")[:50]
    return [session for session in recent if session.lives_at(at)]


def is_current(session: Session, store: SessionBase) -> bool:
    """Whether a listed session is the one that asks."""
    return session.digest == digest_of(store.session_key or "")


def tokens() -> QuerySet[ApiToken]:
    """All API tokens, newest first."""
    return ApiToken.objects.select_related("account").order_by("-created_at", "-id")


def names_of(readers: Collection[UUID]) -> dict[UUID, str]:
    """The names of those in an access record: accounts, and services under their tokens; one statement."""
    people = Account.objects.filter(pk__in=readers).values_list("pk", "display_name")
    services = ApiToken.objects.filter(pk__in=readers, account=None).values_list("pk", "service")
    return dict(people.union(services, all=True))


def account_of_identity(provider: str, subject: str) -> Account | None:
    """The account that an electronic identity is linked with."""
    linked = ExternalIdentity.objects.filter(provider=provider, subject=subject)
    found = linked.select_related("account__officer", "account__party").first()
    return found.account if found else None


def identities_of(account: Account) -> list[ExternalIdentity]:
    """The electronic identities by which an account signs in."""
    return list(ExternalIdentity.objects.filter(account=account).order_by("linked_at", "id"))

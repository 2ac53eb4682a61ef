"""Second factors: registered by their holder, used at sign-in, taken away."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text.typed import written
from motcua.people.accounts import passkeys, queries, rules
from motcua.people.accounts.actions.signing_in import spend_attempt
from motcua.people.accounts.actions.telling import tell
from motcua.people.accounts.models import Account, Factor, RecoveryCode, SignInPolicy
from motcua.people.accounts.sealing import keyed_digest, seal, unseal

LONGEST_LABEL = 80


def _wrong_code() -> Refused:
    return Refused(_("The code is not right. Wait for the next one and try again."), field="code", code="wrong_code")


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise Refused(_("The sign-in policy does not allow this kind of second factor."), code="not_in_policy")


@transaction.atomic
def confirm_totp(*, account: Account, secret: bytes, code: str, label: str) -> Factor:
    """Register an authenticator app that has shown a right code of ``secret``. It replaces an earlier one.

    Raises :class:`Refused` for a wrong code, a name that is too long, or when the policy forbids apps.
    """
    _refuse_unless(queries.policy_for(account).totp)
    named = written(label, field="label", longest=LONGEST_LABEL)
    now = timezone.now()
    step = rules.totp_step(secret, code, seconds=int(now.timestamp()), last_step=0)
    if step is None:
        raise _wrong_code()
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)  # two clicks replace one after the other
    Factor.objects.filter(account=account, kind=Factor.Kind.TOTP).delete()
    factor = Factor.objects.create(
        account=account,
        kind=Factor.Kind.TOTP,
        label=named or _("Authenticator app"),
        material=seal(secret),
        counter=step,
        created_at=now,
    )
    tell(account, "factor_added", references={"kind": factor.kind}, at=now)
    return factor


def use_totp(*, account: Account, code: str, address: str) -> None:
    """Accept a code of the account's app, each once. Raises :class:`Refused`, ``TooMany``."""
    _spend(account, address)
    if not _accept_totp(account, code):
        raise _failed(account, address, Factor.Kind.TOTP)


@transaction.atomic
def _accept_totp(account: Account, code: str) -> bool:
    factor = Factor.objects.select_for_update(of=("self",)).filter(account=account, kind=Factor.Kind.TOTP).first()
    if factor is None:
        return False
    now = timezone.now()
    step = rules.totp_step(unseal(factor.material), code, seconds=int(now.timestamp()), last_step=factor.counter)
    if step is None:
        return False
    factor.counter, factor.used_at = step, now
    factor.save(update_fields=["counter", "used_at"])
    return True


def _spend(account: Account, address: str) -> None:
    """Count the attempt, before the transaction that a failure would roll back."""
    spend_attempt(subject=f"factor:{account.pk}", address=address, rule=queries.policy_for(account))


@transaction.atomic
def _failed(account: Account, address: str, kind: str) -> Refused:
    references, personal = {"kind": kind}, {"address": address}
    tell(account, "factor_failed", references=references, personal=personal, at=timezone.now())
    return _wrong_code()


@transaction.atomic
def new_recovery_codes(*, account: Account) -> list[str]:
    """Ten fresh codes to write down; earlier ones are void. This is the only time they can be read."""
    codes = [rules.new_code() for _number in range(rules.RECOVERY_CODES)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, digest=_code_digest(code)) for code in codes)
    tell(account, "recovery_codes_made", at=timezone.now())
    return codes


def _code_digest(code: str) -> str:
    return keyed_digest(rules.normal_code(code), purpose="recovery")


def use_recovery_code(*, account: Account, code: str, address: str) -> int:
    """Spend a recovery code in place of the second factor; returns how many are left. Raises :class:`Refused`."""
    _spend(account, address)
    left = _accept_recovery_code(account, code)
    if left is None:
        raise _failed(account, address, "recovery")
    return left


@transaction.atomic
def _accept_recovery_code(account: Account, code: str) -> int | None:
    now = timezone.now()
    unused = RecoveryCode.objects.filter(account=account, used_at=None)
    if not unused.filter(digest=_code_digest(code)).update(used_at=now):
        return None
    left = unused.count()
    tell(account, "recovery_code_used", references={"left": left}, at=now)
    return left


@transaction.atomic
def register_passkey(*, account: Account, state: Mapping[str, Any], response: Mapping[str, Any], label: str) -> Factor:
    """Register the passkey that the browser made for ``state``. Raises :class:`Refused`."""
    _refuse_unless(queries.policy_for(account).passkey)
    named = written(label, field="label", longest=LONGEST_LABEL)
    credential = passkeys.finish_registration(state, response)
    now = timezone.now()
    factor = Factor.objects.create(
        account=account,
        kind=Factor.Kind.PASSKEY,
        label=named or _("Passkey"),
        material=bytes(credential),
        credential_id=hashlib.sha256(credential.credential_id).digest(),
        created_at=now,
    )
    tell(account, "factor_added", references={"kind": factor.kind}, at=now)
    return factor


def use_passkey(
    *, state: Mapping[str, Any], response: Mapping[str, Any], address: str, account: Account | None = None
) -> Account:
    """The account whose passkey answered the challenge of ``state``; of ``account`` alone when it is given.

    The passkey asks its holder for a finger, face or PIN, so it counts as both factors. Raises :class:`Refused`.
    """
    credential = hashlib.sha256(passkeys.credential_id_of(response)).digest()
    factor = (
        Factor.objects.select_related("account__officer", "account__party").filter(credential_id=credential).first()
    )
    if factor is None or (account is not None and factor.account_id != account.pk):
        raise passkeys.refused()
    _spend(factor.account, address)
    counter = passkeys.finish_sign_in(state, factor.material, response)
    if not factor.account.is_active or not queries.policy_for(factor.account).passkey:
        raise passkeys.refused()
    _count_passkey(factor, counter)
    return factor.account


@transaction.atomic
def _count_passkey(factor: Factor, counter: int) -> None:
    """Keep the signature counter. One that does not rise betrays a copied passkey (WebAuthn § 6.1.1)."""
    stored = Factor.objects.select_for_update(of=("self",)).filter(pk=factor.pk).first()
    if stored is None or (counter != 0 and counter <= stored.counter):
        raise passkeys.refused()
    stored.counter, stored.used_at = counter, timezone.now()
    stored.save(update_fields=["counter", "used_at"])


@transaction.atomic
def remove_factor(*, account: Account, factor_id: str) -> None:
    """Take one of the account's own factors away. Raises ``NotFound``; refuses the last one that policy requires."""
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)  # two removals leave one
    factors = {str(one.pk): one for one in queries.factors_of(account)}
    factor = factors.pop(factor_id, None)
    if factor is None:
        raise NotFound(_("There is no such second factor."))
    rule = queries.policy_for(account)
    left = rules.allowed_factors({one.kind for one in factors.values()}, totp=rule.totp, passkey=rule.passkey)
    if not left and rule.second_factor == SignInPolicy.SecondFactor.REQUIRED:
        raise Refused(_("Register another second factor before you remove this one."), code="last_factor")
    factor.delete()
    tell(account, "factor_removed", references={"kind": factor.kind}, at=timezone.now())

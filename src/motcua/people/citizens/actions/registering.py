"""Citizens and businesses become known, are corrected, and get accounts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotAllowed, Refused
from motcua.kernel.events.actions import record_many
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.rows import check, store
from motcua.kernel.text import fold
from motcua.people.accounts import actions as accounts
from motcua.people.accounts import queries as account_queries
from motcua.people.accounts.models import Account, SignInPolicy
from motcua.people.citizens import rules
from motcua.people.citizens.actions.recording import tell
from motcua.people.citizens.actions.representing import end_of_age
from motcua.people.citizens.models import Party
from motcua.people.organisations.rules import tax_code as read_tax_code

CHANGEABLE = ("name", "birth_date", "gender", "address", "commune_code", "phone", "email")


@transaction.atomic
def register_party(
    *,
    kind: str,
    name: str,
    by: Account | None,
    identity_number: str = "",
    tax_code: str = "",
    account: Account | None = None,
    **fields: Any,
) -> Party:
    """A new citizen or business. Neither telephone nor e-mail nor a number is needed: the counter serves everyone.

    Raises :class:`Refused` for a wrong number, ``Conflict`` when the number is registered already.
    """
    party = _new_party(
        kind=kind, name=name, identity_number=identity_number, tax_code=tax_code, account=account, **fields
    )
    if Party.objects.filter(_same_number(party), merged_into=None).exists():
        raise Conflict(_("This number is registered already."), field=_number_field(party), code="registered")
    store(party)
    tell(party, "registered", by, party_kind=kind)
    return party


@transaction.atomic
def register_parties(given: Sequence[Mapping[str, Any]], *, by: Account | None) -> list[Party]:
    """As :func:`register_party` for each, whose named arguments they are; as many statements for many as for one.

    Raises :class:`Refused` as it does, for a number that is registered already, too. No number may stand here twice.
    """
    parties = [_new_party(**fields) for fields in given]
    for party in parties:
        check(party, validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            Party.objects.bulk_create(parties, batch_size=1000)
    except IntegrityError:
        for party in parties:
            check(party)  # the rule that one breaks has words
        raise
    record_many(
        [
            NewEvent(
                stream=f"party:{party.pk}",
                kind="party.registered",
                actor=by.pk if by else None,
                references={"party_kind": party.kind},
                at=party.created_at,
            )
            for party in parties
        ]
    )
    return parties


def _new_party(*, kind: str, name: str, identity_number: str = "", tax_code: str = "", **fields: Any) -> Party:
    return Party(
        kind=kind,
        name=" ".join(name.split()),
        name_fold=fold(name),
        identity_number=read_identity_number(identity_number),
        tax_code=_tax_code(tax_code),
        created_at=timezone.now(),
        **fields,
    )


def _same_number(party: Party) -> Q:
    by_identity = Q(identity_number=party.identity_number, identity_number__isnull=False)
    by_tax = Q(tax_code=party.tax_code, tax_code__isnull=False)
    return by_identity | by_tax


def _number_field(party: Party) -> str:
    return "identity_number" if party.identity_number else "tax_code"


def read_identity_number(typed: str) -> str | None:
    """The number as it is stored, None for nothing. Raises :class:`Refused`."""
    number = typed.replace(" ", "")
    if not number:
        return None
    if not rules.is_identity_number(number):
        raise Refused(_("An identity number has 12 digits."), field="identity_number", code="not_a_number")
    return number


def _tax_code(typed: str) -> str | None:
    if not typed.strip():
        return None
    code = read_tax_code(typed)
    if code is None:
        raise Refused(_("This is not a valid tax code."), field="tax_code", code="not_a_tax_code")
    return code


@transaction.atomic
def change_party(*, party: Party, by: Account, **changes: Any) -> Party:
    """Correct what is known of a party; its numbers do not change. Raises :class:`Refused`."""
    party = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    was = party.birth_date
    changed = [name for name in CHANGEABLE if name in changes and getattr(party, name) != changes[name]]
    for name in changed:
        setattr(party, name, changes[name])
    party.name_fold = fold(party.name)
    store(party)
    if "birth_date" in changed and party.birth_date is not None:
        end_of_age(party, party.birth_date, was)
    if changed:
        tell(party, "changed", by, fields=changed)
    return party


@transaction.atomic
def open_account(*, party: Party, by: Account) -> tuple[Account, str]:
    """An account for a party seen at the counter; returns it with the start code to hand over.

    Raises :class:`Refused` without a number to sign in with, ``Conflict`` when there is an account.
    """
    party = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    username = party.identity_number or party.tax_code
    if username is None:
        raise Refused(_("An account needs an identity number or a tax code."), code="no_number")
    if party.merged_into_id is not None:
        raise Conflict(_("One of the two records has been merged already."))
    if party.account_id is not None:
        raise Conflict(_("This person has an account already."))
    party.account = accounts.create_account(
        username=username, display_name=party.name[:120], by=by, email=party.email or None, phone=party.phone or None
    )
    party.save(update_fields=["account"])
    tell(party, "account_opened", by)
    return party.account, accounts.issue_start_code(account=party.account, by=by)


@transaction.atomic
def sign_up(*, identity_number: str, name: str, password: str) -> Account:
    """A citizen opens an account without having been seen, where the policy allows it (a demonstration).

    Raises ``NotAllowed`` where it does not. A person who is registered already must come to a counter: otherwise
    whoever knows the number could take over what is stored of them.
    """
    if not account_queries.policy(SignInPolicy.Kind.CITIZEN).sign_up:
        raise NotAllowed(_("Accounts are opened at the reception desk."))
    if not name.strip():
        raise Refused(_("Write your name."), field="name", code="required")
    number = read_identity_number(identity_number)
    if number is None:
        raise Refused(_("An identity number has 12 digits."), field="identity_number", code="required")
    if Party.objects.filter(identity_number=number).exists():
        text = _("This number is known here already. Please ask for a start code at a reception desk.")
        raise Conflict(text, field="identity_number", code="registered")
    account = accounts.create_account(username=number, display_name=name, by=None, password=password)
    register_party(kind=Party.Kind.CITIZEN, name=name, identity_number=number, account=account, by=account)
    return account


@transaction.atomic
def give_number(*, party: Party, identity_number: str, by: Account) -> None:
    """The record of a citizen without a number gets the one that an officer has seen proven. Raises :class:`Refused`
    for a wrong number, ``Conflict`` when the number is registered already or the record has one."""
    number = read_identity_number(identity_number)
    if party.identity_number or Party.objects.filter(identity_number=number, merged_into=None).exists():
        raise Conflict(_("This number is registered already."), field="identity_number", code="registered")
    party.identity_number = number
    store(party)
    tell(party, "numbered", by)


@transaction.atomic
def forget_stated(*, party: Party, by: Account) -> None:
    """A record that a parent stated goes, with the right that rested on it. Raises ``ProtectedError`` when anything
    stands under it."""
    tell(party, "forgotten", by)
    party.delete()

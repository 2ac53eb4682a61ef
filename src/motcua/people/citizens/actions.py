"""What can happen to citizens and businesses."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.events.actions import record, record_many
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.rows import check, store
from motcua.kernel.text import fold
from motcua.people.accounts import actions as accounts
from motcua.people.accounts import oidc
from motcua.people.accounts import queries as account_queries
from motcua.people.accounts.models import Account, SignInPolicy
from motcua.people.citizens import majority, rules
from motcua.people.citizens.models import Party, Representation
from motcua.people.organisations.rules import tax_code as read_tax_code

_CHANGEABLE = ("name", "birth_date", "gender", "address", "commune_code", "phone", "email")


def _tell(party: Party, kind: str, by: Account | None, **references: Any) -> None:
    record(
        stream=f"party:{party.pk}",
        kind=f"party.{kind}",
        actor=by.pk if by else None,
        agency=None,
        references=references,
        at=timezone.now(),
    )


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
    _tell(party, "registered", by, party_kind=kind)
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
        identity_number=_identity_number(identity_number),
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


def _identity_number(typed: str) -> str | None:
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
    changed = [name for name in _CHANGEABLE if name in changes and getattr(party, name) != changes[name]]
    for name in changed:
        setattr(party, name, changes[name])
    party.name_fold = fold(party.name)
    store(party)
    if "birth_date" in changed and party.birth_date is not None:
        _end_of_age(party, party.birth_date, was)
    if changed:
        _tell(party, "changed", by, fields=changed)
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
    _tell(party, "account_opened", by)
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
    number = _identity_number(identity_number)
    if number is None:
        raise Refused(_("An identity number has 12 digits."), field="identity_number", code="required")
    if Party.objects.filter(identity_number=number).exists():
        text = _("This number is known here already. Please ask for a start code at a reception desk.")
        raise Conflict(text, field="identity_number", code="registered")
    account = accounts.create_account(username=number, display_name=name, by=None, password=password)
    register_party(kind=Party.Kind.CITIZEN, name=name, identity_number=number, account=account, by=account)
    return account


@transaction.atomic
def add_representation(
    *,
    party: Party,
    representative: Party,
    kind: str,
    valid_from: date,
    by: Account,
    valid_to: date | None = None,
    document: str = "",
    state: str = Representation.State.CONFIRMED,
) -> Representation:
    """One party acts for another from a day on. An employee of a service point does so under a dated mandate, a parent
    until the child is of age.

    Raises :class:`Refused`, also for a child who is of age or whose date of birth is not known.
    """
    if kind == Representation.Kind.SERVICE:
        if not document.strip():
            raise Refused(_("Write the number and day of the mandate."), field="document", code="required")
        if valid_to is None:
            raise Refused(_("Write the day on which the mandate ends."), field="valid_to", code="required")
    if kind == Representation.Kind.PARENT:
        end = _of_age(party, valid_from)
        valid_to = min(valid_to, end) if valid_to else end
    row = Representation(
        party=party,
        representative=representative,
        kind=kind,
        state=state,
        document=document.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    store(row)
    _tell(party, "represented", by, representative=str(representative.pk), representation=kind)
    return row


def _of_age(child: Party, on: date) -> date:
    """The day from which a parent acts for a child no more. Raises :class:`Refused`."""
    if child.birth_date is None:
        text = _("A parent acts for a child until it is of age: write the child's date of birth first.")
        raise Refused(text, field="kind", code="no_birth_date")
    end = majority.reached(child.birth_date, on)
    if end <= on:
        raise Refused(_("This person is of age: a parent cannot act for them."), field="kind", code="of_age")
    return end


def _end_of_age(child: Party, birth_date: date, was: date | None = None) -> None:
    """What parents may do for a child ends with its age as it is known now; an earlier day that an officer set stays.

    ``was``: the date of birth by which the ends were reckoned before.
    """
    today = timezone.localdate()
    rows = list(Representation.objects.filter(party=child, kind=Representation.Kind.PARENT, valid_to__gt=today))
    if not rows:
        return
    end = majority.reached(birth_date, today)
    before = majority.reached(was, today) if was else None
    for row in rows:
        assert row.valid_to is not None
        ends = end if row.valid_to == before else min(row.valid_to, end)
        row.valid_to = max(ends, row.valid_from + timedelta(days=1))
        row.save(update_fields=["valid_to"])


@transaction.atomic
def settle_representation(*, representation: Representation, state: Representation.State, by: Account) -> None:
    """Whoever checked on what a parent's right rests confirms or refuses it."""
    representation.state = state
    representation.save(update_fields=["state"])
    references = {"representative": str(representation.representative_id), "state": state.value}
    _tell(representation.party, "representation_settled", by, **references)


@transaction.atomic
def give_number(*, party: Party, identity_number: str, by: Account) -> None:
    """The record of a citizen without a number gets the one that an officer has seen proven. Raises :class:`Refused`
    for a wrong number, ``Conflict`` when the number is registered already or the record has one."""
    number = _identity_number(identity_number)
    if party.identity_number or Party.objects.filter(identity_number=number, merged_into=None).exists():
        raise Conflict(_("This number is registered already."), field="identity_number", code="registered")
    party.identity_number = number
    store(party)
    _tell(party, "numbered", by)


@transaction.atomic
def forget_stated(*, party: Party, by: Account) -> None:
    """A record that a parent stated goes, with the right that rested on it. Raises ``ProtectedError`` when anything
    stands under it."""
    _tell(party, "forgotten", by)
    party.delete()


@transaction.atomic
def end_representation(*, representation: Representation, by: Account) -> None:
    """The representation ends today. One that began today or later never was.

    Raises :class:`Refused` for what rests on a statement: that is confirmed or refused where something is filed on it.
    """
    if representation.state != Representation.State.CONFIRMED:
        text = _("This rests on a parent's statement. Confirm or refuse it at the dossier that was filed on it.")
        raise Refused(text, code="stated")
    today = timezone.localdate()
    if representation.valid_from >= today:
        representation.delete()
    else:
        representation.valid_to = today
        representation.save(update_fields=["valid_to"])
    _tell(representation.party, "representation_ended", by, representative=str(representation.representative_id))


@transaction.atomic
def merge(*, duplicate: Party, into: Party, by: Account) -> Party:
    """Two records of one person become one: ``duplicate`` stays as a mark that leads to ``into``.

    Its account and representations move, what ``into`` lacks is filled in. Dossiers and papers stay under the
    duplicate: whoever reads them follows ``merged_into``. A refused statement stays with it, too, so that what rests
    on it is never accepted and its parent sees nothing of ``into``. ``party.merged`` is told.

    Raises :class:`Refused` when the two cannot be one person, or while a parent's statement about one of them is
    neither confirmed nor refused.
    """
    pair = Party.objects.select_for_update(of=("self",)).order_by("id").in_bulk([duplicate.pk, into.pk])
    old, kept = pair[duplicate.pk], pair[into.pk]
    _refuse_merge(old, kept)
    account, old.account, old.merged_into = old.account, None, kept
    old.save(update_fields=["account", "merged_into"])
    if kept.account is None:
        kept.account = account
    for name in ("identity_number", "tax_code", *_CHANGEABLE):
        setattr(kept, name, getattr(kept, name) or getattr(old, name))
    store(kept)
    _move_representations(old, kept)
    if kept.birth_date is not None:
        _end_of_age(kept, kept.birth_date)
    Party.objects.filter(merged_into=old).update(merged_into=kept)
    _tell(kept, "merged", by, duplicate=str(old.pk), into=str(kept.pk))
    return kept


def _refuse_merge(old: Party, kept: Party) -> None:
    if old.pk == kept.pk or old.merged_into_id is not None or kept.merged_into_id is not None:
        raise NotFound(_("One of the two records has been merged already."))
    differing = [name for name in ("identity_number", "tax_code") if _differ(old, kept, name)]
    if differing or old.kind != kept.kind:
        raise Refused(_("The two records have different numbers: they are not the same person."), code="not_the_same")
    stated = Representation.objects.filter(party__in=(old, kept), state=Representation.State.STATED)
    if stated.exists():
        text = _("A parent has stated one of the records and nobody has checked it. Confirm or refuse that first.")
        raise Refused(text, code="stated")
    if old.account_id is not None and kept.account_id is not None:
        raise Refused(_("Both records have an account. Close one of them first."), code="two_accounts")


def _differ(old: Party, kept: Party, name: str) -> bool:
    return bool(getattr(old, name) and getattr(kept, name) and getattr(old, name) != getattr(kept, name))


def _move_representations(old: Party, kept: Party) -> None:
    """What would double one that is there already, or make the person represent themselves, goes."""
    for row in Representation.objects.filter(Q(party=old) | Q(representative=old)):
        if row.state == Representation.State.REFUSED and row.party_id == old.pk:
            continue
        party_id: UUID = kept.pk if row.party_id == old.pk else row.party_id
        other_id: UUID = kept.pk if row.representative_id == old.pk else row.representative_id
        same = Representation.objects.filter(party=party_id, representative=other_id, kind=row.kind, state=row.state)
        same = same.filter(Q(valid_to=row.valid_to) if row.valid_to else Q(valid_to=None)).exclude(pk=row.pk)
        if party_id == other_id or same.exists():
            row.delete()
        else:
            row.party_id, row.representative_id = party_id, other_id
            row.save(update_fields=["party", "representative"])


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
    number = _identity_number(claims.identity_number)
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
        _tell(party, "account_opened", account)
    return account


def _usable(account: Account) -> Account:
    if not account.is_active or account.is_officer or account.is_administrator:
        raise NotAllowed(_("This account cannot be opened with an electronic identity."), code="not_usable")
    return account

"""A parent states a child, takes that back, and an officer confirms or refuses it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.jobs import check_file
from motcua.kernel.blobs.actions import keep, release, store_again
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.rows import store
from motcua.kernel.text import fold
from motcua.kernel.text.typed import bare, too_long, written
from motcua.people.accounts.models import Account
from motcua.people.citizens.actions import (
    add_representation,
    forget_stated,
    give_number,
    merge,
    register_party,
    settle_representation,
)
from motcua.people.citizens.models import Party, Representation
from motcua.people.citizens.queries import party_with_number
from motcua.people.citizens.rules import is_identity_number
from motcua.services.dossiers.access import Viewer
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.routing import local_day
from motcua.services.families import queries
from motcua.services.families.access import matches_for, parent_of, require_merging
from motcua.services.families.models import Statement
from motcua.services.families.rules import Known, may_be_one
from motcua.services.vault.models import KeptPaper

MOST_WAITING = 20
LONGEST = {"name": 200, "number": 60, "issuer": 300}


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a parent states; texts as typed. ``kept``: the paper of the store that proves it, else the certificate."""

    relation: str
    name: str
    birth_date: date | None
    identity_number: str = ""
    other_parent: str = ""
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    file: StoredFile | None = None
    kept: KeptPaper | None = None


@transaction.atomic
def state_child(given: Given, *, by: Account, at: datetime | None = None) -> Statement:
    """A parent states a child of theirs and may from now on apply for it; nothing is accepted before it is confirmed.

    The child gets a record of its own, in which nothing stands but what is stated here. Raises ``Invalid`` naming what
    is missing or wrong, also a child of age; ``Conflict`` for a child stated already, or beyond 20 that wait.
    """
    parent, now = parent_of(by), at or timezone.now()
    today = local_day(now)
    if faults := _faults(given, parent, today):
        raise Invalid(_("Some answers need your attention."), errors=faults)
    assert given.birth_date is not None
    _refuse_repeated(given, parent, today)
    child = register_party(
        kind=Party.Kind.CITIZEN,
        name=bare(given.name),
        by=by,
        birth_date=given.birth_date,
        address=parent.address,
        commune_code=parent.commune_code,
    )
    lasts = add_representation(
        party=child,
        representative=parent,
        kind=Representation.Kind.PARENT,
        state=Representation.State.STATED,
        valid_from=today,
        by=by,
    )
    made = Statement(
        parent=parent,
        child=child,
        representation=lasts,
        relation=given.relation,
        name=child.name,
        birth_date=given.birth_date,
        identity_number=_digits(given.identity_number),
        other_parent=_digits(given.other_parent),
        stated_at=now,
        **(_from_store(given.kept, by) if given.kept else _from_certificate(given)),
    )
    store(made)
    if made.file_id:
        keep([made.file_id])
        check_file.defer(file=str(made.file_id))
    return made


def _digits(typed: str) -> str:
    return bare(typed).replace(" ", "")


def _from_store(kept: KeptPaper, by: Account) -> dict[str, Any]:
    assert kept.file is not None
    return {
        "basis": Statement.Basis.STORE,
        "number": kept.number,
        "issued_on": kept.issued_on,
        "issuer": kept.issuer,
        "source": kept.stream,
        "file": store_again(kept.file, by=by.pk),
    }


def _from_certificate(given: Given) -> dict[str, Any]:
    return {
        "basis": Statement.Basis.CERTIFICATE,
        "number": bare(given.number),
        "issued_on": given.issued_on,
        "issuer": bare(given.issuer),
        "file": given.file,
    }


def _faults(given: Given, parent: Party, today: date) -> dict[str, str]:
    faults = too_long({name: getattr(given, name) for name in LONGEST}, LONGEST)
    if given.relation not in Statement.Relation.values:
        faults["relation"] = _("Say whether you are the father or the mother.")
    if not bare(given.name):
        faults["name"] = _("Write the child's full name.")
    if given.birth_date is None:
        faults["birth_date"] = _("Write the child's date of birth.")
    elif given.birth_date > today:
        faults["birth_date"] = _("This day is still to come.")
    elif queries.of_age(given.birth_date, today) <= today:
        faults["birth_date"] = _("Your child is of age and applies for themselves, or authorises you in writing.")
    number, other = _digits(given.identity_number), _digits(given.other_parent)
    if other and not is_identity_number(other):
        faults["other_parent"] = _("An identity number has 12 digits.")
    elif other and other in (number, parent.identity_number):
        faults["other_parent"] = _("Write the number of the other parent, or leave it empty.")
    if number and not is_identity_number(number):
        faults["identity_number"] = _("An identity number has 12 digits.")
    elif number and number == parent.identity_number:
        faults["identity_number"] = _("This is your own number. Write the child's, or leave it empty.")
    return faults | ({} if given.kept else _certificate_faults(given, today))


def _certificate_faults(given: Given, today: date) -> dict[str, str]:
    faults = {}
    if not bare(given.number):
        faults["number"] = _("Write the number of the birth certificate.")
    if not bare(given.issuer):
        faults["issuer"] = _("Write where the birth was registered.")
    if given.issued_on and given.issued_on > today:
        faults["issued_on"] = _("This day is still to come.")
    return faults


def _refuse_repeated(given: Given, parent: Party, today: date) -> None:
    # Two tabs that state the same child wait for each other here.
    Party.objects.select_for_update().get(pk=parent.pk)
    live = Representation.objects.filter(representative=parent).exclude(state=Representation.State.REFUSED)
    live = live.filter(Q(valid_to=None) | Q(valid_to__gt=today))
    same = live.filter(party__name_fold=fold(given.name), party__birth_date=given.birth_date, party__merged_into=None)
    if same.exists():
        raise Conflict(_("You may act for this child already."), field="name", code="stated")
    waiting = queries.statements_of(parent.pk).filter(state=Statement.State.STATED)
    if waiting.count() >= MOST_WAITING:
        raise Conflict(_("Many of your statements still wait to be checked. Delete some first."), code="too_many")


@transaction.atomic
def take_back(statement: UUID, *, by: Account) -> None:
    """Delete what was stated wrongly, while it is not checked and nothing was begun with it. Raises ``Conflict``."""
    held = _waiting(statement)
    text = _(
        "Something has been begun, kept or sent for this child. Delete the drafts, papers or spreadsheets first;"
        " what was sent stays."
    )
    if queries.is_used(held):
        raise Conflict(text, code="used")
    child, file = held.child, held.file_id
    held.delete()
    try:
        forget_stated(party=child, by=by)
    except ProtectedError as used:
        raise Conflict(text, code="used") from used
    release([file] if file else [])


@transaction.atomic
def confirm(
    statement: UUID, *, dossier: Dossier, by: Actor, same: UUID | None = None, at: datetime | None = None
) -> Statement:
    """The officer has checked the basis: the parent acts for the child until it is of age.

    The stated record takes the identity number, or becomes one with the record that has it, and with the one that the
    officer has recognised as the ``same`` child. Raises ``Conflict`` when it is decided already, ``Refused`` when the
    number is registered for another name or date of birth, and as :func:`merge_child`.
    """
    now = at or timezone.now()
    others = _lock(dossier, same, by=by, at=now)
    held = _waiting(statement)
    officer = _settle(held, Representation.State.CONFIRMED, by)
    _decide(held, Statement.State.CONFIRMED, by=by, at=now)
    _tell(held, dossier, "dossier.parent_confirmed", by=by, at=now)
    _join(held, officer)
    if same is not None:
        _merge(held, same, dossier, others, by=by, at=now)
    return held


@transaction.atomic
def merge_child(statement: UUID, *, same: UUID, dossier: Dossier, by: Actor, at: datetime | None = None) -> None:
    """The officer has recognised the confirmed child in another record, that of the other parent for instance.

    Raises ``Conflict`` for a record that is not suggested (any more) to this officer or whose own statement waits,
    where the statement is not confirmed, and once the dossier is accepted; ``NotAllowed`` for whoever may not accept
    it; ``Refused`` when the two cannot be one person.
    """
    now = at or timezone.now()
    others = _lock(dossier, same, by=by, at=now)
    held = Statement.objects.select_for_update(of=("self",)).get(pk=statement)
    if held.state != Statement.State.CONFIRMED:
        raise Conflict(_("This statement is not confirmed."), code="not_confirmed")
    _merge(held, same, dossier, others, by=by, at=now)


def _lock(dossier: Dossier, same: UUID | None, *, by: Actor, at: datetime) -> list[Dossier]:
    """Lock a dossier, which must still wait to be accepted, and those filed on other statements of the ``same`` child.

    In the order of their keys, so that two officers who merge towards each other wait for one another. Gives the
    others.
    """
    others = queries.waiting_on(same) if same is not None else []
    for key in sorted({dossier.pk, *(each.pk for each in others)}):
        move = Move.begin(key, by=by, at=at)
        if key == dossier.pk:
            move.require("accept")
    return others


def _merge(
    held: Statement, same: UUID, dossier: Dossier, others: Sequence[Dossier], *, by: Actor, at: datetime
) -> None:
    """The record with an identity number stays, else that with an account, else the older; all dossiers tell it."""
    assert by.account is not None
    officer = Account.objects.get(pk=by.account)
    viewer = Viewer.of(officer)
    require_merging(viewer, dossier)
    child = Party.objects.select_related("merged_into").get(pk=held.child_id)
    held.child = child
    if child.merged_into_id == same:
        return  # one already, by the number
    match = next((each for each in matches_for(viewer, held) if each.party.pk == same and each.is_settled), None)
    if match is None:
        text = _("The other record has changed, or its own statement still waits. Please look at it again.")
        raise Conflict(text, code="no_match")
    kept, duplicate = sorted((child.merged_into or child, match.party), key=_rank)
    merge(duplicate=duplicate, into=kept, by=officer)
    for told in (dossier, *others):
        _tell(held, told, "dossier.child_merged", by=by, at=at, into=str(kept.pk))


def _rank(record: Party) -> tuple[bool, bool, datetime, UUID]:
    return not record.identity_number, record.account_id is None, record.created_at, record.pk


def _settle(held: Statement, state: Representation.State, by: Actor) -> Account:
    """What the parent may do follows what was found; gives the officer's account."""
    assert by.account is not None
    officer = Account.objects.get(pk=by.account)
    if held.representation:
        settle_representation(representation=held.representation, state=state, by=officer)
    return officer


def _join(held: Statement, by: Account) -> None:
    """One record for one child, under the number that was stated."""
    if not held.identity_number:
        return
    registered, child = party_with_number(held.identity_number), held.child
    if registered is None:
        give_number(party=child, identity_number=held.identity_number, by=by)
    elif not may_be_one(Known(held.name, held.birth_date), Known(registered.name, registered.birth_date)):
        text = _(
            "The identity number is registered for another name or date of birth. Correct the record first, or refuse."
        )
        raise Refused(text, code="other_child")
    else:
        merge(duplicate=child, into=registered, by=by)


@transaction.atomic
def refuse(statement: UUID, *, dossier: Dossier, reason: str, by: Actor, at: datetime | None = None) -> Statement:
    """Nothing more is filed on this statement, and what was filed cannot be accepted; the parent reads the reason.

    Raises ``Refused`` without a reason, ``Conflict`` when it is decided already.
    """
    said = written(reason, _("Write the reason; the parent reads it."), "reason", 500)
    now = at or timezone.now()
    _lock(dossier, None, by=by, at=now)
    held = _waiting(statement)
    _settle(held, Representation.State.REFUSED, by)
    held.reason = said
    _decide(held, Statement.State.REFUSED, by=by, at=now)
    _tell(held, dossier, "dossier.parent_refused", by=by, at=now, reason=said)
    return held


def _waiting(statement: UUID) -> Statement:
    held = Statement.objects.select_for_update(of=("self",)).filter(pk=statement).first()
    if held is None:
        raise NotFound(_("There is no such statement."))
    if held.state != Statement.State.STATED:
        raise Conflict(_("This statement has been decided already."), code="decided")
    return held


def _decide(held: Statement, state: str, *, by: Actor, at: datetime) -> None:
    held.state, held.decided_at, held.decided_by_id, held.office_id = state, at, by.account, by.office
    store(held)


def _tell(
    held: Statement, dossier: Dossier, kind: str, *, by: Actor, at: datetime, reason: str = "", **about: str
) -> None:
    record(
        stream=dossier.stream,
        kind=kind,
        actor=by.account,
        agency=by.office or dossier.receiving_office_id,
        at=at,
        person=dossier.applicant_id,
        references={**by.references(), "statement": str(held.pk), "relation": held.relation, **about},
        personal={"reason": reason} if reason else None,
    )

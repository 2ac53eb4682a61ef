"""What can happen to officers: they come, take positions, delegate, are substituted, and leave."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.rows import store
from motcua.kernel.text import fold, name_sort_key
from motcua.people.accounts import actions as accounts
from motcua.people.accounts.models import Account
from motcua.people.accounts.sealing import identity_hash
from motcua.people.officers import limits
from motcua.people.officers.imports import Entry
from motcua.people.officers.models import (
    AskedPosition,
    Authority,
    DeclaredRelative,
    Delegation,
    Officer,
    Position,
    Substitution,
)
from motcua.people.organisations.models import Office


def tell(
    officer: Officer,
    kind: str,
    by: Account | None,
    *,
    agency: UUID | None = None,
    about: Mapping[str, Any] | None = None,
) -> None:
    """Tell a fact in the story of an officer."""
    record(
        stream=f"account:{officer.pk}",
        kind=f"officer.{kind}",
        actor=by.pk if by else None,
        agency=agency,
        references=about or {},
        at=timezone.now(),
    )


@transaction.atomic
def add_officer(
    *,
    username: str,
    name: str,
    by: Account,
    staff_number: str = "",
    identity_number: str = "",
    email: str = "",
    phone: str = "",
) -> Officer:
    """A new officer with an account; the holder sets a password with a start code. Raises :class:`Refused`."""
    account = accounts.create_account(
        username=username, display_name=name, by=by, email=email.strip() or None, phone=phone.strip() or None
    )
    officer = Officer(
        account=account,
        staff_number=staff_number.strip() or None,
        name_fold=fold(name),
        sort_key=name_sort_key(name),
        identity_hash=identity_hash(identity_number) if identity_number.strip() else "",
    )
    store(officer)
    tell(officer, "added", by)
    return officer


@transaction.atomic
def record_identity_number(*, officer: Officer, identity_number: str, by: Account) -> None:
    """Record or correct an officer's identity number, of which only a hash is kept; empty: it is not known.

    It ties certificates to their holder and keeps dossiers of one's own away. Raises :class:`Refused` for what is no
    identity number.
    """
    officer.identity_hash = identity_hash(_identity_number(identity_number)) if identity_number.strip() else ""
    officer.save(update_fields=["identity_hash"])
    tell(officer, "identity_number_recorded", by, about={"known": bool(officer.identity_hash)})


def _identity_number(typed: str) -> str:
    number = typed.strip()
    if len(number) != 12 or not number.isascii() or not number.isdigit():
        raise Refused(_("An identity number has 12 digits."), field="identity_number", code="not_a_number")
    return number


@transaction.atomic
def give_position(
    *,
    officer: Officer,
    office: Office,
    title: str,
    roles: Sequence[str],
    valid_from: date,
    by: Account,
    last_day: date | None = None,
) -> Position:
    """A position in an office from a day on, to a last day when it is known. Raises :class:`Refused`."""
    if not office.exists_on(valid_from):
        raise Refused(_("The office does not exist on this day."), field="valid_from", code="no_office")
    position = Position(
        officer=officer,
        office=office,
        title=title.strip(),
        roles=sorted(set(roles)),
        valid_from=valid_from,
        valid_to=_after(last_day),
    )
    store(position)
    tell(
        officer, "position_given", by, agency=office.pk, about={"position": str(position.pk), "roles": position.roles}
    )
    return position


def _after(last_day: date | None) -> date | None:
    """Validity ends with the day after the last day."""
    return last_day + timedelta(days=1) if last_day else None


@transaction.atomic
def end_position(*, position: Position, last_day: date, by: Account) -> None:
    """A position ends with its last day, and the delegations from and to it. Raises :class:`Refused`.

    One that is over stays over: a later last day would give the desk back.
    """
    position = Position.objects.select_for_update(of=("self",)).select_related("officer").get(pk=position.pk)
    if position.valid_to is not None and position.valid_to <= timezone.localdate():
        raise Conflict(_("This position has ended already."), code="ended")
    if last_day < position.valid_from - timedelta(days=1):
        raise Refused(_("The last day must not be before the first day."), field="last_day", code="too_early")
    position.valid_to = _after(last_day)
    position.save(update_fields=["valid_to"])
    _cut(Delegation.objects.filter(models.Q(from_position=position) | models.Q(to_position=position)), last_day)
    tell(position.officer, "position_ended", by, agency=position.office_id, about={"position": str(position.pk)})


def _cut(rows: models.QuerySet[Any], last_day: date) -> None:
    """Let dated rows end with a day: what has not begun by then goes, what runs longer is shortened."""
    rows.filter(valid_from__gt=last_day).delete()
    rows.filter(valid_to__gt=_after(last_day)).update(valid_to=_after(last_day))


@transaction.atomic
def delegate(
    *,
    from_position: Position,
    to_position: Position,
    roles: Sequence[str],
    valid_from: date,
    last_day: date,
    document: str,
    by: Account,
    authority: str = Authority.BY_DELEGATION,
    scope: Sequence[str] | None = None,
) -> Delegation:
    """Lend roles of a position to another one for a time, by a written document. Raises :class:`Refused`.

    ``authority`` is how the receiver signs (:class:`Authority`); ``scope`` limits it to some matters, by their labels
    (:mod:`.limits`), one at least; None: all that the roles may do.
    """
    limited_to = {} if scope is None else _known(scope)
    if not set(roles) <= set(from_position.roles):
        raise Refused(_("Only roles of the own position can be delegated."), field="roles", code="foreign_roles")
    row = Delegation(
        from_position=from_position,
        to_position=to_position,
        roles=sorted(set(roles)),
        valid_from=valid_from,
        valid_to=_after(last_day),
        document=document.strip(),
        authority=authority,
        scope=list(limited_to),
    )
    store(row)
    tell(
        from_position.officer,
        "delegated",
        by,
        agency=from_position.office_id,
        about={
            "delegation": str(row.pk),
            "to": str(to_position.officer_id),
            "roles": row.roles,
            "document": row.document,
            "authority": row.authority,
            "scope": [{"matter": label, "name": name} for label, name in limited_to.items()],
        },
    )
    return row


def _known(scope: Sequence[str]) -> dict[str, str]:
    """The labels of a scope with their names. Raises :class:`Refused` for none, unknown ones and too many."""
    if not scope:
        raise Refused(_("Find and choose what the delegation is limited to."), field="scope", code="required")
    if len(scope) > limits.MOST:
        raise Refused(_("Choose at most %(n)d at once.") % {"n": limits.MOST}, field="scope", code="too_many")
    known = limits.named(scope)
    if not known.keys() >= set(scope):
        raise Refused(_("Choose from what is offered here."), field="scope", code="unknown")
    return known


@transaction.atomic
def revoke_delegation(*, delegation: Delegation, by: Account) -> None:
    """End a delegation today. One that has not begun goes."""
    _cut(Delegation.objects.filter(pk=delegation.pk), timezone.localdate() - timedelta(days=1))
    tell(delegation.from_position.officer, "delegation_revoked", by, about={"delegation": str(delegation.pk)})


@transaction.atomic
def substitute(*, absent: Officer, substitute: Officer, valid_from: date, last_day: date, by: Account) -> Substitution:
    """While one officer is away, another of the same office does the work. Raises :class:`Refused`."""
    shared = Position.objects.on(valid_from).filter(officer=absent).values("office")
    if not Position.objects.on(valid_from).filter(officer=substitute, office__in=shared).exists():
        raise Refused(_("The substitute must work in the same office."), field="substitute", code="other_office")
    row = Substitution(absent=absent, substitute=substitute, valid_from=valid_from, valid_to=_after(last_day))
    store(row)
    tell(absent, "substituted", by, about={"substitution": str(row.pk), "by": str(substitute.pk)})
    return row


@transaction.atomic
def end_substitution(*, substitution: Substitution, by: Account) -> None:
    """The absent officer is back: the substitution ends today."""
    _cut(Substitution.objects.filter(pk=substitution.pk), timezone.localdate() - timedelta(days=1))
    tell(substitution.absent, "substitution_ended", by, about={"substitution": str(substitution.pk)})


@transaction.atomic
def leave(*, officer: Officer, hand_over_to: Officer, by: Account, reason: str) -> None:
    """An officer leaves today: positions, delegations and substitutions end, the account closes, and
    ``officer.left`` names who takes over the inbox.

    Raises :class:`Refused` unless the other one works in one of the officer's offices, ``Conflict`` when already gone.
    """
    today = timezone.localdate()
    officer = Officer.objects.select_for_update(of=("self",)).select_related("account").get(pk=officer.pk)
    if officer.left_on is not None:
        raise Conflict(_("This officer has left already."))
    held = Position.objects.on(today).filter(officer=officer)
    promised = Position.objects.filter(officer=officer, valid_from__gt=today)
    offices = sorted(str(key) for key in held.values_list("office_id", flat=True))
    heirs = Position.objects.on(today).filter(officer=hand_over_to).exclude(officer=officer)
    if offices and not heirs.filter(office__in=offices).exists():
        raise Refused(_("Choose an officer of the same office."), field="hand_over_to", code="other_office")
    for position in [*held, *promised]:
        end_position(position=position, last_day=max(today, position.valid_from - timedelta(days=1)), by=by)
    AskedPosition.objects.filter(officer=officer, settled_at=None).delete()  # the story keeps who asked
    mine = models.Q(absent=officer) | models.Q(substitute=officer)
    _cut(Substitution.objects.filter(mine), today)
    officer.left_on = today
    officer.save(update_fields=["left_on"])
    accounts.suspend(account=officer.account, by=by, reason=reason)
    tell(
        officer,
        "left",
        by,
        about={"officer": str(officer.pk), "hand_over_to": str(hand_over_to.pk), "offices": offices},
    )


@transaction.atomic
def continue_in_successor(*, old: UUID, new: UUID, since: date, by: Account | None) -> int:
    """Positions in an office that ended go on in its successor with title, roles, delegations; returns how many.

    Done again it does nothing. Who holds the same title there already keeps one position with the roles of both.
    """
    ending = (
        Position.objects.select_for_update(of=("self",))
        .select_related("officer")
        .filter(office=old)
        .exclude(valid_to__lte=since)
        .order_by("id")
    )
    heirs = {position.pk: _continued(position, new, since) for position in ending}
    _move_delegations(heirs, since)
    for position in ending:
        about = {"from": str(position.pk), "position": str(heirs[position.pk].pk), "since": since.isoformat()}
        position.valid_to = max(since, position.valid_from)
        position.save(update_fields=["valid_to"])
        tell(position.officer, "position_continued", by, agency=new, about=about)
    return len(heirs)


def _continued(position: Position, office: UUID, since: date) -> Position:
    if position.valid_to is None:
        same = Position.objects.filter(officer=position.officer, office=office, title=position.title, valid_to=None)
        held: Position | None = same.first()
        if held is not None:
            held.roles = sorted({*held.roles, *position.roles})
            held.save(update_fields=["roles"])
            return held
    heir: Position = Position.objects.create(
        officer=position.officer,
        office_id=office,
        title=position.title,
        roles=position.roles,
        valid_from=max(since, position.valid_from),
        valid_to=position.valid_to,
    )
    return heir


def _move_delegations(heirs: dict[UUID, Position], since: date) -> None:
    """What was delegated from or to a position that ends is so from or to the one that goes on."""
    ending = models.Q(from_position__in=heirs) | models.Q(to_position__in=heirs)
    for row in Delegation.objects.filter(ending, valid_to__gt=since):
        giver = heirs[row.from_position_id].pk if row.from_position_id in heirs else row.from_position_id
        taker = heirs[row.to_position_id].pk if row.to_position_id in heirs else row.to_position_id
        if giver != taker:
            Delegation.objects.create(
                from_position_id=giver,
                to_position_id=taker,
                roles=row.roles,
                document=row.document,
                authority=row.authority,
                scope=row.scope,
                valid_from=max(since, row.valid_from),
                valid_to=row.valid_to,
            )
        if row.valid_from >= since:
            row.delete()
        else:
            row.valid_to = since
            row.save(update_fields=["valid_to"])


@transaction.atomic
def declare_relative(*, officer: Officer, identity_number: str, relation: str) -> DeclaredRelative:
    """An officer declares a relative, whose dossiers they never handle. Only a hash is kept.

    Raises :class:`Refused` for what is no identity number, and for one declared before.
    """
    known = identity_hash(_identity_number(identity_number))
    row = DeclaredRelative(officer=officer, identity_hash=known, relation=relation.strip())
    store(row)
    tell(officer, "relative_declared", officer.account, about={"relative": str(row.pk)})
    return row


@transaction.atomic
def withdraw_relative(*, officer: Officer, relative_id: UUID) -> None:
    """Take back a declaration that was wrong. Raises ``NotFound``."""
    deleted, _rows = DeclaredRelative.objects.filter(officer=officer, pk=relative_id).delete()
    if not deleted:
        raise NotFound(_("There is no such declaration."))
    tell(officer, "relative_withdrawn", officer.account, about={"relative": str(relative_id)})


@transaction.atomic
def import_officers(*, entries: Sequence[Entry], by: Account) -> int:
    """Store a checked directory (:mod:`.imports`); who is known already gets new positions only.

    Returns how many positions were given. Raises :class:`Refused` for the first line that does not fit.
    """
    known = {
        officer.account.username: officer
        for officer in Officer.objects.select_related("account").filter(
            account__username__in={entry.username for entry in entries}
        )
    }
    offices = {office.pk: office for office in Office.objects.filter(pk__in={entry.office_id for entry in entries})}
    for entry in entries:
        if entry.username not in known:
            known[entry.username] = add_officer(
                username=entry.username,
                name=entry.name,
                staff_number=entry.staff_number,
                identity_number=entry.identity_number,
                email=entry.email,
                phone=entry.phone,
                by=by,
            )
        give_position(
            officer=known[entry.username],
            office=offices[entry.office_id],
            title=entry.title,
            roles=entry.roles,
            valid_from=entry.valid_from,
            by=by,
        )
    return len(entries)

"""Reading officers: the desk, the directory, who is related to whom."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from motcua.kernel.events.models import Event
from motcua.kernel.postgresql import prepared_cursor
from motcua.kernel.text import fold
from motcua.kernel.text.dates import VIETNAM, midnight
from motcua.kernel.time.queries import IN_FORCE
from motcua.people.accounts.models import Account, FactorReset
from motcua.people.accounts.sealing import identity_hash
from motcua.people.officers.desks import Desk, HeldPosition, roots_of
from motcua.people.officers.imports import Directory, check, usernames
from motcua.people.officers.models import DeclaredRelative, Delegation, Officer, Position, Role, Substitution
from motcua.people.organisations.models import OfficeCode
from motcua.people.organisations.queries import Reach, reaches

_ON = "({0}.valid_from <= %(day)s AND ({0}.valid_to IS NULL OR {0}.valid_to > %(day)s))"
_ROW = """
    SELECT p.id, p.officer_id, p.office_id, o.name, p.title, {roles}, '{basis}', {authority}, {own_title}, {scope},
           EXISTS (SELECT FROM organisations_officesuccession s WHERE s.new_id = p.office_id AND s.since <= %(day)s),
           ({calendars})
    FROM officers_position p JOIN organisations_office o ON o.id = p.office_id"""
_ALL = {"calendars": IN_FORCE}
_WHOLE = _ALL | {"roles": "p.roles", "authority": "''", "own_title": "''", "scope": "'{}'::varchar[]"}
_LENT = _ALL | {"roles": "d.roles", "authority": "d.authority", "own_title": "t.title", "scope": "d.scope"}
# Asked in every officer's request: composed by the ORM it costs ten times as much.
_HELD = f"""
    {_ROW.format(basis="own", **_WHOLE | {"own_title": "p.title"})}
    WHERE p.officer_id = %(account)s AND {_ON.format("p")}
    UNION ALL {_ROW.format(basis="substitute", **_WHOLE)}
    JOIN officers_substitution a ON a.absent_id = p.officer_id
    WHERE a.substitute_id = %(account)s AND {_ON.format("a")} AND {_ON.format("p")}
    UNION ALL {_ROW.format(basis="delegated", **_LENT)}
    JOIN officers_delegation d ON d.from_position_id = p.id
    JOIN officers_position t ON t.id = d.to_position_id
    WHERE t.officer_id = %(account)s AND {_ON.format("d")} AND {_ON.format("p")} AND {_ON.format("t")}
"""
_OWN_OR_RELATIVES = """
    SELECT identity_hash FROM officers_officer WHERE account_id = %s AND identity_hash = ANY(%s)
    UNION SELECT identity_hash FROM officers_declaredrelative WHERE officer_id = %s AND identity_hash = ANY(%s)
"""


def local_day(at: datetime) -> date:
    """The day in Vietnam."""
    return at.astimezone(VIETNAM).date()


def desk_of(account: Account, at: datetime) -> Desk:
    """What the account may act as at a moment; at most two statements. Nobody's desk for who is not an officer."""
    if not account.is_active:
        return Desk(account_id=account.pk)
    day = local_day(at)
    held, heirs, calendars = _positions(account.pk, day)
    positions, limited = (tuple(each for each in held if bool(each.scope) == some) for some in (False, True))
    heads, admins = roots_of(positions, Role.HEAD), roots_of(positions, Role.ADMIN)
    reach = reaches(heads | admins | heirs | roots_of(limited, Role.HEAD), day)
    return Desk(
        account_id=account.pk,
        positions=positions,
        limited=tuple(replace(each, headed=_under(roots_of([each], Role.HEAD), reach)) for each in limited),
        succeeded={old: heir for heir in heirs for old in reach[heir].own if old != heir},
        headed_office_ids=_under(heads, reach),
        administered_office_ids=_under(admins, reach),
        is_administrator=account.is_administrator,
        calendars=calendars,
    )


def _under(roots: frozenset[UUID], reach: Mapping[UUID, Reach]) -> frozenset[UUID]:
    return frozenset[UUID]().union(*(reach[root].whole for root in roots))


def _positions(account_id: UUID, day: date) -> tuple[tuple[HeldPosition, ...], frozenset[UUID], int | None]:
    """Own positions, those of officers substituted, and the delegated roles; which of the offices have taken over the
    tasks of a closed one; and, where there is a position, the version of calendars in force. One statement."""
    with prepared_cursor() as cursor:
        cursor.execute(_HELD, {"account": account_id, "day": day})
        rows = cursor.fetchall()
    positions, heirs = [], set[UUID]()
    for key, officer, office, name, title, roles, basis, authority, own_title, scope, succeeds, _calendars in rows:
        lent = (authority, own_title, frozenset(scope))
        positions.append(HeldPosition(key, officer, office, name, title, frozenset(roles), basis, *lent))
        heirs |= {office} if succeeds else set()
    return tuple(positions), frozenset(heirs), rows[0][-1] if rows else None


def is_own_or_relative(officer_id: UUID, *identity_numbers: str | None) -> bool:
    """Whether the officer or a declared relative is among some people: they never handle their dossiers."""
    return bool(own_or_relatives(officer_id, identity_numbers))


def own_or_relatives(officer_id: UUID, identity_numbers: Iterable[str | None]) -> frozenset[str]:
    """Of some identity numbers the officer's own and those of declared relatives; one statement at most."""
    known = {identity_hash(number): number for number in identity_numbers if number}
    if not known:
        return frozenset()
    hashes = list(known)
    with prepared_cursor() as cursor:
        cursor.execute(_OWN_OR_RELATIVES, [officer_id, hashes, officer_id, hashes])
        return frozenset(known[found] for (found,) in cursor.fetchall())


def barred_officers(identity_number: str) -> frozenset[UUID]:
    """All officers who must not handle dossiers of a person: themselves and whoever declared them as a relative."""
    if not identity_number:
        return frozenset()
    known = identity_hash(identity_number)
    own = Officer.objects.filter(identity_hash=known).values_list("pk")
    return frozenset(
        row[0] for row in own.union(DeclaredRelative.objects.filter(identity_hash=known).values_list("officer"))
    )


def officers_in(office_id: UUID, day: date) -> QuerySet[Position]:
    """Who holds which position in an office on a day, in the Vietnamese order of names."""
    return (
        Position.objects.on(day)
        .filter(office=office_id)
        .select_related("officer__account", "office")
        .order_by("officer__sort_key", "id")
    )


def with_succeeded(held: Collection[tuple[UUID, UUID]], day: date) -> set[tuple[UUID, UUID]]:
    """Officers with the offices that they work in, and the same with the closed offices that these have succeeded; at
    most one statement."""
    reach = reaches({office for _officer, office in held}, day)
    return {(officer, old) for officer, office in held for old in reach[office].own}


def offices_of(officer: UUID, day: date, *roles: str) -> frozenset[UUID]:
    """The offices in which an officer holds a position (with one of the roles), closed ones that these succeeded among
    them, as :attr:`Desk.office_ids` counts; two statements."""
    held = Position.objects.on(day).filter(officer=officer)
    held = held.filter(roles__overlap=list(roles)) if roles else held
    return frozenset(old for _officer, old in with_succeeded(set(held.values_list("officer", "office")), day))


@dataclass(frozen=True)
class EndedPosition:
    """Whose position in which office was ended by whom, and from when on it is over."""

    officer: UUID
    office: UUID
    by: UUID | None
    gone: datetime


def ended_positions(events: Iterable[Event]) -> list[EndedPosition]:
    """What events ``officer.position_ended`` tell; one statement."""
    by = {UUID(event.references["position"]): event.actor for event in events}
    rows = Position.objects.filter(pk__in=by, valid_to__isnull=False).order_by("id")
    return [
        EndedPosition(officer, office, by[key], midnight(day))
        for key, officer, office, day in rows.values_list("pk", "officer", "office", "valid_to")
    ]


def holders(office_id: UUID, at: datetime, *roles: str) -> set[UUID]:
    """The accounts of all who hold one of the roles in an office at a moment: whom a notice to the office reaches."""
    held = Position.objects.on(local_day(at)).filter(office=office_id, roles__overlap=list(roles))
    return set(held.values_list("officer", flat=True))


def standing_in(
    accounts: Collection[UUID], at: datetime, *roles: str, office: UUID | None = None, matters: Collection[str] = ()
) -> set[UUID]:
    """Who does the work of some officers at a moment: their substitutes; and, of what the ``roles`` do in the
    ``office``, who holds a delegation of their positions there, if limited, in one of the ``matters``. One statement.
    """
    if not accounts:
        return set()
    day = local_day(at)
    found = Substitution.objects.on(day).filter(absent__in=accounts).values_list("substitute")
    if roles:
        held = Position.objects.on(day)
        lent = Delegation.objects.on(day).filter(roles__overlap=list(roles), to_position__in=held)
        lent = lent.filter(from_position__in=held.filter(officer__in=accounts, office=office))
        lent = lent.filter(Q(scope=[]) | Q(scope__overlap=list(matters)))
        found = found.union(lent.values_list("to_position__officer"))
    return {row[0] for row in found}


def officers_with_role(office_id: UUID, role: str, day: date) -> QuerySet[Position]:
    """Who may be given work of a role in an office."""
    return officers_in(office_id, day).filter(roles__contains=[role])


def checked_directory(table: Sequence[Sequence[str]]) -> Directory:
    """Check an officers' directory against the offices and officers that exist today."""
    codes = OfficeCode.objects.on(timezone.localdate()).values_list("code", "office_id")
    holders = Account.objects.filter(username__in=usernames(table)).values_list("username", "officer__name_fold")
    taken = {username: name or "" for username, name in holders}
    return check(table, offices=dict(codes), taken=taken)


def officers_matching(text: str) -> QuerySet[Officer]:
    """Officers whose name holds every word or whose username begins with the text, in the order of names."""
    by_name = Q(*(Q(name_fold__contains=word) for word in fold(text).split()))
    found = Officer.objects.filter(by_name | Q(account__username__startswith=text.strip().lower()))
    return found.select_related("account").order_by("sort_key", "account_id")


def delegations_after(day: date) -> QuerySet[Delegation]:
    """Delegations that are in force on a day or come later, with whom they name."""
    joined = ("from_position__officer__account", "from_position__office", "to_position__officer__account")
    return Delegation.objects.filter(valid_to__gt=day).select_related(*joined).order_by("valid_from", "id")


def colleagues_of(officer: Officer, day: date) -> QuerySet[Officer]:
    """The officers who hold a position in one of the officer's offices on a day."""
    offices = Position.objects.on(day).filter(officer=officer).values("office")
    others = Position.objects.on(day).filter(office__in=offices).exclude(officer=officer)
    return (
        Officer.objects.filter(pk__in=others.values("officer"), left_on=None)
        .select_related("account")
        .order_by("sort_key", "account_id")
    )


def own_offices(desk: Desk) -> frozenset[UUID]:
    """Where the officer works in a position of their own."""
    return frozenset(position.office_id for position in desk.positions if position.basis == "own")


def resets_to_confirm(desk: Desk) -> QuerySet[FactorReset]:
    """Resets that wait for a second person of one of the desk's own offices."""
    return (
        FactorReset.objects.filter(confirmed_at=None, office_id__in=own_offices(desk))
        .exclude(started_by=desk.account_id)
        .exclude(account=desk.account_id)
        .select_related("account", "started_by")
        .order_by("started_at", "id")
    )

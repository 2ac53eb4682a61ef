"""Reading dossiers: inboxes and lists. Everything through ``access``; every list is keyset-paged.

What a list says of its rows is read by :mod:`lines`; whoever needs the models asks ``for_rows()``.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from motcua.kernel.composed import Asked
from motcua.kernel.postgresql import prepared_cursor
from motcua.kernel.time.queries import book
from motcua.people.accounts.models import Account
from motcua.people.officers.desks import Desk
from motcua.services.dossiers.abilities import CASHIER, LEADER, RECEPTION, RETURN
from motcua.services.dossiers.access import Viewer, dossiers_for, invitations_of
from motcua.services.dossiers.delegating import Limited
from motcua.services.dossiers.filed import asked_for_public, listed_for_public
from motcua.services.dossiers.lines import DossierLine, dossier_lines
from motcua.services.dossiers.models import (
    CoApplicant,
    Dossier,
    DossierQuerySet,
    Draft,
    FeeLine,
    Incident,
    ResultDocument,
    State,
    SupplementProposal,
    WorkItem,
    WorkItemQuerySet,
)
from motcua.services.dossiers.models.dossier import CLOCK_STOPPED, CLOSED, RUNNING_CLOCK, without_package
from motcua.services.dossiers.models.papers import OWED_AFTERWARDS
from motcua.services.dossiers.models.work import SORT_DUE
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.soon import due_soon
from motcua.services.procedures.delegating import versions_within

_ITEM, _DOSSIER = WorkItem._meta.db_table, Dossier._meta.db_table
_UNDECIDED_FAMILY = """
    WITH RECURSIVE family AS (
      SELECT id FROM dossiers_dossier WHERE parent_id = %s AND closed_at IS NULL AND decided_at IS NULL
      UNION ALL SELECT d.id FROM dossiers_dossier d JOIN family ON d.parent_id = family.id
      WHERE d.closed_at IS NULL AND d.decided_at IS NULL)
    SELECT id FROM family
"""


@dataclass(frozen=True)
class InboxCounts:
    """The numbers beside the filters of an inbox; each agrees with its list."""

    all: int
    mine: int
    unclaimed: int
    due_soon: int
    overdue: int


def inbox(desk: Desk, *, filter_by: str = "all", at: datetime) -> Asked[WorkItemQuerySet]:
    """The open steps that an officer may do, most urgent first; order by ``sort_due, id``."""
    return (_of_desk(desk) & _FILTERS[filter_by](desk, at)).asked


def inbox_counts(desk: Desk, *, at: datetime) -> InboxCounts:
    """All counts in one statement over the partial index of open steps, and one for the version of calendars."""
    conditions = [condition(desk, at) for condition in _FILTERS.values()]
    mine = _of_desk(desk)
    counts = ", ".join(f"count(*) FILTER (WHERE {each.sql})" for each in conditions)
    with prepared_cursor() as cursor:
        cursor.execute(
            f"SELECT {counts} FROM {_ITEM} WHERE {mine.sql}",  # noqa: S608 - our own words
            [*(value for each in conditions for value in each.params), *mine.params],
        )
        return InboxCounts(*cursor.fetchone())


@dataclass(frozen=True)
class Condition:
    """A condition on work items, written out: composing the inbox's and its counts' took a third of the page."""

    sql: str
    params: tuple[Any, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(f"{self.sql} AND {other.sql}", (*self.params, *other.params))

    @property
    def asked(self) -> Asked[WorkItemQuerySet]:
        """The steps, with the order of lists as ``sort_due``."""
        return Asked(self.sql, self.params, self._steps)

    def _steps(self) -> WorkItemQuerySet:
        condition = RawSQL(self.sql, self.params, output_field=BooleanField())  # noqa: S611 - our own words
        return WorkItem.objects.filter(condition).annotate(sort_due=SORT_DUE)


_OPEN = Condition(f"{_ITEM}.state = 'open' AND {_ITEM}.kind = 'step'")
_RUNS = Condition(f"NOT {_ITEM}.paused")
_FILTERS: dict[str, Callable[[Desk, datetime], Condition]] = {
    "all": lambda desk, at: Condition("true"),
    "mine": lambda desk, at: _of_assignees(desk),
    "unclaimed": lambda desk, at: Condition(f"{_ITEM}.assignee_id IS NULL"),
    "due_soon": lambda desk, at: (
        _RUNS & Condition(*due_soon(_ITEM, "office_id", at=at, calendars=book(desk.calendars), among=_offices(desk)))
    ),
    "overdue": lambda desk, at: _RUNS & Condition(f"{_ITEM}.due_at < %s", (at,)),
}
INBOX_FILTERS = tuple(_FILTERS)


def _of_desk(desk: Desk) -> Condition:
    """The officer's open steps: a role of theirs in the step's office, theirs or nobody's."""
    return _OPEN & _somewhere(desk, _of_roles) & _theirs(desk)


def _somewhere(desk: Desk, where: Callable[[Desk], Condition]) -> Condition:
    """What a desk has by itself, and what its limited delegations give in the dossiers that they reach."""
    found = where(desk)
    for scope, part in desk.parts.items():
        limited = where(part) & reached(scope)
        found = Condition(f"({found.sql} OR {limited.sql})", (*found.params, *limited.params))
    return found


def reached(scope: Collection[str], dossier: str = f"{_ITEM}.dossier_id") -> Condition:
    """What belongs to the dossiers that a limited delegation reaches."""
    try:
        sql, params = versions_within(scope).values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Condition("false")
    among = f"d.id = {dossier} AND d.procedure_version_id IN ({sql})"
    return Condition(f"EXISTS (SELECT FROM {_DOSSIER} d WHERE {among})", params)


def _of_roles(desk: Desk) -> Condition:
    offices = list(desk.office_ids)
    roles = [("", *desk.roles_in(office)) for office in offices]
    here = " OR ".join(f"{_ITEM}.office_id = %s AND {_ITEM}.role IN ({_places(each)})" for each in roles) or "false"
    values = [value for office, each in zip(offices, roles, strict=True) for value in (office, *each)]
    return Condition(f"({here})", tuple(values))


def _open_steps(desk: Desk, offices: Callable[[Desk], Collection[UUID]]) -> Condition:
    """The open steps of some offices of a desk."""

    def here(part: Desk) -> Condition:
        keys = tuple(offices(part))
        return Condition(f"{_ITEM}.office_id IN ({_places(keys) or 'NULL'})", keys)

    return _OPEN & _somewhere(desk, here)


def _headed(desk: Desk) -> Collection[UUID]:
    return desk.headed_office_ids


def _offices(desk: Desk) -> set[UUID]:
    """All offices that a desk has to do with, also by limited delegations."""
    whole = (desk, *desk.parts.values())
    return {office for part in whole for office in (*part.office_ids, *part.headed_office_ids)}


def _theirs(desk: Desk) -> Condition:
    """Taken on by the officer, by whom they stand in for, or by nobody."""
    acting = _of_assignees(desk)
    return Condition(f"({_ITEM}.assignee_id IS NULL OR {acting.sql})", acting.params)


def _of_assignees(desk: Desk) -> Condition:
    acting = (desk.account_id, *desk.acts_for)
    return Condition(f"{_ITEM}.assignee_id IN ({_places(acting)})", acting)


def _places(values: Collection[object]) -> str:
    """For values one by one: psycopg takes five times as long to write a list."""
    return ", ".join(["%s"] * len(values))


def reception_queue(desk: Desk) -> Asked[DossierQuerySet]:
    """Submissions that wait for acceptance at the officer's desks; order by ``submitted_at, id``."""
    return _queue("submitted", desk, RECEPTION)


def return_queue(desk: Desk) -> Asked[DossierQuerySet]:
    """Results that wait to be collected at the officer's desks; order by ``decided_at, id``."""
    return _queue("decided", desk, RECEPTION, RETURN)


def _queue(state: str, desk: Desk, *roles: str) -> Asked[DossierQuerySet]:
    """That the dossiers are open follows from their state. Said as well, it lets PostgreSQL expect a hundredth of the
    rows and walk those of all offices."""
    chosen, limited = tuple(sorted(desk.offices_with(*roles))), _limited(desk, *roles)
    return Asked(
        ("dossiers of desks", len(chosen), *(each.shape for each in limited)),
        (*chosen, *(value for each in limited for value in each.asking), state),
        lambda: Dossier.objects.filter(_received(chosen, limited), state=state),
        steady=False,
    )


def _limited(desk: Desk, *roles: str) -> list[Limited]:
    """Where one of the roles may be exercised under limited delegations, and how far these reach."""
    found = (Limited.of(scope, part.offices_with(*roles)) for scope, part in desk.parts.items())
    return [each for each in found if each.reaches]


def _received(offices: Collection[UUID], limited: Collection[Limited]) -> Q:
    """The dossiers of desks, those of some of them as far as limited delegations reach."""
    here = Q(receiving_office__in=offices)
    for each in limited:
        here |= Q(receiving_office__in=each.offices) & each.reached
    return here


def owed_afterwards(desk: Desk) -> DossierQuerySet:
    """Decided and returned dossiers of the officer's desks with a fee to be collected afterwards.

    Order by ``decided_at, id``.
    """
    owing = FeeLine.objects.filter(OWED_AFTERWARDS).values("dossier")
    decided = Dossier.objects.filter(state__in=(State.DECIDED, State.RETURNED), pk__in=owing)
    roles = (RECEPTION, RETURN, CASHIER)
    return decided.filter(_received(desk.offices_with(*roles), _limited(desk, *roles)))


def signing_list(desk: Desk) -> Asked[WorkItemQuerySet]:
    """Steps of leaders that wait for a signature; order by ``sort_due, id``."""
    signs = Condition(
        f"{_ITEM}.role = 'leader' AND EXISTS (SELECT FROM {ResultDocument._meta.db_table} r"
        # Asked of each step in the order of the list: joined, all prepared results of the house would be read.
        f" WHERE r.dossier_id = {_ITEM}.dossier_id AND r.state = 'prepared' OFFSET 0)"
    )
    return (_open_steps(desk, lambda part: part.offices_with(LEADER)) & _theirs(desk) & signs).asked


def to_approve(viewer: Viewer) -> QuerySet[SupplementProposal]:
    """Further supplements that wait for the officer's approval; order by ``proposed_at, id``."""
    desk = viewer.desk
    waiting = SupplementProposal.objects.filter(
        state=SupplementProposal.State.WAITING,
        approver__in=[desk.account_id, *desk.acts_for],
        dossier__in=dossiers_for(viewer).filter(state__in=states.ALLOWED["request_supplement"]),
    )
    own = waiting.exclude(proposed_by=desk.account_id)
    joined = own.select_related("dossier__procedure_version", "office", "proposed_by", "approver")
    return joined.defer(*without_package("dossier__procedure_version"))


def office_work(desk: Desk) -> Asked[WorkItemQuerySet]:
    """All open steps of the offices that somebody heads; order by ``sort_due, id``."""
    return _open_steps(desk, _headed).asked


class Load(NamedTuple):
    """How much an officer, or nobody yet, has to do in an office."""

    office_name: str
    officer: str
    office: UUID
    assignee: UUID | None
    open: int
    due_soon: int
    overdue: int


def workload(desk: Desk, *, at: datetime) -> list[Load]:
    """For each office and officer headed: open, due soon and overdue steps; two statements."""
    steps, soon, late = (
        _open_steps(desk, _headed),
        _FILTERS["due_soon"](desk, at),
        _FILTERS["overdue"](desk, at),
    )
    statement = f"""
        SELECT o.name, coalesce(a.display_name, ''), o.id, a.id, work.open, work.soon, work.late
        FROM (SELECT office_id, assignee_id, count(*) AS open,
                     count(*) FILTER (WHERE {soon.sql}) AS soon, count(*) FILTER (WHERE {late.sql}) AS late
              FROM {_ITEM} WHERE {steps.sql} GROUP BY office_id, assignee_id) AS work
        JOIN organisations_office o ON o.id = work.office_id
        LEFT JOIN accounts_account a ON a.id = work.assignee_id
        ORDER BY o.name, o.id, a.display_name, a.id LIMIT 500
    """  # noqa: S608 - our own words
    with prepared_cursor() as cursor:
        cursor.execute(statement, [*soon.params, *late.params, *steps.params])
        return list(map(Load._make, cursor.fetchall()))


def my_and_filed(viewer: Viewer, *, is_open: bool | None = None) -> Asked[DossierQuerySet]:
    """The dossiers of a citizen or business, and what they filed for others: to list, for only the page of what was
    filed (``filed_for``) may show those; order by ``-submitted_at, -id``.
    """

    def found() -> DossierQuerySet:
        mine = listed_for_public(viewer)
        return mine if is_open is None else mine.filter(closed_at__isnull=is_open)

    return Asked(("my and filed", viewer.shape, is_open), asked_for_public(viewer), found)


def my_drafts(account: UUID) -> QuerySet[Draft]:
    """Applications not yet sent; order by ``-saved_at, -id``."""
    return Draft.objects.filter(account=account).select_related("procedure_version__procedure", "case")


def invitations_waiting(account: Account) -> QuerySet[CoApplicant]:
    """Applications of others that somebody is to confirm, too; order by ``-invited_at, -id``."""
    waiting = CoApplicant.objects.filter(invitations_of(account), draft__isnull=False)
    joined = waiting.select_related("draft__procedure_version", "draft__applicant")
    return joined.defer(*without_package("draft__procedure_version"))


def listed(
    viewer: Viewer,
    *,
    state: str = "",
    due_before: datetime | None = None,
    overdue_at: datetime | None = None,
    due_soon_at: datetime | None = None,
) -> Asked[DossierQuerySet]:
    """All dossiers that the viewer may see, narrowed; order by ``-submitted_at, -id``."""
    is_open = state not in CLOSED
    soon, until = "", tuple[Any, ...]()
    if due_soon_at is not None:
        calendars = book(viewer.desk.calendars)
        soon, until = due_soon(_DOSSIER, "resolving_office_id", at=due_soon_at, calendars=calendars)

    def found() -> DossierQuerySet:
        dossiers = dossiers_for(viewer)
        if state:
            dossiers = dossiers.filter(state=state).filter(closed_at__isnull=is_open)  # names the index of the state
        if due_before is not None:
            dossiers = dossiers.filter(closed_at=None, due_at__lt=due_before)
        if overdue_at is not None:
            dossiers = dossiers.overdue(at=overdue_at)
        if soon:
            within = RawSQL(soon, until, output_field=BooleanField())  # noqa: S611 - our own words
            dossiers = dossiers.open().filter(RUNNING_CLOCK).filter(within)
        return dossiers

    given: list[object] = [*([state] if state else ()), *([due_before] if due_before else ())]
    stopped = [each.value for each in CLOCK_STOPPED]
    late = [*stopped, overdue_at] if overdue_at else []
    pressing = [*stopped, *until] if soon else []
    narrowed = (bool(state) and is_open, bool(state), due_before is None, overdue_at is None, soon)
    values = (*viewer.asking, *given, *late, *pressing)
    return Asked(("dossiers", viewer.shape, *narrowed), values, found, steady=not (state or late or pressing))


def incidents(viewer: Viewer) -> QuerySet[Incident]:
    """The exception queue: a head's are those of their offices, an administrator's all; order ``happened_at, id``."""
    waiting = Incident.objects.filter(resolved_at=None)
    if not viewer.is_administrator:
        mine = Q(office__in=viewer.desk.headed_office_ids)
        for scope, part in viewer.desk.parts.items():
            mine |= Q(office__in=part.headed_office_ids, dossier__procedure_version__in=versions_within(scope))
        waiting = waiting.filter(mine)
    joined = waiting.select_related("dossier__procedure_version")
    return joined.defer(*without_package("dossier__procedure_version"))


def ends_with(dossier: UUID) -> list[DossierLine]:
    """The interlinked dossiers that are stopped when this one ends early: opened for it and undecided; one statement.

    Those that they have opened are among them.
    """
    family = RawSQL(_UNDECIDED_FAMILY, [dossier])  # noqa: S611 - our own words
    return dossier_lines(Dossier.objects.filter(pk__in=family).order_by("pk"))

"""Reading tasks for pages: what waits for whom, the board, the tree, who could be given a part."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from motcua.kernel.text import fold
from motcua.people.accounts.models import Account
from motcua.people.officers.desks import Desk
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import children_of
from motcua.services.correspondence.access import HEAD, LEADER, Seat
from motcua.services.correspondence.queries import MOST_UNITS, Candidate, officers_of
from motcua.services.tasks import rules
from motcua.services.tasks.access import has_part, one_of, tasks_for, visible_to
from motcua.services.tasks.models import Extension, Involved, Report, Task

ORDER = ("sort_due", "id")
RUNNING, OPEN = sorted(rules.RUNNING), sorted(rules.OPEN)
MOST_LEADERS, MOST_OF_DOCUMENT = 300, 20
State, Part = Task.State, Involved.Part


def shown(found: "QuerySet[Task]") -> "QuerySet[Task]":
    """With what lists show of a task."""
    return found.select_related("office", "leader", "unit", "officer")


def todo(desk: Desk) -> "QuerySet[Task]":
    """What the officer has to do: work on it, give it to somebody, look at what was reported, contribute."""
    people, heads = sorted(Seat.of(desk).people), sorted(desk.offices_with(LEADER, HEAD))
    working = Task.objects.filter(officer__in=people, state=State.DOING)
    heading = Task.objects.filter(unit__in=heads, state__in=[State.ORDERED, State.REPORTED])
    theirs = Q(officer__in=people) | Q(office__in=heads, officer=None)
    helping = Involved.objects.filter(theirs, part=Part.SUPPORTS, done_at=None, task__state__in=OPEN)
    return _any_of(working.values("pk"), heading.values("pk"), helping.values("task"))


def to_judge(desk: Desk) -> "QuerySet[Task]":
    """What waits for the officer as who ordered it: to accept, to give to another unit, or to answer who
    asks for more time."""
    people, own, heads = sorted(Seat.of(desk).people), sorted(desk.office_ids), sorted(desk.offices_with(LEADER, HEAD))
    asked = Extension.objects.filter(state=Extension.State.ASKED, task__state__in=RUNNING)
    asked_of = asked.filter(Q(task__leader__in=people, task__office__in=own) | Q(task__office__in=heads))
    theirs = Q(leader__in=people, office__in=own) | Q(office__in=heads)
    done = Task.objects.filter(theirs, state__in=[State.SUBMITTED, State.RETURNED])
    return _any_of(done.values("pk"), asked_of.values("task"))


def _any_of(first: "QuerySet[Any, Any]", *others: "QuerySet[Any, Any]") -> "QuerySet[Task]":
    """The tasks with a key of one of several lists, each read by an index of its own."""
    return Task.objects.filter(pk__in=first.union(*others))


def of_units(desk: Desk) -> "QuerySet[Task]":
    """What is being done in the units that the officer leads."""
    return Task.objects.filter(one_of("unit", Seat.of(desk).led), state__in=OPEN)


def ordered_by(desk: Desk) -> "QuerySet[Task]":
    """What the officer ordered, or wrote down for a leader, and is not finished."""
    people = sorted(Seat.of(desk).people)
    return Task.objects.filter(Q(leader__in=people) | Q(given_by__in=people), state__in=OPEN)


def standing(code: str, now: datetime) -> Q:
    """The condition of tasks that stand in one way of ``rules.standing`` or acceptance: a filter and a figure."""
    return {
        "running": Q(state__in=RUNNING),
        "soon": Q(state__in=RUNNING, soon_at__lte=now, due_at__gte=now),
        "overdue": Q(state__in=RUNNING, due_at__lt=now),
        "submitted": Q(state=State.SUBMITTED),
        "in_time": Q(state=State.ACCEPTED) & (Q(due_at=None) | Q(submitted_at__lte=F("due_at"))),
        "late": Q(state=State.ACCEPTED) & Q(submitted_at__gt=F("due_at")),
        "withdrawn": Q(state=State.WITHDRAWN),
        "returned": Q(state=State.RETURNED),
    }[code]


@dataclass(frozen=True)
class Asked:
    """What the board is asked for: all empty for everything that the officer may see but sub-tasks."""

    leader: UUID | None = None
    unit: str = ""
    state: str = ""
    first: date | None = None
    last: date | None = None
    parts: bool = False  # sub-tasks too


def board(desk: Desk, asked: Asked, bounds: tuple[datetime | None, datetime | None]) -> "QuerySet[Task]":
    """What was ordered, inside what the officer may see, without the state that was asked for; order by ``ORDER``.

    ``bounds``: when it was ordered, from and until before.
    """
    found = tasks_for(desk)
    if not asked.parts:
        found = found.filter(parent=None)
    if asked.leader is not None:
        found = found.filter(leader=asked.leader)
    if asked.unit:
        words = Q(*(Q(name_fold__contains=word) for word in fold(asked.unit).split()))
        found = found.filter(unit__in=Office.objects.filter(words).values("pk"))
    begin, end = bounds
    if begin is not None:
        found = found.filter(given_at__gte=begin)
    return found.filter(given_at__lt=end) if end is not None else found


def leaders_on_board(desk: Desk) -> list[tuple[str, str]]:
    """Who ordered what the officer may see, by name; one statement."""
    tasks = Task.objects.filter(visible_to(desk), leader=OuterRef("pk"))
    rows = Account.objects.filter(Exists(tasks)).order_by("officer__sort_key", "pk")[:MOST_LEADERS]
    return [(str(key), name) for key, name in rows.values_list("pk", "display_name")]


def tree_under(desk: Desk, task: Task) -> list[tuple[Task, int, bool]]:
    """The parts of a task, each after the whole that it belongs to: with its level below the task, and whether it is
    the officer's to open. Who sees a task sees how its parts stand. One statement.
    """
    theirs = Involved.objects.filter(has_part(desk), task=OuterRef("pk"))
    rows = shown(Task.objects.filter(root=task.tree_id)).annotate(opens=Exists(theirs)).order_by("given_at", "id")
    found: Mapping[UUID, Any] = {row.pk: row for row in rows[:500]}
    parents = [(row.pk, row.parent_id) for row in found.values()]
    return [(found[key], level, found[key].opens) for key, level in rules.below(task.pk, parents)]


def reports_of(task: Task) -> list[Report]:
    """What was reported, newest first, with files; two statements."""
    rows = Report.objects.filter(task=task).select_related("by", "office").prefetch_related("files__file__blob")
    return list(rows.order_by("-at", "-id")[:500])


def extensions_of(task: Task) -> list[Extension]:
    """Requests for more time, newest first; one statement."""
    rows = Extension.objects.filter(task=task).select_related("asked_by", "answered_by")
    return list(rows.order_by("-asked_at", "-id")[:100])


def of_document(desk: Desk, document: UUID) -> list[Task]:
    """The tasks that come from a document, sub-tasks apart, as far as the officer may see them; one statement."""
    rows = tasks_for(desk).filter(document=document, parent=None)
    return list(shown(rows).order_by("given_at", "id")[:MOST_OF_DOCUMENT])


def candidates(office: UUID, at: datetime, day: date) -> list[Candidate]:
    """Who may be given a part of what an office orders: the units directly under it, then its own officers; two
    statements. What is deeper is ordered by who is in between.
    """
    parent = Office(pk=office)
    units = [Candidate(str(row.pk), row.pk, None, row.name) for row in children_of(parent, day)[:MOST_UNITS]]
    return [*units, *officers_of(office, at)]


def to_warn(at: datetime, *, most: int) -> list[Task]:
    """Tasks that are due soon of which nobody was warned, and late ones of which nobody was warned since; one
    statement."""
    running = Task.objects.filter(state__in=RUNNING, soon_at__lte=at)
    unwarned = running.filter(Q(warned="") | Q(warned="soon", due_at__lt=at))
    return list(unwarned.order_by("soon_at", "id")[:most])


def calendar_dependent(after: UUID | None, *, most: int) -> list[Task]:
    """Running tasks with a deadline, in the order of keys, from behind one on."""
    found = Task.objects.filter(state__in=RUNNING, due_on__isnull=False).select_related("unit")
    return list((found.filter(pk__gt=after) if after else found).order_by("pk")[:most])

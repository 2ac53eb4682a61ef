"""Who may see a task, and what they may do with it; whom a task lets read the document that it comes from.

Clerks, leaders and heads see what their office ordered, leads, supports or follows; an officer what they work on.
Substitutes see what the absent officer sees; delegates what their roles let them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.officers.desks import Desk
from motcua.services.correspondence.access import CLERK, HEAD, LEADER, Incoming, Seat, is_involved
from motcua.services.correspondence.sights import Seer
from motcua.services.tasks import rules
from motcua.services.tasks.models import Extension, Involved, ReportFile, Task

ACTS = (
    "assign", "progress", "report", "pass_up", "send_down", "assign_support", "finish_support", "split",
    "ask_extension", "return", "reassign", "accept", "send_back", "grant", "decline", "withdraw",
)  # fmt: skip
Part = Involved.Part
FEW_OFFICES = 50


@dataclass(frozen=True)
class Accessed:
    """A task as an officer gets it: who has part in it, the request for more time that is open, what they may do."""

    task: Task
    desk: Desk
    involved: tuple[Involved, ...]
    asked: Extension | None
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not do this with this task now."), code=f"may_not_{act}")

    def supports(self, act: str) -> list[Involved]:
        """The unfinished contributions with which the officer may do this (``assign_support``, ``finish_support``)."""
        may = leads_in if act == "assign_support" else is_theirs
        return [each for each in self.involved if is_open_support(each) and may(self.desk, each)]


def has_part(desk: Desk) -> Q:
    """The condition on :class:`Involved` rows that are the officer's, or those of offices they keep or lead."""
    seat = Seat.of(desk)
    own = one_of("officer", seat.people) & one_of("office", seat.offices)
    return one_of("office", seat.registers) | own


class _Among(Func):
    """``id = ANY(ARRAY(SELECT …))``: the keys are read first, whatever the planner thinks of the list's order.

    Or ``id = ANY(%s)``, one parameter for any number of keys.
    """

    template = "%(expressions)s"
    arg_joiner = " = ANY"
    output_field = BooleanField()


class _Keys(ArraySubquery):
    template = "(ARRAY(%(subquery)s))"


class _List(Func):
    template = "(%(expressions)s::uuid[])"


def one_of(column: str, keys: Iterable[UUID]) -> Q:
    """The condition that a column is one of some keys, as one parameter.

    A province has 1,724 offices, and a board asks for them twenty times: written out they take longer than the rows.
    """
    return Q(_Among(F(column), _List(Value(sorted(keys)))))


def visible_to(desk: Desk) -> Q:
    """The condition under which tasks are an officer's to see.

    Both forms say the same. Who has few offices begins with their own rows, for the planner would walk through the
    whole province in the order of deadlines until a page is full. Who has many (a province's leader) sees most of what
    there is, mostly by the task's own columns: only what is left is looked up.
    """
    rows, registers = Involved.objects.filter(has_part(desk)), Seat.of(desk).registers
    if len(registers) <= FEW_OFFICES:
        return Q(_Among(F("pk"), _Keys(rows.values("task"))))
    return one_of("office", registers) | one_of("unit", registers) | Q(Exists(rows.filter(task=OuterRef("pk"))))


def documents_to_read(desk: Desk) -> Q:
    """The condition under which a task lets an officer read the document that it comes from.

    Whoever has part in the task has it, as long as the task was not withdrawn: who has to do what a document says must
    be able to read it. It gives reading alone, never an act.
    """
    tasks = Involved.objects.filter(has_part(desk), task__document=OuterRef("pk"))
    return Q(Exists(tasks.filter(task__state__in=[*sorted(rules.OPEN), Task.State.ACCEPTED])))


def seers_of_documents(documents: Collection[UUID]) -> Iterable[Seer]:
    """Whom tasks let find the documents that they come from: as :func:`documents_to_read`; one statement."""
    states = [*sorted(rules.OPEN), Task.State.ACCEPTED]
    rows = Involved.objects.filter(task__document__in=documents, task__state__in=states).order_by("id")
    return (Seer(*row) for row in rows.values_list("task__document", "office", "officer"))


def tasks_for(desk: Desk) -> "QuerySet[Task]":
    """All tasks that an officer may see."""
    return Task.objects.filter(visible_to(desk))


def task_for(desk: Desk, key: UUID) -> Accessed:
    """A task with who has part in it; three statements. Raises ``NotFound``."""
    joined = tasks_for(desk).select_related("office", "leader", "given_by", "unit", "officer", "document", "parent")
    found = joined.filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such task, or it is not yours to see."))
    rows = Involved.objects.filter(task=found).select_related("office", "officer").order_by("part", "id")
    involved = tuple(rows[:500])
    asked = Extension.objects.filter(task=found, state=Extension.State.ASKED).select_related("asked_by").first()
    return Accessed(found, desk, involved, asked, abilities_for(desk, found, involved, asked))


def abilities_for(desk: Desk, task: Task, involved: tuple[Involved, ...], asked: Extension | None) -> dict[str, bool]:
    """Every act and whether the officer may do it now."""
    ordered = orders(desk, task)
    lead = next(each for each in involved if each.part == Part.LEADS)
    heads, works = leads_in(desk, lead), is_theirs(desk, lead)
    supports = [each for each in involved if is_open_support(each)]
    may = {
        **dict.fromkeys(("assign", "pass_up", "send_down"), heads),
        "split": heads and task.depth < rules.DEEPEST,
        **dict.fromkeys(("progress", "report"), works),
        "ask_extension": (heads or works) and asked is None and task.due_on is not None,
        "assign_support": any(leads_in(desk, each) for each in supports),
        "finish_support": any(is_theirs(desk, each) for each in supports),
        "return": heads if task.unit_id != task.office_id else works,
        **dict.fromkeys(("accept", "send_back", "withdraw", "reassign"), ordered),
        **dict.fromkeys(("grant", "decline"), ordered and asked is not None),
    }
    return {act: may[act] and rules.allows(task.state, act) for act in ACTS}


def orders(desk: Desk, task: Task) -> bool:
    """Whether the officer may judge as who ordered the task: the leader, or another leader or head of that office.

    A leader who has gone on to another office judges for the former one no more.
    """
    theirs = task.leader_id in _people(desk) and task.office_id in desk.office_ids
    return theirs or bool({LEADER, HEAD} & desk.roles_in(task.office_id))


def leads_in(desk: Desk, part: Involved) -> bool:
    """Whether the officer leads the unit that has this part."""
    return bool({LEADER, HEAD} & desk.roles_in(part.office_id))


def is_theirs(desk: Desk, part: Involved) -> bool:
    """Whether the officer has to do this part: it is given to them or who they substitute, or to nobody yet and they
    lead the unit."""
    if part.officer_id is None:
        return leads_in(desk, part)
    return part.officer_id in _people(desk)


def is_open_support(part: Involved) -> bool:
    """Whether a supporting unit has not contributed yet."""
    return part.part == Part.SUPPORTS and part.done_at is None


def _people(desk: Desk) -> set[UUID | None]:
    return {desk.account_id, *desk.acts_for} - {None}


def ordering_offices(desk: Desk) -> dict[UUID, str]:
    """The offices for which the officer may order tasks: as their leader or head, or as the clerk who writes down
    what a leader ordered."""
    wanted = {CLERK, LEADER, HEAD}
    return {held.office_id: held.office_name for held in desk.positions if held.roles & wanted}


def leaders_named(desk: Desk, office: UUID) -> frozenset[UUID]:
    """In whose name the officer may order for an office from a position as leader or head: their own, or that of whom
    they substitute or have the delegation."""
    return frozenset(
        held.officer_id for held in desk.positions if held.office_id == office and held.roles & {LEADER, HEAD}
    )


def writes_down(desk: Desk, office: UUID) -> bool:
    """Whether the officer is the office's clerk, who may name any of its leaders."""
    return desk.has_role(CLERK, office)


def offices_for_document(desk: Desk, document: Incoming) -> dict[UUID, str]:
    """For which of their offices the officer may order a task from a document: the office whose register it is in, or
    a unit that leads or supports its handling. Empty for a document that is not registered or not here any more.
    """
    if not document.abilities["answer"] and CLERK not in desk.roles_in(document.document.office_id):
        return {}
    if document.document.state not in ("registered", "proposed", "assigned", "done"):
        return {}
    working = {each.office_id for each in document.assignments if is_involved(desk, each)}
    wanted = working | {document.document.office_id}
    return {key: name for key, name in ordering_offices(desk).items() if key in wanted}


def report_file(accessed: Accessed, key: UUID) -> ReportFile:
    """A file of a report of the task. Raises ``NotFound``."""
    found = ReportFile.objects.filter(report__task=accessed.task, pk=key).select_related("file__blob").first()
    if found is None:
        raise NotFound(_("There is no such file."))
    return found

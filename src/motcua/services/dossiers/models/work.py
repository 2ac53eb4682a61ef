"""Who has to do what: tokens of the process as rows, and what went wrong with them."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.dossiers.models.dossier import Dossier, without_package

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def due_or_never() -> Coalesce:
    """The order of inboxes: what has no due time stands at the end. Indexed."""
    return Coalesce("due_at", Value(NEVER))


# The same for statements, without a parameter of its own.
SORT_DUE = RawSQL(
    "coalesce(dossiers_workitem.due_at, '9999-01-01 00:00:00+00')", (), output_field=models.DateTimeField()
)


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Work items for those who work on them."""

    def for_rows(self) -> "WorkItemQuerySet":
        """With what a row of a list of steps shows joined, without what none shows."""
        joined = self.select_related("dossier__procedure_version", "office", "assignee")
        unseen = [f"dossier__{name}" for name in ("form_data", "facts", "offices")]
        return joined.defer("token", *unseen, *without_package("dossier__procedure_version"))


class WorkItem(Keyed):
    """A token of the process (công việc): a step that someone must do, or a place where the process waits.

    Inboxes, overdue lists and workload are plain queries of this table.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="work_items")
    node = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)  # kind of its node (engines.process.graph.Kind)
    state = models.CharField(max_length=10, choices=State.choices)
    token = models.JSONField(default=dict)  # scope and arrival data of the stepping (engines.process)
    role = models.CharField(max_length=12, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="work_items")
    assignee = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="work_items")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)  # until then the sender may take it back
    due_at = models.DateTimeField(null=True, blank=True)
    paused = models.BooleanField(default=False, db_default=False)  # the clock of the step stands still
    limit_value = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    limit_unit = models.CharField(max_length=15, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="finished_work_items")
    outcome = models.CharField(max_length=60, blank=True)
    told_due_soon_at = models.DateTimeField(null=True, blank=True)  # its officers were warned, once
    told_overdue_at = models.DateTimeField(null=True, blank=True)
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="next_items")

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "waiting"], finished_at__isnull=True)
                | Q(state__in=["done", "cancelled"], finished_at__isnull=False),
                name="work_item_finished_with_state",
                violation_error_message=_("A work item is finished exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="step", state="open") | Q(office__isnull=False),
                name="work_item_open_has_office",
                violation_error_message=_("A step to be done by people belongs to an office."),
            ),
        ]
        indexes = [
            models.Index(
                F("office"),
                due_or_never(),
                F("id"),
                include=["role", "assignee", "due_at", "paused"],  # counts read no row of the table
                name="work_open_of_office",
                condition=Q(state="open", kind="step"),
            ),
            models.Index(
                fields=["assignee", "due_at", "id"], name="work_open_assignee", condition=Q(state="open", kind="step")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Involvement(models.Model):
    """An office that has to do with a dossier (cơ quan liên quan): it received it, resolves it or had a step of it.

    Triggers write it (migration 0004), so that no way of making a dossier can forget it; lists read who may see what
    from here.
    """

    pk = models.CompositePrimaryKey("dossier_id", "office_id")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="involvements", db_index=False)
    office = models.ForeignKey(Office, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["office", "dossier"], name="involvement_of_office")]


class Timer(Keyed):
    """A timer of the process that runs until ``due_at``, counted in working time; it goes with its work item."""

    work_item = models.ForeignKey(WorkItem, models.CASCADE, related_name="timers")
    event = models.CharField(max_length=120)  # node of the timer event
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], name="timer_running", condition=Q(fired_at=None))]


class Incident(Keyed):
    """A step that could not be taken (sự cố): an error of a rule, no competent office.

    An administrator mends it, or the head of its office.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="incidents")
    office = models.ForeignKey(  # whose step it is; the receiving office's where no competent one was found
        Office, models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    node = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=40)
    message = models.TextField()
    retry = models.JSONField(default=dict)  # what to try again once mended: action and its arguments
    happened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="resolved_incidents")

    class Meta:
        indexes = [models.Index(fields=["happened_at", "id"], name="incident_open", condition=Q(resolved_at=None))]

    def __str__(self) -> str:
        return self.message

"""Tasks (nhiệm vụ) that leaders order, who has part in them, what was reported, and asked extensions."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.correspondence.models import IncomingDocument
from motcua.services.tasks import rules

_CLOSED = ["accepted", "withdrawn"]
_RUNNING = sorted(rules.RUNNING)


class Task(Keyed):
    """Something that a leader orders from a unit (nhiệm vụ), or a part of one that its unit orders further down.

    ``office`` and ``leader`` ordered it, ``unit`` leads, ``officer`` of the unit works on it: they repeat two rows of
    :class:`Involved`, so that lists and the board read one table.
    """

    class State(models.TextChoices):
        ORDERED = "ordered", pgettext_lazy("task", "To be assigned")
        DOING = "doing", pgettext_lazy("task", "Under way")
        REPORTED = "reported", pgettext_lazy("task", "With the head of the unit")
        SUBMITTED = "submitted", pgettext_lazy("task", "To be accepted")
        ACCEPTED = "accepted", pgettext_lazy("task", "Completed")
        WITHDRAWN = "withdrawn", pgettext_lazy("task", "Withdrawn")
        RETURNED = "returned", pgettext_lazy("task", "Returned, to be given to another unit")

    class Source(models.TextChoices):
        DOCUMENT = "document", pgettext_lazy("task", "A document that came in")
        MEETING = "meeting", pgettext_lazy("task", "The conclusion of a meeting")
        ALONE = "alone", pgettext_lazy("task", "Ordered directly")

    code = models.CharField(max_length=20, unique=True)
    subject = models.CharField(max_length=300)
    instruction = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ORDERED)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    leader = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    given_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    unit = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    source = models.CharField(max_length=8, choices=Source.choices)
    document = models.ForeignKey(IncomingDocument, models.PROTECT, null=True, blank=True, related_name="tasks")
    meeting = models.CharField(max_length=300, blank=True)  # which one, and what it concluded
    concluded_on = models.DateField(null=True, blank=True)
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="tree")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    depth = models.PositiveSmallIntegerField(default=0)
    limit_days = models.PositiveSmallIntegerField(null=True, blank=True)  # working days, where it was given so
    due_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # when work ends on that day, or the next working day
    soon_at = models.DateTimeField(null=True, blank=True)  # from when it is due soon
    sort_due = models.DateTimeField()  # the deadline, or the end of time
    percent = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True)  # when the unit handed its work up
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)  # why it was last sent back, returned or withdrawn
    warned = models.CharField(max_length=4, blank=True)  # "soon", then "late"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=_CLOSED, closed_at__isnull=False) | (~Q(state__in=_CLOSED) & Q(closed_at=None)),
                name="task_closed_with_state",
                violation_error_message=_("A task is closed exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn")
                | Q(state__in=["submitted", "accepted"], submitted_at__isnull=False)
                | Q(state__in=[*_RUNNING, "returned"], submitted_at=None),
                name="task_submitted_with_state",
                violation_error_message=_("A task was handed up exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ordered", "returned", "withdrawn"]) | Q(officer__isnull=False),
                name="task_has_officer",
                violation_error_message=_("Somebody works on a task that is under way."),
            ),
            models.CheckConstraint(
                condition=Q(depth=0, parent=None, root=None)
                | Q(depth__gte=1, depth__lte=rules.DEEPEST, parent__isnull=False, root__isnull=False),
                name="task_depth",
                violation_error_message=_("A sub-task has a task above it, at most three levels deep."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="task_not_own_parent",
                violation_error_message=_("A task is no part of itself."),
            ),
            models.CheckConstraint(
                condition=Q(source="document", document__isnull=False, meeting="", concluded_on=None)
                | (Q(source="meeting", document=None, concluded_on__isnull=False) & ~Q(meeting=""))
                | Q(source="alone", document=None, meeting="", concluded_on=None),
                name="task_source",
                violation_error_message=_("A task names the document or meeting that it comes from."),
            ),
            models.CheckConstraint(
                condition=Q(due_on=None, due_at=None, soon_at=None, limit_days=None, sort_due=rules.NEVER)
                | Q(due_on__isnull=False, due_at__isnull=False, soon_at__isnull=False, sort_due=F("due_at")),
                name="task_due",
                violation_error_message=_("A deadline is a day with its moment."),
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100),
                name="task_percent",
                violation_error_message=_("Progress goes from 0 to 100 per cent."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_due", "id"], name="task_by_due"),
            models.Index(fields=["unit", "sort_due", "id"], name="task_of_unit"),
            models.Index(fields=["leader", "sort_due", "id"], name="task_of_leader"),
            models.Index(
                fields=["office", "sort_due", "id"],
                name="task_to_settle",
                condition=Q(state__in=["submitted", "returned"]),
            ),
            models.Index(fields=["officer", "sort_due", "id"], name="task_of_officer", condition=Q(state="doing")),
            models.Index(fields=["soon_at", "id"], name="task_warned", condition=Q(state__in=_RUNNING)),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"task:{self.pk}"

    @property
    def tree_id(self) -> Any:
        """The key of the task at the top."""
        return self.root_id or self.pk


class Involved(Keyed):
    """An office, and perhaps an officer in it, with a part in a task. Who may see a task is read from these alone.

    Who ordered a task follows (``FOLLOWS``) what its unit orders further down.
    """

    class Part(models.TextChoices):
        ORDERS = "orders", pgettext_lazy("task", "Ordered it")
        LEADS = "leads", pgettext_lazy("task", "Leads")
        SUPPORTS = "supports", pgettext_lazy("task", "Supports")
        FOLLOWS = "follows", pgettext_lazy("task", "Follows")

    task = models.ForeignKey(Task, models.CASCADE, related_name="involved")
    part = models.CharField(max_length=8, choices=Part.choices)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    report = models.TextField(blank=True)  # what a supporting unit has contributed
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(part="leads"), name="involved_one_leads",
                violation_error_message=_("Only one leads; the others support."),
            ),
            models.UniqueConstraint(
                fields=["task"], condition=Q(part="orders"), name="involved_one_orders",
                violation_error_message=_("One office orders a task."),
            ),
            models.UniqueConstraint(
                fields=["task", "office"], condition=Q(part="supports"), name="involved_supports_once",
                violation_error_message=_("This unit supports the task already."),
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None, report="") | Q(part="supports", done_by__isnull=False),
                name="involved_done",
                violation_error_message=_("Only a supporting unit finishes its contribution."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["office", "task"], name="involved_office"),
            models.Index(fields=["officer", "task"], name="involved_officer", condition=Q(officer__isnull=False)),
        ]


class Report(Keyed):
    """What somebody said of how far a task is, with files (báo cáo tiến độ). Never changed."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", pgettext_lazy("task", "Progress")
        DONE = "done", pgettext_lazy("task", "Reported as done")
        SUPPORT = "support", pgettext_lazy("task", "Contribution")

    task = models.ForeignKey(Task, models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__lte=100),
                name="task_report_percent",
                violation_error_message=_("Progress goes from 0 to 100 per cent."),
            )
        ]


class ReportFile(Keyed):
    """A file of a report."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")


class Extension(Keyed):
    """A unit asks for more time (xin gia hạn); who ordered the task grants it or declines."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("extension", "Asked for")
        GRANTED = "granted", pgettext_lazy("extension", "Granted")
        DECLINED = "declined", pgettext_lazy("extension", "Declined")
        LAPSED = "lapsed", pgettext_lazy("extension", "No longer needed")

    task = models.ForeignKey(Task, models.CASCADE, related_name="extensions")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    was_due_on = models.DateField()
    until = models.DateField()  # asked for; once granted, what was granted
    reason = models.TextField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(state="asked"), name="extension_one_asked",
                violation_error_message=_("More time was asked for already."),
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at=None) | (~Q(state="asked") & Q(answered_at__isnull=False)),
                name="extension_answered_with_state",
                violation_error_message=_("A request has an answer exactly when its state says so."),
            ),
        ]  # fmt: skip

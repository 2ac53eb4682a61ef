"""Documents that come in (văn bản đến), their files, and who has to do what about them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.correspondence.models.described import Described


class IncomingDocument(Described):
    """A document that an agency got, on paper or electronic: one register, one series of numbers a year."""

    class Channel(models.TextChoices):
        AXIS = "axis", _("Axis, or another installation directly")
        INSIDE = "inside", _("From an office of this system")
        MAIL = "mail", _("By e-mail")
        SCAN = "scan", _("On paper, scanned")
        HAND = "hand", _("Handed over as a file")

    class State(models.TextChoices):
        ARRIVED = "arrived", pgettext_lazy("document", "To be registered")
        REGISTERED = "registered", pgettext_lazy("document", "Registered")
        PROPOSED = "proposed", pgettext_lazy("document", "With the leader")
        ASSIGNED = "assigned", pgettext_lazy("document", "Being handled")
        DONE = "done", pgettext_lazy("document", "Handled")
        SENT_BACK = "sent_back", pgettext_lazy("document", "Sent back")
        RECALLED = "recalled", pgettext_lazy("document", "Recalled")

    office = models.ForeignKey(Office, models.PROTECT, related_name="incoming_documents", db_index=False)
    channel = models.CharField(max_length=6, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ARRIVED)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)  # số đến
    sender = models.CharField(max_length=200)
    sender_code = models.CharField(max_length=40, blank=True)
    identifier = models.CharField(max_length=200, blank=True)  # given by the sender's system
    arrived_at = models.DateTimeField()
    registered_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    leader = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")  # proposed to
    proposal = models.TextField(blank=True)
    note = models.TextField(blank=True)  # bút phê, the latest
    outcome = models.TextField(blank=True)  # how it ended, or why it was sent back
    closed_at = models.DateTimeField(null=True, blank=True)
    # What its sender sent in its place, or to change it: the latest.
    changed_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "year", "number"],
                name="incoming_number_once",
                violation_error_message=_("This number of the register is taken."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["arrived", "sent_back"], number=None, year=None, registered_at=None)
                | Q(state="recalled")
                | (
                    ~Q(state__in=["arrived", "sent_back", "recalled"])
                    & Q(number__isnull=False, year__isnull=False, registered_at__isnull=False)
                ),
                name="incoming_number_with_register",
                violation_error_message=_("A document has its number exactly when it was registered."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "sent_back", "recalled"], closed_at__isnull=False)
                | (~Q(state__in=["done", "sent_back", "recalled"]) & Q(closed_at=None)),
                name="incoming_closed_with_state",
                violation_error_message=_("A document is closed exactly when its state says so."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "-arrived_at", "-id"],
                name="incoming_clerk",
                condition=Q(state__in=["arrived", "registered"]),
            ),
            models.Index(fields=["leader", "arrived_at", "id"], name="incoming_leader", condition=Q(state="proposed")),
            models.Index(fields=["office", "-registered_at", "-id"], name="incoming_registered"),
            models.Index(fields=["office", "notation"], name="incoming_notation"),
            models.Index(fields=["identifier"], name="incoming_identifier", condition=~Q(identifier="")),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"incoming:{self.pk}"


class IncomingFile(Keyed):
    """A file of a document that came in: the document itself, an annex, or one of these with its text recognised.
    Contents are never replaced.
    """

    class Part(models.TextChoices):
        MAIN = "main", pgettext_lazy("file", "Document")
        ANNEX = "annex", pgettext_lazy("file", "Annex")
        TEXT = "text", pgettext_lazy("file", "With recognised text (PDF/A)")

    document = models.ForeignKey(IncomingDocument, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    part = models.CharField(max_length=5, choices=Part.choices)
    position = models.PositiveSmallIntegerField(default=0)
    source = models.UUIDField(null=True, blank=True)  # the file of the document whose text this one has

    class Meta:
        ordering = ["position", "id"]


class Assignment(Keyed):
    """Somebody has to do something about a document (phân công): a unit, until its head gives it to officers; or an
    officer. Inboxes and overdue lists are plain queries of this table.
    """

    class Part(models.TextChoices):
        LEAD = "lead", pgettext_lazy("assignment", "Leads")
        SUPPORT = "support", pgettext_lazy("assignment", "Supports")
        INFORMATION = "information", pgettext_lazy("assignment", "For information")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("assignment", "To do")
        GIVEN = "given", pgettext_lazy("assignment", "With officers")
        DONE = "done", pgettext_lazy("assignment", "Done")
        RETURNED = "returned", pgettext_lazy("assignment", "Returned")
        FORWARDED = "forwarded", pgettext_lazy("assignment", "Passed on")
        WITHDRAWN = "withdrawn", pgettext_lazy("assignment", "Withdrawn")

    document = models.ForeignKey(IncomingDocument, models.CASCADE, related_name="assignments")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    part = models.CharField(max_length=11, choices=Part.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    instruction = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    sort_due = models.DateField()  # the due day, or the end of time: inboxes are ordered by it
    assigned_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    report = models.TextField(blank=True)  # what was done, or why it was returned
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    told_on = models.DateField(null=True, blank=True)  # when it was last warned that it is due

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "given"], ended_at=None)
                | Q(state__in=["done", "returned", "forwarded", "withdrawn"], ended_at__isnull=False),
                name="assignment_ended_with_state",
                violation_error_message=_("An assignment has ended exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="assignment_not_own_parent",
                violation_error_message=_("An assignment is not given by itself."),
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(officer=None),
                name="assignment_of_unit_given",
                violation_error_message=_("Only what a unit has to do is given to officers."),
            ),
            models.UniqueConstraint(
                fields=["document", "office", "officer"],
                condition=Q(state__in=["open", "given"]),
                nulls_distinct=False,
                name="assignment_once",
                violation_error_message=_("This unit or officer has the document already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["officer", "sort_due", "id"],
                name="assignment_of_officer",
                condition=Q(state="open", officer__isnull=False),
            ),
            models.Index(
                fields=["office", "sort_due", "id"],
                name="assignment_of_unit",
                condition=Q(state="open", officer=None),
            ),
            models.Index(fields=["sort_due", "id"], name="assignment_due", condition=Q(state="open")),
            models.Index(
                fields=["office", "sort_due", "document"],
                name="assignment_in_office",
                condition=Q(state__in=["open", "given"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.state}"

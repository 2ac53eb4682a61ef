"""Many filed at once: a spreadsheet, its lines, and what became of each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import Office
from motcua.services.dossiers.models import Channel, Dossier, ReturnMethod
from motcua.services.procedures.models import Case, CasePaper, ProcedureVersion


class Batch(Keyed):
    """What is filed with one spreadsheet (nộp nhiều hồ sơ bằng bảng tính), by who applies or at the counter."""

    class State(models.TextChoices):
        OPEN = "open", _("Being prepared")
        SENDING = "sending", _("Being sent")
        DONE = "done", _("Sent")

    account = models.ForeignKey(Account, models.PROTECT, related_name="batches", db_index=False)
    channel = models.CharField(
        max_length=10,
        choices=[(Channel.ONLINE, Channel.ONLINE.label), (Channel.COUNTER, Channel.COUNTER.label)],
        default=Channel.ONLINE,
        db_default=Channel.ONLINE,
    )  # at the counter the account is the officer's
    applicant = models.ForeignKey(Party, models.PROTECT, related_name="batches")
    procedure_version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="batches")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    return_method = models.CharField(max_length=10, choices=ReturnMethod.choices)
    return_address = models.CharField(max_length=250, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    file_name = models.CharField(max_length=255, blank=True)
    common = models.JSONField(default=dict)  # answers for all lines, as typed, by path of the field
    problems = models.JSONField(default=list)  # [place, message] of what concerns no line
    notes = models.JSONField(default=list)  # what stands in the spreadsheet and is not taken
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # or last tried again
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", confirmed_at=None) | (~Q(state="open") & Q(confirmed_at__isnull=False)),
                name="batch_confirmed_when_sent",
                violation_error_message=_("A spreadsheet is sent exactly when it has been confirmed."),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"], name="batch_of_account"),
            models.Index(
                fields=["office", "-created_at", "-id"], condition=Q(channel="counter"), name="batch_at_counter"
            ),
        ]

    @property
    def at_counter(self) -> bool:
        """Whether an officer files it for somebody at the counter."""
        return self.channel == Channel.COUNTER

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"batch:{self.id}"


class Line(Keyed):
    """A line of the spreadsheet. Where each becomes a dossier, its key is that dossier's: filed twice it is one."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        FILED = "filed", _("Filed")
        FAILED = "failed", _("Not filed")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="lines", db_index=False)
    row = models.PositiveIntegerField()  # in the spreadsheet
    typed = models.JSONField(default=dict)  # by path of the field, as the cells say
    errors = models.JSONField(default=dict)  # messages by path
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    problem = models.CharField(max_length=500, blank=True)  # why it could not be filed
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="batch_lines")

    class Meta:
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "row"], name="batch_line_once"),
            models.CheckConstraint(
                condition=Q(state="filed", dossier__isnull=False) | (~Q(state="filed") & Q(dossier=None)),
                name="batch_line_filed_with_dossier",
                violation_error_message=_("A filed line has its dossier, no other has."),
            ),
        ]


class SharedPaper(Keyed):
    """A file that goes with every dossier of a batch."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="papers")
    case_paper = models.ForeignKey(CasePaper, models.CASCADE, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]

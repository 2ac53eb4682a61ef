"""Appraisals (xác định giá trị, xét hủy tài liệu): files whose retention is over, a council, its opinions, a decision.

What was decided is never changed or deleted: triggers of the database keep it (migration 0005).
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.correspondence.models import OutgoingDocument
from motcua.services.records.models.files import WorkFile

DECIDED = ["approved", "destroying", "done"]


class Verdict(models.TextChoices):
    """What is to become of a file."""

    DESTROY = "destroy", pgettext_lazy("verdict", "Destroy")
    KEEP = "keep", pgettext_lazy("verdict", "Keep on")
    TRANSFER = "transfer", pgettext_lazy("verdict", "Keep for ever, for the historical archive")


class Appraisal(Keyed):
    """A list of files that an agency's council appraises at a time, up to the minutes of their destruction."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("appraisal", "Being prepared")
        COUNCIL = "council", pgettext_lazy("appraisal", "With the council")
        CONCLUDED = "concluded", pgettext_lazy("appraisal", "Waiting for the decision")
        APPROVED = "approved", pgettext_lazy("appraisal", "Decided")
        DESTROYING = "destroying", pgettext_lazy("appraisal", "Being destroyed")
        DONE = "done", pgettext_lazy("appraisal", "Carried out")
        CANCELLED = "cancelled", pgettext_lazy("appraisal", "Given up")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)  # whose archive it is
    title = models.CharField(max_length=200)
    explanation = models.TextField(blank=True)  # bản thuyết minh
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    basis = models.CharField(max_length=200, blank=True)  # the decision by which the council was set up
    edition = models.PositiveIntegerField(null=True, blank=True)  # of the rules of destruction, when it was convened
    met_on = models.DateField(null=True, blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)
    council_minutes = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    opinion = models.CharField(max_length=200, blank=True)  # of the competent body: number, date, issuer
    decision_notation = models.CharField(max_length=80, blank=True)
    decision_day = models.DateField(null=True, blank=True)
    decision = models.ForeignKey(OutgoingDocument, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    destroy_by = models.DateField(null=True, blank=True)
    begun_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    listing = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    remark = models.CharField(max_length=500, blank=True)  # why it was given up

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=DECIDED, council_minutes__isnull=False, approved_by__isnull=False,
                    approved_at__isnull=False, decision_day__isnull=False, destroy_by__isnull=False,
                )
                & ~Q(decision_notation="")
                | ~Q(state__in=[*DECIDED, "cancelled"]) & Q(approved_by=None)
                | Q(state="cancelled"),
                name="appraisal_decided_with_decision",
                violation_error_message=_("A decided appraisal has the minutes of the council and a decision."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("made_by")),
                name="appraisal_between_two",
                violation_error_message=_("Who draws up the list does not decide on it."),
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False, minutes__isnull=False, listing__isnull=False)
                | ~Q(state="done") & Q(done_at=None, minutes=None, listing=None),
                name="appraisal_done_with_minutes",
                violation_error_message=_("A destruction that was carried out has its list and minutes."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["office", "-made_at", "-id"], name="appraisal_of_office")]

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"appraisal:{self.pk}"


class AppraisedFile(Keyed):
    """A file of an appraisal: what the council has concluded of it, and what became of it."""

    class Result(models.TextChoices):
        DESTROYED = "destroyed", pgettext_lazy("appraised file", "Destroyed")
        KEPT = "kept", pgettext_lazy("appraised file", "Kept on")
        STOPPED = "stopped", pgettext_lazy("appraised file", "Not destroyed")
        LEFT = "left", pgettext_lazy("appraised file", "As before")

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="files")
    file = models.ForeignKey(WorkFile, models.PROTECT, related_name="appraisals")
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)  # empty: no majority
    until = models.DateField(null=True, blank=True)  # of one that is kept on; none: for ever
    result = models.CharField(max_length=9, choices=Result.choices, blank=True)
    cause = models.CharField(max_length=10, blank=True)  # what stopped it: held, kept, moved
    left_over = models.PositiveIntegerField(default=0)  # documents whose contents live on elsewhere
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "file"], name="appraised_file_once"),
            models.UniqueConstraint(
                fields=["file"],
                condition=Q(ended_at=None),
                name="appraised_file_in_one",
                violation_error_message=_("The file is in another appraisal."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, result="") | Q(ended_at__isnull=False) & ~Q(result=""),
                name="appraised_file_ended",
                violation_error_message=_("What became of a file is told when it has."),
            ),
        ]


class CouncilMember(Keyed):
    """A member of an appraisal's council, with name and title as they were then."""

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="members")
    officer = models.ForeignKey(Account, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)  # a code of the rules
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appraisal", "officer"],
                name="council_member_once",
                violation_error_message=_("A member has one role in the council."),
            )
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Ballot(Keyed):
    """What a member says of a file. ``years`` goes with *keep on*: none is for ever."""

    member = models.ForeignKey(CouncilMember, models.PROTECT, related_name="ballots")
    row = models.ForeignKey(AppraisedFile, models.PROTECT, related_name="ballots")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "row"], name="ballot_once"),
            models.CheckConstraint(
                condition=Q(years=None) | Q(verdict="keep", years__gte=1, years__lte=100),
                name="ballot_years_of_keeping",
                violation_error_message=_("Years go with keeping on."),
            ),
        ]

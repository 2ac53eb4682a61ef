"""Stacks of papers that the clerk scanned at once, and the documents into which they fall."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.correspondence.models.incoming import IncomingDocument


class ScanStack(Keyed):
    """One PDF of several papers; the file stays until the clerk removes the stack."""

    class State(models.TextChoices):
        LOOKING = "looking", pgettext_lazy("stack", "Looking for separator pages")
        READY = "ready", pgettext_lazy("stack", "To be registered")
        FAILED = "failed", pgettext_lazy("stack", "Could not be read")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    at_blank = models.BooleanField(default=False)  # blank pages part it, too
    state = models.CharField(max_length=7, choices=State.choices, default=State.LOOKING)
    problem = models.CharField(max_length=20, blank=True)  # of the engine
    pages = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(problem="") | ~Q(state="failed") & Q(problem=""),
                name="scan_stack_failed_with_problem",
                violation_error_message=_("A stack that could not be read says why."),
            ),
        ]
        indexes = [models.Index(fields=["office", "-taken_at", "-id"], name="scan_stack_of_office")]

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"stack:{self.pk}"


class StackPart(Keyed):
    """The pages of a stack that are one document: put right by hand, made into a PDF, registered."""

    SCANS = "correspondence.part"  # purpose of the scans that make its PDF

    stack = models.ForeignKey(ScanStack, models.CASCADE, related_name="parts", db_index=False)
    first = models.PositiveSmallIntegerField()  # page, by which parts are in order
    pages = models.TextField()  # 1-3,5
    dropped = models.BooleanField(default=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    document = models.OneToOneField(IncomingDocument, models.PROTECT, null=True, blank=True, related_name="scanned_as")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stack", "first"],
                name="stack_part_once",
                violation_error_message=_("Another document begins with this page."),
            ),
            models.CheckConstraint(
                condition=Q(document=None) | Q(file__isnull=False, dropped=False),
                name="stack_part_registered_has_file",
                violation_error_message=_("What was registered from a stack has its file."),
            ),
        ]

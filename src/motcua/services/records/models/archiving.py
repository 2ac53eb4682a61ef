"""Holds that nobody breaks, and transfers to the archive."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.records.models.files import WorkFile


class Hold(Keyed):
    """A legal hold: while it stands, triggers of the database refuse every change of the file and what it holds.

    It is lifted by a leader with a document, and an event that tells so; else the database refuses that too.
    """

    file = models.ForeignKey(WorkFile, models.PROTECT, related_name="holds", db_index=False)
    reason = models.CharField(max_length=500)
    basis = models.CharField(max_length=200)  # the document that asks for it
    placed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lift_basis="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_basis="")),
                name="hold_lifted_by_somebody",
                violation_error_message=_("A lifted hold says who lifted it when and by which document."),
            )
        ]
        indexes = [models.Index(fields=["file", "lifted_at"], name="hold_of_file")]


class Transfer(Keyed):
    """Files go to the archive (giao nộp hồ sơ): packed by a job, then taken over with list and minutes."""

    class State(models.TextChoices):
        PACKING = "packing", pgettext_lazy("transfer", "Being packed")
        READY = "ready", pgettext_lazy("transfer", "Ready to be taken over")
        ACCEPTED = "accepted", pgettext_lazy("transfer", "Taken over")
        CANCELLED = "cancelled", pgettext_lazy("transfer", "Cancelled")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)  # whose archive takes over
    unit = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PACKING)
    prepared_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    listing = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    remark = models.CharField(max_length=500, blank=True)  # why it was cancelled

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state="accepted", accepted_at__isnull=False, accepted_by__isnull=False, minutes__isnull=False,
                    listing__isnull=False,
                )
                | (~Q(state="accepted") & Q(accepted_at=None, minutes=None)),
                name="transfer_accepted_with_minutes",
                violation_error_message=_("A transfer was taken over by somebody, with list and minutes."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | ~Q(accepted_by=models.F("prepared_by")),
                name="transfer_between_two",
                violation_error_message=_("Who hands over does not take over."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["office", "-prepared_at", "-id"], name="transfer_of_office"),
            models.Index(fields=["unit", "-prepared_at", "-id"], name="transfer_of_unit"),
        ]

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"transfer:{self.pk}"


class TransferredFile(Keyed):
    """A file of a transfer and the package that was made of it."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="files")
    file = models.ForeignKey(WorkFile, models.PROTECT, related_name="transfers")
    package = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    faults = models.JSONField(default=list)  # why it could not be packed
    formats = models.JSONField(default=dict, db_default={})  # what is PDF/A, was converted, stays as it is
    packed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "file"], name="transferred_file_once"),
            models.CheckConstraint(
                condition=Q(packed_at=None, package=None) | Q(packed_at__isnull=False) & ~Q(digest=""),
                name="transferred_file_packed",
                violation_error_message=_("A packed file has its package with a digest."),
            ),
        ]

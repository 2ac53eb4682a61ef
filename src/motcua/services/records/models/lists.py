"""The yearly list of files (danh mục hồ sơ; Decree 30/2020/NĐ-CP, article 28 and appendix V)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office


class FileList(Keyed):
    """The files that a unit will keep in a year: prepared by the unit, approved for the agency.

    A list that was approved may be added to; what was added waits for approval, what stood there goes on.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("file list", "Being prepared")
        SUBMITTED = "submitted", pgettext_lazy("file list", "Waiting for approval")
        APPROVED = "approved", pgettext_lazy("file list", "Approved")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)  # the agency
    unit = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    remark = models.CharField(max_length=500, blank=True)  # why it was given back

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "office"],
                name="file_list_once",
                violation_error_message=_("The unit has a list of this year already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="file_list_approved_by_somebody",
                violation_error_message=_("An approved list says who approved it when."),
            ),
        ]
        indexes = [models.Index(fields=["office", "year", "id"], name="file_list_of_agency")]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"filelist:{self.pk}"


class ListedFile(Keyed):
    """A line of the list: the file that somebody will keep. Approved, it may be opened."""

    list = models.ForeignKey(FileList, models.CASCADE, related_name="lines")
    notation = models.CharField(max_length=20)  # 01.TCCB
    heading = models.CharField(max_length=200, blank=True)  # the part of the list in which it stands
    title = models.CharField(max_length=500)
    retention = models.CharField(max_length=30)  # code of the retention schedule
    keeper = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    note = models.CharField(max_length=300, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["list", "notation"],
                name="listed_file_notation_once",
                violation_error_message=_("This notation is in the list already."),
            )
        ]
        ordering = ["notation", "id"]

    def __str__(self) -> str:
        return f"{self.notation} {self.title}"

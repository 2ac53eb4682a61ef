"""Work files (hồ sơ công việc), what they hold, who else may see them, and how they pass from hand to hand."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument
from motcua.services.records.models.lists import ListedFile

CLOSED = ["closed", "offered", "archived", "destroyed"]


class WorkFile(Keyed):
    """A work file, described by the fields of Decree 30/2020/NĐ-CP, appendix VI (``FileCatalog`` … ``PageTotal``).

    Closed, it is frozen: triggers of the database refuse changes of what it holds, and a shorter retention.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("work file", "Open")
        CLOSED = "closed", pgettext_lazy("work file", "Closed")
        OFFERED = "offered", pgettext_lazy("work file", "Being transferred")
        ARCHIVED = "archived", pgettext_lazy("work file", "In the archive")
        DESTROYED = "destroyed", pgettext_lazy("work file", "Destroyed")

    class Rights(models.TextChoices):
        """Regime of use (chế độ sử dụng), as the archive will keep it; it gives nobody sight of anything here."""

        GENERAL = "general", pgettext_lazy("rights", "Open to use")
        LIMITED = "limited", pgettext_lazy("rights", "Limited use")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)  # the agency
    unit = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    line = models.OneToOneField(ListedFile, models.PROTECT, related_name="file")
    year = models.PositiveSmallIntegerField()
    notation = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    rights = models.CharField(max_length=7, choices=Rights.choices, default=Rights.GENERAL)
    language = models.CharField(max_length=30, default="Tiếng Việt")
    keeper = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    documents = models.PositiveSmallIntegerField(default=0)  # DocTotal
    pages = models.PositiveIntegerField(default=0)  # PageTotal
    retention = models.CharField(max_length=30)
    edition = models.PositiveIntegerField(null=True, blank=True)  # of the schedule under which it was closed
    permanent = models.BooleanField(default=False)
    kept_until = models.DateField(null=True, blank=True)
    transfer_due = models.DateField(null=True, blank=True)  # none: it stays with the unit
    kept_back_from = models.DateField(null=True, blank=True)  # when it was due before the unit kept it back
    told_on = models.DateField(null=True, blank=True)  # when the keeper was warned that transfer is due
    archived_at = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "year", "notation"],
                name="work_file_notation_once",
                violation_error_message=_("The agency has a file of this notation this year."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, kept_until=None, permanent=False)
                | (Q(state__in=CLOSED, closed_at__isnull=False, ends_on__isnull=False, edition__isnull=False)),
                name="work_file_closed_with_state",
                violation_error_message=_("A file has its end exactly when it is closed."),
            ),
            models.CheckConstraint(
                condition=Q(state="open")
                | Q(permanent=True, kept_until=None)
                | Q(permanent=False, kept_until__isnull=False),
                name="work_file_kept_how_long",
                violation_error_message=_("A closed file is kept for ever or until a day."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="work_file_begins_before_it_ends",
                violation_error_message=_("The last day must not be before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(state="destroyed", destroyed_at__isnull=False)
                | (~Q(state="destroyed") & Q(destroyed_at=None)),
                name="work_file_destroyed_with_state",
                violation_error_message=_("A file has the time of its destruction exactly when it was destroyed."),
            ),
        ]
        indexes = [
            models.Index(fields=["keeper", "-opened_at", "-id"], name="work_file_of_keeper"),
            models.Index(fields=["unit", "-opened_at", "-id"], name="work_file_of_unit"),
            models.Index(fields=["office", "year", "notation", "id"], name="work_file_of_agency"),
            models.Index(fields=["transfer_due", "id"], name="work_file_due", condition=Q(state="closed")),
            models.Index(
                fields=["office", "kept_until", "id"],
                name="work_file_expired",
                condition=Q(state__in=["closed", "archived"], permanent=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notation} {self.title}"

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"workfile:{self.pk}"


class Entry(Keyed):
    """A document in a file: one that came in or went out, never copied, or a file that was uploaded for it.

    Its description is that of the day on which it was filed.
    """

    file = models.ForeignKey(WorkFile, models.PROTECT, related_name="entries", db_index=False)
    incoming = models.ForeignKey(IncomingDocument, models.PROTECT, null=True, blank=True, related_name="+")
    outgoing = models.ForeignKey(OutgoingDocument, models.PROTECT, null=True, blank=True, related_name="+")
    upload = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField()  # of the document: contents are listed in the order of time
    type = models.CharField(max_length=100, blank=True)
    notation = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=500)
    author = models.CharField(max_length=200, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(incoming__isnull=False, outgoing=None, upload=None)
                | Q(incoming=None, outgoing__isnull=False, upload=None)
                | Q(incoming=None, outgoing=None),
                name="entry_of_one_source",
                violation_error_message=_("An entry is one document or one uploaded file."),
            ),
            models.UniqueConstraint(
                fields=["file", "incoming"],
                name="entry_incoming_once",
                violation_error_message=_("This document is in the file already."),
            ),
            models.UniqueConstraint(
                fields=["file", "outgoing"],
                name="entry_outgoing_once",
                violation_error_message=_("This document is in the file already."),
            ),
        ]
        indexes = [models.Index(fields=["file", "day", "id"], name="entry_in_order")]
        ordering = ["day", "id"]

    def __str__(self) -> str:
        return self.title


class PinnedFile(Keyed):
    """A content of which a closed file consists, with its SHA-256; the content goes when the file is destroyed."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="pinned")
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    position = models.PositiveSmallIntegerField()  # 0: the document itself, then annexes

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="pinned_file_place_once"),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Share(Keyed):
    """A person or a unit who may see a file besides its keeper.

    Giving and taking away are changes of access rights: each is asked by one and confirmed by another who is competent
    (Decree 30/2020/NĐ-CP, appendix VI).
    """

    class Level(models.TextChoices):
        READ = "read", pgettext_lazy("share", "Reads")
        ADD = "add", pgettext_lazy("share", "Reads and adds documents")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("share", "To be confirmed")
        GRANTED = "granted", pgettext_lazy("share", "In force")
        ENDING = "ending", pgettext_lazy("share", "In force, end to be confirmed")
        DECLINED = "declined", pgettext_lazy("share", "Declined")
        ENDED = "ended", pgettext_lazy("share", "Ended")

    file = models.ForeignKey(WorkFile, models.PROTECT, related_name="shares", db_index=False)
    officer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    level = models.CharField(max_length=4, choices=Level.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")  # of the change that stands or waits
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(officer__isnull=False, office=None) | Q(officer=None, office__isnull=False),
                name="share_with_one",
                violation_error_message=_("A file is shared with one person or one unit."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="share_confirmed_by_another",
                violation_error_message=_("Who asks for a change of access rights does not confirm it."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "ending"], decided_by=None)
                | Q(state__in=["granted", "declined", "ended"], decided_by__isnull=False, decided_at__isnull=False),
                name="share_decided_with_state",
                violation_error_message=_("A change of access rights is in force when it was confirmed."),
            ),
            models.UniqueConstraint(
                fields=["file", "officer", "office"],
                condition=Q(state__in=["asked", "granted", "ending"]),
                nulls_distinct=False,
                name="share_once",
                violation_error_message=_("The file is shared with them already."),
            ),
        ]
        indexes = [
            models.Index(fields=["officer", "file"], name="share_of_officer", condition=Q(officer__isnull=False)),
            models.Index(fields=["office", "file"], name="share_of_office", condition=Q(office__isnull=False)),
            models.Index(fields=["file"], name="share_of_file"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.state}"


class Handover(Keyed):
    """Files pass from one keeper to another, with minutes (biên bản bàn giao)."""

    giver = models.ForeignKey(Account, models.PROTECT, related_name="+")
    taker = models.ForeignKey(Account, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Office, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+"
    )  # none: the house, on leaving
    at = models.DateTimeField()
    minutes = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(giver=F("taker")),
                name="handover_to_another",
                violation_error_message=_("Choose another officer."),
            )
        ]


class HandoverFile(Keyed):
    """One of the files that were handed over."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="files")
    file = models.ForeignKey(WorkFile, models.PROTECT, related_name="handovers")

"""Files that are edited in the browser, the lock of each, and who has them open."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account


class EditedFile(Keyed):
    """The working file of something that is edited: each save replaces it, versions are the room's own.

    ``version`` counts contents (WOPI's ``Version``), ``taken`` is the one that the room was given last, ``mark`` names
    the room's version that it is equal to. ``round`` counts how often editing was ended by hand: earlier tokens
    are void.
    """

    kind = models.CharField(max_length=30)
    subject = models.UUIDField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    taken = models.PositiveIntegerField(default=1)
    mark = models.CharField(max_length=40)
    round = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()
    changed_since = models.DateTimeField(null=True, blank=True)  # of the first save that the room was not given
    lock = models.CharField(max_length=1024, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_until = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=500, blank=True)  # why the room has not taken it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="edited_file_once"),
            models.CheckConstraint(
                condition=Q(lock="", locked_at=None, locked_until=None)
                | (~Q(lock="") & Q(locked_at__isnull=False, locked_until__isnull=False)),
                name="edited_file_lock_whole",
                violation_error_message=_("A lock has a beginning and an end."),
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=models.F("version")),
                name="edited_file_taken_was_there",
                violation_error_message=_("Only a version that was saved is taken."),
            ),
        ]
        indexes = [
            models.Index(fields=["locked_until", "id"], name="edited_file_locked", condition=~Q(lock="")),
            models.Index(
                fields=["changed_at", "id"], name="edited_file_untaken", condition=Q(version__gt=models.F("taken"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def stream(self) -> str:
        """Its stream of events."""
        return f"editing:{self.pk}"


class Sitting(Keyed):
    """That an account has opened a file in the editor. ``saved_version``: the last one that they saved."""

    edited = models.ForeignKey(EditedFile, models.CASCADE, related_name="sittings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    writes = models.BooleanField()
    opened_at = models.DateTimeField()
    saved_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edited", "account"], name="sitting_once")]

"""Files (tệp tin), content-addressed: equal contents are stored once, under their SHA-256."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed


class ScanState(models.TextChoices):
    """What the virus scanner said."""

    NOT_SCANNED = "not_scanned", _("Not scanned for viruses")
    HELD = "held", _("Held until it has been scanned")
    CLEAN = "clean", _("Scanned, nothing found")
    INFECTED = "infected", _("Infected: locked in quarantine")


READABLE = (ScanState.CLEAN, ScanState.NOT_SCANNED)


class Blob(models.Model):
    """A content. Size in bytes; the media type is read from the content, never from its name."""

    digest = models.CharField(primary_key=True, max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    scan_state = models.CharField(max_length=12, choices=ScanState.choices)
    scanned_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scan_state__in=ScanState.values),
                name="blob_scan_state_known",
                violation_error_message=_("Unknown state of a scan."),
            ),
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="blob_digest_is_sha256",
                violation_error_message=_("A file is known by its SHA-256."),
            ),
            models.CheckConstraint(
                condition=models.Q(scan_state__in=["clean", "infected"], scanned_at__isnull=False)
                | models.Q(scan_state__in=["not_scanned", "held"], scanned_at__isnull=True),
                name="blob_scanned_when_scanned",
                violation_error_message=_("A scanned file has the time of its scan."),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(scan_state="held"), name="blob_held"),
        ]

    @property
    def readable(self) -> bool:
        """Whether the content may be opened: neither held nor infected."""
        return self.scan_state in READABLE

    @property
    def mark(self) -> str:
        """What a list says of the scan: nothing where the scanner found nothing."""
        return "" if self.scan_state == ScanState.CLEAN else str(self.get_scan_state_display())


class StoredFile(Keyed):
    """A content under the name somebody gave it. A room that refers to it keeps it (``actions.keep``).

    What nobody keeps is deleted two days later: uploads of forms that were never sent.
    """

    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    uploaded_by = models.UUIDField(null=True)
    kept = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(name__gt="", size__gt=0),
                name="stored_file_named_and_not_empty",
                violation_error_message=_("A file has a name and is not empty."),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(kept=False), name="stored_file_unkept"),
        ]

    def __str__(self) -> str:
        return self.name

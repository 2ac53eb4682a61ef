"""Signed files: the level that they are raised to, and what their signatures were worth when judged."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed


class Level(models.TextChoices):
    """How long a signature can be verified (ETSI EN 319 142-1), in rising order."""

    B = "B-B", _("Basic")
    T = "B-T", _("With a time stamp")
    LT = "B-LT", _("With the proofs of its certificates")
    LTA = "B-LTA", _("For the archive")


class UpgradeState(models.TextChoices):
    """Whether a signed file has what the policy wants."""

    WAITING = "waiting", _("Waiting for its level")
    REACHED = "reached", _("Has its level")
    FAILED = "failed", _("Cannot be raised")


class SignedFile(Keyed):
    """A finished signed PDF that is raised to its level, and whose archive time stamp is renewed in time.

    ``file`` is the newest version, ``subject`` the stream of the room that owns it. A version contains every earlier
    one as its beginning. ``stamp_at``, ``stamp_key`` (``rsa-2048``) and ``stamp_ends`` say of its newest archive
    time stamp when it was made, with which kind of key, and when the certificate of that key ends.
    """

    subject = models.CharField(max_length=120)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=5, choices=Level.choices, default=Level.B)
    wanted = models.CharField(max_length=5, choices=Level.choices)
    state = models.CharField(max_length=7, choices=UpgradeState.choices, default=UpgradeState.WAITING)
    registered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # the next try, or the renewal
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    reached_at = models.DateTimeField(null=True)
    stamp_key = models.CharField(max_length=12, blank=True, default="", db_default="")
    stamp_at = models.DateTimeField(null=True)
    stamp_ends = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="waiting") & Q(due_at__isnull=False))
                | (Q(state="reached") & Q(reached_at__isnull=False))
                | (Q(state="failed") & Q(due_at__isnull=True) & ~Q(last_error="")),
                name="signed_file_state_explained",
                violation_error_message=_("A signed file waits for a time, has its level, or says why it cannot."),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="signed_file_due"),
            models.Index(fields=["registered_at", "id"], condition=~Q(state="reached"), name="signed_file_open"),
            models.Index(
                fields=["due_at", "id"], condition=Q(state="reached", tries__gt=0), name="signed_file_overdue"
            ),
            models.Index(
                fields=["id"],
                condition=Q(state="reached", level="B-LTA", stamp_key=""),
                name="signed_file_stamp_to_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.level}"


class SignedVersion(models.Model):
    """A content that a signed file had once, by its SHA-256: who kept an earlier download still finds the original.

    The first ``size`` bytes of the newest version are this one.
    """

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(SignedFile, on_delete=models.CASCADE, related_name="versions")
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    level = models.CharField(max_length=5, choices=Level.choices)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "digest"], name="signed_version_once")]
        indexes = [models.Index(fields=["digest"], name="signed_version_by_digest")]

    def __str__(self) -> str:
        return self.digest


class FileCheck(models.Model):
    """What the signatures of a content (by its SHA-256) were worth when it was judged; empty when nobody signed it.

    A signed one is judged anew at ``due_at``, or when the trusted authorities have changed since ``tried_at``; what
    nobody signed stays so. ``signers`` are the certificates on which the verdicts rest (``SHA-256 of the issuer:serial
    number``), ``authorities`` the SHA-256 of those above their issuers.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    verdicts = models.JSONField()
    checked_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    signers = ArrayField(models.CharField(max_length=140), default=list, db_default=[])
    authorities = ArrayField(models.CharField(max_length=64), default=list, db_default=[])

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "digest"], condition=Q(due_at__isnull=False), name="file_check_due"),
            models.Index(fields=["tried_at", "digest"], condition=Q(due_at__isnull=False), name="file_check_tried"),
            GinIndex(fields=["signers"], name="file_check_by_signer"),
            GinIndex(fields=["authorities"], name="file_check_by_authority"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="file_check_of_sha256",
                violation_error_message=_("A file is known by its SHA-256."),
            ),
        ]

    def __str__(self) -> str:
        return self.digest


class EarlierFiles(models.Model):
    """How far the house has gone through the files that came before verdicts were kept (a single row).

    ``reached`` is the key of the last file that was looked at, in the order of their coming; what came after
    ``begun_at`` is judged when it comes.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    begun_at = models.DateTimeField()
    reached = models.UUIDField(null=True)
    judged = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1),
                name="signing_earlier_files_once",
                violation_error_message=_("Earlier files are gone through once."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reached or self.begun_at}"

"""What is being signed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.models.holding import SigningCertificate
from motcua.engines.signing.models.policies import DocumentLevel
from motcua.kernel.identifiers.models import Keyed

if TYPE_CHECKING:
    from motcua.engines.signing.pades import Prepared
    from motcua.kernel.errors import Refused


class TransactionState(models.TextChoices):
    """How far a signing has come; all but waiting are final."""

    WAITING = "waiting", _("Waiting for the signer")
    SIGNED = "signed", _("Signed")
    REFUSED = "refused", _("Refused by the signer")
    EXPIRED = "expired", _("Not confirmed in time")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("The signing service failed")


class SigningTransaction(Keyed):
    """One request to a signer: one certificate, one confirmation, one or more documents.

    ``asked_at``: when its service was last asked how far it is. ``start_again_at``: its service took no more requests,
    has asked nobody, and is handed it again then; while that is being done no fault stands beside it, and it says by
    when that must be over. One that the house ended without the service's word is watched until
    ``watched_until``: a signature that comes all the same is kept as evidence and told (``late_at``).
    """

    certificate = models.ForeignKey(SigningCertificate, on_delete=models.PROTECT, related_name="transactions")
    state = models.CharField(max_length=9, choices=TransactionState.choices, default=TransactionState.WAITING)
    level = models.CharField(max_length=10, choices=DocumentLevel.choices, default=DocumentLevel.DECISION)
    provider_reference = models.CharField(max_length=200, blank=True)
    fault = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    started_by = models.UUIDField()
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    start_again_at = models.DateTimeField(null=True)
    watched_until = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    # Not stored: files on their way to a provider that answers at once, by their document's key (``actions``).
    at_hand: Mapping[UUID, "Prepared"] = MappingProxyType({})
    # Nor stored: why documents that were asked for are not among them, by their subject.
    left_out: Mapping[str, "Refused"] = MappingProxyType({})

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=TransactionState.WAITING, finished_at__isnull=True)
                | (
                    Q(state__in=[state for state in TransactionState.values if state != "waiting"])
                    & Q(finished_at__isnull=False)
                ),
                name="signing_transaction_finished_when_final",
                violation_error_message=_("A signing has an end exactly when it no longer waits."),
            ),
            models.CheckConstraint(
                condition=Q(start_again_at=None) | Q(state=TransactionState.WAITING, provider_reference=""),
                name="signing_transaction_started_once",
                violation_error_message=_("Only a request that nobody was asked yet is handed over again."),
            ),
            models.CheckConstraint(
                condition=Q(watched_until=None, late_at=None) | ~Q(state__in=["waiting", "signed"]),
                name="signing_transaction_late_after_its_end",
                violation_error_message=_("Only a signing that ended without a signature has one that came late."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["started_at", "id"],
                condition=Q(state=TransactionState.WAITING),
                name="signing_transaction_waiting",
            ),
            models.Index(
                fields=["watched_until", "id"],
                condition=Q(watched_until__isnull=False),
                name="signing_transaction_watched",
            ),
            models.Index(fields=["certificate", "-started_at"], name="signing_transaction_with"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.state}"


class SigningDocument(Keyed):
    """One document of a transaction; ``format`` says how the signature goes in (``formats``).

    The bytes are here only between the steps: ``prepared`` while the signer is awaited, ``signed`` until the room that
    asked has collected it into its own files; ``late`` is a bare signature that came after the end. A file that the
    signer's own program signs as a whole has no attributes; its hole is the whole file, and ``field`` is the one that
    must be signed when it comes back.
    """

    transaction = models.ForeignKey(SigningTransaction, on_delete=models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=120)
    reference = models.CharField(max_length=120, blank=True)
    format = models.CharField(max_length=6, default="pdf")
    field = models.CharField(max_length=60, blank=True, default="", db_default="")
    title = models.CharField(max_length=300)
    prepared = models.BinaryField(null=True)
    document_digest = models.BinaryField(max_length=32)
    attributes = models.BinaryField()
    hole_start = models.PositiveBigIntegerField()
    hole_end = models.PositiveBigIntegerField()
    signed = models.BinaryField(null=True)
    late = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transaction", "position"], name="signing_document_one_position"),
            models.CheckConstraint(
                condition=Q(prepared__isnull=True) | Q(signed__isnull=True),
                name="signing_document_prepared_or_signed",
                violation_error_message=_("A document is being signed or is signed."),
            ),
            models.CheckConstraint(
                condition=Q(hole_start__lt=F("hole_end")),
                name="signing_document_has_room",
                violation_error_message=_("A signature needs room in its document."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ServiceStanding(models.Model):
    """How a remote signing service (a provider's code) answers; one that does not rests until ``rests_until``."""

    provider = models.CharField(primary_key=True, max_length=40)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failures=0, failing_since=None, rests_until=None)
                | Q(failures__gt=0, failing_since__isnull=False),
                name="signing_service_standing",
                violation_error_message=_("A service that rests has failed before."),
            ),
        ]

    def __str__(self) -> str:
        return self.provider

"""What is stored of signing: whose certificates there are, whom the house trusts, and what is being signed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed


class HolderKind(models.TextChoices):
    """Whose certificate it is: a person's (chữ ký số cá nhân) or an agency's seal (con dấu số)."""

    OFFICER = "officer", _("Officer")
    OFFICE = "office", _("Office")


class TransactionState(models.TextChoices):
    """How far a signing has come; all but waiting are final."""

    WAITING = "waiting", _("Waiting for the signer")
    SIGNED = "signed", _("Signed")
    REFUSED = "refused", _("Refused by the signer")
    EXPIRED = "expired", _("Not confirmed in time")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("The signing service failed")


class SigningCertificate(Keyed):
    """A certificate (chứng thư chữ ký số) that a provider can sign with. ``chain``: DER after DER, no root."""

    holder_kind = models.CharField(max_length=7, choices=HolderKind.choices)
    holder_id = models.UUIDField()
    provider = models.CharField(max_length=40)
    key_reference = models.CharField(max_length=200)
    demonstration = models.BooleanField()
    der = models.BinaryField()
    chain = models.BinaryField(default=b"")
    fingerprint = models.CharField(max_length=64)
    subject = models.CharField(max_length=300)
    issuer = models.CharField(max_length=300)
    serial = models.CharField(max_length=64)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint", "holder_id"],
                name="signing_certificate_once_per_holder",
                violation_error_message=_("This certificate is already registered."),
            ),
            models.CheckConstraint(
                condition=Q(holder_kind__in=HolderKind.values),
                name="signing_certificate_holder_known",
                violation_error_message=_("A certificate belongs to an officer or to an office."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_to")),
                name="signing_certificate_validity",
                violation_error_message=_("A certificate ends after it begins."),
            ),
        ]
        indexes = [models.Index(fields=["holder_id", "-valid_to"], name="signing_certificate_by_holder")]

    def __str__(self) -> str:
        return f"{self.subject} ({self.serial})"


class TrustAnchor(Keyed):
    """An authority whose certificates the house trusts when it verifies; ``demonstration`` ones prove nothing."""

    der = models.BinaryField()
    fingerprint = models.CharField(max_length=64, unique=True)
    subject = models.CharField(max_length=300)
    demonstration = models.BooleanField()
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.subject


class SigningTransaction(Keyed):
    """One request to a signer: one certificate, one confirmation, one or more documents."""

    certificate = models.ForeignKey(SigningCertificate, on_delete=models.PROTECT, related_name="transactions")
    state = models.CharField(max_length=9, choices=TransactionState.choices, default=TransactionState.WAITING)
    provider_reference = models.CharField(max_length=200, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    started_by = models.UUIDField()
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

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
        ]
        indexes = [
            models.Index(
                fields=["started_at", "id"],
                condition=Q(state=TransactionState.WAITING),
                name="signing_transaction_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.state}"


class SigningDocument(Keyed):
    """One PDF of a transaction.

    The bytes are here only between the steps: ``prepared`` while the signer is awaited, ``signed`` until the room that
    asked has collected it into its own files.
    """

    transaction = models.ForeignKey(SigningTransaction, on_delete=models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    prepared = models.BinaryField(null=True)
    document_digest = models.BinaryField(max_length=32)
    attributes = models.BinaryField()
    hole_start = models.PositiveBigIntegerField()
    hole_end = models.PositiveBigIntegerField()
    signed = models.BinaryField(null=True)

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

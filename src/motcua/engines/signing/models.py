"""What is stored of signing: whose certificates there are, whom the house trusts, and what is being signed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.kernel.text import fold

if TYPE_CHECKING:
    from motcua.engines.signing.pades import Prepared


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


class DocumentLevel(models.TextChoices):
    """What a signature is for; the policy says which means are good enough for it (Decree 30/2020/NĐ-CP, annex I)."""

    INITIALS = "initials", _("Initials on a draft")
    DECISION = "decision", _("Signature of the competent person")
    SEAL = "seal", _("Seal of the agency")
    COPY = "copy", _("Electronic copy")
    FILING = "filing", _("Filing of data with another system")


class SigningMeans(Keyed):
    """One way in which a holder signs (phương tiện ký): which provider, and what the provider must know of the holder.

    ``values`` holds plain answers, ``secrets`` the encrypted ones as one sealed JSON object.
    """

    holder_kind = models.CharField(max_length=7, choices=HolderKind.choices)
    holder_id = models.UUIDField()
    provider = models.CharField(max_length=40)
    label = models.CharField(max_length=120, blank=True)
    values = models.JSONField(default=dict)
    secrets = models.BinaryField(default=b"")
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "provider", "values"],
                condition=Q(withdrawn_at=None),
                name="signing_means_once",
                violation_error_message=_("This way of signing is already registered."),
            ),
            models.CheckConstraint(
                condition=Q(holder_kind__in=HolderKind.values),
                name="signing_means_holder_known",
                violation_error_message=_("A way of signing belongs to an officer or to an office."),
            ),
        ]
        indexes = [models.Index(fields=["holder_id", "registered_at"], name="signing_means_by_holder")]

    def __str__(self) -> str:
        return self.label or self.provider


class SigningPolicy(Keyed):
    """Which means may sign which level of document from a day on (chính sách ký số), and how long it must be provable.

    ``kinds`` are kinds of providers; none means every kind. The latest row of a level that has begun is in force.
    """

    class Lasting(models.TextChoices):
        """Levels of ETSI EN 319 142-1: a basic signature, with a time stamp, with proof of validity, for archives."""

        BASIC = "B-B", "B-B"
        TIMED = "B-T", "B-T"
        LONG_TERM = "B-LT", "B-LT"
        ARCHIVED = "B-LTA", "B-LTA"

    level = models.CharField(max_length=10, choices=DocumentLevel.choices)
    kinds = models.JSONField(default=list)
    lasting = models.CharField(max_length=5, choices=Lasting.choices, default=Lasting.BASIC)
    valid_from = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "valid_from"], name="signing_policy_one_a_day"),
            models.CheckConstraint(
                condition=Q(level__in=DocumentLevel.values),
                name="signing_policy_level_known",
                violation_error_message=_("This level of document is not known."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.valid_from}"


class SigningCertificate(Keyed):
    """A certificate (chứng thư chữ ký số) that a provider can sign with. ``chain``: DER after DER, no root.

    ``revoked_at`` is what the authority says; a revoked certificate is withdrawn here as well. ``warned_days``: how
    many days before its end its holder was last warned. ``text_fold``: what it is found by, without accents.
    """

    means = models.ForeignKey(SigningMeans, on_delete=models.PROTECT, related_name="certificates")
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
    revoked_at = models.DateTimeField(null=True)
    warned_days = models.PositiveSmallIntegerField(null=True)
    text_fold = models.TextField(default="", db_default="", editable=False)

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
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(withdrawn_at__isnull=False),
                name="signing_certificate_revoked_signs_nothing",
                violation_error_message=_("A revoked certificate signs nothing more."),
            ),
        ]
        indexes = [
            models.Index(fields=["holder_id", "-valid_to"], name="signing_certificate_by_holder"),
            models.Index(fields=["valid_to", "id"], name="signing_certificate_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.serial})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what it is found by."""
        self.text_fold = fold(f"{self.subject} {self.issuer} {self.serial}")
        super().save(*args, **kwargs)


class TrustAnchor(Keyed):
    """An authority whose certificates the house trusts when it verifies; ``demonstration`` ones prove nothing."""

    der = models.BinaryField()
    fingerprint = models.CharField(max_length=64, unique=True)
    subject = models.CharField(max_length=300)
    demonstration = models.BooleanField()
    source = models.CharField(max_length=300, blank=True, db_default="")  # where the certificate was taken from
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.subject


class SigningTransaction(Keyed):
    """One request to a signer: one certificate, one confirmation, one or more documents."""

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
    # Not stored: files on their way to a provider that answers at once, by their document's key (``actions``).
    at_hand: Mapping[UUID, "Prepared"] = MappingProxyType({})

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
            ),
            models.Index(fields=["certificate", "-started_at"], name="signing_transaction_with"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.state}"


class SigningDocument(Keyed):
    """One document of a transaction; ``format`` says how the signature goes in (``formats``).

    The bytes are here only between the steps: ``prepared`` while the signer is awaited, ``signed`` until the room that
    asked has collected it into its own files. A file that the signer's own program signs as a whole has no attributes;
    its hole is the whole file, and ``field`` is the one that must be signed when it comes back.
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


class RevocationStatement(Keyed):
    """What an authority last said of revoked certificates: a list (CRL), or an answer about one (OCSP), as DER.

    ``issuer`` is the SHA-256 of the issuing certificate; ``serial`` (hexadecimal) is empty for a list. A source that
    cannot be reached keeps its last statement and says why.
    """

    issuer = models.CharField(max_length=64)
    issuer_der = models.BinaryField()
    serial = models.CharField(max_length=64, blank=True)
    url = models.CharField(max_length=500)
    der = models.BinaryField(null=True)
    this_update = models.DateTimeField(null=True)
    next_update = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "serial", "url"], name="revocation_statement_once_per_source"),
            models.CheckConstraint(
                condition=Q(der__isnull=True, this_update__isnull=True, next_update__isnull=True)
                | Q(der__isnull=False, this_update__lt=F("next_update")),
                name="revocation_statement_dated",
                violation_error_message=_("What an authority states has a time from which and until which it holds."),
            ),
        ]
        indexes = [models.Index(fields=["next_update", "id"], name="revocation_statement_by_end")]

    def __str__(self) -> str:
        return self.url


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
    one as its beginning.
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
    """What the signatures of a content (by its SHA-256) were worth when it was judged; empty when nobody signed it."""

    digest = models.CharField(primary_key=True, max_length=64)
    verdicts = models.JSONField()
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="file_check_of_sha256",
                violation_error_message=_("A file is known by its SHA-256."),
            ),
        ]

    def __str__(self) -> str:
        return self.digest


class PartnerRequest(Keyed):
    """What another agency's house asks one of our signers to sign (yêu cầu ký từ cơ quan khác).

    ``service`` is the partner's name as its token says it, ``own_key`` its own name for the request. ``items`` are
    signed attributes (base64) with the text that the signer is shown; the documents stay with the partner. Once the
    signer agrees, ``transaction`` says how far it is.
    """

    service = models.CharField(max_length=80)
    own_key = models.UUIDField()
    certificate = models.ForeignKey(SigningCertificate, on_delete=models.PROTECT, related_name="+")
    items = models.JSONField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # refused by the signer, or withdrawn by the partner
    withdrawn = models.BooleanField(default=False)
    transaction = models.OneToOneField(SigningTransaction, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "own_key"], name="signing_partner_request_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(transaction=None),
                name="signing_partner_request_one_end",
                violation_error_message=_("A request was refused, or is being signed."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["certificate", "asked_at", "id"],
                condition=Q(ended_at=None, transaction=None),
                name="signing_partner_request_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.own_key}"

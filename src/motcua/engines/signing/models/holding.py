"""Whose ways of signing and certificates there are."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.kernel.text import fold


class HolderKind(models.TextChoices):
    """Whose certificate it is: an officer's (chữ ký số cá nhân), an agency's seal (con dấu số), or the public's own.

    ``holder_id`` is an account's, an office's, and of citizens and companies a party's.
    """

    OFFICER = "officer", _("Officer")
    OFFICE = "office", _("Office")
    CITIZEN = "citizen", _("Citizen")
    COMPANY = "company", _("Business or organisation")


# The public's own: no administrator looks after these, and nobody vouches for whose they are.
PUBLIC_KINDS = (HolderKind.CITIZEN, HolderKind.COMPANY)


class HolderCheck(models.TextChoices):
    """By what it was checked that a certificate is its holder's."""

    NUMBER = "number", _("The number in the certificate is the holder's")
    NAME = "name", _("The name in the certificate is the holder's; there was no number to compare")
    VOUCHED = "vouched", _("An administrator vouched for it; there was no number to compare")


class SigningMeans(Keyed):
    """One way in which a holder signs (phương tiện ký): which provider, and what the provider must know of the holder.

    ``values`` holds plain answers, ``secrets`` the encrypted ones as one sealed JSON object. ``vouched``: who
    registered it answers for whose certificates it has; else each must bear the holder's number or name.
    """

    holder_kind = models.CharField(max_length=7, choices=HolderKind.choices)
    holder_id = models.UUIDField()
    provider = models.CharField(max_length=40)
    label = models.CharField(max_length=120, blank=True)
    values = models.JSONField(default=dict)
    secrets = models.BinaryField(default=b"")
    vouched = models.BooleanField(default=False, db_default=False)
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
                violation_error_message=_("A way of signing belongs to an officer, an office, a citizen or a firm."),
            ),
        ]
        indexes = [models.Index(fields=["holder_id", "registered_at"], name="signing_means_by_holder")]

    def __str__(self) -> str:
        return self.label or self.provider


class SigningCertificate(Keyed):
    """A certificate (chứng thư chữ ký số) that a provider can sign with. ``chain``: DER after DER, no root.

    ``revoked_at`` is what the authority says; a revoked certificate is withdrawn here as well. ``suspended_at``: it is
    on hold at its authority since then (tạm dừng). ``warned_days``: how many days before its end its holder was last
    warned. ``text_fold``: what it is found by, without accents. One that was withdrawn may be registered again, as a
    further row: what it signed before stays with the earlier one.
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
    suspended_at = models.DateTimeField(null=True)
    warned_days = models.PositiveSmallIntegerField(null=True)
    holder_check = models.CharField(max_length=7, choices=HolderCheck.choices, blank=True, default="", db_default="")
    text_fold = models.TextField(default="", db_default="", editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "provider", "fingerprint"],
                condition=Q(withdrawn_at=None),
                name="signing_certificate_once_in_use",
                violation_error_message=_("This certificate is already registered."),
            ),
            models.CheckConstraint(
                condition=Q(holder_kind__in=HolderKind.values),
                name="signing_certificate_holder_known",
                violation_error_message=_("A certificate belongs to an officer, an office, a citizen or a firm."),
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

"""Which authorities the house trusts, and what they last said of revoked certificates."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed


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


class Suspension(models.Model):
    """A certificate was on hold (certificateHold, RFC 5280, 5.3.1) from when, and until when, as far as is known.

    Authorities drop it from their lists when they lift it, so the house remembers: a signature made meanwhile stays
    one of a suspended certificate. ``issuer`` as in :class:`RevocationStatement`; ``said_at``: the newest statement.
    """

    id = models.BigAutoField(primary_key=True)
    issuer = models.CharField(max_length=64)
    serial = models.CharField(max_length=64)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "serial", "since"], name="signing_suspension_once"),
        ]
        indexes = [
            models.Index(fields=["issuer", "serial"], condition=Q(until=None), name="signing_suspension_open"),
        ]

    def __str__(self) -> str:
        return f"{self.serial} {self.since}"


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

"""What other agencies ask our signers to sign."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.models.holding import SigningCertificate
from motcua.engines.signing.models.transactions import SigningTransaction
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed


class PartnerRequest(Keyed):
    """What another agency's house asks one of our signers to sign (yêu cầu ký từ cơ quan khác).

    ``service`` is the partner's name as its token says it, ``own_key`` its own name for the request. ``items`` are
    signed attributes (base64) with the text that the signer is shown; ``documents`` are what the signer opens before.
    ``size`` is what both take in bytes, 0 when they were forgotten after the end. Once the signer agrees,
    ``transaction`` says how far it is.
    """

    service = models.CharField(max_length=80)
    own_key = models.UUIDField()
    certificate = models.ForeignKey(SigningCertificate, on_delete=models.PROTECT, related_name="+")
    items = models.JSONField()
    size = models.PositiveIntegerField(default=0, db_default=0)
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
            ),
            models.Index(
                fields=["service", "expires_at"], condition=Q(size__gt=0), name="signing_partner_request_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.own_key}"


class PartnerDocument(Keyed):
    """A document of a request, as it lies before its signer: the prepared file, which lacks only the signature.

    It is here because its digest is the one in the signed attributes of the item at ``position``.
    """

    request = models.ForeignKey(PartnerRequest, on_delete=models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="signing_partner_document_once"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.position}"

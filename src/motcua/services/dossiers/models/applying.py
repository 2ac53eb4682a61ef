"""Applications that who applies signs with a certificate of their own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.models import SigningTransaction
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party


class ApplicationSigning(Keyed):
    """One application on its way through the hands of who applies (ký số đơn): from the wish until it is signed.

    ``digest`` is of the content that is signed (``joining.Together.digest``): of another the signature says nothing.
    ``file`` is the signed PDF until the dossier has it. ``application`` is the draft's key, which its dossier takes
    over: the row outlives the draft, for the answer may come when that is sent or deleted. Who applies, too, signs a
    page of their own: ``asked_by`` says whose a row is.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the signer")
        DONE = "done", _("Signed")
        VOID = "void", _("Not signed")

    application = models.UUIDField()
    digest = models.CharField(max_length=64)
    signer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    transaction = models.ForeignKey(SigningTransaction, models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    detail = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "asked_by"],
                condition=Q(state="waiting"),
                name="application_signing_one_each",
                violation_error_message=_("This application is being signed already."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="application_signing_ends",
                violation_error_message=_("A signing has an end exactly when it no longer waits."),
            ),
        ]
        indexes = [
            models.Index(fields=["application", "-asked_at"], name="application_signing_of"),
            models.Index(fields=["asked_at", "id"], condition=Q(state="waiting"), name="application_signing_waiting"),
            models.Index(
                fields=["asked_at", "id"],
                condition=Q(state="done", file__isnull=False),
                name="application_signing_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.state}"

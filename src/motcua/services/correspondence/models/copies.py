"""Electronic copies of documents under the text seal of the agency."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.models import SigningTransaction
from motcua.engines.signing.text_seals import CopyKind
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.correspondence.models.incoming import IncomingDocument
from motcua.services.correspondence.models.outgoing import OutgoingDocument


class DocumentCopy(Keyed):
    """A copy of a file (bản sao điện tử): asked for, sealed with a number of its own, or not."""

    class Kind(models.TextChoices):
        WHOLE = CopyKind.SAO_Y.value, _("Certified copy")
        FURTHER = CopyKind.SAO_LUC.value, _("Copy of a certified copy")
        PART = CopyKind.TRICH_SAO.value, _("Certified extract")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the signer")
        DONE = "done", _("Done")
        VOID = "void", _("Not signed")

    incoming = models.ForeignKey(
        IncomingDocument, models.CASCADE, null=True, blank=True, related_name="certified_copies"
    )
    outgoing = models.ForeignKey(
        OutgoingDocument, models.CASCADE, null=True, blank=True, related_name="certified_copies"
    )
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")  # that copies
    original = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    pages = models.CharField(max_length=60, blank=True)  # of an extract, as written
    notation = models.CharField(max_length=40)  # 01/SY-UBND
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    transaction = models.ForeignKey(
        SigningTransaction, models.PROTECT, null=True, blank=True, related_name="document_copies"
    )
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    detail = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(incoming=None, outgoing__isnull=False) | Q(incoming__isnull=False, outgoing=None),
                name="document_copy_of_one",
                violation_error_message=_("A copy is of one document."),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(file__isnull=False),
                name="document_copy_done_has_file",
                violation_error_message=_("A finished copy has its file."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="document_copy_ends",
                violation_error_message=_("A signing has an end exactly when it no longer waits."),
            ),
            models.UniqueConstraint(
                fields=["original"],
                condition=Q(state="waiting"),
                name="document_copy_one_at_a_time",
                violation_error_message=_("A copy of this document is being sealed already."),
            ),
        ]
        indexes = [models.Index(fields=["office", "asked_at", "id"], name="document_copy_register")]

    def __str__(self) -> str:
        return self.notation

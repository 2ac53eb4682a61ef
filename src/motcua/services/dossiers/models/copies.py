"""Certified electronic copies of issued results."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.models import SigningTransaction
from motcua.engines.signing.text_seals import CopyKind
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.dossiers.models.issued import ResultDocument


class ResultCopy(Keyed):
    """A copy of a result under the text seal of its agency (bản sao điện tử): asked for, sealed, or not."""

    class Kind(models.TextChoices):
        WHOLE = CopyKind.SAO_Y.value, _("Certified copy")
        FURTHER = CopyKind.SAO_LUC.value, _("Copy of a certified copy")
        PART = CopyKind.TRICH_SAO.value, _("Certified extract")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the signer")
        DONE = "done", _("Done")
        VOID = "void", _("Not signed")

    result = models.ForeignKey(ResultDocument, models.CASCADE, related_name="certified_copies")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    pages = models.CharField(max_length=60, blank=True)  # of an extract, as written
    source = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="further_copies")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    transaction = models.ForeignKey(SigningTransaction, models.PROTECT, related_name="result_copies")
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    title = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    detail = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["result"],
                condition=Q(state="waiting"),
                name="result_copy_one_at_a_time",
                violation_error_message=_("A copy of this document is being sealed already."),
            ),
            models.CheckConstraint(
                condition=Q(state="done", file__isnull=False) | (~Q(state="done") & Q(file__isnull=True)),
                name="result_copy_file_when_done",
                violation_error_message=_("A copy has its file exactly when it is sealed."),
            ),
            models.CheckConstraint(
                condition=Q(kind="sao_luc", source__isnull=False) | (~Q(kind="sao_luc") & Q(source__isnull=True)),
                name="result_copy_of_a_copy",
                violation_error_message=_("A copy of a certified copy names that copy, no other does."),
            ),
        ]
        indexes = [models.Index(fields=["result", "-asked_at", "-id"], name="result_copy_newest")]

    def __str__(self) -> str:
        return f"{self.result_id} {self.kind} {self.state}"

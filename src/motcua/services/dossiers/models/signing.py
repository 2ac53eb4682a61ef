"""Signatures that were asked for on results: who wants what signed, and how that ended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.models import SigningTransaction
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.dossiers.models.issued import ResultDocument
from motcua.services.dossiers.models.work import WorkItem


class ResultSigning(Keyed):
    """One result on its way through the signer's hands (đang ký): from the wish until the signature is in the file.

    The officer is kept as they acted, since the answer of a phone or a token may come when they have signed out.
    """

    class Act(models.TextChoices):
        INITIAL = "initial", _("Initial")
        SIGN = "sign", _("Sign")
        SEAL = "seal", _("Number and seal")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the signer")
        DONE = "done", _("Done")
        VOID = "void", _("Not signed")

    result = models.ForeignKey(ResultDocument, models.CASCADE, related_name="signings")
    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="signings")
    act = models.CharField(max_length=7, choices=Act.choices)
    outcome = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    # As it was when it was sent to be signed; the sweep of files that were replaced takes it away in time.
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    transaction = models.ForeignKey(
        SigningTransaction, models.PROTECT, null=True, blank=True, related_name="result_signings"
    )
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=300, blank=True)
    authority = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    detail = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["result"],
                condition=Q(state="waiting"),
                name="result_signing_one_at_a_time",
                violation_error_message=_("This document is being signed already."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="result_signing_ends",
                violation_error_message=_("A signing has an end exactly when it no longer waits."),
            ),
        ]
        indexes = [
            models.Index(fields=["transaction", "id"], name="result_signing_by_transaction"),
            models.Index(fields=["asked_at", "id"], condition=Q(state="waiting"), name="result_signing_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.result_id} {self.state}"

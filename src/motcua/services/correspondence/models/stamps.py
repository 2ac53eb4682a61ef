"""Arrival stamps (dấu đến) on documents that came in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.models import SigningTransaction
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.services.correspondence.models.incoming import IncomingFile


class ArrivalStamp(Keyed):
    """A stamped version of a file that came in: asked for, sealed, or not. The file that came stays as it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the signer")
        DONE = "done", _("Done")
        VOID = "void", _("Not signed")

    REFERENCE = "arrival"  # of its document in a signing

    original = models.ForeignKey(IncomingFile, models.CASCADE, related_name="stamps")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    transaction = models.ForeignKey(
        SigningTransaction, models.PROTECT, null=True, blank=True, related_name="arrival_stamps"
    )
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    detail = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["original"],
                condition=~Q(state="void"),
                name="arrival_stamp_once",
                violation_error_message=_("This file has its arrival stamp, or is being stamped."),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(file__isnull=False),
                name="arrival_stamp_done_has_file",
                violation_error_message=_("A stamped file is there."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="arrival_stamp_ends",
                violation_error_message=_("A signing has an end exactly when it no longer waits."),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at", "id"], condition=Q(state="waiting"), name="arrival_stamp_waiting"),
        ]

"""The messages in which documents came from partners."""

from django.db import models
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.services.correspondence.models.incoming import IncomingDocument


class Delivery(Keyed):
    """The message in which a document came (edXML), and whether its sender wants the document back.

    What the clerk corrects in the document changes nothing here: answers go to ``partner`` about ``identifier``.
    """

    class Kind(models.IntegerChoices):
        NEW = 0, pgettext_lazy("message", "New document")
        UPDATE = 2, pgettext_lazy("message", "Update of an earlier document")
        REPLACEMENT = 3, pgettext_lazy("message", "Replaces an earlier document")

    class Recall(models.TextChoices):
        NONE = "", "–"
        ASKED = "asked", pgettext_lazy("recall", "Asked for")
        AGREED = "agreed", pgettext_lazy("recall", "Agreed to")
        DECLINED = "declined", pgettext_lazy("recall", "Declined")

    document = models.OneToOneField(IncomingDocument, models.CASCADE, related_name="delivery")
    partner = models.CharField(max_length=40)  # OrganId of the sender
    receiver = models.CharField(max_length=40)  # code of the office as the sender wrote it
    identifier = models.CharField(max_length=200)  # DocumentId
    kind = models.PositiveSmallIntegerField(choices=Kind.choices, default=Kind.NEW)
    signature = models.JSONField()  # verdict of the exchange
    remarks = models.JSONField(default=list)  # what was not taken over: [code, about]
    earlier = models.ForeignKey(
        IncomingDocument, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    also = models.ManyToManyField(IncomingDocument, blank=True, related_name="+")  # replaced beside ``earlier``
    reason = models.TextField(blank=True, db_default="")  # why it updates or replaces, as the sender says
    letter = models.UUIDField(null=True, blank=True, db_index=True)  # the exchange's key of the message
    recall = models.CharField(max_length=8, choices=Recall.choices, blank=True)
    recall_reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["partner", "identifier"], name="delivery_said")]

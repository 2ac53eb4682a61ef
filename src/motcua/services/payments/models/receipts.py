"""Receipts and their numbers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.payments.models.orders import Method, Order


class ReceiptBook(Keyed):
    """Under which form and serial an office issues receipts from a day on (mẫu và ký hiệu biên lai).

    A decision holds for the offices under it that have none of their own. The serial is the letters and the last two
    digits of the year; numbers begin with 1 in each (Decree 123/2020/NĐ-CP, article 32, as amended by 70/2025/NĐ-CP).
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    form = models.CharField(max_length=20)  # 01BLP0-001
    letters = models.CharField(max_length=6)
    collector = models.CharField(max_length=200)
    tax_code = models.CharField(max_length=14)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "valid_from"], name="receipt_book_once_a_day")]
        indexes = [models.Index(fields=["-valid_from", "-id"], name="receipt_book_newest")]


class Receipt(Keyed):
    """An electronic receipt (biên lai điện tử) for a paid order: fixed when it is issued, then sealed as a PDF."""

    class State(models.TextChoices):
        ISSUED = "issued", pgettext_lazy("receipt", "Valid")
        CANCELLED = "cancelled", pgettext_lazy("receipt", "Cancelled")
        REPLACED = "replaced", pgettext_lazy("receipt", "Replaced")

    book = models.ForeignKey(ReceiptBook, models.PROTECT, related_name="receipts")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")  # whose book it is
    form = models.CharField(max_length=20)
    serial = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    order = models.ForeignKey(Order, models.PROTECT, related_name="receipts")
    state = models.CharField(max_length=9, choices=State.choices, default=State.ISSUED)
    payer_name = models.CharField(max_length=200)
    payer_address = models.CharField(max_length=250, blank=True)
    amount = models.PositiveBigIntegerField()  # đồng that are kept
    refunded = models.PositiveBigIntegerField(default=0, db_default=0)  # đồng that had been given back before
    method = models.CharField(max_length=8, choices=Method.choices)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")  # sealed
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "form", "serial", "number"], name="receipt_numbered_once"),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state="issued"),
                name="receipt_one_valid",
                violation_error_message=_("There is a valid receipt for this payment."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=9_999_999),
                name="receipt_number_of_seven_digits",
                violation_error_message=_("The number of a receipt has seven digits at most."),
            ),
            models.CheckConstraint(
                condition=Q(state="issued", ended_at=None, reason="")
                | (~Q(state="issued") & Q(ended_at__isnull=False) & ~Q(reason="")),
                name="receipt_ended_with_reason",
                violation_error_message=_("A receipt is cancelled or replaced with a reason."),
            ),
        ]
        indexes = [
            models.Index(fields=["office", "-issued_at", "-id"], name="receipt_newest"),
            models.Index(fields=["issued_at", "id"], name="receipt_unsealed", condition=Q(file=None)),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.serial} {self.number:07d}"

    @property
    def stream(self) -> str:
        """Where its events stand."""
        return f"receipt:{self.pk}"

"""What is to be paid, into which account, and what has come in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office


class Method(models.TextChoices):
    """How money came (hình thức thanh toán)."""

    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    TRANSFER = "transfer", _("Bank transfer")
    ONLINE = "online", _("Online payment")


class CollectingAccount(Keyed):
    """Into which bank account an office collects, from a day on (tài khoản thu phí, lệ phí).

    A decision for an office holds for the offices under it that have none of their own. An empty number: from that
    day the office collects into none.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    bank_bin = models.CharField(max_length=6, blank=True)
    bank_name = models.CharField(max_length=80, blank=True)
    number = models.CharField(max_length=19, blank=True)
    holder = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200, blank=True)  # number and date of the decision
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "valid_from"], name="collecting_account_once_a_day"),
            models.CheckConstraint(
                condition=Q(number="", bank_bin="", bank_name="", holder="")
                | ~(Q(number="") | Q(bank_bin="") | Q(bank_name="") | Q(holder="")),
                name="collecting_account_whole",
                violation_error_message=_("Bank, number and holder of an account belong together."),
            ),
        ]
        indexes = [
            models.Index(fields=["-valid_from", "-id"], name="collecting_account_newest"),
            models.Index(fields=["number", "valid_from"], name="collecting_account_number"),
        ]


class BankFeed(Keyed):
    """A bank that reports what comes into an account by signed calls (báo có tự động). The secret is stored sealed."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    number = models.CharField(max_length=19)
    secret = models.BinaryField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(ended_at=None),
                name="bank_feed_one_live",
                violation_error_message=_("This account is reported already. End that first."),
            )
        ]


class Payable(Keyed):
    """Something that is paid for (đối tượng nộp tiền), such as a dossier, under one transfer text for all its life.

    The subject (``dossier:<id>``) is opaque here; the room that owns it says where it is shown (``subjects``).
    """

    subject = models.CharField(max_length=80, unique=True)
    reference = models.CharField(max_length=13, unique=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    payer = models.UUIDField()
    payer_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference


class CashClosing(Keyed):
    """An officer counts the cash they have taken and hands it over (chốt quỹ tiền mặt)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    officer = models.ForeignKey(Account, models.PROTECT, related_name="+")
    payments = models.PositiveIntegerField()
    expected = models.PositiveBigIntegerField()  # đồng, of the payments
    counted = models.PositiveBigIntegerField()  # đồng, in the drawer
    note = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(counted=F("expected")) | ~Q(note=""),
                name="closing_difference_explained",
                violation_error_message=_("A difference needs a note."),
            )
        ]
        indexes = [
            models.Index(fields=["office", "-closed_at", "-id"], name="closing_newest"),
            models.Index(fields=["officer", "-closed_at", "-id"], name="closing_of_officer"),
        ]


class Order(Keyed):
    """A sum that is paid whole (khoản phải nộp). Its lines never change: where they would, it is withdrawn."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("order", "To be paid")
        PAID = "paid", pgettext_lazy("order", "Paid")
        WITHDRAWN = "withdrawn", pgettext_lazy("order", "No longer to be paid")

    payable = models.ForeignKey(Payable, models.PROTECT, related_name="orders")
    amount = models.PositiveBigIntegerField()  # đồng; the database holds it to the sum of the lines
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    method = models.CharField(max_length=8, choices=Method.choices, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)  # paid or withdrawn
    taken_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")  # at the counter
    refunded = models.PositiveBigIntegerField(default=0, db_default=0)  # đồng that were given back of it
    closing = models.ForeignKey(CashClosing, models.PROTECT, null=True, blank=True, related_name="orders")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payable"],
                condition=Q(state="open"),
                name="order_one_open",
                violation_error_message=_("There is an open order already."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="order_closed_with_state",
                violation_error_message=_("An order is closed exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=(Q(state="paid") & ~Q(method="")) | (~Q(state="paid") & Q(method="")),
                name="order_paid_with_method",
                violation_error_message=_("A paid order says how it was paid."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="order_of_something",
                violation_error_message=_("Nothing is to be paid."),
            ),
            models.CheckConstraint(
                condition=Q(refunded__lte=F("amount")) & (Q(refunded=0) | Q(state="paid")),
                name="order_refunded_of_what_was_paid",
                violation_error_message=_("No more is given back than has been paid."),
            ),
        ]
        indexes = [
            models.Index(fields=["amount", "opened_at"], name="order_open_amount", condition=Q(state="open")),
            models.Index(
                fields=["taken_by", "closed_at"], name="order_cash_kept", condition=Q(method="cash", closing=None)
            ),
        ]

    @property
    def stream(self) -> str:
        """Where its events stand."""
        return f"order:{self.pk}"


class OrderLine(Keyed):
    """A line of an order; ``key`` is the owner's own name for it, such as the id of a fee line."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    key = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=12)
    amount = models.PositiveBigIntegerField()  # đồng

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="order_line_once")]
        indexes = [models.Index(fields=["key"], name="order_line_key")]


class Attempt(Keyed):
    """The payer was sent to a gateway to pay an order (lần thanh toán). Only the gateway's server ends it."""

    class State(models.TextChoices):
        STARTED = "started", pgettext_lazy("attempt", "Started")
        PAID = "paid", pgettext_lazy("attempt", "Paid")
        FAILED = "failed", pgettext_lazy("attempt", "Not paid")

    order = models.ForeignKey(Order, models.PROTECT, related_name="attempts")
    gateway = models.CharField(max_length=40)  # section of payments.toml
    reference = models.CharField(max_length=20, unique=True)  # by which the gateway knows it
    amount = models.PositiveBigIntegerField()  # đồng
    state = models.CharField(max_length=7, choices=State.choices, default=State.STARTED)
    code = models.CharField(max_length=10, blank=True)  # the gateway's answer
    number = models.CharField(max_length=40, blank=True)  # the gateway's number of the transaction
    bank = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)  # when we last asked the gateway about it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="started", heard_at__isnull=True)
                | (~Q(state="started") & Q(heard_at__isnull=False)),
                name="attempt_heard_with_state",
                violation_error_message=_("An attempt ends exactly when the gateway has told so."),
            )
        ]
        indexes = [
            models.Index(fields=["gateway", "started_at"], name="attempt_unheard", condition=Q(state="started")),
        ]


class Statement(Keyed):
    """A bank statement that somebody brought in (sao kê)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    number = models.CharField(max_length=19)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    lines = models.PositiveIntegerField()  # sums received that the file tells of
    new = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(Account, models.PROTECT, related_name="+")


class Incoming(Keyed):
    """A sum that came into an account (khoản tiền về). It pays for one order, or waits for a person."""

    class Source(models.TextChoices):
        STATEMENT = "statement", _("Bank statement")
        FEED = "feed", _("Report of the bank")
        GATEWAY = "gateway", _("Payment gateway")

    class State(models.TextChoices):
        ASSIGNED = "assigned", pgettext_lazy("incoming", "Assigned")
        OPEN = "open", pgettext_lazy("incoming", "To be looked at")
        RETURNED = "returned", pgettext_lazy("incoming", "Returned to the payer")
        IGNORED = "ignored", pgettext_lazy("incoming", "Not ours")

    class Cause(models.TextChoices):
        NO_TEXT = "no_text", _("No transfer text of a dossier")
        SEVERAL = "several", _("Transfer texts of several dossiers")
        OTHER_ACCOUNT = "other_account", _("The dossier is paid into another account")
        NOTHING_OPEN = "nothing_open", _("Nothing is to be paid any more")
        WRONG_SUM = "wrong_sum", _("Not the sum that is to be paid")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")  # whose account it is
    number = models.CharField(max_length=19)
    source = models.CharField(max_length=9, choices=Source.choices)
    key = models.CharField(max_length=80)  # the bank's reference, else a digest: a sum is taken in once
    booked_on = models.DateField()
    amount = models.PositiveBigIntegerField()  # đồng
    text = models.CharField(max_length=500, blank=True)
    payer = models.CharField(max_length=200, blank=True)
    taken_in_at = models.DateTimeField()
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices)
    cause = models.CharField(max_length=13, choices=Cause.choices, blank=True)
    order = models.OneToOneField(Order, models.PROTECT, null=True, blank=True, related_name="incoming")
    reason = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "key"], name="incoming_taken_in_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="incoming_of_something",
                violation_error_message=_("Only sums that came in are taken in."),
            ),
            models.CheckConstraint(
                condition=Q(state="assigned", order__isnull=False) | (~Q(state="assigned") & Q(order__isnull=True)),
                name="incoming_assigned_with_order",
                violation_error_message=_("A sum is assigned exactly when it pays for an order."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="incoming_settled_with_state",
                violation_error_message=_("A sum is settled exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "ignored"]) | ~Q(reason=""),
                name="incoming_left_with_reason",
                violation_error_message=_("Returning or leaving a sum needs a reason."),
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | ~Q(cause=""),
                name="incoming_open_with_cause",
                violation_error_message=_("A sum that waits says why."),
            ),
        ]
        indexes = [
            models.Index(fields=["office", "booked_on", "id"], name="incoming_waiting", condition=Q(state="open")),
            models.Index(fields=["office", "-booked_on", "-id"], name="incoming_newest"),
        ]

    @property
    def stream(self) -> str:
        """Where its events stand."""
        return f"incoming:{self.pk}"


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

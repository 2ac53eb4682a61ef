"""What is to be paid, how it is tried, and the cash of a day."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office


class Method(models.TextChoices):
    """How money came (hình thức thanh toán)."""

    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    TRANSFER = "transfer", _("Bank transfer")
    ONLINE = "online", _("Online payment")


IN_THE_TILL = (Method.CASH, Method.CARD)  # what an officer takes at the counter and closes at the end of the day
NO_SLIP = "–"  # of card payments from before slips were asked for: no closing waits for them


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
    """An officer counts the cash they have taken and hands it over (chốt quỹ tiền mặt), with the card terminal's sum.

    Sums are what was taken less what was given back out of the same drawer; more may have been given back than taken.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    officer = models.ForeignKey(Account, models.PROTECT, related_name="+")
    payments = models.PositiveIntegerField()
    refunds = models.PositiveIntegerField(default=0, db_default=0)  # in cash
    expected = models.BigIntegerField()  # đồng, of the payments less the refunds
    counted = models.BigIntegerField()  # đồng, in the drawer
    cards = models.PositiveIntegerField(default=0, db_default=0)  # payments by card
    card_expected = models.BigIntegerField(default=0, db_default=0)  # đồng, less what was given back to cards
    card_counted = models.BigIntegerField(default=0, db_default=0)  # đồng, according to the terminal
    note = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(counted=F("expected"), card_counted=F("card_expected")) | ~Q(note=""),
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
    slip = models.CharField(max_length=40, blank=True, db_default="")  # approval number on the card terminal's slip
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
                condition=(Q(method="card") & ~Q(slip="")) | (~Q(method="card") & Q(slip="")),
                name="order_by_card_with_slip",
                violation_error_message=_("A payment by card names the terminal's slip."),
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
                fields=["taken_by", "closed_at"],
                name="order_till_kept",
                condition=Q(method__in=["cash", "card"], closing=None),
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


class Refund(Keyed):
    """What was given back of an order, and how (hoàn trả). Cash comes out of the drawer of who took it."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds", db_index=False)
    amount = models.PositiveBigIntegerField()  # đồng
    method = models.CharField(max_length=8, choices=Method.choices)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    closing = models.ForeignKey(
        CashClosing, models.PROTECT, null=True, blank=True, related_name="given_back", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="refund_of_something",
                violation_error_message=_("Nothing is given back."),
            )
        ]
        indexes = [
            models.Index(fields=["order", "given_at"], name="refund_of_order"),
            models.Index(
                fields=["order"], name="refund_till_kept", condition=Q(method__in=["cash", "card"], closing=None)
            ),
        ]


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

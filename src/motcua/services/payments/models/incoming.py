"""What has come in by the bank, and what it was for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.payments.models.orders import Order


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
        PERHAPS_KNOWN = "perhaps_known", _("Perhaps the same as a sum that was taken in already")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")  # whose account it is
    number = models.CharField(max_length=19)
    source = models.CharField(max_length=9, choices=Source.choices)
    reference = models.CharField(max_length=60, blank=True)  # as the bank or the payer gave it
    key = models.CharField(max_length=80)  # reference and digest of the line: a sum is taken in once
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
            models.Index(fields=["number", "reference"], name="incoming_alike", condition=~Q(reference="")),
        ]

    @property
    def stream(self) -> str:
        """Where its events stand."""
        return f"incoming:{self.pk}"

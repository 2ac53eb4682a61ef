"""Into which account an office collects, and the banks that report what comes into it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office


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

"""What is handed over and what is paid."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.kernel.text import dong
from motcua.people.accounts.models import Account
from motcua.services.dossiers.models.asked import Supplement
from motcua.services.dossiers.models.dossier import Dossier
from motcua.services.dossiers.rules.charges import with_count
from motcua.services.payments.models import Order
from motcua.services.procedures.models import CasePaper


class NoScanReason(models.TextChoices):
    """Papers that are not digitised at the counter (TT 03/2025/TT-VPCP, article 5 clause 2)."""

    ELECTRONIC = "electronic", _("Submitted in electronic form")
    SHOWN_ONLY = "shown_only", _("Only shown for comparison")
    OPINION = "opinion", _("Opinion of a coordinating agency")
    SECRET = "secret", _("State secret")


class Paper(Keyed):
    """One paper of the dossier (thành phần hồ sơ) as it came in."""

    class Form(models.TextChoices):
        ORIGINAL = "original", _("Original")
        COPY = "copy", _("Copy")
        SHOWN = "shown", _("Shown for comparison")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="papers")
    case_paper = models.ForeignKey(CasePaper, models.PROTECT, null=True, blank=True, related_name="papers")
    supplement = models.ForeignKey(
        Supplement, models.SET_NULL, null=True, blank=True, related_name="papers", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=1000)
    form = models.CharField(max_length=10, choices=Form.choices, default=Form.COPY)
    copies = models.PositiveSmallIntegerField(default=1)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    digitised = models.BooleanField(default=False)  # scanned at the counter (số hoá)
    # taken from an earlier dossier or result (tái sử dụng); what its owner only declares counts as none
    reused = models.BooleanField(default=False)
    from_national_store = models.BooleanField(default=False)
    # what it was taken from, in the words of the room that offered it (``stores``), such as "vault:<id>"
    source = models.CharField(max_length=60, blank=True, db_default="")
    no_scan_reason = models.CharField(max_length=12, choices=NoScanReason.choices, blank=True)
    valid_to = models.DateField(null=True, blank=True)  # its last day, as the receiving office read it from the paper
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(digitised=False) | Q(file__isnull=False),
                name="paper_digitised_has_file",
                violation_error_message=_("A digitised paper has its scan."),
            ),
            models.CheckConstraint(
                condition=Q(digitised=False) | Q(no_scan_reason=""),
                name="paper_scan_or_reason",
                violation_error_message=_("A digitised paper needs no reason for not scanning."),
            ),
        ]
        indexes = [
            models.Index(fields=["source", "id"], condition=~Q(source=""), name="paper_by_source"),
            models.Index(fields=["supplement"], condition=Q(supplement__isnull=False), name="paper_supplementing"),
        ]

    def __str__(self) -> str:
        return self.name


class FeeLineQuerySet(models.QuerySet["FeeLine"]):
    """Fees by what matters to who waits for them."""

    def owed(self, dossier: UUID) -> "FeeLineQuerySet":
        """What a dossier still has to pay; for a line of 0 đồng, or one collected afterwards, nobody waits."""
        return self.due(dossier).filter(after_return=False)

    def due(self, dossier: UUID) -> "FeeLineQuerySet":
        """All that is to be paid, also once the result has been returned."""
        return self.filter(dossier=dossier, state=FeeLine.State.DUE, amount__gt=0)


OWED_AFTERWARDS = Q(state="due", after_return=True, amount__gt=0)


class FeeLine(Keyed):
    """One fee (phí, lệ phí) of a dossier. A line of 0 đồng is kept: reports count it.

    Sums are taken from ``amount`` alone; what one of them costs is worked out from it. A collected fee of which a part
    was given back stays collected, one given back whole is refunded.
    """

    class State(models.TextChoices):
        DUE = "due", _("To be paid")
        COLLECTED = "collected", _("Collected")
        WAIVED = "waived", _("Waived")
        REFUNDED = "refunded", _("Refunded")

    class Method(models.TextChoices):
        CASH = "cash", _("Cash")
        TRANSFER = "transfer", _("Bank transfer")
        CARD = "card", _("Card")
        ONLINE = "online", _("Online payment")

    AT_THE_COUNTER = (Method.CASH, Method.TRANSFER, Method.CARD)

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="fee_lines")
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=12)
    amount = models.PositiveBigIntegerField()  # đồng, for all of ``quantity``
    quantity = models.PositiveIntegerField(default=1, db_default=1)
    unit = models.CharField(max_length=100, blank=True, db_default="")  # what is counted; empty for a fee paid once
    refunded = models.PositiveBigIntegerField(default=0, db_default=0)  # đồng given back so far
    after_return = models.BooleanField(default=False, db_default=False)  # no result waits for it (thu sau)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    method = models.CharField(max_length=10, choices=Method.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # of a waiver or refund
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    # by which it was paid away from the counter
    order = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField(default=1)

    objects = FeeLineQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["dossier"], name="fee_owed_afterwards", condition=OWED_AFTERWARDS)]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="due", settled_at__isnull=True) | (~Q(state="due") & Q(settled_at__isnull=False)),
                name="fee_settled_with_state",
                violation_error_message=_("A fee is settled exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waived", "refunded"]) | ~Q(reason=""),
                name="fee_waiver_has_reason",
                violation_error_message=_("Waiving or refunding a fee needs a reason."),
            ),
            models.CheckConstraint(
                condition=~Q(state="collected") | ~Q(method=""),
                name="fee_collected_has_method",
                violation_error_message=_("Say how the fee was paid."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(Exact(Mod(F("amount"), F("quantity")), 0)),
                name="fee_of_whole_items",
                violation_error_message=_("A fee is a number of items at one price."),
            ),
            models.CheckConstraint(
                condition=Q(refunded=0)
                | Q(refunded__lte=F("amount"), state__in=["collected", "refunded"]) & ~Q(reason=""),
                name="fee_refund_of_what_was_paid",
                violation_error_message=_("No more is given back than was paid, and with a reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_amount(self) -> int:
        """What one of them costs, in đồng."""
        return self.amount // self.quantity

    @property
    def full_name(self) -> str:
        """The fee with how many there are."""
        return with_count(self.name, self.amount, self.quantity, self.unit)

    @property
    def kept(self) -> int:
        """What was paid and not given back, in đồng."""
        return self.amount - self.refunded if self.state == self.State.COLLECTED else 0

    @property
    def state_text(self) -> str:
        """The state in words, with what was given back of a collected fee."""
        text = str(self.get_state_display())
        if self.state == self.State.COLLECTED and self.refunded:
            told = {"state": text, "amount": dong(self.refunded)}
            return gettext("%(state)s; %(amount)s given back") % told
        return text

    @classmethod
    def counter_methods(cls) -> list[tuple[str, str]]:
        """How a fee can be paid at the counter, for a choice."""
        return [(method.value, str(method.label)) for method in cls.AT_THE_COUNTER]

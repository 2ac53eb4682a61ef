"""What stops or moves the clock: pauses, supplements, extensions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.dossiers.models.dossier import Dossier


class Pause(Keyed):
    """An interval in which the clock stands still (tạm dừng tính thời hạn)."""

    class Kind(models.TextChoices):
        SUPPLEMENT = "supplement", _("Waiting for a supplement")
        PAYMENT = "payment", _("Waiting for payment")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="pauses")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(ended_at=None),
                name="pause_one_running",
                violation_error_message=_("The clock of this dossier stands still already."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="pause_ends_after_start",
                violation_error_message=_("A pause cannot end before it began."),
            ),
        ]


class Supplement(Keyed):
    """A request to complete the dossier (yêu cầu bổ sung, form 02).

    Beyond what the procedure allows it needs an approver.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="supplements")
    number = models.PositiveSmallIntegerField()
    items = models.JSONField()  # list of what to complete
    reason = models.TextField()
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(Account, models.PROTECT, related_name="requested_supplements")
    office = models.ForeignKey(Office, models.PROTECT, related_name="requested_supplements")
    approver = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="approved_supplements")
    approval_reason = models.TextField(blank=True)
    lapses_at = models.DateTimeField(null=True, blank=True)  # the dossier closes by itself unless answered
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    due_before = models.DateTimeField(null=True, blank=True)
    due_after = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="supplement_numbered_once"),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(answered_at=None),
                name="supplement_one_waiting",
                violation_error_message=_("A supplement is being waited for already."),
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True, approval_reason="")
                | (Q(approver__isnull=False) & ~Q(approval_reason="")),
                name="supplement_approved_with_reason",
                violation_error_message=_("A further request for a supplement needs an approver and a reason."),
            ),
        ]
        indexes = [models.Index(fields=["lapses_at", "id"], name="supplement_lapsing", condition=Q(answered_at=None))]


class Extension(Keyed):
    """An apology with a new appointment (xin lỗi và gia hạn, form 04). Once, before the day on which it is due."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="extensions")
    number = models.PositiveSmallIntegerField()
    reason = models.TextField()
    value = models.DecimalField(max_digits=6, decimal_places=2)
    unit = models.CharField(max_length=15)
    due_before = models.DateTimeField()
    due_after = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="made_extensions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="extension_numbered_once"),
            models.CheckConstraint(
                condition=Q(due_after__gt=F("due_before")),
                name="extension_is_later",
                violation_error_message=_("The new appointment must be later than the old one."),
            ),
        ]

"""What stops or moves the clock: pauses, supplements, extensions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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

    Beyond what the procedure allows it has been approved (:class:`SupplementProposal`).
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


class SupplementProposal(Keyed):
    """A further request for a supplement before its approver (đề nghị yêu cầu bổ sung lần sau).

    The applicant hears of it only when it is approved and has become a :class:`Supplement`; the clock runs on
    meanwhile.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", pgettext_lazy("proposal", "Not approved")
        WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Taken back")
        CLOSED = "closed", pgettext_lazy("proposal", "Closed with the dossier")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="supplement_proposals")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    items = models.JSONField()  # list of what to complete
    reason = models.TextField()  # the applicant reads it
    grounds = models.TextField()  # why the applicant must be asked once more; a word between officers
    office = models.ForeignKey(Office, models.PROTECT, related_name="supplement_proposals")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="supplement_proposals")
    approver = models.ForeignKey(Account, models.PROTECT, related_name="supplement_proposals_to_approve")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    refusal = models.TextField(blank=True)  # why it was not approved
    supplement = models.OneToOneField(Supplement, models.PROTECT, null=True, blank=True, related_name="proposal")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(state="waiting"),
                name="proposal_one_waiting",
                violation_error_message=_("A further request for a supplement waits for approval already."),
            ),
            models.CheckConstraint(
                condition=~Q(approver=F("proposed_by")),
                name="proposal_approved_by_another",
                violation_error_message=_("Nobody approves their own request."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="proposal_decided_with_state",
                violation_error_message=_("A request is decided exactly when its state says so."),
            ),
            models.CheckConstraint(
                condition=Q(state="approved", supplement__isnull=False)
                | (~Q(state="approved") & Q(supplement__isnull=True)),
                name="proposal_approved_has_supplement",
                violation_error_message=_("An approved request has become a supplement."),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""),
                name="proposal_refused_with_reason",
                violation_error_message=_("A request is refused with a reason."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["approver", "proposed_at", "id"], name="proposal_to_approve", condition=Q(state="waiting")
            )
        ]


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

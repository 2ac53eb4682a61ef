"""What people say of how they were served, and what the evaluation of officers and units counts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.dossiers.models import Dossier
from motcua.services.procedures.models import Procedure
from motcua.services.service_centre.models import Device


class Invitation(Keyed):
    """Whoever got a result back is asked (phiếu lấy ý kiến), once, under the questionnaire of that day.

    So is whose dossier was not accepted, stopped or withdrawn; ``returned_at`` is then the moment of that end.
    """

    class Ending(models.TextChoices):
        RETURNED = "returned", pgettext_lazy("ending", "Returned")
        REFUSED = "refused", pgettext_lazy("ending", "Not accepted")
        STOPPED = "stopped", pgettext_lazy("ending", "Stopped")
        WITHDRAWN = "withdrawn", pgettext_lazy("ending", "Withdrawn")

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="rating_invitation")
    questionnaire = models.PositiveIntegerField()  # number of its edition
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+")
    receiving_office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    ending = models.CharField(
        max_length=9, choices=Ending.choices, default=Ending.RETURNED, db_default=Ending.RETURNED
    )
    # How the result was returned (dossiers.ReturnMethod); of another end "desk" for what was brought to a counter.
    method = models.CharField(max_length=10)
    returned_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    returned_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # the officer at the desk, by whom the counter and its tablet are known
    passed_at = models.DateTimeField(null=True, blank=True)  # they did not wish to answer at the counter

    class Meta:
        indexes = [
            models.Index(fields=["returned_at", "id"], name="invitation_by_return"),
            models.Index(
                fields=["returned_by", "-returned_at", "-id"],
                name="invitation_by_officer",
                condition=Q(returned_by__isnull=False),
            ),
        ]


class Share(Keyed):
    """An officer's part in a dossier that was returned: whom an answer is about, and in which office."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="shares")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    officer = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "office", "officer"], name="rating_share_once"),
        ]


class Answer(Keyed):
    """What somebody answered (ý kiến đánh giá). Heads read it without the name and the dossier."""

    class Channel(models.TextChoices):
        LINK = "link", _("By personal link")
        KIOSK = "kiosk", _("At the kiosk")
        TABLET = "tablet", _("At the counter's tablet")

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="answer")
    channel = models.CharField(max_length=6, choices=Channel.choices)
    scores = models.JSONField()  # value of the chosen option, by code of the question
    overall = models.PositiveSmallIntegerField()
    satisfied = models.BooleanField()
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    device = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, related_name="+")  # of kiosk, tablet

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(overall__gte=1, overall__lte=5),
                name="answer_overall_in_scale",
                violation_error_message=_("The overall answer is a number from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=Q(channel="link", device=None) | (~Q(channel="link") & Q(device__isnull=False)),
                name="answer_channel_with_device",
                violation_error_message=_("An answer at a kiosk or tablet names it."),
            ),
        ]
        indexes = [models.Index(fields=["-answered_at", "-id"], name="answer_newest")]


class Measure(Keyed):
    """One thing that the evaluation counts: of an office, or (``officer``) of an officer in it.

    ``source`` says what was measured (``evaluation.rules.Source``; of answers with the indicator), ``category`` how it
    came out, ``subject`` what it was: a dossier, an answer, a petition. ``at`` puts it into a month.
    """

    source = models.CharField(max_length=50)
    category = models.CharField(max_length=12)
    subject = models.CharField(max_length=60)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "source", "office", "officer"], nulls_distinct=False, name="measure_once"
            ),
        ]
        indexes = [
            models.Index(fields=["office", "-at", "-id"], name="measure_of_office", condition=Q(officer=None)),
            models.Index(
                fields=["officer", "office", "-at", "-id"],
                name="measure_of_officer",
                condition=Q(officer__isnull=False),
            ),
        ]


class Inspection(Keyed):
    """What somebody found when they looked (kiểm tra): the points of one indicator of an office in a month.

    It never changes; who looks again records another, and the latest counts.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    indicator = models.CharField(max_length=30)
    month = models.DateField()  # its first day
    points = models.PositiveSmallIntegerField()
    reason = models.TextField()
    inspected_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(points__lte=2) & ~Q(reason=""),
                name="inspection_points_with_reason",
                violation_error_message=_("An inspection gives 0, 1 or 2 points, with the reason."),
            ),
        ]
        indexes = [models.Index(fields=["office", "month", "-recorded_at", "-id"], name="inspection_of_office")]

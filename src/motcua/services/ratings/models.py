"""What people say of how their dossier was dealt with: one invitation and at most one answer for each return."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.dossiers.models import Dossier
from motcua.services.procedures.models import Procedure


class Invitation(Keyed):
    """Whoever got a result back is asked (phiếu lấy ý kiến), once, under the questionnaire of that day."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="rating_invitation")
    questionnaire = models.PositiveIntegerField()  # number of its edition
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+")
    receiving_office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    method = models.CharField(max_length=10)  # how the result was returned (dossiers.ReturnMethod)
    returned_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["returned_at", "id"], name="invitation_by_return")]


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

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(overall__gte=1, overall__lte=5),
                name="answer_overall_in_scale",
                violation_error_message=_("The overall answer is a number from 1 to 5."),
            ),
        ]
        indexes = [models.Index(fields=["-answered_at", "-id"], name="answer_newest")]

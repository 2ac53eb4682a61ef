"""Who applies together with the first applicant."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models.dossier import Dossier
from motcua.services.dossiers.models.draft import Draft


class CoApplicant(Keyed):
    """Somebody who applies, too (người cùng đề nghị): invited into a draft; once it is sent, one of its dossier's.

    What they have confirmed is the content with this ``digest``, and no other.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")

    class Way(models.TextChoices):
        ONLINE = "online", _("Online")
        PAPER = "paper", _("On paper at the counter")

    draft = models.ForeignKey(Draft, models.CASCADE, null=True, blank=True, related_name="co_applicants")
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="co_applicants")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="joint_applications")
    name = models.CharField(max_length=200)
    identity_number = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.INVITED)
    way = models.CharField(max_length=6, choices=Way.choices, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why they declined
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["invited_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True, dossier__isnull=False) | Q(draft__isnull=False, dossier__isnull=True),
                name="co_applicant_of_draft_or_dossier",
                violation_error_message=_("A co-applicant belongs to a draft until it is sent, then to the dossier."),
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (Q(party__isnull=False) & ~Q(way="") & Q(answered_at__isnull=False)),
                name="co_applicant_confirmed_by_somebody",
                violation_error_message=_("Who has confirmed is known, and how and when."),
            ),
            models.CheckConstraint(
                condition=Q(dossier__isnull=True) | Q(state="confirmed"),
                name="co_applicant_of_dossier_confirmed",
                violation_error_message=_("Only who has confirmed becomes an applicant of the dossier."),
            ),
            models.UniqueConstraint(
                fields=["draft", "identity_number"],
                condition=~Q(identity_number=""),
                name="co_applicant_invited_once",
                violation_error_message=_("This person has been invited already."),
            ),
            models.UniqueConstraint(
                fields=["draft", "party"],
                name="co_applicant_once",
                violation_error_message=_("This person has been invited already."),
            ),
        ]


def numbers_of(dossier: UUID, applicant: UUID) -> list[str]:
    """The identity numbers of all who apply for a dossier; one statement."""
    others = CoApplicant.objects.filter(dossier=dossier).values("party")
    people = Party.objects.filter(Q(pk=applicant) | Q(pk__in=others))
    return [number for number in people.order_by("id").values_list("identity_number", flat=True) if number]

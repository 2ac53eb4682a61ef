"""Which level of document needs which way of signing."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed


class DocumentLevel(models.TextChoices):
    """What a signature is for; the policy says which means are good enough for it (Decree 30/2020/NĐ-CP, annex I)."""

    INITIALS = "initials", _("Initials on a draft")
    DECISION = "decision", _("Signature of the competent person")
    SEAL = "seal", _("Seal of the agency")
    COPY = "copy", _("Electronic copy")
    APPLICANT = "applicant", _("Application of a citizen or company")


class SigningPolicy(Keyed):
    """Which means may sign which level of document from a day on (chính sách ký số), and how long it must be provable.

    ``kinds`` are kinds of providers; none means every kind. The latest row of a level that has begun is in force.
    """

    class Lasting(models.TextChoices):
        """Levels of ETSI EN 319 142-1: a basic signature, with a time stamp, with proof of validity, for archives."""

        BASIC = "B-B", "B-B"
        TIMED = "B-T", "B-T"
        LONG_TERM = "B-LT", "B-LT"
        ARCHIVED = "B-LTA", "B-LTA"

    level = models.CharField(max_length=10, choices=DocumentLevel.choices)
    kinds = models.JSONField(default=list)
    lasting = models.CharField(max_length=5, choices=Lasting.choices, default=Lasting.BASIC)
    valid_from = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "valid_from"], name="signing_policy_one_a_day"),
            models.CheckConstraint(
                condition=Q(level__in=DocumentLevel.values),
                name="signing_policy_level_known",
                violation_error_message=_("This level of document is not known."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.valid_from}"

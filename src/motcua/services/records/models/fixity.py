"""Whether stored contents still are what they were: rounds over all of them, and what was found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed


class FixityRound(Keyed):
    """A round over all stored contents, in the order of their digests, in batches."""

    begun_at = models.DateTimeField()
    reached = models.CharField(max_length=64, blank=True)  # the digest that was checked last
    checked = models.PositiveBigIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finished_at"],
                condition=Q(finished_at=None),
                nulls_distinct=False,
                name="fixity_round_one_at_a_time",
                violation_error_message=_("A round is going on."),
            )
        ]


class FixityFault(Keyed):
    """A stored content that is not what its digest says, until a later look finds it sound again."""

    class Kind(models.TextChoices):
        MISSING = "missing", pgettext_lazy("fixity", "Not there")
        ALTERED = "altered", pgettext_lazy("fixity", "Altered")
        UNREADABLE = "unreadable", pgettext_lazy("fixity", "Cannot be read")

    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # the last time
    healed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=Q(healed_at=None), name="fixity_fault_once")
        ]
        indexes = [models.Index(fields=["-found_at", "-id"], name="fixity_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest}"

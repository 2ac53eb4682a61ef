"""What decrees set, as they set it from one day to the next."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account


class Edition(Keyed):
    """One wording of a kind of rules (quy định theo thời gian), in force from a day until the next one's day.

    It never changes: what was decided under it can always be computed again.
    """

    kind = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    basis = models.CharField(max_length=300, blank=True)  # the document that set it
    spec = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["kind", "valid_from"],
                name="edition_once_a_day",
                violation_error_message=_("Another edition begins on this day already."),
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0),
                name="edition_numbered_from_one",
                violation_error_message=_("Editions are numbered from 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

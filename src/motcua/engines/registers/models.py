"""Number series (dãy số): patterns are data, counters are rows locked only within their scope."""

from django.db import models

from motcua.engines.registers import rules
from motcua.kernel.identifiers.models import Keyed


def check_pattern(pattern: str) -> None:
    """Field validator: see :func:`motcua.engines.registers.rules.parse`."""
    rules.parse(pattern)


class NumberSeries(Keyed):
    """How one kind of number is written: dossier codes, document numbers, receipts, tickets."""

    code = models.SlugField(max_length=60, unique=True)
    pattern = models.CharField(max_length=120, validators=[check_pattern])
    scope = models.JSONField(
        default=list,
        help_text="Facts that share one counter: ['office', 'yymmdd'] counts anew for each office and day.",
    )
    first = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)  # how often it was changed
    floor = models.PositiveBigIntegerField(default=0)  # never falls; with it counters begin in the period of a change
    changed_on = models.DateField(null=True, blank=True)  # the day in Vietnam when what shares a counter was changed

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code}: {self.pattern}"


class Counter(models.Model):
    """The last number given out within one scope of a series."""

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="counters")
    scope = models.CharField(max_length=200)
    last = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "scope"], name="registers_one_counter_per_scope")]

"""How tasks are numbered in a house that has decided nothing else."""

from django.utils.translation import gettext_lazy as _

from motcua.engines.registers.kinds import SeriesKind, declare

TASK = declare(
    SeriesKind(code="tasks", label=_("Tasks"), pattern="NV{yy}-{n:05}", scope=("yyyy",), longest=20, in_addresses=True)
)

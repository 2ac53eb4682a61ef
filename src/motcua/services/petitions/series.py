"""How petitions are numbered in a house that has decided nothing else."""

from django.utils.translation import gettext_lazy as _

from motcua.engines.registers.kinds import SeriesKind, declare

PETITION = declare(
    SeriesKind(
        code="petition",
        label=_("Petitions"),
        pattern="PA-{yymmdd}-{n:04}",
        scope=("yymmdd",),
        longest=30,
        in_addresses=True,
    )
)

"""How tickets are numbered in a house that has decided nothing else."""

from django.utils.translation import gettext_lazy as _

from motcua.engines.registers.kinds import Fact, SeriesKind, declare

TICKET = declare(
    SeriesKind(
        code="queue-ticket",
        label=_("Tickets of service centres"),
        pattern="{prefix}{n:03}",
        scope=("centre", "prefix", "yymmdd"),
        facts=(
            Fact("centre", _("service centre"), "", printed=False),
            Fact("prefix", _("letters of the service"), "A", lettered=True),
        ),
        within=("centre", "yymmdd"),
        longest=20,
    )
)

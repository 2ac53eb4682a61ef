"""How submissions, dossiers and their forms are numbered in a house that has decided nothing else.

A dossier's code is the receiving office's code, the day of receipt and four digits of that day (TT 01/2018/TT-VPCP,
article 19).
"""

from django.utils.translation import gettext_lazy as _

from motcua.engines.registers.kinds import Fact, SeriesKind, declare

SUBMISSION = declare(
    SeriesKind(
        code="submission",
        label=_("Submissions, before a dossier has its code"),
        pattern="N{yymmdd}-{n:06}",
        scope=("yymmdd",),
        longest=40,
        in_addresses=True,
        apart_from=("dossier",),
    )
)
DOSSIER = declare(
    SeriesKind(
        code="dossier",
        label=_("Dossier codes"),
        pattern="{office}-{yymmdd}-{n:04}",
        scope=("office", "yymmdd"),
        facts=(Fact("office", _("code of the receiving office"), "H40.16"),),
        in_addresses=True,
        apart_from=("submission",),
    )
)
FORM = declare(
    SeriesKind(
        code="form",
        label=_("Forms of dossiers"),
        pattern="{n:02}/{notation}",
        scope=("office", "notation", "yyyy"),
        facts=(
            Fact("office", _("office that issues it"), "", printed=False),
            Fact("notation", _("sign of the form, such as GTN or PBS"), "GTN", lettered=True),
        ),
        within=("office", "yyyy"),
        number_before="/",  # tracking book and control slip quote the number of a receipt as the entry
    )
)

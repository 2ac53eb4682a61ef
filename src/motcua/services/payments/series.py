"""How receipts for fees are numbered: 7 digits within form and serial of an agency (TT 78/2021/TT-BTC)."""

from django.utils.translation import gettext_lazy as _

from motcua.engines.registers.kinds import Fact, SeriesKind, declare

RECEIPT = declare(
    SeriesKind(
        code="fee-receipt",
        label=_("Receipts for fees"),
        pattern="{n:07}",
        scope=("office", "form", "serial"),
        facts=(
            Fact("office", _("office that collects"), "", printed=False),
            Fact("form", _("form of the receipt"), "", printed=False),
            Fact("serial", _("serial of the receipt"), "", printed=False),
        ),
        fixed=_("Law sets how receipts are numbered: by form and serial, which the decision about the book names."),
    )
)

"""How documents that come in and go out are numbered: by whole numbers, from 1 each year (Decree 30/2020/NĐ-CP)."""

from django.utils.translation import gettext_lazy as _

from motcua.engines.registers.kinds import Fact, SeriesKind, declare

_SET = _("Law sets how official documents are numbered: one after the other, from 1 each year.")
_OFFICE = Fact("office", _("office whose register it is"), "", printed=False)

INCOMING = declare(
    SeriesKind(
        code="incoming-documents",
        label=_("Documents that come in"),
        pattern="{n}",
        scope=("office", "yyyy"),
        facts=(_OFFICE,),
        fixed=_SET,
    )
)
OUTGOING = declare(
    SeriesKind(
        code="outgoing-documents",
        label=_("Documents that go out"),
        pattern="{n}",
        scope=("office", "series", "yyyy"),
        facts=(_OFFICE, Fact("series", _("series of the type of document"), "", printed=False)),
        fixed=_SET,
    )
)

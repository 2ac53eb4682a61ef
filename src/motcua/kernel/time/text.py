"""How much time is left, as people say it."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.kernel.time.rules import Remaining


def remaining_text(left: Remaining) -> str:
    """``2 days 3 hours left``, ``1 day overdue``, ``due now`` in the active language."""
    parts = []
    if left.days:
        parts.append(ngettext("%(n)d working day", "%(n)d working days", left.days) % {"n": left.days})
    if left.hours:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", left.hours) % {"n": left.hours})
    if left.sign == 0:
        return _("due now")
    length = " ".join(parts) or _("less than an hour")
    return (_("%(length)s left") if left.sign > 0 else _("%(length)s overdue")) % {"length": length}

"""How much time is left, as people say it."""

from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from motcua.kernel.time.rules import Remaining


def remaining_text(left: Remaining, *, brief: bool = False) -> str:
    """``2 working days 3 hours left``, ``1 working day overdue``, ``due now`` in the active language.

    ``brief``: ``2 days 3 hours left``, for cells of lists.
    """
    return _text(get_language(), left, brief)


@lru_cache(maxsize=4096)  # a list says the same few lengths in every row
def _text(language: str | None, left: Remaining, brief: bool) -> str:
    parts = []
    if left.days:
        days = (
            ngettext("%(n)d day", "%(n)d days", left.days)
            if brief
            else ngettext("%(n)d working day", "%(n)d working days", left.days)
        )
        parts.append(days % {"n": left.days})
    if left.hours:
        # Alone, an hour would be read as one of the clock: on a Sunday the one that is left is over on Monday.
        hours = (
            ngettext("%(n)d hour", "%(n)d hours", left.hours)
            if left.days
            else ngettext("%(n)d working hour", "%(n)d working hours", left.hours)
        )
        parts.append(hours % {"n": left.hours})
    if left.sign == 0:
        return _("due now")
    length = " ".join(parts) or _("less than a working hour")
    return (_("%(length)s left") if left.sign > 0 else _("%(length)s overdue")) % {"length": length}

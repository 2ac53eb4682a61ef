"""How waits and times are said."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from motcua.kernel.time.rules import Hours


def minutes_text(number: float | None) -> str:
    """``25 phút``, ``1 giờ 05 phút``; a dash for what is unknown."""
    if number is None:
        return "–"
    whole = max(0, round(number))
    if whole < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", whole) % {"n": whole}
    return _("%(hours)d h %(minutes)02d min") % {"hours": whole // 60, "minutes": whole % 60}


def since_text(then: datetime | None, now: datetime) -> str:
    """How long ago, in minutes."""
    return minutes_text((now - then).total_seconds() / 60 if then else None)


def span_text(span: timedelta) -> str:
    """A stretch of time in minutes."""
    return minutes_text(span.total_seconds() / 60)


def told_text(minutes: int | None) -> str:
    """The wait as people are told it."""
    if minutes is None:
        return _("No counter serves this yet.")
    return _("About %(minutes)s") % {"minutes": minutes_text(minutes)}


def hours_text(hours: Hours | Sequence[Sequence[str]]) -> str:
    """``07:30–11:30, 13:00–17:00``."""
    spans = [tuple(each if isinstance(each, str) else f"{each:%H:%M}" for each in interval) for interval in hours]
    return ", ".join(f"{start}–{end}" for start, end in spans) or pgettext("queue", "Closed")

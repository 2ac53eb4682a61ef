"""An appointment's story (diễn biến) as its events tell it: the titles that ``correspondence.timeline`` draws."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcua.kernel.text import local_datetime


def _changed(told: Mapping[str, Any]) -> str:
    if {"starts_at", "ends_at"} & set(told["changed"]):
        was, now = (local_datetime(datetime.fromisoformat(each)) for each in (told["was"]["starts"], told["starts"]))
        return _("Moved from %(was)s to %(now)s") % {"was": was, "now": now}
    return pgettext("appointment", "Changed")


TITLES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "diary.proposed": lambda told: pgettext("appointment", "Proposed"),
    "diary.published": lambda told: pgettext("appointment", "Published"),
    "diary.changed": _changed,
    "diary.declined": lambda told: pgettext("appointment", "Declined"),
    "diary.withdrawn": lambda told: pgettext("appointment", "Withdrawn"),
    "diary.handed_over": lambda told: pgettext("appointment", "Taken over from an officer who left"),
    "diary.cancelled": lambda told: pgettext("appointment", "Cancelled"),
}

"""A task's story (diễn biến) as its events tell it: the titles that ``correspondence.timeline`` draws."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcua.kernel.text import local_date


def _day(told: str) -> str:
    return local_date(date.fromisoformat(told)) if told else "–"


TITLES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "task.ordered": lambda told: _("Ordered, due: %(day)s") % {"day": _day(told["due"])},
    "task.split": lambda told: _("Sub-task %(code)s ordered") % {"code": told["part"]},
    "task.assigned": lambda told: _("Given to an officer of the unit"),
    "task.support_assigned": lambda told: _("Contribution given to an officer"),
    "task.progressed": lambda told: _("Progress: %(n)d %%") % {"n": told["percent"]},
    "task.supported": lambda told: _("A supporting unit has contributed"),
    "task.reported": lambda told: (
        _("Reported as done to the head of the unit")
        if told["state"] == "reported"
        else _("Reported as done to who ordered it")
    ),
    "task.passed_up": lambda told: _("Accepted by the head of the unit"),
    "task.sent_down": lambda told: _("Sent back by the head of the unit"),
    "task.accepted": lambda told: _("Accepted: the task is completed"),
    "task.sent_back": lambda told: _("Sent back by who ordered it"),
    "task.extension_asked": lambda told: _("More time asked for, until %(day)s") % {"day": _day(told["until"])},
    "task.extension_granted": lambda told: _("More time granted, until %(day)s") % {"day": _day(told["until"])},
    "task.extension_declined": lambda told: _("More time declined"),
    "task.returned": lambda told: _("Returned as not the unit’s duty"),
    "task.reassigned": lambda told: _("Given to another unit, due: %(day)s") % {"day": _day(told["due"])},
    "task.withdrawn": lambda told: pgettext("task", "Withdrawn"),
    "task.handed_over": lambda told: (
        _("Taken over from an officer who left")
        if any(each.get("officer") for each in told["given"])
        else _("Back with the head: the officer works in the unit no more")
    ),
    "task.calendar_changed": lambda told: (
        _("The working calendar moved the deadline to %(day)s") % {"day": _day(told["due"])}
    ),
}

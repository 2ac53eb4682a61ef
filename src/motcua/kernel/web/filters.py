"""What the address of a book or register asks for: one of the offices that are offered, and days."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, Refused

FIRST, LAST = date(1945, 1, 1), date(2999, 12, 31)  # days far beside them have no midnight in UTC


def chosen_office(request: HttpRequest, offered: Iterable[tuple[str, str]], *, refusal: str) -> UUID:
    """The office that is asked for, the first one offered unless another is.

    Raises ``NotAllowed`` with ``refusal`` for one that is not offered.
    """
    known = [key for key, _name in offered]
    asked = request.GET.get("office") or next(iter(known), "")
    if asked not in known:
        raise NotAllowed(refusal)
    return UUID(asked)


def chosen_days(request: HttpRequest) -> tuple[date, date]:
    """The days ``first`` and ``last``: this month up to today unless others are asked for. Raises ``Refused``."""
    today = timezone.localdate()
    first, last = _day(request, "first", today.replace(day=1)), _day(request, "last", today)
    if last < first:
        raise Refused(_("The last day must not be before the first."), field="last", code="period")
    return first, last


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    typed = request.GET.get(name, "")
    try:
        day = date.fromisoformat(typed) if typed else otherwise
    except ValueError as error:
        raise Refused(_("Choose a day."), field=name, code="required") from error
    if not FIRST <= day <= LAST:
        raise Refused(_("Choose a day."), field=name, code="year")
    return day

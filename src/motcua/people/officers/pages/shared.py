"""What the pages of officers have in common."""

from datetime import date, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date
from motcua.people.officers.models import Position, Role


def day(request: HttpRequest, name: str) -> date:
    """A day typed into a form. Raises :class:`Refused` when there is none."""
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError as error:
        raise Refused(_("Choose a day."), field=name, code="required") from error


def roles_in_words(roles: list[str]) -> str:
    """Roles as people call them."""
    return ", ".join(str(Role(role).label) for role in roles)


def last_day(valid_to: date | None) -> str:
    """The last day of a validity, as people write it; empty while it is open."""
    return local_date(valid_to - timedelta(days=1)) if valid_to else ""


def position_row(position: Position, on: date) -> dict[str, object]:
    """A position as a list shows it; its office is joined."""
    return {
        "id": position.pk,
        "office": position.office.name,
        "title": position.title,
        "roles": roles_in_words(position.roles),
        "since": local_date(position.valid_from),
        "until": last_day(position.valid_to),
        "held": position.exists_on(on),
    }

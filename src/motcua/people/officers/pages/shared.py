"""What the pages of officers have in common."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web.sections import drawn
from motcua.people.officers.models import Position, Role
from motcua.people.officers.taking_over import TakingOver


class Unseen(Conflict):
    """What rooms above know against somebody's taking over has to be looked at first; ``key`` stands for just that."""

    def __init__(self, parts: Sequence[SafeString], key: str) -> None:
        text = _("Whoever takes over is busy at some of these times. Look at the list and confirm.")
        super().__init__(text, field="seen", code="unseen")
        self.parts, self.key = parts, key


def require_seen(request: HttpRequest, about: TakingOver) -> None:
    """Raises :class:`Unseen` for what the form has not confirmed as it is now."""
    parts = drawn("taking-over", request, about)
    key = hashlib.sha256("".join(parts).encode()).hexdigest()[:32]
    if parts and request.POST.get("seen") != key:
        raise Unseen(parts, key)


def unseen_in(refused: Refused) -> dict[str, Any]:
    """What the page shows of it."""
    return {"unseen": refused.parts, "seen": refused.key} if isinstance(refused, Unseen) else {}


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

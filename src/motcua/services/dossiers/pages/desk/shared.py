"""What the officers' pages of dossiers have in common."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.time.rules import Calendar, due_soon_until, remaining
from motcua.kernel.time.text import remaining_text
from motcua.kernel.web.forms import uuids
from motcua.kernel.web.keyset import Chosen, Page, paginate
from motcua.people.accounts.models import Account
from motcua.people.accounts.pages import coming_back
from motcua.people.officers.desks import Desk
from motcua.people.officers.pages.at_desk import desk_of, for_officers, works_here
from motcua.services.dossiers.abilities import first_seen
from motcua.services.dossiers.access import Accessed, Viewer, dossier_for
from motcua.services.dossiers.actions import mark_seen
from motcua.services.dossiers.actors import Actor, officer
from motcua.services.dossiers.delegating import desk_about
from motcua.services.dossiers.lines import WorkLine, work_lines
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.timeline import latest

HANDLING = "handling"  # purpose of an officer who opens a dossier
__all__ = [
    "HANDLING", "Deadline", "actor_at", "by_due", "deadline", "desk_at", "desk_of", "for_officers", "opened", "since",
    "tell_stuck", "too_late", "uuids", "viewer_of", "works_here",
]  # fmt: skip


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks at dossiers in this request."""
    assert isinstance(request.user, Account)
    return Viewer(account=request.user, desk=desk_of(request))


def opened(request: HttpRequest, number: str, *, purpose: str = "") -> Accessed:
    """A dossier as the officer gets it; ``purpose`` leaves the record that its applicant can read, and what its
    receiving officer reads for the first time then cannot be taken back any more.

    Raises ``NotFound``, and ``NotAllowed`` for the officer's own dossier: there they are the applicant.
    """
    accessed = dossier_for(viewer_of(request), number, purpose=purpose)
    if accessed.is_applicant:
        raise NotAllowed(_("You follow your own dossier in the citizens' pages; a colleague handles it."), code="own")
    if purpose and request.method == "GET":  # who sends a form has read; and see ``mark_seen`` of what acts lock
        mark_seen(first_seen(accessed.desk, accessed.steps), at=timezone.now())
    return accessed


def since(dossier: Dossier, *, moves: int = 1) -> str:
    """What has happened last to a dossier, for who comes too late with something."""
    entries = latest(dossier, moves=moves)
    return coming_back.told((each.title, each.officer or each.position or each.agency, each.when) for each in entries)


def too_late(request: HttpRequest, refused: Refused, dossier: Dossier, **shown: Any) -> HttpResponse:
    """The page for who comes too late with something about a dossier."""
    return coming_back.too_late(
        request,
        refused,
        caption=f"{dossier.number} – {dossier.applicant_name}",
        back=(reverse("dossiers:desk-dossier", args=[dossier.number]), _("Look at the dossier")),
        **shown,
    )


def tell_stuck(request: HttpRequest) -> None:
    """Say that a rule failed and nothing was done."""
    messages.warning(
        request, _("The process could not go on. The administrator has been informed; the step stays open.")
    )


def desk_at(request: HttpRequest, dossier: Dossier) -> Desk:
    """The officer's desk for a dossier, its version joined: with the limited delegations that reach it."""
    return desk_about(desk_of(request), dossier)


def actor_at(
    request: HttpRequest, *offices: UUID | None, roles: Iterable[str] = (), dossier: Dossier | None = None
) -> Actor:
    """The officer in the position that fits best, for a dossier where there is one already."""
    desk = desk_at(request, dossier) if dossier else desk_of(request)
    return officer(desk, offices=offices, roles=roles)


def told_on_list(request: HttpRequest, refused: Refused, page: str) -> HttpResponse:
    """Back to the list that was chosen from (its name in ``page``), which says what is wrong with the choice."""
    messages.error(request, refused.message)
    return redirect(f"dossiers:{page}")


def by_due(items: Chosen, *, cursor: str | None, size: int = 30) -> Page[WorkLine]:
    """A page of steps in the order of due times, what has none at the end."""
    return paginate(items, order=("sort_due", "id"), cursor=cursor, size=size, fetch=work_lines)


class Deadline(NamedTuple):
    """A due time with its state in words."""

    state: str
    text: str
    due: str


def deadline(
    due: datetime | None,
    at: datetime,
    *,
    paused: bool = False,
    done: bool = False,
    calendar: Calendar,
    brief: bool = False,
) -> Deadline | None:
    """How a due time stands by the calendar of its office, with the working time left, or gone; None without one.

    ``brief``: in few words, for a list.
    """
    if due is None:
        return None
    told = local_datetime(due)
    if done:
        return Deadline("done", _("Done"), _("due %(when)s") % {"when": told})
    if paused:
        return Deadline("paused", _("Clock stopped"), told)
    left = remaining_text(remaining(at, due, calendar), brief=brief)
    if due < at:
        return Deadline("overdue", left.capitalize(), told)
    state = "due_soon" if due < due_soon_until(at, calendar) else "on_time"
    if brief:
        return Deadline(state, left.capitalize(), told)
    text = _("Due soon") if state == "due_soon" else _("On time")
    return Deadline(state, f"{text}, {left}", told)

"""Who may change calendars: the province's ICT centre; the hours of an office also those who administer it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed

View = Callable[..., HttpResponse]


class _Person(Protocol):
    """What this floor knows of who is signed in."""

    pk: UUID
    is_administrator: bool


class _Desk(Protocol):
    """What this floor asks an officer's desk."""

    def administers(self, office_id: UUID) -> bool: ...


def may_edit_years(request: HttpRequest) -> bool:
    """Whether the working calendar is this person's to change."""
    return bool(getattr(request.user, "is_administrator", False))


def may_edit_hours(request: HttpRequest, office_id: UUID | None) -> bool:
    """Whether the hours of an office (``None``: of all) are this person's to change."""
    if may_edit_years(request):
        return True
    return office_id is not None and cast(_Desk, request.desk).administers(office_id)  # type: ignore[attr-defined]


def calendar_administrator(request: HttpRequest) -> UUID:
    """The account that changes the calendar. Raises :class:`NotAllowed`."""
    if not may_edit_years(request):
        raise NotAllowed(_("Only an administrator may change the working calendar."))
    return cast(_Person, request.user).pk


def hours_administrator(request: HttpRequest, office_id: UUID | None) -> UUID:
    """The account that changes the hours of an office. Raises :class:`NotAllowed`."""
    if not may_edit_hours(request, office_id):
        raise NotAllowed(_("Only an administrator may change these working hours."))
    return cast(_Person, request.user).pk


def administrators_page(view: View) -> View:
    """Decorator: a page of the calendar's administrators; the public is sent to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        calendar_administrator(request)
        return view(request, *args, **kwargs)

    return cast(View, login_required(guarded))

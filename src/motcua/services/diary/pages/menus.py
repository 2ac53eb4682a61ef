"""What of the work calendar stands in the officers' menu and on the page of a document."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed
from motcua.kernel.web.navigation import Waiting
from motcua.people.officers.pages.at_desk import desk_of
from motcua.services.correspondence.access import CLERK, HEAD, LEADER, Incoming, Outgoing
from motcua.services.correspondence.models import OutgoingDocument
from motcua.services.correspondence.pages.menus import sees

_WAITING = """
    SELECT FROM diary_appointment a
    WHERE state = 'proposed' AND office_id = ANY(%s) AND ends_at > statement_timestamp() AND NOT EXISTS (
        SELECT FROM diary_appointment b WHERE b.series = a.series AND b.state = 'proposed'
            AND b.starts_at < a.starts_at AND b.ends_at > statement_timestamp())
"""
DATED = ("registered", "proposed", "assigned", "done")


def require_desk(request: HttpRequest) -> None:
    """Raises ``NotAllowed`` for who holds no position."""
    if not sees(request):
        raise NotAllowed(_("The work calendar is for officers with a position."))


def waiting(request: HttpRequest) -> Waiting:
    """The proposals for weeks that the officer keeps."""
    return Waiting(_WAITING, [sorted(desk_of(request).offices_with(CLERK, LEADER, HEAD))])


def of_document(request: HttpRequest, accessed: Incoming) -> dict[str, Any] | None:
    """For the page of a document that came in: the way to put what it invites to into the week."""
    if accessed.document.state not in DATED:
        return None
    return {"new": f"{reverse('diary:new')}?document={accessed.document.pk}"}


def of_sending(request: HttpRequest, accessed: Outgoing) -> dict[str, Any] | None:
    """The same for a document that went out, such as an invitation of the office itself."""
    if accessed.document.state != OutgoingDocument.State.ISSUED:
        return None
    return {"new": f"{reverse('diary:new')}?sending={accessed.document.pk}"}

"""What of files stands in the officers' menu, and beside documents."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed
from motcua.kernel.web.navigation import Waiting
from motcua.people.officers.pages.at_desk import works_here
from motcua.services.correspondence.access import CLERK, HEAD, LEADER, Incoming, Outgoing, Seat
from motcua.services.records import queries
from motcua.services.records.actions.filing import FILED_IN, FILED_OUT
from motcua.services.records.delegating import desk_of

_WAITING = """
    SELECT FROM (
        SELECT s.id FROM records_share s JOIN records_workfile f ON f.id = s.file_id
        WHERE s.state IN ('asked', 'ending') AND s.asked_by_id <> %s AND (f.unit_id = ANY(%s) OR f.office_id = ANY(%s))
        UNION ALL SELECT id FROM records_filelist WHERE state = 'submitted' AND office_id = ANY(%s)
        UNION ALL SELECT id FROM records_transfer
        WHERE state = 'ready' AND office_id = ANY(%s) AND prepared_by_id <> %s
        UNION ALL SELECT id FROM records_appraisal
        WHERE state = 'concluded' AND office_id = ANY(%s) AND made_by_id <> %s
        UNION ALL SELECT id FROM records_appraisal WHERE state = 'approved' AND office_id = ANY(%s)
        UNION ALL SELECT a.id FROM records_appraisal a JOIN records_councilmember m ON m.appraisal_id = a.id
        WHERE a.state = 'council' AND m.officer_id = %s
        AND NOT EXISTS (SELECT FROM records_ballot WHERE member_id = m.id)
    ) AS records_waiting
"""


def sees(request: HttpRequest) -> bool:
    """Every officer with a position may keep files."""
    return works_here(request) and bool(desk_of(request).positions)


def require_desk(request: HttpRequest) -> None:
    """Raises ``NotAllowed`` for who holds no position."""
    if not sees(request):
        raise NotAllowed(_("Work files are kept by officers with a position."))


def waiting(request: HttpRequest) -> Waiting:
    """What waits for the officer: changes of access rights, lists, transfers, appraisals to speak or decide about."""
    desk = desk_of(request)
    led, heads = sorted(Seat.of(desk).led), sorted(desk.offices_with(LEADER, HEAD))
    archive = sorted(desk.offices_with(CLERK))
    own = desk.account_id
    return Waiting(_WAITING, [own, led, led, heads, archive, own, heads, own, archive, own])


def beside(request: HttpRequest, accessed: Incoming | Outgoing) -> dict[str, Any] | None:
    """For the page of a document: in which files it is, and the way to put it into one."""
    desk, document = desk_of(request), accessed.document
    kind = "incoming" if isinstance(accessed, Incoming) else "outgoing"
    if document.state not in (FILED_IN if kind == "incoming" else FILED_OUT):
        return None
    files_it = kind == "outgoing" or accessed.abilities["take_up"]
    found = queries.holding(desk, **{kind: document.pk})
    return {
        "files": [{"url": reverse("records:file", args=[each.pk]), "text": str(each)} for each in found],
        "add": reverse("records:add", args=[kind, document.pk]) if files_it else "",
    }

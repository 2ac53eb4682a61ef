"""The control slip (phiếu kiểm soát, form 06): the steps of a dossier as its events tell them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.kernel.events.models import Event
from motcua.kernel.text import local_datetime
from motcua.people.organisations.models import Office
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.dossiers.rules.clock import is_early

MOST_STEPS = 500
UNPROMISED = "Thông báo khi có kết quả"  # where the law sets no limit, so that no time is promised
_PASSED_ON = (  # what opens steps, ends them, or gives them to another office
    "dossier.accepted",
    "dossier.imported",
    "dossier.step_completed",
    "dossier.step_sent_back",
    "dossier.step_taken_back",
    "dossier.step_moved",
    "dossier.timer_fired",
    "dossier.service_done",
    "dossier.message_received",
    "dossier.child_ended",
    "dossier.incident_resolved",
    "dossier.rerouted",
    "dossier.office_succeeded",
)
_DECIDED = "dossier.decided"
_TELLS_WITHOUT_NEXT = ("dossier.accepted", "dossier.imported", "dossier.step_completed")


def slip_data(dossier: Dossier) -> dict[str, Any]:
    """The steps of a dossier as form 06 lists them: who handed over to whom, when, and whether in time."""
    kinds = (*_PASSED_ON, _DECIDED)
    told = Event.objects.filter(stream=dossier.stream, kind__in=kinds).order_by("version")[:MOST_STEPS]
    events = [event for event in told if event.kind != _DECIDED]
    offices = _offices(events)
    desk = {event.at: dossier.receiving_office.name for event in told if event.kind == _DECIDED}
    return {
        "resolving_unit": dossier.resolving_office.name,
        "coordinating_units": _coordinating(dossier),
        "received_at": local_datetime(dossier.accepted_at),
        "due_at": local_datetime(dossier.due_at) or UNPROMISED,
        "steps": [_step(event, opened, offices, desk) for event in events for opened in _opened(event)],
    }


def _opened(event: Event) -> list[dict[str, Any]]:
    """The steps that were handed over; a handing over to nobody is told where somebody finished something."""
    told = event.references
    if event.kind == "dossier.step_moved":
        return [{"office": told["office"]}]
    return list(told.get("next") or ([{}] if event.kind in _TELLS_WITHOUT_NEXT else ()))


def _step(event: Event, opened: dict[str, Any], offices: dict[str, str], desk: dict[datetime, str]) -> dict[str, str]:
    """One handing over. What ends the last step gives the result to the ``desk`` that returns it."""
    told = event.references
    due = told.get("due") if event.kind == "dossier.step_completed" else None
    handed = ", ".join(part for part in (told.get(name) for name in ("authority", "title", "office_name")) if part)
    return {
        "handed_by": handed or "Hệ thống",
        "taken_by": offices.get(str(opened["office"]), "") if opened.get("office") else desk.get(event.at, ""),
        "at": local_datetime(event.at),
        "outcome": _punctuality(event.at, datetime.fromisoformat(due)) if due else "",
        "due_at": _moment(opened.get("due")),
        "note": " – ".join(
            part for part in (told.get("label", ""), told.get("note", "") or told.get("reason", "")) if part
        ),
    }


def _punctuality(at: datetime, due: datetime) -> str:
    """Late by the minute, early by the day: before the day on which it is due."""
    if at > due:
        return "late"
    return "early" if is_early(at, due) else "on_time"


def _moment(text: str | None) -> str:
    return local_datetime(datetime.fromisoformat(text)) if text else ""


def _offices(events: list[Event]) -> dict[str, str]:
    named = {UUID(str(opened["office"])) for event in events for opened in _opened(event) if opened.get("office")}
    return {str(key): name for key, name in Office.objects.filter(pk__in=named).values_list("pk", "name")}


def _coordinating(dossier: Dossier) -> list[str]:
    own = {dossier.receiving_office_id, dossier.resolving_office_id}
    found = WorkItem.objects.filter(dossier=dossier, office__isnull=False).exclude(office__in=own)
    return list(found.order_by("office__name").values_list("office__name", flat=True).distinct())

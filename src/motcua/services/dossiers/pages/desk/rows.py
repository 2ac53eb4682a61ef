"""Rows of lists, with dates written and states in words before a template sees them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from motcua.kernel.text import local_datetime
from motcua.services.dossiers.models import Channel, Dossier, State, WorkItem
from motcua.services.dossiers.pages.desk.shared import deadline


def work_rows(items: Iterable[WorkItem], at: datetime) -> list[dict[str, Any]]:
    """Open steps; dossier, version, office and assignee are joined."""
    return [
        {
            "id": str(item.pk),
            "step": item.name,
            "office": item.office.name if item.office else "",
            "assignee": item.assignee.display_name if item.assignee else "",
            "deadline": deadline(item.due_at, at),
            **_dossier(item.dossier),
        }
        for item in items
    ]


def dossier_rows(dossiers: Iterable[Dossier], at: datetime) -> list[dict[str, Any]]:
    """Dossiers of a list, as ``for_list`` joins them."""
    return [
        {
            "id": str(dossier.pk),
            "submitted": local_datetime(dossier.submitted_at),
            "decided": local_datetime(dossier.decided_at),
            "channel": str(Channel(dossier.channel).label),
            "office": dossier.resolving_office.name,
            "deadline": _dossier_deadline(dossier, at),
            **_dossier(dossier),
        }
        for dossier in dossiers
    ]


def _dossier(dossier: Dossier) -> dict[str, Any]:
    # get_state_display translates every choice to find one: a tenth of the page.
    return {
        "number": dossier.number,
        "key": str(dossier.pk),
        "version": dossier.version,
        "url": reverse("dossiers:desk-dossier", args=[dossier.number]),
        "applicant": dossier.applicant_name,
        "procedure": dossier.procedure_version.name,
        "subject": dossier.subject,
        "state": dossier.state,
        "state_text": str(State(dossier.state).label),
    }


def _dossier_deadline(dossier: Dossier, at: datetime) -> Any:
    paused = dossier.state in ("waiting_supplement", "waiting_payment")
    return deadline(dossier.due_at, at, paused=paused, done=dossier.decided_at is not None or not dossier.is_open)

"""The exception queue: what could not go on by itself, kept where an administrator sees it."""

from typing import Any

from motcua.kernel.events.actions import record
from motcua.services.dossiers.models import Incident
from motcua.services.dossiers.moves import Move


def report(move: Move, *, kind: str, message: str, node: str = "", retry: dict[str, Any] | None = None) -> Incident:
    """Put a dossier into the exception queue, in the transaction of what failed. The step itself stays as it was."""
    incident = Incident.objects.create(
        dossier_id=move.row.id, kind=kind, message=message, node=node, retry=retry or {}, happened_at=move.at
    )
    record(
        stream=move.row.stream,
        kind="dossier.incident_reported",
        actor=move.by.account,
        agency=move.by.office,
        references={"incident": incident.pk, "kind": kind, "node": node},
        at=move.at,
    )
    return incident

"""The exception queue: what could not go on by itself, kept where an administrator sees it."""

from typing import Any
from uuid import UUID

from motcua.kernel.events.actions import record
from motcua.services.dossiers.models import Incident
from motcua.services.dossiers.moves import Move


def report(
    move: Move,
    *,
    kind: str,
    message: str,
    node: str = "",
    retry: dict[str, Any] | None = None,
    office: UUID | None = None,
) -> Incident:
    """Put a dossier into the exception queue, in the transaction of what failed. The step itself stays as it was.

    ``office`` is whose step it is, unless ``retry`` tells it.
    """
    incident = Incident.objects.create(
        dossier_id=move.row.id,
        office_id=office or _whose(move, retry or {}),
        kind=kind,
        message=message,
        node=node,
        retry=retry or {},
        happened_at=move.at,
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


def report_beside(move: Move, selector: str) -> None:
    """Tell the coordination queue of an office that was not found, within the move that goes on without it."""
    incident = Incident.objects.create(
        dossier_id=move.row.id,
        office_id=move.row.receiving_office_id,
        kind="routing",
        message=f"No office for “{selector}”.",
        retry={"selector": selector},
        happened_at=move.at,
    )
    move.tell("dossier.incident_reported", incident=incident.pk, kind="routing")


def report_once(move: Move, *, kind: str, message: str, node: str, retry: dict[str, Any]) -> None:
    """Report what jobs may meet twice: nothing where the same waits in the queue already."""
    if not Incident.objects.filter(dossier=move.row.id, kind=kind, resolved_at=None, retry=retry).exists():
        report(move, kind=kind, message=message, node=node, retry=retry)


def _whose(move: Move, retry: dict[str, Any]) -> UUID:
    """The office of the step that failed; what belongs to no step is the resolving office's.

    A dossier for which no competent office was found stays with the one that received it.
    """
    if "selector" in retry:
        return move.row.receiving_office_id
    step = move.standing.items.get(UUID(retry["item"])) if "item" in retry else None
    return step.office_id if step is not None and step.office_id else move.row.resolving_office_id

"""What a dossier's pages tell of where it stands: for its applicant, and for who holds the receipt's secret."""

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcua.kernel.text import local_date, local_datetime
from motcua.services.dossiers.joining import filed_by_rows, together_rows
from motcua.services.dossiers.models import Dossier, State, Supplement, WorkItem
from motcua.services.dossiers.models.dossier import CLOSED
from motcua.services.dossiers.timeline import Entry, timeline


def head(dossier: Dossier) -> list[dict[str, Any]]:
    """The facts on top."""
    return [
        {"label": _("Code of the dossier"), "value": dossier.number},
        {"label": _("Applicant"), "value": dossier.applicant_name},
        *filed_by_rows(dossier),
        *together_rows(dossier),
        {"label": _("Submitted on"), "value": local_datetime(dossier.submitted_at)},
        {"label": _("Office that receives it"), "value": dossier.receiving_office.name},
        {"label": _("Office that resolves it"), "value": dossier.resolving_office.name},
        promise(dossier),
        {"label": _("Get the result"), "value": dossier.get_return_method_display()},
    ]


def promise(dossier: Dossier) -> dict[str, str]:
    """When the result is promised, or came; or why there is no promise."""
    if dossier.returned_at:
        return {"label": _("Result returned"), "value": local_datetime(dossier.returned_at)}
    if dossier.decided_at:
        return {"label": _("Result ready since"), "value": local_datetime(dossier.decided_at)}
    if dossier.closed_at:
        return {"label": _("Closed at"), "value": local_datetime(dossier.closed_at)}
    if dossier.state == State.WAITING_SUPPLEMENT:
        return {"label": _("Result expected"), "value": _("After you have completed the dossier")}
    due = local_datetime(dossier.due_at) or _("You are told once the dossier is accepted")
    return {"label": _("Result expected"), "value": due}


def has_date(dossier: Dossier) -> bool:
    """Whether there is a promise worth keeping in a calendar."""
    return dossier.due_at is not None and not is_void(dossier) and dossier.returned_at is None


def is_void(dossier: Dossier) -> bool:
    """Nothing is promised while the applicant is waited for, nor after an end without a result."""
    return dossier.state == State.WAITING_SUPPLEMENT or (dossier.state in CLOSED and dossier.decided_at is None)


def stages(dossier: Dossier) -> list[dict[str, str]]:
    """The way of a dossier in four stages, as the design system draws it."""
    titles = [
        _("Submission"),
        _("Acceptance"),
        _("Processing"),
        pgettext("stage", "Result"),
        _("Return of the result"),
    ]
    times = [dossier.submitted_at, dossier.accepted_at, None, dossier.decided_at, dossier.returned_at]
    reached = _reached(dossier)
    ended = dossier.state in CLOSED and dossier.state != State.RETURNED
    return [
        {
            "title": title,
            "state": "done" if at < reached else "skipped" if ended else "current" if at == reached else "upcoming",
            "detail": local_datetime(when),
        }
        for at, (title, when) in enumerate(zip(titles, times, strict=True))
    ]


def _reached(dossier: Dossier) -> int:
    """The number of stages behind."""
    if dossier.returned_at:
        return 5
    if dossier.decided_at:
        return 4
    return 2 if dossier.accepted_at else 1


def now(dossier: Dossier, steps: Iterable[WorkItem]) -> list[dict[str, str]]:
    """What the offices are doing; nothing while they wait for the applicant."""
    if dossier.state == State.WAITING_SUPPLEMENT:
        return []
    return [
        {"name": step.name, "office": step.office.name, "due": local_date(step.due_at)}
        for step in steps
        if step.office
    ]


def supplement(dossier: Dossier) -> dict[str, Any] | None:
    """What the applicant is asked for now; one statement at most."""
    if dossier.state != State.WAITING_SUPPLEMENT:
        return None
    asked = Supplement.objects.filter(dossier=dossier, answered_at=None).first()
    if asked is None:
        return None
    return {"wanted": asked.items, "reason": asked.reason, "lapses": local_datetime(asked.lapses_at)}


def facts(dossier: Dossier) -> dict[str, Any]:
    """What the holder of the receipt's secret is shown."""
    return {
        "procedure": dossier.procedure_version.name,
        "receiving": dossier.receiving_office.name,
        "resolving": dossier.resolving_office.name,
        "promise": promise(dossier),
        "stages": stages(dossier),
        "timeline": told(timeline(dossier, for_officers=False), details=False),
    }


def told(entries: Iterable[Entry], *, details: bool = True) -> list[dict[str, Any]]:
    """The story for the component of the design system, newest first."""
    return [
        {
            "title": entry.title,
            "at": entry.when,
            "iso": entry.at.isoformat(),
            "by": " · ".join(part for part in (entry.position, entry.agency) if part),
            "text": _lines([*(entry.detail.splitlines() if details else []), *_next(entry)]),
        }
        for entry in reversed(list(entries))
    ]


def _lines(texts: Iterable[str]) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts))


def _next(entry: Entry) -> list[str]:
    return [
        _("Next: %(step)s – %(office)s, expected %(due)s")
        % {"step": step.name, "office": step.office, "due": step.due}
        if step.due
        else _("Next: %(step)s – %(office)s") % {"step": step.name, "office": step.office}
        for step in entry.next
    ]

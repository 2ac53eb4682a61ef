"""What the page of a dossier shows of its steps and drafts, with the acts that the officer has."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.connectors.models import Call
from motcua.kernel.text import local_datetime
from motcua.services.dossiers.abilities import may_claim, may_take_back, may_work
from motcua.services.dossiers.access import Accessed
from motcua.services.dossiers.awaiting import awaited_messages
from motcua.services.dossiers.models import (
    Dossier,
    ResultDocument,
    ResultSigning,
    State,
    Supplement,
    WorkItem,
)
from motcua.services.dossiers.models.dossier import CLOSED
from motcua.services.dossiers.pages.desk.drafts import working_papers
from motcua.services.dossiers.pages.desk.proposals import PROPOSALS, proposal_rows
from motcua.services.dossiers.pages.desk.shared import deadline
from motcua.services.dossiers.pages.desk.steps import node_of, outcomes_of
from motcua.services.dossiers.rules import signatures, states
from motcua.services.procedures.runtime import package_of

MOST_STEPS = 200


def step_row(accessed: Accessed, step: WorkItem, results: list[ResultDocument]) -> dict[str, Any]:
    """An open step with what the officer may do."""
    calendar = accessed.calendars.calendar(step.office_id)
    return {
        "name": step.name,
        "office": step.office.name if step.office else "",
        "assignee": step.assignee.display_name if step.assignee else "",
        "seen": step.seen_at is not None or may_work(accessed.desk, step),
        "deadline": deadline(step.due_at, timezone.now(), paused=step.paused, calendar=calendar),
        "buttons": _buttons(accessed, step, results),
    }


def nothing_open(dossier: Dossier, asked: Supplement | None) -> str:
    """What a dossier without an open step waits for; ``asked`` is the last supplement."""
    if dossier.state in CLOSED:
        return _("The dossier is closed.")
    if dossier.state == State.SUBMITTED and asked and asked.answered_at:
        answered = {"when": local_datetime(asked.answered_at)}
        return _("The applicant completed the dossier at %(when)s. It waits to be accepted.") % answered
    return {
        State.SUBMITTED: _("The dossier waits to be accepted."),
        State.WAITING_SUPPLEMENT: _("The applicant has been asked to complete the dossier."),
        State.DECIDED: _("The result waits to be returned."),
    }.get(State(dossier.state), _awaited(dossier))


def _awaited(dossier: Dossier) -> str:
    named = "; ".join(awaited_messages(dossier).values())
    return _("The process waits for: %(what)s") % {"what": named} if named else _("No step is open.")


def question_row(call: Call) -> tuple[str, str, str, str]:
    """A line system that the dossier waits for: what it is asked, how far that is, since when, what is wrong."""
    again = call.state == Call.State.WAITING and call.attempts
    further = _("asked again at %(when)s") % {"when": local_datetime(call.next_at)} if again else ""
    fault = " · ".join(part for part in (call.fault, further) if part)
    return call.system.name, str(call.get_state_display()), local_datetime(call.queued_at), fault


def _buttons(accessed: Accessed, step: WorkItem, results: list[ResultDocument]) -> list[dict[str, Any]]:
    """The acts on a step that the officer has now, the one that goes on first."""
    dossier, desk = accessed.dossier, accessed.desk
    if not states.allows(dossier.state, "work"):
        return []
    found: list[tuple[str, str]] = []
    if may_work(desk, step) and accessed.abilities["complete"]:
        found += _work_buttons(accessed, step, results)
    if accessed.abilities["take_back"] and may_take_back(desk, step):
        found.append((act_url(dossier, "take_back", step.pk), _("Take back")))
    heads = step.office_id in desk.headed_office_ids or desk.is_administrator
    if accessed.abilities["reassign"] and heads:
        found.append((act_url(dossier, "reassign", step.pk), _("Reassign")))
    return [{"url": url, "text": text} for url, text in found]


def _work_buttons(accessed: Accessed, step: WorkItem, results: list[ResultDocument]) -> list[tuple[str, str]]:
    dossier, node = accessed.dossier, node_of(accessed.dossier, step)
    there = {result.state for result in results if node.result in ("", result.template)}
    found = []
    if node.sign and signatures.WAITING[node.sign] in there:
        act = ResultSigning.Act(signatures.ACTS[node.sign])
        found.append((reverse(f"dossiers:desk-{act}", args=[dossier.number, step.pk]), str(act.label)))
    makes = node.result and not node.sign
    if makes:
        text = _("Prepare the result again") if there else _("Prepare the result")
        found.append((reverse("dossiers:desk-prepare", args=[dossier.number, step.pk]), text))
        if package_of(dossier.procedure_version_id).results[node.result].draft:
            found.append((reverse("dossiers:desk-drafts", args=[dossier.number, step.pk]), _("Draft in Word")))
    if (there or not makes) and (not node.sign or outcomes_of(node)):
        text = _("End otherwise") if node.sign else _("Finish the step")
        found.insert(0 if makes and not node.sign else len(found),
                     (reverse("dossiers:desk-complete", args=[dossier.number, step.pk]), text))  # fmt: skip
    if may_claim(accessed.desk, step):
        text = _("Take on in their stead") if step.assignee_id else _("Take on")
        found.append((act_url(dossier, "claim", step.pk), text))
    else:
        found.append((act_url(dossier, "release", step.pk), _("Put back for colleagues")))
    if step.previous_id:
        found.append((act_url(dossier, "send_back", step.pk), _("Send back")))
    return found


def finished(dossier: Dossier) -> list[WorkItem]:
    """The finished steps, newest first."""
    done = WorkItem.objects.filter(dossier=dossier, kind="step", state="done").select_related("office", "finished_by")
    return list(done.order_by("-finished_at", "-id")[:MOST_STEPS])


def done_row(item: WorkItem) -> dict[str, Any]:
    """A finished step."""
    late = item.due_at is not None and item.finished_at is not None and item.finished_at > item.due_at
    return {
        "name": item.name,
        "office": item.office.name if item.office else "",
        "by": item.finished_by.display_name if item.finished_by else "",
        "at": local_datetime(item.finished_at),
        "late": late,
    }


def act_url(dossier: Dossier, name: str, subject: UUID | None = None) -> str:
    """The page of an act, about a step or the dossier."""
    args = [dossier.number, name, *([subject] if subject else [])]
    return reverse("dossiers:desk-act-on" if subject else "dossiers:desk-act", args=args)


def drafts(dossier: Dossier) -> list[dict[str, Any]]:
    """The drafts of results, where the procedure has any."""
    specs = package_of(dossier.procedure_version_id).results.values()
    return working_papers(dossier) if any(spec.draft for spec in specs) else []


def proposal_part(accessed: Accessed) -> dict[str, Any] | None:
    """A further supplement that waits for approval, with what the officer may do about it."""
    proposal = accessed.proposal
    if proposal is None:
        return None
    return {
        "approver": proposal.approver.display_name,
        "rows": proposal_rows(proposal),
        "buttons": [
            {"url": act_url(accessed.dossier, name), "text": act.button}
            for name, act in PROPOSALS.items()
            if not act.listed and accessed.abilities[act.ability]
        ],
    }


def to_copy(accessed: Accessed, results: list[ResultDocument]) -> list[dict[str, str]]:
    """Where copies of the issued results are certified, for who may."""
    issued = [result for result in results if result.state == "sealed" and accessed.abilities["copy_result"]]
    return [
        {"name": result.name, "url": reverse("dossiers:desk-copies", args=[accessed.dossier.number, result.pk])}
        for result in issued
    ]

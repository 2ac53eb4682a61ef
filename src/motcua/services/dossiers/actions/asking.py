"""Ask for more, wait, apologise: what stops or moves the clock."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.text.dates import VIETNAM
from motcua.kernel.time.rules import Limit, due
from motcua.services.dossiers.actions.papers import attach
from motcua.services.dossiers.actions.paying import go_on_if_paid, report_unpassed, wait_for_payment
from motcua.services.dossiers.actions.reception import counted_from
from motcua.services.dossiers.actions.submitting import NewPaper
from motcua.services.dossiers.actions.waiting import catch_up
from motcua.services.dossiers.actors import HOUSE, Actor
from motcua.services.dossiers.issuing import issue, to_print
from motcua.services.dossiers.limits import of_terms
from motcua.services.dossiers.models import Extension, FormNumber, State, Supplement
from motcua.services.dossiers.moves import Move
from motcua.services.procedures.packages.manifest import Limit as PolicyLimit
from motcua.services.procedures.runtime import package_of


@transaction.atomic
def request_supplement(
    dossier: UUID,
    *,
    items: Sequence[str],
    reason: str,
    by: Actor,
    approver: UUID | None = None,
    approval_reason: str = "",
    at: datetime | None = None,
    seen_version: int | None = None,
) -> Supplement:
    """Ask the applicant to complete the dossier (yêu cầu bổ sung, form 02); the clock stands still until they have.

    The procedure says how often this is allowed (once by default, NĐ 118/2025 article 11); beyond that an approver
    and a reason are needed. Raises ``Refused`` and ``NotAllowed``.
    """
    wanted = [item.strip() for item in items if item.strip()]
    if not wanted:
        raise Refused(_("Write what is to be completed."), field="items", code="required")
    if not reason.strip():
        raise Refused(_("Write why the dossier must be completed."), field="reason", code="required")
    assert by.account is not None
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("request_supplement")
    rule = package_of(move.row.procedure_version_id).policy.supplement
    number = move.row.supplements_asked + 1
    further = number > rule.times
    if further and not (approver and approval_reason.strip()):
        raise NotAllowed(
            _("A further request for a supplement needs an approver and a reason."), code="needs_approval"
        )
    supplement = Supplement.objects.create(
        dossier_id=dossier,
        number=number,
        items=wanted,
        reason=reason.strip(),
        requested_at=move.at,
        requested_by_id=by.account,
        office_id=by.office or move.row.receiving_office_id,
        approver_id=approver if further else None,
        approval_reason=approval_reason.strip() if further else "",
        lapses_at=_lapse(move, rule.auto_close),
        due_before=move.row.due_at,
    )
    if move.row.accepted_at is not None:
        move.resume()  # of a wait for payment, which goes on when the supplement is there
        move.pause("supplement")
    move.set(state=State.WAITING_SUPPLEMENT, supplements_asked=number)
    move.tell(
        "dossier.supplement_requested",
        state=State.WAITING_SUPPLEMENT,
        supplement=supplement.pk,
        number=number,
        items=wanted,
        lapses=supplement.lapses_at,
        reason=supplement.reason,
    )
    move.write()
    issue(to_print(dossier), FormNumber.SUPPLEMENT, by=by, at=move.at, supplement=supplement)
    return supplement


def _lapse(move: Move, limit: PolicyLimit | None) -> datetime | None:
    if limit is None:
        return None
    return due(move.at, of_terms(limit.value, limit.unit), move.calendar(move.row.receiving_office_id))


@transaction.atomic
def answer_supplement(
    dossier: UUID,
    *,
    by: Actor,
    answer: str = "",
    papers: Sequence[NewPaper] = (),
    form_data: dict[str, object] | None = None,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> None:
    """The applicant completes the dossier; the clock restarts or runs on, as the procedure says."""
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("answer_supplement")
    supplement = Supplement.objects.get(dossier=dossier, answered_at=None)
    if not papers and not answer.strip() and not form_data:
        raise Refused(_("Add a paper or write an answer."), field="answer", code="required")
    attach(dossier, papers, by=by, at=move.at, supplement=supplement)
    if form_data:
        move.set(form_data={**move.row.form_data, **form_data})
    package = package_of(move.row.procedure_version_id)
    rule, failure = package.policy.supplement, None
    if move.row.accepted_at is None:
        move.set(state=State.SUBMITTED)
    else:
        move.set(state=State.IN_PROCESS)
        move.resume(restart=counted_from(move, package) if rule.restart else None)
        failure = go_on_if_paid(move)
        wait_for_payment(move)
        move.settle_state()
    supplement.answered_at, supplement.answer, supplement.due_after = move.at, answer.strip(), move.row.due_at
    supplement.save(update_fields=["answered_at", "answer", "due_after"])
    move.tell(
        "dossier.supplement_answered",
        state=move.row.state,
        supplement=supplement.pk,
        papers=len(papers),
        due=move.row.due_at,
        restarted=rule.restart if move.row.accepted_at else None,
        personal={"answer": supplement.answer} if supplement.answer else None,
    )
    move.write()
    report_unpassed(move, failure)
    catch_up(move)


@transaction.atomic
def lapse_supplement(dossier: UUID, *, at: datetime) -> bool:
    """Close a dossier whose supplement was not brought in time. False when it was answered meanwhile."""
    move = Move.begin(dossier, by=HOUSE, at=at)
    supplement = Supplement.objects.filter(dossier=dossier, answered_at=None, lapses_at__lte=at).first()
    if move.row.state != State.WAITING_SUPPLEMENT or supplement is None:
        return False
    supplement.answered_at = at
    supplement.save(update_fields=["answered_at"])
    running = move.standing.running_pause
    if running is not None:
        move.changes.pauses_ended.append(running[0])
    move.cancel_work()
    state = State.STOPPED if move.row.accepted_at else State.REFUSED
    move.set(state=state, closed_at=at)
    move.count(state)
    move.tell("dossier.lapsed", state=state, supplement=supplement.pk)
    move.write()
    form = FormNumber.STOP if move.row.accepted_at else FormNumber.REFUSAL
    reason = _("The requested supplement was not brought within the time set.")
    issue(to_print(dossier), form, by=HOUSE, at=at, reason=reason)
    return True


@transaction.atomic
def extend(
    dossier: UUID,
    *,
    limit: Limit,
    reason: str,
    by: Actor,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> Extension:
    """Apologise and set a new appointment (xin lỗi và hẹn lại, form 04).

    By default once, and at least one day before the dossier is due (provincial rules under NĐ 118/2025; both are
    settings of the procedure). Raises ``NotAllowed``.
    """
    if not reason.strip():
        raise Refused(_("Write why the result is late."), field="reason", code="required")
    assert by.account is not None
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("extend")
    rule, before = package_of(move.row.procedure_version_id).policy.extension, move.row.due_at
    if before is None:
        raise NotAllowed(_("This dossier has no appointment that could be moved."), code="no_due")
    if move.row.extensions_made >= rule.times:
        raise NotAllowed(_("The appointment of this dossier has been moved already."), code="extended")
    latest = due(move.at, of_terms(rule.before.value, rule.before.unit), move.calendar(move.row.resolving_office_id))
    if latest.astimezone(VIETNAM).date() > before.astimezone(VIETNAM).date():
        raise NotAllowed(
            _("It is too late to extend: this must be done before the day of the appointment."), code="too_late"
        )
    number = move.row.extensions_made + 1
    move.standing.extensions = (*move.standing.extensions, limit)
    move.set(extensions_made=number)
    if move.row.limit is None:  # taken over from elsewhere with its appointment only
        move.set(due_at=due(before, limit, move.calendar(move.row.resolving_office_id)))
    else:
        move.reclock()
    assert move.row.due_at is not None
    extension = Extension.objects.create(
        dossier_id=dossier,
        number=number,
        reason=reason.strip(),
        value=limit.value,
        unit=str(limit.unit),
        due_before=before,
        due_after=move.row.due_at,
        made_at=move.at,
        made_by_id=by.account,
    )
    move.tell("dossier.extended", was=before, due=move.row.due_at, reason=extension.reason)
    move.write()
    issue(to_print(dossier), FormNumber.APOLOGY, by=by, at=move.at, extension=extension)
    return extension

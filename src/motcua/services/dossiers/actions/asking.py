"""Ask for more and wait for it: what stops the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Invalid, NotAllowed, Refused
from motcua.kernel.text.typed import written
from motcua.kernel.time.rules import due
from motcua.services.dossiers.actions.papers import attach
from motcua.services.dossiers.actions.paying import go_on_if_paid, report_unpassed, wait_for_payment
from motcua.services.dossiers.actions.reception import counted_from
from motcua.services.dossiers.actions.submitting import NewPaper
from motcua.services.dossiers.actions.waiting import catch_up
from motcua.services.dossiers.actors import HOUSE, Actor
from motcua.services.dossiers.approvers import needs_approval
from motcua.services.dossiers.closing import end_early
from motcua.services.dossiers.issuing import issue, to_print
from motcua.services.dossiers.limits import of_terms
from motcua.services.dossiers.models import FormNumber, State, Supplement
from motcua.services.dossiers.moves import Move
from motcua.services.procedures.packages.manifest import Limit as PolicyLimit
from motcua.services.procedures.runtime import package_of

LONGEST_ANSWER = 5000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be completed, and why."""

    items: tuple[str, ...]
    reason: str

    @classmethod
    def checked(cls, items: Sequence[str], reason: str) -> "Wanted":
        """From what an officer wrote. Raises ``Invalid`` with all that is missing."""
        wanted, missing = tuple(item.strip() for item in items if item.strip()), {}
        if not wanted:
            missing["items"] = _("Write what is to be completed.")
        if not reason.strip():
            missing["reason"] = _("Write why the dossier must be completed.")
        if missing:
            raise Invalid(next(iter(missing.values())), errors=missing)
        return cls(wanted, reason.strip())


@transaction.atomic
def request_supplement(
    dossier: UUID,
    *,
    items: Sequence[str],
    reason: str,
    by: Actor,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> Supplement:
    """Ask the applicant to complete the dossier (yêu cầu bổ sung, form 02); the clock stands still until they have.

    The procedure says how often this is allowed (once by default, NĐ 118/2025 article 11); beyond that it is proposed
    to an approver (:func:`.approving.propose_supplement`). Raises ``Refused`` and ``NotAllowed``.
    """
    wanted = Wanted.checked(items, reason)
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("request_supplement")
    if needs_approval(move.row):
        raise NotAllowed(_("A further request for a supplement must be approved first."), code="needs_approval")
    return ask_applicant(move, wanted, asked_by=by)


def ask_applicant(
    move: Move, wanted: Wanted, *, asked_by: Actor, approver: UUID | None = None, grounds: str = ""
) -> Supplement:
    """Write the request, stop the clock and issue form 02; the end of a move."""
    assert asked_by.account is not None
    supplement = Supplement.objects.create(
        dossier_id=move.row.id,
        number=move.row.supplements_asked + 1,
        items=list(wanted.items),
        reason=wanted.reason,
        requested_at=move.at,
        requested_by_id=asked_by.account,
        office_id=asked_by.office or move.row.receiving_office_id,
        approver_id=approver,
        approval_reason=grounds,
        lapses_at=_lapse(move, package_of(move.row.procedure_version_id).policy.supplement.auto_close),
        due_before=move.row.due_at,
    )
    _stand_still(move, supplement)
    move.write()
    issue(to_print(move.row.id), FormNumber.SUPPLEMENT, by=asked_by, at=move.at, supplement=supplement)
    return supplement


def _stand_still(move: Move, supplement: Supplement) -> None:
    if move.row.accepted_at is not None:
        move.resume()  # of a wait for payment, which goes on when the supplement is there
        move.pause("supplement")
    move.set(state=State.WAITING_SUPPLEMENT, supplements_asked=supplement.number)
    move.tell(
        "dossier.supplement_requested",
        state=State.WAITING_SUPPLEMENT,
        supplement=supplement.pk,
        number=supplement.number,
        items=supplement.items,
        lapses=supplement.lapses_at,
        reason=supplement.reason,
    )


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
    at: datetime | None = None,
    seen_version: int | None = None,
) -> None:
    """The applicant completes the dossier; the clock restarts or runs on, as the procedure says."""
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("answer_supplement")
    supplement = Supplement.objects.get(dossier=dossier, answered_at=None)
    said = written(answer, field="answer", longest=LONGEST_ANSWER)
    if not papers and not said:
        raise Refused(_("Add a paper or write an answer."), field="answer", code="required")
    attach(dossier, papers, by=by, at=move.at, supplement=supplement)
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
    supplement.answered_at, supplement.answer, supplement.due_after = move.at, said, move.row.due_at
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
    reason = _("The requested supplement was not brought within the time set.")
    state = State.STOPPED if move.row.accepted_at else State.REFUSED
    end_early(move, state, "dossier.lapsed", {"supplement": supplement.pk, "reason": reason})
    form = FormNumber.STOP if move.row.accepted_at else FormNumber.REFUSAL
    issue(to_print(dossier), form, by=HOUSE, at=at, supplement=supplement, reason=reason)
    return True

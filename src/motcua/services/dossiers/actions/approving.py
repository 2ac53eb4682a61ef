"""A further supplement: proposed to a leader, approved and then asked for, or not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.services.dossiers.actions.asking import Wanted, ask_applicant
from motcua.services.dossiers.actors import HOUSE, Actor
from motcua.services.dossiers.approvers import approvers, needs_approval
from motcua.services.dossiers.models import Supplement, SupplementProposal
from motcua.services.dossiers.moves import Move

Waiting = SupplementProposal.State.WAITING


@transaction.atomic
def propose_supplement(
    dossier: UUID,
    *,
    items: Sequence[str],
    reason: str,
    grounds: str,
    approver: UUID,
    by: Actor,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> SupplementProposal:
    """Propose to ask the applicant once more (đề nghị yêu cầu bổ sung lần sau); the clock runs on meanwhile.

    ``grounds`` say why the first request did not do; ``approver`` is a leader or head of the office that asks or of
    the dossier's offices, never who asks. Raises ``Refused`` and ``Conflict``.
    """
    wanted = Wanted.checked(items, reason)
    if not grounds.strip():
        raise Refused(_("Write why the applicant must be asked once more."), field="grounds", code="required")
    assert by.account is not None
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("request_supplement")
    if not needs_approval(move.row):
        raise Conflict(_("This request needs no approval: ask the applicant."), code="needs_no_approval")
    if SupplementProposal.objects.filter(dossier=dossier, state=Waiting).exists():
        raise Conflict(_("A further request for a supplement waits for approval already."), code="proposed")
    _require_approver(move, approver)
    proposal = SupplementProposal.objects.create(
        dossier_id=dossier,
        items=list(wanted.items),
        reason=wanted.reason,
        grounds=grounds.strip(),
        office_id=by.office or move.row.receiving_office_id,
        proposed_at=move.at,
        proposed_by_id=by.account,
        approver_id=approver,
    )
    move.tell(
        "dossier.supplement_proposed",
        proposal=proposal.pk,
        approver=approver,
        items=proposal.items,
        reason=proposal.reason,
        note=proposal.grounds,
    )
    move.write()
    return proposal


def _require_approver(move: Move, approver: UUID) -> None:
    found = approvers(move.row, asked_by=move.by, at=move.at)
    if approver not in {position.officer_id for position in found}:
        raise Refused(_("Choose a leader who may approve this."), field="approver", code="approver")


@transaction.atomic
def approve_supplement(
    dossier: UUID, *, proposal: UUID, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> Supplement:
    """The approver agrees: now the applicant is asked, and the clock stands still. Raises ``Conflict``."""
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("request_supplement")
    found = _waiting(move, proposal)
    move.tell("dossier.supplement_approved", proposal=found.pk, proposed_by=found.proposed_by_id)
    found.supplement = ask_applicant(
        move,
        Wanted(tuple(found.items), found.reason),
        asked_by=Actor(account=found.proposed_by_id, office=found.office_id),
        approver=by.account,
        grounds=found.grounds,
    )
    _decide(found, SupplementProposal.State.APPROVED, move)
    return found.supplement


@transaction.atomic
def refuse_supplement(
    dossier: UUID,
    *,
    proposal: UUID,
    reason: str,
    by: Actor,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> None:
    """The approver does not agree; the applicant is not asked and hears nothing. Raises ``Refused``, ``Conflict``."""
    if not reason.strip():
        raise Refused(_("Write why you do not approve it."), field="reason", code="required")
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    _refuse(move, _waiting(move, proposal), reason.strip())


@transaction.atomic
def give_back_proposal(dossier: UUID, *, proposal: UUID) -> None:
    """The approver has left: who asked chooses another. Raises ``Conflict`` when it has been decided."""
    move = Move.begin(dossier, by=HOUSE)
    _refuse(move, _waiting(move, proposal), _("The approver has left the office. Choose another leader."))


def _refuse(move: Move, found: SupplementProposal, reason: str) -> None:
    found.refusal = reason
    move.tell("dossier.supplement_not_approved", proposal=found.pk, proposed_by=found.proposed_by_id, reason=reason)
    move.write()
    _decide(found, SupplementProposal.State.REFUSED, move)


@transaction.atomic
def withdraw_proposal(
    dossier: UUID, *, proposal: UUID, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """Take a proposal back before it is decided, to change it or to choose another approver. Raises ``Conflict``."""
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    found = _waiting(move, proposal)
    move.tell("dossier.supplement_proposal_withdrawn", proposal=found.pk)
    move.write()
    _decide(found, SupplementProposal.State.WITHDRAWN, move)


def _waiting(move: Move, proposal: UUID) -> SupplementProposal:
    """The proposal; the dossier's lock keeps others away from it. Raises ``Conflict`` when it has been decided."""
    found = SupplementProposal.objects.filter(pk=proposal, dossier=move.row.id, state=Waiting).first()
    if found is None:
        raise Conflict(_("This request has been decided or taken back already."), code="decided")
    return found


def _decide(proposal: SupplementProposal, state: SupplementProposal.State, move: Move) -> None:
    proposal.state, proposal.decided_at, proposal.decided_by_id = state, move.at, move.by.account
    proposal.save(update_fields=["state", "decided_at", "decided_by", "refusal", "supplement"])

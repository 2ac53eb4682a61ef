"""What a dossier takes with it when it is decided or ends: the proposal of a further supplement that still waits."""

from motcua.services.dossiers.approvers import needs_approval
from motcua.services.dossiers.models import SupplementProposal
from motcua.services.dossiers.moves import Move


def close_proposal(move: Move) -> None:
    """Close the proposal that waits for approval; no statement where the procedure needs none."""
    if not needs_approval(move.row):
        return
    waiting = SupplementProposal.objects.filter(dossier=move.row.id, state=SupplementProposal.State.WAITING)
    for proposal in waiting:
        proposal.state, proposal.decided_at = SupplementProposal.State.CLOSED, move.at
        proposal.save(update_fields=["state", "decided_at"])
        move.tell("dossier.supplement_proposal_closed", proposal=proposal.pk)

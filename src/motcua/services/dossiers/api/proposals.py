"""A further supplement over the interface: proposed to a leader, read among what waits for approval, decided."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Field, Query, Schema

from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.web.api import Listed, PageQuery
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.api import Bearer
from motcua.people.officers.models import Position
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.api.doing import Act, Doing
from motcua.services.dossiers.api.inputs import Nothing, Reason, SupplementInput
from motcua.services.dossiers.api.viewers import READ, router, viewer
from motcua.services.dossiers.approvers import LEADING, approvers
from motcua.services.dossiers.models import SupplementProposal, WorkItem

ASKING = ("reception", "specialist")


class ApprovalRow(Schema):
    """A further supplement that waits for the officer's approval."""

    proposal: UUID
    dossier: str
    procedure: str
    items: list[str]
    reason: str
    grounds: str
    proposed_at: datetime
    proposed_by: str


class ApprovalList(Listed):
    """A page of what waits for approval, oldest first."""

    items: list[ApprovalRow]


class ProposalInput(SupplementInput):
    """A further request, before a leader. ``grounds``: why once more; ``approver``: a leader's username."""

    grounds: str = Field(min_length=1, max_length=2000)
    approver: str = Field(max_length=150)


class DecisionInput(Nothing):
    """The proposal that it is about."""

    proposal: UUID


class RefusalInput(DecisionInput):
    """The proposal, and why it is not approved."""

    reason: Reason


@router.get(
    "/approvals",
    auth=Bearer(READ),
    response=ApprovalList,
    operation_id="getApprovals",
    summary="Read what waits for approval",
)
def approvals(request: HttpRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    """Further supplements that the officer is to approve, oldest first."""
    sees = viewer(request)
    if not sees.desk.positions:
        raise NotAllowed(_("Only officers approve."))
    waiting = queries.to_approve(sees)
    page = paginate(waiting, order=("proposed_at", "id"), cursor=asked.cursor, size=asked.limit)
    return {
        "items": [_row(each) for each in page.items],
        "next": page.next_cursor,
        "previous": page.previous_cursor,
    }


def _row(found: SupplementProposal) -> dict[str, Any]:
    return {
        "proposal": found.pk,
        "dossier": found.dossier.number,
        "procedure": found.dossier.procedure_version.name,
        **{name: getattr(found, name) for name in ("items", "reason", "grounds", "proposed_at")},
        "proposed_by": found.proposed_by.username,
    }


def _propose(doing: Doing, given: ProposalInput) -> None:
    chosen = {each.officer.account.username: each.officer_id for each in _may_approve(doing)}
    if given.approver not in chosen:
        raise Refused(_("Choose a leader who may approve this."), field="approver", code="approver")
    actions.propose_supplement(
        doing.key,
        items=given.items,
        reason=given.reason,
        grounds=given.grounds,
        approver=chosen[given.approver],
        by=doing.by(*ASKING),
        seen_version=given.version,
    )


def _may_approve(doing: Doing) -> list[Position]:
    return approvers(doing.dossier, asked_by=doing.by(*ASKING), at=timezone.now())


def _approve(doing: Doing, given: DecisionInput) -> None:
    by = doing.by(*LEADING)
    actions.approve_supplement(doing.key, proposal=given.proposal, by=by, seen_version=given.version)


def _refuse(doing: Doing, given: RefusalInput) -> None:
    by, reason = doing.by(*LEADING), given.reason
    actions.refuse_supplement(doing.key, proposal=given.proposal, reason=reason, by=by, seen_version=given.version)


def _withdraw(doing: Doing, given: DecisionInput) -> None:
    actions.withdraw_proposal(doing.key, proposal=given.proposal, by=doing.by(), seen_version=given.version)


def _usernames(doing: Doing, step: WorkItem | None) -> dict[str, list[str]]:
    return {"approver": [each.officer.account.username for each in _may_approve(doing)]}


def _waiting(doing: Doing, step: WorkItem | None) -> dict[str, list[str]]:
    found = doing.accessed.proposal
    return {"proposal": [str(found.pk)]} if found else {}


PROPOSALS: dict[str, Act] = {
    "propose_supplement": Act(
        gettext_lazy("Propose a further supplement"), "propose_supplement", ProposalInput, _propose, choices=_usernames
    ),
    "approve_supplement": Act(
        gettext_lazy("Approve the further supplement"), "approve_supplement", DecisionInput, _approve, choices=_waiting
    ),
    "refuse_supplement": Act(
        gettext_lazy("Do not approve the further supplement"),
        "approve_supplement",
        RefusalInput,
        _refuse,
        choices=_waiting,
    ),
    "withdraw_proposal": Act(
        gettext_lazy("Take back the proposal"), "withdraw_proposal", DecisionInput, _withdraw, choices=_waiting
    ),
}

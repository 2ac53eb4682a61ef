"""Asking an applicant once more: proposed to a leader, who reads it among their work and decides."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web.keyset import paginate
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.approvers import LEADING, approvers
from motcua.services.dossiers.models import SupplementProposal
from motcua.services.dossiers.pages.desk.asking import ITEMS, REASON, Act, Ask, Choices, Doing
from motcua.services.dossiers.pages.desk.shared import desk_of, for_officers, viewer_of

ASKING = ("reception", "specialist")


@require_GET
@for_officers
def to_approve(request: HttpRequest) -> HttpResponse:
    """The further supplements that wait for the officer's approval, oldest first."""
    if not desk_of(request).has_somewhere(*LEADING):
        raise NotAllowed(_("This page is for leaders and heads of offices."))
    page = paginate(
        queries.to_approve(viewer_of(request)), order=("proposed_at", "id"), cursor=request.GET.get("cursor")
    )
    context = {"page": page, "rows": [_row(proposal) for proposal in page.items]}
    return render(request, "dossiers/desk/to_approve.html", context)


def _row(proposal: SupplementProposal) -> dict[str, Any]:
    dossier = proposal.dossier
    return {
        "number": dossier.number,
        "procedure": dossier.procedure_version.name,
        "applicant": dossier.applicant_name,
        "rows": proposal_rows(proposal),
    }


def proposal_rows(proposal: SupplementProposal) -> list[dict[str, Any]]:
    """A proposal as a summary list."""
    by = f"{proposal.proposed_by.display_name}, {proposal.office.name}, {local_datetime(proposal.proposed_at)}"
    return [
        {"label": _("What is to be completed"), "value": "; ".join(proposal.items)},
        {"label": _("Reason given to the applicant"), "value": proposal.reason},
        {"label": _("Why once more"), "value": proposal.grounds},
        {"label": _("Proposed by"), "value": by},
    ]


def _shown(doing: Doing) -> list[dict[str, Any]]:
    proposal = doing.accessed.proposal
    return proposal_rows(proposal) if proposal else []


def _propose(doing: Doing) -> None:
    chosen = doing.text("approver")
    if not chosen or chosen not in dict(_approvers(doing)):
        raise Refused(_("Choose a leader who may approve this."), field="approver", code="approver")
    actions.propose_supplement(
        doing.dossier.pk,
        items=doing.text("items").splitlines(),
        reason=doing.text("reason"),
        grounds=doing.text("grounds"),
        approver=UUID(chosen),
        by=doing.by(*ASKING),
        seen_version=doing.seen_version,
    )


def _approvers(doing: Doing) -> Choices:
    found = approvers(doing.dossier, asked_by=doing.by(*ASKING), at=timezone.now())
    named = {
        str(each.officer_id): f"{each.officer.account.display_name} – {each.title}, {each.office.name}"
        for each in found
    }
    return [("", _("Choose")), *named.items()]


def _waiting(doing: Doing) -> UUID:
    """The proposal that the page showed: an older version of the dossier is refused."""
    assert doing.accessed.proposal is not None  # else nobody has the ability
    return doing.accessed.proposal.pk


def _approve(doing: Doing) -> None:
    actions.approve_supplement(
        doing.dossier.pk, proposal=_waiting(doing), by=doing.by(*LEADING), seen_version=doing.seen_version
    )


def _refuse(doing: Doing) -> None:
    actions.refuse_supplement(
        doing.dossier.pk,
        proposal=_waiting(doing),
        reason=doing.text("reason"),
        by=doing.by(*LEADING),
        seen_version=doing.seen_version,
    )


def _withdraw(doing: Doing) -> None:
    actions.withdraw_proposal(
        doing.dossier.pk, proposal=_waiting(doing), by=doing.by(), seen_version=doing.seen_version
    )


PROPOSALS: dict[str, Act] = {
    "propose_supplement": Act(
        "propose_supplement", gettext_lazy("Propose a further supplement"), gettext_lazy("Send for approval"),
        gettext_lazy("The leader has been told; the applicant is asked once it is approved."), _propose,
        (
            ITEMS,
            REASON,
            Ask("grounds", gettext_lazy("Why once more"),
                hint=gettext_lazy("Why the first request did not do, and on what legal basis. Officers read this.")),
            Ask("approver", gettext_lazy("Who approves"), "select", choices=_approvers),
        ),
        text=gettext_lazy("This dossier has been asked to be completed before. A leader decides whether the applicant "
                          "may be asked once more; until then the clock runs on."),
    ),
    "approve_supplement": Act(
        "approve_supplement", gettext_lazy("Approve the further supplement"), gettext_lazy("Approve"),
        gettext_lazy("Approved: the applicant has been asked; the clock stands still."), _approve,
        text=gettext_lazy("The applicant gets form 02 and the clock stands still."), shown=_shown, final=True,
        listed=False,
    ),
    "refuse_supplement": Act(
        "approve_supplement", gettext_lazy("Do not approve the further supplement"), gettext_lazy("Do not approve"),
        gettext_lazy("Not approved: the officer has been told."), _refuse,
        (Ask("reason", gettext_lazy("Why it is not approved"), "text"),),
        text=gettext_lazy("The applicant is not asked. The officer reads your reason."), shown=_shown, listed=False,
    ),
    "withdraw_proposal": Act(
        "withdraw_proposal", gettext_lazy("Take back the proposal"), gettext_lazy("Take back"),
        gettext_lazy("The proposal has been taken back."), _withdraw, shown=_shown, listed=False,
    ),
}  # fmt: skip

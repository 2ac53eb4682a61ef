"""Every act on a dossier, and what roles and its state allow of it; :mod:`access` puts them together for a viewer."""

from collections.abc import Iterable

from motcua.people.officers.desks import Desk
from motcua.services.dossiers.approvers import needs_approval
from motcua.services.dossiers.dues import Dues
from motcua.services.dossiers.models import Dossier, State, SupplementProposal, WorkItem
from motcua.services.dossiers.rules import states

RECEPTION, RETURN, CASHIER, LEADER, CLERK, HEAD = "reception", "return", "cashier", "leader", "clerk", "head"
ABILITIES = (
    "view", "view_papers", "accept", "refuse", "request_supplement", "propose_supplement", "withdraw_proposal",
    "approve_supplement", "answer_supplement", "withdraw", "stop", "extend", "claim", "complete", "reassign",
    "send_back", "take_back", "prepare_result", "initial", "sign", "seal", "return", "collect_fee", "waive_fee",
    "refund_fee", "copy_result", "add_paper", "digitise", "reroute", "deliver_message",
    "download_result",
)  # fmt: skip


def may_work(desk: Desk, step: WorkItem) -> bool:
    """Whether the step is theirs to do: the role in its office, and nobody else has taken it."""
    if step.office_id is None or (step.role and not desk.has_role(step.role, step.office_id)):
        return False
    if step.office_id not in desk.office_ids:
        return False
    return step.assignee_id is None or step.assignee_id == desk.account_id or step.assignee_id in desk.acts_for


def may_claim(desk: Desk, step: WorkItem) -> bool:
    """Whether they may take the step: it is theirs to do, and nobody has it, or only who is away now."""
    return may_work(desk, step) and step.assignee_id != desk.account_id


def first_seen(desk: Desk, steps: Iterable[WorkItem]) -> list[WorkItem]:
    """The steps that the receiving officer sees for the first time now; who passed the dossier on has seen them."""
    return [step for step in steps if step.seen_at is None and may_work(desk, step) and not may_take_back(desk, step)]


def may_take_back(desk: Desk, step: WorkItem) -> bool:
    """Whether the officer passed the dossier on to this step and nobody has opened it there yet."""
    sent_by = step.previous.finished_by_id if step.previous else None
    return step.seen_at is None and sent_by is not None and sent_by == desk.account_id


def of_applicant(dossier: Dossier) -> dict[str, bool]:
    """What the applicant may do by the state of the dossier."""
    state = dossier.state
    return {
        "answer_supplement": states.allows(state, "answer_supplement"),
        "withdraw": states.allows(state, "withdraw"),
    }


def of_desk(desk: Desk, dossier: Dossier, dues: Dues) -> dict[str, bool]:
    """What officers may do by their roles in its offices; whether they are barred is asked before."""
    state, here = dossier.state, desk.roles_in(dossier.receiving_office_id)
    reception, giving = RECEPTION in here, bool({RETURN, RECEPTION} & here)
    owing = states.allows(state, "collect_fee") and (state != State.RETURNED or dues != Dues())
    heads = bool({dossier.receiving_office_id, dossier.resolving_office_id} & desk.headed_office_ids)
    return {
        "accept": reception and states.allows(state, "accept"),
        "refuse": reception and states.allows(state, "refuse"),
        "request_supplement": reception and state == State.SUBMITTED,
        "answer_supplement": reception and states.allows(state, "answer_supplement"),
        "withdraw": reception and states.allows(state, "withdraw"),
        "stop": reception and states.allows(state, "stop") and dossier.accepted_at is not None,
        "collect_fee": owing and bool({RECEPTION, CASHIER} & here),
        "waive_fee": owing and reception,
        "refund_fee": heads and states.allows(state, "refund_fee"),
        "add_paper": reception and states.allows(state, "add_paper"),
        "digitise": reception,
        "return": giving and states.allows(state, "return") and not dues.first,
        "extend": _may_extend(desk, dossier),
        "copy_result": CLERK in desk.roles_in(dossier.resolving_office_id)
        and state in (State.DECIDED, State.RETURNED),
    }


def of_supplement(
    desk: Desk, dossier: Dossier, proposal: SupplementProposal | None, *, may_ask: bool
) -> dict[str, bool]:
    """Beyond what the procedure allows one proposes; the approver or their substitute decides, never who asks."""
    if proposal is None:
        further = needs_approval(dossier)
        return {"request_supplement": may_ask and not further, "propose_supplement": may_ask and further}
    own = proposal.proposed_by_id == desk.account_id
    return {
        "request_supplement": False,
        "withdraw_proposal": own or may_ask,
        "approve_supplement": not own and proposal.approver_id in {desk.account_id, *desk.acts_for},
    }


def _may_extend(desk: Desk, dossier: Dossier) -> bool:
    leads = {LEADER, HEAD} & desk.roles_in(dossier.resolving_office_id)
    return bool(leads or dossier.resolving_office_id in desk.headed_office_ids) and states.allows(
        dossier.state, "extend"
    )


def of_steps(desk: Desk, dossier: Dossier, steps: tuple[WorkItem, ...]) -> dict[str, bool]:
    """What officers may do with its open steps."""
    if not states.allows(dossier.state, "work"):
        return {}
    mine = [step for step in steps if may_work(desk, step)]
    headed = any(step.office_id in desk.headed_office_ids for step in steps)
    found = {
        "claim": any(may_claim(desk, step) for step in mine),
        "complete": bool(mine),
        "send_back": bool(mine),
        "prepare_result": bool(mine),
        "initial": bool(mine),
        "sign": any(step.role == LEADER for step in mine),
        "seal": any(step.role == CLERK for step in mine),
        "reassign": headed,
        "take_back": any(may_take_back(desk, step) for step in steps),
    }
    if mine:
        found["request_supplement"] = True
    return found

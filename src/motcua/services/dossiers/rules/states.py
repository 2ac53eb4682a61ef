"""Which state a dossier is in, and which acts a state allows. Pure."""

from collections.abc import Iterable
from uuid import UUID

from motcua.services.dossiers.models.dossier import CLOSED, State

RUNNING = frozenset({State.ACCEPTED, State.IN_PROCESS, State.WAITING_PAYMENT, State.WAITING_AGENCY})
UNDECIDED = RUNNING | {State.WAITING_SUPPLEMENT}
BEFORE_DECISION = UNDECIDED | {State.SUBMITTED}
AFTER_ACCEPTANCE = UNDECIDED | {State.DECIDED}

# act → states in which it may happen at all; who may do it is a matter of `access`.
ALLOWED: dict[str, frozenset[State]] = {
    "accept": frozenset({State.SUBMITTED}),
    "refuse": frozenset({State.SUBMITTED}),
    "request_supplement": RUNNING | {State.SUBMITTED},
    "answer_supplement": frozenset({State.WAITING_SUPPLEMENT}),
    "withdraw": BEFORE_DECISION,
    "stop": UNDECIDED,
    "extend": RUNNING,
    "work": RUNNING,
    "reroute": UNDECIDED,
    "return": frozenset({State.DECIDED}),
    "collect_fee": BEFORE_DECISION | {State.DECIDED, State.RETURNED},
    "refund_fee": frozenset(State) - {State.SUBMITTED},
    "add_paper": BEFORE_DECISION,
}


def allows(state: str, act: str) -> bool:
    """Whether an act may happen in a state."""
    return state in ALLOWED[act]


def is_closed(state: str) -> bool:
    """Whether nothing more is to be done."""
    return state in CLOSED


def running_state(step_offices: Iterable[UUID], *, home: frozenset[UUID], waits_for_payment: bool) -> State:
    """The state of a dossier in process, read from its open steps.

    ``home`` are the receiving and resolving office. With steps of other offices only it is "with another agency";
    with no step and a payment awaited it is "waiting for payment".
    """
    offices = list(step_offices)
    if not offices:
        return State.WAITING_PAYMENT if waits_for_payment else State.IN_PROCESS
    return State.IN_PROCESS if any(office in home for office in offices) else State.WAITING_AGENCY

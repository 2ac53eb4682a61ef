"""What can happen to documents that go out; each function is one transaction and tells its events."""

from motcua.services.correspondence.actions.outgoing.again import send_again
from motcua.services.correspondence.actions.outgoing.concluding import (
    conclude_left,
    conclude_signing,
    forget_unsent,
)
from motcua.services.correspondence.actions.outgoing.correcting import Data, correct_data
from motcua.services.correspondence.actions.outgoing.drafting import (
    Draft,
    Facts,
    add_annex,
    discard,
    hand_over,
    pass_review,
    remove_annex,
    return_draft,
    start,
    submit,
    write,
)
from motcua.services.correspondence.actions.outgoing.entering import (
    Held,
    Made,
    Signed,
    enter,
    hold_number,
    let_number_go,
    note_fetched,
    raise_entered,
)
from motcua.services.correspondence.actions.outgoing.issuing import (
    add_recipient,
    issue,
    issue_to,
    note_sent,
    recall,
    remove_recipient,
)
from motcua.services.correspondence.actions.outgoing.numbers import reserve_number, skip_number
from motcua.services.correspondence.actions.outgoing.opinions import ask_opinions, give_opinion
from motcua.services.correspondence.actions.outgoing.signing import (
    AT_ONCE,
    Signings,
    Wish,
    sealed_annexes,
    sign,
    sign_many,
)

__all__ = [
    "AT_ONCE", "Data", "Draft", "Facts", "Held", "Made", "Signed", "Signings", "Wish", "add_annex", "add_recipient",
    "ask_opinions", "conclude_left", "conclude_signing", "correct_data", "discard", "enter", "forget_unsent",
    "give_opinion", "hand_over", "hold_number", "issue", "issue_to", "let_number_go", "note_fetched", "note_sent",
    "pass_review", "raise_entered", "recall", "remove_annex", "remove_recipient", "reserve_number", "return_draft",
    "sealed_annexes", "send_again", "sign", "sign_many", "skip_number", "start", "submit", "write",
]  # fmt: skip

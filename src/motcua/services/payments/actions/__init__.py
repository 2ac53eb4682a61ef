"""What can happen to payments: one function, one use case, one transaction, and the events it tells."""

from motcua.services.payments.actions.accounts import close_feed, decide_account, open_feed
from motcua.services.payments.actions.attempts import heed, key_of, start_attempt
from motcua.services.payments.actions.closing import close_cash
from motcua.services.payments.actions.incoming import assign, ignore, import_statement, report, return_to_payer
from motcua.services.payments.actions.orders import (
    Line,
    Subject,
    let_go_of,
    open_order,
    take_at_counter,
    withdraw_order,
)
from motcua.services.payments.actions.receipts import (
    cancel,
    decide_book,
    give_back,
    issue,
    issue_anew,
    replace,
    seal,
    take_raised,
)

__all__ = [
    "Line",
    "Subject",
    "assign",
    "cancel",
    "close_cash",
    "close_feed",
    "decide_account",
    "decide_book",
    "give_back",
    "heed",
    "ignore",
    "import_statement",
    "issue",
    "issue_anew",
    "key_of",
    "let_go_of",
    "open_feed",
    "open_order",
    "replace",
    "report",
    "return_to_payer",
    "seal",
    "start_attempt",
    "take_at_counter",
    "take_raised",
    "withdraw_order",
]

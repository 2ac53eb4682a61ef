"""What can happen to payments: one function, one use case, one transaction, and the events it tells."""

from motcua.services.payments.actions.accounts import close_feed, decide_account, open_feed
from motcua.services.payments.actions.attempts import heed, key_of, start_attempt
from motcua.services.payments.actions.incoming import assign, ignore, import_statement, report, return_to_payer
from motcua.services.payments.actions.orders import Line, Subject, open_order, withdraw_order

__all__ = [
    "Line",
    "Subject",
    "assign",
    "close_feed",
    "decide_account",
    "heed",
    "ignore",
    "import_statement",
    "key_of",
    "open_feed",
    "open_order",
    "report",
    "return_to_payer",
    "start_attempt",
    "withdraw_order",
]

"""What can happen to a petition: one function, one use case, one transaction, and the event it tells."""

from motcua.services.petitions.actions.handling import accept, answer, ask, forward, lapse, merge, publish, refuse
from motcua.services.petitions.actions.receiving import Sender, Told, receive
from motcua.services.petitions.actions.talking import complete, follow_up, rate, reopen, reply

__all__ = [
    "Sender",
    "Told",
    "accept",
    "answer",
    "ask",
    "complete",
    "follow_up",
    "forward",
    "lapse",
    "merge",
    "publish",
    "rate",
    "receive",
    "refuse",
    "reopen",
    "reply",
]

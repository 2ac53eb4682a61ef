"""What can happen to messages, lines and partners."""

from motcua.engines.exchange.actions.letters import (
    build_anew,
    erase_received,
    leave_aside,
    leave_dead,
    leave_out,
    note_look,
    send_again,
    take_again,
)
from motcua.engines.exchange.actions.lines import (
    LineFields,
    PartnerFields,
    add_account,
    remove_account,
    save_channel,
    save_partner,
    take_over_agencies,
)
from motcua.engines.exchange.actions.queueing import Unroutable, send, send_where_possible
from motcua.engines.exchange.actions.receiving import Receipt, TurnedAway, receive

__all__ = [
    "LineFields",
    "PartnerFields",
    "Receipt",
    "TurnedAway",
    "Unroutable",
    "add_account",
    "build_anew",
    "erase_received",
    "leave_aside",
    "leave_dead",
    "leave_out",
    "note_look",
    "receive",
    "remove_account",
    "save_channel",
    "save_partner",
    "send",
    "send_again",
    "send_where_possible",
    "take_again",
    "take_over_agencies",
]

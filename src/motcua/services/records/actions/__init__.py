"""What can happen to work files and their lists; each function is one transaction and tells its events."""

from motcua.services.records.actions.appraising import (
    Council,
    Decision,
    Said,
    approve,
    conclude,
    convene,
    draw_up,
    give_up,
    put_in,
    take_out,
    vote,
)
from motcua.services.records.actions.destroying import begin_destruction, carry_out
from motcua.services.records.actions.filing import (
    Described,
    add_document,
    add_upload,
    close_file,
    edit,
    open_file,
    remove_entry,
)
from motcua.services.records.actions.handing import hand_over, hand_over_all
from motcua.services.records.actions.holding import extend, keep_back, lift, place_hold
from motcua.services.records.actions.listing import (
    Line,
    add_line,
    approve_list,
    copy_list,
    give_back_list,
    remove_line,
    start_list,
    submit_list,
)
from motcua.services.records.actions.sharing import (
    ask_to_end,
    ask_to_end_all,
    ask_to_share,
    confirm_share,
    decline_share,
)
from motcua.services.records.actions.transferring import accept, cancel, offer, pack

__all__ = [
    "Council", "Decision", "Described", "Line", "Said", "accept", "add_document", "add_line", "add_upload", "approve",
    "approve_list", "ask_to_end", "ask_to_end_all", "ask_to_share", "begin_destruction", "cancel", "carry_out",
    "close_file", "conclude", "confirm_share", "convene", "copy_list", "decline_share", "draw_up", "edit", "extend",
    "give_back_list", "give_up", "hand_over", "hand_over_all", "keep_back", "lift", "offer", "open_file", "pack",
    "place_hold", "put_in", "remove_entry", "remove_line", "start_list", "submit_list", "take_out", "vote",
]  # fmt: skip

"""What can happen to tasks; each function is one transaction and tells its events."""

from motcua.services.tasks.actions.doing import (
    assign,
    assign_support,
    finish_support,
    pass_up,
    progress,
    report,
    send_down,
)
from motcua.services.tasks.actions.judging import accept, ask_extension, decline, grant, send_back
from motcua.services.tasks.actions.ordering import Given, Order, order, split, withdraw
from motcua.services.tasks.actions.returning import reassign, return_task
from motcua.services.tasks.actions.succeeding import hand_over, leave_unit

__all__ = [
    "Given", "Order", "accept", "ask_extension", "assign", "assign_support", "decline", "finish_support", "grant",
    "hand_over", "leave_unit", "order", "pass_up", "progress", "reassign", "report", "return_task", "send_back",
    "send_down", "split", "withdraw",
]  # fmt: skip

"""What can happen to documents; each function is one transaction and tells its events."""

from motcua.services.correspondence.actions.amending import add_files, amend
from motcua.services.correspondence.actions.arriving import Arrival, arrive, register, register_at_once, send_back
from motcua.services.correspondence.actions.delivering import agree_recall, decline_recall
from motcua.services.correspondence.actions.erasing import destroy_contents
from motcua.services.correspondence.actions.noting import Given, close, note, propose
from motcua.services.correspondence.actions.working import finish, forward, give, return_task, take_up, withdraw

__all__ = [
    "Arrival", "Given", "add_files", "agree_recall", "amend", "arrive", "close", "decline_recall", "destroy_contents",
    "finish", "forward", "give", "note", "propose", "register", "register_at_once", "return_task", "send_back",
    "take_up", "withdraw",
]  # fmt: skip

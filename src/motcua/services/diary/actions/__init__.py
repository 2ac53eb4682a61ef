"""What can happen to appointments, rooms and calendar links; each function is one transaction with its events."""

from motcua.services.diary.actions.deciding import cancel, decline, publish, withdraw
from motcua.services.diary.actions.keeping import Clashing
from motcua.services.diary.actions.links import make_link, revoke_link
from motcua.services.diary.actions.planning import Invited, Plan, change, enter, propose
from motcua.services.diary.actions.rooms import RoomFacts, add_room, change_room, close_room, open_room
from motcua.services.diary.actions.succeeding import hand_over

__all__ = [
    "Clashing", "Invited", "Plan", "RoomFacts", "add_room", "cancel", "change", "change_room", "close_room", "decline",
    "enter", "hand_over", "make_link", "open_room", "propose", "publish", "revoke_link", "withdraw",
]  # fmt: skip

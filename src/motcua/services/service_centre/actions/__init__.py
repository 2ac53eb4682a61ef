"""What can happen in a service centre."""

from motcua.services.service_centre.actions.booking import book, cancel, check_in
from motcua.services.service_centre.actions.calling import (
    call_next,
    finish,
    leave,
    miss,
    recall,
    reinstate,
    sit,
    transfer,
)
from motcua.services.service_centre.actions.closing import close_day, set_special_day
from motcua.services.service_centre.actions.devices import add_device, end_device, new_code, pair, see_device
from motcua.services.service_centre.actions.issuing import issue
from motcua.services.service_centre.actions.setting import (
    add_counter,
    add_service,
    change_centre,
    change_counter,
    change_service,
    define_priority,
    end_priority,
    open_centre,
    pause,
    resume,
)

__all__ = [
    "add_counter", "add_device", "add_service", "book", "call_next", "cancel", "change_centre",
    "change_counter", "change_service", "check_in", "close_day", "define_priority", "end_device",
    "end_priority", "finish", "issue", "leave", "miss", "new_code", "open_centre", "pair", "pause", "recall",
    "reinstate", "resume", "see_device", "set_special_day", "sit", "transfer",
]  # fmt: skip

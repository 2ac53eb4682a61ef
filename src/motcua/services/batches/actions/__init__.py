"""What can happen to a batch."""

from motcua.services.batches.actions.filing import file_lines, resume_batch
from motcua.services.batches.actions.paying import collect_at_counter, open_payment
from motcua.services.batches.actions.preparing import (
    attach_paper,
    confirm_batch,
    discard_batch,
    remove_paper,
    start_batch,
    take_workbook,
)

__all__ = [
    "attach_paper",
    "collect_at_counter",
    "confirm_batch",
    "discard_batch",
    "file_lines",
    "open_payment",
    "remove_paper",
    "resume_batch",
    "start_batch",
    "take_workbook",
]

"""What can happen to a batch."""

from motcua.services.batches.actions.filing import file_lines, resume_batch, take_over_batch
from motcua.services.batches.actions.paying import collect_at_counter, open_payment
from motcua.services.batches.actions.preparing import (
    SharedFile,
    attach_paper,
    confirm_batch,
    discard_batch,
    remove_paper,
    send_with_papers,
    start_batch,
    take_workbook,
)

__all__ = [
    "SharedFile",
    "attach_paper",
    "collect_at_counter",
    "confirm_batch",
    "discard_batch",
    "file_lines",
    "open_payment",
    "remove_paper",
    "resume_batch",
    "send_with_papers",
    "start_batch",
    "take_over_batch",
    "take_workbook",
]

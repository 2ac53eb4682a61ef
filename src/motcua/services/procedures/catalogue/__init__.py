"""Reading the national catalogue (cơ sở dữ liệu quốc gia về thủ tục hành chính).

The portal's pages run table columns together (``Trực tuyến20 NgàyMiễn phí…``). What can be told apart for certain is
parsed, the source text is always kept, and whatever was not understood is named; a value is never guessed.
Everything here is pure.
"""

from motcua.services.procedures.catalogue.records import (
    LONGEST_LINE,
    Record,
    UnreadableError,
    read_record,
    report_entry,
)

__all__ = ["LONGEST_LINE", "Record", "UnreadableError", "read_record", "report_entry"]

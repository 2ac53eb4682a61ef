"""edXML, the form in which agencies exchange documents (QCVN 102:2016/BTTTT with amendment 1:2022): read and written.

Pure: no database, no settings. ``parse`` reads every dialect in circulation by the names of elements, whatever their
order, prefix or name space; ``emit`` writes one, in the order of the national SDK.
"""

from motcua.engines.exchange.edxml.emitting import emit, emit_to
from motcua.engines.exchange.edxml.faults import Fault, Malformed, Unwritable
from motcua.engines.exchange.edxml.model import (
    Attachment,
    Business,
    BusinessKind,
    Code,
    Document,
    DocumentType,
    Message,
    Organ,
    Other,
    Priority,
    Promulgation,
    Reference,
    Replaced,
    Signer,
    Staff,
    Status,
    StatusCode,
    Steering,
    Trace,
    Update,
    UpdateReceiver,
    attached,
)
from motcua.engines.exchange.edxml.parsing import Limits, Parsed, parse

__all__ = [
    "Attachment",
    "Business",
    "BusinessKind",
    "Code",
    "Document",
    "DocumentType",
    "Fault",
    "Limits",
    "Malformed",
    "Message",
    "Organ",
    "Other",
    "Parsed",
    "Priority",
    "Promulgation",
    "Reference",
    "Replaced",
    "Signer",
    "Staff",
    "Status",
    "StatusCode",
    "Steering",
    "Trace",
    "Unwritable",
    "Update",
    "UpdateReceiver",
    "attached",
    "emit",
    "emit_to",
    "parse",
]

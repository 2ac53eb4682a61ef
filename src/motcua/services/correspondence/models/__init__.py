"""Documents that come in and go out, what is to be done with them, and who may find them."""

from motcua.services.correspondence.models.copies import DocumentCopy
from motcua.services.correspondence.models.deliveries import Delivery
from motcua.services.correspondence.models.incoming import Assignment, IncomingDocument, IncomingFile
from motcua.services.correspondence.models.outgoing import (
    DraftVersion,
    Opinion,
    OutgoingAnnex,
    OutgoingDocument,
    OutgoingSigning,
    Recipient,
    ReservedNumber,
)
from motcua.services.correspondence.models.search import FileText, SavedSearch, SearchEntry
from motcua.services.correspondence.models.stacks import ScanStack, StackPart
from motcua.services.correspondence.models.stamps import ArrivalStamp

__all__ = [
    "ArrivalStamp", "Assignment", "Delivery", "DocumentCopy", "DraftVersion", "FileText", "IncomingDocument",
    "IncomingFile", "Opinion", "OutgoingAnnex", "OutgoingDocument", "OutgoingSigning", "Recipient", "ReservedNumber",
    "SavedSearch", "ScanStack", "SearchEntry", "StackPart",
]  # fmt: skip

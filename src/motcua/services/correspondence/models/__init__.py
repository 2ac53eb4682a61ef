"""Documents that come in and go out, what is to be done with them, and who may find them."""

from motcua.services.correspondence.models.incoming import Assignment, IncomingDocument, IncomingFile
from motcua.services.correspondence.models.search import SearchEntry

__all__ = ["Assignment", "IncomingDocument", "IncomingFile", "SearchEntry"]

"""Of which documents dossiers were opened."""

from django.db import models

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.services.correspondence.models import IncomingDocument
from motcua.services.dossiers.models.dossier import Dossier


class OpenedFrom(Keyed):
    """A dossier that was opened from a document that came in; from one document there may be several."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="opened_from")
    document = models.ForeignKey(IncomingDocument, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

"""Searches that an officer keeps under a name. They are theirs alone, and no fact about a document: no event tells."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.text.typed import written
from motcua.services.correspondence.models import SavedSearch

MOST = 30
LONGEST = 80


@transaction.atomic
def keep(account: UUID, *, name: str, asked: Mapping[str, str]) -> SavedSearch:
    """Keep what is asked; the same name again replaces it.

    Raises ``Refused`` without a name or for one that is too long, ``Conflict`` for too many.
    """
    called = written(name, _("Write a name for the search."), "name", LONGEST)
    own = SavedSearch.objects.filter(account=account)
    if not own.filter(name=called).exists() and own.count() >= MOST:
        raise Conflict(_("You keep %(n)d searches already. Remove one first.") % {"n": MOST}, code="too_many")
    values = {"asked": {key: value for key, value in asked.items() if value}, "saved_at": timezone.now()}
    made: SavedSearch = SavedSearch.objects.update_or_create(account_id=account, name=called, defaults=values)[0]
    return made


def forget(account: UUID | None, key: UUID) -> None:
    """Keep a search no longer. Raises ``NotFound``, also for one of another officer."""
    if not SavedSearch.objects.filter(account=account, pk=key).delete()[0]:
        raise NotFound(_("There is no such search."))
